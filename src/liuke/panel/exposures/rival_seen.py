"""A rival came to the customer's region, or was seen to be cheap there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard
from liuke.panel.telling import events_of, in_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("competitor_observation", "customer")
TOLD_BY = ("competitor_observation",)
TITLE = N_("rivals seen nearby")
SAYS = N_("On {day} a rival was seen to enter the customer's region, or to be cheap there.")
FADE_DAYS = float("inf")  # holds until it is seen no more, at most a year
IN_MODEL = True
CHEAP = 0.95  # of our own list, or of what the rival used to ask
LEAST_BEFORE = 3  # prices seen before, to know what it used to ask
HOLDS_DAYS = 365  # what was seen once and never again


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day a region first had such a rival until none is left: one event a spell and customer of the region.

    An entry holds for a year. A low price holds until the same rival is seen with a better one for the same products,
    at most a year. What was seen in no region tells nobody apart, and is left out.
    """
    seen = tables["competitor_observation"].drop_nulls(["on", "region"])
    seen = seen.with_columns(pl.col("region").str.strip_chars(), price=pl.col("price_index").cast(pl.Float64))
    entry = seen.filter(heard(pl.col("text"), "rival_entry")).with_columns(until=in_days("on", HOLDS_DAYS))
    spells = pl.concat([_spells(entry), _spells(_cheap(seen))])
    customer = tables["customer"].select("customer_id", region=pl.col("region").str.strip_chars())
    met = spells.join(customer.drop_nulls(), on="region").sort("customer_id", "on", "observation_id")
    return events_of(met, "competitor_observation", day="on", until="until")


def _cheap(seen: DataFrame) -> DataFrame:
    """Observations of a low price, with the day on which it held no longer."""
    series = ["region", "competitor", "family"]
    price = pl.col("price")
    asked = seen.drop_nulls("price").sort(*series, "on", "observation_id")
    number = pl.int_range(pl.len()).over(series)
    usual = pl.when(number >= LEAST_BEFORE).then((price.cum_sum() - price).over(series) / number)
    asked = asked.with_columns(low=(price <= CHEAP) | (price <= CHEAP * usual).fill_null(value=False))
    better_on = pl.when(~pl.col("low")).then("on").shift(-1).fill_null(strategy="backward").over(series)
    held = asked.with_columns(until=pl.min_horizontal(better_on, in_days("on", HOLDS_DAYS)))
    return held.filter("low")


def _spells(seen: DataFrame) -> DataFrame:
    """Observations of a region that follow one another before the earlier is over, as one: region, on, until, id."""
    rows = seen.sort("region", "on", "observation_id")
    over_on = pl.col("until").cum_max().shift(1).over("region")
    begins = over_on.is_null() | (pl.col("on") > over_on)
    spell = rows.with_columns(spell=begins.cast(pl.Int32).cum_sum().over("region"))
    return spell.group_by("region", "spell", maintain_order=True).agg(
        pl.col("on", "observation_id").first(), pl.col("until").max()
    )
