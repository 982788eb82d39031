"""The place of a customer in the channel, by the words for tiers."""

from __future__ import annotations

import polars as pl

from liuke.panel.heard import heard

PLACES = {"top_tier": 1, "second_tier": 2, "shop_tier": 3, "end_user": 4}  # the most particular word counts


def tier_place(told: pl.Expr) -> pl.Expr:
    """1 for who buys first of us and sells on, to 4 for who uses it up; null where no word of it is known.

    "二级经销商" is of the second tier and "零售店" a shop, whatever other words stand beside; a plain dealer is of the
    second, since one above it would be said.
    """
    place = pl.lit(None, pl.Int32)
    for idea in ("second_tier", "top_tier", "second_tier_named", "shop_tier", "end_user"):
        place = pl.when(heard(told, idea)).then(PLACES[idea.removesuffix("_named")]).otherwise(place)
    return place
