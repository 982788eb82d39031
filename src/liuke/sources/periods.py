"""Names of columns that are months, quarters, weeks or days: a table with them stands on its side."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.row_words import squeezed_cell, total_pattern
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from liuke.sources.table import RawTable

FEWEST = 3  # columns of periods before a table is one of them
MONTH = (
    r"(jan(uary|uar|vier|v)?|enero|ene|feb(ruary|ruar|rero)?|f[ée]v(rier|r)?|mar(ch|s|zo)?|märz|mrz|apr(il)?|avr(il)?|abr(il)?|"
    r"ma[iy]|mayo|jun[ie]?|juin|junio|jul[iy]?|juil(let)?|julio|aug(ust)?|ao[uû]t|ago(sto)?|sept?(ember|embre|iembre)?|"
    r"o[ck]t(ober|obre|ubre)?|nov(ember|embre|iembre)?|de[cz](ember)?|d[ée]c(embre)?|dic(iembre)?)"
)
YEAR = r"((19|20)\d\d|'?\d\d)"
MONTHS = {
    "jan": 1, "ene": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "avr": 4, "abr": 4,
    "mai": 5, "may": 5, "jun": 6, "juin": 6, "juil": 7, "jul": 7, "aug": 8, "aoû": 8, "aou": 8, "ago": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
PERIOD = re.compile(
    rf"(19|20)\d\d|(19|20)\d\d\s*[-/.年]\s*(0?[1-9]|1[0-2])(\s*月份?)?|(0?[1-9]|1[0-2])[-/.](19|20)\d\d|(0?[1-9]|1[0-2])\s*月份?"
    rf"|[一二三四五六七八九十]{{1,2}}月份?|{MONTH}\.?([-/\s]*{YEAR})?|{YEAR}[-/\s]*{MONTH}"
    rf"|(19|20)\d\d\s*年?\s*[-/]?\s*(q[1-4]|第?[一二三四1-4]季度?)|(q[1-4]|[一二三四]季度|第[一二三四]季度)([-/\s]*(19|20)\d\d)?"
    rf"|(w|kw|week)\s*\d{{1,2}}([-/\s]*(19|20)\d\d)?|(19|20)\d\d[-\s]*w\d{{1,2}}"
    rf"|(19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}([ T]00:00(:00)?)?|(19|20)(\d\d)(0[1-9]|1[0-2])"
)


def is_period(text: str) -> bool:
    """Whether a text is a month, quarter, week, year or day and nothing else."""
    return PERIOD.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold()) is not None


def are_periods(cells: Sequence[str]) -> bool:
    """Whether cells are periods, three or more and no two alike."""
    return len(cells) >= FEWEST and len(set(cells)) == len(cells) and all(map(is_period, cells))


def refuse_periods_across(table: RawTable) -> None:
    """Refuse a table in which months, or other periods, stand across: it has no day of a document."""
    across = [name for name in table.columns if is_period(name)]
    if len(across) < FEWEST:
        return
    raise Invalid(
        N_("In {file} months or other periods stand across, in the columns {names}: no row has a day of its own."),
        fix=N_(
            "Export the rows behind this table, one a document or a line with its day, and load those. To put each "
            "month's amount on its last day instead: --answer months=end."
        ),
        file=table.place,
        names=", ".join([*across[:3], "…", across[-1]] if len(across) > 4 else across),
    )


def months_down(table: RawTable, day: str | None) -> RawTable:
    """The table with its months below one another, on their first or last day as `day` says; itself without any.

    Columns that add up the months go.
    """
    days = {name: on for name in table.columns if (on := _day_of(name, day or "")) is not None}
    if len(days) < FEWEST:
        return table
    kept = [name for name in table.columns if name not in days and not re.search(total_pattern(), squeezed_cell(name))]
    date_name, amount_name = (name if name not in kept else f"{name} (2)" for name in ("Date", "Amount"))

    def batches() -> Iterator[pl.DataFrame]:
        for raw in table.batches():
            down = raw.unpivot(
                on=list(days), index=[ROW, *kept], variable_name=date_name, value_name=amount_name
            ).drop_nulls(amount_name)
            yield down.with_columns(pl.col(date_name).replace_strict(days)).sort(ROW, maintain_order=True)

    said = Said(N_("{place}: months stand across; the amount of each is put on its day {day}."),
                {"place": table.place, "day": next(iter(days.values()))})  # fmt: skip
    columns = [*kept, date_name, amount_name]
    return replace(table, columns=columns, batches=batches, notes=(*table.notes, said), merged={})


def _day_of(name: str, day: str) -> str | None:
    """The first or last day of the month a column is named for; None for what is no month of a year."""
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    if day not in ("first", "end") or not is_period(text):
        return None
    word = re.search(r"[^\W\d_]{3,}", text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if len(numbers) == 1 and numbers[0] > 190000 and not word:
        numbers = list(divmod(numbers[0], 100))
    if word:
        numbers += [month for start, month in MONTHS.items() if word[0].startswith(start)]
    year = next((number for number in numbers if number > 1900), None)
    month = next((number for number in numbers[:2] if 1 <= number <= 12), None)
    if year is None or month is None:
        return None
    last = calendar.monthrange(year, month)[1]
    return f"{year}-{month:02}-{last if day == 'end' else 1:02}"
