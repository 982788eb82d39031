"""A promise kept late or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("promise",)
TITLE = N_("promises kept late or not at all")
SAYS = N_("A promise was still not kept on {day}.")
FADE_DAYS = 300.0
IN_MODEL = True
GRACE_DAYS = 10  # a promise a few days late is forgiven


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From so many days after it was due and had not been kept; what was due to nobody's knowledge is left out."""
    late_on = pl.col("due_on") + pl.duration(days=GRACE_DAYS)
    broken = pl.col("kept_on").is_null() | (pl.col("kept_on") > late_on)
    return (
        tables["promise"]
        .filter(pl.col("due_on").is_not_null() & broken)
        .select(
            "customer_id",
            day=late_on.cast(pl.Date),
            known_on="recorded_on",
            until=pl.lit(None, pl.Date),
            strength=pl.lit(1.0),
            **row_of("promise"),
        )
    )
