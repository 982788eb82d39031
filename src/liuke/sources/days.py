"""Dates as people and programs write them: one day a cell, by the order of day and month its column has."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.sources.cell_text import BLANKS, as_text, by_unique, half_width

if TYPE_CHECKING:
    from collections.abc import Callable

VOCABULARY = Path(__file__).parent / "vocabulary" / "months.toml"
SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel's serial numbers, its 1900 leap day included
EPOCH = date(1970, 1, 1)
HOUR = (
    r"(?:上午|下午|中午|凌晨|晚上|am|pm)?\s*\d{1,2}\s*[:.h时點点]\s*"
    r"(?:\d{1,2}\s*(?:[:.m分]\s*\d{1,2}(?:[.,:]\d+)?)?\s*[s秒分]?)?"
)
ZONE = r"(?:z|[a-z]{2,5})?\s?(?:[+-]\d{2}:?(?:\d{2})?)?\s?(?:\([a-z .]+\)|\[[a-z_/]+\]|[a-z]+/[a-z_]+)?"
TIME = rf"(?:(?:{HOUR}|\d{{4}}(?:\d{{2}})?)\s*(?:[ap]\.?\s?m\.?|uhr|hrs?)?\s*{ZONE})?"
TAIL = rf"(?:(?:[t\s,]|\s*\()\s*(?:(?:星期|周|礼拜|\()[一二三四五六日天]\)?|[a-z]{{2,9}}\.?,?)?\s*{TIME}\s*)?"
PARTS = rf"^(?<a>\d{{1,4}})\s*[-/.]\s*(?<b>\d{{1,2}})\s*[-/.]\s*(?<c>\d{{1,4}})\.?{TAIL}$"
IN_THREE = r"\d\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d"  # what PARTS needs
COMPACT = r"^((?:19|20|21)\d{2})(\d{2})(\d{2})(?:[t ]?\d{4,6})?(?:\.0)?$"
DAY_AT_ALL = re.compile(r"年|\d\s*[-−–‐‑/.]\s*\d{1,2}\s*[-−–‐‑/.]\s*\d|^\W*\d{5}")
SERIAL = r"^([1-9]\d{4})(?:\.\d+)?$"
SECONDS = r"^(1\d{9}|[1-9]\d{8})(\d{3})?(?:\.\d+)?$"  # since 1970, or thousandths of them
NAMED_DAY_FIRST = (
    rf"^(\d{{1,2}})(?:st|nd|rd|th|er|\.)?[\s./-]*(?:de\s+|of\s+)?([a-z]{{3,10}})\.?[\s,./-]*(?:de[l]?\s+)?"
    rf"(\d{{4}}|\d{{2}})\.?{TAIL}$"
)
NAMED_MONTH_FIRST = rf"^([a-z]{{3,10}})[.\s/-]*(\d{{1,2}})(?:st|nd|rd|th)?(?:[\s/-]|,\s?)\s*(\d{{4}}|\d{{2}}){TAIL}$"
NAMED_YEAR_FIRST = rf"^(\d{{4}})[\s./-]*([a-z]{{3,10}})[\s./-]*(\d{{1,2}}){TAIL}$"
NAMED_YEAR_LAST = r"^([a-z]{3,10})\s+(\d{1,2})\s+\d{1,2}:\d{2}(?::\d{2})?\s+(?:[a-z]{2,5}\s+)?(\d{4})$"
MONTH_ALONE = (  # year and month, without a day
    r"^(?<y>(?:19|20)\d{2})\s*[-/._ m]?\s*(?:m|p|第)?(?<m>\d{1,2})\s*(?:-|期|月份?)?$",
    r"^(?<m>\d{1,3})\s*[-/.]\s*(?<y>(?:19|20)\d{2})$",
)
NAMED_MONTH_ALONE = (
    r"^(?<m>[a-z]{3,10})[\s.,'/-]*(?:de\s+)?(?<y>(?:19|20)\d{2}|\d{2})$",
    r"^(?<y>(?:19|20)\d{2})[\s./-]*(?<m>[a-z]{3,10})\.?$",
)
CHINESE_DIGITS = {"〇": "0", "零": "0", "○": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
                  "七": "7", "八": "8", "九": "9"}  # fmt: skip
CHINESE_DAY = (
    r"^([〇零○一二三四五六七八九]{4}|\d{4})年([一二三四五六七八九十]{1,3}|\d{1,2})月"
    r"([一二三四五六七八九十]{1,4}|\d{1,2})[日号]?$"
)


@dataclass(frozen=True)
class Dates:
    """Days (null where blank or bad) and where a filled cell is no date; None when all are."""

    value: pl.Series
    unreadable: pl.Series | None


@dataclass(frozen=True)
class DayText:
    """How the days of a column are written.

    `order` is ymd, dmy or mdy and decides where a text begins with day or month, and which part a year of two digits
    is. `zero` is day 0 of serial numbers. `months` puts a month without a day on its `end` or its `first`; days a
    spreadsheet changed over with their months are changed back where `real_days` is turned.
    """

    order: str = "ymd"
    zero: date = SERIAL_ZERO
    months: str = "refuse"
    real_days: str = "kept"


def read_dates(raw: pl.Series, order: str | DayText = "ymd") -> Dates:
    """Days of any column, by the order of day and month or by all that is known of its writing."""
    form = order if isinstance(order, DayText) else DayText(order)
    dtype = raw.dtype
    if dtype == pl.Date:
        return Dates(raw, None)
    if dtype == pl.Datetime:
        return Dates(raw.dt.date(), None)
    text = as_text(raw)
    value = by_unique(text, lambda distinct: _parsed(distinct, form)).alias(raw.name)
    bad = value.is_null() & text.is_not_null()
    if bool(bad.any()):
        bad = bad & ~half_width(text).str.strip_chars().is_in(BLANKS)
    return Dates(value, bad if bool(bad.any()) else None)


def tidy(text: pl.Series) -> pl.Series:
    """Date text in plain characters, `年月日` as dashes, lower case."""
    plain = half_width(text).str.strip_chars().str.to_lowercase()
    if bool((plain.str.len_bytes() != plain.str.len_chars()).any()):
        plain = plain.str.replace_all(r"[\u2009\u202f\u200e\u200f]", " ").str.replace_all(r"[−–‐‑]", "-")
        plain = _spelled_out(plain).str.replace_all("[年月]", "-").str.replace_all(r"[日号]\s*", " ").str.strip_chars()
        plain = plain.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_all("º", "", literal=True)
    return plain


def _spelled_out(text: pl.Series) -> pl.Series:
    """`二〇二五年三月五日` in digits."""
    found = text.str.contains(CHINESE_DAY) & text.str.contains("[一二三四五六七八九]")
    if not bool(found.any()):
        return text
    ways = {word: _in_digits(word) for word in text.filter(found.fill_null(value=False)).unique().to_list()}
    return text.replace(ways)


def _in_digits(word: str) -> str:
    year, rest = word.split("年")
    month, day = rest.rstrip("日号").split("月")
    return f"{''.join(CHINESE_DIGITS.get(c, c) for c in year)}年{_small(month)}月{_small(day)}日"


def _small(word: str) -> str:
    """`三十一` as 31."""
    if word.isdigit():
        return word
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return "".join(CHINESE_DIGITS.get(c, c) for c in word)
    return f"{CHINESE_DIGITS.get(tens, '1') if tens else '1'}{CHINESE_DIGITS.get(ones, '0') if ones else '0'}"


def _parsed(text: pl.Series, form: DayText) -> pl.Series:
    frame = pl.DataFrame({"t": tidy(text)})
    quick = frame["t"].str.to_date("%Y-%m-%d", strict=False)
    ancient = (quick.dt.year() < 1000).any()  # 25-03-05 is no year 25
    if form.real_days == "kept" and not ancient and quick.null_count() == frame["t"].null_count():
        return quick
    read = [_numbers(form)] if bool(in_three(frame["t"]).any()) else []
    read += [_serial(form), _compact()] if bool(frame["t"].str.contains(r"^\d{5}").any()) else []
    days = frame.select(pl.coalesce([*read, pl.lit(None, pl.Date)]).alias("d"), "t")["d"]
    if form.real_days == "turned":
        days = _turned_back(days, frame["t"])
    ways: list[tuple[Callable[[pl.Series], pl.Series], Callable[[pl.Series], pl.Series]]] = [
        (_names_month, _named),
        (lambda left: left.str.contains(SECONDS), _seconds),
    ]
    if form.months != "refuse":
        ways.append((pl.Series.is_not_null, lambda left: _month_days(left, form.months)))
    for able, way in ways:
        open_ = days.is_null() & frame["t"].is_not_null()
        if not bool(open_.any()):
            break
        left = frame["t"].filter(open_)
        if not bool(able(left).any()):
            continue
        found = way(left)
        places = pl.DataFrame({"at": pl.int_range(days.len(), eager=True).filter(open_), "found": found})
        frame_ = pl.DataFrame({"d": days}).with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
        joined = frame_.join(places, on="at", how="left", maintain_order="left")
        days = joined.select(pl.coalesce("d", "found")).to_series()
    return days


def _numbers(form: DayText) -> pl.Expr:
    """Days of three numbers parted by a sign."""
    parts = pl.col("t").str.extract_groups(PARTS)
    a, b, c = (parts.struct.field(name) for name in "abc")
    long_first, short_first = a.str.len_chars() == 4, a.str.len_chars() <= 2
    year_first = long_first | (short_first & (c.str.len_chars() <= 2) & pl.lit(form.order == "ymd"))
    other: pl.Expr = pl.lit(None, dtype=pl.String)
    if form.order != "ymd":
        other = _iso(c, a, b) if form.order == "mdy" else _iso(c, b, a)
    iso = pl.coalesce(
        pl.when(year_first & (c.str.len_chars() <= 2)).then(_iso(a, b, c)),
        pl.when(~year_first & c.str.len_chars().is_in([2, 4]) & short_first).then(other),
    )
    return iso.str.to_date("%Y-%m-%d", strict=False)


def _compact() -> pl.Expr:
    compact = pl.col("t").str.extract_groups(COMPACT)
    return _iso(*(compact.struct.field(name) for name in "123")).str.to_date("%Y-%m-%d", strict=False)


def _serial(form: DayText) -> pl.Expr:
    serial = pl.col("t").str.extract(SERIAL, 1).cast(pl.Int32, strict=False)
    return (serial + (form.zero - EPOCH) // timedelta(days=1)).cast(pl.Date)


def _turned_back(days: pl.Series, text: pl.Series) -> pl.Series:
    """Days that a spreadsheet read with the month for the day, changed back where both could be either."""
    frame = pl.DataFrame({"d": days, "t": text})
    real = pl.col("t").str.contains(r"^\d{4}-") & (pl.col("d").dt.day() <= 12)
    turned = pl.date(pl.col("d").dt.year(), pl.col("d").dt.day(), pl.col("d").dt.month())
    return frame.select(pl.when(real).then(turned).otherwise(pl.col("d"))).to_series()


def in_three(text: pl.Series) -> pl.Series:
    """Where tidy text has three numbers parted by signs, of which the order is to be known."""
    return text.str.contains(IN_THREE)


def could_be_day(cells: list[str]) -> bool:
    """Whether any of a few half-width cells has what every day has: three parts, many digits, or a month's name."""
    for cell in cells:
        text = cell if cell.isascii() else unicodedata.normalize("NFKD", cell)
        if DAY_AT_ALL.search(text) or (_month_begins().search(text) and any(c.isdigit() for c in text)):
            return True
    return False


