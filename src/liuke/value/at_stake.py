"""Money at stake: the chance of leaving times the money expected next year, and the order in which to look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

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


def by_expected_loss(stake: Int) -> npt.NDArray[np.intp]:
    """Positions from the most to the least at stake, equal ones as they came; (customers,)."""
    order: npt.NDArray[np.intp] = np.argsort(-stake, kind="stable")
    return order


def captured(stake: Int, value: Int, leave: npt.NDArray[np.bool_], most: int) -> float:
    """Of the money of those who left, the share held by the first `most` in order of the money at stake, 0 to 1.

    NaN where nobody with money left: a share of nothing.
    """
    lost = np.where(leave, np.maximum(value, 0), 0)
    total = int(lost.sum())
    return float(lost[by_expected_loss(stake)[:most]].sum() / total) if total else float("nan")
