"""A ratio of sums over customers with an interval that knows customers' months are alike (clustered by customer)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Estimate

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int


@dataclass(frozen=True)
class Clustered:
    """Sums over customers of x (trials) and y (hits); customers without a trial add nothing. Adds with `+`."""

    customers: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    @classmethod
    def of(cls, x: Int | Float, y: Int | Float) -> Clustered:
        """Sums of one value a customer; y is 0 where x is."""
        a, b = x.astype(np.float64), y.astype(np.float64)
        squares = (float((one * other).sum()) for one, other in ((a, a), (a, b), (b, b)))
        return cls(int((a > 0).sum()), float(a.sum()), float(b.sum()), *squares)

    def __add__(self, other: Clustered) -> Clustered:
        """Both groups of customers together."""
        return Clustered(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def share(self) -> float:
        """Hits per trial; 0 without a trial."""
        return self.y / self.x if self.x else 0.0

    @property
    def standard_error(self) -> float:
        """Of the share, linearised: customers are drawn, not their months; 0 with fewer than two customers."""
        if self.customers < 2:
            return 0.0
        squares = self.yy - 2 * self.share * self.xy + self.share**2 * self.xx
        return sqrt(max(squares, 0.0) * self.customers / (self.customers - 1)) / self.x

    @property
    def effective(self) -> float:
        """Independent trials that would be as sure: at most the trials made, and the customers where all agree."""
        spread = self.share * (1 - self.share)
        variance = self.standard_error**2
        if variance <= 0 or spread <= 0:
            return float(self.customers)
        return min(spread / variance, self.x)

    def estimate(self, method: str) -> Estimate:
        """The share with its 95 % interval: Wilson's on the effective number of trials, Student's for few customers."""
        from scipy.special import stdtrit

        n, p = self.effective, self.share
        z = float(stdtrit(max(self.customers - 1, 1), 0.975))
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return Estimate(p, max(middle - half, 0.0), min(middle + half, 1.0), method)
