"""What the first values of each column look like: numbers, dates, codes that repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from liuke.sources.cell_text import clean_text
from liuke.sources.days import read_dates
from liuke.sources.numbers import read_numbers

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True)
class Profile:
    """Shares are of the filled cells, 0 to 1; `values` are exact numbers (null where none), row by row."""

    header: str
    filled: int
    numbers: float
    dates: float  # written as dates: bare numbers do not count
    compact: float  # eight digits that are a day, as 20260305
    date_like: float  # bare numbers that could be 20260305 or a serial count too
    fractions: float  # share of the numbers that are not whole
    distinct: int
    sample: tuple[str, ...]
    values: pl.Series

    @property
    def repeats(self) -> bool:
        """Whether values come back, as customers and products do."""
        return 1 < self.distinct < 0.9 * self.filled or (self.filled <= 5 and self.distinct >= 1)


def profile(header: str, column: pl.Series) -> Profile:
    """The look of one column's first values."""
    text = clean_text(column)
    filled = text.len() - text.null_count()
    values = read_numbers(column, rate=True).value
    if column.dtype == pl.String and values.null_count() - text.null_count() > 0.5 * filled:
        values = read_numbers(column, "comma", rate=True).value
    numeric = values.len() - values.null_count()
    days = read_dates(column, "dmy").value.is_not_null() | read_dates(column, "mdy").value.is_not_null()
    bare = text.str.contains(r"^\d+(\.\d+)?$").fill_null(value=False)
    whole = values.cast(pl.Float64)
    fractions = int((whole != whole.round(0)).sum())
    temporal = column.dtype in (pl.Date, pl.Datetime)
    return Profile(
        header=header,
        filled=filled,
        numbers=0.0 if temporal else numeric / max(filled, 1),
        dates=int((days if temporal else days & ~bare).sum()) / max(filled, 1),
        compact=int((days & text.str.contains(r"^(19|20)\d{6}$")).sum()) / max(filled, 1),
        date_like=int(days.sum()) / max(filled, 1),
        fractions=fractions / max(numeric, 1),
        distinct=text.drop_nulls().n_unique(),
        sample=tuple(text.drop_nulls().unique(maintain_order=True).head(3).to_list()),
        values=values,
    )


def examples(column: pl.Series) -> tuple[str, ...]:
    """Up to three different values of a column, as they come."""
    return tuple(clean_text(column).drop_nulls().unique(maintain_order=True).head(3).to_list())


def agree(left: pl.Series, right: pl.Series, tolerance: float = 0.011) -> float:
    """Share of the rows, filled in both and not zero, where two columns of numbers are equal within a cent."""
    pair = pl.DataFrame({"l": left.cast(pl.Float64), "r": right.cast(pl.Float64)}).drop_nulls()
    pair = pair.filter((pl.col("l") != 0) | (pl.col("r") != 0))
    if pair.height < 2:
        return 0.0
    near = (pl.col("l") - pl.col("r")).abs() <= tolerance + 1e-6 * pl.col("r").abs()
    return float(pair.select(near.mean()).item())


def product(left: pl.Series, right: pl.Series) -> pl.Series:
    """Row by row product, as floats: for comparing, not for booking."""
    return left.cast(pl.Float64) * right.cast(pl.Float64)


def usual_ratio(large: pl.Series, small: pl.Series) -> Decimal | None:
    """The ratio of two columns where one ratio holds for nine rows in ten, as a tax rate does; else None."""
    from decimal import Decimal

    pair = pl.DataFrame({"l": large.cast(pl.Float64), "s": small.cast(pl.Float64)}).drop_nulls()
    ratios = pair.filter(pl.col("s").abs() > 1).select((pl.col("l") / pl.col("s")).round(2)).to_series()
    if ratios.len() < 2:
        return None
    usual = ratios.mode().sort()[0]
    share = float((ratios == usual).mean() or 0)
    return Decimal(str(usual)) if share >= 0.9 else None
