"""Sentences as the run's tables hold them: a message beside its packed fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from liuke.kernel.said import Said
from liuke.reports import figures

if TYPE_CHECKING:
    from liuke.kernel.estimate import NotEstimable
    from liuke.reports.shown import Row


def pack(message: str, data: str) -> str:
    """A stored message and its fields as one text."""
    return json.dumps([message, data], ensure_ascii=False)


def read(packed: str) -> Said:
    """The sentence that `pack` was given, its fields ready to be read."""
    message, data = json.loads(packed)
    return Said(message, figures.fields(data))


def because(answer: NotEstimable) -> Said:
    """Why there is no number."""
    return Said(answer.reason, answer.data)


def sentence(row: Row, name: str = "reason", data: str = "") -> Said | None:
    """The sentence under a column of a row, its fields under `<column>_data`; None where there is none."""
    return Said(row[name], figures.fields(row[data or f"{name}_data"])) if row[name] else None
