"""The panel: one row a customer, one column a period, everything an array.

A customer whose past was corrected later has several rows, one a *vintage*: what was known from `known_from[row]` on.
A function of the panel never needs to know: it works row by row, and `Panel.stitch` picks, for every customer and
period, the vintage that was known at that period's end. So nothing recorded later can touch an earlier period.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.kernel.period import Periods
    from liuke.panel.exposure import Events

Int = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

NEVER = np.int32(-(2**30))  # a day before every day: "has not bought yet"


@dataclass(frozen=True)
class Measures:
    """What one document kind says of each row and period; arrays are (rows, periods), zero where nothing happened."""

    amount: Int  # net of tax, whole cents, negative when returns exceed sales
    documents: Int32  # documents
    occasions: Int32  # distinct days with a purchase
    last_on: Int32  # day number of the last purchase in the period, NEVER without one
    first_on: Int32  # day number of the first purchase in the period, NEVER without one
    margin: Int | None = None  # whole cents; None when the source has no margin
    quantity: Int | None = None  # ten-thousandths of a unit; None when the source has no quantity

    def pick(self, rows: Bool | Int32 | slice, columns: slice = slice(None)) -> Measures:
        """The same measures for chosen rows (mask, positions or slice) and a run of columns."""
        return Measures(
            amount=self.amount[rows][:, columns],
            documents=self.documents[rows][:, columns],
            occasions=self.occasions[rows][:, columns],
            last_on=self.last_on[rows][:, columns],
            first_on=self.first_on[rows][:, columns],
            margin=None if self.margin is None else self.margin[rows][:, columns],
            quantity=None if self.quantity is None else self.quantity[rows][:, columns],
        )


@dataclass(frozen=True)
class Panel:
    """Customers x periods. `amount`, `occasions`, … are those of the basis kind, returns already taken off `amount`."""

    periods: Periods
    customer: Int32  # integer code of each row's customer, ascending; (rows,)
    basis: str  # the document kind states and the list stand on
    kinds: Mapping[str, Measures]  # every kind that occurs, by name; the basis kind has returns netted from its amount
    export_start: int  # day number of the first document of the whole export
    known_from: Int32 | None = None  # period position from which a row's knowledge holds; None: one row a customer
    products: Int32 | None = None  # distinct products bought in the period, when asked for; (rows, periods)
    attributes: Mapping[str, npt.NDArray[np.object_]] = field(default_factory=dict)  # customer columns; (rows,)
    by_family: Families | None = None  # the same customers split by product family, when asked for
    events: Mapping[str, Events] = field(default_factory=dict)  # by kind of exposure, those that any table tells of

    @property
    def amount(self) -> Int:
        """Net amount of the basis kind in whole cents; (rows, periods)."""
        return self.kinds[self.basis].amount

    @property
    def margin(self) -> Int | None:
        """Margin of the basis kind in whole cents, None when unknown; (rows, periods)."""
        return self.kinds[self.basis].margin

    @property
    def documents(self) -> Int32:
        """Documents of the basis kind; (rows, periods)."""
        return self.kinds[self.basis].documents

    @property
    def occasions(self) -> Int32:
        """Distinct purchase days of the basis kind; (rows, periods)."""
        return self.kinds[self.basis].occasions

    @property
    def quantity(self) -> Int | None:
        """Quantity of the basis kind in ten-thousandths, None when unknown; (rows, periods)."""
        return self.kinds[self.basis].quantity

    def measure(self, name: str) -> Int | Int32 | None:
        """A measure of the basis kind by name; None when the source does not carry it."""
        value: Int | Int32 | None = self.products if name == "products" else getattr(self.kinds[self.basis], name)
        return value

    def on(self, kind: str) -> Panel:
        """The same panel seen through another document kind."""
        return replace(self, basis=kind)

    def until(self, position: int) -> Panel:
        """The panel as it stood at the end of a period: later columns and later knowledge are gone."""
        keep, end = slice(0, position + 1), int(self.periods.ends[position])
        rows = np.ones(len(self.customer), bool) if self.known_from is None else self.known_from <= position

        return replace(
            self,
            periods=replace(self.periods, last=self.periods.first + position),
            customer=self.customer[rows],
            kinds={name: kind.pick(rows, keep) for name, kind in self.kinds.items()},
            known_from=None if self.known_from is None else self.known_from[rows],
            products=None if self.products is None else self.products[rows][:, keep],
            attributes={name: a[rows] for name, a in self.attributes.items()},
            by_family=None if self.by_family is None else self.by_family.of_rows(rows, position),
            events={name: each.known_by(end) for name, each in self.events.items()},
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, periods)."""
        return len(self.customer), len(self.periods)

    @cached_property
    def last_on(self) -> Int32:
        """Day of the last purchase up to each period's end, NEVER before the first; (rows, periods)."""
        days: Int32 = np.maximum.accumulate(self.kinds[self.basis].last_on, axis=1)
        return days

    @cached_property
    def first_on(self) -> Int32:
        """Day of the first purchase, NEVER before it happened; (rows, periods)."""
        days = self.kinds[self.basis].first_on
        far = np.where(days == NEVER, np.int32(2**30), days)
        first = np.minimum.accumulate(far, axis=1)
        return np.where(first == 2**30, NEVER, first).astype(np.int32)

    @cached_property
    def silent_days(self) -> Int32:
        """Days from the last purchase to each period's end; no meaning where `has_bought` is False; (rows, periods)."""
        days: Int32 = np.asarray(self.periods.ends[None, :] - self.last_on, dtype=np.int32)
        return days

    @cached_property
    def has_bought(self) -> Bool:
        """Whether the customer had bought at all by each period's end; (rows, periods)."""
        return self.last_on > NEVER

    @cached_property
    def gaps(self) -> Int32:
        """How many gaps between purchase days are known by each period's end; (rows, periods)."""
        count: Int32 = np.maximum(np.cumsum(self.occasions, axis=1, dtype=np.int32) - 1, 0)
        return count

    @cached_property
    def own_gap_days(self) -> Float:
        """Mean days between the customer's own purchase days so far; NaN without at least one gap; (rows, periods)."""
        span = (self.last_on - self.first_on).astype(np.float64)
        gap: Float = np.divide(span, self.gaps, out=np.full(span.shape, np.nan), where=self.gaps > 0)
        return gap

    @cached_property
    def alive_from(self) -> Int32:
        """Position of the period of the first purchase; `periods` where there was none; (rows,)."""
        bought = self.occasions > 0
        first: Int32 = np.where(bought.any(axis=1), bought.argmax(axis=1), bought.shape[1]).astype(np.int32)
        return first

    @cached_property
    def customers(self) -> Int32:
        """Codes of the distinct customers, ascending; (customers,)."""
        return np.unique(self.customer) if self.known_from is not None else self.customer

    @cached_property
    def vintage_at(self) -> Int32:
        """The row to read for each customer and period, -1 before anything was known; (customers, periods)."""
        rows, periods = self.shape
        if self.known_from is None:
            return np.broadcast_to(np.arange(rows, dtype=np.int32)[:, None], (rows, periods))
        position = np.searchsorted(self.customers, self.customer)
        chosen = np.full((len(self.customers), periods), -1, dtype=np.int32)
        # rows of one customer are ordered by known_from, so a later row overwrites an earlier one where it holds
        for order in range(int(np.bincount(position).max(initial=0))):
            nth = np.flatnonzero(_rank_within(position) == order)
            holds = np.arange(periods)[None, :] >= self.known_from[nth][:, None]
            chosen[position[nth]] = np.where(holds, nth[:, None].astype(np.int32), chosen[position[nth]])
        return chosen

    def stitch(self, values: npt.NDArray[T]) -> npt.NDArray[T]:
        """Row values (rows, periods) as customer values (customers, periods): each period reads what was known then."""
        return self.stitch_at(values, slice(None))

    def stitch_at(self, values: npt.NDArray[T], columns: slice | list[int]) -> npt.NDArray[T]:
        """`stitch` for row values that hold only some periods: (rows, columns) as (customers, columns)."""
        if self.known_from is None:
            return values
        vintage = self.vintage_at[:, columns]
        return np.take_along_axis(
            np.concatenate([values, np.zeros((1, values.shape[1]), values.dtype)]),
            np.where(vintage < 0, len(values), vintage),
            axis=0,
        )

    def of_customers(self, chosen: Bool) -> Panel:
        """The panel of some of its customers (a mask over `customers`), with all their vintages."""
        rows = chosen if self.known_from is None else chosen[np.searchsorted(self.customers, self.customer)]
        return self._of_rows(rows)

    def latest(self) -> Panel:
        """One row a customer, as known at the last period: what reports and the list read."""
        if self.known_from is None:
            return self
        rows = self.vintage_at[:, -1]
        return replace(self._of_rows(rows[rows >= 0]), known_from=None)

    def _of_rows(self, rows: Bool | Int32) -> Panel:
        """The same periods for some rows (mask, or positions in order)."""
        return replace(
            self,
            customer=self.customer[rows],
            kinds={name: kind.pick(rows) for name, kind in self.kinds.items()},
            known_from=None if self.known_from is None else self.known_from[rows],
            products=None if self.products is None else self.products[rows],
            attributes={name: a[rows] for name, a in self.attributes.items()},
            by_family=None if self.by_family is None else self.by_family.of_rows(rows, len(self.periods) - 1),
        )


