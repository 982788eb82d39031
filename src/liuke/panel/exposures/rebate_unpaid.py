"""A rebate or reward not merely late: a quarter after it was due it had still not been paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposures.promise_broken import late
from liuke.panel.exposures.promise_unkept import QUARTER_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("promise",)
TITLE = N_("rebates and rewards not paid at all")
SAYS = N_("On {day}, a quarter after it was due, a rebate or reward was still not paid.")
FADE_DAYS = 300.0
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From a quarter after it was due; beside `rebate_late`, so that unpaid can weigh more than late."""
    return late(tables["promise"], rebates=True, days=QUARTER_DAYS)
