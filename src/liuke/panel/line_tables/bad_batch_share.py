"""Products of which many customers complained or gave back at once, one row a customer who had just bought them."""

from __future__ import annotations

import polars as pl

from liuke.kernel.kinds import CODE
from liuke.panel.line_tables._paid import ENTERED_DAYS

NEEDS = ("product_id",)
KINDS = ()
BESIDE = "quality_complaint"
OR_KINDS = ("return",)  # tell of trouble as well, where no complaint is there
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the last of the month in which many had trouble with it
    "known_on": pl.Date,
    "share": pl.Float64,  # of what the customer bought in that month and the two before
    "document": pl.String,  # its last purchase of it
}
LEAST = 5  # customers in trouble with a product in a month: fewer are chance
CLEAR = 4  # standard deviations of a Poisson number above the product's own year before
MONTHS = 6  # since anybody's trouble was first told: with fewer nobody knows what is usual
SHARE = 0.03  # of the purchases: less is not missed


def query(basis: int) -> str:
    """Customers in trouble with a product in a month, against the mean of its months before, twelve at most.

    Trouble is a complaint of the product's quality or a return of it. Known so many days after the month's end.
    """
    return f"""
    WITH trouble AS (
      SELECT DISTINCT product_id, customer_code, last_day(date) AS day FROM line
      WHERE kind = {CODE["return"]} AND product_id IS NOT NULL AND recorded_on <= last_day(date) + {ENTERED_DAYS}
        AND (superseded_on IS NULL OR superseded_on > last_day(date) + {ENTERED_DAYS})
      UNION
      SELECT DISTINCT product_id, customer_code, last_day(date) AS day FROM quality_complaint
      WHERE recorded_on <= last_day(date) + {ENTERED_DAYS}),
    counted AS (SELECT product_id, day, count(*) AS hurt FROM trouble GROUP BY 1, 2),
    told AS (
      SELECT *, least(12, date_diff('month', (SELECT min(day) FROM counted), day)) AS months FROM counted),
    usual AS (
      SELECT c.product_id, c.day, c.hurt, c.months, coalesce(sum(p.hurt), 0) / c.months AS usual
      FROM told c LEFT JOIN counted p
        ON p.product_id = c.product_id AND p.day < c.day AND p.day >= c.day - INTERVAL 12 MONTH
      GROUP BY 1, 2, 3, 4),
    bad AS (
      SELECT product_id, day, (day + {ENTERED_DAYS})::DATE AS known_on FROM usual
      WHERE months >= {MONTHS} AND hurt >= {LEAST} AND hurt > usual + {CLEAR} * sqrt(usual)),
    months AS (
      SELECT DISTINCT day, known_on, last_day((day - to_months(back))::DATE) AS in_month
      FROM bad, range(3) AS t(back)),  -- that month and the two before
    lately AS (
      SELECT m.day, m.known_on, l.customer_code, l.product_id, l.document_code, l.date, l.amount
      FROM months m JOIN line l ON last_day(l.date) = m.in_month
      WHERE l.kind = {basis} AND l.amount > 0 AND l.recorded_on <= m.known_on
        AND (l.superseded_on IS NULL OR l.superseded_on > m.known_on)),
    whole AS (SELECT day, customer_code, sum(amount) AS whole FROM lately GROUP BY 1, 2),
    own AS (
      SELECT l.day, l.known_on, l.customer_code, sum(l.amount) AS amount,
             arg_max(l.document_code, (l.date, l.document_code)) AS document_code
      FROM lately l JOIN bad USING (product_id, day) GROUP BY 1, 2, 3)
    SELECT customer_code, day, own.known_on AS known_on, document_code, (amount / whole)::DOUBLE AS share
    FROM own JOIN whole USING (day, customer_code) WHERE amount >= {SHARE} * whole"""
