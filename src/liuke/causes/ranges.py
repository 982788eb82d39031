"""Ranges of sums of causes: how many customers left by each, how much it changed, how two groups differ.

All are 90 % ranges. How many left by a cause, of customers each of which did with a probability, follows the Poisson
binomial law; the binomial with the same mean and variance stands in for it (Ehm 1991, J. Stat. Plan. Inf. 28). What
changed between two years is compared as two Poisson counts, each with its exact limits (Garwood 1936), amounts as
weighted counts (Fay & Feuer 1997, Stat. Med. 16); shares of two groups by Wilson's limits (Newcombe 1998, Stat. Med.
17, method 10). The limits of two groups are put together by their squares (Zou & Donner 2008, Stat. Med. 27).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
TAIL = 0.05  # of the range on each side
NINETY = 1.6449  # standard deviations on each side of it
TINY = 1e-9


class Limits(NamedTuple):
    """A value and the ends of its range."""

    value: Float
    low: Float
    high: Float


def likely_count(mean: Float, squares: Float) -> Limits:
    """How many did, of customers with probabilities p; `mean` is the sum of p, `squares` that of p².

    Ends are whole customers, never below 0 nor above how many there are; the mean lies between them.
    """
    from scipy.special import bdtr, bdtrik

    size = np.ceil(np.divide(mean**2, squares, out=np.zeros_like(mean), where=squares > 0) - TINY)
    chance = np.divide(mean, size, out=np.zeros_like(mean), where=size > 0).clip(0, 1)
    sure = (chance >= 1 - TINY) | (size == 0)
    inner = np.where(sure, 0.5, chance)
    ends = []
    for tail in (TAIL, 1 - TAIL):
        found = np.ceil(np.nan_to_num(bdtrik(tail, np.maximum(size, 1), inner)))
        below = np.maximum(found - 1, 0)
        ends.append(np.where(bdtr(below, np.maximum(size, 1).astype(np.int64), inner) >= tail, below, found))
    low = np.where(sure, np.floor(mean + TINY), np.minimum(ends[0], np.floor(mean + TINY)))
    high = np.where(sure, np.ceil(mean - TINY), np.maximum(ends[1], np.ceil(mean - TINY)))
    high = np.minimum(high, np.maximum(size, np.ceil(mean - TINY)))
    return Limits(mean, np.maximum(low, 0.0), np.maximum(high, 0.0) + 0.0)  # no minus before a nought


def likely_amount(mean: Float, variance: Float, sure: Float, most: Float) -> Limits:
    """What those who did bought, of customers with amounts m: `mean` is the sum of p m, `variance` of p (1 - p) m².

    A gamma law with that mean and variance, never below what is `sure` (p = 1) nor above the `most` (p > 0) it can be.
    """
    from scipy.special import gammaincinv

    doubt = variance > 0
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=doubt)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=doubt & (mean > 0))
    low = np.where(doubt, scale * gammaincinv(shape, TAIL), mean)
    high = np.where(doubt, scale * gammaincinv(shape, 1 - TAIL), mean)
    return Limits(mean, np.minimum(np.maximum(low, sure), mean), np.maximum(np.minimum(high, most), mean))


def poisson(count: Float) -> Limits:
    """The rate behind a count, which need not be whole: exact limits; of none the upper end is 3 customers."""
    from scipy.special import gammaincinv

    low = np.where(count > 0, gammaincinv(np.maximum(count, TINY), TAIL), 0.0)
    return Limits(count, np.minimum(low, count), gammaincinv(count + 1, 1 - TAIL))


def weighted_poisson(amount: Float, squares: Float, largest: Float) -> Limits:
    """The rate behind an amount, the sum of p m; `squares` is that of p m², `largest` the most one customer may add."""
    from scipy.special import gammaincinv

    some = (amount > 0) & (squares > 0)
    shape = np.divide(amount**2, squares, out=np.ones_like(amount), where=some)
    scale = np.divide(squares, amount, out=np.zeros_like(amount), where=some)
    low = scale * gammaincinv(shape, TAIL)
    more, wider = amount + largest, squares + largest**2
    any_ = (more > 0) & (wider > 0)
    shape = np.divide(more**2, wider, out=np.ones_like(amount), where=any_)
    scale = np.divide(wider, more, out=np.zeros_like(amount), where=any_)
    high = scale * gammaincinv(shape, 1 - TAIL)
    return Limits(amount, np.minimum(low, amount), np.maximum(high, amount))


def wilson(count: Float, of: Float) -> Limits:
    """A share `count / of`, the count not necessarily whole; 0 to 1 where there is nobody."""
    size = np.maximum(of, TINY)
    share, square = count / size, NINETY**2
    middle = (share + square / (2 * size)) / (1 + square / size)
    half = NINETY * np.sqrt(np.maximum(share * (1 - share), 0) / size + square / (4 * size**2)) / (1 + square / size)
    nobody = of <= 0
    share = np.where(nobody, 0.0, share)
    low = np.where(nobody, 0.0, np.clip(middle - half, 0, share))
    return Limits(share, low, np.where(nobody, 1.0, np.clip(middle + half, share, 1)))


def difference(one: Limits, other: Limits) -> Limits:
    """One less another, for two groups that have nobody in common."""
    value = one.value - other.value
    low = value - np.hypot(one.value - one.low, other.high - other.value)
    return Limits(value, low, value + np.hypot(one.high - one.value, other.value - other.low))
