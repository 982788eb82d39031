"""The salesperson who looked after the customer left the firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("assignment", "salesperson")
TOLD_BY = ("assignment",)
KEPT = {"salesperson": "left_on"}
TITLE = N_("salespeople who left")
SAYS = N_("The salesperson who looked after the customer left on {day}.")
FADE_DAYS = 300.0  # customers follow within the year or stay
IN_MODEL = True
HANDOVER_DAYS = 60  # who handed the customer over so shortly before leaving is the one who left


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the last working day of whoever looked after the customer then, or until shortly before.

    Whoever had been followed by another one, still in charge, is not missed.
    """
    return events_of(left_behind(tables["assignment"], tables["salesperson"]), "assignment", day="left_on")


def left_behind(assignment: DataFrame, salesperson: DataFrame) -> DataFrame:
    """The assignments of customers to people who left and are missed, with `left_on`; one a customer and person."""
    left = salesperson.select("salesperson_id", "left_on").drop_nulls()
    served = assignment.join(left, on="salesperson_id").filter(pl.col("from_on") <= pl.col("left_on"))
    handed_on = in_days("left_on", -HANDOVER_DAYS)
    last = served.filter(pl.col("to_on").is_null() | (pl.col("to_on") >= handed_on))
    others = assignment.select("customer_id", since="from_on", end="to_on")
    in_charge = pl.col("end").is_null() | (pl.col("end") >= pl.col("left_on"))
    followed = last.join(others, on="customer_id").filter(
        pl.col("since").is_between(pl.col("from_on"), handed_on, closed="right") & in_charge
    )
    missed = last.join(followed, on=["customer_id", "from_on"], how="anti")
    newest = missed.sort("customer_id", "from_on").unique(["customer_id", "salesperson_id"], keep="last")
    return newest.sort("customer_id", "from_on")
