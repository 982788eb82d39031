"""A complaint, however it was settled: what is fresh in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint",)
TITLE = N_("complaints made")
SAYS = N_("A complaint was made on {day}.")
FADE_DAYS = 90.0  # what was merely said is soon forgotten
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was made."""
    return events_of(tables["complaint"], "complaint", day="opened_on", known_on="recorded_on")
