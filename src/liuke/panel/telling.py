"""How the rows of a table are told as events of exposure: shared by the kinds that read small tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from liuke.panel.exposure import EVENT, row_of

if TYPE_CHECKING:
    from polars import DataFrame, Expr


def events_of(
    rows: DataFrame,
    table: str,
    *,
    day: str | Expr,
    known_on: str | Expr | None = None,
    until: str | Expr | None = None,
    strength: float | Expr = 1.0,
) -> DataFrame:
    """One event a row, in the columns of EVENT; what was over before it could be known is left out.

    `rows` hold the grain of the table, for they are the rows that tell of the events.
    """
    none = pl.lit(None, pl.Date)
    told = rows.select(
        "customer_id",
        day=pl.col(day) if isinstance(day, str) else day,
        known_on=none if known_on is None else pl.col(known_on) if isinstance(known_on, str) else known_on,
        until=none if until is None else pl.col(until) if isinstance(until, str) else until,
        strength=pl.lit(strength) if isinstance(strength, float) else strength,
        **row_of(table),
    ).cast(EVENT)  # type: ignore[arg-type]  # polars takes classes of types too
    lasts = pl.col("until").is_null() | (pl.col("until") > pl.max_horizontal("day", "known_on"))
    return told.filter(pl.col("day").is_not_null() & lasts)


def first_shown(rows: DataFrame, column: str, begun: str) -> date | None:
    """The first day on which a table shows that it keeps a column of days; None where it holds none.

    A blank says "not yet" only in a table that fills the column when the day has come. Before it ever did, a blank says
    nothing. A row is there from the day in `begun` on, and from the day it was recorded.
    """
    shown = pl.max_horizontal(column, begun, "recorded_on")
    found = rows.filter(pl.col(column).is_not_null()).select(shown.min()).item()
    return found if isinstance(found, date) else None


def in_days(column: str, days: int) -> Expr:
    """The day so many days after that of a column."""
    return pl.col(column) + timedelta(days=days)
