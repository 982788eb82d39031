"""Compiled loops of BG/BB; imported when first used. Symbols as in bg_bb.py."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int32]


@compiled
def history(x: int, t: int, n: int, alpha: float, beta: float, gamma: float, delta: float, slope: Floats) -> float:
    """ln L of one history; `slope` (5,) gets its derivatives in the four parameters and P(alive at opportunity n).

    The ways to have stopped (before opportunity m + 1, for m = t..n-1) and the way not to are summed relative to the
    first, each obtained from the one before by a ratio of whole-number shifts of the Beta functions.
    """
    log_first, a, b, g, d = 0.0, 0.0, 0.0, 1.0 / gamma, 0.0
    for j in range(x):
        log_first += math.log(alpha + j)
        a += 1.0 / (alpha + j)
    for j in range(t - x):
        log_first += math.log(beta + j)
        b += 1.0 / (beta + j)
    log_first += math.log(gamma) - math.log(gamma + delta + t)
    both = 1.0 / (gamma + delta + t)
    g -= both
    d -= both
    for j in range(t):
        log_first += math.log((delta + j) / ((alpha + beta + j) * (gamma + delta + j)))
        both = 1.0 / (alpha + beta + j)
        a -= both
        b -= both
        both = 1.0 / (gamma + delta + j)
        g -= both
        d += 1.0 / (delta + j) - both
    share, total = 1.0, 0.0
    slope[:] = 0.0
    for m in range(t, n):
        total += share
        slope[0] += share * a
        slope[1] += share * b
        slope[2] += share * g
        slope[3] += share * d
        missed, bought, stayed, ended = beta + m - x, alpha + beta + m, delta + m, gamma + delta + m + 1.0
        share *= missed / bought * (stayed / ended)
        a -= 1.0 / bought
        b += 1.0 / missed - 1.0 / bought
        g -= 1.0 / ended
        d += 1.0 / stayed - 1.0 / ended
    living = share * (gamma + delta + n) / gamma
    total += living
    slope[0] += living * a
    slope[1] += living * b
    slope[2] += living * (g + 1.0 / (gamma + delta + n) - 1.0 / gamma)
    slope[3] += living * (d + 1.0 / (gamma + delta + n))
    for i in range(4):
        slope[i] /= total
    slope[4] = living / total
    return log_first + math.log(total)


@compiled
def likelihood_sums(
    xc: Codes, tc: Codes, nc: Codes, weight: Floats, x: Floats, t: Floats, n: Floats,
    alpha: float, beta: float, gamma: float, delta: float,
) -> Floats:  # fmt: skip
    """Sums over rows of ln L and its derivatives; (5,)."""
    total, slope = np.zeros(5), np.empty(5)
    for i in range(len(weight)):
        value = history(int(x[xc[i]]), int(t[tc[i]]), int(n[nc[i]]), alpha, beta, gamma, delta, slope)
        total[0] += weight[i] * value
        for j in range(4):
            total[1 + j] += weight[i] * slope[j]
    return total


@compiled
def alive_and_log(x: Floats, t: Floats, n: Floats, alpha: float, beta: float, gamma: float, delta: float) -> Floats:
    """(P(alive at opportunity n), ln L) of each row; (rows, 2)."""
    out, slope = np.empty((len(x), 2)), np.empty(5)
    for i in range(len(x)):
        out[i, 1] = history(int(x[i]), int(t[i]), int(n[i]), alpha, beta, gamma, delta, slope)
        out[i, 0] = slope[4]
    return out


@compiled
def counts(h: Floats, living: Floats, a: Floats, b: Floats, g: float, d: Floats, most: int) -> Floats:
    """P(n purchases at the next h opportunities), n = 0..most, each row alive so far with P `living`; (rows, most + 1).

    Staying for exactly i of them has chance E[(1-theta)^i theta] (without theta for i = h), theta ~ Beta(g, d);
    purchases among i are beta-binomial(i, a, b).
    """
    out = np.zeros((len(h), most + 1))
    for row in range(len(h)):
        stayed, none = living[row], 1.0
        out[row, 0] = 1.0 - living[row]
        for i in range(int(h[row]) + 1):
            leaves = g / (g + d[row] + i) if i < h[row] else 1.0
            chance = stayed * leaves * none
            for n in range(min(i, most) + 1):
                out[row, n] += chance
                chance *= (i - n) / (n + 1.0) * (a[row] + n) / (b[row] + i - n - 1.0) if n < i else 0.0
            none *= (b[row] + i) / (a[row] + b[row] + i)
            stayed *= 1.0 - leaves
    return out
