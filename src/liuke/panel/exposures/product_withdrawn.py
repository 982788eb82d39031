"""Products the customer buys are no longer offered, by a notice; the list of products does not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("changed_product_share",)
TITLE = N_("products no longer offered")
SAYS = N_("From {day} on a product the customer bought was no longer offered.")
FADE_DAYS = 300.0  # as a product discontinued
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and change, as strong as such products' share of what it had bought in the year before."""
    return changed(tables, "withdrawn")


def changed(tables: Mapping[str, DataFrame], what: str) -> DataFrame:
    """The events of products that a change made something of (`panel.beside_lines`)."""
    told = tables["changed_product_share"].filter(pl.col("what") == what)
    none, table = pl.lit(None, pl.Date), pl.lit("company_change")
    return told.select("customer_id", "day", "known_on", until=none, strength="share", table=table, row_id="row_id")
