"""Products no longer made, one row a customer who had bought them and product."""

from __future__ import annotations

import polars as pl

NEEDS = ("product_id",)
KINDS = ()
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the last on which it could be bought
    "known_on": pl.Date,
    "product_id": pl.String,
    "share": pl.Float64,  # of the customer's purchases of the year before
    "replaced": pl.Boolean,  # there is a successor
}
LEAST = 0.03  # of the purchases: less is not missed


def query(basis: int) -> str:
    """By what was known of the year before when the product went."""
    held = "(l.superseded_on IS NULL OR l.superseded_on > g.known_on) AND l.recorded_on <= g.known_on"
    year = "l.date <= g.day AND l.date > g.day - 365"
    return f"""
    WITH gone AS (
      SELECT product_id, discontinued_on AS day, greatest(discontinued_on, known_on) AS known_on,
             replaced_by IS NOT NULL AS replaced
      FROM product),
    own AS (
      SELECT l.customer_code, g.*, sum(l.amount) AS amount
      FROM line l JOIN gone g USING (product_id)
      WHERE l.kind = {basis} AND l.amount > 0 AND {year} AND {held} GROUP BY ALL),
    asked AS (SELECT DISTINCT customer_code, day, known_on FROM own),
    whole AS (
      SELECT g.customer_code, g.day, g.known_on, sum(l.amount) AS whole
      FROM asked g JOIN line l USING (customer_code)
      WHERE l.kind = {basis} AND l.amount > 0 AND {year} AND {held} GROUP BY ALL)
    SELECT customer_code, day, known_on, product_id, (amount / whole)::DOUBLE AS share, replaced
    FROM own JOIN whole USING (customer_code, day, known_on) WHERE amount >= {LEAST} * whole"""
