"""Cells that could not be read and are not needed: left empty, counted by column, with examples; their rows count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    import polars as pl

EXAMPLES = 3
WHY = {
    "not_a_number": N_("they are no numbers"),
    "either_number": N_("they could be either of two numbers, depending on the decimal sign"),
    "not_finite": N_("they are no finite numbers"),
    "too_large": N_("they are larger than any amount"),
    "not_a_date": N_("they are no days"),
    "not_yes_or_no": N_("they are neither yes nor no"),
    "code_shortened": N_("a spreadsheet has shortened the codes"),
}


@dataclass(frozen=True)
class Unread:
    """How many cells of a column could not be read for one reason, and some of them."""

    cells: int = 0
    examples: tuple[str, ...] = ()

    def __add__(self, other: Unread) -> Unread:
        return Unread(self.cells + other.cells, tuple(dict.fromkeys(self.examples + other.examples))[:EXAMPLES])


@dataclass
class UnreadCells:
    """The unread cells of a batch, to be counted once it is known which rows count."""

    found: list[tuple[str, str, pl.Series, pl.Series]] = field(default_factory=list)

    def add(self, code: str, header: str, raw: pl.Series, mask: pl.Series | None) -> None:
        """Note where cells of a column are left empty."""
        if mask is not None and bool(mask.any()):
            self.found.append((code, header, raw, mask.fill_null(value=False)))

    def counted(self, rows: pl.Series) -> dict[tuple[str, str], Unread]:
        """By column and reason, those in these rows."""
        counts: dict[tuple[str, str], Unread] = {}
        for code, header, raw, mask in self.found:
            cells = raw.filter(mask & rows)
            if cells.len():
                examples = tuple(map(str, cells.unique(maintain_order=True).head(EXAMPLES).to_list()))
                counts[header, code] = counts.get((header, code), Unread()) + Unread(cells.len(), examples)
        return counts


def added(one: dict[tuple[str, str], Unread], other: dict[tuple[str, str], Unread]) -> dict[tuple[str, str], Unread]:
    """Both counts in one."""
    return {key: one.get(key, Unread()) + other.get(key, Unread()) for key in (one | other)}


def unread_notes(counts: dict[tuple[str, str], Unread]) -> list[Said]:
    """A sentence a column and reason."""
    sentence = N_("Column {column}: {count} cells could not be read, such as {examples}: {why}. They are left empty; "
                  "their rows count.")  # fmt: skip
    return [
        Said(sentence, {"column": header, "count": unread.cells, "examples": ", ".join(unread.examples),
                        "why": Said(WHY[code])})
        for (header, code), unread in counts.items()
    ]  # fmt: skip
