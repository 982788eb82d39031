"""The customer was handed to a salesperson who had only just joined the firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposure import row_of
from liuke.panel.exposures import new_salesperson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("assignment", "salesperson")
TOLD_BY = ("assignment",)
FILLED = {"salesperson": "joined_on"}
TITLE = N_("handed to a salesperson new to the firm")
SAYS = N_("On {day} the customer was handed to a salesperson who had been with us for less than a year.")
FADE_DAYS = 180.0  # as a handover
IN_MODEL = False
GREEN_DAYS = 365  # the new one has not yet seen the customer's year round


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """The handovers of `new_salesperson` to somebody who had joined in the year before, stronger the shorter ago.

    Nothing of whose day of joining nobody says, nor of who joined after the handover: the day is wrong.
    """
    handed = new_salesperson.events(tables)
    joined = tables["salesperson"].select("salesperson_id", "joined_on").unique("salesperson_id")
    rows = tables["assignment"].join(joined, on="salesperson_id", how="left").with_columns(
        row_id=row_of("assignment")["row_id"]
    )  # fmt: skip
    since = rows.select("row_id", "joined_on").unique("row_id")
    tenure = (pl.col("day") - pl.col("joined_on")).dt.total_days()
    met = handed.join(since, on="row_id", how="left", maintain_order="left").filter(tenure.is_between(0, GREEN_DAYS))
    return met.with_columns(strength=1 - tenure / (2 * GREEN_DAYS)).drop("joined_on")
