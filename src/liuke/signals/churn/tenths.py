"""How far a column's distribution has moved from the one a model learnt from: the population stability index (PSI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.panel.panel import Float


@dataclass(frozen=True)
class Tenths:
    """A column's distribution: how many of its values lie in each tenth of those known; NaN counts apart."""

    edges: Float
    shares: Float  # (tenths + 1,)

    @classmethod
    def of(cls, values: Float, bins: int = 10) -> Tenths:
        """Tenths of these values; fewer where many are alike."""
        given = values[~np.isnan(values)]
        edges = np.unique(np.quantile(given, np.linspace(0, 1, bins + 1)[1:-1])) if len(given) else np.empty(0)
        return cls(edges, _shares(values, edges))

    def shift(self, now: Float) -> float:
        """PSI: how far a column's distribution has moved from this one; .1 is a little, .25 much.

        Sum over tenths of (now - then) ln(now / then), shares never below one in ten thousand.
        """
        after = _shares(now, self.edges)
        return float(((after - self.shares) * np.log(after / self.shares)).sum())


def _shares(values: Float, edges: Float) -> Float:
    held = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, held, side="left"), minlength=len(edges) + 1)
    every = np.r_[counts, len(values) - len(held)] / max(len(values), 1)
    return np.asarray(np.maximum(every, 1e-4))
