"""Orders of which less came than was ordered, one row an order, by its products that came in part."""

from __future__ import annotations

import polars as pl

from liuke.kernel.kinds import CODE
from liuke.panel.line_tables._paid import ENTERED_DAYS

NEEDS = ("product_id", "quantity")
KINDS = ("order",)
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,
    "known_on": pl.Date,
    "until": pl.Date,  # when the order was replaced
    "share": pl.Float64,  # of the order's money that did not come
    "document": pl.String,
}
WAIT_DAYS, DUE_WAIT_DAYS = (
    30,
    14,
)  # after the order, or after the day it was promised for: then what is missing is short
BEFORE_DAYS = 60  # orders so shortly before share what comes
CLEAR = 0.05  # less short than so is rounding, or within the usual tolerance of trade
MOSTLY = 0.7  # of what is delivered at all comes whole: else orders and deliveries are kept in different units


def query(_basis: int) -> str:
    """By customer and product what was ordered in the days up to an order, against what came from then until its wait.

    What came is told by deliveries, or by invoices where there are none. A product of which nothing came is late, not
    short. Only where most orders come whole, and up to the last day the load speaks of. Lines entered later than
    ENTERED_DAYS say nothing, so it is known so many days after its day.
    """
    order, delivery, invoice = (CODE[name] for name in ("order", "delivery", "invoice"))
    cut = f"date + {ENTERED_DAYS}"
    return f"""
    WITH told_in_time AS (
      SELECT * FROM line
      WHERE product_id IS NOT NULL AND quantity > 0 AND kind IN ({order}, {delivery}, {invoice})
        AND recorded_on <= {cut} AND (superseded_on IS NULL OR superseded_on > {cut})),
    way AS (
      SELECT CASE WHEN bool_or(kind = {delivery}) THEN {delivery} ELSE {invoice} END FROM told_in_time),
    sent AS (
      SELECT customer_code, product_id, date, max(told_until) AS told_until,
             sum(sum(quantity::DOUBLE)) OVER (PARTITION BY customer_code, product_id ORDER BY date) AS so_far
      FROM told_in_time
      WHERE kind = (FROM way)
      GROUP BY 1, 2, 3),
    held AS (
      SELECT customer_code, product_id, document_code, date, max(due_on) AS due_on, max(superseded_on) AS until,
             sum(quantity::DOUBLE) AS quantity, sum(amount::DOUBLE) AS amount
      FROM told_in_time
      WHERE kind = {order}
      GROUP BY 1, 2, 3, 4),
    asked AS (
      SELECT *, greatest(date + {WAIT_DAYS}, coalesce(due_on, date) + {DUE_WAIT_DAYS})::DATE AS day,
             (date - {BEFORE_DAYS})::DATE AS since,
             sum(quantity) OVER (PARTITION BY customer_code, product_id ORDER BY date
               RANGE BETWEEN {BEFORE_DAYS - 1} PRECEDING AND CURRENT ROW) AS ordered
      FROM held),
    came AS (
      SELECT a.*, s.so_far - coalesce(b.so_far, 0) AS came
      FROM asked a
        ASOF JOIN sent s ON s.customer_code = a.customer_code AND s.product_id = a.product_id AND s.date <= a.day
        ASOF LEFT JOIN sent b ON b.customer_code = a.customer_code AND b.product_id = a.product_id AND b.date <= a.since
      WHERE a.day + {ENTERED_DAYS} <= (SELECT max(told_until) FROM sent) AND s.so_far > coalesce(b.so_far, 0)),
    says AS (SELECT coalesce(avg((came >= {1 - CLEAR} * ordered)::INTEGER), 0) >= {MOSTLY} AS says FROM came),
    whole AS (SELECT document_code, customer_code, sum(amount) AS whole FROM asked GROUP BY 1, 2),
    short AS (
      SELECT customer_code, document_code, max(day) AS day, max(until) AS until,
             sum(amount * (1 - came / ordered)) AS missing
      FROM came, says WHERE says AND came < {1 - CLEAR} * ordered GROUP BY 1, 2),
    told AS (SELECT *, (day + {ENTERED_DAYS})::DATE AS known_on FROM short)
    SELECT customer_code, day, known_on, until, document_code, least(missing / nullif(whole, 0), 1)::DOUBLE AS share
    FROM told JOIN whole USING (document_code, customer_code)
    WHERE missing >= {CLEAR} * whole AND (until IS NULL OR until > known_on)"""
