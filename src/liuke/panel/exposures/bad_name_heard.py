"""Our name is bad, by what the customer said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint", "contact", "survey_answer")
TITLE = N_("a bad name spoken of")
SAYS = N_("On {day} the customer spoke of our bad name.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said in a complaint, at a contact or in a survey."""
    return remarks_of(tables, "bad_name")
