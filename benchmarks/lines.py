"""Invoice lines by the million, as an export would have them: text ids, exact decimals, skewed customers.

python benchmarks/lines.py 10_000_000 lines.parquet
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

LINES_A_DOCUMENT = 4
FIRST_DAY, DAYS = "2023-01-01", 1096  # 36 months


def generate(lines: int, path: Path, customers: int = 200_000, month: int | None = None) -> None:
    """Write a Parquet file of lines in order of date: 36 months, or only the month that many after the first."""
    con = duckdb.connect()
    con.execute("SET memory_limit = '6GB'")
    con.execute(f"SET temp_directory = '{path}.spill'")
    con.execute("SET threads = 1")  # random() repeats only in one thread
    con.execute(f"SELECT setseed({0.42 if month is None else 0.5})")
    documents = lines // LINES_A_DOCUMENT
    digits = max(7, len(str(customers)))  # lpad cuts what is longer
    first = f"DATE '{FIRST_DAY}' + INTERVAL {month or 0} MONTH"
    days = DAYS if month is None else 31
    prefix = "INV" if month is None else f"M{month}"
    con.execute(
        f"""COPY (
          WITH document AS (
            SELECT d, ({first})::DATE + (d * {days}::BIGINT // {documents})::INTEGER AS date,
                   (pow(random(), 2.2) * {customers})::INTEGER AS customer
            FROM range({documents}) t(d))
          SELECT '{prefix}' || lpad(d::VARCHAR, 9, '0') AS document_id,
                 'C' || lpad(customer::VARCHAR, {digits}, '0') AS customer_id, date,
                 (exp(3 + 1.2 * (random() + random() + random() - 1.5)) * 10)::DECIMAL(18,2) AS amount,
                 'P' || lpad((pow(random(), 3) * 5000)::INTEGER::VARCHAR, 5, '0') AS product_id,
                 (1 + random() * 20)::INTEGER::DECIMAL(18,4) AS quantity
          FROM document, range({LINES_A_DOCUMENT})
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 250000)"""
    )


if __name__ == "__main__":
    generate(int(sys.argv[1].replace("_", "")), Path(sys.argv[2]))
