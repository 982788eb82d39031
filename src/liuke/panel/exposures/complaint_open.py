"""A complaint that has not been settled yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of, first_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint",)
TITLE = N_("complaints not settled")
SAYS = N_("A complaint of {day} is not settled.")
FADE_DAYS = 300.0
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was made until it is settled; none where the table never said of any that it was settled."""
    complaint = tables["complaint"]
    kept = pl.lit(first_shown(complaint, "resolved_on", "opened_on"), pl.Date)
    known_on = pl.max_horizontal("opened_on", "recorded_on", kept)
    told = complaint.filter(kept.is_not_null(), pl.col("opened_on").is_not_null())
    return events_of(told, "complaint", day="opened_on", known_on=known_on, until="resolved_on")
