"""How good predictions were, each with its interval: customers are drawn, not their months (cluster bootstrap).

Every metric is a function of predictions, outcomes and weights, (rows,) or (draws, rows), so that all redraws of
customers are one array and the rows are sorted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Answer, Estimate, NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.panel.panel import Bool, Float, Int32

LEAST_EACH = 10  # rows of either outcome: below that no metric is shown
DRAWS = 100
LEVEL = 0.90
FEW_LEVELS = 16  # different scores: below that alike rows are one
METHOD = "redrawn"  # customers drawn again 100 times; the interval holds 90 %
_FEW = N_("needs {need} that left and {need} that stayed; there are {left} and {stayed}")
GAMMA_A, GAMMA_B = 6.0, 14.0  # success of an offer ~ Beta, in both profit measures
SUCCESS = GAMMA_A / (GAMMA_A + GAMMA_B)  # the mean of that
CLV, OFFER, CONTACT = 200.0, 10 / 200, 1 / 200  # worth of a customer; offer and contact as shares of it
OFFER_B2B, CONTACT_B2B = 0.05, 15.0  # share of a customer's worth; money a contact


def auc(score: Float, left: Float, weight: Float) -> Float:
    """Chance that one who left has the higher score than one who stayed; ties count half. Rows sorted by score."""
    gone = left > 0
    yes, no = weight[..., gone], weight[..., ~gone]
    stayed = np.concatenate([np.zeros((*no.shape[:-1], 1)), np.cumsum(no, axis=-1)], axis=-1)
    lower, not_higher = (np.searchsorted(score[~gone], score[gone], side) for side in ("left", "right"))
    won = (yes * (stayed[..., lower] + stayed[..., not_higher])).sum(axis=-1) / 2
    return np.asarray(won / (yes.sum(axis=-1) * stayed[..., -1]))


def average_precision(score: Float, left: Float, weight: Float) -> Float:
    """Mean precision over those who left, from the highest score down; equal scores are one step. Rows sorted."""
    found, treated = (_from_highest(score, values) for values in (weight * left, weight))
    precision = found / np.maximum(treated, 1e-300)
    return np.asarray((precision * np.diff(found, axis=-1, prepend=0)).sum(axis=-1) / found[..., -1])


def log_loss(chance: Float, left: Float, weight: Float) -> Float:
    """Mean of -log of the chance given to what happened."""
    kept = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.asarray(-(weight @ np.where(left > 0, np.log(kept), np.log1p(-kept))) / weight.sum(axis=-1))


def calibration_error(chance: Float, left: Float, weight: Float, bins: int = 10) -> Float:
    """Mean distance between chance and frequency over tenths of the rows, weighted by size. Rows sorted by chance."""
    gap = np.diff(_below(chance, weight, weight * (chance - left), np.linspace(0, 1, bins + 1)), axis=-1)
    return np.asarray(np.abs(gap).sum(axis=-1) / weight.sum(axis=-1))


def calibration_curve(chance: Float, left: Float, bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean chance, share that left, rows) for tenths of the rows, rising."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [(float(chance[part].mean()), float(left[part].mean()), len(part)) for part in parts]


def lift(score: Float, left: Float, weight: Float, share: float = 0.1) -> Float:
    """Share that left among the tenth with the highest scores, over the share of all. Rows sorted by score."""
    below = _below(score, weight, weight * left, np.array([1 - share, 1.0]))
    return np.asarray((below[..., 1] - below[..., 0]) / share / below[..., 1])


def _from_lowest(score: Float, values: Float) -> Float:
    """Sums of values over the rows up to each level of the score, rising; (…, levels). Rows sorted by score."""
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    sums = np.cumsum(values, axis=-1)
    return sums if len(ends) == len(score) else sums[..., ends]


def _from_highest(score: Float, values: Float) -> Float:
    """The same from the highest level down."""
    return _from_lowest(score[::-1], values[..., ::-1])


def _below(score: Float, weight: Float, values: Float, shares: Float) -> Float:
    """Sums of values over these shares of the weight, from the lowest score up; rows of equal score share evenly."""
    up_to, sums = (np.atleast_2d(_from_lowest(score, each)) for each in (weight, values))
    found = [np.interp(shares * x[-1], np.append(0.0, x), np.append(0.0, y)) for x, y in zip(up_to, sums, strict=True)]
    return np.asarray(found).reshape(*weight.shape[:-1], len(shares))


def expected_profit(score: Float, left: Float, weight: Float) -> Float:
    """EMPC: the expected profit a customer of treating the riskiest, where one is worth 200. Rows sorted by score.

    Verbraken, Verbeke and Baesens 2013, equation 19, with their defaults: offer 10, contact 1, g ~ Beta(6, 14).
    """
    leaver, stayer = weight * left * CLV, weight * (1 - left) * CLV
    best = _best_profit(score, leaver * (1 - OFFER), leaver * CONTACT + stayer * (OFFER + CONTACT))
    return np.asarray(best / weight.sum(axis=-1))


def expected_profit_b2b(score: Float, left: Float, weight: Float, worth: Float) -> Float:
    """EMPB: the same where customers are worth different amounts and an offer costs a share of that, a customer.

    Janssens et al. 2022 (B2Boost): an offer of 5 % of the worth, 15 a contact. Rows sorted by score.
    """
    gain = weight * left * worth * (1 - OFFER_B2B)
    cost = weight * (CONTACT_B2B + (1 - left) * worth * OFFER_B2B)
    return np.asarray(_best_profit(score, gain, cost) / weight.sum(axis=-1))


def worth_treating(chance: Float, worth: Float) -> Bool:
    """Whom it pays to treat: p g (worth - offer) - (1 - p) offer - contact > 0, with the costs of EMPB and its mean g.

    A threshold of each customer's own, where EMPC and EMPB ask how many of an order to treat.
    """
    gain = chance * SUCCESS * worth * (1 - OFFER_B2B)
    return np.asarray(gain - (1 - chance) * worth * OFFER_B2B - CONTACT_B2B > 0)


def policy_value(treated: Bool, left: Float, worth: Float, weight: Float) -> Float:
    """Profit a customer of having treated these, as things turned out, with the same costs and success; any order."""
    each = left * SUCCESS * worth * (1 - OFFER_B2B) - (1 - left) * worth * OFFER_B2B - CONTACT_B2B
    return np.asarray(weight @ (treated * each) / weight.sum(axis=-1))


def _best_profit(score: Float, gain: Float, cost: Float) -> Float:
    """Expected over the success g of an offer: the most that g x gain - cost can be when the riskiest are treated."""
    steps = (_from_highest(score, values) for values in (cost, gain))
    x, y = (np.concatenate([np.zeros((*one.shape[:-1], 1)), one], axis=-1) for one in steps)
    best = [_profit_over(*each) for each in zip(np.atleast_2d(x), np.atleast_2d(y), strict=True)]
    return np.asarray(best).reshape(x.shape[:-1])


def _profit_over(x: Float, y: Float) -> float:
    """The same from cost and gain of treating ever more; each is a line in g, so the most is their upper hull."""
    from scipy.special import betainc

    from liuke.signals._hull_kernel import upper_hull

    hull = upper_hull(x, y)
    x, y = x[hull], y[hull]
    rise, run = np.diff(y), np.diff(x)
    least = np.divide(run, rise, out=np.full(len(rise), np.inf), where=rise > 0)  # of g, for treating one group more
    bounds = np.clip(np.r_[0.0, least, 1.0], 0.0, 1.0)
    mass = np.diff(betainc(GAMMA_A, GAMMA_B, bounds))
    mean = GAMMA_A / (GAMMA_A + GAMMA_B) * np.diff(betainc(GAMMA_A + 1, GAMMA_B, bounds))
    return float((mean * y - mass * x).sum())


def within_rate(score: Float, left: Float, rate: Float, weight: Float, bins: int = 10) -> Float:
    """AUC inside tenths of the buying rate, weighted by pairs: what is known beyond how often they buy; NaN of none."""
    pairs, ranked = np.zeros(weight.shape[:-1]), np.zeros(weight.shape[:-1])
    for part in np.array_split(np.argsort(rate, kind="stable"), bins):
        order = part[np.argsort(score[part], kind="stable")]
        if not len(order):
            continue
        drawn = weight[..., order]
        here = (drawn @ left[order]) * (drawn @ (1 - left[order]))
        with np.errstate(invalid="ignore", divide="ignore"):
            ranked += np.where(here > 0, here * auc(score[order], left[order], drawn), 0)
        pairs += here
    return np.asarray(np.divide(ranked, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0))


CHANCE_METRICS: dict[str, Callable[[Float, Float, Float], Float]] = {
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

    @cached_property
    def weights(self) -> Float:
        """How often each row is drawn; (draws, rows)."""
        return self.counts[:, self.row]


def measured(
    score: Float, left: Bool, redraws: Redraws, names: tuple[str, ...] = tuple(CHANCE_METRICS)
) -> dict[str, Answer]:
    """Each metric of a score, with its interval where there are redraws; a reason where either outcome is rare."""
    stayed, gone = int((~left).sum()), int(left.sum())
    if min(stayed, gone) < LEAST_EACH:
        return dict.fromkeys(names, NotEstimable.because(_FEW, need=LEAST_EACH, left=gone, stayed=stayed))
    levels, outcome, whole, drawn = _sorted(score.astype(np.float64), left, redraws)
    drawn = drawn[(drawn @ outcome > 0) & (drawn @ (1 - outcome) > 0)]
    return {name: estimated(partial(CHANCE_METRICS[name], levels, outcome), whole, drawn) for name in names}


def estimated(statistic: Callable[[Float], Float], whole: Float, drawn: Float) -> Estimate:
    """A statistic of weights, with 90 % of how it varies over the redrawn ones; (rows,) and (draws, rows).

    NaN without a range where it is no number; without a range too where it is none in every redraw.
    The middle of the redraws is moved onto the value: a distance, such as the calibration error, grows in every redraw.
    """
    value = float(statistic(whole))
    over = statistic(drawn) if len(drawn) else np.empty(0)
    if np.isnan(value) or np.isnan(over).all():  # a range of what is no number is none
        return Estimate(value)
    low, middle, high = np.nanquantile(over, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    least = 0.0 if np.nanmin(over) >= 0 else -np.inf
    return Estimate(value, max(value + float(low - middle), least), value + float(high - middle), METHOD)


def _sorted(score: Float, left: Bool, redraws: Redraws) -> tuple[Float, Float, Float, Float]:
    """Scores, outcomes, weights and redrawn weights of the rows by rising score; alike rows as one if levels are few.

    A rule has two levels, so a redraw of it is four numbers instead of all rows.
    """
    levels, level = np.unique(score, return_inverse=True)
    if len(levels) > FEW_LEVELS:
        order = np.argsort(score, kind="stable")
        return score[order], left[order].astype(np.float64), np.ones(len(order)), redraws.counts[:, redraws.row[order]]
    cells, many = 2 * len(levels), redraws.counts.shape[1]
    held = np.bincount(redraws.row * cells + 2 * level + left, minlength=many * cells).reshape(many, cells)
    whole = held.sum(axis=0).astype(np.float64)
    return np.repeat(levels, 2), np.tile([0.0, 1.0], len(levels)), whole, redraws.counts @ held
