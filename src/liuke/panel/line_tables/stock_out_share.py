"""Products out of stock when a customer was about to need them, one row a customer and time out of stock."""

from __future__ import annotations

import polars as pl

from liuke.panel.line_tables._bought import affected

NEEDS = ("product_id",)
KINDS = ()
STANDS_ON = "bought"
BESIDE = "stock_out"
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # by which the customer has needed it as likely as not
    "known_on": pl.Date,
    "row_id": pl.String,  # of stock_out
    "share": pl.Float64,  # of the customer's purchases of the year before
}
RARE_DAYS = 182  # who buys it less often than so is not said to have missed it


def query(_basis: int) -> str:
    """Half the customer's own gap after it ran out it was still out, at the site the customer is served from."""
    meant = "coalesce(asked.site, '') = '' OR bought.site = '' OR bought.site = asked.site"
    return f"""
    WITH {affected("stock_out", meant)},
    missed AS (
      SELECT *, day + ceil(365.0 / days / 2)::INTEGER AS missed_on FROM affected WHERE 365.0 / days <= {RARE_DAYS})
    SELECT customer_code, missed_on::DATE AS day, missed_on::DATE AS known_on, row_id, least(share, 1)::DOUBLE AS share
    FROM missed WHERE to_on IS NULL OR to_on >= missed_on"""
