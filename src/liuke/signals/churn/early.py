"""Going, though not overdue: who of those still in rhythm is lost within the coming quarter.

The risk of leaving is mostly read off silence, so it speaks when the last order is long past. This second probability
is asked only of customers whose silence is nothing unusual, and rests on what changed in their buying and on what they
met. One firm sees few such losses: its slopes begin at informative priors (`early_priors.toml`, learnt from simulated
firms of differing mechanisms by `benchmarks/priors.py`, shrunk to zero where mechanisms disagree) and are moved by the
firm's own past.

Lost is who buys nothing from the end of the coming quarter on for three own gaps, and for longer than ever before, at
least for a quarter.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.churn import logit
from liuke.signals.churn.level import LocalLevel, local_level
from liuke.signals.churn.question import INTERVAL_Z, Chance
from liuke.signals.churn.rows import COLUMNS, LEAST_HISTORY, WEEK, thinned
from liuke.signals.rhythm import rhythm_tail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.logit import Logit
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows

    Parameters = Callable[[int], tuple[float, float, float]]  # of the rhythm at a period's end

IN_RHYTHM = 0.1  # a silence at least so probable in the own rhythm is nothing unusual
LEAST_PURCHASES = 3  # before there is a rhythm to be in
LOST_GAPS = 3.0  # own gaps of silence after the coming quarter
BEYOND_LONGEST = 1.25  # times the longest gap so far: who rests every summer is not lost in summer
QUARTER_DAYS = 92
EARLY_DAYS = 90  # "soon", as it is said
LEAST_LOST = 20  # customers seen lost from rhythm, before a level can be told
EVENT_WEIGHT = 1 / 3  # of a row: the same loss is seen from each month of a quarter
MOST_ROWS = 40_000  # a loss in twenty leaves two thousand, more than slopes need
MOST_MET = 2.0  # events of a kind that count
HABIT = ("silence", "rate", "tenure", "occasions", "overdue", "surprise", "usual_longest", "longest_gap")
CHANGE = (
    "late_gap",
    "rate_3",
    "occasion_rate_3",
    "each_rate_3",
    "breadth_rate_3",
    "occasion_rate_6",
    "families_due",
    "season_ahead",
    "return_share",
    "coming",
)
RATIOS = ("rate_3", "occasion_rate_3", "each_rate_3", "breadth_rate_3", "occasion_rate_6", "season_ahead")
UNKNOWN_SD = 0.3  # prior of a slope nobody has learnt yet: a kind of exposure of the firm's own
FEW_LOST = N_("early warning needs {need} customers seen lost from their usual rhythm; there are {have}")


@dataclass(frozen=True)
class PriorSlope:
    """What simulated firms teach of one column: its slope a standard deviation, and what that is."""

    mean: float
    sd: float
    centre: float
    scale: float


@cache
def prior_slopes() -> Mapping[str, PriorSlope]:
    """The priors by column, as they are shipped."""
    text = resources.files("liuke.signals.churn").joinpath("early_priors.toml").read_text("utf-8")
    return {name: PriorSlope(**each) for name, each in tomllib.loads(text)["column"].items()}


@dataclass(frozen=True)
class EarlyModel:
    """The fitted model; `columns` are those of `early_design`."""

    asked: Asked
    linear: Logit
    level: LocalLevel
    columns: tuple[str, ...]
    rows: int
    customers: int
    lost: int  # customers seen lost
    prior_share: float  # of what the slopes say
    spread: float  # log-odds: how far the level has moved between origins

    def log_odds(self, rows: ModelRows) -> Float:
        """Log-odds of being lost within the coming quarter; (rows,)."""
        return np.asarray(self.linear.log_odds(early_design(rows)) + self.level.coming)

    def chance(self, rows: ModelRows) -> Chance:
        """The chance of rows in rhythm, with its range."""
        from scipy.special import expit

        x = early_design(rows)
        odds = self.linear.log_odds(x) + self.level.coming
        reach = INTERVAL_Z * np.sqrt(self.linear.variance(x) + self.spread**2)
        return Chance(*(np.asarray(expit(z)) for z in (odds, odds - reach, odds + reach)))

    def parts(self, rows: ModelRows) -> Float:
        """What each column adds to the log-odds against the usual; (rows, columns)."""
        return self.linear.standardised(early_design(rows)) * self.linear.slopes

    def happened(self, rows: ModelRows) -> Float:
        """What changes in buying and what was met add to the log-odds, habits left out; (rows,)."""
        return np.asarray(self.parts(rows)[:, len(HABIT) :].sum(axis=1))


def early_columns(rows: ModelRows) -> tuple[str, ...]:
    """Names of the columns of `early_design`."""
    return (*HABIT, *CHANGE, *rows.kinds)


def early_design(rows: ModelRows) -> Float:
    """What early warning looks at, in units every firm shares: habits, changes, exposures; NaN is unknown."""
    columns = []
    for name in (*HABIT, *CHANGE):
        values = rows.x[:, COLUMNS.index(name)].astype(np.float64)
        columns.append(np.log(np.clip(values, 0.05, 5.0) + 0.1) if name in RATIOS else values)
    return np.column_stack([*columns, np.minimum(rows.met.astype(np.float64), MOST_MET)])


def in_rhythm(rows: ModelRows, parameters: Parameters) -> Bool:
    """Whether each row's silence is nothing unusual in the customer's own rhythm; False without a rhythm; (rows,)."""
    found = np.zeros(len(rows), bool)
    for position in np.unique(rows.position):
        there = np.flatnonzero((rows.position == position) & (rows.occasions >= LEAST_PURCHASES))
        known = parameters(int(position))
        if np.isfinite(known).all():
            span = (rows.tenure - rows.silent)[there]
            tail = rhythm_tail(*known, rows.occasions[there] - 1, span, rows.silent[there])
            found[there] = tail >= IN_RHYTHM
    return found


def lost_early(rows: ModelRows) -> Bool:
    """Whether the customer bought nothing after the coming quarter for so long that it is lost; (rows,)."""
    return np.asarray(rows.days_after_quarter > _window(rows))


def early_closed(rows: ModelRows, asked: Asked, position: int) -> Bool:
    """Whether that was known at a period's end; (rows,)."""
    later = rows.position + asked.year // 4
    end = asked.ends[np.minimum(later, len(asked.ends) - 1)]
    return np.asarray((later <= position) & (end + _window(rows) <= asked.ends[position]))


