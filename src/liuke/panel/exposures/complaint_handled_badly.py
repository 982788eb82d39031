"""A complaint settled to the customer's displeasure, or taken up again: what went wrong twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard, is_word_of
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint",)
TITLE = N_("complaints handled badly")
SAYS = N_("A complaint was settled badly on {day}.")
FADE_DAYS = 300.0
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was settled: only then is the verdict known."""
    verdict = pl.col("verdict")
    displeased = heard(verdict, "displeased") | is_word_of(verdict, "verdict")
    badly = tables["complaint"].filter(displeased | pl.col("reopened").fill_null(value=False))
    known_on = pl.max_horizontal("opened_on", "recorded_on")
    return events_of(badly, "complaint", day="resolved_on", known_on=known_on)
