"""Somebody the customer is close to left: who recommended it, whom it recommended, or another of its group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposures.complaint_handled_badly import events as handled_badly
from liuke.panel.heard import heard
from liuke.panel.telling import events_of, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("exit_note", "customer", "complaint")
TOLD_BY = ("exit_note",)
TITLE = N_("leaving of customers close to this one")
SAYS = N_("By {day} a customer close to this one, by recommendation or group, had left.")
FADE_DAYS = 200.0
IN_MODEL = False
LOUD, QUIET = 1.0, 0.5  # one who left displeased is heard more
MOST_KIN = 50  # customers of one parent: a greater group is an association, no family
RECENT_DAYS = 365  # of a complaint handled badly before


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the exit interview of the other one; one event a customer and interview."""
    note = tables["exit_note"].with_columns(told_on=pl.max_horizontal("on", "recorded_on"))
    badly = handled_badly(tables).select("customer_id", sore=pl.max_horizontal("day", "known_on"))
    sore = note.join(badly, on="customer_id").filter(
        pl.col("sore") <= pl.col("told_on"), pl.col("sore") >= in_days("told_on", -RECENT_DAYS)
    )
    grain = ["customer_id", "on"]
    wronged = sore.select(*grain, wronged=pl.lit(value=True)).unique()
    told = note.join(wronged, on=grain, how="left").with_columns(
        loud=pl.col("wronged").fill_null(value=False) | heard(pl.col("text"), "displeased", "rude")
    )
    met = told.join(_close(tables["customer"]), left_on="customer_id", right_on="other").sort("near", *grain)
    strength = pl.when("loud").then(LOUD).otherwise(QUIET)
    found = events_of(met, "exit_note", day="on", known_on="recorded_on", strength=strength)
    return found.with_columns(customer_id=met.filter(pl.col("on").is_not_null())["near"])


def _close(customer: DataFrame) -> DataFrame:
    """near, other: who is close to whom, each pair once a direction; by recommendation, parent and common parent."""
    said = [
        pl.when(pl.col(name).str.strip_chars() != "").then(name).alias(name) for name in ("referred_by", "parent_id")
    ]
    each = customer.select("customer_id", *said)
    family = each.filter(pl.len().over("parent_id") <= MOST_KIN)
    pairs = [
        frame.select(near="customer_id", other=name).drop_nulls()
        for frame, name in ((each, "referred_by"), (family, "parent_id"))
    ]
    pairs += [pair.select(near="other", other="near") for pair in pairs]
    group = family.drop_nulls("parent_id").select("parent_id", near="customer_id")
    pairs.append(group.join(group.rename({"near": "other"}), on="parent_id").select("near", "other"))
    return pl.concat(pairs).filter(pl.col("near") != pl.col("other")).unique()
