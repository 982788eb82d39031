"""How many leave, followed over time: a local level of log-odds over the origins, the newest weighing most.

What makes a customer leave lasts; how many leave moves with season, growth and the age of the base. So the level of a
coming month is an exponentially weighted mean of what each origin would have needed (the local level model of Durbin
and Koopman 2012, chapter 2, its steady state), each shrunk to no deviation where it has few customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Int32

HALF_LIFE = 3.0  # origins, a month apart each, until one weighs half
SHIFT_SD = 1.0  # prior of what an origin's level is off, log-odds
STEPS = 30


@dataclass(frozen=True)
class LocalLevel:
    """What is added to log-odds: for a coming period, and at each origin learnt from (ascending)."""

    coming: float
    shifts: Float  # (origins,)
    origins: Int32

    def at(self, position: Int32) -> Float:
        """The shift of each row's own origin; (rows,)."""
        return np.asarray(self.shifts[np.searchsorted(self.origins, position)])


def local_level(odds: Float, left: Bool, position: Int32) -> LocalLevel:
    """The level that log-odds of rows at several origins lack of what came; (rows,) each."""
    origins = np.unique(position)
    shifts = np.array([level_shift(odds[position == one], left[position == one]) for one in origins])
    age = np.arange(len(origins))[::-1]
    weight = 0.5 ** (age / HALF_LIFE)
    return LocalLevel(float((weight * shifts).sum() / weight.sum()), shifts, origins.astype(np.int32))


def level_shift(odds: Float, left: Bool) -> float:
    """What must be added to log-odds so that their mean chance is the share that left, shrunk to 0."""
    from scipy.special import expit

    found, came = 0.0, float(left.sum())
    for _ in range(STEPS):
        p = expit(odds + found)
        slope = came - p.sum() - found / SHIFT_SD**2
        step = float(slope / ((p * (1 - p)).sum() + SHIFT_SD**-2))
        found += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-9:
            break
    return found
