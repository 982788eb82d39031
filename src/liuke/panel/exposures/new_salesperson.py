"""The customer was handed to a salesperson who had never looked after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from polars import DataFrame

READS = ("assignment", "salesperson")
TOLD_BY = ("assignment",)
TITLE = N_("handed to a new salesperson")
SAYS = N_("On {day} the customer was handed to a salesperson who was new to it.")
FADE_DAYS = 180.0  # of getting to know each other; handovers that follow one another add up
IN_MODEL = False
OVERLAP_DAYS = 90  # who shared the customer with the one before for longer is not new to it


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the first day without the one before, whether that one left the firm or not.

    Who comes in beside somebody who stays is no handover, where the table had closed an assignment by then; before it
    ever did, an open one says nothing, and the newer one takes over. Who comes back is not new.
    """
    left = tables["salesperson"].select("salesperson_id", "left_on").unique("salesperson_id")
    rows = tables["assignment"].join(left, on="salesperson_id", how="left").with_columns(
        ended_on=pl.min_horizontal("to_on", pl.when(pl.col("left_on") >= pl.col("from_on")).then("left_on"))
    )  # fmt: skip
    closes = pl.lit(_closes_from(rows), pl.Date) <= pl.col("from_on")
    before = rows.select("customer_id", other="salesperson_id", since="from_on", over_on="ended_on", told_on="to_on")
    pairs = rows.join(before, on="customer_id").filter(
        pl.col("since") < pl.col("from_on"), pl.col("told_on").is_null() | (pl.col("told_on") >= pl.col("since"))
    )
    beside = pl.col("over_on").is_null() | (pl.col("over_on") >= pl.col("from_on"))
    met = pairs.group_by("customer_id", "from_on", "salesperson_id", "ended_on").agg(
        known=(pl.col("other") == pl.col("salesperson_id")).any(),
        stays=(beside & pl.col("over_on").is_null()).any(),
        alone_on=pl.col("over_on").filter(beside).max() + pl.duration(days=1),
    )
    takes_over = pl.when(~pl.col("stays")).then(pl.max_horizontal("from_on", "alone_on"))
    day = pl.when(closes.fill_null(value=False)).then(takes_over).otherwise("from_on")
    handed = met.filter(~pl.col("known")).with_columns(day=day)
    serves = pl.col("ended_on").is_null() | (pl.col("ended_on") >= pl.col("day"))
    soon = (pl.col("day") - pl.col("from_on")).dt.total_days() <= OVERLAP_DAYS
    return events_of(handed.filter(serves, soon).sort("customer_id", "from_on"), "assignment", day="day")


def _closes_from(rows: DataFrame) -> date | None:
    """The first day on which an assignment was closed by the table itself; None where none ever was."""
    found: date | None = rows.filter(pl.col("to_on") >= pl.col("from_on"))["to_on"].min()  # type: ignore[assignment]
    return found
