"""What buying alone makes likely and what leavers teach, in one: a weighted mean of log-odds, its level up to date.

A buying model (MBG/NBD) learns from purchases, of which there are many, and follows a young base; the logit learns from
departures and sees more. The weight of the buying model is chosen for each firm on a rehearsal (`rehearsal.py`). What
customers met beside their documents counts in full: a buying model knows nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.signals.churn import buying, logit
from liuke.signals.churn.level import LocalLevel, local_level
from liuke.signals.churn.rows import LINEAR

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int32
    from liuke.signals.churn.logit import Logit
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows
    from liuke.signals.models.mbg_nbd import MbgNbd

LEAST_WEIGHT, FEW = 0.25, 200  # of the buying model before a rehearsal; with so few leavers it gets half
YEAR, NEWEST = 12, 2  # origins a logit may be learnt from


@dataclass(frozen=True)
class Blend:
    """A logit and, unless it could not be had, a buying model; `weight` is the latter's."""

    linear: Logit
    buying: MbgNbd | None
    weight: float
    horizon: int
    level: LocalLevel
    usual_odds: float  # the buying model's mean log-odds of the rows learnt from

    def log_odds(self, rows: ModelRows, origin: Int32 | None = None) -> Float:
        """Log-odds of leaving: of a coming period, or with the level of the origins it was fitted on; (rows,)."""
        found = mixed(self.linear, rows, self.buying_odds(rows), self.weight)
        return found + (self.level.coming if origin is None else self.level.at(origin))

    def buying_odds(self, rows: ModelRows) -> Float | None:
        """Log-odds of no purchase within the horizon by the buying model alone; (rows,)."""
        return None if self.buying is None else buying.log_odds(self.buying, rows, self.horizon)

    def parts(self, rows: ModelRows) -> Float:
        """What each linear column adds to the log-odds against the average row learnt from; (rows, columns)."""
        part = self.linear.standardised(rows.linear) * self.linear.slopes
        part[:, : len(LINEAR)] *= 1 - self.weight
        return part


def mixed(linear: Logit, rows: ModelRows, by_buying: Float | None, weight: float) -> Float:
    """The weighted mean of both log-odds, without a level of its own; (rows,)."""
    x = linear.standardised(rows.linear)
    habit = linear.level + x[:, : len(LINEAR)] @ linear.slopes[: len(LINEAR)]
    met = x[:, len(LINEAR) :] @ linear.slopes[len(LINEAR) :]
    return np.asarray(met + (habit if by_buying is None else (1 - weight) * habit + weight * by_buying))


def buying_model(now: ModelRows) -> MbgNbd | None:
    """The buying model of every customer's purchases up to now; None where purchases don't allow one."""
    found = buying.model_of(now)
    return None if isinstance(found, NotEstimable) else found


def fit(known: ModelRows, asked: Asked, model: MbgNbd | None, weight: float, newest: int = YEAR) -> Blend:
    """The blend learnt from the newest origins of rows whose outcome is known; ValueError without both outcomes."""
    origins = np.unique(known.position)[-newest:]
    learnt = known.pick(np.isin(known.position, origins))
    left = asked.left(learnt)
    linear = logit.fit(learnt.linear, left, learnt.position, learnt.customer)
    by_buying = None if model is None else buying.log_odds(model, learnt, asked.horizon)
    weight = 0.0 if model is None else weight
    level = local_level(mixed(linear, learnt, by_buying, weight), left, learnt.position)
    usual_odds = 0.0 if by_buying is None else float(by_buying.mean())
    return Blend(linear, model, weight, asked.horizon, level, usual_odds)


def weighed(made: Blend, known: ModelRows, asked: Asked, weight: float) -> Blend:
    """The same blend with another weight of the buying model, its level learnt anew from the rows it was fitted to."""
    learnt = known.pick(np.isin(known.position, made.linear.origins))
    weight = 0.0 if made.buying is None else weight
    there = mixed(made.linear, learnt, made.buying_odds(learnt), weight)
    return replace(made, weight=weight, level=local_level(there, asked.left(learnt), learnt.position))


def usual_weight(leavers: int) -> float:
    """The buying model's weight before anything was rehearsed: half where leavers are few, a quarter where many."""
    return LEAST_WEIGHT + (0.5 - LEAST_WEIGHT) * 2 * FEW / (FEW + max(leavers, FEW))
