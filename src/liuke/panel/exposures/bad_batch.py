"""Many customers had trouble at once with a product that the customer had just bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("bad_batch_share",)
TITLE = N_("bad batches")
SAYS = N_("Up to {day} unusually many customers complained of a product the customer had just bought, or gave it back.")
FADE_DAYS = 200.0  # as goods returned
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and month, as strong as such products' share of what it had bought in a quarter."""
    none = pl.lit(None, pl.Date)
    told = tables["bad_batch_share"]
    return told.select("customer_id", "day", "known_on", until=none, strength="share", **of_document())
