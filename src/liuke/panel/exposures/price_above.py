"""Prices above what was usual: a discount lost, or more than others like them pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("price_level",)
TITLE = N_("prices above the usual")
SAYS = N_("In the quarter up to {day} they paid more than before or than others like them.")
FADE_DAYS = 200.0
IN_MODEL = True
UNIT = 0.10  # so much above weighs 1
MOST = 2.0


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and quarter, 1 for each tenth by which either was above."""
    strength = (pl.max_horizontal("lost", "above") / UNIT).clip(0, MOST)
    told = tables["price_level"]
    nothing = pl.lit(None, pl.Date)
    return told.select("customer_id", "day", "known_on", until=nothing, strength=strength, **of_document())
