"""The rung for few leavers: an MBG/NBD with a prior, its level moved to what was seen of leaving.

A buying model learns from purchases, of which there are many, instead of departures, of which there are few. Its prior
(methods.md section 1.5: what CDNOW's customers show, unit-free parameters only) keeps five customers from saying
something absurd. P(alive) is never the answer: the answer is the chance of no purchase within the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.churn.question import INTERVAL_Z, Chance

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows
    from liuke.signals.models.mbg_nbd import MbgNbd

PRIOR = {"r": 0.525, "a": 0.891, "b": 1.614}
PRIOR_CUSTOMERS = 20.0
FEW = N_("a buying model needs {need} customers who have bought; there are {have}")
LEVEL_SD = 0.5  # prior of how far the level is off, log-odds; also its uncertainty where nothing is known yet


@dataclass(frozen=True)
class Buying:
    """A fitted buying model with its correction."""

    model: MbgNbd
    level: float  # added to the log-odds of leaving
    level_sd: float

    def chance(self, rows: ModelRows, asked: Asked) -> Chance:
        """The chance of no purchase within the horizon, with 90 % of what the level leaves open."""
        from scipy.special import expit

        odds = log_odds(self.model, rows, asked.horizon) + self.level
        reach = INTERVAL_Z * self.level_sd
        ask = asked.asked_of(rows)
        return Chance(*(np.where(ask, expit(z), np.nan) for z in (odds, odds - reach, odds + reach)))


def model_of(now: ModelRows) -> MbgNbd | NotEstimable:
    """The model of every customer's purchases up to now, or why there is none."""
    from liuke.signals.models._likelihood import LEAST_WITH_PRIOR, Prior
    from liuke.signals.models.mbg_nbd import MbgNbd

    if len(now) < LEAST_WITH_PRIOR:
        return NotEstimable.because(FEW, need=LEAST_WITH_PRIOR, have=len(now))
    try:
        return MbgNbd(prior=Prior(PRIOR, PRIOR_CUSTOMERS)).fit(*_histories(now))
    except Refused as why:
        return NotEstimable(why.said)


def fit(now: ModelRows, known: ModelRows, asked: Asked) -> Buying | NotEstimable:
    """The model of every customer's purchases up to now, its level fitted to the known rows' outcomes."""
    model = model_of(now)
    if isinstance(model, NotEstimable):
        return model
    if not len(known):
        return Buying(model, 0.0, LEVEL_SD)
    level, sd = _level(log_odds(model, known, asked.horizon), asked.left(known), len(np.unique(known.position)))
    return Buying(model, level, sd)


def _histories(rows: ModelRows) -> tuple[Float, Float, Float]:
    """Repeat purchase days, days from the first to the last, days from the first to the period's end."""
    return (
        rows.occasions.astype(np.float64) - 1,
        (rows.tenure - rows.silent).astype(np.float64),
        rows.tenure.astype(np.float64),
    )


def log_odds(model: MbgNbd, rows: ModelRows, horizon: int) -> Float:
    """Log-odds of no purchase within so many days; (rows,)."""
    chance = np.clip(1 - np.asarray(model.probability_of_purchase(horizon, *_histories(rows))), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(chance / (1 - chance)))


def _level(odds: Float, left: Bool, origins: int) -> tuple[float, float]:
    """What must be added to log-odds to fit the outcomes, shrunk to 0, and its standard deviation.

    The same customers stand in several origins, so all of them together count as one origin's worth of evidence.
    """
    from scipy.special import expit

    level, y = 0.0, left.astype(np.float64)
    for _ in range(30):
        p = expit(odds + level)
        slope = (y - p).sum() / origins - level / LEVEL_SD**2
        curve = (p * (1 - p)).sum() / origins + LEVEL_SD**-2
        level += float(slope / curve)
    return level, float(curve**-0.5)
