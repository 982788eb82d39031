"""A customer whom somebody looked after, and now nobody does."""

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
TITLE = N_("customers nobody looks after")
SAYS = N_("Since {day} nobody has looked after the customer.")
FADE_DAYS = float("inf")  # holds until somebody takes over
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day after the assignment ended or the salesperson left until another assignment begins.

    Where an assignment ended by its own day, older ones that are still open go on. Where only the salesperson's leaving
    tells of it, the table does not close what is over, and older open ones say nothing. Who never had a salesperson is
    not missed by one.
    """
    left = tables["salesperson"].select("salesperson_id", "left_on").drop_nulls().unique("salesperson_id")
    rows = tables["assignment"].join(left, on="salesperson_id", how="left")
    rows = rows.filter(pl.col("to_on").is_null() | (pl.col("to_on") >= pl.col("from_on"))).with_columns(
        left_on=pl.when(pl.col("left_on") >= pl.col("from_on")).then("left_on")
    )
    ended = rows.with_columns(
        ended_on=pl.min_horizontal("to_on", "left_on"),
        by_leaving=(pl.col("left_on") < pl.col("to_on")).fill_null(pl.col("left_on").is_not_null()),
    ).drop_nulls("ended_on")
    alone = ended.with_columns(day=in_days("ended_on", 1)).drop("to_on", "left_on")
    pairs = alone.join(rows.select("customer_id", since="from_on", to="to_on", left="left_on"), on="customer_id")
    goes_on = [pl.col(end).is_null() | (pl.col(end) >= pl.col("day")) for end in ("to", "left")]
    newer = ~pl.col("by_leaving") | (pl.col("since") > pl.col("from_on"))
    in_charge = pl.all_horizontal(pl.col("since") <= pl.col("day"), newer, *goes_on)
    grain = ["customer_id", "from_on"]
    next_on = pl.col("since").filter(pl.col("since") > pl.col("day")).min()
    found = pairs.group_by(grain).agg(served=in_charge.any(), until=next_on)
    unserved = alone.join(found.filter(~pl.col("served")), on=grain).sort("customer_id", "day", "from_on")
    return events_of(unserved.unique(["customer_id", "day"], keep="last", maintain_order=True), "assignment",
                     day="day", until="until")  # fmt: skip
