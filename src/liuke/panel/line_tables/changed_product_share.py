"""Products that a change made less of, or took away, one row a customer who buys them, change and product."""

from __future__ import annotations

import polars as pl

from liuke.panel.line_tables._bought import affected

NEEDS = ("product_id",)
KINDS = ()
STANDS_ON = "bought"
BESIDE = "product_notice"
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the first on which the change held
    "known_on": pl.Date,
    "what": pl.String,  # downgraded, withdrawn or recalled
    "row_id": pl.String,  # of company_change
    "share": pl.Float64,  # of the customer's purchases of the year before, over the products of the change
}


def query(_basis: int) -> str:
    """By what the customer had bought in the year before the change."""
    return f"""
    WITH {affected("product_notice")}
    SELECT customer_code, day, day AS known_on, what, row_id, least(sum(share), 1)::DOUBLE AS share
    FROM affected GROUP BY 1, 2, 4, 5"""
