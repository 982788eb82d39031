"""The document lines of one customer, as they were known by a day, read from the months asked for alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.kinds import KINDS
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.store.documents import Span
    from liuke.store.fact_store import FactStore, Load

LINE_SUMS: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "kind": pl.String(),
    "document_id": pl.String(),
    "product_id": pl.String(),
    "amount": pl.Decimal(18, 2),
}


def customer_lines(
    store: FactStore, loads: Sequence[Load], codes: Sequence[int], months: Sequence[str], span: Span
) -> pl.DataFrame:
    """One row a document and product (LINE_SUMS) of the customers stored under these codes."""
    import duckdb

    lines, papers = (_of_months(store, part, loads, months) for part in ("document_line", "document"))
    if not lines or not codes:
        return pl.DataFrame(schema=LINE_SUMS)
    within = ", ".join(map(str, codes))
    gone = store.paths("superseded")
    replaced = f"(SELECT document_code FROM {parquet(gone)} WHERE superseded_on <= DATE '{span.known_by}')"
    current = f"ANTI JOIN {replaced} AS gone USING (document_code)" if gone else ""
    names = "CASE kind " + " ".join(f"WHEN {code} THEN '{name}'" for code, name in enumerate(KINDS)) + " END"
    named = f"""SELECT document_code, any_value(document_id) AS document_id FROM {parquet(papers)}
                WHERE customer_code IN ({within}) GROUP BY 1"""
    with duckdb.connect() as con:
        found = con.execute(
            f"""WITH named AS ({named})
                SELECT min(date) AS date, {names} AS kind, any_value(document_id) AS document_id, product_id,
                       sum(amount) AS amount
                FROM (SELECT * FROM {parquet(lines)} WHERE customer_code IN ({within})
                      AND date BETWEEN DATE '{span.since}' AND DATE '{span.until}'
                      AND recorded_on <= DATE '{span.known_by}') AS held {current}
                LEFT JOIN named USING (document_code)
                GROUP BY document_code, kind, date, product_id
                ORDER BY date, document_code, product_id"""
        ).pl()
    return found.cast(LINE_SUMS)  # type: ignore[arg-type]  # polars' stubs want one dtype


def _of_months(store: FactStore, part: str, loads: Sequence[Load], months: Sequence[str]) -> list[str]:
    """Files of these months; each load is looked into once."""
    wanted = {f"month={month}" for month in months}
    return [path for path in store.paths(part, loads) if wanted.intersection(path.split("/"))]
