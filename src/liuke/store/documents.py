"""The documents behind a customer or a flag, as they were known at a run's as_of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.kinds import KINDS
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from datetime import date

    from liuke.store.fact_store import FactStore

SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "customer_code": pl.Int32,  # the customer it is counted under
    "date": pl.Date,
    "kind": pl.String,
    "document_id": pl.String,
    "lines": pl.Int64,
    "amount": pl.Decimal(18, 2),
}


@dataclass(frozen=True)
class Span:
    """Documents dated in [since, until] that were known by a day; `each` limits them to the newest of a customer."""

    since: date | None
    until: date
    known_by: date
    each: int | None = None


def documents(store: FactStore, owners: pl.DataFrame, span: Span) -> pl.DataFrame:
    """One row a document (SCHEMA), newest first, of the stored customers in `owners` (customer_code, owner_code)."""
    import duckdb

    paths = store.paths("document")
    if owners.is_empty() or not paths:
        return pl.DataFrame(schema=SCHEMA)
    gone = store.paths("superseded")
    replaced = f"(SELECT document_code FROM {parquet(gone)} WHERE superseded_on <= DATE '{span.known_by}')"
    current = f"ANTI JOIN {replaced} AS gone USING (document_code)" if gone else ""
    names = "CASE kind " + " ".join(f"WHEN {code} THEN '{name}'" for code, name in enumerate(KINDS)) + " END"
    newest = (
        f"QUALIFY row_number() OVER (PARTITION BY owner_code ORDER BY min(date) DESC, document_code) <= {span.each}"
    )
    con = duckdb.connect()
    con.register("owner", owners.to_arrow())
    found = con.execute(
        f"""SELECT owner_code AS customer_code, min(date) AS date, {names} AS kind,
                   any_value(document_id) AS document_id, sum(lines)::BIGINT AS lines, sum(amount) AS amount
            FROM {parquet(paths)} AS held {current} JOIN owner USING (customer_code)
            WHERE date <= DATE '{span.until}' AND recorded_on <= DATE '{span.known_by}'
              {f"AND date >= DATE '{span.since}'" if span.since else ""}
            GROUP BY owner_code, document_code, kind {newest if span.each else ""}
            ORDER BY owner_code, min(date) DESC, document_id"""
    ).pl()
    return found.cast(SCHEMA)  # type: ignore[arg-type]  # polars' stubs want one dtype


def owners_of(customers: pl.DataFrame) -> pl.DataFrame:
    """customer_code as stored and the owner_code it is counted under, from customer_code and merged_into."""
    return customers.select("customer_code", owner_code=pl.coalesce("merged_into", "customer_code"))
