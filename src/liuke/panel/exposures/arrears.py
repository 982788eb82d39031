"""Part of what the customer owes is overdue, by the last statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("receivable",)
TITLE = N_("payments overdue")
SAYS = N_("On {day} part of what the customer owed was overdue.")
FADE_DAYS = 180.0  # every statement tells anew; where statements stop coming, the last one grows old
IN_MODEL = True
GAP_DAYS = 20  # a statement so much later is a new one for all
ALIKE = 0.5  # of the rows of a day: another day with as many states all customers again


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day of the statement, with the overdue share of the balance, until the customer's next statement.

    Statements often name debtors alone. So it also ends on the first day, weeks later, that has at least half as many
    rows as its own and not this customer.
    """
    rows = tables["receivable"].drop_nulls("on").sort("customer_id", "on")
    rows = rows.with_columns(own=pl.col("on").shift(-1).over("customer_id")).join(_next_days(rows), on="on", how="left")
    owed = rows.filter(pl.col("overdue") > 0).sort("customer_id", "on")
    balance = pl.col("balance").cast(pl.Float64)
    share = pl.when(balance > 0).then((pl.col("overdue").cast(pl.Float64) / balance).clip(0, 1)).otherwise(1.0)
    return events_of(owed, "receivable", day="on", until=pl.min_horizontal("own", "next_on"), strength=share)


def _next_days(rows: DataFrame) -> DataFrame:
    """on, next_on: for each day of statements the next one that states as many customers as it did, or null."""
    days = rows.group_by("on").len().sort("on")
    on, count = days["on"].to_physical().to_numpy(), days["len"].to_numpy()
    found: list[int | None] = []
    for nth, start in enumerate(np.searchsorted(on, on + GAP_DAYS)):
        later = np.flatnonzero(count[start:] >= ALIKE * count[nth])
        found.append(int(on[start + later[0]]) if len(later) else None)
    return days.select("on", next_on=pl.Series(found, dtype=pl.Int32).cast(pl.Date))
