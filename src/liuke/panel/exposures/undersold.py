"""Others further down the channel, in the dealer's own region, bought its products at or below its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("undersold_price",)
TITLE = N_("lower tiers buying below the dealer's price")
SAYS = N_("In the quarter up to {day} lower tiers of its region bought the same products at or below its price.")
FADE_DAYS = 200.0
IN_MODEL = False
UNIT = 0.10  # so much below weighs as much again
MOST = 2.0


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a dealer and quarter: the share of what it buys that is undersold, and as much again a tenth below."""
    told = tables["undersold_price"]
    strength = (pl.col("share") * (1 + pl.col("below") / UNIT)).clip(0, MOST)
    nothing = pl.lit(None, pl.Date)
    return told.select("customer_id", "day", "known_on", until=nothing, strength=strength, **of_document())