@dataclass(frozen=True)
class Families:
    """A panel with one row per row of its owner and product family ever bought, for partial churn and due dates."""

    panel: Panel
    family: npt.NDArray[np.object_]  # name of each row's family; (family rows,)
    owner: Int32  # row of the owning panel each family row belongs to, ascending; (family rows,)
    interval_days: Float  # service or refill interval given for the family, NaN where none is; (family rows,)

    def of_rows(self, rows: Bool | Int32, position: int) -> Families:
        """Only the family rows of the chosen owner rows (mask or positions, ascending), up to a period."""
        chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        keep = np.isin(self.owner, chosen)
        inner = self.panel.until(position)
        picked = replace(
            inner,
            customer=inner.customer[keep],
            kinds={name: kind.pick(keep) for name, kind in inner.kinds.items()},
        )
        return Families(
            picked,
            self.family[keep],
            np.searchsorted(chosen, self.owner[keep]).astype(np.int32),
            self.interval_days[keep],
        )


def _rank_within(groups: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """0, 1, 2 … inside each run of equal values of a sorted array."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))


def shift(values: npt.NDArray[T], periods: int, fill: object = 0) -> npt.NDArray[T]:
    """Values moved `periods` columns to the right (what was true that many periods ago), `fill` before."""
    moved = np.full_like(values, fill)
    if periods < values.shape[1]:
        moved[:, periods:] = values[:, : values.shape[1] - periods] if periods else values
    return moved


def trailing_sum(values: npt.NDArray[T], periods: int) -> npt.NDArray[T]:
    """Sum over the last `periods` columns, this one included; fewer where the panel is younger; (rows, periods)."""
    total = np.cumsum(values, axis=1, dtype=values.dtype)
    return np.asarray(total - shift(total, periods))


def trailing_all(values: Bool, periods: int) -> Bool:
    """True where the last `periods` columns are all true; False until that many exist; (rows, periods)."""
    held, have = values, 1
    while have < periods:  # a run of 2n is two runs of n, so a few steps do
        step = min(have, periods - have)
        held, have = held & shift(held, step, False), have + step
    return held
