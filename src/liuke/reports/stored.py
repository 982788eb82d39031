"""Sentences as the run's tables hold them: a message beside its packed fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.said import Said
from liuke.reports import figures

if TYPE_CHECKING:
    from liuke.reports.shown import Row


def sentence(row: Row, name: str = "reason", data: str = "") -> Said | None:
    """The sentence under a column of a row, its fields under `<column>_data`; None where there is none."""
    return Said(row[name], figures.fields(row[data or f"{name}_data"])) if row[name] else None
