"""A customer who used to be visited or called at a rhythm of its own, and is no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("contact",)
TITLE = N_("visits overdue")
SAYS = N_("On {day} a visit or call was long overdue by the customer's own rhythm.")
FADE_DAYS = float("inf")  # holds until the next contact
ENDS_WITH_BUYING = True  # nobody calls on who has left: no cause unless something was bought after it began
IN_MODEL = True
LAST_GAPS, LEAST_GAPS = 6, 2  # the usual gap is the median of the last so many, and unknown with fewer
USUAL_GAPS, LEAST_DAYS = 2, 14  # overdue after twice the usual gap, at least so many days beyond it
QUIET_DAYS = 31  # nobody was contacted for so long: the table was not being kept


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From twice the usual gap after the last contact until the next; nothing of who had fewer than three.

    All as the books had it: a contact ends the waiting, and counts in the rhythm, once it was entered; one entered
    after a newer one changes nothing. Where no customer had a contact in the month before, nothing begins.
    """
    each = "customer_id"
    contact = tables["contact"].drop_nulls("at")
    contact = contact.with_columns(heard_on=pl.max_horizontal("at", "recorded_on")).sort(
        each, "heard_on", "at", "contact_id"
    )
    newest = pl.col("at").cum_max().over(each).shift(1)
    moved = contact.filter((pl.col(each) != pl.col(each).shift(1)).fill_null(value=True) | (pl.col("at") > newest))
    before = [pl.col(each) == pl.col(each).shift(back) for back in range(LAST_GAPS + 1)]
    gap = pl.when(before[1]).then(pl.col("at").diff().dt.total_days())
    gaps = pl.concat_list(pl.when(before[back]).then(gap.shift(back)) for back in range(LAST_GAPS)).list.drop_nulls()
    usual = pl.when(gaps.list.len() >= LEAST_GAPS).then(gaps.list.median())
    waited = pl.max_horizontal(USUAL_GAPS * usual, usual + LEAST_DAYS).ceil()
    over_on = pl.when(pl.col(each) == pl.col(each).shift(-1)).then(pl.col("heard_on").shift(-1))
    rhythm = moved.with_columns(days=waited, over_on=over_on).filter(pl.col("days").is_not_null())
    due = rhythm.with_columns(day=pl.col("at") + pl.duration(days=pl.col("days").cast(pl.Int64)))
    kept = contact.select(kept_on="heard_on").unique().sort("kept_on")
    alive = due.sort("day").join_asof(kept, left_on="day", right_on="kept_on", tolerance=f"{QUIET_DAYS}d")
    overdue = alive.drop_nulls("kept_on").sort(each, "day")
    return events_of(overdue, "contact", day="day", known_on="heard_on", until="over_on")
