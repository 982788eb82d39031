"""The churn model: a calibrated probability of leaving for every customer, or the reason why there is none.

Which model is fitted depends on how many customers were seen leaving (methods, "the ladder"): with many, boosting on
top of a logit; with fewer, the logit; with few, a buying model that needs no leavers. The rung is said with the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.churn import boosting, buying, logit
from liuke.signals.churn.history import unlearnt
from liuke.signals.churn.question import INTERVAL_Z, Asked, Chance
from liuke.signals.churn.rows import COLUMNS, FIBONACCI, LEAST_HISTORY, LINEAR, SILENCE, sampled

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.boosting import Boosting
    from liuke.signals.churn.buying import Buying
    from liuke.signals.churn.logit import Logit
    from liuke.signals.churn.rows import ModelRows

LEAST_FOR_LOGIT, LEAST_FOR_BOOSTING = 50, 200  # customers seen leaving (methods.md section 2, "cold start")
MOST_ROWS = 200_000  # rows fitted to: more cost time and add nothing that can be seen
SLOPE_SD = 0.05  # prior of the calibration's slope around 1
SUSPECT_AUC = 0.95  # a single column that ranks this well knows the answer
_SUSPECT = N_("{columns} alone ranks {bound:.0%} of pairs rightly: too well to be honest, look at the data")
_FEW_FELL = N_("a fall can be foreseen from {need} customers seen falling on; there are {have}")


@dataclass(frozen=True)
class LearntFrom:
    """What a model was learnt from."""

    rows: int
    customers: int
    leavers: int  # different customers seen leaving while still buying
    origins: tuple[int, ...]  # positions
    left_out: tuple[str, ...]  # columns refused: alone they tell who leaves
    columns: tuple[str, ...]  # what its rows held, exposures in the model among them


@dataclass(frozen=True)
class ChurnModel:
    """A fitted model; `rung` is boosting, logit or buying."""

    rung: str
    asked: Asked
    learnt: LearntFrom
    linear: Logit | None = None
    trees: Boosting | None = None
    slope: float = 1.0  # of the calibration, around `middle`
    middle: float = 0.0
    spread: float | None = None  # of log-odds around what came, measured by a back-test; the level's drift before one
    buying: Buying | None = None

    def chance(self, rows: ModelRows) -> Chance:
        """The chance of leaving within the horizon after each row's end."""
        from scipy.special import expit

        if self.buying is not None:
            return self.buying.chance(rows, self.asked)
        assert self.linear is not None
        odds = self.log_odds(rows)
        apart = self.linear.drift if self.spread is None else self.spread
        reach = INTERVAL_Z * np.sqrt(self.linear.variance(rows.x[:, : len(LINEAR)]) + apart**2)
        asked = self.asked.asked_of(rows)
        least, most = 1 / (self.learnt.customers + 2), 1 - 1 / (self.learnt.leavers + 2)
        ends = (np.clip(expit(z), least, most) for z in (odds, odds - reach, odds + reach))  # nothing seen is surer
        return Chance(*(np.where(asked, each, np.nan) for each in ends))

    def log_odds(self, rows: ModelRows) -> Float:
        """Calibrated log-odds of leaving; (rows,)."""
        assert self.linear is not None
        raw = self.linear.log_odds(rows.x[:, : len(LINEAR)])
        if self.trees is not None:
            raw = raw + self.trees.correction(self.seen(rows))
        return self.middle + self.slope * (raw - self.middle)

    def seen(self, rows: ModelRows) -> Float:
        """The columns the trees may see: those refused are blank; (rows, columns)."""
        x = rows.x.astype(np.float64)
        x[:, [COLUMNS.index(name) for name in self.learnt.left_out]] = np.nan
        return x


def training(rows: ModelRows, asked: Asked) -> ModelRows:
    """The rows a model may learn from: outcome known, question asked, of the last year that is so."""
    fit_for = asked.closed(rows) & asked.asked_of(rows) & (rows.position >= LEAST_HISTORY - 1)
    if not fit_for.any():
        return rows.pick(fit_for)
    newest = int(rows.position[fit_for].max())
    return rows.pick(fit_for & (rows.position > newest - asked.year))


def fit(rows: ModelRows, asked: Asked) -> ChurnModel | NotEstimable:
    """The model of the highest rung the rows can carry.

    `rows` may hold anything up to the period the question is asked at; only rows whose outcome is known are learnt
    from. The last of them also decide how many trees serve a later slice and how far log-odds are to be stretched.
    """
    known = training(rows, asked)
    if not len(known):
        return unlearnt(rows, asked)
    left = asked.left(known)
    leavers = len(np.unique(known.customer[left & asked.buying(known)]))
    if leavers < LEAST_FOR_LOGIT and asked.fall is not None:
        return NotEstimable.because(_FEW_FELL, need=LEAST_FOR_LOGIT, have=leavers)
    if leavers < LEAST_FOR_LOGIT or left.all():
        return _by_buying(rows, known, asked, leavers)
    known = thinned(known)
    left = asked.left(known)
    refused = suspects(known, asked)
    if set(refused) & set(LINEAR):
        return NotEstimable.because(_SUSPECT, columns=tuple(refused), bound=SUSPECT_AUC)
    learnt = _learnt(known, leavers, refused)
    linear = logit.fit(known.x[:, : len(LINEAR)], left, known.position, known.customer)
    rung = ChurnModel("logit", asked, learnt, linear)
    if leavers < LEAST_FOR_BOOSTING or not boosting.boosting_usable():
        return rung
    rounds, slope = _transfer(known, left, asked, refused)
    offset = linear.log_odds(known.x[:, : len(LINEAR)], known.position)
    whole = boosting.Slice(rung.seen(known), left, offset)
    trees = boosting.fit(whole, rounds=rounds)
    middle = float((linear.log_odds(known.x[:, : len(LINEAR)]) + trees.correction(whole.x)).mean())
    return ChurnModel("boosting", asked, learnt, linear, trees, slope, middle)


