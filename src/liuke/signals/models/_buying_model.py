"""What the buy-till-you-die models share: histories in, predictions out."""
# ruff: noqa: N803  (T is the literature's name for a customer's age)

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Self

import numpy as np

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.signals.models._collapse import checked, collapse
from liuke.signals.models._likelihood import LikelihoodModel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from liuke.signals.models._collapse import Histories

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class BuyingModel(LikelihoodModel["Histories"]):
    """A model of repeat purchases that end unseen.

    Histories are x repeat occasions, t_x from the first purchase to the last, T from the first purchase to now; any
    unit of time, the same for all, and the answers are in it.

    P(alive) is the chance that a customer will ever buy again, however far off, if the model holds. It is never a
    churn score by itself; rank by `probability_of_purchase` over a horizon.
    """

    def fit(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Maximum likelihood over customers (rows), each counted `weights` times.

        Refused without any repeat purchase or with fewer than 30 customers (5 with a prior); Invalid for impossible
        histories.
        """
        return self._fit(collapse(x, t_x, T, weights))

    def _refuse(self, data: Histories) -> None:
        super()._refuse(data)
        if float(data.weight_of_x @ data.x.values) == 0:
            raise Refused(
                N_("None of {customers} customers bought a second time: there is nothing to learn a rhythm from."),
                fix=N_("Wait for repeat purchases, or use rules for one-time buyers."),
                customers=round(data.customers),
            )

    @abstractmethod
    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Probability that each customer has not stopped for good; (rows,)."""

    @abstractmethod
    def conditional_purchases(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Expected occasions in (T, T + horizon] given the history; (rows,)."""

    @abstractmethod
    def probability_of_purchase(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """P(at least one occasion in (T, T + horizon] | history); (rows,)."""

    @abstractmethod
    def predictive_distribution(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, most: int
    ) -> Floats:
        """P(n occasions in (T, T + horizon] | history) for n = 0..most; (rows, most + 1). More than `most` is left."""

    @abstractmethod
    def draw(self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, draws: int, seed: int) -> Ints:
        """Occasions in (T, T + horizon] drawn given the history at the fitted parameters; (rows, draws)."""

    def expected_purchases(self, t: ArrayLike) -> Floats:
        """Expected repeat occasions of a new customer within t of the first purchase; the shape of t, at least 1-d."""
        return self.conditional_purchases(t, 0.0, 0.0, 0.0)


def questions(*arrays: ArrayLike) -> tuple[Floats, ...]:
    """(horizon, x, t_x, T) broadcast to one length and checked as histories are; horizons are 0 or more."""
    horizon, *history = (np.atleast_1d(a) for a in np.broadcast_arrays(*(np.asarray(a, np.float64) for a in arrays)))
    if not (np.isfinite(horizon).all() and (horizon >= 0).all()):
        raise Refused(N_("The horizon must be a length of time of 0 or more."))
    return tuple(np.ascontiguousarray(a) for a in (horizon, *checked(*history)))
