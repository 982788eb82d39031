"""A promise not merely late: a quarter after it was due it had still not been kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposures.promise_broken import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("promise",)
TITLE = N_("promises not kept at all")
SAYS = N_("On {day}, a quarter after it was due, a promise was still not kept.")
FADE_DAYS = 300.0
IN_MODEL = False
QUARTER_DAYS = 90  # by then the next one has been promised, and nobody waits for this one any more


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From a quarter after it was due; beside `promise_broken`, so that broken can weigh more than late."""
    return late(tables["promise"], rebates=False, days=QUARTER_DAYS)
