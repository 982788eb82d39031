"""Declining: has a customer's rate of buying dropped? A two-group posterior with drop sizes learnt from the base.

A customer with rate lambda ~ G = Gamma(shape, rate) bought b times over exposure E_b (months weighed by season) and r
times over a recent E_r. Counts are negative binomial, variance mu + phi mu^2. The recent rate is rho lambda: rho is 1
for those who stay, one of .05, .2, .4, .6, .8 for those who decline. With m_rho = integral NB(b) NB(r | rho) dG,

    P(decline | b, r) = sum_{rho < 1} w_rho m_rho / sum_rho w_rho m_rho,

the two-group model of Efron (2008, Statistical Science 23) with G by empirical Bayes and all w by EM. It is calibrated
as far as counts, drops and G are as said; `recalibration` mends the rest from the firm's own history. One small
customer's drop is hardly ever sure: rank by expected loss, don't call a drop significant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.models._chunks import by_row
from liuke.signals.models._maximise import maximise

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from liuke.kernel.estimate import Answer

    Floats = NDArray[np.float64]

RATIOS = (0.05, 0.2, 0.4, 0.6, 0.8)
LEAST_CUSTOMERS = 200
MOST_SHAPE = 1e3
STEPS = 5_000
TOLERANCE = 1e-9  # of log-likelihood a customer and step
LEAST_OUTCOMES = 50
BINS = 40


@dataclass(frozen=True)
class Counts:
    """Distinct (b, E_b, r, E_r) and each customer's position among them."""

    rows: Floats  # (4, distinct)
    of: NDArray[np.intp]  # (customers,)
    customers: Floats  # how many each; (distinct,)

    @classmethod
    def of_customers(cls, base: ArrayLike, base_exposure: ArrayLike, recent: ArrayLike, exposure: ArrayLike) -> Counts:
        """Counts of each customer; exposures broadcast."""
        columns = np.broadcast_arrays(*(np.asarray(a, np.float64) for a in (base, base_exposure, recent, exposure)))
        rows, of, many = np.unique(np.stack(columns), axis=1, return_inverse=True, return_counts=True)
        return cls(np.ascontiguousarray(rows), of.ravel(), many.astype(np.float64))


@dataclass(frozen=True)
class Decline:
    """The fitted groups: rates ~ Gamma(shape, rate); overdispersion of both windows; share of customers by ratio."""

    shape: float
    rate: float
    phi_base: float
    phi_recent: float
    shares: Floats  # of those who stay, then by RATIOS; (6,)
    converged: bool

    def posterior(
        self, base: ArrayLike, base_exposure: ArrayLike, recent: ArrayLike, exposure: ArrayLike
    ) -> tuple[Floats, Floats]:
        """(P(decline), expected lost rate), both (customers,).

        The lost rate, E[lambda (1 - rho)] in purchases per unit of exposure, already holds P(decline): times margin a
        purchase and remaining life it is the expected loss to rank by.
        """
        counts = Counts.of_customers(base, base_exposure, recent, exposure)
        likelihood, rates = self._by_ratio(counts)
        belief = likelihood * self.shares
        belief /= belief.sum(axis=1, keepdims=True)
        lost = (belief * rates) @ (1.0 - np.array((1.0, *RATIOS)))
        return 1.0 - belief[counts.of, 0], lost[counts.of]

    def _by_ratio(self, counts: Counts) -> tuple[Floats, Floats]:
        """Likelihood by ratio relative to the row's likeliest, and the base rate's mean; (distinct, 6) each."""
        from liuke.signals._decline_kernel import by_ratio

        ratios = np.array((1.0, *RATIOS))
        found = by_row(by_ratio, tuple(counts.rows), ratios, self.shape, self.rate, self.phi_base, self.phi_recent)
        logs = found[:, : len(ratios)]
        return np.exp(logs - logs.max(axis=1, keepdims=True)), found[:, len(ratios) :]


def fit_decline(
    base: ArrayLike, base_exposure: ArrayLike, recent: ArrayLike, exposure: ArrayLike,
    phi_base: float = 0.0, phi_recent: float = 0.0,
) -> Decline:  # fmt: skip
    """G, the share who declined and the drop sizes from the counts of a segment's customers; (customers,) each.

    phi: overdispersion of each window's count (see `overdispersion`, `of_window`). Refused under 200 customers or
    without purchases in the base window.
    """
    counts = Counts.of_customers(base, base_exposure, recent, exposure)
    if counts.customers.sum() < LEAST_CUSTOMERS or not (counts.rows[0] > 0).any():
        raise Refused(
            N_("{customers} customers are too few to learn how purchases drop; it needs {least} who bought."),
            fix=N_("Take segments together."),
            customers=int(counts.customers.sum()),
            least=LEAST_CUSTOMERS,
        )
    shape, rate = _rates(counts.rows[0], counts.rows[1], counts.customers, phi_base)
    start = np.array([0.9, *[0.1 / len(RATIOS)] * len(RATIOS)])
    likelihood, _ = Decline(shape, rate, phi_base, phi_recent, start, False)._by_ratio(counts)
    shares, converged = _mixed(likelihood, counts.customers, start)
    return Decline(shape, rate, phi_base, phi_recent, shares, converged)


