"""Several salespeople of one team, or who shared customers, left together: their customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposures.salesperson_left import left_behind
from liuke.panel.telling import events_of, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("assignment", "salesperson")
TOLD_BY = ("assignment",)
KEPT = {"salesperson": "left_on"}
TITLE = N_("a sales team that left")
SAYS = N_("By {day} the customer's salesperson had left together with colleagues of the team.")
FADE_DAYS = 300.0
IN_MODEL = False
TOGETHER_DAYS = 60  # from the first to leave to the next
LEAST_SHARED = 2  # customers both looked after when the first one left, where no team is named


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day the second of them had left, as strong as the share of the team that was gone by then."""
    met = left_together(tables["assignment"], tables["salesperson"])
    whole = met.unique(["customer_id", "day"], keep="first", maintain_order=True)  # two of them shared it
    return events_of(whole, "assignment", day="day", strength=pl.col("share"))


def left_together(assignment: DataFrame, salesperson: DataFrame) -> DataFrame:
    """The assignments of customers to people who left with others, with `day` and `share`; one a customer and person.

    A team are those of its name who had looked after any customer by then and had not left long before.
    """
    people = salesperson.unique("salesperson_id", keep="first", maintain_order=True)
    people = people.with_columns(team=pl.col("team").str.strip_chars()).with_columns(
        team=pl.when(pl.col("team") != "").then("team")
    )
    begun = assignment.group_by("salesperson_id").agg(begun_on=pl.col("from_on").min())
    sellers = people.join(begun, on="salesperson_id").filter(
        pl.col("left_on").is_null() | (pl.col("left_on") >= pl.col("begun_on"))
    )
    missed = left_behind(assignment, sellers)
    together = pl.concat([_of_teams(sellers), _of_sharers(assignment, sellers)])
    met = missed.join(together, on="salesperson_id").sort(
        "customer_id", "day", "share", "from_on", descending=[False, False, True, False]
    )
    return met.unique(["customer_id", "salesperson_id"], keep="first", maintain_order=True)


def _of_teams(sellers: DataFrame) -> DataFrame:
    """salesperson_id, day, share: who left with others of the team, since when, and which part of it had left then."""
    gone = sellers.drop_nulls(["team", "left_on"]).select("salesperson_id", "team", "left_on")
    others = gone.select("team", other="salesperson_id", other_left="left_on")
    near = (pl.col("left_on") - pl.col("other_left")).dt.total_days().abs() <= TOGETHER_DAYS
    pairs = gone.join(others, on="team").filter(pl.col("other") != pl.col("salesperson_id"), near)
    days = pairs.group_by("salesperson_id", "team").agg(day=pl.max_horizontal("left_on", "other_left").min())
    team = sellers.drop_nulls("team").select("team", "begun_on", gone="left_on")
    counted = days.join(team, on="team").filter(
        pl.col("begun_on") <= pl.col("day"),
        pl.col("gone").is_null() | (pl.col("gone") >= in_days("day", -TOGETHER_DAYS)),
    )
    left = (pl.col("gone") <= pl.col("day")).fill_null(value=False)
    return counted.group_by("salesperson_id", "day").agg(share=left.mean())


def _of_sharers(assignment: DataFrame, sellers: DataFrame) -> DataFrame:
    """The same of who left with one with whom customers were shared: the two are the team."""
    left = sellers.drop_nulls("left_on").select("salesperson_id", "left_on")
    served = assignment.join(left, on="salesperson_id")
    others = served.select("customer_id", other="salesperson_id", since="from_on", until="to_on", other_left="left_on")
    first, second = (each("left_on", "other_left") for each in (pl.min_horizontal, pl.max_horizontal))
    pairs = served.join(others, on="customer_id").filter(
        pl.col("salesperson_id") != pl.col("other"),
        (second - first).dt.total_days() <= TOGETHER_DAYS,
        pl.max_horizontal("from_on", "since") <= first,
        *(pl.col(end).is_null() | (pl.col(end) >= first) for end in ("to_on", "until")),
    )
    shared = pairs.group_by("salesperson_id", "other", day=second).agg(customers=pl.col("customer_id").n_unique())
    enough = shared.filter(pl.col("customers") >= LEAST_SHARED).group_by("salesperson_id").agg(pl.col("day").min())
    return enough.select("salesperson_id", "day", share=pl.lit(1.0))
