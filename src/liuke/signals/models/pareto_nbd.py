"""Pareto/NBD: buying at random until an unseen end (Schmittlein, Morrison and Colombo 1987, Management Science 33).

Rates of purchase lambda ~ Gamma(r, alpha) over customers, of leaving mu ~ Gamma(s, beta). The likelihood is usually
written with two hypergeometric functions of (x, t_x, T); here as a function of (x, t_x) plus one of (x, T), neither
subtracted from anything, so that a grid of days needs few evaluations and none cancels. Integrating over the end y,

    L = Gamma(c)/Gamma(r) alpha^r beta^s { A(T) + s integral_{t_x}^T (alpha+y)^-c (beta+y)^-(s+1) dy }
      = Gamma(c)/Gamma(r) alpha^r beta^s { P(t_x) + Q(T) },        c = r + x,  A, P, Q as in _pareto_kernels.
"""
# ruff: noqa: N803, N806  (T is the literature's name for a customer's age)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.models._buying_model import BuyingModel, questions
from liuke.signals.models._chunks import by_row, summed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from liuke.signals.models._collapse import Histories, Pairs
    from liuke.signals.models._likelihood import Prior
    from liuke.signals.models._maximise import Maximum, Objective

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NODES = 24
NO_DROPOUT = 1e-3


class ParetoNbd(BuyingModel):
    """Purchases Poisson(lambda), lambda ~ Gamma(r, alpha); life exponential(mu), mu ~ Gamma(s, beta)."""

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    r_: float
    alpha_: float
    s_: float
    beta_: float

    def __init__(self, prior: Prior | None = None) -> None:
        self.prior = prior

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(alive); (rows,)."""
        from liuke.signals.models._pareto_kernels import alive

        return by_row(alive, questions(0.0, x, t_x, T)[1:], *self._fitted())

    def conditional_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Expected occasions in (T, T + horizon] given the history (Fader and Hardie 2005, note 9); (rows,)."""
        horizon, x, t_x, T = questions(horizon, x, t_x, T)
        waited, power = np.log1p(horizon / (self.beta_ + T)), self.s_ - 1.0
        years = waited if power == 0 else -np.expm1(-power * waited) / power
        rate = (self.r_ + x) / (self.alpha_ + T)
        return self.p_alive(x, t_x, T) * rate * (self.beta_ + T) * years

    def probability_of_purchase(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(at least one occasion in (T, T + horizon] | history), closed form; (rows,)."""
        from liuke.signals.models._pareto_kernels import buys

        return by_row(buys, questions(horizon, x, t_x, T), *self._fitted())

    def predictive_distribution(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, most: int
    ) -> Floats:
        """P(n occasions in (T, T + horizon] | history) for n = 0..most; (rows, most + 1). More than `most` is left."""
        from liuke.signals.models._pareto_kernels import counts

        horizon, x, t_x, T = questions(horizon, x, t_x, T)
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        rows = (horizon, self.p_alive(x, t_x, T), self.r_ + x, self.alpha_ + T, self.beta_ + T)
        return by_row(counts, rows, self.s_, most, (nodes + 1.0) / 2.0, weights / 2.0)

    def draw(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, draws: int, seed: int) -> Ints:
        """Occasions in (T, T + horizon] drawn given the history at the fitted parameters; (rows, draws)."""
        asked = questions(horizon, x, t_x, T)
        horizon, x, _, T = (column[:, None] for column in asked)
        shape = (len(asked[0]), draws)
        chance = np.random.default_rng(seed)
        alive = chance.random(shape) < self.p_alive(*asked[1:])[:, None]
        rate = chance.gamma(self.r_ + x, 1.0 / (self.alpha_ + T), shape)
        with np.errstate(over="ignore"):
            life = (self.beta_ + T) * np.expm1(chance.standard_exponential(shape) / self.s_)
        return np.where(alive, chance.poisson(rate * np.minimum(life, horizon)), 0)

    def _fitted(self) -> tuple[float, float, float, float]:
        return self.r_, self.alpha_, self.s_, self.beta_

    def _starts(self, data: Histories) -> list[Floats]:
        age = float(data.T.values[data.T.codes] @ data.weight) / data.customers
        bought = float(data.weight_of_x @ data.x.values) / data.customers
        alpha, beta = math.log(max(age, 1e-9) / max(bought, 0.05)), math.log(max(age, 1e-9))
        return [np.array([0.0, alpha, -0.5, beta]), np.array([-1.0, alpha - 1.5, -1.0, beta - 2.0])]

    def _objective(self, data: Histories) -> Objective:
        from scipy.special import gammaln, psi

        from liuke.signals.models._pareto_kernels import mixed, tails

        x, by_x, customers = data.x.values, data.weight_of_x, data.customers
        last, age = data.last_pairs, data.age_pairs
        rows = (last.codes, age.codes, data.weight)

        def tails_of(pairs: Pairs, values: tuple[float, ...], first: bool) -> Floats:
            return by_row(tails, (pairs.x_codes, pairs.times), x, *values, first)

        def objective(at: Floats) -> tuple[float, Floats]:
            values = tuple(np.exp(at).tolist())
            r, alpha, s, beta = values
            before, after = tails_of(last, values, True), tails_of(age, values, False)
            sums = summed(mixed, rows, before[:, 0].copy(), after[:, 0].copy())
            upto = 1 + len(before)
            value = sums[0] + by_x @ (gammaln(r + x) - gammaln(r)) + customers * (r * at[1] + s * at[3])
            slopes = sums[1:upto] @ before[:, 1:] + sums[upto:] @ after[:, 1:]
            slopes += (by_x @ (psi(r + x) - psi(r)) + customers * at[1], customers * r / alpha,
                       customers * at[3], customers * s / beta)  # fmt: skip
            return float(value), slopes * np.exp(at)

        return objective

    def _warning(self, found: Maximum) -> NotEstimable | None:
        if self.s_ < NO_DROPOUT:
            return NotEstimable.because(
                N_("The histories show hardly any customer leaving (s = {s:.2g}): P(alive) says nothing."), s=self.s_
            )
        return super()._warning(found)
