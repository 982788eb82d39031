"""Money: decimal on disk, whole cents in arrays, so that sums are exact and equal on every engine."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

CENT = Decimal("0.01")


def cents(amount: Decimal) -> int:
    """Whole cents of an exact amount; raises ValueError below a cent."""
    scaled = amount * 100
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} is not a whole number of cents")
    return whole


def from_cents(value: int) -> Decimal:
    """The exact amount of so many cents, with two decimals."""
    return Decimal(int(value)).scaleb(-2).quantize(CENT)


def decimals(cents: npt.NDArray[np.int64]) -> pl.Series:
    """Whole cents as a column of decimal(18,2)."""
    import polars as pl

    return (pl.Series(cents).cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(18, 2))  # a quotient keeps its own scale


def round_to_cent(amount: Decimal) -> Decimal:
    """The nearest cent, halves away from zero, as invoices round."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
