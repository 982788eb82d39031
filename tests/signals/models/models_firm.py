"""Customers drawn from the (M)BG/CNBD-k story, event by event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Firm:
    """Histories, sums of log gaps, the first two gaps of those who have them, and who was alive at the end."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    log_gaps: np.ndarray
    pairs: np.ndarray
    alive: np.ndarray


def drawn_regular(k: int, customers: int, seed: int, modified: bool = True) -> Firm:
    """r 1, alpha 5, a .8, b 2.5; ages from 30 to 60."""
    chance = np.random.default_rng(seed)
    rate, leaving = chance.gamma(1.0, 1 / 5.0, customers), chance.beta(0.8, 2.5, customers)
    age = chance.uniform(30, 60, customers)
    x, t_x, logs = np.zeros(customers, int), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, bool)
    pairs = []
    for i in range(customers):
        gaps: list[float] = []
        alive[i] = not (modified and chance.random() < leaving[i])
        while alive[i]:
            gap = chance.gamma(k, 1 / rate[i])
            if sum(gaps) + gap > age[i]:
                break
            gaps.append(gap)
            alive[i] = chance.random() >= leaving[i]
        x[i], t_x[i], logs[i] = len(gaps), sum(gaps), np.log(gaps).sum() if gaps else 0.0
        if len(gaps) >= 2:
            pairs.append(gaps[:2])
    return Firm(x, t_x, age, logs, np.array(pairs), alive)
