"""We did not keep our word, by what the customer said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint", "contact", "survey_answer")
TITLE = N_("promises called broken")
SAYS = N_("On {day} the customer said that we had not kept our word.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said
STANDS_IN_FOR = ("promise_broken", "promise_unkept", "rebate_late", "rebate_unpaid")  # where no table tells of these


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said at a contact or in a survey, or stands in a complaint."""
    return remarks_of(tables, "unkept")
