"""True chances: the same firm lived on many times from the end of its history, on different luck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.period import day_of
from liuke.simulate import lines, orders
from liuke.simulate.firm import build, live, run
from liuke.simulate.world import Event, World

if TYPE_CHECKING:
    from liuke.simulate.chance import F64

COUNT = 40  # futures a chance is counted over


@dataclass(frozen=True)
class Futures:
    """Chance of not buying within the horizon; yuan of sales and margin expected over 12 months; by customer number."""

    left: F64
    sales: F64
    margin: F64


def futures(facts: dict[str, Any], horizon: int, count: int = COUNT) -> Futures:
    """True chances of the firm that truth.json tells of, over futures that differ by luck alone.

    `horizon` is in days, at most 12 months.
    """
    said = dict(facts["world"])
    events = tuple(Event(**event) for event in said.pop("events"))
    firm = build(World(**{**said, "events": events}), facts["customers"], facts["months"], facts["seed"])
    life = live(firm)
    wait = orders.first_wait(firm)
    for month in range(firm.months):
        orders.place(firm, life.path, month, wait)
    end = lines.last_day(firm)
    until = min(firm.months + 12, firm.horizon)
    untreated = np.zeros_like(life.plan)
    left, sales = np.zeros(len(firm.customers)), np.zeros(len(firm.customers))
    for number in range(count):
        other = replace(firm, luck=firm.seed + 7919 * (number + 1))
        _, path = run(other, life.departures, untreated, start=life.at_end, until=until)
        ahead, gone = wait.copy(), np.ones(len(left), dtype=bool)
        for month in range(firm.months, until):
            placed = orders.place(other, path, month, ahead)
            gone[placed.customer[placed.day <= end + horizon]] = False
            if orders.month_start(month + 1) > day_of(end + horizon):
                break
        left += gone / count
        sales += path.sales.sum(axis=1) / count
    return Futures(left, sales, sales * firm.customers.margin)
