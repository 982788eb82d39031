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

SIDES = """
    quarterly AS (
      SELECT customer_code, product, month // 3 AS quarter, max(known_on) AS known_on,
             max(document_code) AS document_code, sum(money) AS money, ln(sum(money) / sum(quantity)) AS price
      FROM paid WHERE again GROUP BY 1, 2, 3),
    placed AS (
      SELECT q.*, c.region, c.place FROM quarterly q JOIN customer c USING (customer_code)
      WHERE c.region IS NOT NULL AND c.place IS NOT NULL),
    places AS (SELECT DISTINCT place FROM placed),
    below AS (SELECT d.place AS k, l.place FROM places d JOIN places l ON l.place >= d.place WHERE d.place < 4),
    sides AS (
      SELECT placed.*, k, CASE WHEN place > k THEN money ELSE 0 END AS lower FROM placed JOIN below USING (place))"""


def query(_basis: int) -> str:
    """What was known of each quarter, of products bought before; a customer's place is that of its tier or channel.

    An order of prices is one that lower tiers kept to in the year before, over all products and regions.
    """
    # k: of each place that sells on, its dealers and who stands below them; most runs end at `kept_to`, without rows.
    # Where all prices of a product are of one unit, all of its market are near: most need no window.
    order = "(PARTITION BY k, region, product, quarter ORDER BY price RANGE BETWEEN"
    return f"""
    WITH {SIDES},
    market AS (
      SELECT k, region, product, quarter, max(known_on) AS told_on,
             sum(lower) AS near, sum(lower * price) AS near_price,
             max(price) - min(price) <= {ANOTHER_UNIT} AS one_unit
      FROM sides GROUP BY 1, 2, 3, 4),
    dealer AS (
      SELECT customer_code, product, quarter, place, money, price, told_on AS known_on, near, near_price
      FROM sides JOIN market USING (k, region, product, quarter) WHERE place = k AND one_unit
      UNION ALL
      SELECT customer_code, product, quarter, place, money, price, told_on, sum(lower) OVER near,
             sum(lower * price) OVER near
      FROM sides JOIN market USING (k, region, product, quarter) WHERE NOT one_unit
      WINDOW near AS {order} {ANOTHER_UNIT} PRECEDING AND {ANOTHER_UNIT} FOLLOWING)
      QUALIFY place = k),
    kept AS (
      SELECT place, quarter, max(known_on) AS known_on, sum(money) FILTER (near > 0) AS money,
             sum(money * (near_price / near - price)) FILTER (near > 0) AS more
      FROM dealer GROUP BY 1, 2),
    ordered AS (
      SELECT place, quarter, max(known_on) OVER past AS told_on, sum(more) OVER past / sum(money) OVER past AS more
      FROM kept WINDOW past AS (PARTITION BY place ORDER BY quarter RANGE BETWEEN 4 PRECEDING AND 1 PRECEDING)),
    kept_to AS (SELECT place, quarter, told_on FROM ordered WHERE more >= {ORDER}),
    undersold AS (
      SELECT customer_code, product, quarter, sum(lower) OVER low AS low, sum(lower * price) OVER low AS low_price,
             arg_max(document_code, (money, document_code)) FILTER (place > k) OVER low AS document
      FROM sides SEMI JOIN kept_to ON kept_to.place = k AND kept_to.quarter = sides.quarter
      WINDOW low AS {order} {ANOTHER_UNIT} PRECEDING AND {EQUAL} FOLLOWING)
      QUALIFY place = k),
    basket AS (
      SELECT customer_code, quarter, place, max(known_on) AS known_on,
             coalesce(sum(money * low / near) FILTER (low > 0), 0) / sum(money) AS share,
             sum(money * low / near * (price - low_price / low)) FILTER (low > 0)
               / sum(money * low / near) FILTER (low > 0) AS below,
             arg_max(document, (money, document)) FILTER (low > 0) AS document_code
      FROM dealer JOIN undersold USING (customer_code, product, quarter) GROUP BY 1, 2, 3),
    told AS (
      SELECT *, (make_date(quarter // 4, quarter % 4 * 3 + 1, 1) + INTERVAL 3 MONTH - INTERVAL 1 DAY)::DATE AS day
      FROM basket JOIN kept_to USING (place, quarter) WHERE share >= {CLEAR})
    SELECT customer_code, day, greatest(known_on, told_on, day) AS known_on, document_code, share,
           greatest(below, 0) AS below
    FROM told"""
