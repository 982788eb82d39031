"""What customers met, as arrays beside the panel: how much of it still weighs, and when it last happened.

An event weighs 1 on its day and fades by the exponential, so that a year later a quarter is left; events of a kind add
up. It counts from the first period end at which it had happened and stood in the books, and as long as it is not over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.registry import modules_in
from liuke.panel.panel import NEVER, Met

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from liuke.kernel.period import Days
    from liuke.panel.panel import Int32

FADE_DAYS = 300.0  # until 1/e of an event's weight is left
BANNED = ("closed_on", "closed_reason", "audited_cause", "stated_cause")  # known only once a customer has left
ENDLESS = np.int32(2**30)  # the end of what is never over


@cache
def exposures() -> Mapping[str, ModuleType]:
    """Every kind of exposure by name, in alphabetical order."""
    return modules_in("liuke.panel.exposures")


@dataclass(frozen=True)
class Events:
    """Events of one kind, by customer code, ascending; days are day numbers."""

    customer: Int32
    day: Int32
    known_on: Int32  # not before `day`
    until: Int32  # the first day on which it no longer weighs

    def met(self, customers: Int32, ends: Days) -> Met:
        """What these customers (codes ascending, some more than once) had met at each period's end."""
        distinct, rows = np.unique(customers, return_inverse=True)
        held = np.flatnonzero(np.isin(self.customer, distinct))
        nth, column = np.nonzero((ends >= self.known_on[held, None]) & (ends < self.until[held, None]))
        row, day = np.searchsorted(distinct, self.customer[held])[nth], self.day[held][nth]
        weight = np.zeros((len(distinct), len(ends)))
        last_on = np.full(weight.shape, NEVER, np.int32)
        np.add.at(weight, (row, column), np.exp((day - ends[column]) / FADE_DAYS))
        np.maximum.at(last_on, (row, column), day)
        return Met(weight.astype(np.float32)[rows], last_on[rows])
