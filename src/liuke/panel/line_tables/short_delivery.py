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
    in_time = f"""product_id IS NOT NULL AND quantity > 0 AND recorded_on <= {cut}
        AND (superseded_on IS NULL OR superseded_on > {cut})"""
    # lines are read anew for each side, and sorted once, with few columns: all of them do not fit into memory
    return f"""
    WITH way AS (
      SELECT CASE WHEN EXISTS (FROM line WHERE kind = {delivery} AND {in_time}) THEN {delivery} ELSE {invoice} END),
    held AS (
      SELECT hash(customer_code, product_id) AS pair, document_code, any_value(customer_code) AS customer_code,
             any_value(date) AS date, max(due_on) AS due_on, max(superseded_on) AS until,
             sum(quantity::DOUBLE) AS quantity, sum(amount::DOUBLE) AS amount
      FROM line WHERE kind = {order} AND {in_time} GROUP BY 1, 2),
    sent AS (
      SELECT hash(customer_code, product_id) AS pair, date, quantity::DOUBLE AS quantity, told_until
      FROM line WHERE kind = (FROM way) AND {in_time}),
    dated AS (
      SELECT pair, date, greatest(date + {WAIT_DAYS}, coalesce(due_on, date) + {DUE_WAIT_DAYS})::DATE AS day,
             document_code, amount, quantity AS asked, 0.0::DOUBLE AS came
      FROM held
      UNION ALL SELECT pair, date, date, NULL, NULL, 0.0, quantity FROM sent),
    summed AS (
      SELECT document_code, day, amount,
             sum(asked) OVER (lately RANGE BETWEEN {BEFORE_DAYS - 1} PRECEDING AND CURRENT ROW) AS ordered,
             sum(came) OVER (lately
               RANGE BETWEEN {BEFORE_DAYS - 1} PRECEDING AND (day - date)::INTEGER FOLLOWING) AS came
      FROM dated WINDOW lately AS (PARTITION BY pair ORDER BY date)
      QUALIFY document_code IS NOT NULL),
    judged AS (
      SELECT * FROM summed WHERE came > 0 AND day + {ENTERED_DAYS} <= (SELECT max(told_until) FROM sent)),
    says AS (SELECT coalesce(avg((came >= {1 - CLEAR} * ordered)::INTEGER), 0) >= {MOSTLY} AS says FROM judged),
    short AS (
      SELECT document_code, max(day) AS day, sum(amount * (1 - came / ordered)) AS missing
      FROM judged, says WHERE says AND came < {1 - CLEAR} * ordered GROUP BY 1),
    whole AS (
      SELECT document_code, customer_code, sum(amount) AS whole, max(until) AS until
      FROM held SEMI JOIN short USING (document_code) GROUP BY 1, 2),
    told AS (SELECT *, (day + {ENTERED_DAYS})::DATE AS known_on FROM short JOIN whole USING (document_code))
    SELECT customer_code, day, known_on, until, document_code, least(missing / nullif(whole, 0), 1)::DOUBLE AS share
    FROM told WHERE missing >= {CLEAR} * whole AND (until IS NULL OR until > known_on)"""
