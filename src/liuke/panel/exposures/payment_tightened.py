"""Terms of payment, credit or freight were tightened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposures.terms_tightened import tightened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("company_change", "customer")
TOLD_BY = ("company_change",)
TITLE = N_("payment, credit or freight tightened")
SAYS = N_("On {day} we tightened terms of payment, credit or freight that hold for the customer.")
FADE_DAYS = 300.0  # who stays for a year has made its peace with it
IN_MODEL = False  # the model has all terms as one: `terms_tightened`


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the first day of a change of payment, credit or freight that eases nothing, for whom its scope names."""
    return tightened(tables, "terms")
