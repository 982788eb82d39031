"""Customers by state: now, a year ago, over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.panel.summary import TREND_PERIODS
from liuke.reports import words
from liuke.reports.charts import Stack
from liuke.reports.contexts.base import Context
from liuke.reports.listings import money
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip

PER_YEAR = {"month": 12, "week": 52, "quarter": 4}
LAST = N_("Last {n} {periods}")


@dataclass(frozen=True)
class StateLine(Context):
    """One state over time."""

    state: Annotated[str, "one of the states of a customer that bought"]
    counts: Annotated[Sequence[int], "customers at each period's end, oldest first"]
    now: Annotated[int, "customers at as_of"]
    change: Annotated[int | None, "against a year ago; None when the history is shorter"]


@dataclass(frozen=True)
class States(Context):
    """The states of all customers."""

    base: Annotated[int, "active customers: bought and not lost"]
    lines: Annotated[Sequence[StateLine], "the states, those of buying first"]
    dates: Annotated[Sequence[date], "period ends of the counts"]
    year_ago: Annotated[bool, "whether any line can be held against a year ago"]
    trend: Annotated[Said, "heading of the lines over time"]
    leaving: Annotated[Stack | None, "customers on their way out, by state; None without a complete period"]
    listed: Annotated[Listed, "the states now, against a year ago and on the list"]


def state_cells(source: Source, strip: Strip, base: Sequence[int], on_list: Mapping[str, int]) -> States:
    """The states of a run; `base` counts active customers by period, `on_list` the listed by state."""
    counts = source.table("state_count").sort("period")
    dates = counts["period"].unique().sort().to_list()
    by_state = {
        str(state): dict(group.select("period", "customers").iter_rows())
        for (state,), group in counts.group_by("state")
    }
    lines = []
    for state in words.SHOWN:
        line = [by_state.get(state, {}).get(day, 0) for day in dates]
        year = PER_YEAR[strip.unit]
        change = line[-1] - line[-1 - year] if len(line) > year else None
        if line:
            lines.append(StateLine(state, line[-TREND_PERIODS:], line[-1], change))
    rows = [
        {"state": line.state, "now": line.now, "change": line.change, "listed": on_list.get(line.state, 0)}
        for line in lines
    ]
    shown = dates[-TREND_PERIODS:]
    series = tuple((line.state, tuple(line.counts)) for line in lines if line.state in words.LEAVING)
    return States(
        base=base[-1] if base else 0,
        lines=lines,
        dates=shown,
        year_ago=any(line.change is not None for line in lines),
        trend=Said(LAST, {"n": len(shown), "periods": Said(words.PERIODS[strip.unit])}),
        leaving=Stack(series, tuple(shown), strip.unit == "week") if series and shown else None,
        listed=Listed(money.STATES_NOW, rows),
    )
