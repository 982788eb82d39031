"""What chance alone does to portfolios that nothing befell, and estimates over several events set against it.

How much a portfolio strays from its controls without an event is learnt from those that stayed (*placebos*): a part
all portfolios have (a + ...) and a part that falls with the number of customers (b x spread). What a portfolio did
before tells what it goes on to do: sales after are predicted from the leads, as far as they do in placebos, so a
salesperson who leaves *because* sales fell is compared with salespeople whose sales fell and who stayed.

Several events: normal-normal with tau squared by Paule and Mandel (1982, J. Res. NBS 87), the mean's variance by
Hartung and Knapp (2001, Stat. Med. 20) never below the plain one, and its null distribution by drawing placebos of
the same months in place of the events (randomization inference; MacKinnon and Webb 2020, J. Econometrics 218, on few
treated clusters).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.causes.event_sums import Portfolios
    from liuke.panel.panel import Float, Int

LEAST_GROUPS = 5  # portfolios that stayed; fewer say nothing of how portfolios stray
LEAST_FOR_LEADS = 30
FEW_GROUPS = 10
FEW_EVENTS = 10
DRAWS = 1999
ROUNDS = 4
HALVINGS = 60
LEAST_VARIANCE = 1e-12  # a panel without any chance in it still divides


@dataclass(frozen=True)
class Stray:
    """How portfolios stray: mean by their leads, variance by their spread; learnt from placebos."""

    slopes: Float  # intercept, second third's lead, last third's lead
    covariance: Float  # of `slopes`, robust to portfolios that come up at several events
    common: float
    by_spread: float
    scores: Float  # studentised residual of each placebo, ascending by nothing: in the placebos' order
    groups: int

    def left(self, leads: Float, value: Float) -> Float:
        """What the leads don't tell."""
        gone: Float = value - _design(leads) @ self.slopes
        return gone

    def variance(self, spread: Float) -> Float:
        """Of what the leads don't tell, for portfolios of this spread."""
        found: Float = np.maximum(self.common + self.by_spread * spread, LEAST_VARIANCE)
        return found

    def doubt(self, leads: Float) -> Float:
        """Variance that comes from not knowing the slopes, of a portfolio or of a mean of portfolios."""
        x = _design(leads)
        found: Float = np.einsum("...i,ij,...j->...", x, self.covariance, x)
        return found

    def critical(self, level: float) -> float:
        """The studentised size chance stays within with probability `level`: that of placebos, at least the normal's.

        With few portfolios at least that of Student's t.
        """
        from scipy import stats

        tail = (1 + level) / 2
        floor = stats.t.ppf(tail, self.groups - 1) if self.groups < FEW_GROUPS else stats.norm.ppf(tail)
        return float(max(floor, _upper(np.abs(self.scores), level)))

    def rarity(self, score: float) -> float:
        """How often chance goes as far: the larger of the share of placebos that did and of what the tail says."""
        from scipy import stats

        share = (1 + (np.abs(self.scores) >= abs(score)).sum()) / (1 + len(self.scores))
        tail = (
            2 * stats.t.sf(abs(score), self.groups - 1) if self.groups < FEW_GROUPS else 2 * stats.norm.sf(abs(score))
        )
        return float(max(tail, share)) if len(self.scores) >= 1 / (1 - 0.95) else float(tail)


def learn_stray(placebos: Portfolios, value: Float, *, by_leads: bool) -> Stray:
    """Weighted least squares of `value` on the leads (none where there are few placebos), variance fitted along."""
    x = _design(placebos.leads)
    used = 3 if by_leads and len(value) >= LEAST_FOR_LEADS else 1
    groups = np.unique(placebos.group, return_inverse=True)[1].ravel()
    count = int(groups.max()) + 1
    variance = np.ones(len(value))
    common = by_spread = 0.0
    beta: Float = np.zeros(used)
    inner: npt.NDArray[np.floating[Any]] = np.eye(used)
    for _ in range(ROUNDS):
        weighed = x[:, :used] / variance[:, None]
        inner = np.linalg.pinv(weighed.T @ x[:, :used])
        beta = inner @ weighed.T @ value
        square = (value - x[:, :used] @ beta) ** 2 * count / (count - 1)
        common, by_spread = _two_part(square, placebos.spread, variance)
        variance = np.maximum(common + by_spread * placebos.spread, LEAST_VARIANCE)
    rest = value - x[:, :used] @ beta
    pull = np.zeros((count, used))
    np.add.at(pull, groups, x[:, :used] * (rest / variance)[:, None])
    slopes, covariance = np.zeros(3), np.zeros((3, 3))
    slopes[:used] = beta
    covariance[:used, :used] = inner @ (pull.T @ pull) @ inner * count / (count - 1)
    scores = rest / np.sqrt(variance) * np.sqrt(count / (count - 1))
    return Stray(slopes, covariance, common, by_spread, scores, count)


