"""How our people behaved: rudeness in complaints, survey answers and what was heard at visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard, mentions
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint", "contact", "survey_answer")
TITLE = N_("rude or careless treatment spoken of")
SAYS = N_("On {day} the customer spoke of rude or careless treatment.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said. A complaint whose kind is the attitude of people need not say more."""
    complaint = tables["complaint"].filter(
        heard(pl.col("kind"), "rude", "attitude") | heard(pl.col("text"), "rude")
    )  # fmt: skip
    said = ("outcome", "text")
    worth = tables["contact"].filter(pl.any_horizontal(mentions(pl.col(name), "rude") for name in said))
    contact = worth.filter(pl.any_horizontal(heard(pl.col(name), "rude") for name in said))
    answer = tables["survey_answer"].filter(mentions(pl.col("text"), "rude")).filter(heard(pl.col("text"), "rude"))
    return pl.concat(
        [
            events_of(complaint, "complaint", day="opened_on", known_on="recorded_on"),
            events_of(contact, "contact", day="at", known_on="recorded_on"),
            events_of(answer, "survey_answer", day="answered_on"),
        ]
    )
