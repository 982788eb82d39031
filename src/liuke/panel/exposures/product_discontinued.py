"""A product the customer bought that is no longer to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("discontinued_share",)
TITLE = N_("products discontinued")
SAYS = N_("A product they bought was discontinued on {day}.")
FADE_DAYS = 300.0
IN_MODEL = True
SOFTENED = 0.35  # of the loss is felt where there is a successor


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """As strong as the product's share of what the customer had bought in the year before."""
    strength = pl.col("share") * pl.when("replaced").then(SOFTENED).otherwise(1.0)
    return tables["discontinued_share"].select(
        "customer_id",
        "day",
        "known_on",
        until=pl.lit(None, pl.Date),
        strength=strength,
        table=pl.lit("product"),
        row_id="product_id",
    )
