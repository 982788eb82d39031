"""Goods were short or not there, by what the customer said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint", "contact", "survey_answer")
TITLE = N_("goods called short or out of stock")
SAYS = N_("On {day} the customer said that goods were short or out of stock.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said
STANDS_IN_FOR = ("delivered_short", "out_of_stock")  # where no table tells of these


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said at a contact or in a survey, or a complaint says it or is of such a kind."""
    return remarks_of(tables, "short", of_kind="shortage")
