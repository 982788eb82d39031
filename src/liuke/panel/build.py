"""From sums by customer and period to the dense arrays of a Panel, with one row per vintage where the past changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from liuke.kernel.kinds import KINDS, RETURN
from liuke.panel.panel import NEVER, Families, Int32, Measures, Panel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.kernel.period import Periods

Columns = "Mapping[str, npt.NDArray[np.generic]]"  # the columns of some partial rows, by name


@dataclass(frozen=True)
class PanelSpan:
    """What a panel covers: which customers, which periods, and until when later knowledge counts."""

    customers: Int32  # codes, ascending
    periods: Periods
    known_until: int  # period number: what became known later is left out; at least the last period
    basis: str
    export_start: int  # day number
    export_started: Int32 | None = None  # see Panel
    kinds: frozenset[str] = frozenset()  # kinds the panel has even where these customers have none of them
    measures: frozenset[str] = frozenset({"margin", "quantity"})  # beside the amount, where they have no line at all


@dataclass
class Layer:
    """Partial rows of one part, split into what was known in time and what was learnt later."""

    row: npt.NDArray[np.intp]
    column: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    known: npt.NDArray[np.int32]  # period position from which it holds, not above the last
    order: npt.NDArray[np.int32]  # unclamped, so that of two late rows the later one wins
    values: dict[str, npt.NDArray[Any]]
    _cell: npt.NDArray[np.intp] | None = None

    def cell(self, periods: int) -> npt.NDArray[np.intp]:
        """Place of each row in a flat (rows, periods) array; worked out once for all values of a layer."""
        if self._cell is None:
            self._cell = self.row * np.intp(periods) + self.column
        return self._cell

    def where(self, mask: npt.NDArray[np.bool_]) -> Layer:
        """The rows of a mask."""
        if mask.all():
            return self
        return Layer(
            self.row[mask],
            self.column[mask],
            self.kind[mask],
            self.known[mask],
            self.order[mask],
            {name: values[mask] for name, values in self.values.items()},
        )


def layer(columns: Mapping[str, npt.NDArray[Any]], span: PanelSpan, names: tuple[str, ...]) -> Layer:
    """Partial rows placed on the panel's grid; rows outside it, or known only after `known_until`, are left out."""
    if not columns:
        none, nothing = np.empty(0, np.intp), np.empty(0, np.int32)
        return Layer(none, nothing, nothing.astype(np.int8), nothing, nothing, dict.fromkeys(names, none))
    row, ours = _rows_of(columns["customer_code"], span.customers)
    column = columns["period"] - np.int32(span.periods.first)
    known = columns["known_from"]
    inside = ours & (column >= 0) & (column < len(span.periods))
    inside &= (known <= span.known_until) | (known == columns["period"])
    position = np.minimum(known - np.int32(span.periods.first), np.int32(len(span.periods) - 1))
    whole = Layer(row, column, columns["kind"], position, known, {name: columns[name] for name in names})
    return whole if inside.all() else whole.where(inside)


def _rows_of(code: npt.NDArray[Any], customers: Int32) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Position of each code among the customers, and whether it is one of them; no search where codes have no gaps."""
    first, last = int(customers[0]), int(customers[-1])
    if last - first + 1 == len(customers):
        row = code.astype(np.intp) - first
        return row, (row >= 0) & (row < len(customers))
    row = np.minimum(np.searchsorted(customers, code), len(customers) - 1)
    return row, customers[row] == code


def panel(
    span: PanelSpan,
    sums: Mapping[str, npt.NDArray[Any]],
    occasions: Mapping[str, npt.NDArray[Any]],
    breadth: Mapping[str, npt.NDArray[Any]] | None = None,
    attributes: Mapping[str, npt.NDArray[np.object_]] | None = None,
) -> Panel:
    """The panel of a span from the partial rows of its customers.

    `attributes` are customer columns in the order of `span.customers`. Margin and quantity are None when the sums
    don't carry them.
    """
    money = tuple(name for name in ("amount", "margin", "quantity") if name in (sums or {"amount", *span.measures}))
    layers = {
        "sums": layer(sums, span, money),
        "occasions": layer(occasions, span, ("documents", "occasions", "first_on", "last_on")),
    }
    if breadth is not None:
        layers["breadth"] = layer(breadth, span, ("products",))
    rows = Vintages.of(layers.values(), len(span.customers))
    kinds: dict[str, Measures] = {}
    products: Int32 | None = None
    for code, kind in enumerate(KINDS):
        picked = {name: one.where(one.kind == code) for name, one in layers.items()}
        occurs = kind == span.basis or kind in span.kinds or any(len(one.row) for one in picked.values())
        if not occurs:
            continue
        arrays = {name: rows.dense(picked["sums"], name, np.int64, 0, len(span.periods)) for name in money} | {
            name: rows.dense(picked["occasions"], name, np.int32, empty, len(span.periods))
            for name, empty in (("documents", 0), ("occasions", 0), ("first_on", NEVER), ("last_on", NEVER))
        }
        kinds[kind] = Measures(**arrays)
        if kind == span.basis and breadth is not None:
            products = rows.dense(picked["breadth"], "products", np.int32, 0, len(span.periods))
    _net_returns(kinds, span.basis)
    return Panel(
        periods=span.periods,
        customer=span.customers[rows.owner],
        basis=span.basis,
        kinds=kinds,
        export_start=span.export_start,
        export_started=span.export_started,
        known_from=rows.known_from,
        products=products,
        attributes={name: values[rows.owner] for name, values in (attributes or {}).items()},
    )


def _net_returns(kinds: dict[str, Measures], basis: str) -> None:
    """Take returns off the basis kind's amount, margin and quantity; the returns stay beside it."""
    if basis == RETURN or RETURN not in kinds:
        return
    sold, back = kinds[basis], kinds[RETURN]
    kinds[basis] = Measures(
        amount=sold.amount + back.amount,
        documents=sold.documents,
        occasions=sold.occasions,
        first_on=sold.first_on,
        last_on=sold.last_on,
        margin=None if sold.margin is None or back.margin is None else sold.margin + back.margin,
        quantity=None if sold.quantity is None or back.quantity is None else sold.quantity + back.quantity,
    )