def _mixed(likelihood: Floats, customers: Floats, shares: Floats) -> tuple[Floats, bool]:
    """Shares of the groups by EM."""
    before = -np.inf
    for _ in range(STEPS):
        joint = likelihood * shares
        total = joint.sum(axis=1)
        value = float(customers @ np.log(total))
        if value - before < TOLERANCE * customers.sum():
            return shares, True
        before = value
        shares = (customers / total) @ joint / customers.sum()
    return shares, False


def _rates(base: Floats, exposure: Floats, customers: Floats, phi: float) -> tuple[float, float]:
    """Shape and rate of G: negative binomial likelihood of the base counts, its overdispersion freed of phi."""
    from scipy.special import gammaln, psi

    def objective(at: Floats) -> tuple[float, Floats]:
        shape, mean = np.exp(at).tolist()
        expected, seen = mean * exposure, shape + base
        value = gammaln(seen) - gammaln(shape) + shape * np.log(shape) + base * np.log(expected)
        value -= seen * np.log(shape + expected)
        by_shape = psi(seen) - psi(shape) + np.log(shape) + 1.0 - np.log(shape + expected) - seen / (shape + expected)
        by_mean = base / mean - seen * exposure / (shape + expected)
        return float(customers @ value), np.array([customers @ by_shape * shape, customers @ by_mean * mean])

    usual = float(customers @ base) / float(customers @ exposure)
    start = np.array([0.0, np.log(usual)])
    whole, mean = np.exp(maximise(objective, start, start - 7.0, start + 7.0).at).tolist()
    spread = (1.0 + 1.0 / whole) / (1.0 + phi) - 1.0
    shape = min(1.0 / spread, MOST_SHAPE) if spread > 0 else MOST_SHAPE
    return shape, shape / mean


def overdispersion(counts: ArrayLike, exposure: ArrayLike) -> Answer:
    """phi of one period's count, variance mu + phi mu^2 around the customer's own rate, pooled over customers.

    counts (customers, periods) in the base window, exposure (periods,). By moments: squares around each customer's own
    mean less their Poisson part, over what phi = 1 would add. Interval 90 %, customers as clusters; never below 0.
    """
    y, e = np.asarray(counts, np.float64), np.asarray(exposure, np.float64)
    whole, total = float(e.sum()), y.sum(axis=1)
    squares = float(e @ e) / whole**2
    own = total / whole
    excess = ((y - own[:, None] * e) ** 2).sum(axis=1) - own * whole * (1.0 - squares)
    unit = (total**2 - total) / whole**2 * (e @ e - 2.0 * float((e**3).sum()) / whole + squares**2 * whole**2)
    if unit.sum() <= 0:
        return NotEstimable.because(N_("no customer bought twice in the base window"))
    ratio = float(excess.sum() / unit.sum())
    error = float(np.sqrt(((excess - ratio * unit) ** 2).sum()) / unit.sum())
    value, low, high = (
        max(v, 0.0) / (1.0 - min(max(v, 0.0) * squares, 0.99))
        for v in (ratio, ratio - 1.645 * error, ratio + 1.645 * error)
    )
    return Estimate(value, low, high, "moments")


def of_window(phi: float, exposure: ArrayLike) -> float:
    """Overdispersion of a window's whole count from that of one period, periods independent."""
    e = np.asarray(exposure, np.float64)
    return phi * float(e @ e) / float(e.sum()) ** 2


@dataclass(frozen=True)
class Recalibration:
    """A rising map from posterior to frequency, straight between the points learnt."""

    said: Floats
    found: Floats

    def __call__(self, posterior: ArrayLike) -> Floats:
        """The recalibrated probabilities; the shape of the posteriors."""
        return np.asarray(np.interp(np.asarray(posterior, np.float64), self.said, self.found))


def recalibration(posteriors: ArrayLike, outcomes: ArrayLike) -> Recalibration | NotEstimable:
    """The map learnt from past posteriors and what came of them (bool): isotonic on bins of equal size; (customers,).

    Bins are smoothed by half an outcome of each kind, so never 0 or 1. NotEstimable with fewer than 50 outcomes of
    either kind.
    """
    from scipy.optimize import isotonic_regression

    said, came = np.asarray(posteriors, np.float64), np.asarray(outcomes, bool)
    have = int(min(came.sum(), (~came).sum()))
    if have < LEAST_OUTCOMES:
        return NotEstimable.because(
            N_("recalibration needs {least} past outcomes of each kind; there are {have}"),
            least=LEAST_OUTCOMES,
            have=have,
        )
    order = np.argsort(said, kind="stable")
    starts = np.linspace(0, len(said), min(BINS, have // 5) + 1).astype(np.intp)[:-1]
    many = np.diff(starts, append=len(said))
    middle = np.add.reduceat(said[order], starts) / many
    hits = np.add.reduceat(came[order].astype(np.float64), starts)
    level = isotonic_regression((hits + 0.5) / (many + 1.0), weights=many).x
    return Recalibration(middle, level)
