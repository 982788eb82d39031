"""Orders: each customer's own rhythm (gaps of a gamma shape) run through the months as fast as demand goes."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import numpy as np

from liuke.kernel.period import day_number
from liuke.simulate.chance import F32, F64, Ints, stream
from liuke.simulate.firm import SimulatedFirm, rate
from liuke.simulate.market import FIRST_MONTH
from liuke.simulate.state import Path

SPREAD = 0.5  # log sd of one order's value


@dataclass(frozen=True)
class Orders:
    """One month's orders, by day: customer number, day number since 1970, value in yuan."""

    customer: Ints
    day: Ints
    value: F64


def first_wait(firm: SimulatedFirm) -> F32:
    """How much of its first gap each customer still has to wait, in gaps."""
    luck = stream(firm.seed, "orders/first")
    gap = luck.standard_gamma(firm.customers.regularity).astype(np.float32) / firm.customers.regularity
    return np.asarray(gap * luck.random(len(gap), dtype=np.float32))


def month_start(month: int) -> date:
    """First day of a month of the history."""
    number = FIRST_MONTH + month
    return date(number // 12, number % 12 + 1, 1)


def place(firm: SimulatedFirm, path: Path, month: int, wait: F32, luck_seed: int | None = None) -> Orders:
    """The month's orders; `wait` (gaps until the next order) is moved on in place."""
    often, size = rate(firm, path, month)
    luck = stream(firm.luck if luck_seed is None else luck_seed, "orders", month)
    who, when = [], []
    wait -= often
    due = np.flatnonzero((wait <= 0) & (often > 0))
    while len(due):
        who.append(due)
        when.append(1 + wait[due] / often[due])
        shape = firm.customers.regularity[due]
        wait[due] += (luck.standard_gamma(shape) / shape).astype(np.float32)
        due = due[wait[due] <= 0]
    if not who:
        return Orders(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    customer = np.concatenate(who)
    day = _working_day(month, np.clip(np.concatenate(when), 0, 0.9999))
    order = np.lexsort((customer, day))
    customer, day = customer[order], day[order]
    value = size[customer] * np.exp(SPREAD * luck.standard_normal(len(customer)) - SPREAD**2 / 2)
    return Orders(customer, day, value.astype(np.float64))


def _working_day(month: int, part: F64) -> Ints:
    """The day a part of the month falls on, weekends moved to the Friday or Monday inside the month."""
    start = month_start(month)
    days = calendar.monthrange(start.year, start.month)[1]
    day = (part * days).astype(np.int64)
    weekday = (start.weekday() + day) % 7
    day = np.where(weekday == 5, np.where(day >= 1, day - 1, day + 2), day)
    day = np.where(weekday == 6, np.where(day < days - 1, day + 1, day - 2), day)
    return np.asarray(day + day_number(start))
