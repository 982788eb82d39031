"""A penalised logit of leaving whose level may differ from origin to origin.

log-odds = level + deviation of the origin + slopes · standardised columns, with normal priors on slopes and deviations:
what makes a customer leave is learnt over all origins, how many leave in a given season is not forced to be one number.
A coming period has the level without a deviation, and its interval carries how much levels have differed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float, Int32

SLOPE_SD = 3.0  # prior of a slope, in log-odds a standard deviation of its column
DEVIATION_SD = 0.5  # prior of an origin's deviation, in log-odds: seasons of a third more or less
MOST_STEPS = 50
LEAST_SPREAD = 1e-9  # of a column that tells customers apart


@dataclass(frozen=True)
class Logit:
    """A fitted logit; positions are the origins it was fitted on, ascending."""

    centre: Float  # (columns,)
    scale: Float
    slopes: Float  # a standard deviation of each column
    level: float
    deviations: Float  # (origins,)
    origins: Int32
    covariance: Float  # of level and slopes, clustered by customer; (1 + columns, 1 + columns)

    def standardised(self, x: npt.NDArray[np.floating]) -> Float:
        """The columns in standard deviations from their mean, 0 where nothing is known; (rows, columns)."""
        return standardised(x, self.centre, self.scale)

    def log_odds(self, x: npt.NDArray[np.floating], origin: Int32 | None = None) -> Float:
        """Log-odds of leaving: of a coming period, or with the deviations of the origins it was fitted on; (rows,)."""
        found = self.level + self.standardised(x) @ self.slopes
        if origin is None:
            return np.asarray(found)
        return np.asarray(found + self.deviations[np.searchsorted(self.origins, origin)])

    def variance(self, x: npt.NDArray[np.floating]) -> Float:
        """Variance of the log-odds from the coefficients alone; (rows,)."""
        z = np.column_stack([np.ones(len(x)), self.standardised(x)])
        return np.asarray(np.einsum("ij,jk,ik->i", z, self.covariance, z))

    @property
    def drift(self) -> float:
        """Standard deviation of the level between origins, log-odds; the prior counts as two origins."""
        count = len(self.deviations)
        prior = 2 * (DEVIATION_SD / 2) ** 2
        spread = float((self.deviations**2).sum() + prior) / (count + 1)
        return float(np.sqrt(spread * (1 + 1 / count)))


@dataclass(frozen=True)
class SlopePrior:
    """Normal priors of slopes a standard deviation of their columns, and what that is; (columns,) each."""

    mean: Float
    sd: Float
    centre: Float
    scale: Float


def fit(
    x: npt.NDArray[np.floating],
    left: Bool,
    origin: Int32,
    customer: Int32,
    prior: SlopePrior | None = None,
    weight: float = 1.0,
) -> Logit:
    """The logit of most posterior probability (Newton); `origin` and `customer` name the rows.

    NaN in `x` is what nobody knows and counts as the column's mean. Without a prior columns are standardised here,
    and those without any spread get no slope. `weight` is what a row counts where several rows tell of one event.
    Raises ValueError when nobody or everybody left.
    """
    if not 0 < left.sum() < len(left):
        raise ValueError("a logit needs rows of both outcomes")
    prior = prior or _weak_prior(x)
    varies = np.flatnonzero(prior.sd > 0)
    names, nth = np.unique(origin, return_inverse=True)
    count = len(varies)
    design = np.zeros((len(x), 1 + count + len(names)))
    design[:, 0] = 1
    design[:, 1 : 1 + count] = standardised(x[:, varies], prior.centre[varies], prior.scale[varies])
    design[np.arange(len(x)), 1 + count + nth] = 1
    penalty = np.r_[0.0, prior.sd[varies] ** -2.0, np.full(len(names), DEVIATION_SD**-2)]
    towards = np.r_[0.0, prior.mean[varies], np.zeros(len(names))]
    share = left.mean()
    beta = towards.copy()
    beta[0] = np.log(share / (1 - share))
    y = left.astype(np.float64)
    weighed = np.empty_like(design)
    for _ in range(MOST_STEPS):
        p = _expit(design @ beta)
        hessian = weight * np.multiply(design, (p * (1 - p))[:, None], out=weighed).T @ design + np.diag(penalty)
        step = np.linalg.solve(hessian, weight * design.T @ (y - p) - penalty * (beta - towards))
        beta = beta + step * min(1.0, 5.0 / float(np.abs(step).max() + 1e-300))
        if np.abs(step).max() < 1e-9:
            break
    p = _expit(design @ beta)
    hessian = weight * (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
    inverse = np.linalg.inv(hessian)
    by_customer = np.argsort(customer, kind="stable")
    _, first = np.unique(customer[by_customer], return_index=True)
    scores = np.add.reduceat((weight * design * (y - p)[:, None])[by_customer], first, axis=0)
    spread = inverse @ (scores.T @ scores + np.diag(penalty)) @ inverse
    place = np.r_[0, 1 + varies]
    slopes, covariance = prior.mean.copy(), np.zeros((1 + x.shape[1], 1 + x.shape[1]))
    slopes[varies] = beta[1 : 1 + count]
    covariance[np.ix_(place, place)] = spread[: 1 + count, : 1 + count]
    deviations = beta[1 + count :]
    return Logit(prior.centre, prior.scale, slopes, float(beta[0]), deviations, names.astype(np.int32), covariance)


def _weak_prior(x: npt.NDArray[np.floating]) -> SlopePrior:
    """A prior that says little of columns standardised here; no slope, for sure, of those without spread."""
    centre, spread = moments(x)
    varies = spread > LEAST_SPREAD
    sd = np.where(varies, SLOPE_SD, 0.0)
    return SlopePrior(np.zeros(len(sd)), sd, centre, np.where(varies, spread, 1.0))


def moments(x: npt.NDArray[np.floating]) -> tuple[Float, Float]:
    """Mean and standard deviation of every column over what is known of it; 0 where nothing is. (columns,) each."""
    known = ~np.isnan(x)
    count = np.maximum(known.sum(axis=0), 1)
    held = np.where(known, x, 0)
    centre = held.sum(axis=0, dtype=np.float64) / count
    square = np.where(known, (x - centre) ** 2, 0).sum(axis=0, dtype=np.float64) / count
    return centre, np.sqrt(square)


def standardised(x: npt.NDArray[np.floating], centre: Float, scale: Float) -> Float:
    """The columns in standard deviations from a mean, 0 where nothing is known; (rows, columns)."""
    return np.nan_to_num((x - centre) / scale, copy=False, nan=0.0)


def _expit(z: Float) -> Float:
    from scipy.special import expit

    return np.asarray(expit(z))
