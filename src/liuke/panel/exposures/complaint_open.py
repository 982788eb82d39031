"""A complaint that has not been settled yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from polars import DataFrame

TABLE = "complaint"
TITLE = N_("complaints not settled")
SAYS = N_("A complaint of {day} is not settled.")


def events(complaint: DataFrame) -> DataFrame:
    """From the day it was made until it is settled."""
    return complaint.select("customer_id", day="opened_on", known_on="recorded_on", until="resolved_on").filter(
        pl.col("until").is_null() | (pl.col("until") > pl.col("day"))
    )
