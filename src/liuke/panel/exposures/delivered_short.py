"""Less came than was ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("short_delivery",)
TITLE = N_("short deliveries")
SAYS = N_("By {day} less had come than was ordered.")
FADE_DAYS = 120.0  # as a late delivery
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One an order, as strong as the share of its money that did not come with what did."""
    told = tables["short_delivery"]
    return told.select("customer_id", "day", "known_on", "until", strength="share", **of_document())
