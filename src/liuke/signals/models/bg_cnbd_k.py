"""(M)BG/CNBD-k: buying in regular rhythm, leaving at random after a purchase.

One customer's gaps between occasions are Erlang(k, lambda), lambda ~ Gamma(r, alpha) over customers; after each repeat
occasion (with `modified` after the first purchase too) the customer leaves for good with probability p ~ Beta(a, b).
k = 1 is BG/NBD (Fader, Hardie and Lee 2005, Marketing Science 24) or MBG/NBD (Batislam, Denizel and Filiztekin 2007);
k > 1 is Reutterer, Platzer and Schroeder (2021, IJRM 38). With c = r + k x, m = 1 if modified, else 0,

    L = K * B(a, b+x+m) / B(a, b) * Gamma(c) / Gamma(r) * alpha^r * {S (alpha+T)^-c + odds (alpha+t_x)^-c}     (1)
    log{...} = bracket,  odds = a / (b + x - 1 + m), 0 where x + m = 0,  S = sum_{j<k} (c)_j w^j / j!           (2)

with w = (T - t_x) / (alpha + T), and K the product of gap^(k-1) / (k-1)!^x over the customer's gaps: 1 where k = 1.
"""
# ruff: noqa: N803, N806  (T is the literature's name for a customer's age)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from liuke.kernel.errors import Invalid, Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.models._buying_model import BuyingModel, questions
from liuke.signals.models._chunks import by_row, summed
from liuke.signals.models._collapse import collapse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from liuke.signals.models._collapse import Histories
    from liuke.signals.models._likelihood import Prior
    from liuke.signals.models._maximise import Maximum, Objective

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOST_K = 12
NO_DROPOUT = 1e-3  # a share of leavers per purchase, or a Beta's first parameter, below this is none


