"""How conditions read a measure of the panel: whole numbers inside, amounts and words a person reads outside."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.amounts import Money
from liuke.kernel.money import CENT, from_cents
from liuke.kernel.period import label, period_end

if TYPE_CHECKING:
    from liuke.panel.panel import Int, Panel

SCALE = {"amount": 100, "margin": 100, "quantity": 10_000, "documents": 1}  # whole numbers of the panel per unit shown
MONEY = ("amount", "margin")
_NOUN = {"order": "orders", "delivery": "deliveries"}


def measure_values(panel: Panel, measure: str) -> Int:
    """A measure of the basis kind as whole numbers (cents, ten-thousandths, counts); (rows, periods).

    Raises ValueError when the source does not carry it: a rule asks `evaluable` first.
    """
    found = panel.measure(measure)
    if found is None:
        raise ValueError(f"this panel carries no {measure}")
    return found.astype(np.int64, copy=False)


def measure_whole(amount: float | Decimal, measure: str) -> int:
    """A threshold in units shown, as the whole numbers of the panel."""
    return int((Decimal(str(amount)) * SCALE[measure]).to_integral_value(rounding=ROUND_HALF_UP))


def measure_shown(value: int, measure: str) -> Money | Decimal | int:
    """A whole number of the panel as a field of a sentence: money, a quantity without idle zeros, or a count."""
    if measure in MONEY:
        return Money(from_cents(int(value)))
    return _without_idle_zeros(Decimal(int(value)).scaleb(-4)) if measure == "quantity" else int(value)


def mean_shown(total: int, over: int, measure: str) -> Money | Decimal:
    """The mean of a whole-number total over so many periods, to two decimals."""
    mean = (Decimal(int(total)) / SCALE[measure] / over).quantize(CENT, rounding=ROUND_HALF_UP)
    return Money(mean) if measure in MONEY else _without_idle_zeros(mean)


def _without_idle_zeros(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def measure_percent(part: int, whole_: int) -> int:
    """Part of a whole in whole per cent; 0 where the whole is not above 0."""
    return round(100 * int(part) / int(whole_)) if whole_ > 0 else 0


def noun(panel: Panel, measure: str) -> str:
    """Which sentence to use: `sales`, `orders`, `deliveries` for amounts by document kind, else the measure itself."""
    return _NOUN.get(panel.basis, "sales") if measure == "amount" else measure


def period_name(panel: Panel, position: int) -> str:
    """A period by itself: `2026-10`, `2026-Q4`, or a week by its first and last day, `2026-10-05–10-11`."""
    number, unit = panel.periods.first + int(position), panel.periods.unit
    return f"{label(number, unit)}–{period_end(number, unit):%m-%d}" if unit == "week" else label(number, unit)


def from_period(panel: Panel, position: int) -> str:
    """The period a span begins with, a week by its first day."""
    return label(panel.periods.first + int(position), panel.periods.unit)


def to_period(panel: Panel, position: int) -> str:
    """The period a span ends with, a week by its last day."""
    number, unit = panel.periods.first + int(position), panel.periods.unit
    return period_end(number, unit).isoformat() if unit == "week" else label(number, unit)
