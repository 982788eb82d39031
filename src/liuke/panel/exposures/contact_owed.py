"""The customer was contacted less than those of its grade are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("contact", "customer")
TOLD_BY = ("contact",)
TITLE = N_("contacted less than its grade is owed")
SAYS = N_("On {day} it had been twice as long since a contact as customers of its grade are used to.")
FADE_DAYS = float("inf")  # holds until the next contact
ENDS_WITH_BUYING = True  # nobody calls on who has left: no cause unless something was bought after it began
IN_MODEL = False
LEAST_CUSTOMERS = 10  # of a grade whose contacts say what it is owed: fewer are chance
USUAL_GAPS, LEAST_DAYS = 2, 14  # as for a visit overdue by the customer's own rhythm
YEAR_DAYS = 365


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the month's end at which its last contact lay twice its grade's usual gap back, until the next one.

    What a grade is owed is what the firm gives it: the middle customer's mean gap between the contacts of the year
    before. So it holds for who is contacted too seldom to have a rhythm of its own. Who never was, and grades of few
    contacted customers, are left out; nothing begins where nobody was contacted in the month. All as the books had it.
    """
    told = tables["contact"].drop_nulls("at").with_columns(heard_on=pl.max_horizontal("at", "recorded_on"))
    graded = tables["customer"].select("customer_id", "grade").drop_nulls().unique("customer_id")
    contact = told.join(graded.with_row_index("code"), on="customer_id").sort("heard_on", "at", "contact_id")
    contact = contact.with_row_index("nth")
    told_in = contact.select(pl.col("heard_on").dt.month_end()).unique().sort("heard_on")["heard_on"]
    brief = contact.select("nth", "code", "grade", "at", "heard_on").sort("at", "nth")  # once: the last are the newest
    overdue = pl.concat([_overdue(brief.clear(), date.max), *(_overdue(brief, end) for end in told_in)])
    first = overdue.group_by("nth").agg(pl.col("day").min())
    met = contact.join(first, on="nth", maintain_order="left")
    return events_of(_until_next(met, brief), "contact", day="day", known_on="heard_on", until="next_on")


def _overdue(contact: DataFrame, end: date) -> DataFrame:
    """nth, day: the newest contacts of customers for whom they lay too far back at a month's end; by day ascending."""
    since = [end - timedelta(days=days) for days in (YEAR_DAYS, 2 * YEAR_DAYS)]
    known = contact.filter(pl.col("heard_on") <= end, pl.col("at") > since[1])
    each = known.filter(pl.col("at") > since[0]).group_by("code").agg(
        pl.col("grade").first(),
        gap=(pl.col("at").last() - pl.col("at").first()).dt.total_days() / (pl.col("at").n_unique() - 1)
    )  # fmt: skip
    usual = each.filter(pl.col("gap").is_finite()).group_by("grade").agg(usual=pl.col("gap").median(), of=pl.len())
    owed = usual.filter(pl.col("of") >= LEAST_CUSTOMERS)
    newest = known.group_by("code").agg(pl.col("grade", "at", "nth").last())
    silent = (pl.lit(end) - pl.col("at")).dt.total_days()
    over = silent > pl.max_horizontal(USUAL_GAPS * pl.col("usual"), pl.col("usual") + LEAST_DAYS)
    return newest.join(owed, on="grade").filter(over).select("nth", day=pl.lit(end, pl.Date))


def _until_next(overdue: DataFrame, contact: DataFrame) -> DataFrame:
    """Each with the day on which the books first had a newer contact of the customer, null where they never did."""
    later = contact.select("code", next_at="at", next_on="heard_on")
    newer = overdue.select("nth", "code", "at").join(later, on="code").filter(pl.col("next_at") > pl.col("at"))
    return overdue.join(newer.group_by("nth").agg(pl.col("next_on").min()), on="nth", how="left").sort("nth")
