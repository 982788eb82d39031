"""Products the customer buys were recalled, or a batch of them was bad, by our own notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposures.product_withdrawn import changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("changed_product_share",)
TITLE = N_("products recalled")
SAYS = N_("On {day} we told of a bad batch or recall of a product the customer buys.")
FADE_DAYS = 200.0  # as goods returned
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and change, as strong as such products' share of what it had bought in the year before."""
    return changed(tables, "recalled")
