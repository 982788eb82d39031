"""Counting how rules did, chunk of customers by chunk: a tally holds sums only and adds with `+`.

Rows are customer-months: a month counts when the customer had bought, was not lost at its end (silent for no more than
the horizon), and what followed is known. The first year (of a history under two years the first half) is left out: a
customer older than the export looks new in it. Money is that of the 12 months up to each, as far as they exist.
*Left* is the label of the whole product: no purchase within the horizon after it.

An *episode* is an unbroken run of months in which a rule flags a customer; it is true when the customer left after one
of them. A *departure* is an unbroken run of months after which a customer left. Of a true episode, the warning is the
time from the end of its first month to the day on which the horizon alone declares the customer lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.panel.panel import trailing_sum
from liuke.signals.ratio import Clustered

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.kernel.period import Periods
    from liuke.panel.panel import Bool, Int, Int32, Panel

MOST_LEAD_DAYS = 3660


@dataclass(frozen=True)
class RuleTally:
    """One rule's sums. Months are positions of the panel; money is 12-month money in cents."""

    flags: Int  # flagged customer-months; (periods,)
    hits: Int  # those after which the customer left; (periods,)
    precision: Clustered  # of flagged months, those that are true
    recall: Clustered  # of months after which a customer left, those flagged
    base: Clustered  # of all months counted, those after which a customer left
    episodes: int
    true_episodes: int
    money_caught: int  # 12-month money at the first flag of each true episode
    departures: int
    departures_caught: int
    money_lost: int  # 12-month money at the first month of each departure
    money_lost_caught: int  # of those the rule flagged
    hit_money: int  # 12-month money summed over the true flagged months
    leads: Int  # true episodes by days of warning; (days,)

    def __add__(self, other: RuleTally) -> RuleTally:
        """Both groups of customers together."""
        return RuleTally(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class MonthMoney:
    """Money of each customer counted in a month and whether it left after it: for "flag as many by value"."""

    money: tuple[npt.NDArray[np.float32], ...]
    left: tuple[Bool, ...]

    def __add__(self, other: MonthMoney) -> MonthMoney:
        """Both groups of customers together; arrays are joined once, when they are read."""
        return MonthMoney(self.money + other.money, self.left + other.left)


@dataclass(frozen=True)
class RuleTallies:
    """All rules on the same customers; `start` is each rule's first month counted."""

    periods: Periods
    start: tuple[tuple[str, int], ...]
    known_until: int  # position after the last month whose outcome is known for anybody
    rules: dict[str, RuleTally]
    months: dict[int, MonthMoney]  # by position, from `first_counted` on
    customers: int
    base: Clustered  # of all months counted from `first_counted` on, those after which a customer left
    leavers: int  # different customers who left after one of them

    def __add__(self, other: RuleTallies) -> RuleTallies:
        """Both groups of customers together; they must share periods and rules."""
        if (self.periods, self.start) != (other.periods, other.start):
            raise ValueError("tallies of different periods or rules do not add")
        return RuleTallies(
            self.periods,
            self.start,
            max(self.known_until, other.known_until),
            {rule: mine + other.rules[rule] for rule, mine in self.rules.items()},
            {at: month + other.months[at] for at, month in self.months.items()},
            self.customers + other.customers,
            self.base + other.base,
            self.leavers + other.leavers,
        )


@dataclass(frozen=True)
class _Rows:
    """What is counted, customer by month; all (customers, periods)."""

    counted: Bool
    left: Bool
    money: Int
    last_on: Int32


def first_counted(periods: Periods) -> int:
    """Position of the first period counted: after a year of history, after half a year where there are not two."""
    year = periods.per_year
    return year if len(periods) >= 2 * year else year // 2 - 1


def tally(
    panel: Panel,
    fired: dict[str, Bool],
    left: Bool,
    known: Bool,
    left_days: Int32,
    warm_ups: dict[str, int],
) -> RuleTallies:
    """Count one chunk of customers.

    `fired` is `evaluate` of each rule, (rows, periods). `left` and `known` are the label and whether it can be known,
    one row a customer as known today (`labels.left` of `panel.latest()`), in the order of `panel.customers`.
    `left_days` is the horizon known at each period's end. `warm_ups` are the periods each rule needs to fire at all.
    """
    periods, year, opening = panel.periods, panel.periods.per_year, first_counted(panel.periods)
    counted = panel.stitch(panel.has_bought & (panel.silent_days <= left_days[None, :])) & known
    money = np.maximum(panel.stitch(trailing_sum(panel.amount, year)), 0)
    rows = _Rows(counted, left & counted, money, panel.stitch(panel.last_on))
    start = tuple((rule, max(opening, warm_ups[rule] - 1)) for rule in fired)
    known_until = int(np.flatnonzero(known.any(axis=0)).max(initial=-1)) + 1
    bases = {opening: _from(opening, rows)}
    rules = {}
    for rule, first in start:
        if first not in bases:
            bases[first] = _from(first, rows)
        rules[rule] = _tally_rule(panel.stitch(fired[rule]), rows, bases[first], left_days, periods)
    months = {at: _month(rows, at) for at in range(opening, len(periods))}
    counted_each, left_each = (marks.sum(axis=1) for marks in bases[opening][:2])
    base = Clustered.of(counted_each, left_each)
    leavers = int((left_each > 0).sum())
    return RuleTallies(periods, start, known_until, rules, months, len(panel.customers), base, leavers)


def _from(first: int, rows: _Rows) -> tuple[Bool, Bool, Int]:
    """Months counted and months after which a customer left from a position on, and the runs of the latter."""
    counted, left = rows.counted.copy(), rows.left.copy()
    counted[:, :first] = False
    left[:, :first] = False
    return counted, left, _runs(left)


def _month(rows: _Rows, at: int) -> MonthMoney:
    seen = rows.counted[:, at]
    return MonthMoney((rows.money[seen, at].astype(np.float32),), (rows.left[seen, at],))


def _runs(marks: Bool) -> Int:
    """Flat positions where an unbroken run of marks begins in a row; ascending."""
    begins = marks.copy()
    begins[:, 1:] &= ~marks[:, :-1]
    return np.flatnonzero(begins).astype(np.int64)


def _run_of(starts: Int, cells: Int) -> npt.NDArray[np.intp]:
    """Number of the run each flat cell lies in; cells lie in runs."""
    return np.searchsorted(starts, cells, side="right") - 1


def _tally_rule(
    fired: Bool, rows: _Rows, base: tuple[Bool, Bool, Int], left_days: Int32, periods: Periods
) -> RuleTally:
    counted, left, departures = base
    flagged = fired & counted
    hit = flagged & left
    width = flagged.shape[1]
    money = rows.money.ravel()
    episodes = _runs(flagged)
    cells = np.flatnonzero(hit)
    run = _run_of(episodes, cells)
    true, first_hit = np.unique(run, return_index=True)
    begun, hit_at = episodes[true], cells[first_hit]
    declared = rows.last_on.ravel()[hit_at] + left_days[hit_at % width] + 1
    lead = declared - periods.ends[begun % width]
    caught = np.unique(_run_of(departures, cells))
    flags_each, hits_each, left_each = (marks.sum(axis=1) for marks in (flagged, hit, left))
    return RuleTally(
        flags=flagged.sum(axis=0),
        hits=hit.sum(axis=0),
        precision=Clustered.of(flags_each, hits_each),
        recall=Clustered.of(left_each, hits_each),
        base=Clustered.of(counted.sum(axis=1), left_each),
        episodes=len(episodes),
        true_episodes=len(true),
        money_caught=int(money[begun].sum()),
        departures=len(departures),
        departures_caught=len(caught),
        money_lost=int(money[departures].sum()),
        money_lost_caught=int(money[departures[caught]].sum()),
        hit_money=int(money[cells].sum()),
        leads=np.bincount(np.clip(lead, 0, MOST_LEAD_DAYS).astype(np.int64), minlength=MOST_LEAD_DAYS + 1),
    )
