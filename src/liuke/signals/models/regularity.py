"""How regular the buying of a base is: Wheat and Morrison (1990, Journal of Marketing Research 27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from liuke.kernel.estimate import Answer

LEAST_PAIRS = 30


def regularity(first: ArrayLike, second: ArrayLike) -> Answer:
    """k of gaps ~ Gamma(k, own rate) from two successive gaps of each customer, one pair a customer; (customers,).

    The share M = first / (first + second) has variance V = 1 / (4 (2k + 1)) whatever the rate, so k = (1 - 4V) / (8V):
    1 is buying at random, 2 or more is regular. The interval is 90 %, from the spread of (M - 1/2)^2. NotEstimable
    with fewer than 30 pairs, or where all pairs are alike.
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if len(one) < LEAST_PAIRS:
        return NotEstimable(
            N_("regularity needs {least} customers with two gaps; there are {have}"),
            {"least": LEAST_PAIRS, "have": len(one)},
        )
    squares = (one / (one + two) - 0.5) ** 2
    variance, error = float(squares.mean()), float(squares.std(ddof=1)) / np.sqrt(len(one))
    if variance < 1e-6:
        return NotEstimable(N_("every customer buys at exactly even gaps"))
    bounds = (variance, min(variance + 1.645 * error, 0.25), max(variance - 1.645 * error, 1e-6))
    value, low, high = ((1.0 - 4.0 * v) / (8.0 * v) for v in bounds)
    return Estimate(value, low, high, "Wheat-Morrison")
