"""The indicator sheet: the rates of `rates.py` over the last window, every calendar year and every customer column.

Everything is a whole-number sum over customers, so chunks are tallied apart and added; the division comes last, against
the target and the same window a year earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import period_end
from liuke.ledger.rates import INDICATORS, Indicator, in_base, view
from liuke.ledger.year_pair import YearPair, last_window, too_short
from liuke.value.economics import averages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy.typing as npt

    from liuke.kernel.period import Periods
    from liuke.panel.panel import Int, Int32, Panel
    from liuke.panel.states import States

    Key = tuple[str, str, str, YearPair]  # indicator, customer column ("" for all), its value, window
    Measured = tuple[float, float | None, float | None]  # value, numerator, denominator

FALLING_PERIODS = 3  # so many falls of the base in a row raise the alarm


@dataclass(frozen=True)
class RateTally:
    """Whole-number sums of any share of the customers; tallies of separate chunks add up to that of all."""

    periods: Periods
    window: YearPair | NotEstimable
    sums: Mapping[Key, tuple[int, ...]]
    base: tuple[int, ...]  # active customers at each period's end

    def __add__(self, other: RateTally) -> RateTally:
        if self.periods != other.periods:
            raise ValueError("tallies of different periods can't be added")
        sums = dict(self.sums)
        for key, terms in other.sums.items():
            mine = sums.get(key)
            sums[key] = terms if mine is None else tuple(a + b for a, b in zip(mine, terms, strict=True))
        base = tuple(a + b for a, b in zip(self.base, other.base, strict=True))
        return RateTally(self.periods, self.window, sums, base)


def rate_tally(panel: Panel, states: States, left_days: Int32, *, by: Sequence[str] = ()) -> RateTally:
    """Sums for the last window, the same a year earlier and every calendar year; `by` names customer columns.

    The panel has one row a customer (`Panel.latest`) and ends at as_of; states (rows, periods), left_days (periods,).
    """
    window = last_window(panel.periods)
    groups = {column: _groups(panel.attributes[column]) for column in by}
    sums: dict[Key, tuple[int, ...]] = {}
    for each in _windows(panel.periods, window):
        seen = view(panel, states, left_days, each)
        for indicator in INDICATORS:
            terms = [np.asarray(term, np.int64) for term in indicator.terms(seen)]
            sums[indicator.name, "", "", each] = tuple(int(term.sum()) for term in terms)
            if each not in _compared(panel.periods, window):
                continue
            for column, (values, group) in groups.items():
                by_value = [_sum_by(term, group, len(values)) for term in terms]
                for value, row in zip(values, zip(*by_value, strict=True), strict=True):
                    sums[indicator.name, column, value, each] = row
    return RateTally(panel.periods, window, sums, tuple(int(n) for n in in_base(states).sum(axis=0)))


def _sum_by(terms: Int, group: npt.NDArray[np.intp], groups: int) -> list[int]:
    """Exact sums of whole numbers by group."""
    total = np.zeros(groups, np.int64)
    np.add.at(total, group, terms)
    return [int(n) for n in total]


def _groups(values: npt.NDArray[np.object_]) -> tuple[list[str], npt.NDArray[np.intp]]:
    """Distinct values as text ("" for unknown) and each row's position among them."""
    text = np.array(["" if value is None else str(value) for value in values], dtype=object)
    distinct, group = np.unique(text, return_inverse=True)
    return [str(value) for value in distinct], group


def _compared(periods: Periods, window: YearPair | NotEstimable) -> list[YearPair]:
    """The last window and the same one a year earlier, where the history reaches back so far."""
    if isinstance(window, NotEstimable):
        return []
    earlier = YearPair(window.end - periods.per_year, window.length)
    return [window, earlier] if earlier.end >= 0 else [window]


def _years(periods: Periods) -> dict[int, YearPair]:
    """Each calendar year whose last period lies in the history; weeks do not make calendar years."""
    if periods.unit == "week":
        return {}
    ends = [period_end(number, periods.unit) for number in periods.numbers]
    return {day.year: YearPair(at, periods.per_year) for at, day in enumerate(ends) if day.month == 12}


def _windows(periods: Periods, window: YearPair | NotEstimable) -> list[YearPair]:
    return list(dict.fromkeys([*_compared(periods, window), *_years(periods).values()]))


