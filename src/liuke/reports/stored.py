"""Sentences as the run's tables hold them, packed, and as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.said import Said, with_currency

if TYPE_CHECKING:
    from liuke.reports.shown import Row


def stored_sentence(packed: str, currency: str = "") -> Said:
    """A packed sentence, its amounts in the firm's currency."""
    return with_currency(Said.unpack(packed), currency)


def sentence_of(row: Row, name: str = "reason", currency: str = "") -> Said | None:
    """The sentence packed under a column of a row; None where there is none."""
    return stored_sentence(row[name], currency) if row[name] else None
