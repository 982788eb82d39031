"""Prices paid above one's own last, one row a customer and month in which they rose."""

from __future__ import annotations

import polars as pl

NEEDS = ("quantity", "product_id")
KINDS = ()
STANDS_ON = "paid"
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # of the month's last purchase
    "known_on": pl.Date,  # not before the month's end: only then is it whole
    "rise": pl.Float64,  # over the month's money of what had been bought before
    "document": pl.String,  # the last that was dearer
}
CLEAR = 0.02  # a rise below is no news
ANOTHER_UNIT = 1.0  # twice the price is another unit, not a rise


def query(_basis: int) -> str:
    """What was known of each month so many days after it: a price against the higher of the own last two.

    So a price that comes back after one cheap purchase has not risen.
    """
    return f"""
    WITH step AS (
      SELECT customer_code, month, day, document_code, money,
             max(known_on) OVER (PARTITION BY customer_code, product ORDER BY month
                                 ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS known_on,
             price / greatest(lag(price) OVER own, lag(price, 2) OVER own) - 1 AS rise,
             lag(month) OVER own >= month - 12 AS lately
      FROM (SELECT *, money / quantity AS price FROM paid)
      WINDOW own AS (PARTITION BY customer_code, product ORDER BY month)),
    known AS (SELECT *, lately AND rise < {ANOTHER_UNIT} AS compared FROM step),
    basket AS (
      SELECT customer_code, month, max(day) AS day, max(known_on) AS known_on,
             arg_max(document_code, (rise, document_code)) FILTER (compared) AS document_code,
             sum(money) AS money, sum(money) FILTER (compared) AS same, sum(money * rise) FILTER (compared) AS more
      FROM known WHERE lately IS NOT NULL GROUP BY 1, 2)
    SELECT customer_code, day, known_on, more / money AS rise, document_code
    FROM basket WHERE more >= {CLEAR} * same"""
