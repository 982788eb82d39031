"""A rebate or reward paid late or not at all: money the customer counts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposures.promise_broken import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("promise",)
TITLE = N_("rebates and rewards paid late or not at all")
SAYS = N_("A rebate or reward was still not paid on {day}.")
FADE_DAYS = 300.0
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From ten days after it was due and had not been paid, told by the kind of the promise."""
    return late(tables["promise"], rebates=True)
