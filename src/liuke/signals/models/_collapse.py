"""Purchase histories as distinct rows with counts: what every likelihood of this package is summed over."""
# ruff: noqa: N803  (T is the literature's name for a customer's age)

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int32]

_KEYS = 2**62  # packed keys stay below this


@dataclass(frozen=True)
class Quantity:
    """One quantity of the histories: its distinct values, ascending, and each row's position among them."""

    values: Floats
    codes: Codes


@dataclass(frozen=True)
class Histories:
    """Distinct (x, t_x, T) in ascending order, each with the number (or weight) of its customers; (rows,)."""

    x: Quantity
    t_x: Quantity
    T: Quantity
    weight: Floats

    @cached_property
    def customers(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())

    @cached_property
    def weight_of_x(self) -> Floats:
        """Weight of each distinct x; (distinct x,)."""
        return np.bincount(self.x.codes, self.weight, len(self.x.values)).astype(np.float64)

    @cached_property
    def last_pairs(self) -> Pairs:
        """Distinct (x, t_x)."""
        return _pairs(self.x, self.t_x)

    @cached_property
    def age_pairs(self) -> Pairs:
        """Distinct (x, T)."""
        return _pairs(self.x, self.T)

    def part(self, customers: int) -> Histories:
        """About so many customers at even ranks of the sorted rows: a small likeness to start a fit from."""
        upto = np.cumsum(self.weight)
        picks = np.searchsorted(upto, (np.arange(customers) + 0.5) * upto[-1] / customers, side="right")
        rows, counts = np.unique(picks, return_counts=True)
        weight = counts * (upto[-1] / customers)
        x, t_x, T = (_recoded(c.values, c.codes[rows]) for c in (self.x, self.t_x, self.T))  # noqa: N806
        return Histories(x, t_x, T, weight)


@dataclass(frozen=True)
class Pairs:
    """Distinct (x, time) pairs: positions of x, the times, and each row's position among the pairs."""

    x_codes: Codes
    times: Floats
    codes: Codes


def _pairs(x: Quantity, time: Quantity) -> Pairs:
    width = len(time.values)
    keys = x.codes.astype(np.int64) * width + time.codes
    if len(x.values) * width <= 4 * len(keys) + 10_000:
        there = np.zeros(len(x.values) * width, bool)
        there[keys] = True
        distinct = np.flatnonzero(there)
        place = np.cumsum(there, dtype=np.int32) - 1
        codes = place[keys]
    else:
        distinct, inverse = np.unique(keys, return_inverse=True)
        codes = inverse.astype(np.int32)
    return Pairs((distinct // width).astype(np.int32), time.values[distinct % width], codes)


def collapse(x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Histories:
    """Histories of customers given one by one, or of rows with weights.

    x: repeat occasions (whole numbers); t_x: time from the first purchase to the last; T: time from the first purchase
    to now, in the same unit; all (rows,). Invalid says which rows can't be histories.
    """
    columns = checked(x, t_x, T)
    weight = _checked_weights(weights, len(columns[0]))
    coded = [_coded(column) for column in columns]
    sizes = [size for _, _, size in coded]
    if float(sizes[0]) * sizes[1] * sizes[2] >= _KEYS:
        coded = [_ranked(column) for column in columns]
        sizes = [size for _, _, size in coded]
    key = (coded[0][1] * sizes[1] + coded[1][1]) * sizes[2] + coded[2][1]
    if weight is None:
        key.sort()
        first = _firsts(key)
        counts = np.diff(first, append=len(key)).astype(np.float64)
    else:
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = _firsts(key)
        counts = np.add.reduceat(weight[order], first)
    key = key[first]
    parts = (key // (sizes[1] * sizes[2]), key // sizes[2] % sizes[1], key % sizes[2])
    xs, last, age = (_recoded(values, codes) for (values, _, _), codes in zip(coded, parts, strict=True))
    return Histories(xs, last, age, counts)


def checked(x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three quantities as float arrays of one length; Invalid unless 0 <= t_x <= T and x counts occasions."""
    xs, last, age = np.broadcast_arrays(*(np.asarray(a, np.float64) for a in (x, t_x, T)))
    xs, last, age = (np.atleast_1d(a) for a in (xs, last, age))
    if xs.ndim != 1:
        raise Invalid(N_("Purchase histories are one row a customer; these have {dimensions} dimensions."),
                       dimensions=xs.ndim)  # fmt: skip
    good = (xs >= 0) & (xs == np.floor(xs)) & (last >= 0) & (last <= age) & np.isfinite(age) & ((xs > 0) | (last == 0))
    if not good.all():
        row = int(np.argmin(good))
        raise Invalid(
            N_("{rows} purchase histories are impossible, the first in row {row}: x = {x}, t_x = {t_x}, T = {age}."),
            fix=N_("x is a whole number of repeat occasions, 0 <= t_x <= T, and t_x is 0 where x is 0."),
            rows=int((~good).sum()),
            row=row,
            x=float(xs[row]),
            t_x=float(last[row]),
            age=float(age[row]),
        )
    return xs, last, age


def _checked_weights(weights: ArrayLike | None, rows: int) -> Floats | None:
    if weights is None:
        return None
    weight = np.asarray(weights, np.float64)
    if weight.shape != (rows,) or not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise Invalid(N_("Weights must be one number of 0 or more a row; there are {rows} rows."), rows=rows)
    return weight


def _coded(column: Floats) -> tuple[Floats, NDArray[np.int64], int]:
    """(values by code, codes, how many codes): whole numbers are their own codes, others their rank."""
    whole = column.astype(np.int64)
    if len(column) and not np.array_equal(whole, column):
        return _ranked(column)
    size = int(whole.max(initial=0)) + 1
    if size > 50_000_000:
        return _ranked(column)
    return np.arange(size, dtype=np.float64), whole, size


def _ranked(column: Floats) -> tuple[Floats, NDArray[np.int64], int]:
    values, codes = np.unique(column, return_inverse=True)
    return values, codes.astype(np.int64), len(values)


def _firsts(key: NDArray[np.int64]) -> NDArray[np.intp]:
    return np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])


def _recoded(values: Floats, codes: NDArray[np.integer]) -> Quantity:
    """Only the values that occur, and the codes among them."""
    there = np.zeros(len(values), bool)
    there[codes] = True
    place = (np.cumsum(there) - 1).astype(np.int32)
    return Quantity(values[there], place[codes])