def _names_month(text: pl.Series) -> pl.Series:
    """Where a text has a digit and the beginning of a month's name: cheaper than looking for a day."""
    return text.str.contains(r"\d") & text.str.contains(_month_begins().pattern)


def _named(text: pl.Series) -> pl.Series:
    """Days whose month is a word."""
    weekday = rf"^(?:{_weekdays()})\.?,?\s+(?P<rest>.*\d.*)$"
    frame = pl.DataFrame({"t": text}).with_columns(pl.col("t").str.extract(weekday, 1).alias("rest"))
    ways = []
    for pattern, (year, month, day) in (
        (NAMED_DAY_FIRST, "321"),
        (NAMED_MONTH_FIRST, "312"),
        (NAMED_YEAR_FIRST, "123"),
        (NAMED_YEAR_LAST, "312"),
    ):
        for column in ("t", "rest"):
            found = pl.col(column).str.extract_groups(pattern)
            ways.append(_iso(found.struct.field(year), _month(found.struct.field(month)), found.struct.field(day)))
    return frame.select(pl.coalesce(way.str.to_date("%Y-%m-%d", strict=False) for way in ways)).to_series()


def _seconds(text: pl.Series) -> pl.Series:
    """Days of seconds, or thousandths, since 1970; the day is Greenwich's unless all are midnight somewhere else."""
    found = pl.col("t").str.extract_groups(SECONDS)
    whole, fine = found.struct.field("1"), found.struct.field("2")
    moments = pl.DataFrame({"t": text}).select(
        pl.when(fine.is_not_null() | (whole.str.len_chars() == 10)).then(whole).cast(pl.Int64, strict=False).alias("s")
    )["s"]
    hours = (moments % 86400).drop_nulls().unique()
    ahead = (86400 - int(hours[0])) % 86400 if hours.len() == 1 and moments.drop_nulls().n_unique() > 1 else 0
    ahead = ahead - 86400 if ahead > 14 * 3600 else ahead
    return ((moments + ahead) // 86400).cast(pl.Int32).cast(pl.Date)


def months(text: pl.Series) -> pl.Series:
    """The first days of texts that are a month of a year without a day; null for all others."""
    frame = pl.DataFrame({"t": tidy(as_text(text))})
    ways = []
    for pattern in (*MONTH_ALONE, *NAMED_MONTH_ALONE):
        found = pl.col("t").str.extract_groups(pattern)
        month = found.struct.field("m")
        month = month.str.strip_chars_start("0") if pattern in MONTH_ALONE else _month(month)
        ways.append(_iso(found.struct.field("y"), month, pl.lit("1")).str.to_date("%Y-%m-%d", strict=False))
    return frame.select(pl.coalesce(ways)).to_series()


def _month_days(text: pl.Series, end: str) -> pl.Series:
    first = months(text)
    return first.dt.month_end() if end == "end" else first


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """`2026-03-05` from parts of any length; two-digit years from 70 on are of the last century."""
    century = pl.when(year.cast(pl.Int32, strict=False) >= 70).then(pl.lit("19")).otherwise(pl.lit("20"))
    full = pl.when(year.str.len_chars() == 2).then(century + year).when(year.str.len_chars() == 4).then(year)
    return pl.concat_str([full, month.str.zfill(2), day.str.zfill(2)], separator="-")


def _month(name: pl.Expr) -> pl.Expr:
    names = _month_names()
    return name.replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String)


@cache
def _month_begins() -> re.Pattern[str]:
    """The first three letters of every month's name."""
    return re.compile("(?i)" + "|".join(sorted({name[:3] for name in _month_names()})))


@cache
def _month_names() -> dict[str, str]:
    """Every month's name, and every beginning of one that no other month has, by its number."""
    data = tomllib.loads(VOCABULARY.read_text("utf-8"))
    found: dict[str, set[int]] = {}
    for names in data["months"].values():
        for number, name in enumerate(names.split(), 1):
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(number)
    short = {name: str(number) for name, number in data["short"].items()}
    return {name: str(min(numbers)) for name, numbers in found.items() if len(numbers) == 1} | short


@cache
def _weekdays() -> str:
    words = tomllib.loads(VOCABULARY.read_text("utf-8"))["weekdays"]["words"].split()
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))
