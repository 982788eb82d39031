"""The customer's trade buys less: others of it and of its region who still buy bought less than the year before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("trade_sales", "customer")
TOLD_BY = ("trade_sales",)
FILLED = {"customer": "industry"}
TITLE = N_("others of its trade buying less")
SAYS = N_("In the year up to {day} others of its trade and region who still bought had bought a tenth less or more.")
FADE_DAYS = 200.0
IN_MODEL = False
UNIT = 0.10  # so much less weighs 1
MOST = 2.0


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and quarter, 1 for each tenth by which the others fell; its row says its trade and region."""
    told = tables["trade_sales"]
    strength = (pl.col("fell") / UNIT).clip(0, MOST)
    row = {"table": pl.lit("customer"), "row_id": pl.col("customer_id")}
    return told.select("customer_id", "day", "known_on", until=pl.lit(None, pl.Date), strength=strength, **row)
