"""Document lines: what an order holds, when it was due, delivered, invoiced, paid, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liuke.kernel.period import day_number
from liuke.simulate.causes import CODE
from liuke.simulate.chance import F64, Bools, Ints, stream
from liuke.simulate.firm import Life, SimulatedFirm
from liuke.simulate.orders import Orders, month_start
from liuke.simulate.treatments import DEAL_MONTHS, TREATMENT

MOST_LINES = 6


@dataclass(frozen=True)
class Lines:
    """One month's order lines and their fate; money in cents, days since 1970; `order` counts within the month."""

    month: int
    order: Ints
    line_no: Ints
    customer: Ints
    product: Ints
    quantity: Ints
    unit: Ints  # cents
    listed: Ints  # cents
    cost: Ints  # cents a unit
    salesperson: Ints
    ordered: Ints
    due: Ints
    delivered: Ints
    invoiced: Ints
    paid: Ints
    returned: Ints  # day, or -1
    luck: F64  # for what is entered late

    @cached_property
    def amount(self) -> Ints:
        """Cents, net of tax."""
        return self.unit * self.quantity

    @property
    def invoiced_by_order(self) -> Ints:
        """Day each order of the month is invoiced on; (orders,)."""
        return np.asarray(self.invoiced[self.line_no == 1])

    @cached_property
    def margin(self) -> Ints:
        """Cents."""
        return (self.unit - self.cost) * self.quantity


def of_month(firm: SimulatedFirm, life: Life, month: int, orders: Orders) -> Lines:
    """The lines of a month's orders, in the order of the documents."""
    luck = stream(firm.seed, "lines", month)
    count = len(orders.customer)
    parts = 1 + np.minimum(luck.poisson(1.2, count), MOST_LINES - 1)
    order = np.repeat(np.arange(count), parts)
    start = np.cumsum(parts) - parts
    line_no = np.arange(len(order)) - start[order] + 1
    customer = orders.customer[order]
    weight = luck.standard_exponential(len(order)) + 0.3
    value = orders.value[order] * weight / np.bincount(order, weights=weight, minlength=count)[order] * 100
    slot = (luck.integers(0, MOST_LINES, count)[order] + line_no) % MOST_LINES
    product = _sold(firm, month, customer, slot)
    listed = np.round(firm.catalogue.price[product] * np.exp(firm.market.own[month])).astype(np.int64)
    off = 1 - firm.customers.discount[customer].astype(np.float64)
    deal = _deal(life, month)[customer]
    unit = np.maximum(np.round(listed * off * np.where(deal, 1 - firm.world["promotion_depth"], 1)), 1).astype(np.int64)
    quantity = np.maximum(np.floor(value / unit + luck.random(len(order))), 1).astype(np.int64)
    cost = np.round(listed * (1 - firm.customers.discount[customer]) * (1 - firm.customers.margin[customer]))
    days = _days(firm, month, orders, luck)
    ordered, due, delivered, invoiced, paid = (column[order] for column in days)
    bad = firm.happenings.shock[CODE["quality"], :, month] > 0
    comes_back = luck.random(len(order)) < np.where(bad[customer], 0.16, 0.012)
    returned = np.where(comes_back, invoiced + 4 + luck.integers(0, 28, len(order)), -1)
    return Lines(
        month=month,
        order=order,
        line_no=line_no,
        customer=customer,
        product=product,
        quantity=quantity,
        unit=unit,
        listed=listed,
        cost=cost.astype(np.int64),
        salesperson=life.departures.salesperson[customer, month].astype(np.int64),
        ordered=ordered,
        due=due,
        delivered=delivered,
        invoiced=invoiced,
        paid=paid,
        returned=returned,
        luck=luck.random(count)[order],
    )


def _sold(firm: SimulatedFirm, month: int, customer: Ints, slot: Ints) -> Ints:
    """The product bought: what stands in the slot, its successor, or the next slot where it is gone."""
    catalogue = firm.catalogue
    product = catalogue.slots[customer, slot]
    for step in range(1, MOST_LINES):
        gone = catalogue.gone[product] <= month
        if not gone.any():
            return product
        after = catalogue.successor[product]
        product = np.where(gone, np.where(after >= 0, after, catalogue.slots[customer, (slot + step) % 6]), product)
    return np.asarray(product)


def _deal(life: Life, month: int) -> Bools:
    recent = life.plan[:, max(0, month - DEAL_MONTHS + 1) : month + 1]
    return np.asarray(np.isin(recent, (TREATMENT["promotion"], TREATMENT["win_back_promotion"])).any(axis=1))


def _days(firm: SimulatedFirm, month: int, orders: Orders, luck: np.random.Generator) -> tuple[Ints, ...]:
    """Days of ordering, due, delivered, invoiced, paid, by order."""
    count = len(orders.customer)
    late = firm.happenings.late[orders.customer, month]
    lead = 3 + luck.integers(0, 6, count) + np.where(orders.value > 60_000, 15, 0)
    due = orders.day + lead
    slip = 3 + np.floor(luck.standard_gamma(1.5, count) * 7).astype(np.int64)
    early = np.minimum(luck.integers(0, 3, count), lead - 1)
    delivered = np.where(late, due + slip, due - early)
    invoiced = delivered + luck.integers(0, 6, count)
    pay = firm.customers.pay_days[orders.customer] * (0.4 + luck.random(count))
    return orders.day, due, delivered, invoiced, invoiced + 25 + pay.astype(np.int64)


def last_day(firm: SimulatedFirm) -> int:
    """The last day of the history, as a day number."""
    return day_number(month_start(firm.months)) - 1
