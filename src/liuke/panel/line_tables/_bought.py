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


def affected(befell: str, site: str = "''") -> str:
    """Relations `own`, `whole` and `affected`: whom what befell products met, by the year before, as it was known.

    `befell` is a relation with product_id and day. `affected` has its columns, customer_code, `share` of the
    customer's purchases of the year before (LEAST or more) and on how many `days` of it the product was bought.
    Months count whose lines had been told by then. `site`, an SQL text of a row of `befell`, names the site of ours
    whose customers it met; empty: everybody.
    """
    return f"""
    asked AS (
      SELECT *, (year(day - {ENTERED_DAYS - 1}) * 12 + month(day - {ENTERED_DAYS - 1}) - 1)::INTEGER AS before_month
      FROM {befell}),
    own AS (
      SELECT b.customer_code, asked.*, sum(b.money) AS money, sum(b.days) AS days
      FROM bought b JOIN asked ON b.product_id = asked.product_id AND b.month < asked.before_month
        AND b.month >= asked.before_month - 12 AND ({site} = '' OR b.site = '' OR b.site = {site})
      GROUP BY ALL),
    spent AS (SELECT customer_code, month, sum(money) AS money FROM bought GROUP BY 1, 2),
    whole AS (
      SELECT customer_code, before_month, sum(s.money) AS whole
      FROM (SELECT DISTINCT customer_code, before_month FROM own) JOIN spent s USING (customer_code)
      WHERE s.month < before_month AND s.month >= before_month - 12 GROUP BY 1, 2),
    affected AS (
      SELECT own.*, own.money / whole.whole AS share
      FROM own JOIN whole USING (customer_code, before_month) WHERE own.money >= {LEAST} * whole.whole)"""
