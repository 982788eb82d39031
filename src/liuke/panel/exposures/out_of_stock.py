"""A product the customer buys was out of stock when it needed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("stock_out_share",)
TITLE = N_("products out of stock when needed")
SAYS = N_("A product the customer buys was still out of stock on {day}, when it was about to need it.")
FADE_DAYS = 120.0  # as a late delivery
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and time out of stock, as strong as the product's share of what the customer buys."""
    none = pl.lit(None, pl.Date)
    return tables["stock_out_share"].select(
        "customer_id", "day", "known_on", until=none, strength="share", table=pl.lit("stock_out"), row_id="row_id"
    )