class BetaGeometric(BuyingModel):
    """The family at a given regularity; the models are its members with names of their own."""

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")

    r_: float
    alpha_: float
    a_: float
    b_: float
    k_: int = 1
    modified: bool

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(alive); without `modified` 1 for every customer without a repeat purchase. (rows,)."""
        from liuke.signals.models._bg_kernels import alive

        _, *history = questions(0.0, x, t_x, T)
        return by_row(alive, tuple(history), *self._fitted())

    def conditional_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Expected occasions in (T, T + horizon] given the history; (rows,)."""
        from liuke.signals.models._bg_kernels import counts

        return by_row(counts, questions(horizon, x, t_x, T), *self._fitted(), -1)[:, 0]

    def probability_of_purchase(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(at least one occasion in (T, T + horizon] | history), closed form; (rows,)."""
        from liuke.signals.models._bg_kernels import buys

        return by_row(buys, questions(horizon, x, t_x, T), *self._fitted())

    def predictive_distribution(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, most: int
    ) -> Floats:
        """P(n occasions in (T, T + horizon] | history) for n = 0..most; (rows, most + 1). More than `most` is left."""
        from liuke.signals.models._bg_kernels import counts

        return by_row(counts, questions(horizon, x, t_x, T), *self._fitted(), most)

    def draw(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, draws: int, seed: int) -> Ints:
        """Occasions in (T, T + horizon] drawn given the history at the fitted parameters; (rows, draws)."""
        asked = questions(horizon, x, t_x, T)
        horizon, x, _, T = (column[:, None] for column in asked)
        shape = (len(asked[0]), draws)
        chance = np.random.default_rng(seed)
        alive = chance.random(shape) < self.p_alive(*asked[1:])[:, None]
        stage = self._stages(chance, asked[1:], draws)
        rate = chance.gamma(self.r_ + self.k_ * x + stage, 1.0 / (self.alpha_ + T), shape)
        leaving = np.maximum(chance.beta(self.a_, self.b_ + x + self.modified, shape), 1e-12)
        bought = (stage + chance.poisson(rate * horizon)) // self.k_
        return np.where(alive, np.minimum(bought, chance.geometric(leaving)), 0)

    def _stages(self, chance: np.random.Generator, history: tuple[Floats, ...], draws: int) -> Ints:
        """Events of the open gap already gone, of k; (rows, draws)."""
        x, t_x, T = history
        if self.k_ == 1:
            return np.zeros((len(x), draws), np.int64)
        share, c = (T - t_x) / (self.alpha_ + T), self.r_ + self.k_ * x
        steps = [np.ones_like(c)] + [(c + j - 1.0) / j * share for j in range(1, self.k_)]
        upto = np.cumsum(np.cumprod(steps, axis=0), axis=0)
        drawn = chance.random((len(x), draws)) * upto[-1][:, None]
        stages: Ints = (drawn[:, :, None] > upto[:-1].T[:, None, :]).sum(axis=2)
        return stages

    def _fitted(self) -> tuple[float, float, float, float, int, int]:
        return self.r_, self.alpha_, self.a_, self.b_, self.k_, int(self.modified)

    def _starts(self, data: Histories) -> list[Floats]:
        age = float(data.T.values[data.T.codes] @ data.weight) / data.customers
        bought = float(data.weight_of_x @ data.x.values) / data.customers
        alpha = math.log(max(age, 1e-9) * self.k_ / max(bought, 0.05))
        return [np.array([0.0, alpha, 0.0, 1.0]), np.array([-1.0, alpha - 1.5, -1.0, 0.0])]

    def _objective(self, data: Histories) -> Objective:
        from scipy.special import gammaln, psi

        from liuke.signals.models._bg_kernels import likelihood_sums

        x, t, T = data.x.values, data.t_x.values, data.T.values
        rows = (data.x.codes, data.t_x.codes, data.T.codes, data.weight)
        by_x, k, modified = data.weight_of_x, self.k_, int(self.modified)
        never = x + modified == 0
        repeats = float(by_x @ x)

        def objective(at: Floats) -> tuple[float, Floats]:
            r, alpha, a, b = np.exp(at).tolist()
            c, stays, chances = r + k * x, b + x + modified, np.where(never, 1.0, b + x - 1.0 + modified)
            log_odds = np.where(never, -np.inf, np.log(a / chances))
            from_t, from_T = alpha + t, alpha + T
            by_time = (np.log(from_t), np.log(from_T), 1.0 / from_t, 1.0 / from_T)
            sums = summed(likelihood_sums, rows, x, t, T, log_odds, 1.0 / chances, *by_time, r, k)
            value = sums[0] + by_x @ (gammaln(c) - gammaln(r) + r * at[1] + gammaln(stays) - gammaln(b)
                                      + gammaln(a + b) - gammaln(a + stays))  # fmt: skip
            common = psi(a + b) - psi(a + stays)
            slopes = np.array([
                sums[1] + by_x @ (psi(c) - psi(r) + at[1]),
                sums[2] + data.customers * r / alpha,
                sums[3] / a + by_x @ common,
                by_x @ (psi(stays) - psi(b) + common) - sums[4],
            ])  # fmt: skip
            return float(value) - repeats * math.lgamma(k), slopes * np.exp(at)

        return objective

    def _warning(self, found: Maximum) -> NotEstimable | None:
        if min(self.a_, self.a_ / (self.a_ + self.b_)) < NO_DROPOUT:
            return NotEstimable.because(
                N_("The histories show hardly any customer leaving (a = {a:.2g}, b = {b:.2g}): P(alive) says nothing."),
                a=self.a_,
                b=self.b_,
            )
        return super()._warning(found)


class BgCnbdK(BetaGeometric):
    """(M)BG/CNBD-k; `k` given (whole, as from `Rhythm.regularity` rounded) or None: by likelihood among 1..12."""

    def __init__(self, k: int | None = None, modified: bool = True, prior: Prior | None = None) -> None:
        self.k = k
        self.modified = modified
        self.prior = prior

    log_likelihood_complete_: bool
    """False: fitted with a given k > 1 without gaps; log_likelihood_ then lacks sum((k-1) ln gap), a constant."""

    def fit(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
        log_gaps: ArrayLike | None = None,
    ) -> Self:
        """As other models; `log_gaps` is each customer's sum of ln(gap between occasions), 0 without a repeat; (rows,).

        Refused where k is to be chosen and no gaps are given: likelihoods of different k can't be compared.
        """
        histories = collapse(x, t_x, T, weights)
        if self.k is None and log_gaps is None:
            raise Refused(
                N_("The regularity k can't be chosen by likelihood without the customers' gaps."),
                fix=N_("Give the sums of log gaps, or a whole number k."),
            )
        if self.k is not None and not 1 <= self.k == int(self.k):
            raise Invalid(N_("The regularity k must be a whole number of at least 1, not {k}."), k=self.k)
        gaps = 0.0
        if log_gaps is not None:
            gaps = float(np.sum(np.asarray(log_gaps, np.float64) * (1.0 if weights is None else np.asarray(weights))))
        self.log_likelihood_complete_ = log_gaps is not None or self.k == 1
        if self.k is not None:
            return self._fit_at(int(self.k), histories, gaps)
        best = -np.inf
        for k in range(1, MOST_K + 1):  # the likelihood has one peak in k
            reached = self._fit_at(k, histories, gaps).log_likelihood_
            if reached < best:
                return self._fit_at(k - 1, histories, gaps)
            best = reached
        return self

    def _fit_at(self, k: int, histories: Histories, gaps: float) -> Self:
        self.k_ = k
        self._fit(histories)
        self.log_likelihood_ += (k - 1) * gaps
        return self
