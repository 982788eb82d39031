"""The rehearsal: what a model should look like is tried at the newest origin whose outcomes are known.

Blends and trees are fitted to the origins that were closed by then, on half the customers, and judged at that origin on
the other half: neither customers nor windows are shared, so nothing is chosen on outcomes it has seen. How many leave
in that one season decides nothing: the level is left free. Where history holds no two horizons, only the buying model's
weight is tried, over windows that overlap; what is seen there counts a tenth, and there are no trees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.churn import blend, boosting
from liuke.signals.churn.calibration import calibration_slope, log_loss_of
from liuke.signals.churn.level import level_shift
from liuke.signals.churn.rows import KNUTH, sampled

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.blend import Blend
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the buying model
STEP = 0.25  # standard deviation of the prior around the usual weight
AGAINST_NEWEST = 2.0  # nats a window of two origins must win against a year's
LEAST_LEARNT, LEAST_JUDGED = 50, 25  # leavers, and stayers, on either side
OVERLAPPING = 0.1  # what a nat counts that was seen over windows the learning shares: the season flatters it
LEAST_GAIN = 2.0  # nats the trees must win to be used


@dataclass(frozen=True)
class ModelShape:
    """What a model is to be made of: newest origins, weight of the buying model, trees, slope of the log-odds."""

    newest: int
    weight: float
    rounds: int = 0
    slope: float = 1.0
    rehearsed: bool = False  # else there was no origin to try it at


def rehearse(rows: ModelRows, known: ModelRows, asked: Asked, leavers: int, left_out: tuple[int, ...]) -> ModelShape:
    """The shape that served best; the usual one where history holds no two horizons or too few who left.

    `rows` are all up to the question, `known` those a model may learn from; `left_out` columns trees may not see.
    """
    usual = ModelShape(blend.YEAR, blend.usual_weight(leavers) if asked.fall is None else 0.0)
    newest = int(known.position.max())
    learners = sampled(known.customer, 0.5, KNUTH)
    taught = known.pick(learners & asked.closed_by(known, newest))
    judged = known.pick(~learners & (known.position == newest))
    apart = _enough(asked.left(taught), LEAST_LEARNT)
    if not apart:
        taught = known.pick(learners)
    if not (_enough(asked.left(taught), LEAST_LEARNT) and _enough(asked.left(judged), LEAST_JUDGED)):
        return usual
    came = asked.left(judged)
    model = None if asked.fall is not None else blend.buying_model(rows.pick(rows.position == newest))
    found: list[tuple[float, ModelShape, Blend]] = []
    last = np.isin(taught.position, np.unique(taught.position)[-blend.NEWEST :])
    short = apart and _enough(asked.left(taught)[last], LEAST_LEARNT)
    for origins in (blend.YEAR, blend.NEWEST) if short else (blend.YEAR,):
        made = blend.fit(taught, asked, model, usual.weight, origins)
        by_buying = made.buying_odds(judged)
        for weight in WEIGHTS if model is not None else (0.0,):
            loss = log_loss_of(_levelled(blend.mixed(made.linear, judged, by_buying, weight), came), came)
            loss *= 1.0 if apart else OVERLAPPING
            loss += ((weight - usual.weight) / STEP) ** 2 / 2 + AGAINST_NEWEST * (origins == blend.NEWEST)
            found.append((loss, ModelShape(origins, weight, rehearsed=apart), made))
    _, shape, made = min(found, key=lambda each: each[0])
    if not apart or leavers < boosting.LEAST_LEAVERS or not boosting.boosting_usable():
        return shape
    return _with_trees(shape, blend.weighed(made, taught, asked, shape.weight), taught, judged, asked, left_out)


def _with_trees(
    shape: ModelShape, made: Blend, taught: ModelRows, judged: ModelRows, asked: Asked, left_out: tuple[int, ...]
) -> ModelShape:
    """The shape with as many trees as helped the half that was not learnt from, and the slope that fitted it."""
    came = asked.left(judged)
    there = _levelled(made.log_odds(judged), came)
    learnt = taught.pick(np.isin(taught.position, made.level.origins))
    train = boosting.Slice(boosting.seen(learnt, left_out), asked.left(learnt), made.log_odds(learnt, learnt.position))
    watch = boosting.Slice(boosting.seen(judged, left_out), came, there)
    trees = boosting.fit(train, watch)
    mended = there + trees.correction(watch.x)
    if log_loss_of(_levelled(mended, came), came) > log_loss_of(there, came) - LEAST_GAIN:
        return ModelShape(shape.newest, shape.weight, 0, calibration_slope(there, came), True)
    return ModelShape(shape.newest, shape.weight, trees.rounds, calibration_slope(mended, came), True)


def _levelled(odds: Float, left: Bool) -> Float:
    return odds + level_shift(odds, left)


def _enough(left: Bool, least: int) -> bool:
    return min(int(left.sum()), int((~left).sum())) >= least
