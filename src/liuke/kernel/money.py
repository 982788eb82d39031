"""Money: decimal on disk, whole cents in arrays, so that sums are exact and equal on every engine."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

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


def round_to_cent(amount: Decimal) -> Decimal:
    """The nearest cent, halves away from zero, as invoices round."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
