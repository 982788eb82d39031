"""What the panel says of each customer at its last period: the columns of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.money import decimals
from liuke.panel.panel import shift
from liuke.panel.states import BOUNDS, STATES, Bounds, since, truncated

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int, Int32, Panel
    from liuke.panel.states import States

TREND_PERIODS = 24
RARE_GAP_DAYS = 90  # bought quarterly or rarer: no usual level of one month
FLAG_PERIODS = 3  # the usual level is that before the last three periods


def year_to_last_purchase(panel: Panel) -> Int:
    """Cents of the year of periods that ends with the last one in which the customer bought; (rows,)."""
    bought = panel.occasions > 0
    last = np.where(bought.any(axis=1), bought.shape[1] - 1 - bought[:, ::-1].argmax(axis=1), -1)
    total = np.concatenate([np.zeros((panel.shape[0], 1), np.int64), np.cumsum(panel.amount, axis=1)], axis=1)
    rows = np.arange(panel.shape[0])
    year: Int = total[rows, last + 1] - total[rows, np.maximum(last + 1 - panel.periods.per_year, 0)]
    return year


def years_to_last_purchase(panel: Panel) -> Int:
    """The same at every period's end, 0 before the first purchase; (rows, periods)."""
    rows, periods = panel.shape
    column = np.arange(1, periods + 1)[None, :]
    last = np.maximum.accumulate(np.where(panel.occasions > 0, column, 0), axis=1)
    total = np.concatenate([np.zeros((rows, 1), np.int64), np.cumsum(panel.amount, axis=1)], axis=1)
    before = np.take_along_axis(total, np.maximum(last - panel.periods.per_year, 0), axis=1)
    return np.asarray(np.take_along_axis(total, last, axis=1) - before)


def usual_level(panel: Panel, bounds: Bounds = BOUNDS) -> Float:
    """The last column of `states.own_mean`, at the cost of one column; (rows,)."""
    end = max(panel.shape[1] - FLAG_PERIODS, 0)
    total = panel.amount[:, max(end - bounds.base_periods, 0) : end].sum(axis=1)
    length = np.clip(end - panel.alive_from, 0, bounds.base_periods)
    level: Float = np.divide(total, length, out=np.full(len(total), np.nan), where=length >= bounds.least_base_periods)
    return level


def summary(panel: Panel, state: States, horizon: Int32) -> pl.DataFrame:
    """One row a customer; the panel has one row a customer. Days are calendar days, money decimal(18,2).

    customer_code, state, state_since, truncated, first_on, last_on, silent_days, own_gap_days, occasions, documents,
    amount_12, amount_before_12, usual_year, margin_12 (null without margins), trend (cents by period), level (cents).
    """
    year = panel.periods.per_year
    bought = panel.has_bought[:, -1]
    starts = panel.periods.starts
    gap = panel.own_gap_days[:, -1]
    usual = usual_level(panel)
    level = np.where((gap <= RARE_GAP_DAYS) & (usual > 0), usual, np.nan)
    trend = panel.amount[:, -TREND_PERIODS:]
    columns = {
        "customer_code": pl.Series(panel.customer),
        "state": pl.Series(np.array(STATES, dtype=object)[state[:, -1]].tolist(), dtype=pl.String),
        "state_since": pl.Series(starts[since(state)]).cast(pl.Date),
        "truncated": pl.Series(truncated(panel, horizon)[:, -1]),
        "first_on": _day(panel.first_on[:, -1], bought),
        "last_on": _day(panel.last_on[:, -1], bought),
        "silent_days": _masked(panel.silent_days[:, -1], bought, pl.Int32()),
        "own_gap_days": pl.Series(gap).fill_nan(None),
        "occasions": pl.Series(panel.occasions.sum(axis=1, dtype=np.int32)),
        "documents": pl.Series(panel.documents.sum(axis=1, dtype=np.int32)),
        "amount_12": decimals(panel.amount[:, -year:].sum(axis=1)),
        "amount_before_12": decimals(shift(panel.amount, year)[:, -year:].sum(axis=1)),
        "usual_year": decimals(year_to_last_purchase(panel)),
        "margin_12": (
            pl.Series([None] * len(panel.customer), dtype=pl.Decimal(18, 2))
            if panel.margin is None
            else decimals(panel.margin[:, -year:].sum(axis=1))
        ),
        "trend": pl.Series(trend).arr.to_list(),
        "level": pl.Series(np.rint(level)).fill_nan(None).cast(pl.Int64),
    }
    return pl.DataFrame(columns)


def _day(days: Int32, known: object) -> pl.Series:
    return _masked(days, known, pl.Int32()).cast(pl.Date)


def _masked(values: object, known: object, dtype: pl.DataType) -> pl.Series:
    frame = pl.DataFrame({"v": values, "k": known})
    return frame.select(pl.when("k").then(pl.col("v").cast(dtype))).to_series()
