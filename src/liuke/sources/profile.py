"""What the first values of each column look like: numbers, dates, codes that repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from liuke.sources.cell_text import clean_text
from liuke.sources.days import could_be_day, in_three, read_dates, tidy
from liuke.sources.number_text import EXACT, could_be_number
from liuke.sources.numbers import read_numbers

if TYPE_CHECKING:
    from decimal import Decimal


GLANCE = 50  # cells a glance at a column takes
NO = pl.Series([False])


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
    glance = _glance(text) if column.dtype == pl.String else None
    values = _values(column, text, filled, glance)
    numeric = values.len() - values.null_count()
    if glance is not None and not could_be_day(glance):
        days, other = NO, 0
    else:
        days, other = _days(column, filled)
    bare = text.str.contains(r"^\d+(\.\d+)?$").fill_null(value=False)
    whole = values.cast(pl.Float64)
    fractions = int((whole != whole.round(0)).sum())
    temporal = column.dtype in (pl.Date, pl.Datetime)
    sure = int((days if temporal else days & ~bare).sum()) + other
    return Profile(
        header=header,
        filled=filled,
        numbers=0.0 if temporal else numeric / max(filled, 1),
        dates=sure / max(filled, 1),
        compact=int((days & text.str.contains(r"^(19|20)\d{6}$")).sum()) / max(filled, 1),
        date_like=(int(days.sum()) + other) / max(filled, 1),
        fractions=fractions / max(numeric, 1),
        distinct=text.drop_nulls().n_unique(),
        sample=tuple(text.drop_nulls().unique(maintain_order=True).head(3).to_list()),
        values=values,
    )


def _glance(text: pl.Series) -> list[str]:
    """Some different cells from all over a column: what none of them could be, the column is not."""
    cells = text.drop_nulls().unique(maintain_order=True)
    return cells.gather_every(max(1, cells.len() // GLANCE)).to_list()


def _days(column: pl.Series, filled: int) -> tuple[pl.Series, int]:
    """Where cells are days with the day first, and how many more are with the month first."""
    days = read_dates(column, "dmy").value.is_not_null()
    if int(days.sum()) == filled or column.dtype != pl.String:
        return days, 0
    left = column.filter(in_three(tidy(column)).fill_null(value=False) & ~days)
    return days, int(read_dates(left, "mdy").value.is_not_null().sum()) if left.len() else 0


def _values(column: pl.Series, text: pl.Series, filled: int, glance: list[str] | None) -> pl.Series:
    """The numbers of a column by the decimal sign more of its cells have; of words nothing is read one by one."""
    if glance is not None and not could_be_number(glance):
        return pl.Series(column.name, [None], dtype=EXACT).new_from_index(0, column.len())
    values = read_numbers(column, rate=True).value
    if column.dtype == pl.String and values.null_count() - text.null_count() > 0.5 * filled:
        values = read_numbers(column, "comma", rate=True).value
    return values


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
