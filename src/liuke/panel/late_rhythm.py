"""The rhythm of late: a customer's last gaps, its longest and its nine-in-ten gap, and families that are due.

A panel knows the first and the last purchase day of a period and how many there were; days between them are taken as
evenly spread. Point in time by construction: a column reads only what stands at or left of its period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.panel.panel import NEVER, shift, trailing_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Float, Int32, Panel

LATE_GAPS = 6  # gaps that say how a customer buys of late
LEAST_GAPS = 3  # before anything is said of the spread of gaps
NINE_IN_TEN = 1.2815515655446004  # standard deviations above the mean of a normal variable
OVERDUE_GAPS = 1.5  # own gaps of silence after which a family is overdue
LEAST_FAMILY_GAPS = 2  # of a family, before it has a rhythm


def late_gaps(panel: Panel, positions: Sequence[int]) -> dict[str, Float]:
    """Gaps in days of every row at the ends of these periods (positions), each (rows, positions).

    late_gap_days: mean of the last six gaps, fewer where there are fewer, NaN without one. longest_gap_days: the
    longest gap so far, NaN without one. usual_longest_days: the gap that nine in ten of the own gaps stay under, gaps
    taken as lognormal; NaN with under three.
    """
    at = list(positions)
    measures, count = panel.kinds[panel.basis], panel.occasions
    before = shift(panel.last_on, 1, NEVER)
    entry = np.where((count > 0) & (before > NEVER), measures.first_on - before, 0).astype(np.float64)
    more = np.maximum(count - 1, 0)
    inner = np.divide(measures.last_on - measures.first_on, more, out=np.zeros(count.shape), where=more > 0)
    logs = [np.log(np.maximum(days, 1.0)) for days in (entry, inner)]
    gaps = np.cumsum((entry > 0) + more, axis=1)[:, at]
    mean, square = (
        np.cumsum(logs[0] ** power * (entry > 0) + logs[1] ** power * more, axis=1)[:, at] / np.maximum(gaps, 1)
        for power in (1, 2)
    )
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    longest = np.maximum.accumulate(np.maximum(entry, inner), axis=1)[:, at]
    total = np.cumsum(count, axis=1, dtype=np.int32)
    late = np.stack([_late_gap(panel, total, position) for position in at], axis=1) if at else np.zeros(gaps.shape)
    return {
        "late_gap_days": late,
        "longest_gap_days": np.where(gaps > 0, longest, np.nan),
        "usual_longest_days": np.where(gaps >= LEAST_GAPS, np.exp(mean + NINE_IN_TEN * spread), np.nan),
    }


def _late_gap(panel: Panel, total: Int32, position: int) -> Float:
    """Mean of the last six gaps at one period's end; (rows,)."""
    so_far = total[:, : position + 1]
    back = np.minimum(so_far[:, -1] - 1, LATE_GAPS)
    wanted = so_far[:, -1] - np.maximum(back, 0)  # the occasion so many before the last, counted from 1
    period = np.minimum((so_far < wanted[:, None]).sum(axis=1), position)
    row = np.arange(len(so_far))
    inside = panel.occasions[row, period]
    place = wanted - (so_far[row, period] - inside)
    measures = panel.kinds[panel.basis]
    first, last = (days[row, period].astype(np.float64) for days in (measures.first_on, measures.last_on))
    day = first + (last - first) * (place - 1) / np.maximum(inside - 1, 1)
    gap: Float = np.divide(panel.last_on[:, position] - day, back, out=np.full(len(row), np.nan), where=back > 0)
    return gap


def families_due(panel: Panel, positions: Sequence[int]) -> Float:
    """Of last year's money, the share of product families that are overdue by their own rhythm; (rows, positions).

    NaN without families, and where no family of the customer has a rhythm.
    """
    at, rows = list(positions), panel.shape[0]
    if panel.by_family is None:
        return np.full((rows, len(at)), np.nan)
    inner, owner = panel.by_family.panel, panel.by_family.owner
    with np.errstate(invalid="ignore"):
        paced = inner.gaps[:, at] >= LEAST_FAMILY_GAPS
        late = paced & (inner.silent_days[:, at] > OVERDUE_GAPS * inner.own_gap_days[:, at])
    money = np.maximum(trailing_sum(inner.amount, panel.periods.per_year)[:, at], 0).astype(np.float64)
    found = np.full((rows, len(at)), np.nan)
    for nth in range(len(at)):
        whole = np.bincount(owner, money[:, nth] * paced[:, nth], rows)
        due = np.bincount(owner, money[:, nth] * late[:, nth], rows)
        np.divide(due, whole, out=found[:, nth], where=whole > 0)
    return found
