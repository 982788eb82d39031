"""The customer-months a churn model is learnt from and tested on: a share of the customers, the same in any order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.churn.guards import check_rebuild
from liuke.signals.churn.rows import ModelRows, few_enough, model_rows, sampled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.panel.panel import Bool, Panel


@dataclass(frozen=True)
class Sample:
    """Rows by chunk of customers; those of chunks add up with `+`, halving the share until they are few enough.

    Only customers who have rows count towards the share, so that those who come later change nothing.
    """

    share: float  # of the customers
    parts: tuple[ModelRows, ...]

    @classmethod
    def of(cls, panel: Panel, positions: Sequence[int], share: float = 1.0, kind: str = "") -> Sample:
        """The rows of a chunk's sampled customers; their figures, built again from the past alone, must be equal.

        `kind` is the kind of documents that say who buys, the basis where it is empty."""
        seen = panel.of_customers(sampled(panel.customers, share))
        found = model_rows(seen, positions, kind)
        check_rebuild(seen, found, kind)
        return cls(share, (found,))

    def __add__(self, other: Sample) -> Sample:
        """Both groups of customers, of the smaller share; `other` may have been drawn with an earlier share."""
        share = min(self.share, other.share)
        parts = [
            part if drawn.share == share else part.pick(sampled(part.customer, share))
            for drawn in (self, other)
            for part in drawn.parts
        ]
        parts, share = few_enough(parts, share)
        return Sample(share, tuple(parts))

    @cached_property
    def rows(self) -> ModelRows:
        """All rows."""
        return ModelRows.joined(self.parts)

    def flags(self, panel: Panel, number: int, fired: Mapping[str, Bool]) -> dict[str, Bool]:
        """What each rule says of a chunk's sampled rows; `fired` is rule by (customers, periods)."""
        part = self.parts[number]
        place = np.searchsorted(panel.customers, part.customer)
        return {rule: where[place, part.position] for rule, where in fired.items()}
