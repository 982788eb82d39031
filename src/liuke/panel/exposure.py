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
from liuke.kernel.kinds import LINES
from liuke.kernel.registry import modules_in
from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import numpy.typing as npt

    from liuke.kernel.period import Days
    from liuke.panel.panel import Bool, Float, Int, Int32

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


def visible_to(kind: ModuleType, table: pl.DataFrame) -> pl.DataFrame:
    """A table without the columns that are BANNED for a kind: all for one of the model, whatever it asks for.

    A kind that serves causes alone sees those of them that it names in AFTER_LEAVING.
    """
    asked = () if kind.IN_MODEL else getattr(kind, "AFTER_LEAVING", ())
    return table.drop([name for name in BANNED if name not in asked], strict=False)


def row_of(table: str) -> dict[str, pl.Expr]:
    """The columns `table` and `row_id` of an event that a row of this table tells: the row's grain as text."""
    grain = [pl.col(name).cast(pl.String) for name in contracts()[table].grain]
    return {"table": pl.lit(table), "row_id": pl.concat_str(grain, separator=" ", ignore_nulls=True)}


def of_document() -> dict[str, pl.Expr]:
    """The columns `table` and `row_id` of an event that a document tells: its kind and number, from `document`."""
    return {"table": pl.lit(LINES), "row_id": pl.col("document")}


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
    told_from: int = int(
        NEVER
    )  # the first day of which the tables tell, of whomever: before it no event is no knowledge

    def __len__(self) -> int:
        return len(self.customer)

    def pick(self, chosen: Bool | slice) -> Events:
        """Some of the events, in order."""
        held = self.rows[chosen] if isinstance(chosen, slice) else self.rows.filter(pl.Series(chosen, dtype=pl.Boolean))
        return replace(
            self,
            customer=self.customer[chosen],
            day=self.day[chosen],
            known_on=self.known_on[chosen],
            until=self.until[chosen],
            strength=self.strength[chosen],
            rows=held,
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
        order = np.argsort(ends, kind="stable")
        place = np.argsort(order)  # of each end among the sorted ones
        met = _weigh(self.between(distinct), distinct, ends[order])
        return Weighed(met.weight[rows[:, None], place], met.last_on[rows[:, None], place])


@dataclass(frozen=True)
class Weighed:
    """What customers had met of one kind at some period ends; both (rows, ends)."""

    weight: Float  # events that still weigh, each fading from its strength
    last_on: Int32  # day number of the latest of them, NEVER without one


def _weigh(near: Events, customers: Int32, ends: Days) -> Weighed:
    """What distinct customers had met at ascending ends.

    What is over by none of the ends is put down at the first one it counts at and carried on, fading; what is over by
    one is worked out at each end it counts at. So nothing is ever taken off again: no rounding by subtraction.
    """
    shape = (len(customers), len(ends))
    begins, over = np.searchsorted(ends, near.known_on), np.searchsorted(ends, near.until)
    asked = np.isin(near.customer, customers) & (begins < over)
    lasting, passing = (np.flatnonzero(asked & ((over == len(ends)) == stays)) for stays in (True, False))
    met = _put(near, lasting, begins[lasting], customers, ends)
    for at in range(1, len(ends)):
        met.weight[:, at] += met.weight[:, at - 1] * np.exp((ends[at - 1] - ends[at]) / near.fade_days)
    last_on = np.maximum.accumulate(met.last_on, axis=1) if shape[1] else met.last_on
    each = np.repeat(passing, (over - begins)[passing])
    nth = np.arange(len(each)) - np.searchsorted(each, each) if len(each) else np.zeros(0, np.int64)
    brief = _put(near, each, begins[each] + nth, customers, ends)
    return Weighed(met.weight + brief.weight, np.maximum(last_on, brief.last_on))


def _put(near: Events, nth: Int, at: Int, customers: Int32, ends: Days) -> Weighed:
    """Events put down each at one end, with what is left of them there."""
    shape = (len(customers), len(ends))
    cell = np.searchsorted(customers, near.customer[nth]) * len(ends) + at
    left = near.strength[nth] * np.exp((near.day[nth] - ends[at]) / near.fade_days)
    last_on = np.full(shape[0] * shape[1], NEVER, np.int32)
    np.maximum.at(last_on, cell, near.day[nth])
    weight = np.bincount(cell, left, shape[0] * shape[1]).astype(np.float64)
    return Weighed(weight.reshape(shape), last_on.reshape(shape))
