"""Whom the scope of a change means: customers by code or name, or by region, grade, channel, tier and industry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from liuke.panel.heard import idea_words, lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

TRAITS = ("region", "grade", "channel", "tier", "industry")
SPLIT = r"[,，、;；/|\s]+"


def those_meant(change: DataFrame, customer: DataFrame) -> DataFrame:
    """customer_id, change_id, on: one row a change with a day and customer that its scope names, in order.

    Of every trait that a scope names the customer must have a value named. A blank scope, or one that says all, means
    everybody; one that names none of this, a product say, nobody.
    """
    values = {trait: customer[trait].drop_nulls().unique().to_list() for trait in TRAITS}
    dated = change.drop_nulls("on").sort("on", "change_id")
    met = [
        customer.filter(_meets(customer, scope or "", values)).select(
            "customer_id", change_id=pl.lit(change_id), on=pl.lit(on, pl.Date)
        )
        for change_id, on, scope in dated.select("change_id", "on", "scope").rows()
    ]
    nobody = customer.select("customer_id", change_id="customer_id", on=pl.lit(None, pl.Date)).clear()
    return pl.concat([nobody, *met]).sort("customer_id", "on", "change_id")


def told_of_change() -> pl.Expr:
    """What a change says of itself: its kind and its text."""
    return pl.concat_str(pl.col("kind").fill_null(""), pl.col("text").fill_null(""), separator=" ")


def _meets(customer: DataFrame, scope: str, values: Mapping[str, list[str]]) -> pl.Series:
    """Which customers a scope means; what it names after "except" is taken away."""
    meant, *excepted = re.split(_either(idea_words("except")), scope, maxsplit=1, flags=re.IGNORECASE)
    everybody = _either([*idea_words("everybody"), *lexicon()["everybody"]["besides"]])
    left = re.sub(rf"{everybody}|[\W_]", "", meant, flags=re.IGNORECASE)
    met = _named(customer, meant, values) if left else customer["customer_id"].is_not_null()
    return met & ~_named(customer, excepted[0], values) if excepted else met


def _either(words: list[str]) -> str:
    """A pattern that finds any of some words, the longest first."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in ordered)


def _named(customer: DataFrame, scope: str, values: Mapping[str, list[str]]) -> pl.Series:
    """Which customers a text names, by code or name or by all the traits it speaks of."""
    words = set(re.split(SPLIT, scope.strip()))
    own = customer.select(
        pl.any_horizontal(pl.col("customer_id", "name").is_in(list(words)).fill_null(value=False))
    ).to_series()
    named = {trait: [value for value in held if _stands(value, scope)] for trait, held in values.items()}
    conditions = [pl.col(trait).is_in(held).fill_null(value=False) for trait, held in named.items() if held]
    if own.any() or not conditions:
        return own
    return customer.select(pl.all_horizontal(conditions)).to_series()


def _stands(value: str, scope: str) -> bool:
    """Whether a value stands in a text; one in Latin letters or digits as a whole word."""
    found = value.strip()
    if not found.isascii():
        return found in scope
    return bool(found) and re.search(rf"(?<![A-Za-z0-9]){re.escape(found)}(?![A-Za-z0-9])", scope) is not None
