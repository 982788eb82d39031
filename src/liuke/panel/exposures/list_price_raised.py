"""The list asks more of what the customer buys, whether it has bought at that price or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("list_price_step",)
TITLE = N_("list prices raised")
SAYS = N_("On {day} the list price of products the customer buys was raised.")
FADE_DAYS = 200.0  # as a price paid
IN_MODEL = False
UNIT = 0.10  # of all that the customer buys weighs 1
MOST = 3.0


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and day, 1 for each tenth by which all that the customer buys is dearer in the list."""
    none = pl.lit(None, pl.Date)
    strength = (pl.col("rise") / UNIT).clip(0, MOST)
    return tables["list_price_step"].select(
        "customer_id", "day", "known_on", until=none, strength=strength, table=pl.lit("list_price"), row_id="row_id"
    )
