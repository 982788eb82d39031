"""Dates as people and programs write them, and what the values say of the order of day and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from liuke.sources.cell_text import BLANKS, as_text, by_unique, half_width

SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel's serial numbers, its 1900 leap day included
PARTS = r"^(?<a>\d{1,4})\s*[-/.]\s*(?<b>\d{1,2})\s*[-/.]\s*(?<c>\d{1,4})(?:[t\s,].*)?$"
COMPACT = r"^((?:19|20|21)\d{2})(\d{2})(\d{2})(?:[t ]?\d{4,6})?(?:\.0)?$"
SERIAL = r"^([1-9]\d{4})(?:\.\d+)?$"
NAMED_DAY_FIRST = r"^(\d{1,2})[\s.-]*([a-z]{3})[a-z]*\.?[\s,.-]+(\d{2,4})(?:[t\s,].*)?$"
NAMED_MONTH_FIRST = r"^([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{2,4})(?:[t\s,].*)?$"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Dates:
    """Days (null where blank or bad) and where a filled cell is no date; None when all are."""

    value: pl.Series
    unreadable: pl.Series | None


def read_dates(raw: pl.Series, order: str = "ymd") -> Dates:
    """Days of any column; `order` is ymd, dmy or mdy and decides where a text begins with day or month."""
    dtype = raw.dtype
    if dtype == pl.Date:
        return Dates(raw, None)
    if dtype == pl.Datetime:
        return Dates(raw.dt.date(), None)
    text = as_text(raw)
    value = by_unique(text, lambda distinct: _parsed(distinct, order)).alias(raw.name)
    bad = value.is_null() & text.is_not_null()
    if bool(bad.any()):
        bad = bad & ~half_width(text).str.strip_chars().is_in(BLANKS)
    return Dates(value, bad if bool(bad.any()) else None)


def tidy(text: pl.Series) -> pl.Series:
    """Date text in plain characters, `年月日` as dashes, lower case."""
    plain = half_width(text).str.strip_chars().str.to_lowercase()
    return plain.str.replace_all("[年月]", "-").str.replace_all(r"日\s*", " ").str.strip_chars()


def _parsed(text: pl.Series, order: str) -> pl.Series:
    t = pl.col("t")
    parts = t.str.extract_groups(PARTS)
    a, b, c = (parts.struct.field(name) for name in "abc")
    year_first = (a.str.len_chars() == 4) | ((order == "ymd") & (a.str.len_chars() <= 2) & (c.str.len_chars() <= 2))
    if order == "mdy":
        other = _iso(c, a, b)
    elif order == "dmy":
        other = _iso(c, b, a)
    else:
        other = pl.lit(None, dtype=pl.String)
    compact = t.str.extract_groups(COMPACT)
    y, m, d = (compact.struct.field(name) for name in "123")
    named, turned = t.str.extract_groups(NAMED_DAY_FIRST), t.str.extract_groups(NAMED_MONTH_FIRST)
    iso = pl.coalesce(
        pl.when(year_first & (c.str.len_chars() <= 2)).then(_iso(a, b, c)),
        pl.when(~year_first & c.str.len_chars().is_in([2, 4]) & (a.str.len_chars() <= 2)).then(other),
        _iso(y, m, d),
        _iso(named.struct.field("3"), _month(named.struct.field("2")), named.struct.field("1")),
        _iso(turned.struct.field("3"), _month(turned.struct.field("1")), turned.struct.field("2")),
    )
    serial = t.str.extract(SERIAL, 1).cast(pl.Int32, strict=False)
    zero = (SERIAL_ZERO - date(1970, 1, 1)) // timedelta(days=1)
    return (
        pl.DataFrame({"t": tidy(text)})
        .select(pl.coalesce(iso.str.to_date("%Y-%m-%d", strict=False), (serial + zero).cast(pl.Date)))
        .to_series()
    )


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """`2026-03-05` from parts of any length; two-digit years from 70 on are of the last century."""
    century = pl.when(year.cast(pl.Int32, strict=False) >= 70).then(pl.lit("19")).otherwise(pl.lit("20"))
    full = pl.when(year.str.len_chars() == 2).then(century + year).when(year.str.len_chars() == 4).then(year)
    return pl.concat_str([full, month.str.zfill(2), day.str.zfill(2)], separator="-")


def _month(name: pl.Expr) -> pl.Expr:
    return name.replace_strict(list(MONTHS), [str(n) for n in range(1, 13)], default=None, return_dtype=pl.String)


@dataclass(frozen=True)
class OrderEvidence:
    """How many distinct values leave the order open, and values that prove the day first or the month first."""

    open: tuple[str, ...] = ()
    day_first: tuple[str, ...] = ()
    month_first: tuple[str, ...] = ()

    def __add__(self, other: OrderEvidence) -> OrderEvidence:
        return OrderEvidence(
            tuple(dict.fromkeys(self.open + other.open))[:5],
            tuple(dict.fromkeys(self.day_first + other.day_first))[:3],
            tuple(dict.fromkeys(self.month_first + other.month_first))[:3],
        )


def order_evidence(raw: pl.Series) -> OrderEvidence:
    """What a column's values say of day and month: any part above 12 is the day."""
    if raw.dtype != pl.String:
        return OrderEvidence()
    values = raw.drop_nulls().unique()
    frame = pl.DataFrame({"t": tidy(values), "raw": values})
    parts = pl.col("t").str.extract_groups(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:[t\s,].*)?$")
    split = frame.with_columns(
        parts.struct.field("1").cast(pl.Int32, strict=False).alias("a"),
        parts.struct.field("2").cast(pl.Int32, strict=False).alias("b"),
        parts.struct.field("3").alias("c"),
    ).drop_nulls("a")
    # with two-digit ends, 26/3/5 is a year first when the last part could be a day and the first could not
    split = split.filter(~((pl.col("c").str.len_chars() == 2) & (pl.col("a") > 31)))
    return OrderEvidence(
        tuple(split.filter((pl.col("a") <= 12) & (pl.col("b") <= 12))["raw"].sort().head(5).to_list()),
        tuple(split.filter(pl.col("a") > 12)["raw"].sort().head(3).to_list()),
        tuple(split.filter((pl.col("a") <= 12) & (pl.col("b") > 12))["raw"].sort().head(3).to_list()),
    )
