"""Prices paid above the usual: a discount lost, or more than others like them pay; one row a customer and quarter."""

from __future__ import annotations

import polars as pl

NEEDS = ("quantity", "product_id")
KINDS = ()
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the quarter's last
    "known_on": pl.Date,
    "lost": pl.Float64,  # by how much more of the list price was paid than in the year before; 0 where nobody can say
    "above": pl.Float64,  # by how much more than the middle of one's peers was paid; 0 where nobody can say
    "document": pl.String,  # the last of the quarter
}
CLEAR = 0.03
ANOTHER_UNIT = 1.0  # twice the price is another unit
PEERS = 5  # customers of a tier and channel who bought a product: fewer have no middle
ENTERED_DAYS = 31  # lines entered later after their quarter's end than this say nothing of prices


def query(basis: int) -> str:
    """What was known of each quarter so many days after it."""
    end = "(date_trunc('quarter', date) + INTERVAL 3 MONTH - INTERVAL 1 DAY)::DATE"
    return f"""
    WITH seen AS (
      SELECT *, {end} AS quarter_end FROM line
      WHERE kind = {basis} AND amount > 0 AND quantity > 0 AND product_id IS NOT NULL),
    paid AS (
      SELECT customer_code, product_id, channel, quarter_end AS day,
             max(greatest(recorded_on, quarter_end)) AS known_on,
             arg_max(document_code, (date, document_code)) AS document_code,
             sum(amount)::DOUBLE AS money, sum(amount)::DOUBLE / sum(quantity)::DOUBLE AS price,
             sum(amount) FILTER (list_price > 0)::DOUBLE AS priced, sum(list_price * quantity)::DOUBLE AS listed
      FROM seen WHERE recorded_on <= quarter_end + {ENTERED_DAYS}
        AND (superseded_on IS NULL OR superseded_on > quarter_end + {ENTERED_DAYS})
      GROUP BY 1, 2, 3, 4),
    middle AS (
      SELECT tier, channel, product_id, day, median(price) AS middle, max(known_on) AS told_on
      FROM paid LEFT JOIN customer USING (customer_code) GROUP BY ALL HAVING count(*) >= {PEERS}),
    placed AS (
      SELECT p.*, p.price / m.middle - 1 AS above, m.told_on
      FROM paid p LEFT JOIN customer c USING (customer_code)
        LEFT JOIN middle m ON m.tier IS NOT DISTINCT FROM c.tier AND m.channel IS NOT DISTINCT FROM p.channel
          AND m.product_id = p.product_id AND m.day = p.day),
    basket AS (
      SELECT customer_code, day, max(greatest(known_on, coalesce(told_on, known_on))) AS known_on,
             max(document_code) AS document_code,
             sum(money * above) FILTER (abs(above) < {ANOTHER_UNIT}) / sum(money) AS above,
             sum(priced) AS priced, sum(listed) AS listed
      FROM placed GROUP BY 1, 2),
    against AS (
      SELECT customer_code, day, document_code, above,
             max(known_on) OVER year AS known_on,
             priced / listed / (sum(priced) OVER past / sum(listed) OVER past) - 1 AS lost
      FROM basket WINDOW
        year AS (PARTITION BY customer_code ORDER BY day RANGE BETWEEN INTERVAL 366 DAY PRECEDING AND CURRENT ROW),
        past AS (PARTITION BY customer_code ORDER BY day
                 RANGE BETWEEN INTERVAL 366 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING))
    SELECT customer_code, day, known_on, document_code,
           CASE WHEN lost < {ANOTHER_UNIT} THEN greatest(lost, 0) ELSE 0 END AS lost, greatest(above, 0) AS above
    FROM against WHERE coalesce(lost, 0) >= {CLEAR} OR coalesce(above, 0) >= {CLEAR}"""