@dataclass(frozen=True)
class Mean:
    """A mean over events, in logarithms."""

    value: Float  # a number for each draw, or one
    error: Float
    tau2: Float
    weight: Float  # (draws, events), sums to 1


def mean_effect(effects: Float, variances: Float) -> Mean:
    """The mean of effects (draws, events) with random effects; variances broadcast."""
    effects = np.atleast_2d(effects)
    variances = np.broadcast_to(variances, effects.shape)
    count = effects.shape[1]
    tau2 = np.zeros(len(effects))
    if count > 1:
        low, high = np.zeros(len(effects)), np.full(len(effects), 10.0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            much = _generalised_q(effects, variances, middle) > count - 1
            low, high = np.where(much, middle, low), np.where(much, high, middle)
        tau2 = np.where(_generalised_q(effects, variances, tau2) > count - 1, high, 0)
    weight = 1 / (variances + tau2[:, None])
    total = weight.sum(axis=1)
    value = (weight * effects).sum(axis=1) / total
    ratio = (weight * (effects - value[:, None]) ** 2).sum(axis=1) / max(1, count - 1)
    return Mean(value, np.sqrt(np.maximum(1, ratio) / total), tau2, weight / total[:, None])


def _generalised_q(effects: Float, variances: Float, tau2: Float) -> Float:
    weight = 1 / (variances + tau2[:, None])
    middle = (weight * effects).sum(axis=1) / weight.sum(axis=1)
    found: Float = (weight * (effects - middle[:, None]) ** 2).sum(axis=1)
    return found


def draw_placebos(of_event: Int, events: int, seed: int) -> Int:
    """Positions of placebos drawn in place of the events, each from its own months' where there are some.

    (draws, events).
    """
    rng = np.random.default_rng(seed)
    drawn = np.empty((DRAWS, events), np.int64)
    for event in range(events):
        own = np.flatnonzero(of_event == event)
        drawn[:, event] = rng.choice(own if len(own) >= LEAST_GROUPS else np.arange(len(of_event)), DRAWS)
    return drawn


def trend_rarity(leads: Float, spread: Float, placebos: Portfolios, stray: Stray, drawn: Int) -> float:
    """How often placebos as many stray as far before the event as these.

    The rarer, doubled, of the joint test of the last two thirds' leads and of that of the line through them.
    """
    own = leads[:, 1:] / np.sqrt(stray.variance(spread))[:, None]
    null = placebos.leads[:, 1:] / np.sqrt(stray.variance(placebos.spread))[:, None]
    metric = np.linalg.pinv(null.T @ null / len(null))
    found, chance = own.mean(axis=0), null[drawn].mean(axis=1)
    line = np.array([1.0, 2.0])  # thirds that sum to nothing and rise evenly: -1, 0, 1 from the first
    joint = np.einsum("di,ij,dj->d", chance, metric, chance) >= found @ metric @ found
    along = np.abs(chance @ line) >= abs(found @ line)
    return float(min(1, 2 * (1 + min(joint.sum(), along.sum())) / (1 + len(chance))))


def upper_of(draws: Float, level: float) -> float:
    """The size that draws stay within with probability `level`."""
    return _upper(np.abs(draws), level)


def _upper(sizes: Float, level: float) -> float:
    rank = int(np.ceil((len(sizes) + 1) * level))
    return float(np.sort(sizes)[rank - 1]) if rank <= len(sizes) else 0.0


def _design(leads: Float) -> Float:
    return np.concatenate((np.ones((*leads.shape[:-1], 1)), leads[..., 1:]), axis=-1)


def _two_part(square: Float, spread: Float, variance: Float) -> tuple[float, float]:
    """Non-negative least squares of squared residuals on 1 and spread, weighed by the variance before."""
    weight = 1 / variance**2
    x = np.stack((np.ones(len(spread)), spread), axis=1)
    common, by_spread = np.linalg.pinv((x * weight[:, None]).T @ x) @ ((x * weight[:, None]).T @ square)
    if common < 0:
        return 0.0, float((weight * spread * square).sum() / (weight * spread**2).sum())
    if by_spread < 0:
        return float((weight * square).sum() / weight.sum()), 0.0
    return float(common), float(by_spread)
