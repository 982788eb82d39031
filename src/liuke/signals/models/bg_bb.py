"""BG/BB: buying or not at each of n opportunities until an unseen end (Fader, Hardie and Shang 2010).

At each opportunity a living customer buys with probability p ~ Beta(alpha, beta); before each it leaves for good with
probability theta ~ Beta(gamma, delta). For tenders, fairs, seasons: chances to buy that can be counted. Their (6):

    L = B(alpha+x, beta+n-x) B(gamma, delta+n) / B0
        + sum_{m=t_x}^{n-1} B(alpha+x, beta+m-x) B(gamma+1, delta+m) / B0,      B0 = B(alpha, beta) B(gamma, delta)
"""
# ruff: noqa: N803, N806  (T is the literature's name for a customer's age)

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.signals.models._buying_model import BuyingModel, questions
from liuke.signals.models._chunks import by_row, summed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from liuke.signals.models._collapse import Histories
    from liuke.signals.models._likelihood import Prior
    from liuke.signals.models._maximise import Objective

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class BgBb(BuyingModel):
    """Here T is the number of opportunities since the first purchase, t_x the last one taken (0: none), x how many.

    Horizons are numbers of further opportunities.
    """

    names: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")

    alpha_: float
    beta_: float
    gamma_: float
    delta_: float

    def __init__(self, prior: Prior | None = None) -> None:
        self.prior = prior

    def fit(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """As other models; Invalid unless T and t_x are whole numbers with x <= t_x <= T."""
        _asked(0, x, t_x, T)
        return super().fit(x, t_x, T, weights)

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Probability of still being there at opportunity T + 1 (their (11)); (rows,)."""
        _, *history = _asked(0, x, t_x, T)
        stays = (self.delta_ + history[2]) / (self.gamma_ + self.delta_ + history[2])
        staying: Floats = self._state(*history)[0] * stays
        return staying

    def conditional_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Expected purchases at the next `horizon` opportunities (their (13), summed term by term); (rows,)."""
        horizon, x, t_x, T = _asked(horizon, x, t_x, T)
        stays, chances = np.ones_like(x), np.zeros_like(x)
        for i in range(int(horizon.max(initial=0))):
            stays *= (self.delta_ + T + i) / (self.gamma_ + self.delta_ + T + i)
            chances += np.where(i < horizon, stays, 0.0)
        expected: Floats = self._state(x, t_x, T)[0] * chances * (self.alpha_ + x) / (self.alpha_ + self.beta_ + T)
        return expected

    def probability_of_purchase(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(a purchase at any of the next `horizon` opportunities | history): none is the same history, later."""
        horizon, x, t_x, T = _asked(horizon, x, t_x, T)
        log_none: Floats = self._state(x, t_x, T + horizon)[1] - self._state(x, t_x, T)[1]
        return -np.expm1(np.minimum(log_none, 0.0))

    def predictive_distribution(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, most: int
    ) -> Floats:
        """P(n purchases at the next `horizon` opportunities | history), n = 0..most; (rows, most + 1)."""
        from liuke.signals.models._bgbb_kernels import counts

        horizon, x, t_x, T = _asked(horizon, x, t_x, T)
        rows = (horizon, self._state(x, t_x, T)[0], self.alpha_ + x, self.beta_ + T - x)
        return by_row(lambda h, live, a, b, d: counts(h, live, a, b, self.gamma_, d, most), (*rows, self.delta_ + T))

    def draw(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, draws: int, seed: int) -> Ints:
        """Purchases at the next `horizon` opportunities drawn given the history; (rows, draws)."""
        asked = _asked(horizon, x, t_x, T)
        horizon, x, _, T = (column[:, None] for column in asked)
        shape = (len(asked[0]), draws)
        chance = np.random.default_rng(seed)
        alive = chance.random(shape) < self._state(*asked[1:])[0][:, None]
        buying = chance.beta(self.alpha_ + x, self.beta_ + T - x, shape)
        leaving = np.maximum(chance.beta(self.gamma_, self.delta_ + T, shape), 1e-12)
        there = np.minimum(chance.geometric(leaving) - 1, horizon.astype(np.int64))
        return np.where(alive, chance.binomial(there, buying), 0)

    def _state(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """(P(alive at opportunity T), ln L); (2, rows)."""
        from liuke.signals.models._bgbb_kernels import alive_and_log

        return by_row(alive_and_log, (x, t_x, T), self.alpha_, self.beta_, self.gamma_, self.delta_).T

    def _starts(self, data: Histories) -> list[Floats]:  # noqa: ARG002  (Beta parameters have no scale)
        return [np.array([0.0, 0.0, -0.5, 1.0]), np.array([0.5, 1.0, 0.0, 2.5])]

    def _objective(self, data: Histories) -> Objective:
        from liuke.signals.models._bgbb_kernels import likelihood_sums

        rows = (data.x.codes, data.t_x.codes, data.T.codes, data.weight)
        values = (data.x.values, data.t_x.values, data.T.values)

        def objective(at: Floats) -> tuple[float, Floats]:
            sums = summed(likelihood_sums, rows, *values, *np.exp(at).tolist())
            return float(sums[0]), sums[1:] * np.exp(at)

        return objective


def _asked(*arrays: ArrayLike) -> tuple[Floats, ...]:
    """`questions` in whole opportunities; Invalid otherwise."""
    horizon, x, t_x, T = questions(*arrays)
    if not all(np.array_equal(a, np.floor(a)) for a in (horizon, t_x, T)) or (x > t_x).any():
        raise Invalid(
            N_("Opportunities are counted: T, t_x and the horizon must be whole numbers, and x at most t_x."),
            fix=N_("Use BG/NBD or Pareto/NBD for purchases at any time."),
        )
    return horizon, x, t_x, T
