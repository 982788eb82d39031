"""List prices that rose, one row a customer who buys such products and day."""

from __future__ import annotations

import polars as pl

from liuke.panel.line_tables._bought import affected

NEEDS = ("product_id",)
KINDS = ()
STANDS_ON = "bought"
BESIDE = "list_price"
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the first on which the price held
    "known_on": pl.Date,
    "row_id": pl.String,  # of list_price: the dearest rise for the customer
    "rise": pl.Float64,  # over the customer's purchases of the year before
}
CLEAR = 0.02  # a rise below is no news
ANOTHER_UNIT = 1.0  # twice the price is another unit, not a rise


def query(_basis: int) -> str:
    """A price against the one before it in the list of the same place in the channel.

    A customer's prices are those of its own place; where the list knows none for it, those that are for no place.
    """
    meant = "asked.place = 0 OR asked.place = coalesce(customer.place, 0)"
    return f"""
    WITH step AS (
      SELECT *, price / lag(price) OVER (PARTITION BY product_id, tier, place ORDER BY from_on) - 1 AS rise
      FROM list_price),
    risen AS (
      SELECT product_id, place, from_on AS day, max(rise) AS rise, arg_max(row_id, (rise, row_id)) AS row_id
      FROM step WHERE rise >= {CLEAR} AND rise < {ANOTHER_UNIT} GROUP BY ALL),
    {affected("risen", meant)}
    SELECT customer_code, day, day AS known_on, arg_max(row_id, (share * rise, row_id)) AS row_id,
           sum(share * rise)::DOUBLE AS rise
    FROM affected GROUP BY 1, 2"""
