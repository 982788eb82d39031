"""Dealers whose products lower tiers of their region buy at or below their price; one row a dealer and quarter."""

from __future__ import annotations

import polars as pl

NEEDS = ("quantity", "product_id")
KINDS = ()
STANDS_ON = "paid"
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the quarter's last
    "known_on": pl.Date,
    "share": pl.Float64,  # of the dealer's money, times that of the lower tiers' money spent at or below its price
    "below": pl.Float64,  # by how much those paid less, over the same money
    "document": pl.String,  # the greatest of theirs in the product the dealer spends most on
}
CLEAR = 0.05  # of the money: less is an odd sale
ORDER = 0.02  # lower tiers used to pay so much more: else there is no order of prices to break
ANOTHER_UNIT = 0.69  # half or twice the price is another unit; in logs
EQUAL = 0.001  # a rounded price is the same price; in logs


def query(_basis: int) -> str:
    """What was known of each quarter, of products bought before; a customer's place is that of its tier or channel.

    An order of prices is one that lower tiers kept to in the year before, over all products and regions.
    """
    # k: of each place that sells on, its dealers and who stands below them; most runs end at `kept_to`, without rows
    order = "(PARTITION BY k, region, product, day ORDER BY price RANGE BETWEEN"
    return f"""
    WITH bought AS (
      SELECT *, (make_date(month // 3 * 3 // 12, month // 3 * 3 % 12 + 1, 1) + INTERVAL 3 MONTH
                 - INTERVAL 1 DAY)::DATE AS quarter_end
      FROM (SELECT *, lag(month) OVER (PARTITION BY customer_code, product ORDER BY month) AS before FROM paid)
      WHERE before IS NOT NULL),
    quarterly AS (
      SELECT customer_code, product, quarter_end AS day, max(greatest(known_on, quarter_end)) AS known_on,
             max(document_code) AS document_code, sum(money) AS money, ln(sum(money) / sum(quantity)) AS price
      FROM bought GROUP BY 1, 2, 3),
    placed AS (
      SELECT q.*, c.region, c.place FROM quarterly q JOIN customer c USING (customer_code)
      WHERE c.region IS NOT NULL AND c.place IS NOT NULL),
    sides AS (
      SELECT placed.*, k, CASE WHEN place > k THEN money ELSE 0 END AS lower
      FROM placed JOIN (SELECT DISTINCT place AS k FROM placed WHERE place < 4) ON place >= k),
    dealer AS (
      SELECT customer_code, product, day, place, money, price, max(known_on) OVER told AS known_on,
             sum(lower) OVER near AS near, sum(lower * price) OVER near AS near_price
      FROM sides WINDOW
        told AS (PARTITION BY k, region, product, day),
        near AS {order} {ANOTHER_UNIT} PRECEDING AND {ANOTHER_UNIT} FOLLOWING)
      QUALIFY place = k),
    kept AS (
      SELECT place, day, max(known_on) AS known_on, sum(money) FILTER (near > 0) AS money,
             sum(money * (near_price / near - price)) FILTER (near > 0) AS more
      FROM dealer GROUP BY 1, 2),
    ordered AS (
      SELECT place, day, max(known_on) OVER past AS told_on, sum(more) OVER past / sum(money) OVER past AS more
      FROM kept WINDOW past AS (PARTITION BY place ORDER BY day
                                RANGE BETWEEN INTERVAL 366 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)),
    kept_to AS (SELECT place, day, told_on FROM ordered WHERE more >= {ORDER}),
    undersold AS (
      SELECT customer_code, product, day, sum(lower) OVER low AS low, sum(lower * price) OVER low AS low_price,
             arg_max(document_code, (money, document_code)) FILTER (place > k) OVER low AS document
      FROM sides SEMI JOIN kept_to ON kept_to.place = k AND kept_to.day = sides.day
      WINDOW low AS {order} {ANOTHER_UNIT} PRECEDING AND {EQUAL} FOLLOWING)
      QUALIFY place = k),
    basket AS (
      SELECT customer_code, day, place, max(known_on) AS known_on,
             coalesce(sum(money * low / near) FILTER (low > 0), 0) / sum(money) AS share,
             sum(money * low / near * (price - low_price / low)) FILTER (low > 0)
               / sum(money * low / near) FILTER (low > 0) AS below,
             arg_max(document, (money, document)) FILTER (low > 0) AS document_code
      FROM dealer JOIN undersold USING (customer_code, product, day) GROUP BY 1, 2, 3)
    SELECT customer_code, day, greatest(known_on, told_on) AS known_on, document_code, share,
           greatest(below, 0) AS below
    FROM basket JOIN kept_to USING (place, day) WHERE share >= {CLEAR}"""
