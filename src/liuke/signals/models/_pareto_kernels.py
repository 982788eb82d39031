"""Compiled loops of the Pareto/NBD likelihood and predictions; imported when first used.

Notation of pareto_nbd.py: A(y) = (alpha+y)^-c (beta+y)^-s with c = r + x, N = c + s, and the two tails of its decline

    P(y) = s integral_y^inf (alpha+u)^-c (beta+u)^-(s+1) du,    Q(y) = c integral_y^inf (alpha+u)^-(c+1) (beta+u)^-s du,

P + Q = A. Each is A times a factor times f(q, N+1; z) = 2F1(q, 1; N+1; z) with 0 <= z < 1, positive throughout, by the
Euler transformation (Abramowitz and Stegun 15.3.3):

    alpha >= beta, z = (alpha-beta)/(alpha+y):  P/A = s/N f(c),  Q/A = c/N (beta+y)/(alpha+y) f(c+1)
    alpha <  beta, z = (beta-alpha)/(beta+y):   Q/A = c/N f(s),  P/A = s/N (alpha+y)/(beta+y) f(s+1)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int32]

_DIGITS = 38.0  # natural: 1e-16
_NEAR_ONE = 1.0 - 1e-12
_MOST_STEPS = 20_000.0


@compiled
def hypergeometric(q: float, d: float, z: float, rest: float) -> tuple[float, float, float, float]:
    """ln f(q, d; z) and its derivatives in q, d and z, for 0 <= z < 1, d > q > 0; rest = 1 - z.

    Gauss's continued fraction, 1/f = 1 - e_1 z / (1 - e_2 z / (1 - ...)), evaluated upwards from its known limit; a
    step takes off a factor (1 + sqrt(rest)) / (1 - sqrt(rest)) of the error (Lorentzen and Waadeland 2008, ch. 6).
    """
    root = math.sqrt(rest)
    steps = 3 + int(min(_DIGITS / max(2.0 * math.atanh(min(root, _NEAR_ONE)), 1e-9), _MOST_STEPS))
    value, by_q, by_d, by_z = 0.5 * (1.0 + root), 0.0, 0.0, 0.0
    for k in range(steps, 0, -1):
        m = float(k // 2)
        low = d + k - 2.0
        per = 1.0 / (low * (low + 1.0))
        if k % 2 == 1:
            e_q = (d + m - 1.0) * per
            e = (q + m) * e_q
            e_d = (q + m) * per * (1.0 - e_q * (2.0 * low + 1.0))
        else:
            e_q = -m * per
            e = (q - d - m + 1.0) * e_q
            e_d = m * per - e * (2.0 * low + 1.0) * per
        inverse = 1.0 / value
        share = e * z * inverse * inverse
        by_q = share * by_q - e_q * z * inverse
        by_d = share * by_d - e_d * z * inverse
        by_z = share * by_z - e * inverse
        value = 1.0 - e * z * inverse
    return -math.log(value), -by_q / value, -by_d / value, -by_z / value


@compiled
def tail(c: float, y: float, s: float, alpha: float, beta: float, first: bool, out: Floats) -> None:
    """Logarithm of P (`first`) or Q at y, and its derivatives in r, alpha, s and beta, into `out`; (5,)."""
    big, small = max(alpha, beta) + y, min(alpha, beta) + y
    above = alpha >= beta
    q = (c if above else s) + (1.0 if first != above else 0.0)
    z = (big - small) / big
    log_value, by_q, by_d, by_z = hypergeometric(q, c + s + 1.0, z, small / big)
    per_big, per_small = 1.0 / big, 1.0 / small
    by_big, by_small = by_z * small * per_big * per_big, -by_z * per_big
    out[0] = log_value + math.log((s if first else c) / (c + s))
    share = -1.0 / (c + s)
    out[1] = by_d + share + (0.0 if first else 1.0 / c) + (by_q if above else 0.0)
    out[3] = by_d + share + (1.0 / s if first else 0.0) + (0.0 if above else by_q)
    if first != above:
        out[0] += math.log(small * per_big)
        by_big -= per_big
        by_small += per_small
    log_alpha, log_beta = math.log(alpha + y), math.log(beta + y)
    out[0] -= c * log_alpha + s * log_beta
    out[1] -= log_alpha
    out[3] -= log_beta
    out[2] = (by_big if above else by_small) - c / (alpha + y)
    out[4] = (by_small if above else by_big) - s / (beta + y)


@compiled
def tails(xc: Codes, y: Floats, x: Floats, r: float, alpha: float, s: float, beta: float, first: bool) -> Floats:
    """`tail` of each pair; (pairs, 5)."""
    out = np.empty((len(y), 5))
    for i in range(len(y)):
        tail(r + x[xc[i]], y[i], s, alpha, beta, first, out[i])
    return out


@compiled
def mixed(last: Codes, age: Codes, weight: Floats, log_p: Floats, log_q: Floats) -> Floats:
    """Sum of ln(P + Q) over rows, then the weight of P in it by pair, then that of Q; (1 + pairs + pairs,)."""
    out = np.zeros(1 + len(log_p) + len(log_q))
    at_q = 1 + len(log_p)
    for i in range(len(weight)):
        j, m = last[i], age[i]
        high, low = log_p[j], log_q[m]
        above = high >= low
        if not above:
            high, low = low, high
        e = math.exp(low - high)
        out[0] += weight[i] * (high + math.log1p(e))
        lesser = weight[i] * e / (1.0 + e)
        out[1 + j] += weight[i] - lesser if above else lesser
        out[at_q + m] += lesser if above else weight[i] - lesser
    return out


@compiled
def log_either(x: float, t: float, T: float, r: float, alpha: float, s: float, beta: float, room: Floats) -> float:  # noqa: N803
    """ln(P(t) + Q(T))."""
    tail(r + x, t, s, alpha, beta, True, room)
    p = room[0]
    tail(r + x, T, s, alpha, beta, False, room)
    q = room[0]
    found: float = max(p, q) + math.log1p(math.exp(-abs(p - q)))
    return found


@compiled
def alive(x: Floats, t: Floats, T: Floats, r: float, alpha: float, s: float, beta: float) -> Floats:  # noqa: N803
    """P(alive) of each row: A(T) / (P(t) + Q(T))."""
    out, room = np.empty(len(x)), np.empty(5)
    for i in range(len(x)):
        at_work = -(r + x[i]) * math.log(alpha + T[i]) - s * math.log(beta + T[i])
        out[i] = min(math.exp(at_work - log_either(x[i], t[i], T[i], r, alpha, s, beta, room)), 1.0)
    return out


@compiled
def buys(h: Floats, x: Floats, t: Floats, T: Floats, r: float, alpha: float, s: float, beta: float) -> Floats:  # noqa: N803
    """P(at least one occasion within h of T): no occasion is the same history, h later."""
    out, room = np.empty(len(x)), np.empty(5)
    for i in range(len(x)):
        later = log_either(x[i], t[i], T[i] + h[i], r, alpha, s, beta, room)
        now = log_either(x[i], t[i], T[i], r, alpha, s, beta, room)
        out[i] = -math.expm1(min(later - now, 0.0))
    return out


@compiled
def counts(
    h: Floats, living: Floats, c: Floats, alpha: Floats, beta: Floats,
    s: float, most: int, nodes: Floats, weights: Floats,
) -> Floats:  # fmt: skip
    """P(n occasions within h), n = 0..most, of customers alive with probability `living`; (rows, most + 1).

    Given life, rates are Gamma(c, alpha) and lives Pareto(s, beta): the count is negative binomial over the life or h,
    whichever ends first, integrated over v = ln(1 + life/beta) by Gauss-Legendre panels fine enough for the rate.
    """
    out = np.zeros((len(h), most + 1))
    for i in range(len(h)):
        width = math.log1p(h[i] / beta[i])
        panels = 1 + int(c[i] * math.log1p(h[i] / alpha[i]) / 20.0 + s * width / 20.0)
        for panel in range(panels):
            for node in range(len(nodes)):
                v = width * (panel + nodes[node]) / panels
                chance = s * math.exp(-s * v) * weights[node] * width / panels
                add_counts(beta[i] * math.expm1(v), c[i], alpha[i], living[i] * chance, out[i])
        add_counts(h[i], c[i], alpha[i], living[i] * math.exp(-s * width), out[i])
        out[i, 0] += 1.0 - living[i]
    return out


@compiled
def add_counts(span: float, c: float, alpha: float, weight: float, out: Floats) -> None:
    """Add to `out` the negative binomial chances of n = 0.. occasions in a span, times the weight."""
    z = span / (alpha + span)
    log_chance = c * math.log1p(-z)
    chance = math.exp(log_chance)
    out[0] += weight * chance
    if z == 0.0:
        return
    for n in range(1, len(out)):
        ratio = (c + n - 1.0) / n * z
        if log_chance > -600.0:
            chance *= ratio
        else:
            log_chance += math.log(ratio)
            chance = math.exp(log_chance)
        out[n] += weight * chance
