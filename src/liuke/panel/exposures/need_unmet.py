"""Something the customer needs is not met, by the list of needs or by what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.remarks import remarks_of
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("need", "complaint", "contact", "survey_answer")
FILLED = {"need": "met"}
TITLE = N_("needs not met")
SAYS = N_("On {day} something the customer needs was not met.")
FADE_DAYS = 300.0
IN_MODEL = False
HEARS = True  # what was said
UNWEIGHED = 0.5  # of a need nobody weighed


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day on which a need was confirmed and not met, as strong as its weight among the customer's needs.

    A need confirmed on no day is left out; one whose weight nobody said counts half. A remark weighs 1.
    """
    need = tables["need"].filter(pl.col("confirmed_on").is_not_null())
    first = pl.col("confirmed_on") <= pl.col("until_on")
    asked = need.filter(~pl.col("met")).select("customer_id", "need", "weight", until_on="confirmed_on")
    known = need.select("customer_id", "confirmed_on", each=pl.col("weight").cast(pl.Float64))
    most = asked.join(known, on="customer_id").filter(first).group_by("customer_id", "need").agg(pl.col("each").max())
    told = asked.join(most, on=["customer_id", "need"], how="left", maintain_order="left")
    share = (pl.col("weight").cast(pl.Float64) / pl.col("each")).fill_nan(None).clip(0, 1).fill_null(UNWEIGHED)
    return pl.concat([events_of(told, "need", day="until_on", strength=share), remarks_of(tables, "unmet")])
