"""What others of a customer's trade and region bought, against the year before; one row a customer and quarter."""

from __future__ import annotations

import polars as pl

from liuke.panel.line_tables._paid import ENTERED_DAYS

NEEDS = ()
KINDS = ()
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the quarter's last
    "known_on": pl.Date,
    "fell": pl.Float64,  # by how much less those bought in the year who still buy; the customer itself left out
}
CLEAR = 0.10
OTHERS = 10  # customers of the trade and region who still buy: fewer are themselves, not a market
YEAR = 4  # quarters
TELLS_AFTER_DAYS = 730  # of lines: two years have to be there before anything is told


def query(basis: int) -> str:
    """Of those who bought in the first quarter of the two years and in the last: that customers leave us is no market.

    By what was known a month after each quarter.
    """
    cut = f"last_day(date) + {ENTERED_DAYS}"
    return f"""
    WITH quarterly AS (
      SELECT customer_code, (year(date) * 4 + quarter(date) - 1)::INTEGER AS quarter, sum(amount::DOUBLE) AS money
      FROM line
      WHERE kind = {basis} AND recorded_on <= {cut} AND (superseded_on IS NULL OR superseded_on > {cut})
      GROUP BY 1, 2),
    ends AS (
      SELECT DISTINCT quarter, (make_date(quarter // 4, quarter % 4 * 3 + 1, 1) + INTERVAL 3 MONTH
                                - INTERVAL 1 DAY)::DATE AS day
      FROM quarterly WHERE quarter >= (SELECT min(quarter) FROM quarterly) + {2 * YEAR - 1}),
    each AS (
      SELECT q.customer_code, e.quarter, e.day,
             sum(q.money) FILTER (q.quarter > e.quarter - {YEAR}) AS now,
             sum(q.money) FILTER (q.quarter <= e.quarter - {YEAR}) AS before,
             coalesce(max(q.money) FILTER (q.quarter = e.quarter) > 0
                      AND max(q.money) FILTER (q.quarter = e.quarter - {2 * YEAR - 1}) > 0, false) AS buys
      FROM quarterly q JOIN ends e ON q.quarter <= e.quarter AND q.quarter > e.quarter - {2 * YEAR}
      GROUP BY ALL),
    placed AS (
      SELECT *, coalesce(region, '') AS area
      FROM each JOIN customer USING (customer_code) WHERE industry IS NOT NULL),
    trade AS (
      SELECT industry, area, day, count(*) AS customers, sum(now) AS now, sum(before) AS before
      FROM placed WHERE buys GROUP BY ALL),
    others AS (
      SELECT p.customer_code, p.day, t.customers - p.buys::INTEGER AS others,
             1 - (t.now - if(p.buys, p.now, 0)) / nullif(t.before - if(p.buys, p.before, 0), 0) AS fell
      FROM placed p JOIN trade t ON t.industry = p.industry AND t.area = p.area AND t.day = p.day)
    SELECT customer_code, day, (day + {ENTERED_DAYS})::DATE AS known_on, fell
    FROM others WHERE others >= {OTHERS} AND fell >= {CLEAR}"""
