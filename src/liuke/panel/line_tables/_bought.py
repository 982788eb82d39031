"""What customers bought of each product by month, and the share of a customer's purchases that something befell."""

from __future__ import annotations

from liuke.panel.line_tables._paid import ENTERED_DAYS

LEAST = 0.03  # of a year's purchases: less is not missed


def bought(basis: int) -> str:
    """By customer, product, site and month what was known so many days after it: money, days on which it was bought.

    customer_code, product_id, site (empty: not said), month (a number), money, days.
    """
    cut = f"last_day(date) + {ENTERED_DAYS}"
    return f"""
    SELECT customer_code, product_id, coalesce(site, '') AS site, (year(date) * 12 + month(date) - 1)::INTEGER AS month,
           sum(amount::DOUBLE) AS money, bit_count(bit_or(1::BIGINT << day(date))) AS days
    FROM line
    WHERE kind = {basis} AND amount > 0 AND product_id IS NOT NULL AND recorded_on <= {cut}
      AND (superseded_on IS NULL OR superseded_on > {cut})
    GROUP BY ALL"""


def affected(befell: str, meant: str = "true") -> str:
    """Relations `own`, `whole` and `affected`: whom what befell products met, by the year before, as it was known.

    `befell` is a relation with product_id and day. `affected` has its columns, customer_code, `share` of the
    customer's purchases of the year before (LEAST or more) and on how many `days` of it the product was bought.
    Months count whose lines had been told by then. `meant`, a condition in SQL on a row of `befell` (`asked`), of
    `bought` and of `customer`, says who of those who bought it are meant; without it everybody is.
    """
    return f"""
    asked AS (
      SELECT *, (year(day - {ENTERED_DAYS - 1}) * 12 + month(day - {ENTERED_DAYS - 1}) - 1)::INTEGER AS before_month,
             row_number() OVER () AS nth
      FROM {befell}),
    summed AS (
      SELECT bought.customer_code, asked.nth, sum(bought.money) AS money, sum(bought.days) AS days
      FROM bought JOIN asked ON bought.product_id = asked.product_id AND bought.month < asked.before_month
        AND bought.month >= asked.before_month - 12
        JOIN customer USING (customer_code)
      WHERE {meant} GROUP BY 1, 2),
    own AS (SELECT * EXCLUDE (nth) FROM summed JOIN asked USING (nth)),
    spent AS (SELECT customer_code, month, sum(money) AS money FROM bought GROUP BY 1, 2),
    whole AS (
      SELECT customer_code, before_month, sum(s.money) AS whole
      FROM (SELECT DISTINCT customer_code, before_month FROM own) JOIN spent s USING (customer_code)
      WHERE s.month < before_month AND s.month >= before_month - 12 GROUP BY 1, 2),
    affected AS (
      SELECT own.*, own.money / whole.whole AS share
      FROM own JOIN whole USING (customer_code, before_month) WHERE own.money >= {LEAST} * whole.whole)"""
