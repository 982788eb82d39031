"""The rates themselves, one definition each, as data: what is summed over customers, then divided.

B0 are the customers on the books when a window opens: they had bought and were not lost at the end of the period
before it. `s` is what a customer bought in the span of the same length before the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.panel.panel import NEVER
from liuke.panel.states import CODE, perhaps_older

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.ledger.year_pair import YearPair
    from liuke.panel.panel import Bool, Int, Int32, Panel
    from liuke.panel.states import States

NEVER_BOUGHT, LOST = CODE["never_bought"], CODE["lost"]


def in_base(states: States) -> Bool:
    """Whether each customer belongs to the active base: has bought and is not lost; same shape as the states."""
    found: Bool = (states != NEVER_BOUGHT) & (states != LOST)
    return found


@dataclass(frozen=True)
class WindowFigures:
    """What one window says of every customer; arrays are (rows,), money in whole cents."""

    active: Bool  # in the base when the window closes
    base: Bool  # in the base when it opens: B0
    lost: Bool  # of the base, lost when it closes: L
    before: Int  # bought in the span before the window: s0
    within: Int  # bought in the window: s1
    bought: Bool  # at least one purchase day in the window
    repeated: Bool  # at least two purchase days in the window
    returned: Bool  # bought in the window and also before it
    first_seen: Bool  # first bought in the window, long enough before its end to be judged
    one_time: Bool  # of those, without a second purchase within the horizon
    worth_before: Int  # margin in the span before, sales where no margin is known
    newcomer: Bool  # first bought in the span before the window: a whole first span has been seen
    first_span: Int  # margin (or sales) of a newcomer's first span


def view(panel: Panel, states: States, left_days: Int32, window: YearPair) -> WindowFigures:
    """Read one window of a panel with one row a customer."""
    rows = panel.shape[0]
    nobody = np.zeros(rows, bool)
    opening, end, within = window.opening, window.end, window.within
    active = in_base(states[:, end])
    base = in_base(states[:, opening]) if opening >= 0 else nobody
    occasions = panel.occasions[:, within].sum(axis=1)
    started = panel.alive_from
    genuine = ~perhaps_older(panel, _first_day(panel), int(left_days[end]))
    new = (started > opening) & (started <= end) & genuine
    observed = new & (_first_day(panel) + int(left_days[end]) <= int(panel.periods.ends[end]))
    worth = panel.amount if panel.margin is None else panel.margin
    newcomer = (started > opening - window.length) & (started <= opening) & genuine
    return WindowFigures(
        active=active,
        base=base,
        lost=base & (states[:, end] == LOST),
        before=panel.amount[:, window.before].sum(axis=1),
        within=panel.amount[:, within].sum(axis=1),
        bought=occasions >= 1,
        repeated=occasions >= 2,
        returned=(occasions >= 1) & (started <= opening),
        first_seen=observed,
        one_time=_one_time(panel, observed, int(left_days[end])),
        worth_before=worth[:, window.before].sum(axis=1),
        newcomer=newcomer,
        first_span=_first_span(worth, started, newcomer, window.length),
    )


def _first_day(panel: Panel) -> Int32:
    """Day number of the first purchase, NEVER without one; (rows,)."""
    return panel.first_on[:, -1]


def _one_time(panel: Panel, observed: Bool, horizon_days: int) -> Bool:
    """Of the customers observed long enough, those without a second purchase day so soon after the first; (rows,)."""
    kind, rows = panel.kinds[panel.basis], np.flatnonzero(observed)
    started, first = panel.alive_from[rows], _first_day(panel)[rows]
    count = kind.occasions[rows, started]
    span = kind.last_on[rows, started] - first
    same_period = (count >= 2) & ((span <= horizon_days) | (count >= 3))
    days = kind.first_on[rows]
    later = (np.arange(days.shape[1])[None, :] > started[:, None]) & (days != NEVER)
    nearest = np.where(later, days, np.int32(2**30)).min(axis=1, initial=2**30)
    found = np.zeros(len(observed), bool)
    found[rows] = ~(same_period | (nearest - first <= horizon_days))
    return found


def _first_span(worth: Int, started: Int32, newcomer: Bool, length: int) -> Int:
    """What each newcomer brought in the first `length` periods, its first one included, 0 for others; (rows,)."""
    total, rows = np.zeros(len(newcomer), np.int64), np.flatnonzero(newcomer)
    at = np.arange(worth.shape[1])[None, :] - started[rows, None]
    total[rows] = np.where((at >= 0) & (at < length), worth[rows], 0).sum(axis=1)
    return total


@dataclass(frozen=True)
class Indicator:
    """One rate with its one definition: the terms are summed over customers, then divided.

    One term is a plain count; two are numerator and denominator; four are a mean divided by a mean.
    """

    name: str
    title: str
    formula: str
    unit: str  # "share" (shown in percent), "ratio" (times), "customers"
    needs: Callable[[int], int]  # complete periods needed for a window of so many periods
    terms: Callable[[WindowFigures], tuple[Int | Bool, ...]]
    empty: str = N_("Nobody to count.")  # said when a denominator is 0
    money: bool = False  # terms are cents


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "active_base",
        N_("Customers on the books"),
        N_("Customers that have bought and are not lost at the end of the window."),
        "customers",
        lambda _: 1,
        lambda v: (v.active,),
    ),
    Indicator(
        "absolute_churn",
        N_("Churn rate, by customers"),
        N_("Those lost at the end out of those on the books at the start, divided by those on the books at the start."),
        "share",
        lambda n: n + 1,
        lambda v: (v.lost, v.base),
        N_("No customer was on the books when the window opens."),
    ),
    Indicator(
        "relative_churn",
        N_("Churn rate, by purchases"),
        N_("What the lost had bought in the span before, divided by what all those on the books had bought in it."),
        "share",
        lambda n: 2 * n,
        lambda v: (v.before * v.lost, v.before * v.base),
        N_("Those on the books when the window opens had bought nothing in the span before."),
        money=True,
    ),
    Indicator(
        "retention",
        N_("Retention rate"),
        N_("Not lost at the end out of those on the books at the start, divided by these; 1 minus the churn rate."),
        "share",
        lambda n: n + 1,
        lambda v: (v.base & ~v.lost, v.base),
        N_("No customer was on the books when the window opens."),
    ),
    Indicator(
        "gross_retention",
        N_("Money retained, gross"),
        N_("Of those on the books at the start: the smaller of purchases now and before, divided by before."),
        "share",
        lambda n: 2 * n,
        lambda v: (np.minimum(v.within, v.before) * v.base, v.before * v.base),
        N_("Those on the books when the window opens had bought nothing in the span before."),
        money=True,
    ),
    Indicator(
        "net_retention",
        N_("Money retained, net"),
        N_("Of those on the books at the start: purchases in the window divided by purchases in the span before."),
        "share",
        lambda n: 2 * n,
        lambda v: (v.within * v.base, v.before * v.base),
        N_("Those on the books when the window opens had bought nothing in the span before."),
        money=True,
    ),
    Indicator(
        "repurchase",
        N_("Repurchase rate"),
        N_("Customers with two or more purchase days in the window, divided by those with one or more."),
        "share",
        lambda n: n,
        lambda v: (v.repeated, v.bought),
        N_("Nobody bought in the window."),
    ),
    Indicator(
        "one_time_share",
        N_("One-time buyers"),
        N_("New customers without a second purchase within the horizon, of those new ones observed that long."),
        "share",
        lambda n: n,
        lambda v: (v.one_time, v.first_seen),
        N_("No new customer of the window has been observed for the whole horizon yet."),
    ),
    Indicator(
        "return_share",
        N_("Returning buyers"),
        N_("Buyers of the window that had bought before it, divided by all its buyers."),
        "share",
        lambda n: n + 1,
        lambda v: (v.returned, v.bought),
        N_("Nobody bought in the window."),
    ),
    Indicator(
        "replacement_ratio",
        N_("Replacement ratio"),
        N_("What a lost customer brought in the span before, divided by what a new one brings in its first."),
        "ratio",
        lambda n: 2 * n,
        lambda v: (v.worth_before * v.lost, v.lost, v.first_span * v.newcomer, v.newcomer),
        N_("Nobody was lost, or no new customer has been seen for a whole span."),
        money=True,
    ),
)
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
