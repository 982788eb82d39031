"""Whether a model may speak: put right or withheld where its own back-test shows it wrong, wide where now is new.

A model whose log-loss at past ends is above that of one constant for all knows less than nobody: its level and slope
are fitted to what came there (Cox 1958), and if that does not help either, the model is withheld. Where the customers
of today are unlike those it was learnt from, its range is widened by how unlike they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.churn.calibration import calibration, log_loss_of
from liuke.signals.churn.rolling import MUCH_MOVED
from liuke.signals.churn.rows import WEEK
from liuke.signals.churn.tenths import Tenths

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.model import ChurnModel
    from liuke.signals.churn.rolling import BackTest
    from liuke.signals.churn.rows import ModelRows

LEVEL_SD, SLOPE_SD = 1.0, 0.5  # priors of what puts a model right, around 0 and 1
LEAST_SLOPE = 0.1  # below it the model's order is worth nothing
UNLIKE = MUCH_MOVED  # PSI
MORE_THAN_USUAL = 2.0  # times what a month was unlike the months learnt from before
FRESH = 2 * WEEK  # days: a shorter silence tells nothing new
LEAST_NOW = 100  # customers: of fewer a distribution says little
WORSE = N_(
    "at past ends the model was further from what came (log-loss {model}) than one chance for everybody ({constant}), "
    "and putting it right did not help"
)


def trusted(model: ChurnModel, tested: BackTest) -> ChurnModel | NotEstimable:
    """The model as it is, put right, or why it is withheld."""
    chance, left = tested.chances["model"], tested.left
    odds = np.log(np.clip(chance, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(chance, 1e-6, 1 - 1e-6))
    share = float(np.clip(left.mean(), 1e-6, 1 - 1e-6))
    every = np.full(len(left), np.log(share / (1 - share)))
    own, constant = (log_loss_of(each, left) / len(left) for each in (odds, every))
    if own <= constant:
        return model
    level, slope = calibration(odds - model.middle, left, model.middle, LEVEL_SD, SLOPE_SD)
    right = log_loss_of(model.middle + level + slope * (odds - model.middle), left) / len(left)
    if model.mixture is not None and slope > LEAST_SLOPE and right < constant:
        return replace(model, moved=(level, slope))
    return NotEstimable.because(WORSE, model=f"{own:.3f}", constant=f"{constant:.3f}")


def unlike_the_past(rows: ModelRows, model: ChurnModel) -> float:
    """How unlike the customers of today are those the model was learnt from: PSI of silence; 0 where nothing is new.

    Silences move when customers stop, and not as a base grows or ages. It is new when it is much, and more than the
    months between have been.
    """
    asked = rows.pick(model.asked.asked_of(rows))
    now, learnt = asked.position == model.asked.at, np.isin(asked.position, model.learnt.origins)
    if now.sum() < LEAST_NOW or learnt.sum() < LEAST_NOW:
        return 0.0
    silences = _silences(asked)
    then = [Tenths.of(each[learnt]) for each in silences]

    def shift(there: Bool) -> float:
        return max(tenths.shift(each[there]) for tenths, each in zip(then, silences, strict=True))

    found = shift(now)
    months = [int(p) for p in np.unique(asked.position) if p < model.asked.at]
    usual = [shift(asked.position == position) for position in months]
    return found if found > UNLIKE and found > MORE_THAN_USUAL * float(np.median(usual)) else 0.0


def _silences(rows: ModelRows) -> Float:
    """Silence and silence over the own gap, (2, rows); who bought within two weeks is as good as new.

    Else a last day on a weekend, or an export made at noon, is something new where customers buy every few days.
    """
    silent = rows.silent.astype(float)
    late = np.log((np.maximum(silent, FRESH) + WEEK) / (silent + WEEK))
    overdue = np.round(rows.x[:, rows.columns.index("overdue")] + late, 3)  # single precision makes no two alike
    return np.stack([np.maximum(silent, FRESH), overdue])


def widened(model: ChurnModel, unlike: float) -> ChurnModel:
    """The model with ranges as much wider as the present is new."""
    if not unlike:
        return model
    if model.buying is not None:
        wide = replace(model.buying, level_sd=float(np.hypot(model.buying.level_sd, unlike)))
        return replace(model, buying=wide, unlike=unlike)
    return replace(model, unlike=unlike)
