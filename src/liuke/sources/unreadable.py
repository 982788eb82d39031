"""A column that bears the name of what is needed and whose cells can't be read: said with cells, and the cure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.cell_text import clean_text
from liuke.sources.columns import ENOUGH, NAMED
from liuke.sources.days import months, read_dates, tidy
from liuke.sources.headers import name_score
from liuke.sources.numbers import read_numbers

if TYPE_CHECKING:
    import polars as pl

    from liuke.kernel.contract import Contract
    from liuke.sources.table import RawTable

MOST, HALF = 0.9, 0.5
SHOWN = 3
NO_YEAR = r"^(?:\d{1,2}[-/.]\d{1,2}[-/.]?|\d{3,4}|\d{1,2}-\d{1,2}\s)$"
YEAR = r"^(?:19|20)\d{2}$"
RANGE = r"\d\s*(?:~|～|至|到|—|to|bis|\s[-–]\s)\s*\d"


def unreadable(name: str, contract: Contract, table: RawTable) -> Invalid | None:
    """The refusal of a table whose column for what is needed is there, but can't be read; None where none is there."""
    column = contract.columns[name]
    if column.type not in ("date", "money", "number"):
        return None
    sample = table.sample()
    scored = [(name_score(header, column.names), header) for header in table.columns]
    for score, header in sorted(scored, key=lambda each: -each[0]):
        if score < ENOUGH:
            break
        cells = clean_text(sample[header]).drop_nulls()
        if cells.is_empty():
            continue
        says, fix, bad = _no_days(cells) if column.type == "date" else _no_numbers(cells)
        if bad.len() < HALF * cells.len():  # another column with the name can be read, and was not meant
            continue
        shown = ", ".join(bad.unique(maintain_order=True).head(SHOWN).to_list())
        return Invalid(says, fix=fix, file=table.place, column=header, values=shown, option=NAMED.get(name, ""))
    return None


def _no_numbers(cells: pl.Series) -> tuple[str, str, pl.Series]:
    return (
        N_("{file}: the cells of {column} can't be read as amounts, for example {values}."),
        N_("Export plain numbers such as 1234.50, one in each cell, or name another column: {option} HEADER."),
        cells.filter(read_numbers(cells).value.is_null()),
    )


def _no_days(cells: pl.Series) -> tuple[str, str, pl.Series]:
    """What is wrong with cells that are to be days, what mends it, and the cells."""
    text = tidy(cells)
    whole = N_("Export the day of each document, or name a column that has it: {option} HEADER.")
    bad = cells.filter(read_dates(cells, "dmy").value.is_null() & read_dates(cells, "mdy").value.is_null())
    for share, pattern, says, fix in (
        (MOST, YEAR, N_("{file}: {column} holds years, not days, for example {values}."), whole),
        (
            MOST,
            NO_YEAR,
            N_("{file}: {column} holds days without a year, for example {values}."),
            N_("Export days with their year, for example 2025-01-31."),
        ),
        (HALF, RANGE, N_("{file}: {column} holds spans of days, not single days, for example {values}."), whole),
    ):
        if int(text.str.contains(pattern).sum()) >= share * text.len():
            return says, fix, cells
    if int(months(cells).is_not_null().sum()) >= MOST * cells.len():
        return N_("{file}: {column} holds months, not days, for example {values}."), whole, cells
    return (
        N_("{file}: the cells of {column} can't be read as days, for example {values}."),
        N_("Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or name another column: {option} HEADER."),
        bad,
    )
