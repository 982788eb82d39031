"""What customers met beside their documents: dated events of one kind, sparse, with the rows they were told by.

An event weighs its strength on its day and fades by the exponential at its kind's own pace; events of a kind add up. It
counts from the first period end at which it had happened and stood in the books, and as long as it is not over. Nothing
of it is dense: weights are worked out for the period ends somebody asks about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.kernel.registry import modules_in
from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import numpy.typing as npt

    from liuke.kernel.period import Days
    from liuke.panel.panel import Bool, Float, Int32

BANNED = ("closed_on", "closed_reason", "audited_cause", "stated_cause")  # known only once a customer has left
ENDLESS = np.int32(2**30)  # the end of what is never over
EVENT: dict[str, type[pl.DataType]] = {  # what `events` of a kind yields
    "customer_id": pl.String,
    "day": pl.Date,
    "known_on": pl.Date,
    "until": pl.Date,
    "strength": pl.Float64,
    "table": pl.String,
    "row_id": pl.String,
}


@cache
def exposures() -> Mapping[str, ModuleType]:
    """Every kind of exposure by name, in alphabetical order."""
    return modules_in("liuke.panel.exposures")


@cache
def in_model() -> Mapping[str, ModuleType]:
    """The kinds that say of themselves that they enter the churn model; the others serve causes alone."""
    return {name: kind for name, kind in exposures().items() if kind.IN_MODEL}


def row_of(table: str) -> dict[str, pl.Expr]:
    """The columns `table` and `row_id` of an event that a row of this table tells: the row's grain as text."""
    grain = [pl.col(name).cast(pl.String) for name in contracts()[table].grain]
    return {"table": pl.lit(table), "row_id": pl.concat_str(grain, separator=" ", ignore_nulls=True)}


@dataclass(frozen=True)
class Events:
    """Events of one kind by customer code, ascending; days are day numbers. All (events,)."""

    customer: Int32
    day: Int32
    known_on: Int32  # not before `day`
    until: Int32  # the first day on which it no longer weighs
    strength: npt.NDArray[np.float32]
    rows: pl.DataFrame  # table, row_id: where each event is told
    fade_days: float  # until 1/e of an event's weight is left; infinite where it does not fade

    def __len__(self) -> int:
        return len(self.customer)

    def pick(self, chosen: Bool | slice) -> Events:
        """Some of the events, in order."""
        held = self.rows[chosen] if isinstance(chosen, slice) else self.rows.filter(pl.Series(chosen, dtype=pl.Boolean))
        return Events(
            self.customer[chosen],
            self.day[chosen],
            self.known_on[chosen],
            self.until[chosen],
            self.strength[chosen],
            held,
            self.fade_days,
        )

    def between(self, customers: Int32) -> Events:
        """The events from the first to the last of these customers (codes ascending): views, nothing is copied."""
        if not len(customers):
            return self.pick(slice(0, 0))
        ends = np.searchsorted(self.customer, [customers[0], int(customers[-1]) + 1])
        return self.pick(slice(*ends.tolist()))

    def known_by(self, day: int) -> Events:
        """The events that stood in the books by a day; what ended later is not over yet."""
        held = self.pick(self.known_on <= day)
        return replace(held, until=np.where(held.until > day, ENDLESS, held.until).astype(np.int32))

    def weigh(self, customers: Int32, ends: Days) -> Weighed:
        """What these customers (codes ascending, some more than once) had met at each of some period ends."""
        distinct, rows = np.unique(customers, return_inverse=True)
        weight = np.zeros((len(distinct), len(ends)))
        last_on = np.full(weight.shape, NEVER, np.int32)
        near = self.between(distinct)
        held = np.flatnonzero(np.isin(near.customer, distinct))
        nth, column = np.nonzero((ends >= near.known_on[held, None]) & (ends < near.until[held, None]))
        event = held[nth]
        row, day = np.searchsorted(distinct, near.customer[event]), near.day[event]
        np.add.at(weight, (row, column), near.strength[event] * np.exp((day - ends[column]) / self.fade_days))
        np.maximum.at(last_on, (row, column), day)
        return Weighed(weight[rows], last_on[rows])


@dataclass(frozen=True)
class Weighed:
    """What customers had met of one kind at some period ends; both (rows, ends)."""

    weight: Float  # events that still weigh, each fading from its strength
    last_on: Int32  # day number of the latest of them, NEVER without one
