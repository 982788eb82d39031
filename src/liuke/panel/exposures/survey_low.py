"""The customer's last answers to a survey were among the lowest."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("survey_answer",)
TITLE = N_("low survey answers")
SAYS = N_("The survey answers of {day} were among the lowest.")
FADE_DAYS = float("inf")  # holds until the customer answers again
IN_MODEL = True
LEAST_ANSWERS = 10  # to a question, to know which are low
LOW = 0.25  # of the answers to a question


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day of answers half of which, or more, were low, until the customer's next day of answers.

    Scales differ (1-5, 0-10, 0-100), so an answer is low if it lies in the lowest quarter of all answers to its
    question known that day, and below their median. Answers about rivals and those without a day are left out.
    """
    scores = (
        tables["survey_answer"]
        .filter(pl.col("score").is_not_null(), pl.col("answered_on").is_not_null())
        .filter(~heard(pl.col("question_id"), "rival"))
        .with_columns(score=pl.col("score").cast(pl.Float64))
        .sort("question_id", "answered_on", "customer_id", "survey_id")
    )
    judged = scores.with_columns(low=pl.Series(_low(scores), dtype=pl.Boolean)).drop_nulls("low")
    known = judged.sort("customer_id", "answered_on", "low", "question_id", descending=[False, False, True, False])
    days = known.group_by("customer_id", "answered_on", maintain_order=True).agg(
        pl.col("survey_id", "question_id").first(), share=pl.col("low").mean()
    )
    asked = scores.select("customer_id", "answered_on").unique()
    until = days.join(asked.rename({"answered_on": "next_on"}), on="customer_id")
    until = until.filter(pl.col("next_on") > pl.col("answered_on"))
    until = until.group_by("customer_id", "answered_on").agg(pl.col("next_on").min())
    low = days.join(until, on=["customer_id", "answered_on"], how="left", maintain_order="left")
    return events_of(low.filter(pl.col("share") >= 1 / 2), "survey_answer", day="answered_on", until="next_on")


def _low(scores: DataFrame) -> list[bool | None]:
    """Whether each answer is low among those to its question known by its day; None where these are too few.

    `scores` are by question, then day. Of equal answers half count as lower.
    """
    found: list[bool | None] = []
    told = zip(*(scores[name].to_list() for name in ("question_id", "answered_on", "score")), strict=True)
    for _, asked in groupby(told, itemgetter(0)):
        held: list[float] = []
        for _, given in groupby(asked, itemgetter(1)):
            day = [score for _, _, score in given]
            for score in day:
                insort(held, score)
            found += [_is_low(score, held) for score in day]
    return found


def _is_low(score: float, held: list[float]) -> bool | None:
    """Whether a score lies in the lowest part of some, ascending, and below their median."""
    if len(held) < LEAST_ANSWERS:
        return None
    rank = (bisect_left(held, score) + bisect_right(held, score)) / 2
    return rank <= LOW * len(held) and score < held[len(held) // 2]
