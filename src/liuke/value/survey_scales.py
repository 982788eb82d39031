"""What customers answered, as shares of each question's scale; where the scale can't be told, they are left out.

The scale is what the question itself says ("满意度(1-5)", "10 分制"); else 0-10 where it asks whether one would
recommend us; else the least of 1, 5, 10 and 100 that holds every answer ever given to it, and where small answers alone
speak for a small scale there must be some of them: three answers up to 4 may be those of an unhappy three out of ten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

RIVAL = "对手|竞争|竞品|(?i)rival|competitor"
RECOMMEND = "推荐|(?i)recommend"
STATED = r"(?:^|\D)[01]\s*(?:-|–|~|～|至|到|to)\s*(5|7|10|100)(?:\D|$)"  # 1-5, 0 to 10
POINTS = r"(?:^|\D)(5|7|10|100)\s*(?:分制|(?i)-?\s?points?\b)"  # 10 分制, 7-point
ANSWERS_COUNT = 730  # days an answer counts
LEAST = 10  # answers from which their being small says that the scale is


def scales_known(given: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """question_id, scale (its best score, null where that can't be told) of all answers given by a day."""
    known = given.filter(pl.col("score").is_not_null(), pl.col("answered_on") <= as_of)
    asked = known.group_by("question_id").agg(most=pl.col("score").cast(pl.Float64).max(), answers=pl.len())
    question, most, enough = pl.col("question_id"), pl.col("most"), pl.col("answers") >= LEAST
    stated = pl.coalesce(question.str.extract(STATED), question.str.extract(POINTS)).cast(pl.Int64)
    return asked.select(
        "question_id",
        scale=pl.when(most <= stated)
        .then(stated)
        .when(question.str.contains(RECOMMEND) & (most <= 10))
        .then(10)
        .when((most <= 1) & enough)
        .then(1)
        .when((most <= 5) & enough)
        .then(5)
        .when((most > 5) & (most <= 10))
        .then(10)
        .when((most > 10) & (most <= 100))
        .then(100),
    ).sort("question_id")


def answers(given: pl.DataFrame, found: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Answers of the last two years: at, question_id, score as a share of its scale, rival (asked about one).

    `found` are the scales; answers to a question without one are left out.
    """
    recent = pl.col("answered_on").is_between(as_of - timedelta(days=ANSWERS_COUNT), as_of)
    counted = given.filter(pl.col("score").is_not_null(), recent).join(found.drop_nulls(), on="question_id")
    share = (pl.col("score").cast(pl.Float64) / pl.col("scale")).clip(0, 1)
    return counted.select("at", "question_id", score=share, rival=pl.col("question_id").str.contains(RIVAL))
