"""What the buy-till-you-die models share: fitting by maximum likelihood on distinct histories, results, predictions."""
# ruff: noqa: N803, N806  (T is the literature's name for a customer's age)

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.models._collapse import checked, collapse
from liuke.signals.models._estimator import Estimator
from liuke.signals.models._maximise import Maximum, maximise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from liuke.signals.models._collapse import Histories
    from liuke.signals.models._maximise import Objective

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_CUSTOMERS = 30
LEAST_WITH_PRIOR = 5
PART = 3_000  # customers of the small likeness a large fit starts from
_SPAN = 12.0  # parameters stay within exp(+-12) of their starting scale


@dataclass(frozen=True)
class Prior:
    """Pull the logarithms of some parameters towards given values, as strongly as so many customers would.

    Adds -strength/2 * (ln parameter - ln value)^2 to the log-likelihood for each parameter named: each customer is
    taken to carry unit information on a log-parameter. Unit-free parameters can be named alone.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    strength: float = 10.0  # pseudo-customers


class BuyingModel(Estimator, ABC):
    """A model of repeat purchases that end unseen.

    Histories are x repeat occasions, t_x from the first purchase to the last, T from the first purchase to now; any
    unit of time, the same for all, and the answers are in it. After `fit`:

    params_, and each as `<name>_`; standard_errors_ by name (from the observed information by the delta method, or the
    reason why there is none); log_likelihood_ (natural log, of the histories given, without the prior); customers_
    (sum of weights), distinct_ (distinct histories), converged_, warning_ (why the fit should not be used as it is, or
    None).

    P(alive) is the chance that a customer will ever buy again, however far off, if the model holds. It is never a
    churn score by itself; rank by `probability_of_purchase` over a horizon.
    """

    names: ClassVar[tuple[str, ...]]
    times: ClassVar[tuple[str, ...]]  # parameters in units of time

    prior: Prior | None
    params_: dict[str, float]
    standard_errors_: dict[str, float | NotEstimable]
    log_likelihood_: float
    customers_: float
    distinct_: int
    converged_: bool
    warning_: NotEstimable | None

    def fit(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Maximum likelihood over customers (rows), each counted `weights` times.

        Refused without any repeat purchase or with fewer than 30 customers (5 with a prior); BadInput for impossible
        histories.
        """
        return self._fit(collapse(x, t_x, T, weights))

    def _fit(self, histories: Histories) -> Self:
        self._refuse(histories)
        found = self._maximum(histories)
        self._keep(found, histories)
        return self

    def _refuse(self, histories: Histories) -> None:
        least = LEAST_CUSTOMERS if self.prior is None else LEAST_WITH_PRIOR
        if histories.customers < least:
            raise Refused(
                N_("{customers} customers are too few to fit a buying model; it needs {least}."),
                fix=N_("Take more customers together, or give a prior."),
                customers=round(histories.customers),
                least=least,
            )
        if float(histories.weight_of_x @ histories.x.values) == 0:
            raise Refused(
                N_("None of {customers} customers bought a second time: there is nothing to learn a rhythm from."),
                fix=N_("Wait for repeat purchases, or use rules for one-time buyers."),
                customers=round(histories.customers),
            )

    def _maximum(self, histories: Histories) -> Maximum:
        starts = self._starts(histories)
        low, high = starts[0] - _SPAN, starts[0] + _SPAN
        if len(histories.weight) <= 2 * PART:
            objective = self._penalised(histories)
            return max((maximise(objective, start, low, high) for start in starts), key=lambda m: m.value)
        part = self._penalised(histories.part(PART))
        first = max((maximise(part, start, low, high) for start in starts), key=lambda m: m.value)
        return maximise(self._penalised(histories), first.at, low, high, first.hessian)

    def _penalised(self, histories: Histories) -> Objective:
        objective = self._objective(histories)
        centre, pull = self._pull()

        def penalised(at: Floats) -> tuple[float, Floats]:
            value, gradient = objective(at)
            away = at - centre
            return value - 0.5 * float(pull @ away**2), gradient - pull * away

        return objective if self.prior is None else penalised

    def _pull(self) -> tuple[Floats, Floats]:
        values = self.prior.values if self.prior else {}
        strength = self.prior.strength if self.prior else 0.0
        centre = np.array([np.log(values.get(name, 1.0)) for name in self.names])
        return centre, np.array([strength if name in values else 0.0 for name in self.names])

    def _keep(self, found: Maximum, histories: Histories) -> None:
        values = np.exp(found.at)
        self.params_ = dict(zip(self.names, values.tolist(), strict=True))
        for name, value in self.params_.items():
            setattr(self, f"{name}_", value)
        centre, pull = self._pull()
        self.log_likelihood_ = found.value + 0.5 * float(pull @ (found.at - centre) ** 2)
        self.customers_ = histories.customers
        self.distinct_ = len(histories.weight)
        self.converged_ = found.converged
        self.standard_errors_ = _standard_errors(self.names, values, found)
        self.warning_ = self._warning(found)

    def _warning(self, found: Maximum) -> NotEstimable | None:
        for name, stuck in zip(self.names, found.at_bound, strict=True):
            if stuck:
                return NotEstimable(
                    N_("The likelihood keeps rising as {name} leaves its range (now {value:.3g}): it can't be told."),
                    {"name": name, "value": self.params_[name]},
                )
        if not found.converged:
            return NotEstimable(N_("The search for the most likely parameters did not settle."))
        return None

    @abstractmethod
    def _objective(self, histories: Histories) -> Objective:
        """Log-likelihood and its gradient as a function of the log-parameters."""

    @abstractmethod
    def _starts(self, histories: Histories) -> list[Floats]:
        """Log-parameters to start from; the first also centres the box."""

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
    def draw(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, draws: int, seed: int
    ) -> Ints:
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


def _standard_errors(names: tuple[str, ...], values: Floats, found: Maximum) -> dict[str, float | NotEstimable]:
    """Standard errors of the parameters from the Hessian in their logarithms; none beside a bound or on a ridge."""
    free = ~found.at_bound
    information = -found.hessian[np.ix_(free, free)]
    at_edge = NotEstimable(N_("the likelihood has no maximum inside the range of the parameters"))
    errors: dict[str, float | NotEstimable] = dict.fromkeys(names, at_edge)
    if not free.all() or not found.converged or np.linalg.eigvalsh(information).min(initial=np.inf) <= 0:
        return errors
    spread = np.sqrt(np.diag(np.linalg.inv(information)))
    return dict(zip(names, (values * spread).tolist(), strict=True))