def base_is_falling(base: Sequence[int]) -> bool:
    """Whether the active base fell in each of the last three periods."""
    last = list(base)[-FALLING_PERIODS - 1 :]
    return len(last) == FALLING_PERIODS + 1 and all(b < a for a, b in pairwise(last))


SCHEMA: dict[str, type[pl.DataType]] = {
    "indicator": pl.String,
    "scope": pl.String,  # "all", "year", or a customer column
    "scope_value": pl.String,  # the year or the column's value; null for "all" and for an unknown value
    "window_from": pl.Date,
    "window_to": pl.Date,
    "value": pl.Float64,  # null with a reason
    "numerator": pl.Float64,  # money in currency units
    "denominator": pl.Float64,
    "target": pl.Float64,
    "last_year": pl.Float64,  # null with a last_year_reason
    "reason": pl.String,  # why there is no value, packed
    "last_year_reason": pl.String,
    "alarm": pl.Boolean,  # the base fell three periods in a row (active_base, scope all)
}


def rate_table(tally: RateTally, targets: Mapping[str, float] | None = None) -> pl.DataFrame:
    """One row an indicator and scope (see SCHEMA): all customers, each calendar year, each value of each column."""
    wanted = targets or {}
    rows = []
    for indicator in INDICATORS:
        for scope, value, window, earlier in _scopes(tally):
            rows.append(_row(tally, indicator, scope, value, window, earlier, wanted.get(indicator.name)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _scopes(tally: RateTally) -> list[tuple[str, str, YearPair | NotEstimable, YearPair | None]]:
    """Scope, its value, the window and the one a year earlier, in the order of the sheet."""
    compared = _compared(tally.periods, tally.window)
    earlier = compared[1] if len(compared) > 1 else None
    found: list[tuple[str, str, YearPair | NotEstimable, YearPair | None]] = [("all", "", tally.window, earlier)]
    years = _years(tally.periods)
    found += [("year", str(year), window, years.get(year - 1)) for year, window in years.items()]
    groups = dict.fromkeys((column, value) for _, column, value, _ in tally.sums if column)
    found += [(column, value, tally.window, earlier) for column, value in groups]
    return found


def _row(
    tally: RateTally,
    indicator: Indicator,
    scope: str,
    value: str,
    window: YearPair | NotEstimable,
    earlier: YearPair | None,
    target: float | None,
) -> tuple[object, ...]:
    column, group = ("", "") if scope in {"all", "year"} else (scope, value)
    start: date | None = None
    end: date | None = None
    if isinstance(window, NotEstimable):
        now: Measured | NotEstimable = window
        before: Measured | NotEstimable = window
    else:
        start, end = window.span(tally.periods)
        now = _measure(tally, indicator, column, group, window)
        before = (
            too_short(tally.periods, indicator.needs(window.length) + tally.periods.per_year)
            if earlier is None
            else _measure(tally, indicator, column, group, earlier)
        )
    measured = (None, None, None) if isinstance(now, NotEstimable) else now
    return (
        indicator.name,
        scope,
        value or None,
        start,
        end,
        *measured,
        target,
        None if isinstance(before, NotEstimable) else before[0],
        _reason(now),
        _reason(before),
        indicator.name == "active_base" and scope == "all" and base_is_falling(tally.base),
    )


def _measure(
    tally: RateTally, indicator: Indicator, column: str, group: str, window: YearPair
) -> Measured | NotEstimable:
    """Value, numerator and denominator, or the reason why there is none."""
    missing = indicator.needs(window.length) - (window.end + 1)
    if missing > 0:
        return too_short(tally.periods, len(tally.periods) + missing)
    terms = tally.sums.get((indicator.name, column, group, window), (0, 0, 0, 0))
    scale = 100 if indicator.money else 1
    if indicator.unit == "customers":
        return float(terms[0]), None, None
    both = averages(*terms) if len(terms) == 4 else (terms[0], terms[1]) if terms[1] > 0 else None
    if both is None:
        return NotEstimable.because(indicator.empty)
    return both[0] / both[1], both[0] / scale, both[1] / scale


def _reason(answer: object) -> str | None:
    return answer.reason.pack() if isinstance(answer, NotEstimable) else None
