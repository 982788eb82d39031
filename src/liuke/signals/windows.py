"""Windows over a panel's columns that conditions share. Shares are ten-thousandths and compared as whole numbers.

0.07 x 100 is 7.000000000000001 in binary; with whole numbers a customer on a threshold is on it on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.panel.panel import Families, Measures, shift, trailing_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.panel.panel import Bool, Int, Int32, Panel

PARTS = 10_000
BLOCK = 8192  # family rows: a block of 36 months of one measure is 2 MB


def parts(share: float) -> int:
    """A share as whole ten-thousandths."""
    return round(share * PARTS)


@dataclass(frozen=True)
class Windows:
    """The last few periods beside the customer's own past before them; all (rows, periods)."""

    recent: Int  # sum over the last `periods`
    past: Int  # sum over at most `history` periods before those, none before the first purchase
    length: Int32  # how many periods `past` covers

    def below(self, share: float, periods: int, least_history: int) -> Bool:
        """Where the recent level is strictly below `share` of the past level, which must be above 0 and long enough."""
        lower = self.recent * self.length
        lower *= PARTS
        found: Bool = lower < self.past * (parts(share) * periods)
        return found & (self.length >= least_history) & (self.past > 0)


def windows(values: Int, panel: Panel, periods: int, history: int) -> Windows:
    """The last `periods` columns and up to `history` columns of the customer's own life before them.

    Months before the first purchase never count: a young customer is measured by the months it has had.
    """
    columns = np.arange(values.shape[1], dtype=np.int32)
    length = np.clip(columns[None, :] - np.int32(periods - 1) - panel.alive_from[:, None], 0, history)
    past = trailing_sum(values, history)
    return Windows(trailing_sum(values, periods), shift(past, periods), length.astype(np.int32, copy=False))


def in_blocks(families: Families) -> Iterator[tuple[Families, slice]]:
    """Families of some owners at a time, owners counted from 0, and which owners they are.

    Arrays of a block stay in the processor's cache, which is several times faster than whole columns.
    """
    rows = len(families.owner)
    first = 0
    while first < rows:
        last = min(first + BLOCK, rows) - 1
        end = int(np.searchsorted(families.owner, families.owner[last], side="right"))
        owners = slice(int(families.owner[first]), int(families.owner[last]) + 1)
        yield _block(families, slice(first, end), owners.start), owners
        first = end


def families_of(families: Families, row: int, position: int) -> Families:
    """Families of one owner up to a period, the owner counted as 0; reads its rows alone, however large the base."""
    first, end = (int(np.searchsorted(families.owner, row, side=side)) for side in ("left", "right"))
    some = _block(families, slice(first, end), row)
    return replace(some, panel=some.panel.until(position))


def _block(families: Families, rows: slice, first_owner: int) -> Families:
    inner = families.panel
    arrays: dict[str, Any] = {n: None if a is None else a[rows] for n, a in vars(inner.kinds[inner.basis]).items()}
    some = replace(inner, customer=inner.customer[rows], kinds={inner.basis: Measures(**arrays)})
    owner = families.owner[rows] - np.int32(first_owner)
    return Families(some, families.family[rows], owner, families.interval_days[rows])


def sum_by_owner(found: Bool | Int | Int32, owner: Int32, rows: int) -> Int32:
    """Sums of family rows per owning row; owners ascending; (rows, periods)."""
    total = np.zeros((rows, found.shape[1]), np.int32)
    if len(owner):
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        total[owner[starts]] = np.add.reduceat(found.astype(np.int32, copy=False), starts, axis=0)
    return total
