"""How the rules did on the firm's own history, and the indicators over all customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.kernel.said import Said, Wordings
from liuke.reports import model_card, words
from liuke.reports.contexts.base import Context
from liuke.reports.listings import money, scores, warning
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip


@dataclass(frozen=True)
class Scores(Context):
    """How the rules did."""

    rules: Annotated[Listed, "one row a rule: what it flags now, its hit rate beside chance and value"]
    counted: Annotated[Said, "how flags are counted"]


@dataclass(frozen=True)
class Warnings(Context):
    """How early the list warned in the past."""

    listed: Annotated[Listed, "one row a way to name customers: when the lost were first named, false names"]
    untested: Annotated[Said, "why nobody knows; nothing where the past could be tested"]


@dataclass(frozen=True)
class Indicators(Context):
    """The indicators over all customers."""

    listed: Annotated[Listed, "one row an indicator: now, a year earlier, the target"]
    window: Annotated[Said, "first and last day of the window; nothing where the history is too short for one"]


def rule_scores(source: Source, strip: Strip) -> Scores:
    """The scores of a run's rules."""
    rules = Listed(scores.RULE_SCORES, source.table("rule_score"), currency=strip.currency)
    return Scores(rules, Said(words.COUNTED_BY_MONTH))


def warnings(source: Source) -> Warnings:
    """When customers lost in the past were first named."""
    untested = model_card.untested(source.info)
    listed = warning.past_warnings(source.table("warning"), source.table("rule_score"), source.info)
    return Warnings(listed, untested)


def titles(source: Source) -> dict[str, Wordings]:
    """The rules' names by id, in both languages."""
    rows = source.table("rule_score").select("rule", "title_zh", "title_en").iter_rows()
    return {rule: Wordings(zh, en) for rule, zh, en in rows}


def indicators(source: Source, *, everything: bool = False) -> Indicators:
    """The indicators for all customers; `everything`: for each year and each value of each customer column too."""
    frame = source.table("indicator")
    overall = frame.filter(pl.col("scope") == "all")
    known = overall.drop_nulls("window_from")
    window = Said("")
    if len(known):
        window = Said(words.WINDOW, {"start": known["window_from"][0], "end": known["window_to"][0]})
    return Indicators(Listed(money.INDICATORS, frame if everything else overall), window)
