"""Columns named for what they are to hold, whose cells are something else: months, days without a year, no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_text
from liuke.sources.days import months, read_dates, tidy
from liuke.sources.headers import name_score, plain
from liuke.sources.mapping import Match
from liuke.sources.numbers import read_numbers
from liuke.sources.table import Choice, Question

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract
    from liuke.sources.profile import Profile
    from liuke.sources.table import RawTable

MOST = 0.9
SHOWN = 3
PERIODS = frozenset(
    plain(name)
    for name in (
        *("会计期间", "期间", "月份", "年月", "所属期", "所属月份", "账期", "统计月份", "会计月份", "业务月份", "月"),
        *("month", "period", "fiscal period", "posting period", "accounting period", "year month", "yearmonth"),
        *("monat", "periode", "buchungsperiode", "mois", "mes", "mês", "mese", "periodo", "maand"),
    )
)
NO_YEAR = r"^(?:\d{1,2}[-/.]\d{1,2}[-/.]?|\d{3,4}|\d{1,2}-\d{1,2}\s)$"
RANGE = r"\d\s*(?:~|～|至|到|—|to|bis|\s[-–]\s)\s*\d"


def months_instead(
    columns: dict[str, Match],
    contract: Contract,
    looks: dict[str, Profile],
    table: RawTable,
    questions: list[Question],
) -> None:
    """Where the column of days holds months without a day, it is taken and asked on which day each is to be put."""
    column = contract.columns.get("date")
    if column is None or not column.required:
        return
    sample = table.sample()
    match = columns.get("date")
    headers = [match.header] if match else [h for h in looks if name_score(h, column.names) > 0.95]
    if not headers and not any(look.dates + look.compact >= MOST for look in looks.values()):
        headers = [header for header in looks if plain(header) in PERIODS]
    for header in headers:
        cells = clean_text(sample[header]).drop_nulls()
        if cells.is_empty() or int(months(cells).is_not_null().sum()) < MOST * cells.len():
            continue
        if match is None:
            if header in {each.header for each in columns.values()}:
                continue
            columns["date"] = Match(header, Said(N_("the only column of time: it holds months")))
        told = {"header": header, "values": ", ".join(cells.unique(maintain_order=True).head(SHOWN).to_list())}
        ask = Said(
            N_("{header} holds months, not days: {values}. On which day of its month shall each sale be put?"), told
        )
        choices = (
            Choice("end", Said(N_("the last day of the month"))),
            Choice("first", Said(N_("the first day of the month"))),
        )
        questions.append(Question("months", ask, choices, "--months", None, ()))
        return


def unreadable_column(name: str, contract: Contract, table: RawTable) -> Invalid | None:
    """The refusal of a table whose column for what is needed is there, but can't be read; None where none is there."""
    column = contract.columns[name]
    sample = table.sample()
    named = [header for header in table.columns if name_score(header, column.names) > 0.95]
    for header in named:
        cells = clean_text(sample[header]).drop_nulls()
        if cells.is_empty():
            continue
        if column.type == "date":
            says, fix, bad = _no_days(cells)
        elif column.type in ("money", "number"):
            bad = cells.filter(read_numbers(cells).value.is_null())
            says = N_("{file}: column {column} is named for the {name}, but its cells are no numbers: {values}.")
            fix = N_("Export it as plain numbers, one in each cell, without units or sums.")
        else:
            continue
        shown = (bad if bad.len() else cells).unique(maintain_order=True).head(SHOWN)
        return Invalid(says, fix=fix, file=table.place, column=header, name=name, values=", ".join(shown.to_list()))
    return None


def _no_days(cells: pl.Series) -> tuple[str, str, pl.Series]:
    """What is wrong with cells that are to be days, what mends it, and the cells."""
    text = tidy(cells)
    bad = cells.filter(read_dates(cells, "dmy").value.is_null() & read_dates(cells, "mdy").value.is_null())
    if int(text.str.contains(NO_YEAR).sum()) >= MOST * text.len():
        return (
            N_("{file}: column {column} holds days without a year: {values}."),
            N_("Export days with their year, for example 2025-01-31."),
            cells,
        )
    if int(text.str.contains(RANGE).sum()) >= 0.5 * text.len():
        return (
            N_("{file}: column {column} holds spans of days, not days: {values}."),
            N_("Export the day of each document in a column of its own."),
            cells,
        )
    return (
        N_("{file}: column {column} is named for the date, but its cells are no days: {values}."),
        N_("Export days as 2025-01-31, or name another column with --date."),
        bad,
    )
