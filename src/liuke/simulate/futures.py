"""True chances: the same firm lived on many times from the end of its history, on different luck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.period import day_number, day_of
from liuke.simulate import lines, orders
from liuke.simulate.chance import stream
from liuke.simulate.firm import build, live, rate, run_months
from liuke.simulate.state import BUYING
from liuke.simulate.world import Event, World

if TYPE_CHECKING:
    from liuke.simulate.chance import F32, F64, Bools, Ints
    from liuke.simulate.firm import Life, SimulatedFirm

SOON = 3  # months
COUNT = 40  # futures a chance is counted over


@dataclass(frozen=True)
class Futures:
    """By customer number: chance of not buying within the horizon; yuan of sales and margin expected over 12 months;
    chance of leaving, of whom buys at the end, within the first three of these months and within all of them.
    """

    left: F64
    sales: F64
    margin: F64
    gone_soon: F64
    gone_year: F64


def futures(facts: dict[str, Any], horizon: int, count: int = COUNT, *, invoiced: bool = True) -> Futures:
    """True chances of the firm that truth.json tells of, over futures that differ by luck alone.

    `horizon` is in days, at most 12 months; buying is an invoice, or an order where not `invoiced`. The gap a customer
    is in has another end in each future, given how much of it has passed: nobody could know that end from anything
    that happened before.
    """
    said = dict(facts["world"])
    events = tuple(Event(**event) for event in said.pop("events"))
    firm = build(World(**{**said, "events": events}), facts["customers"], facts["months"], facts["seed"])
    life = live(firm)
    wait, passed, coming = _history(firm, life, horizon, invoiced)
    end = lines.last_day(firm)
    until = min(firm.months + 12, firm.horizon)
    untreated = np.zeros_like(life.plan)
    left, sales, soon, year = np.zeros((4, len(firm.customers)))
    buying = life.at_end.status == BUYING
    for number in range(count):
        other = replace(firm, luck=firm.seed + 7919 * (number + 1))
        _, path = run_months(other, life.departures, untreated, start=life.at_end, until=until)
        ahead, gone = _another_wait(other, wait, passed), ~coming
        for month in range(firm.months, until):
            placed = orders.place(other, path, month, ahead)
            gone[placed.customer[_bought(other, life, placed, month, invoiced) <= end + horizon]] = False
            if orders.month_start(month + 1) > day_of(end + horizon):
                break
        left += gone / count
        sales += path.sales.sum(axis=1) / count
        stopped = (path.status != BUYING) & buying[:, None]
        soon += stopped[:, :SOON].any(axis=1) / count
        year += stopped.any(axis=1) / count
    return Futures(left, sales, sales * firm.customers.margin, soon, year)


def _bought(firm: SimulatedFirm, life: Life, placed: orders.Orders, month: int, invoiced: bool) -> Ints:
    """The day each of a month's orders counts as bought on."""
    return lines.of_month(firm, life, month, placed).invoiced_by_order if invoiced else placed.day


def _history(firm: SimulatedFirm, life: Life, horizon: int, invoiced: bool) -> tuple[F32, F64, Bools]:
    """At the end of the history by customer: gaps until the next order, gaps since the last (NaN before any), and
    whether one of the orders placed is yet to be bought within the horizon.
    """
    wait = orders.first_wait(firm)
    passed = np.full(len(firm.customers), np.nan)
    coming = np.zeros(len(passed), dtype=bool)
    end = lines.last_day(firm)
    for month in range(firm.months):
        often, _ = rate(firm, life.path, month)
        placed = orders.place(firm, life.path, month, wait)
        bought = _bought(firm, life, placed, month, invoiced)
        coming[placed.customer[(bought > end) & (bought <= end + horizon)]] = True
        passed += often
        start, after = (day_number(orders.month_start(at)) for at in (month, month + 1))
        last = np.full(len(passed), -1)
        np.maximum.at(last, placed.customer, placed.day)
        passed = np.where(last >= 0, often * (after - last) / (after - start), passed)
    return wait, passed, coming


def _another_wait(firm: SimulatedFirm, wait: F32, passed: F64) -> F32:
    """Gaps until the next order, drawn anew given what has passed of the gap; `wait` where nobody has ordered yet."""
    from scipy.special import gammainc, gammaincinv

    shape = firm.customers.regularity.astype(np.float64)
    begun = gammainc(shape, shape * np.nan_to_num(passed))
    luck = stream(firm.luck, "orders/first").random(len(wait))
    whole = gammaincinv(shape, np.minimum(begun + (1 - begun) * luck, 1 - 1e-9)) / shape
    drawn = np.maximum(whole - passed, 0)
    return np.where(np.isnan(passed), wait, drawn).astype(np.float32)
