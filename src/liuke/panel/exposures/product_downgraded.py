"""Products the customer buys were made cheaper, simpler or weaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposures.product_withdrawn import changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("changed_product_share",)
TITLE = N_("products downgraded")
SAYS = N_("On {day} a product the customer buys was downgraded.")
FADE_DAYS = 300.0  # as a product discontinued
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a customer and change, as strong as such products' share of what it had bought in the year before."""
    return changed(tables, "downgraded")
