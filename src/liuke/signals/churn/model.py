"""The churn model: a calibrated probability of leaving for every customer, or the reason why there is none.

Which model is fitted depends on how many customers were seen leaving (methods, "the ladder"): with many, boosting on
top of a logit; with fewer, the logit; with few, a buying model that needs no leavers. The rung is said with the number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.churn import blend, boosting, buying, rehearsal
from liuke.signals.churn.history import unlearnt
from liuke.signals.churn.question import INTERVAL_Z, Asked, Chance
from liuke.signals.churn.rows import LEAST_HISTORY, MOST_ROWS, SILENCE, thinned

if TYPE_CHECKING:
    from liuke.panel.panel import Float
    from liuke.signals.churn.blend import Blend
    from liuke.signals.churn.boosting import Boosting
    from liuke.signals.churn.buying import Buying
    from liuke.signals.churn.logit import Logit
    from liuke.signals.churn.rehearsal import ModelShape
    from liuke.signals.churn.rows import ModelRows

LEAST_FOR_LOGIT = 50  # customers seen leaving (methods.md section 2, "cold start")
LEAST_SEEN = 10  # customers that count in any case, so that nothing is cut at even odds
UNTESTED_SPREAD = 0.7  # log-odds: how far a model may be off that no past end could test
SUSPECT_AUC = 0.95  # a single column that ranks this well knows the answer
BUYING_COLUMNS = ("silence", "occasions", "tenure")  # all a buying model knows of a customer
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
    too_new: tuple[str, ...] = ()  # of these exposures those nobody knew of then: nothing is learnt of them yet


@dataclass(frozen=True)
class ChurnModel:
    """A fitted model; `rung` is boosting, logit or buying."""

    rung: str
    asked: Asked
    learnt: LearntFrom
    mixture: Blend | None = None
    trees: Boosting | None = None
    shape: ModelShape | None = None
    middle: float = 0.0  # log-odds around which the calibration stretches
    spread: float | None = None  # of log-odds around what came, measured by a back-test; else UNTESTED_SPREAD
    buying: Buying | None = None
    moved: tuple[float, float] = (0.0, 1.0)  # level and slope by which a bad back-test was put right
    unlike: float = 0.0  # how unlike today's customers are those learnt from (PSI); 0 where nothing is new

    @property
    def linear(self) -> Logit | None:
        """The logit in it."""
        return None if self.mixture is None else self.mixture.linear

    def chance(self, rows: ModelRows) -> Chance:
        """The chance of leaving within the horizon after each row's end."""
        from scipy.special import expit

        if self.buying is not None:
            return self.buying.chance(rows, self.asked)
        assert self.linear is not None
        odds = self.log_odds(rows)
        apart = np.hypot(UNTESTED_SPREAD if self.spread is None else self.spread, self.unlike)
        reach = INTERVAL_Z * np.sqrt(self.linear.variance(rows.linear) + apart**2)
        asked = self.asked.asked_of(rows)
        least, most = self._surest()
        ends = (np.clip(expit(z), least, most) for z in (odds, odds - reach, odds + reach))
        return Chance(*(np.where(asked, each, np.nan) for each in ends))

    def risk(self, rows: ModelRows) -> Float:
        """The chance without its range; (rows,)."""
        from scipy.special import expit

        if self.buying is not None:
            return self.buying.chance(rows, self.asked).risk
        least, most = self._surest()
        return np.where(self.asked.asked_of(rows), np.clip(expit(self.log_odds(rows)), least, most), np.nan)

    def _surest(self) -> tuple[float, float]:
        """The chances nothing is surer than: what so many customers seen can tell; untested, a tenth of them."""
        seen, gone = self.learnt.customers, self.learnt.leavers
        if self.spread is None:
            seen, gone = max(seen // 10, LEAST_SEEN), max(gone // 10, LEAST_SEEN)
        return 1 / (seen + 2), 1 - 1 / (gone + 2)

    def log_odds(self, rows: ModelRows) -> Float:
        """Calibrated log-odds of leaving; (rows,)."""
        assert self.mixture is not None
        assert self.shape is not None
        raw = self.mixture.log_odds(rows)
        if self.trees is not None:
            raw = raw + self.trees.correction(self.seen(rows))
        level, slope = self.moved
        return self.middle + level + slope * self.shape.slope * (raw - self.middle)

    def seen(self, rows: ModelRows) -> Float:
        """The columns the trees may see: those refused are blank; (rows, columns)."""
        return boosting.seen(rows, _places(rows, self.learnt.left_out))


def training(rows: ModelRows, asked: Asked) -> ModelRows:
    """The rows a model may learn from: outcome known, question asked, of the last year that is so.

    Origins with less than a horizon of history behind them are left out: there everybody is new. Where no others are
    closed they have to do.
    """
    fit_for = asked.closed(rows) & asked.asked_of(rows) & (rows.position >= LEAST_HISTORY - 1)
    seasoned = fit_for & asked.seasoned(rows)
    fit_for = seasoned if seasoned.any() else fit_for
    if not fit_for.any():
        return rows.pick(fit_for)
    newest = int(rows.position[fit_for].max())
    return rows.pick(fit_for & (rows.position > newest - asked.year))


def fit(rows: ModelRows, asked: Asked) -> ChurnModel | NotEstimable:
    """The model of the highest rung the rows can carry.

    `rows` may hold anything up to the period the question is asked at; only rows whose outcome is known are learnt
    from. What the model is made of is rehearsed at the last of them (`rehearsal`).
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
    known = thinned(known, MOST_ROWS)
    refused = suspects(known, asked)
    if set(refused) & set(known.linear_columns):
        return NotEstimable.because(_SUSPECT, columns=tuple(refused), bound=SUSPECT_AUC)
    learnt = _learnt(known, leavers, refused)
    shape = rehearsal.rehearse(rows, known, asked, leavers, _places(rows, refused))
    habit = None if asked.fall is not None else blend.buying_model(rows.pick(rows.position == asked.at))
    mixture = blend.fit(known, asked, habit, shape.weight, shape.newest)
    if not shape.rounds:
        middle = float(mixture.log_odds(known).mean())
        return ChurnModel("logit", asked, learnt, mixture, shape=shape, middle=middle)
    taught = known.pick(np.isin(known.position, mixture.level.origins))
    offset = mixture.log_odds(taught, taught.position)
    whole = boosting.Slice(boosting.seen(taught, _places(rows, refused)), asked.left(taught), offset)
    trees = boosting.fit(whole, rounds=shape.rounds)
    middle = float((mixture.log_odds(taught) + trees.correction(whole.x)).mean())
    return ChurnModel("boosting", asked, learnt, mixture, trees, shape, middle)


def suspects(known: ModelRows, asked: Asked) -> tuple[str, ...]:
    """Columns that alone tell leavers from stayers too well to be honest, of customers still buying.

    Not those of SILENCE: leaving is silence, so of customers who buy daily the days since the last purchase do tell.
    """
    from liuke.signals.metrics import auc

    chosen = known.pick(asked.buying(known))
    left = asked.left(chosen).astype(np.float64)
    found = []
    for name, column in zip(chosen.columns, chosen.wide.T, strict=True):
        if name in SILENCE:
            continue
        held = ~np.isnan(column)
        if not 0 < left[held].sum() < held.sum():
            continue
        order = np.argsort(column[held])
        value = auc(column[held][order].astype(np.float64), left[held][order], np.ones(int(held.sum())))
        if max(value, 1 - value) > SUSPECT_AUC:
            found.append(name)
    return tuple(found)


def _places(rows: ModelRows, names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(rows.columns.index(name) for name in names)


def _by_buying(rows: ModelRows, known: ModelRows, asked: Asked, leavers: int) -> ChurnModel | NotEstimable:
    """The rung for few leavers."""
    found = buying.fit(rows.pick(rows.position == asked.at), known, asked)
    if isinstance(found, NotEstimable):
        return found
    learnt = replace(_learnt(known, leavers, ()), columns=BUYING_COLUMNS, too_new=())
    return ChurnModel("buying", asked, learnt, buying=found)


def _learnt(known: ModelRows, leavers: int, refused: tuple[str, ...]) -> LearntFrom:
    unknown = tuple(name for name, met in zip(known.kinds, known.met.T, strict=True) if np.isnan(met).all())
    return LearntFrom(
        len(known),
        len(np.unique(known.customer)),
        leavers,
        tuple(int(p) for p in np.unique(known.position)),
        refused,
        tuple(name for name in known.columns if name not in unknown),
        unknown,
    )
