"""What was heard at a visit or call: displeasure, a rival's name, prices too high, thoughts of leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard, mentions
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("contact",)
TITLE = N_("displeasure, rivals, prices or leaving heard at visits")
SAYS = N_("On {day} a contact brought up displeasure, a rival, prices too high or leaving.")
FADE_DAYS = 180.0  # half a year later much else has been said
IN_MODEL = True
HEARS = True  # what was said
IDEAS = ("displeased", "rival", "price_high", "leaving")


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day of the contact. What it was for is our own intention: it tells of displeasure and leaving alone."""
    seen = [mentions(pl.col(column), *IDEAS) for column in ("purpose", "outcome", "text")]
    worth = tables["contact"].filter(pl.any_horizontal(seen))  # most contacts speak of nothing of all this
    purpose = heard(pl.col("purpose"), "displeased", "leaving")
    said = [heard(pl.col(column), *IDEAS) for column in ("outcome", "text")]
    told = worth.filter(pl.any_horizontal(purpose, *said))
    return events_of(told, "contact", day="at", known_on="recorded_on")
