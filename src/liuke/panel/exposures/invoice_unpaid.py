"""An invoice the customer has not paid for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("unpaid_invoice",)
TITLE = N_("invoices unpaid for long")
SAYS = N_("An invoice was still unpaid on {day}.")
FADE_DAYS = float("inf")
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day on which it was unpaid for long until it is paid."""
    told = tables["unpaid_invoice"]
    return told.select("customer_id", "day", "known_on", "until", strength=pl.lit(1.0), **of_document())
