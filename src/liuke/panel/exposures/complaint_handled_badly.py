"""A complaint settled to the customer's displeasure, or taken up again: what went wrong twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("complaint",)
TITLE = N_("complaints handled badly")
SAYS = N_("A complaint was settled badly on {day}.")
FADE_DAYS = 300.0
IN_MODEL = True
DISPLEASED = "不满|不认可|不接受|很差|较差|(?i)not satisfied|dissatisf|unsatisf|unhappy|poor|bad"


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day it was settled: only then is the verdict known."""
    displeased = pl.col("verdict").fill_null("").str.contains(DISPLEASED) | pl.col("reopened").fill_null(False)
    return (
        tables["complaint"]
        .filter(displeased & pl.col("resolved_on").is_not_null())
        .select(
            "customer_id",
            day="resolved_on",
            known_on="recorded_on",
            until=pl.lit(None, pl.Date),
            strength=pl.lit(1.0),
            **row_of("complaint"),
        )
    )
