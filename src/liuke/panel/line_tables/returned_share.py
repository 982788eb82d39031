"""What customers gave back, one row a document of returns, against what they had bought lately."""

from __future__ import annotations

import polars as pl

from liuke.kernel.kinds import CODE

NEEDS = ()
KINDS = ("return",)
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,
    "known_on": pl.Date,
    "until": pl.Date,  # when the document was replaced
    "share": pl.Float64,  # returned over bought of half a year, at most 1
    "document": pl.String,
}
RECENT_DAYS = 182


def query(basis: int) -> str:
    """A line taken back and billed again on the same day, of the same product and no less of it, is no return."""
    return f"""
    WITH back AS (
      SELECT customer_code, document_code, product_id, date, recorded_on, superseded_on, -sum(amount) AS amount
      FROM line WHERE kind = {CODE["return"]} GROUP BY ALL HAVING sum(amount) < 0),
    kept AS (
      SELECT customer_code, document_code, min(date) AS day, superseded_on AS until, recorded_on AS known_on,
             sum(amount) AS amount
      FROM back b WHERE NOT EXISTS (
        FROM line l WHERE l.customer_code = b.customer_code AND l.product_id = b.product_id AND l.date = b.date
          AND l.kind = {basis} AND l.amount >= b.amount AND l.recorded_on <= b.recorded_on
          AND (l.superseded_on IS NULL OR l.superseded_on > b.recorded_on))
      GROUP BY ALL),
    bought AS (
      SELECT k.customer_code, k.document_code, k.known_on, sum(l.amount) AS amount
      FROM kept k JOIN line l ON l.customer_code = k.customer_code AND l.kind = {basis} AND l.amount > 0
        AND l.date <= k.day AND l.date > k.day - {RECENT_DAYS} AND l.recorded_on <= k.known_on
        AND (l.superseded_on IS NULL OR l.superseded_on > k.known_on)
      GROUP BY ALL)
    SELECT customer_code, day, known_on, until, document_code,
           least(1, coalesce(k.amount / nullif(b.amount, 0), 1))::DOUBLE AS share
    FROM kept k LEFT JOIN bought b USING (customer_code, document_code, known_on)
    WHERE until IS NULL OR until > known_on"""