def suspects(known: ModelRows, asked: Asked) -> tuple[str, ...]:
    """Columns that alone tell leavers from stayers too well to be honest, of customers still buying.

    Not those of SILENCE: leaving is silence, so of customers who buy daily the days since the last purchase do tell.
    """
    from liuke.signals.metrics import auc

    chosen = known.pick(asked.buying(known))
    left = asked.left(chosen).astype(np.float64)
    found = []
    for nth, name in enumerate(COLUMNS):
        if name in SILENCE:
            continue
        held = ~np.isnan(chosen.x[:, nth])
        if not 0 < left[held].sum() < held.sum():
            continue
        order = np.argsort(chosen.x[held, nth], kind="stable")
        value = auc(chosen.x[held, nth][order].astype(np.float64), left[held][order], np.ones(int(held.sum())))
        if max(value, 1 - value) > SUSPECT_AUC:
            found.append(name)
    return tuple(found)


def _transfer(known: ModelRows, left: Bool, asked: Asked, refused: tuple[str, ...]) -> tuple[int, float]:
    """How many trees, and what slope of the log-odds, serve the newest origin best when learnt from earlier ones.

    The earlier ones are those whose outcomes were known at that origin, or just all earlier ones where there are none.
    """
    newest = int(known.position.max())
    later = known.position == newest
    earlier = asked.closed_by(known, newest)
    if not _enough(left[earlier]):
        earlier = ~later
    if not (_enough(left[earlier]) and _enough(left[later])):
        return boosting.USUAL_ROUNDS, 1.0
    old, new = known.pick(earlier), known.pick(later)
    linear = logit.fit(old.x[:, : len(LINEAR)], left[earlier], old.position, old.customer)
    blank = ChurnModel("logit", asked, _learnt(old, 0, refused), linear)
    level = float(np.log(left[later].mean() / (1 - left[later].mean())))
    there = linear.log_odds(new.x[:, : len(LINEAR)])
    watch = boosting.Slice(blank.seen(new), left[later], there + level - _log_odds_of_mean(there))
    trees = boosting.fit(
        boosting.Slice(blank.seen(old), left[earlier], linear.log_odds(old.x[:, : len(LINEAR)], old.position)), watch
    )
    return trees.rounds, calibration_slope(there + trees.correction(watch.x), left[later])


def calibration_slope(odds: Float, left: Bool) -> float:
    """The slope that stretches log-odds to fit outcomes, the level left free; normal prior around 1."""
    from scipy.special import expit

    z = odds - odds.mean()
    level, slope, y = float(np.log(left.mean() / (1 - left.mean()))), 1.0, left.astype(np.float64)
    for _ in range(30):
        p = expit(level + slope * z)
        w, r = p * (1 - p), y - p
        gradient = np.array([r.sum(), (r * z).sum() - (slope - 1) / SLOPE_SD**2])
        hessian = np.array([[w.sum(), (w * z).sum()], [(w * z).sum(), (w * z * z).sum() + SLOPE_SD**-2]])
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 1.0 / float(np.abs(step).max() + 1e-300))  # a whole step may overshoot where classes part
        level, slope = level + step[0], slope + step[1]
    return float(slope)


def _by_buying(rows: ModelRows, known: ModelRows, asked: Asked, leavers: int) -> ChurnModel | NotEstimable:
    """The rung for few leavers."""
    found = buying.fit(rows.pick(rows.position == asked.at), known, asked)
    if isinstance(found, NotEstimable):
        return found
    return ChurnModel("buying", asked, _learnt(known, leavers, ()), buying=found)


def _enough(left: Bool) -> bool:
    return min(int(left.sum()), int((~left).sum())) >= LEAST_FOR_LOGIT


def thinned(known: ModelRows) -> ModelRows:
    """At most `MOST_ROWS` of the rows: whole customers, chosen by code."""
    if len(known) <= MOST_ROWS:
        return known
    return known.pick(sampled(known.customer, MOST_ROWS / len(known), FIBONACCI))


def _learnt(known: ModelRows, leavers: int, refused: tuple[str, ...]) -> LearntFrom:
    return LearntFrom(
        len(known),
        len(np.unique(known.customer)),
        leavers,
        tuple(int(p) for p in np.unique(known.position)),
        refused,
        COLUMNS,
    )


def _log_odds_of_mean(odds: Float) -> float:
    from scipy.special import expit

    mean = float(expit(odds).mean())
    return float(np.log(mean / (1 - mean)))
