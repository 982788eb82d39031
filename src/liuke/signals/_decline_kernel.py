"""Compiled loop of the declining-customer posterior; imported when first used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NODES = 128


@compiled
def log_count(n: float, mean: float, log_mean: float, phi: float) -> float:
    """Log chance of n with that mean and variance mean + phi mean^2, without the terms in n and phi alone."""
    if phi > 0:
        return n * log_mean - (n + 1.0 / phi) * math.log1p(phi * mean)
    return n * log_mean - mean


@compiled
def by_ratio(
    base: Floats, base_exposure: Floats, recent: Floats, recent_exposure: Floats,
    ratios: Floats, shape: float, rate: float, phi_base: float, phi_recent: float,
) -> Floats:  # fmt: skip
    """For each row and ratio: log-likelihood up to a constant of the row, then the base rate's mean; (rows, 2 ratios).

    The rate is integrated in its logarithm by the trapezoid rule, which is exact to many digits for such bells, over
    the reach of Gamma(shape + base, rate + exposure).
    """
    out, many = np.empty((len(base), 2 * len(ratios))), len(ratios)
    logs = np.empty((NODES, many))
    for i in range(len(base)):
        around = shape + base[i]
        centre = math.log(around / (rate + base_exposure[i]))
        reach = 9.0 / math.sqrt(shape + base[i] / (1.0 + phi_base * base[i]))
        low, high = centre - max(reach, 30.0 / around), centre + reach
        best = -np.inf
        for node in range(NODES):
            log_rate = low + (high - low) * node / (NODES - 1.0)
            own = math.exp(log_rate)
            prior = shape * log_rate - rate * own
            seen = own * base_exposure[i]
            prior += log_count(base[i], seen, log_rate, phi_base)
            for k in range(many):
                mean = own * ratios[k] * recent_exposure[i]
                logs[node, k] = prior + log_count(recent[i], mean, log_rate + math.log(ratios[k]), phi_recent)
                best = max(best, logs[node, k])
        for k in range(many):
            total, moment = 0.0, 0.0
            for node in range(NODES):
                chance = math.exp(logs[node, k] - best)
                total += chance
                moment += chance * math.exp(low + (high - low) * node / (NODES - 1.0))
            out[i, k] = math.log(total) if total > 0 else -np.inf
            out[i, many + k] = moment / total if total > 0 else math.exp(centre)
    return out
