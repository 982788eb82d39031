"""Numbers as people and programs write them, read exactly; money is rounded half away from zero."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from liuke.sources.cell_text import by_unique, half_width
from liuke.sources.number_text import EXACT, LIMIT, NumberText, read_text

MONEY = pl.Decimal(18, 2)
NUMBER = pl.Decimal(18, 4)
WHOLE = r"^(-?\d+)$"
SLIPS = 0.05  # so few cells with the other decimal sign are mistakes of their own


@dataclass(frozen=True)
class Numbers:
    """Exact values (null where blank or bad) and, row by row, what is wrong: a code or null."""

    value: pl.Series
    wrong: pl.Series | None


def read_numbers(raw: pl.Series, decimal: str = "point", *, rate: bool = False, credit: str = "minus") -> Numbers:
    """Numbers of any column.

    `decimal` says whether text has a decimal point or comma, `credit` which sign CR gives an amount. A percentage is a
    number only where a `rate` is meant. What is more than one number, or a number and a unit, is none.
    """
    dtype = raw.dtype
    if dtype == pl.Decimal:
        typed = raw if (dtype.scale or 0) <= 12 else raw.cast(EXACT)  # type: ignore[attr-defined]
        return _within(typed, None)
    if dtype.is_integer():
        return _within(raw.cast(pl.Int64, strict=False).cast(EXACT), None)
    if dtype.is_float():
        return _floats(raw)
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return _texts(raw.cast(pl.String), NumberText(decimal, rate, credit))
    wrong = pl.select(pl.when(pl.lit(raw.is_not_null())).then(pl.lit("not_a_number"))).to_series()
    return Numbers(pl.Series(raw.name, [None] * raw.len(), dtype=EXACT), wrong)


def read_doubted(raw: pl.Series, decimal: str, *, rate: bool = False, credit: str = "minus") -> Numbers:
    """Numbers of a batch; where cells, and more than slips, are numbers only with the other decimal sign, those that
    could be either are none.
    """
    numbers = read_numbers(raw, decimal, rate=rate, credit=credit)
    if numbers.wrong is None or raw.dtype != pl.String:
        return numbers
    bad = (numbers.wrong == "not_a_number").fill_null(value=False)
    other = "comma" if decimal == "point" else "point"
    if not bool(read_numbers(raw.filter(bad), other, rate=rate, credit=credit).value.is_not_null().any()):
        return numbers
    theirs = read_numbers(raw, other, rate=rate, credit=credit).value
    only_mine = int((numbers.value.is_not_null() & theirs.is_null()).sum())
    only_theirs = int((bad & theirs.is_not_null()).sum())
    if only_theirs <= SLIPS * only_mine:
        return numbers
    either = (numbers.value != theirs).fill_null(value=False)
    frame = pl.DataFrame({"v": numbers.value, "w": numbers.wrong, "either": either})
    told = frame.select(
        pl.when(~pl.col("either")).then(pl.col("v")).alias(raw.name),
        pl.when("either").then(pl.lit("either_number")).otherwise(pl.col("w")).alias("w"),
    )
    return Numbers(told[raw.name], told["w"])


def _floats(raw: pl.Series) -> Numbers:
    """Floats are read through their shortest text: 0.1 is a tenth."""
    finite = raw.is_finite()
    large = raw.abs() >= float(LIMIT)
    wrong = None
    if not bool(finite.all()) or bool(large.any()):
        wrong = pl.select(
            pl.when(~pl.lit(finite)).then(pl.lit("not_finite")).when(pl.lit(large)).then(pl.lit("too_large"))
        ).to_series()
        raw = raw.to_frame("v").select(pl.when(pl.lit(wrong.is_null())).then(pl.col("v"))).to_series().alias(raw.name)
    return Numbers(raw.cast(pl.String).cast(EXACT, strict=False), wrong)


def _within(value: pl.Series, wrong: pl.Series | None) -> Numbers:
    """The values whose whole part fits decimal(18,2)."""
    large = value.abs() >= LIMIT
    if not bool(large.any()):
        return Numbers(value, wrong)
    frame = pl.DataFrame(
        {"v": value, "w": wrong if wrong is not None else pl.Series([None] * value.len(), dtype=pl.String)}
    )
    kept = frame.select(
        pl.when(~pl.lit(large)).then(pl.col("v")).alias("v"),
        pl.when(pl.lit(large)).then(pl.lit("too_large")).otherwise(pl.col("w")).alias("w"),
    )
    return Numbers(kept["v"].alias(value.name), kept["w"])


def _texts(raw: pl.Series, form: NumberText) -> Numbers:
    text = half_width(raw).str.strip_chars()
    plain = (
        text.cast(EXACT, strict=False)
        if form.decimal == "point"
        else text.str.extract(WHOLE, 1).cast(EXACT, strict=False)
    )
    open_ = plain.is_null() & text.is_not_null()
    if not bool(open_.any()):
        return _within(plain.alias(raw.name), None)
    read = by_unique(text.filter(open_), lambda distinct: read_text(distinct, form)).struct.unnest()
    frame = pl.DataFrame({"v": plain, "open": open_}).with_row_index("at")
    hard = frame.filter(pl.col("open")).select("at").hstack(read)
    joined = frame.join(hard, on="at", how="left", maintain_order="left")
    value = joined.select(pl.coalesce("v", "value")).to_series().alias(raw.name)
    wrong = joined["wrong"]
    return _within(value, wrong if wrong.null_count() < wrong.len() else None)


def to_cents(value: pl.Series) -> pl.Series:
    """Money: two decimals, halves away from zero; no text, no rounding where the column has them already."""
    if isinstance(value.dtype, pl.Decimal) and (value.dtype.scale or 0) <= 2:
        return value.cast(MONEY)
    return value.round(2, mode="half_away_from_zero").cast(MONEY)


def written(exact: Decimal) -> Decimal:
    """The same number with two decimals, or as many more as it needs."""
    cents = exact.quantize(Decimal("0.01"))
    return cents if cents == exact else exact.normalize()