@dataclass(frozen=True)
class Vintages:
    """Which rows a panel has: one a customer, and one more for each period in which a customer's past changed."""

    owner: npt.NDArray[np.intp]  # position of each row's customer; ascending
    known_from: Int32 | None  # None when nothing was learnt late
    first: npt.NDArray[np.intp]  # row of each customer's first vintage

    @classmethod
    def of(cls, layers: Any, customers: int) -> Vintages:
        """The rows needed by the late rows of these layers."""
        late = [one.where(one.known > one.column) for one in layers]
        pairs = np.concatenate([np.stack([one.row, one.known], axis=1) for one in late])
        if not len(pairs):
            return cls(np.arange(customers), None, np.arange(customers))
        base = np.stack([np.arange(customers), np.full(customers, 0)], axis=1)
        rows = np.unique(np.concatenate([base, pairs]), axis=0)
        owner = rows[:, 0].astype(np.intp)
        return cls(owner, rows[:, 1].astype(np.int32), np.searchsorted(owner, np.arange(customers)))

    def dense(self, rows: Layer, name: str, dtype: Any, empty: object, periods: int) -> npt.NDArray[Any]:
        """One value as (rows, periods): every vintage starts from what was known in time and adds what came by then."""
        values = rows.values[name]
        result = np.full((len(self.owner), periods), empty, dtype)
        if self.known_from is None:
            result.reshape(-1)[rows.cell(periods)] = values
            return result
        count = np.diff(np.r_[self.first, len(self.owner)])[rows.row]
        _place(result, values, rows, self.first[rows.row], count, self.known_from)
        return result


def _place(
    result: npt.NDArray[Any],
    values: npt.NDArray[Any],
    rows: Layer,
    first: npt.NDArray[np.intp],
    count: npt.NDArray[np.intp],
    known_from: npt.NDArray[Any],
) -> None:
    """Write each partial row into those of its `count` result rows, from `first` on, that know of it."""
    order = np.argsort(rows.order, kind="stable")  # later knowledge is written last and so stays
    target = np.repeat(first[order], count[order]) + _ramp(count[order])
    source = np.repeat(order, count[order])
    holds = (known_from[target] >= rows.known[source]) | (rows.known[source] == rows.column[source])
    result[target[holds], rows.column[source[holds]]] = values[source[holds]]


def _ramp(counts: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """0 … n-1 for each count, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)


def families(
    owner: Panel,
    columns: Mapping[str, npt.NDArray[Any]],
    span: PanelSpan,
    names: npt.NDArray[np.object_],
    interval_days: npt.NDArray[np.float64],
) -> Families:
    """The customers of a panel split by product family: one row per owner row and family ever bought.

    `names` and `interval_days` are by family code.
    """
    fields = ("amount", "occasions", "first_on", "last_on", "family_code")
    rows = layer(columns, span, fields)
    rows = rows.where(rows.kind == KINDS.index(span.basis)) if len(rows.row) else rows
    family = rows.values["family_code"].astype(np.int64)
    code = span.customers[rows.row].astype(np.int64) * len(names) + family if len(rows.row) else family
    pair, inner = np.unique(code, return_inverse=True)
    customer = (pair // max(len(names), 1)).astype(np.int32)
    # every vintage of the owner gets its own copy of each family row; first pair-major, so that copies are neighbours
    first = np.searchsorted(owner.customer, customer, side="left")
    count = np.searchsorted(owner.customer, customer, side="right") - first
    owner_row = np.repeat(first, count) + _ramp(count)
    pair_row = np.repeat(np.arange(len(pair)), count)
    known = np.zeros(len(owner_row), np.int32) if owner.known_from is None else owner.known_from[owner_row]
    start = (np.cumsum(count) - count)[inner]
    order = np.lexsort((pair_row, owner_row))
    measures = {}
    for name, dtype, empty in (
        ("amount", np.int64, 0),
        ("occasions", np.int32, 0),
        ("first_on", np.int32, NEVER),
        ("last_on", np.int32, NEVER),
    ):
        dense = np.full((len(owner_row), len(span.periods)), empty, dtype)
        _place(dense, rows.values[name], rows, start, count[inner], known)
        measures[name] = dense[order]
    owner_row, pair_row = owner_row[order], pair_row[order]
    split = Panel(
        periods=span.periods,
        customer=owner.customer[owner_row],
        basis=span.basis,
        kinds={span.basis: Measures(documents=measures["occasions"], **measures)},
        export_start=span.export_start,
        export_started=span.export_started,
    )
    which = (pair % max(len(names), 1)).astype(np.int64)[pair_row]
    return Families(split, names[which], owner_row.astype(np.int32), interval_days[which])