def _window(rows: ModelRows) -> Float:
    """Days of silence after the coming quarter that make a loss: a season's rest of every year is none; (rows,)."""
    gap = (rows.tenure - rows.silent) / np.maximum(rows.occasions - 1, 1)
    longest = (rows.silent + WEEK) / np.exp(rows.x[:, COLUMNS.index("longest_gap")].astype(np.float64)) - WEEK
    least = np.full(len(rows), float(QUARTER_DAYS))
    return np.asarray(np.maximum.reduce([least, LOST_GAPS * gap, BEYOND_LONGEST * np.nan_to_num(longest)]))


def fit(rows: ModelRows, still: Bool, asked: Asked) -> EarlyModel | NotEstimable:
    """Early warning learnt from rows in rhythm (`still`) whose outcome was known at the period asked at."""
    chosen = still & early_closed(rows, asked, asked.at) & (rows.position >= LEAST_HISTORY - 1)
    seasoned = chosen & asked.seasoned(rows)
    known = thinned(rows.pick(seasoned if seasoned.any() else chosen), MOST_ROWS)
    lost = lost_early(known)
    count = len(np.unique(known.customer[lost]))
    if count < LEAST_LOST or lost.all():
        return NotEstimable.because(FEW_LOST, need=LEAST_LOST, have=count)
    prior = slope_prior(early_columns(known))
    x = early_design(known)
    linear = logit.fit(x, lost, known.position, known.customer, prior, EVENT_WEIGHT)
    level = local_level(linear.log_odds(x), lost, known.position)
    told = np.diag(linear.covariance)[1:] / np.maximum(prior.sd**2, 1e-12)
    size = np.abs(linear.slopes) + 1e-9
    share = float(np.clip((told * size).sum() / size.sum(), 0.0, 1.0))
    return EarlyModel(
        asked, linear, level, early_columns(known), len(known), len(np.unique(known.customer)), count, share,
        linear.drift,
    )  # fmt: skip


def slope_prior(columns: tuple[str, ...]) -> logit.SlopePrior:
    """The shipped priors of these columns; of a column nobody has learnt yet, a narrow one around nothing."""
    unknown = PriorSlope(0.0, UNKNOWN_SD, 0.0, 1.0)
    held = [prior_slopes().get(name, unknown) for name in columns]
    mean, sd, centre, scale = (
        np.array([getattr(each, name) for each in held]) for name in ("mean", "sd", "centre", "scale")
    )
    return logit.SlopePrior(mean, sd, centre, scale)
