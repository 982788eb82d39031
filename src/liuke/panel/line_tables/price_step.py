"""Prices paid above one's own last, one row a customer and month in which they rose."""

from __future__ import annotations

import polars as pl

NEEDS = ("quantity", "product_id")
KINDS = ()
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # of the month's last purchase
    "known_on": pl.Date,  # not before the month's end: only then is it whole
    "rise": pl.Float64,  # over the money of the whole month
    "document": pl.String,  # the last that was dearer
}
CLEAR = 0.02  # a rise below is no news
ANOTHER_UNIT = 1.0  # twice the price is another unit, not a rise
ENTERED_DAYS = 31  # lines entered later after their month's end than this say nothing of prices


def query(basis: int) -> str:
    """What was known of each month so many days after it: a price against the last and the mean of the last six.

    A price that comes back after one cheap purchase is above the last, but not above the mean.
    """
    cut = f"last_day(date) + {ENTERED_DAYS}"
    return f"""
    WITH paid AS (
      SELECT customer_code, product_id, (year(date) * 12 + month(date))::INTEGER AS month, max(date) AS day,
             max(greatest(recorded_on, last_day(date))) AS known_on,
             arg_max(document_code, (date, document_code)) AS document_code,
             sum(amount)::DOUBLE AS money, sum(amount)::DOUBLE / sum(quantity)::DOUBLE AS price
      FROM line WHERE kind = {basis} AND amount > 0 AND quantity > 0 AND product_id IS NOT NULL
        AND recorded_on <= {cut} AND (superseded_on IS NULL OR superseded_on > {cut})
      GROUP BY 1, 2, 3),
    step AS (
      SELECT customer_code, month, day, document_code, money,
             max(known_on) OVER (PARTITION BY customer_code, product_id ORDER BY month
                                 ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS known_on,
             price / greatest(lag(price) OVER own, avg(price) OVER (
               PARTITION BY customer_code, product_id ORDER BY month ROWS BETWEEN 6 PRECEDING AND 1 PRECEDING)) - 1
               AS rise,
             lag(month) OVER own >= month - 12 AS lately
      FROM paid WINDOW own AS (PARTITION BY customer_code, product_id ORDER BY month)),
    known AS (SELECT *, lately AND rise < {ANOTHER_UNIT} AS compared FROM step),
    basket AS (
      SELECT customer_code, month, max(day) AS day, max(known_on) AS known_on,
             arg_max(document_code, (rise, document_code)) FILTER (compared) AS document_code,
             sum(money) AS money, sum(money) FILTER (compared) AS same, sum(money * rise) FILTER (compared) AS more
      FROM known GROUP BY 1, 2)
    SELECT customer_code, day, known_on, more / money AS rise, document_code
    FROM basket WHERE more >= {CLEAR} * same"""
