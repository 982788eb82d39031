"""A complaint that waited long for an answer, or longer for its settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of, first_shown, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame, Expr

READS = ("complaint",)
TITLE = N_("complaints answered or settled late")
SAYS = N_("On {day} a complaint was still waiting to be answered or settled.")
FADE_DAYS = 300.0  # the settlement doesn't undo the waiting
IN_MODEL = True
ANSWER_DAYS, SETTLE_DAYS = 7, 30


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From so many days after it was made without an answer, or without a settlement, whichever is first.

    A settlement answers. What the table never says of any complaint is not missed of this one.
    """
    complaint = tables["complaint"]
    answered = pl.min_horizontal("replied_on", "resolved_on")
    unanswered = _missed(complaint, answered, "replied_on", ANSWER_DAYS)
    unsettled = _missed(complaint, pl.col("resolved_on"), "resolved_on", SETTLE_DAYS)
    return events_of(complaint, "complaint", day=pl.min_horizontal(unanswered, unsettled), known_on="recorded_on")


def _missed(complaint: DataFrame, done: Expr, kept: str, days: int) -> Expr:
    """The day on which it had waited so long, null where it was done by then or the table did not keep such days."""
    late_on = in_days("opened_on", days)
    since = pl.lit(first_shown(complaint, kept, "opened_on"), pl.Date)
    return pl.when((since <= late_on) & (done.is_null() | (done > late_on))).then(late_on)
