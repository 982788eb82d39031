"""Whether a customer buys in one go or all the time, one thing or many: concentrated or dispersed (S3, S4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int, Int32

SPREADS = ("none", "concentrated", "dispersed")
HALF = 0.5  # half of a year in one period, or under two effective periods: the year hangs on one decision


@dataclass(frozen=True)
class Spread:
    """How a year's purchases are spread; all (customers,), NaN where nothing was bought or nothing is known.

    `effective_*` is one over the sum of squared shares (Laakso and Taagepera 1979): 12 equal periods are 12, one is 1.
    """

    kind: npt.NDArray[np.int8]  # code into SPREADS
    largest_period: Float  # share of the year's purchases in its largest period, 0 to 1
    effective_periods: Float
    largest_family: Float  # share of the largest product family, 0 to 1
    effective_families: Float


def spread(amount: Int, by_family: tuple[Int, Int32] | None = None) -> Spread:
    """The spread of the columns of `amount`, a year in cents, (customers, periods); negative periods count as none.

    `by_family` are cents of each customer and family, and the row of the customer each belongs to; both (pairs,).
    Concentrated: half of the year in one period, or fewer than two effective ones.
    """
    bought = np.maximum(amount, 0).astype(np.float64)
    total = bought.sum(axis=1)
    some = total > 0
    largest = _share(bought.max(axis=1, initial=0), total)
    effective = _share(total**2, (bought**2).sum(axis=1))
    kind = np.where(some, np.where((largest >= HALF) | (effective < 2), 1, 2), 0).astype(np.int8)
    unknown = np.full(len(total), np.nan)
    if by_family is None:
        return Spread(kind, largest, effective, unknown, unknown.copy())
    cents, owner = np.maximum(by_family[0], 0).astype(np.float64), by_family[1]
    whole = np.bincount(owner, cents, len(total)).astype(np.float64)
    top = np.zeros(len(total))
    np.maximum.at(top, owner, cents)
    squares = np.bincount(owner, cents**2, len(total)).astype(np.float64)
    return Spread(kind, largest, effective, _share(top, whole), _share(whole**2, squares))


def _share(part: Float, whole: Float) -> Float:
    """Part by whole, NaN where the whole is nothing."""
    found: Float = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return found
