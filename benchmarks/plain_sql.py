"""What a good analyst would write instead: plain DuckDB SQL over the same lines, for the same answers.

Panel of customers x months (dense from the first purchase), both classic rules for every month, the 80/20 set,
recency, frequency and money. Text ids and exact decimals, as the export has them.

python benchmarks/plain_sql.py lines.parquet
"""

from __future__ import annotations

import resource
import sys
import time

import duckdb

SQL = """
CREATE TEMP TABLE customer_month AS
SELECT customer_id, date_trunc('month', date) AS month, sum(amount) AS amount,
       count(DISTINCT document_id) AS documents, count(DISTINCT date) AS occasions, max(date) AS last_on
FROM read_parquet('{path}') GROUP BY ALL;

CREATE TEMP TABLE panel AS
WITH span AS (SELECT customer_id, min(month) AS first FROM customer_month GROUP BY 1),
     months AS (SELECT unnest(generate_series(min(month), max(month), INTERVAL 1 MONTH)) AS month FROM customer_month),
     grid AS (SELECT customer_id, months.month FROM span JOIN months ON months.month >= first)
SELECT customer_id, month, coalesce(amount, 0) AS amount, coalesce(documents, 0) AS documents
FROM grid LEFT JOIN customer_month USING (customer_id, month);

CREATE TEMP TABLE flag AS
SELECT customer_id, month,
       amount < a1 AND a1 < a2 AND a2 < a3 AS falling,
       greatest(amount, a1, a2) <= 0 AS nothing
FROM (SELECT *, lag(amount) OVER w AS a1, lag(amount, 2) OVER w AS a2, lag(amount, 3) OVER w AS a3
      FROM panel WINDOW w AS (PARTITION BY customer_id ORDER BY month));

CREATE TEMP TABLE customer AS
WITH total AS (SELECT customer_id, sum(amount) AS money, sum(documents) AS frequency, max(last_on) AS last_on
               FROM customer_month GROUP BY 1),
     shared AS (SELECT *, sum(money) OVER (ORDER BY money DESC, customer_id) - money AS before,
                       sum(money) OVER () AS everything FROM total WHERE money > 0)
SELECT customer_id, money, frequency, (SELECT max(last_on) FROM total) - last_on AS recency_days,
       before < 0.8 * everything AS core FROM shared;
"""

if __name__ == "__main__":
    con = duckdb.connect()
    started = time.perf_counter()
    con.execute(SQL.format(path=sys.argv[1]))
    seconds = time.perf_counter() - started
    falling, nothing = con.execute("SELECT count_if(falling), count_if(nothing) FROM flag").fetchall()[0]
    core, money = con.execute("SELECT count_if(core), sum(money) FROM customer").fetchall()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{seconds:.2f} {peak:.2f} {falling} {nothing} {core} {money}")
