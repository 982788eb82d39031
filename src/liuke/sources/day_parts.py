"""Days whose year, month and day stand in three columns: put together in one more column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_code
from liuke.sources.days import read_dates
from liuke.sources.headers import plain
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.sources.table import RawTable

NAMES = (
    ("year", "年", "年份", "年度", "jahr", "annee", "année", "año", "ano", "anno", "jaar", "yr", "yyyy"),
    ("month", "月", "月份", "monat", "mois", "mes", "mês", "mese", "maand", "mm"),
    ("day", "日", "日期日", "号", "tag", "jour", "dia", "día", "giorno", "dag", "dd"),
)
KINDS = ("", "document", "invoice", "order", "sale", "sales", "凭证", "单据", "制单", "开票")  # in front of each
ENOUGH = 0.9  # of the filled cells


def with_day(table: RawTable) -> RawTable:
    """The table with the day its three columns make, where it has such columns and no column of days."""
    parts = _parts(table.columns)
    if parts is None:
        return table
    sample = table.sample(1000)
    made = _made(sample, parts, "day")
    filled = sample.select(pl.all_horizontal(pl.col(parts).is_not_null())).to_series()
    if not bool(filled.any()) or read_dates(made).value.is_not_null().sum() < ENOUGH * int(filled.sum()):
        return table
    if any(_holds_days(sample[name]) for name in table.columns if name not in parts):
        return table
    name = _free_name("日期" if not parts[0].isascii() else "date", table.columns)

    def batches() -> Iterator[pl.DataFrame]:
        for batch in table.batches():
            yield batch.with_columns(_made(batch, parts, name)).select(ROW, *columns)

    at = table.columns.index(parts[2]) + 1
    columns = [*table.columns[:at], name, *table.columns[at:]]
    said = Said(N_("{parts} together are the day, as {name}."), {"parts": ", ".join(parts), "name": name})
    return replace(table, columns=columns, batches=batches, notes=(*table.notes, said))


def _parts(headers: list[str]) -> list[str] | None:
    """The three headers of one kind."""
    known = {plain(header): header for header in reversed(headers)}
    for kind in KINDS:
        found = [next((known[key] for name in names if (key := plain(kind + name)) in known), None) for names in NAMES]
        if all(found):
            return [header for header in found if header]
    return None


def _made(batch: pl.DataFrame, parts: list[str], name: str) -> pl.Series:
    """`2025-3-5`, or `5 march 2025` where the month is a word; null unless all three are filled."""
    year, month, day = (clean_code(batch[part]).str.strip_chars(" 年月日号") for part in parts)
    frame = pl.DataFrame({"y": year, "m": month, "d": day})
    number = pl.col("m").str.contains(r"^\d+$")
    full = pl.when(pl.col("y").str.len_chars() == 2).then("20" + pl.col("y")).otherwise(pl.col("y"))
    return frame.select(
        pl.when(number)
        .then(pl.concat_str([full, "m", "d"], separator="-"))
        .otherwise(pl.concat_str(["d", "m", full], separator=" "))
        .alias(name)
    ).to_series()


def _holds_days(column: pl.Series) -> bool:
    if column.dtype in (pl.Date, pl.Datetime):
        return True
    if column.dtype != pl.String:
        return False
    text = column.drop_nulls()
    written = text.filter(~text.str.contains(r"^\s*\d+(\.\d+)?\s*$"))
    return bool(text.len()) and int(read_dates(written, "dmy").value.is_not_null().sum()) >= ENOUGH * text.len()


def _free_name(name: str, taken: list[str]) -> str:
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique
