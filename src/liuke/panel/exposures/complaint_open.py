"""A complaint that has not been settled yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint",)
TITLE = N_("complaints not settled")
SAYS = N_("A complaint of {day} is not settled.")
FADE_DAYS = 300.0
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was made until it is settled."""
    told = tables["complaint"].select(
        "customer_id",
        day="opened_on",
        known_on="recorded_on",
        until="resolved_on",
        strength=pl.lit(1.0),
        **row_of("complaint"),
    )
    return told.filter(pl.col("until").is_null() | (pl.col("until") > pl.col("day")))
