"""Which documents say first that a customer buys: orders where everybody has them all along, else the basis.

Orders that tell of some customers or some months only would make the others look silent, so it is proved by counting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.kinds import KINDS
from liuke.panel.features import AHEAD

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_WITHOUT = 0.05  # of the customers of the basis who may have no such document
LEAST_A_PERIOD = 0.8  # customers with such a document in a period, against those with one of the basis
LEAST_PERIODS = 0.9  # of the periods in which that holds, the newest left out


@dataclass
class KindCounts:
    """Who has documents of which kind, period by period, the newest period first."""

    customers: int  # one more than the greatest code
    basis: str
    seen: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)  # by kind, by code
    counts: dict[str, list[int]] = field(default_factory=dict)  # customers a period, by kind

    def add(self, kind: npt.NDArray[Any], customer: npt.NDArray[Any]) -> None:
        """The documents of one period, as pairs of kind (its number) and customer."""
        for name in (self.basis, *AHEAD):
            there = np.zeros(self.customers, np.bool_)
            there[customer[kind == KINDS.index(name)]] = True
            self.counts.setdefault(name, []).append(int(there.sum()))
            self.seen[name] = self.seen.get(name, np.zeros(self.customers, np.bool_)) | there

    def earliest(self) -> str:
        """The kind that comes first of those that tell of the same customers all along as the basis does."""
        for name in AHEAD:
            if name == self.basis:
                return name
            if name in self.seen and self._as_whole(name):
                return name
        return self.basis

    def _as_whole(self, name: str) -> bool:
        known = self.seen[self.basis]
        if not known.any() or (known & ~self.seen[name]).sum() > MOST_WITHOUT * known.sum():
            return False
        ours, theirs = (np.array(self.counts[each][1:]) for each in (name, self.basis))
        asked = theirs > 0
        return bool(asked.any() and (ours[asked] >= LEAST_A_PERIOD * theirs[asked]).mean() >= LEAST_PERIODS)
