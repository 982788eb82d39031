"""A rival that we have observed was named by the customer or heard of at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import is_word_of, name_heard
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame, Expr

READS = ("complaint", "contact", "competitor_observation")
TOLD_BY = ("complaint", "contact")
TITLE = N_("rivals named")
SAYS = N_("On {day} a rival was named.")
FADE_DAYS = 180.0
IN_MODEL = False
LEAST_LETTERS = 2  # a shorter name stands in too many words


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was said, and not before the rival was first observed.

    Complaints and contacts are searched for the names of rivals observed. The rival an exit interview names tells where
    the customer went, which is no cause: who leaves over a price goes to a rival too.
    """
    seen = tables["competitor_observation"].select(name=_plain(pl.col("competitor")), seen_on="on").drop_nulls()
    seen = seen.filter(pl.col("name").str.len_chars() >= LEAST_LETTERS, ~is_word_of(pl.col("name"), "no_name"))
    rivals = seen.group_by("name").agg(pl.col("seen_on").min()).sort("name")
    rivals = rivals.with_columns(stem=pl.col("name").str.split(" ").list.first().str.strip_chars_end("*"))
    return pl.concat(
        [
            _named(tables["complaint"], "complaint", "opened_on", rivals, ("text",)),
            _named(tables["contact"], "contact", "at", rivals, ("outcome", "text")),
        ]
    )


def _plain(name: Expr) -> Expr:
    """A name in small letters; null where nothing is said."""
    found = name.str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", " ")
    return pl.when(found.str.contains(r"\w")).then(found)


def _named(rows: DataFrame, table: str, day: str, rivals: DataFrame, columns: tuple[str, ...]) -> DataFrame:
    """One event a row that names a rival, known once the first of those it names had been observed.

    Each name is looked for by itself: one observed later must not hide a shorter one inside it.
    """
    said = pl.concat_str([pl.col(name).fill_null("") for name in columns], separator="; ")
    found = rows.with_columns(said=said, seen_on=pl.lit(None, pl.Date))
    if rivals.is_empty():
        return events_of(found.clear(), table, day=day)
    seen_on = [
        pl.when(name_heard(pl.col("said"), name)).then(pl.lit(first, pl.Date))
        for name, first in rivals.select("name", "seen_on").iter_rows()
    ]
    worth = found.filter(pl.col("said").str.to_lowercase().str.contains_any(rivals["stem"].to_list()))
    told = worth.with_columns(seen_on=pl.min_horizontal(seen_on)).drop_nulls("seen_on")
    return events_of(told, table, day=day, known_on=pl.max_horizontal(day, "recorded_on", "seen_on"))
