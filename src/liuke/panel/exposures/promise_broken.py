"""A promise kept late or not at all; rebates and rewards have a kind of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard
from liuke.panel.telling import events_of, first_shown, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("promise",)
TITLE = N_("promises kept late or not at all")
SAYS = N_("A promise was still not kept on {day}.")
FADE_DAYS = 300.0
IN_MODEL = True
GRACE_DAYS = 10  # a promise a few days late is forgiven


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From so many days after it was due and had not been kept."""
    return late(tables["promise"], rebates=False)


def late(promise: DataFrame, *, rebates: bool, days: int = GRACE_DAYS) -> DataFrame:
    """Events of promises that were so many days late, either rebates and rewards or all others.

    What was due on no day can't be late. Where the table never showed a promise kept, it doesn't keep such days, and
    nothing is said of any.
    """
    late_on = in_days("due_on", days)
    kept = pl.lit(first_shown(promise, "kept_on", "promised_on"), pl.Date)
    broken = pl.col("kept_on").is_null() | (pl.col("kept_on") > late_on)
    told = promise.filter(kept.is_not_null() & broken & (heard(pl.col("kind"), "rebate") == rebates))
    known_on = pl.max_horizontal("promised_on", "recorded_on", kept)
    return events_of(told, "promise", day=late_on, known_on=known_on)
