"""We are too dear, by what the customer said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint", "contact", "survey_answer")
TITLE = N_("prices called too high")
SAYS = N_("On {day} the customer called our prices too high.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said
STANDS_IN_FOR = ("price_above", "price_raised", "list_price_raised")  # where no table tells of these


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said at a contact or in a survey, or a complaint says it or is of such a kind."""
    return remarks_of(tables, "price_high", of_kind="dear")
