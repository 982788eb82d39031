"""Prices paid above the usual: a discount lost, or more than others like them pay; one row a customer and quarter."""

from __future__ import annotations

import polars as pl

NEEDS = ("quantity", "product_id")
KINDS = ()
STANDS_ON = "paid"
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


def query(_basis: int) -> str:
    """What was known of each quarter: products bought before are compared, by the money spent on them."""
    return f"""
    WITH bought AS (
      SELECT *, (make_date(month // 3 * 3 // 12, month // 3 * 3 % 12 + 1, 1) + INTERVAL 3 MONTH
                 - INTERVAL 1 DAY)::DATE AS quarter_end
      FROM paid WHERE again),
    quarterly AS (
      SELECT customer_code, product, channel, quarter_end AS day, max(greatest(known_on, quarter_end)) AS known_on,
             max(document_code) AS document_code, sum(money) AS money, sum(money) / sum(quantity) AS price,
             sum(priced) AS priced, sum(listed) AS listed
      FROM bought GROUP BY 1, 2, 3, 4),
    middle AS (
      SELECT tier, channel, product, day, median(price) AS middle, max(known_on) AS told_on
      FROM quarterly LEFT JOIN customer USING (customer_code) GROUP BY ALL HAVING count(*) >= {PEERS}),
    placed AS (
      SELECT p.*, p.price / m.middle - 1 AS above, m.told_on
      FROM quarterly p LEFT JOIN customer c USING (customer_code)
        LEFT JOIN middle m ON m.tier IS NOT DISTINCT FROM c.tier AND m.channel IS NOT DISTINCT FROM p.channel
          AND m.product = p.product AND m.day = p.day),
    basket AS (
      SELECT customer_code, day, max(greatest(known_on, coalesce(told_on, known_on))) AS known_on,
             max(document_code) AS document_code,
             sum(money * above) FILTER (abs(above) < {ANOTHER_UNIT}) / sum(money) AS above,
             sum(priced) AS priced, sum(listed) AS listed
      FROM placed GROUP BY 1, 2),
    against AS (
      SELECT customer_code, day, document_code, above,
             max(known_on) OVER year AS known_on,
             priced / nullif(listed, 0) / (sum(priced) OVER past / nullif(sum(listed) OVER past, 0)) - 1 AS lost
      FROM basket WINDOW
        year AS (PARTITION BY customer_code ORDER BY day RANGE BETWEEN INTERVAL 366 DAY PRECEDING AND CURRENT ROW),
        past AS (PARTITION BY customer_code ORDER BY day
                 RANGE BETWEEN INTERVAL 366 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING))
    SELECT customer_code, day, known_on, document_code,
           CASE WHEN lost < {ANOTHER_UNIT} THEN greatest(lost, 0) ELSE 0 END AS lost, greatest(above, 0) AS above
    FROM against WHERE coalesce(lost, 0) >= {CLEAR} OR coalesce(above, 0) >= {CLEAR}"""
