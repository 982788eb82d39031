"""Nobody looks after the customer, by what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint", "contact", "survey_answer")
TITLE = N_("customers who say nobody looks after them")
SAYS = N_("On {day} the customer said that nobody looked after it.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said
STANDS_IN_FOR = ("visit_overdue", "contact_owed")  # where no table tells of these


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said at a contact or in a survey, or stands in a complaint."""
    return remarks_of(tables, "uncared")
