"""A base of customers made for the churn model's tests: regular buyers of whom a known share stops."""

from __future__ import annotations

import numpy as np

from liuke.kernel.period import Periods
from liuke.panel.panel import NEVER, Measures, Panel
from liuke.signals.churn.question import Asked
from liuke.signals.churn.rows import ModelRows, model_rows, origins

MONTHS = 30
HORIZON = 90


def base(
    customers: int,
    *,
    monthly: float = 0.03,
    months: int = MONTHS,
    seed: int = 0,
    daily: bool = False,
    curved: bool = False,
) -> Panel:
    """Customers who buy with probability .8 a month until they stop for good, each month with chance `monthly`.

    `daily` ones buy every day of every month, the last month up to a day of it. Of `curved` ones the middle third by
    money an occasion stops five times as often, which no straight line tells.
    """
    random = np.random.default_rng(seed)
    periods = Periods("month", 2023 * 12, 2023 * 12 + months - 1)
    each = np.random.default_rng(seed + 1).integers(1_000, 90_000, (customers, 1))
    share = (
        np.where(np.abs(each[:, 0] - 45_500) < 15_000, 5 * monthly, monthly) if curved else np.full(customers, monthly)
    )
    stopped = random.geometric(share) if monthly else np.full(customers, months + 1)
    buys = random.random((customers, months)) < (1 if daily else 0.8)
    buys &= np.arange(months)[None, :] < stopped[:, None]
    buys[:, 0] = True
    days = periods.starts[None, :] + random.integers(0, 28, (customers, months))
    if daily:
        stays = np.arange(months)[None, :] < stopped[:, None] - 1
        days = np.where(stays, periods.ends[None, :], days)
    on = np.where(buys, days, NEVER).astype(np.int32)
    first = np.where(buys, periods.starts[None, :], NEVER).astype(np.int32) if daily else on
    amount = np.where(buys, each, 0).astype(np.int64)
    count = buys.astype(np.int32)
    measures = Measures(amount=amount, documents=count, occasions=count, first_on=first, last_on=on)
    return Panel(
        periods=periods,
        customer=np.arange(customers, dtype=np.int32),
        basis="invoice",
        kinds={"invoice": measures},
        export_start=int(periods.starts[0]),
    )


def sample(panel: Panel) -> ModelRows:
    """All its rows of the last two years."""
    return model_rows(panel, origins(len(panel.periods), 12))


def asked(panel: Panel, at: int | None = None) -> Asked:
    """Who buys nothing in the ninety days after a period's end, asked at the last one or another."""
    return Asked(HORIZON, panel.periods.ends, len(panel.periods) - 1 if at is None else at)
