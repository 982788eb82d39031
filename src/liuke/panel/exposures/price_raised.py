"""Prices that rose against what the customer had paid for the same products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("price_step",)
TITLE = N_("prices raised")
SAYS = N_("Prices rose by {day} against what they had last paid.")
FADE_DAYS = 200.0
IN_MODEL = True
UNIT = 0.10  # a rise by so much weighs 1
MOST = 3.0


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and month, 1 for each tenth by which all that was bought grew dearer."""
    strength = (pl.col("rise") / UNIT).clip(0, MOST)
    told, nothing = tables["price_step"], pl.lit(None, pl.Date)
    return told.select("customer_id", "day", "known_on", until=nothing, strength=strength, **of_document())
