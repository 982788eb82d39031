"""Compiled loops of the (M)BG/CNBD-k likelihood and predictions; imported when first used."""
# ruff: noqa: N803  (T is the literature's name for a customer's age)

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int32]

LOG_TINY = -600.0


@compiled
def likelihood_sums(
    xc: Codes, tc: Codes, Tc: Codes, weight: Floats,
    x: Floats, t: Floats, T: Floats, log_odds: Floats, per_b: Floats,
    log_t: Floats, log_T: Floats, per_t: Floats, per_T: Floats, r: float, k: int,
) -> Floats:  # fmt: skip
    """Sums over rows of (bracket, d/dr, d/dalpha, P(dead), P(dead)/(b + x - 1 + m)); the bracket is equation (2)."""
    total = np.zeros(5)
    for i in range(len(weight)):
        n, j, m = xc[i], tc[i], Tc[i]
        c = r + k * x[n]
        waited = log_T[m] - log_t[j]
        open_log, open_r, open_alpha = 0.0, 0.0, 0.0
        if k > 1:
            open_log, open_r, open_alpha = open_gap((T[m] - t[j]) * per_T[m], c, k)
            open_alpha *= -per_T[m]
        z = log_odds[n] + c * waited - open_log
        if z > 0:
            e = math.exp(-z)
            dead = 1.0 / (1.0 + e)
            soft = z + math.log1p(e)
        else:
            e = math.exp(z)
            dead = e / (1.0 + e)
            soft = math.log1p(e)
        w = weight[i]
        total[0] += w * (soft + open_log - c * log_T[m])
        total[1] += w * (dead * waited - log_T[m] + (1.0 - dead) * open_r)
        total[2] += w * (c * (dead * (per_T[m] - per_t[j]) - per_T[m]) + (1.0 - dead) * open_alpha)
        total[3] += w * dead
        total[4] += w * dead * per_b[n]
    return total


@compiled
def open_gap(share: float, c: float, k: int) -> tuple[float, float, float]:
    """Logarithm of S = sum over j < k of (c)_j share^j / j!, its derivative in c, and share times that in share."""
    term, slope = 1.0, 0.0
    total, by_c, by_share = 1.0, 0.0, 0.0
    for j in range(1, k):
        term *= (c + j - 1.0) / j * share
        slope += 1.0 / (c + j - 1.0)
        total += term
        by_c += term * slope
        by_share += term * j
    return math.log(total), by_c / total, by_share / total


@compiled
def bracket(
    x: float, t: float, T: float, r: float, alpha: float, a: float, b: float, k: int, modified: int
) -> tuple[float, float]:
    """(log of the bracket of equation (2), log-odds of being dead)."""
    c = r + k * x
    end = math.log(alpha + T)
    open_log = 0.0
    if k > 1:
        open_log = open_gap((T - t) / (alpha + T), c, k)[0]
    if x + modified == 0:
        return open_log - c * end, -np.inf
    z = math.log(a / (b + x - 1.0 + modified)) + c * (end - math.log(alpha + t)) - open_log
    soft = z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))
    return soft + open_log - c * end, z


@compiled
def alive(x: Floats, t: Floats, T: Floats, r: float, alpha: float, a: float, b: float, k: int, modified: int) -> Floats:
    """P(alive) of each row."""
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = 1.0 / (1.0 + math.exp(bracket(x[i], t[i], T[i], r, alpha, a, b, k, modified)[1]))
    return out


@compiled
def buys(
    h: Floats, x: Floats, t: Floats, T: Floats,
    r: float, alpha: float, a: float, b: float, k: int, modified: int,
) -> Floats:  # fmt: skip
    """P(at least one occasion within h of T): no occasion is the same history, h later."""
    out = np.empty(len(x))
    for i in range(len(x)):
        later = bracket(x[i], t[i], T[i] + h[i], r, alpha, a, b, k, modified)[0]
        now = bracket(x[i], t[i], T[i], r, alpha, a, b, k, modified)[0]
        out[i] = -math.expm1(min(later - now, 0.0))
    return out


@compiled
def counts(
    h: Floats, x: Floats, t: Floats, T: Floats,
    r: float, alpha: float, a: float, b: float, k: int, modified: int, most: int,
) -> Floats:  # fmt: skip
    """most < 0: expected occasions within h of T, (rows, 1); otherwise P(n occasions) for n = 0..most."""
    width = most + 2 if most >= 0 else 0
    out = np.empty((len(x), max(most + 1, 1)))
    tail = np.empty(width)
    room = np.empty((3, k))
    for i in range(len(x)):
        living = 1.0 / (1.0 + math.exp(bracket(x[i], t[i], T[i], r, alpha, a, b, k, modified)[1]))
        share = (T[i] - t[i]) / (alpha + T[i])
        z = h[i] / (alpha + T[i] + h[i])
        mean = if_alive(r + k * x[i], z, share, a, b + x[i] + modified, room, tail)
        if most < 0:
            out[i, 0] = living * mean
            continue
        for n in range(most + 1):
            out[i, n] = living * (tail[n] - tail[n + 1])
        out[i, 0] += 1.0 - living
    return out


@compiled
def if_alive(c: float, z: float, share: float, a: float, b: float, room: Floats, tail: Floats) -> float:
    """P(at least n occasions | alive) into `tail` (n = 0..), or their sum over n, the mean, where tail is empty.

    n occasions need n k events of the clock and n - 1 survived chances to leave. With j events of the open gap gone,
    further events are negative binomial with shape c + j; j has weight (c)_j share^j / j!. `room` is (3, k).
    """
    k = room.shape[1]
    start_stages(c, z, share, room)
    mean, reached, stayed = 0.0, 1.0, 1.0
    if len(tail) > 0:
        tail[0] = 1.0
    n, events = 1, 0
    while True:
        for _ in range(k):  # events n k - k .. n k - 1 stop short of n occasions
            for j in range(min(k, events + 1)):
                reached -= room[0, j] * next_count(j, events - j, c + j, z, room)
            events += 1
        at_least = stayed * max(reached, 0.0)
        mean += at_least
        if len(tail) > 0:
            if n >= len(tail):
                return mean
            tail[n] = at_least
        elif at_least < 1e-13 * mean * (1.0 - z) or reached < 1e-14 or n > 1_000_000:
            return mean
        stayed *= (b + n - 1.0) / (a + b + n - 1.0)
        n += 1


@compiled
def start_stages(c: float, z: float, share: float, room: Floats) -> None:
    """Rows of `room`: weight of each j, log P(no event) of its negative binomial, and the same not in logarithms."""
    norm, weight = math.exp(open_gap(share, c, room.shape[1])[0]), 1.0
    for j in range(room.shape[1]):
        if j > 0:
            weight *= (c + j - 1.0) / j * share
        room[0, j] = weight / norm
        room[1, j] = (c + j) * math.log1p(-z)
        room[2, j] = math.exp(room[1, j])


@compiled
def next_count(j: int, e: int, c: float, z: float, room: Floats) -> float:
    """P(e events) of stage j from P(e - 1 events), in logarithms while too small for a float."""
    if e > 0:
        ratio = (c + e - 1.0) / e * z
        if room[1, j] > LOG_TINY:
            room[2, j] *= ratio
        else:
            room[1, j] += math.log(ratio)
            room[2, j] = math.exp(room[1, j])
    chance: float = room[2, j]
    return chance
