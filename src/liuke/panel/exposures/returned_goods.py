"""Goods given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("returned_share",)
TITLE = N_("goods returned")
SAYS = N_("Goods were returned on {day}.")
FADE_DAYS = 200.0
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """As strong as what came back is against what was bought in half a year, at most 1."""
    return tables["returned_share"].select("customer_id", "day", "known_on", "until", strength="share", **of_document())
