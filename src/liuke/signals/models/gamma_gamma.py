"""Gamma-Gamma: what customers spend an occasion (Fader, Hardie and Lee 2005b; Fader and Hardie 2013, note 25).

Amounts of one customer ~ Gamma(p, nu), nu ~ Gamma(q, v) over customers. For x occasions with mean m,

    L = Gamma(p x + q) / (Gamma(p x) Gamma(q)) * v^q m^(p x - 1) x^(p x) / (v + x m)^(p x + q),
    E[spend | x, m] = p (v + x m) / (p x + q - 1).

It takes spending as independent of frequency: `correlation_` says whether it is. Use margin net of cost to serve where
there is margin; only positive means can be fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from liuke.kernel.errors import Invalid, Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.models._likelihood import LikelihoodModel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from liuke.signals.models._likelihood import Prior
    from liuke.signals.models._maximise import Maximum, Objective

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CORRELATED = 0.3


@dataclass(frozen=True)
class Spending:
    """Distinct (x, mean) with the number of their customers; (rows,)."""

    x: Floats
    mean: Floats
    weight: Floats

    @cached_property
    def customers(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())

    def part(self, customers: int) -> Spending:
        """About so many customers at even ranks of the sorted rows."""
        upto = np.cumsum(self.weight)
        picks = np.searchsorted(upto, (np.arange(customers) + 0.5) * upto[-1] / customers, side="right")
        return Spending(self.x[picks], self.mean[picks], np.full(customers, upto[-1] / customers))


class GammaGamma(LikelihoodModel[Spending]):
    """Mean spend an occasion, in the unit of the means given; fit on customers with at least one occasion."""

    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    p_: float
    q_: float
    v_: float
    correlation_: float | NotEstimable
    """Pearson's, between the number of occasions and their mean, over the customers fitted."""

    def __init__(self, prior: Prior | None = None) -> None:
        self.prior = prior

    def fit(self, x: ArrayLike, mean: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Maximum likelihood; x: occasions the mean was taken over, 1 or more; mean above 0; (rows,).

        Refused for too few customers; Invalid for means of 0 or less (returns, losses): this model can't have them.
        """
        xs, means = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(mean, np.float64))
        good = (xs >= 1) & (xs == np.floor(xs)) & (means > 0) & np.isfinite(means)
        if not good.all():
            raise Invalid(
                N_("{rows} rows can't be fitted: each needs at least one occasion and a mean above 0."),
                fix=N_("Leave out customers without occasions; losses need another model of value."),
                rows=int((~good).sum()),
            )
        pairs = np.stack([xs.ravel(), means.ravel()], axis=1)
        order = np.lexsort(pairs.T[::-1])
        pairs = pairs[order]
        weight = np.ones(len(pairs)) if weights is None else np.asarray(weights, np.float64)[order]
        first = np.flatnonzero(np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)][: len(pairs)])
        weight = np.add.reduceat(weight, first) if len(first) else weight
        data = Spending(pairs[first, 0], pairs[first, 1], weight)
        self._refuse(data)
        self.correlation_ = _correlation(data)
        return self._fit(data)

    def expected_value(self, x: ArrayLike, mean: ArrayLike) -> Floats:
        """Posterior mean spend an occasion; the population's for x = 0. The shape of x and mean.

        Refused where it is infinite: p x + q at most 1.
        """
        x, mean = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(mean, np.float64))
        if (self.p_ * x + self.q_ <= 1).any():
            raise Refused(
                N_("Customers differ so much (q = {q:.2g}) that the mean spend of one without purchases is infinite."),
                fix=N_("Ask for customers with purchases only, or fit with a prior."),
                q=self.q_,
            )
        return np.asarray(self.p_ * (self.v_ + x * mean) / (self.p_ * x + self.q_ - 1.0))

    def draw(self, x: ArrayLike, mean: ArrayLike, draws: int, seed: int) -> Floats:
        """Customers' own long-run mean spend drawn given their purchases; (rows, draws)."""
        return self.p_ / self._scales(x, mean, draws, np.random.default_rng(seed))

    def draw_spend(self, purchases: Ints, x: ArrayLike, mean: ArrayLike, seed: int) -> Floats:
        """Total spent on drawn numbers of purchases (rows, draws), customers' scales drawn too; (rows, draws)."""
        chance = np.random.default_rng(seed)
        scale = self._scales(x, mean, purchases.shape[1], chance)
        return chance.gamma(self.p_ * purchases) / scale

    def _scales(self, x: ArrayLike, mean: ArrayLike, draws: int, chance: np.random.Generator) -> Floats:
        xs, means = np.broadcast_arrays(*(np.atleast_1d(np.asarray(a, np.float64)) for a in (x, mean)))
        shape, rate = self.p_ * xs + self.q_, self.v_ + xs * means
        return chance.gamma(shape[:, None], 1.0 / rate[:, None], (len(xs), draws))

    def _starts(self, data: Spending) -> list[Floats]:
        usual = float(np.log(data.mean) @ data.weight) / data.customers
        return [np.array([1.0, 1.0, usual]), np.array([0.0, 0.7, usual + 0.5])]

    def _objective(self, data: Spending) -> Objective:
        from scipy.special import gammaln, psi

        x, codes = np.unique(data.x, return_inverse=True)
        by_x = np.bincount(codes, data.weight, len(x))
        total, customers = data.x * data.mean, data.customers
        log_total = float((data.weight * data.x) @ np.log(total))
        log_mean = float(data.weight @ np.log(data.mean))

        def objective(at: Floats) -> tuple[float, Floats]:
            p, q, v = np.exp(at).tolist()
            logs, per = np.log(v + total), data.weight / (v + total)
            shape = p * x + q
            by_log = np.bincount(codes, data.weight * logs, len(x))
            value = by_x @ (gammaln(shape) - gammaln(p * x)) + customers * (q * at[2] - gammaln(q))
            value += p * log_total - log_mean - shape @ by_log
            slopes = np.array([
                (by_x * x) @ (psi(shape) - psi(p * x)) + log_total - x @ by_log,
                by_x @ psi(shape) + customers * (at[2] - psi(q)) - by_log.sum(),
                customers * q / v - (p * data.x + q) @ per,
            ])  # fmt: skip
            return float(value), slopes * np.exp(at)

        return objective

    def _warning(self, found: Maximum) -> NotEstimable | None:
        if isinstance(self.correlation_, float) and abs(self.correlation_) > CORRELATED:
            return NotEstimable.because(
                N_("Those who buy more often spend differently an occasion (correlation {r:.2f}): totals will be off."),
                r=self.correlation_,
            )
        return super()._warning(found)


def _correlation(data: Spending) -> float | NotEstimable:
    """Weighted Pearson correlation of occasions and mean."""
    away = np.stack([data.x, data.mean]) - (np.stack([data.x, data.mean]) @ data.weight)[:, None] / data.customers
    spread = (away * data.weight) @ away.T
    if min(spread[0, 0], spread[1, 1]) <= 0:
        return NotEstimable.because(N_("all customers bought as often, or spent as much an occasion"))
    return float(spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]))
