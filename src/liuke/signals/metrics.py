"""How good predictions were, each with its interval: customers are drawn, not their months (cluster bootstrap).

Every metric is a function of predictions, outcomes and weights, so that one redraw of customers is one set of weights
and the rows are sorted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Answer, Estimate, NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float, Int32

LEAST_EACH = 10  # rows of either outcome: below that no metric is shown
DRAWS = 200
LEVEL = 0.90
METHOD = N_("customers redrawn 200 times, 90 % interval")
_FEW = N_("needs {need} that left and {need} that stayed; there are {left} and {stayed}")
GAMMA_A, GAMMA_B = 6.0, 14.0  # success of an offer ~ Beta, in both profit measures
CLV, OFFER, CONTACT = 200.0, 10 / 200, 1 / 200  # worth of a customer; offer and contact as shares of it
OFFER_B2B, CONTACT_B2B = 0.05, 15.0  # share of a customer's worth; money a contact


def auc(score: Float, left: Float, weight: Float) -> float:
    """Chance that one who left has the higher score than one who stayed; ties count half. Rows sorted by score."""
    starts = np.flatnonzero(np.r_[True, score[1:] != score[:-1]])
    yes = np.add.reduceat(weight * left, starts)
    no = np.add.reduceat(weight * (1 - left), starts)
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def average_precision(score: Float, left: Float, weight: Float) -> float:
    """Mean precision over those who left, from the highest score down; equal scores are one step. Rows sorted."""
    starts = np.flatnonzero(np.r_[True, score[1:] != score[:-1]])
    yes = np.add.reduceat(weight * left, starts)[::-1]
    every = np.add.reduceat(weight, starts)[::-1]
    precision = np.cumsum(yes) / np.maximum(np.cumsum(every), 1e-300)
    return float((precision * yes).sum() / yes.sum())


def log_loss(chance: Float, left: Float, weight: Float) -> float:
    """Mean of -log of the chance given to what happened."""
    kept = np.clip(chance, 1e-9, 1 - 1e-9)
    return float(-(weight * np.where(left > 0, np.log(kept), np.log1p(-kept))).sum() / weight.sum())


def calibration_error(chance: Float, left: Float, weight: Float, bins: int = 10) -> float:
    """Mean distance between chance and frequency over tenths of the rows, weighted by size. Rows sorted by chance."""
    gap = np.diff(_below(chance, weight, weight * (chance - left), np.linspace(0, 1, bins + 1)))
    return float(np.abs(gap).sum() / weight.sum())


def calibration_curve(chance: Float, left: Float, bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean chance, share that left, rows) for tenths of the rows, rising."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [(float(chance[part].mean()), float(left[part].mean()), len(part)) for part in parts]


def lift(score: Float, left: Float, weight: Float, share: float = 0.1) -> float:
    """Share that left among the tenth with the highest scores, over the share of all. Rows sorted by score."""
    stayed_out, everybody = _below(score, weight, weight * left, np.array([1 - share, 1.0]))
    return float((everybody - stayed_out) / share / everybody)


def _below(score: Float, weight: Float, values: Float, shares: Float) -> Float:
    """Sums of values over so much of the weight, from the lowest score up; rows of equal score are shared evenly."""
    starts = np.flatnonzero(np.r_[True, score[1:] != score[:-1]])
    weights, sums = (np.r_[0.0, np.cumsum(np.add.reduceat(each, starts))] for each in (weight, values))
    return np.asarray(np.interp(shares * weights[-1], weights, sums))


def expected_profit(score: Float, left: Float, weight: Float) -> float:
    """EMPC: the expected profit a customer of treating the riskiest, where one is worth 200. Rows sorted by score.

    Verbraken, Verbeke and Baesens 2013, equation 19, with their defaults: offer 10, contact 1, g ~ Beta(6, 14).
    """
    leaver, stayer = weight * left * CLV, weight * (1 - left) * CLV
    best = _best_profit(score, leaver * (1 - OFFER), leaver * CONTACT + stayer * (OFFER + CONTACT))
    return best / float(weight.sum())


def expected_profit_b2b(score: Float, left: Float, weight: Float, worth: Float) -> float:
    """EMPB: the same where customers are worth different amounts and an offer costs a share of that, a customer.

    Janssens et al. 2022 (B2Boost): an offer of 5 % of the worth, 15 a contact. Rows sorted by score.
    """
    gain = weight * left * worth * (1 - OFFER_B2B)
    return _best_profit(score, gain, weight * (CONTACT_B2B + (1 - left) * worth * OFFER_B2B)) / float(weight.sum())


def _best_profit(score: Float, gain: Float, cost: Float) -> float:
    """Expected over the success g of an offer: the most that g x gain - cost can be when the riskiest are treated.

    Each number treated is a line in g, so the most over all of them is the upper hull of (cost, gain).
    """
    from scipy.special import betainc

    ends = np.r_[np.flatnonzero(score[::-1][1:] != score[::-1][:-1]), len(score) - 1]
    x, y = np.r_[0.0, np.cumsum(cost[::-1])[ends]], np.r_[0.0, np.cumsum(gain[::-1])[ends]]
    hull = upper_hull(x, y)
    x, y = x[hull], y[hull]
    rise, run = np.diff(y), np.diff(x)
    least = np.divide(run, rise, out=np.full(len(rise), np.inf), where=rise > 0)  # of g, for treating one group more
    bounds = np.clip(np.r_[0.0, least, 1.0], 0.0, 1.0)
    mass = np.diff(betainc(GAMMA_A, GAMMA_B, bounds))
    mean = GAMMA_A / (GAMMA_A + GAMMA_B) * np.diff(betainc(GAMMA_A + 1, GAMMA_B, bounds))
    return float((mean * y - mass * x).sum())


def upper_hull(x: Float, y: Float) -> npt.NDArray[np.intp]:
    """Positions of the upper convex hull of points sorted by x, then y.

    A point on or below the line between its neighbours is no corner, so all such points go at once, until none is left;
    of equal points the first stays.
    """
    kept = np.flatnonzero(np.r_[True, (x[1:] != x[:-1]) | (y[1:] != y[:-1])])
    while len(kept) > 2:
        u, v = x[kept], y[kept]
        rising = (u[1:-1] - u[:-2]) * (v[2:] - v[:-2]) < (v[1:-1] - v[:-2]) * (u[2:] - u[:-2])
        if rising.all():
            break
        kept = kept[np.r_[True, rising, True]]
    return kept


def within_rate(score: Float, left: Float, rate: Float, bins: int = 10) -> float | None:
    """AUC inside tenths of the buying rate, weighted by pairs: what is known beyond how often they buy."""
    total, sum_ = 0.0, 0.0
    for part in np.array_split(np.argsort(rate, kind="stable"), bins):
        order = part[np.argsort(score[part], kind="stable")]
        yes = float(left[order].sum())
        pairs = yes * (len(order) - yes)
        if pairs:
            sum_ += pairs * auc(score[order], left[order], np.ones(len(order)))
            total += pairs
    return sum_ / total if total else None


CHANCE_METRICS: dict[str, Callable[[Float, Float, Float], float]] = {
    "auc": auc,
    "average_precision": average_precision,
    "lift": lift,
    "empc": expected_profit,
    "log_loss": log_loss,
    "calibration_error": calibration_error,
}
SCORE_METRICS = ("auc", "average_precision", "lift", "empc")  # those that need an order, not a chance


@dataclass(frozen=True)
class Redraws:
    """How often each customer is drawn, for every redraw; the same for all metrics and scores compared."""

    counts: Float  # (draws, customers)
    row: Int32  # customer number of each row

    @classmethod
    def of(cls, customer: Int32, draws: int = DRAWS, seed: int = 0) -> Redraws:
        """Redraws of the customers behind these rows."""
        _, row = np.unique(customer, return_inverse=True)
        many = int(row.max()) + 1 if len(row) else 0
        random = np.random.default_rng(seed)
        counts = [np.bincount(random.integers(0, many, many), minlength=many) for _ in range(draws)]
        return cls(np.array(counts, np.float64).reshape(draws, many), row.astype(np.int32))


def measured(
    score: Float, left: Bool, redraws: Redraws, names: tuple[str, ...] = tuple(CHANCE_METRICS)
) -> dict[str, Answer]:
    """Each metric of a score, with its interval where there are redraws; a reason where either outcome is rare."""
    stayed, gone = int((~left).sum()), int(left.sum())
    if min(stayed, gone) < LEAST_EACH:
        return dict.fromkeys(names, NotEstimable(_FEW, {"need": LEAST_EACH, "left": gone, "stayed": stayed}))
    order = np.argsort(score, kind="stable")
    sorted_score, outcome, row = score[order].astype(np.float64), left[order].astype(np.float64), redraws.row[order]
    found: dict[str, Answer] = {}
    ones = np.ones(len(order))
    drawn_of: dict[str, list[float]] = {name: [] for name in names}
    for counts in redraws.counts:
        weight = counts[row]
        if 0 < (weight * outcome).sum() < weight.sum():
            for name in names:
                drawn_of[name].append(CHANCE_METRICS[name](sorted_score, outcome, weight))
    for name, drawn in drawn_of.items():
        value = CHANCE_METRICS[name](sorted_score, outcome, ones)
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if drawn else (value, value)
        found[name] = Estimate(value, float(low), float(high), METHOD if drawn else "")
    return found
