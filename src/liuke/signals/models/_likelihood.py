"""Fitting by maximum likelihood on distinct rows, and what every fit leaves behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, Self, TypeVar

import numpy as np

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.models._estimator import Estimator
from liuke.signals.models._maximise import Maximum, maximise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from liuke.signals.models._maximise import Objective

    Floats = NDArray[np.float64]

LEAST_CUSTOMERS = 30
LEAST_WITH_PRIOR = 5
PART = 2_000  # customers of the small likeness a large fit starts from
_ROUGHLY = 1e-5  # of the log-likelihood: what choosing among starting points needs
_SPAN = 7.0  # parameters stay within exp(+-7) of their starting scale


@dataclass(frozen=True)
class Prior:
    """Pull the logarithms of some parameters towards given values, as strongly as so many customers would.

    Adds -strength/2 * (ln parameter - ln value)^2 to the log-likelihood for each parameter named: each customer is
    taken to carry unit information on a log-parameter. Unit-free parameters can be named alone.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    strength: float = 10.0  # pseudo-customers


class WeightedRows(Protocol):
    """Distinct rows with weights."""

    @property
    def weight(self) -> Floats:
        """Customers of each row."""

    @property
    def customers(self) -> float:
        """Sum of the weights."""

    def part(self, customers: int) -> Self:
        """A small likeness."""


Data = TypeVar("Data", bound=WeightedRows)


class LikelihoodModel(Estimator, ABC, Generic[Data]):
    """An estimator whose `fit` maximises a likelihood in the logarithms of a few positive parameters.

    After `fit`: params_, and each as `<name>_`; standard_errors_ by name (from the observed information by the delta
    method, or the reason why there is none); log_likelihood_ (natural log, of the data given, without the prior);
    customers_ (sum of weights), distinct_ (distinct rows), converged_, warning_ (why the fit should not be used as it
    is, or None).
    """

    names: ClassVar[tuple[str, ...]]

    prior: Prior | None
    params_: dict[str, float]
    standard_errors_: dict[str, float | NotEstimable]
    log_likelihood_: float
    customers_: float
    distinct_: int
    converged_: bool
    warning_: NotEstimable | None

    def _fit(self, data: Data) -> Self:
        self._refuse(data)
        self._keep(self._maximum(data), data)
        return self

    def _refuse(self, data: Data) -> None:
        least = LEAST_CUSTOMERS if self.prior is None else LEAST_WITH_PRIOR
        if data.customers < least:
            raise Refused(
                N_("{customers} customers are too few to fit this model; it needs {least}."),
                fix=N_("Take more customers together, or give a prior."),
                customers=round(data.customers),
                least=least,
            )

    def _maximum(self, data: Data) -> Maximum:
        likeness = data.part(PART) if len(data.weight) > 2 * PART else data
        starts, objective = self._starts(likeness), self._penalised(likeness)
        low, high = starts[0] - _SPAN, starts[0] + _SPAN
        climbs = [maximise(objective, start, low, high, tolerance=_ROUGHLY, rough=True) for start in starts]
        best = max(climbs, key=lambda climb: climb.value)
        return maximise(self._penalised(data), best.at, low, high, best.hessian)

    def _penalised(self, data: Data) -> Objective:
        objective = self._objective(data)
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

    def _keep(self, found: Maximum, data: Data) -> None:
        values = np.exp(found.at)
        self.params_ = dict(zip(self.names, values.tolist(), strict=True))
        for name, value in self.params_.items():
            setattr(self, f"{name}_", value)
        centre, pull = self._pull()
        self.log_likelihood_ = found.value + 0.5 * float(pull @ (found.at - centre) ** 2)
        self.customers_ = data.customers
        self.distinct_ = len(data.weight)
        self.converged_ = found.converged
        self.standard_errors_ = _standard_errors(self.names, values, found)
        self.warning_ = self._warning(found)

    def _warning(self, found: Maximum) -> NotEstimable | None:
        for name, stuck in zip(self.names, found.at_bound, strict=True):
            if stuck:
                return NotEstimable.because(
                    N_("The likelihood keeps rising as {name} leaves its range (now {value:.3g}): it can't be told."),
                    name=name,
                    value=self.params_[name],
                )
        if not found.converged:
            return NotEstimable.because(N_("The search for the most likely parameters did not settle."))
        return None

    @abstractmethod
    def _objective(self, data: Data) -> Objective:
        """Log-likelihood and its gradient as a function of the log-parameters."""

    @abstractmethod
    def _starts(self, data: Data) -> list[Floats]:
        """Log-parameters to start from; the first also centres the box."""


def _standard_errors(names: tuple[str, ...], values: Floats, found: Maximum) -> dict[str, float | NotEstimable]:
    """Standard errors of the parameters from the Hessian in their logarithms; none at a bound or on a ridge."""
    free = ~found.at_bound
    information = -found.hessian[np.ix_(free, free)]
    at_edge = NotEstimable.because(N_("the likelihood has no maximum inside the range of the parameters"))
    errors: dict[str, float | NotEstimable] = dict.fromkeys(names, at_edge)
    if not found.converged or np.linalg.eigvalsh(information).min(initial=np.inf) <= 0:
        return errors
    spread = values[free] * np.sqrt(np.diag(np.linalg.inv(information)))
    return errors | dict(zip(np.array(names)[free].tolist(), spread.tolist(), strict=True))
