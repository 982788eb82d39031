"""Money at stake: the chance of leaving times the money expected next year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int


def at_stake(leaving: Float, next_year: Float) -> Int:
    """Whole cents expected to be lost; (customers,).

    `leaving` is the probability of leaving, 0 to 1, NaN where there is none: such a customer has nothing at stake to
    show, and -1 stands for it. `next_year` is money expected of next year in cents (margin, or amount: the caller says
    which); below 0 there is nothing to lose.
    """
    known = ~np.isnan(leaving)
    if ((leaving[known] < 0) | (leaving[known] > 1)).any():
        raise ValueError("probabilities of leaving lie within 0 and 1")
    loss = np.where(known, np.rint(np.where(known, leaving, 0) * np.maximum(next_year, 0)), -1)
    return loss.astype(np.int64)
