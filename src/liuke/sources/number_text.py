"""The text of one number as people and programs write it: its sign, its money, its grouping, and nothing beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import polars as pl

from liuke.sources import currency
from liuke.sources.cell_text import half_width

EXACT = pl.Decimal(38, 12)
LIMIT = Decimal(10) ** 16  # of decimal(18,2)
BLANKS = ("", "-", "—", "/", "null", "n/a", "#n/a", "none", "无", "na", "<na>", "\\n", "--")
MINUS, APOSTROPHES, SPACES = r"[−–—﹣‐‑⁻]", r"[’‘`´ʼ′]", r"[\s\u00a0\u2007\u2009\u202f]+"
# the usual one with a decimal point, read without taking it apart
GROUPED = r"^-?(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3})(?:\.\d*)?$"
CREDIT, DEBIT = ("cr", "贷"), ("dr", "借")
SIDE = r"(?:cr|dr|贷|借)"
SIZES = {"万": Decimal(10) ** 4, "亿": Decimal(10) ** 8, "千": Decimal(1000), "百万": Decimal(10) ** 6,
         "千万": Decimal(10) ** 7, "万亿": Decimal(10) ** 12}  # fmt: skip
# the digits alone: grouped in threes (Indian: twos before the last three), by blanks or apostrophes, or not at all;
# a dash in the place of the cents is none
DIGITS = {
    "point": r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3})(?:\.-{1,2}|\.\d*)?"
    r"|[1-9]\d{0,2}(?:[' ]\d{3})+(?:\.-{1,2}|\.\d*)?"
    r"|\d+\.-{1,2}|\d+(?:\.\d*)?(?:e[+-]?\d{1,3})?|\.\d+",
    "comma": r"[1-9]\d{0,2}(?:\.\d{3})+(?:,-{1,2}|,\d*)?|[1-9]\d{0,2}(?:[' ]\d{3})+(?:,-{1,2}|,\d*)?"
    r"|\d+,-{1,2}|\d+(?:,\d*)?(?:e[+-]?\d{1,3})?|,\d+",
}


@dataclass(frozen=True)
class NumberText:
    """How the numbers of a column are written."""

    decimal: str = "point"
    rate: bool = False  # whether a percentage is meant
    credit: str = "minus"


@cache
def _pattern(decimal: str) -> str:
    money = currency.pattern()
    return (
        rf"^(?:(?P<before>{SIDE})\.?\s?)?(?P<money>(?:{money})\s?)?(?P<open>\()?\s?(?P<sign>[-+])?\s?"
        rf"(?P<inner>(?:{money})\s?)?(?P<second>[-+])?\s?(?P<digits>{DIGITS[decimal]})\s?"
        rf"(?P<size>万亿|千万|百万|万|亿|千)?\s?(?P<behind>(?:{money})\s?)?(?P<last>[-+])?(?P<percent>\s?%)?\s?"
        rf"(?P<close>\))?\s?(?P<outer>(?:{money})\s?)?(?P<after>{SIDE}|\({SIDE}\))?\.?$"
    )


@cache
def _compiled(decimal: str) -> re.Pattern[str]:
    return re.compile(_pattern(decimal))


def could_be_number(cells: list[str]) -> bool:
    """Whether any of a few half-width cells has the form of a number, with a decimal point or comma."""
    for cell in one_way(pl.Series(cells, dtype=pl.String)).to_list():
        if cell[:1].isdigit() and cell.isdigit():
            return True
        if any(_compiled(decimal).match(cell) for decimal in ("point", "comma")):
            return True
    return False


def one_way(text: pl.Series) -> pl.Series:
    """Number text in lower case with one kind of minus, apostrophe and blank."""
    lower = text.str.to_lowercase()
    if bool((lower.str.len_bytes() != lower.str.len_chars()).any()):
        lower = lower.str.replace_all(MINUS, "-").str.replace_all(APOSTROPHES, "'")
    return lower.str.replace_all(SPACES, " ")


def read_text(text: pl.Series, form: NumberText) -> pl.Series:
    """Structs of `value` and what is `wrong` (a code or null) of half-width text that is no plain number."""
    frame = one_way(text).to_frame("t")
    if form.decimal == "point":
        simple = frame.select(
            pl.when(pl.col("t").str.contains(GROUPED)).then(pl.col("t").str.replace_all(",", "", literal=True))
        ).to_series()
        if simple.null_count() == 0:
            return _judged(frame.with_columns(simple.cast(EXACT, strict=False).alias("value"), size=simple))
    parts = frame.select(pl.col("t").str.extract_groups(_pattern(form.decimal)).alias("p")).unnest("p")
    signs = [pl.col(name) == "-" for name in ("sign", "second", "last")]
    sides = pl.coalesce("before", pl.col("after").str.strip_chars("()"))
    credit = sides.is_in(CREDIT if form.credit == "minus" else DEBIT)
    negative = pl.sum_horizontal(
        *(sign.fill_null(value=False).cast(pl.Int8) for sign in (*signs, credit)),
        pl.col("open").is_not_null().cast(pl.Int8),
    )
    signed = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int8) for name in ("sign", "second", "last"))
    moneys = pl.sum_horizontal(
        pl.col(name).is_not_null().cast(pl.Int8) for name in ("money", "inner", "behind", "outer")
    )
    both_sides = pl.col("before").is_not_null() & pl.col("after").is_not_null()
    sound = (
        (negative <= 1) & (signed <= 1) & (moneys <= 2) & ~both_sides
        & (pl.col("open").is_null() == pl.col("close").is_null())
        & (pl.col("percent").is_null() | pl.lit(form.rate))
    )  # fmt: skip
    ungrouped = pl.col("digits").str.replace(r"[.,]-+$", "")
    if form.decimal == "point":
        digits = ungrouped.str.replace_all(r"[', ]", "")
    else:
        digits = ungrouped.str.replace_all(r"[' .]", "").str.replace(",", ".", literal=True)
    size = pl.col("size").replace_strict(list(SIZES), list(SIZES.values()), default=Decimal(1), return_dtype=EXACT)
    factor = pl.when(pl.col("percent").is_not_null()).then(pl.lit(Decimal("0.01"), EXACT)).otherwise(size)
    turned = pl.when(negative == 1).then(pl.lit(Decimal(-1), EXACT)).otherwise(pl.lit(Decimal(1), EXACT))
    read = parts.select(
        pl.when(sound).then(digits).alias("size"),
        (pl.when(sound).then(digits).cast(EXACT, strict=False) * turned).alias("unscaled"),
        factor.alias("factor"),
    )
    scaled = read.select((pl.col("unscaled") * pl.col("factor")).cast(EXACT).alias("value"))
    return _judged(frame.hstack([scaled.to_series(), read["size"]]))


def _judged(read: pl.DataFrame) -> pl.Series:
    """Structs of value and what is wrong, from text `t`, its `value` and the digits `size` that say how large it is."""
    text = pl.col("t")
    blank = text.is_in(BLANKS)
    large = pl.col("size").cast(pl.Float64, strict=False).abs() >= float(LIMIT)
    wrong = (
        pl.when(blank).then(None)
        .when(text.str.contains(r"^[+-]?(nan|inf|infinity)$")).then(pl.lit("not_finite"))
        .when(large).then(pl.lit("too_large"))
        .when(pl.col("value").is_null()).then(pl.lit("not_a_number"))
    )  # fmt: skip
    value = pl.when(wrong.is_null() & ~blank).then(pl.col("value"))
    return read.select(pl.struct(value.alias("value"), wrong.alias("wrong")).alias("read")).to_series()


def money_sign(raw: pl.Series) -> pl.Series:
    """The currency's sign or word in front of or behind the number in each cell; null where there is none."""
    text = one_way(half_width(raw)).str.strip_chars()
    money = currency.pattern()
    signs = text.to_frame("t").select(
        pl.coalesce(
            pl.col("t").str.extract(rf"^[(+-]?\s?({money})\s?[(+-]?\s?[\d.,]", 1),
            pl.col("t").str.extract(rf"[\d.,]-?\s?[万亿千百]*\s?({money})\s?[)+-]?$", 1),
        )
    )
    return signs.to_series()


def says_size(raw: pl.Series) -> bool:
    """Whether the cells themselves say that they count in 万 or 亿: a heading that says so too adds nothing."""
    return raw.dtype == pl.String and bool(half_width(raw).str.contains(r"\d\s*[万亿千]").any())
