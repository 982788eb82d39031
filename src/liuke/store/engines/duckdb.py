"""DuckDB in this process, reading the stored Parquet in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.store.engines import PARTS
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pyarrow as pa

    from liuke.store.engines import Engine
    from liuke.store.fact_store import FactStore

MEMORY = "600MB"  # one period's groups fit well; what does not, spills


class DuckDB:
    """Groups one period a query, so that memory stays that of one period."""

    periods_a_query = 1

    def __init__(self, store: FactStore) -> None:
        import ibis

        self.store = store
        self.con: Any = ibis.duckdb.connect(memory_limit=MEMORY, preserve_insertion_order=False)
        self.con.raw_sql("SET enable_external_file_cache = false")  # every file is read once
        self.loads = store.loads("document_line")
        self.tables: dict[str, ibis.Table] = {}
        self.queries: dict[Any, str] = {}
        self.superseded = store.paths("superseded")

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of these months, with `superseded_on` where asked for.

        The months stand in a view, so that the expression over it, and its SQL, is the same for every period.
        """
        paths = self.store.month_paths(part, months, self.loads)
        given = paths or self.store.paths(part, self.loads)[:1]  # one file gives the columns where there are no rows
        columns, rest = ", ".join(PARTS[part]), f"FROM {parquet(given)} AS held"
        if with_superseded and self.superseded:
            columns += ", superseded_on"
            rest += f" LEFT JOIN {parquet(self.superseded)} AS gone USING (document_code)"
        elif with_superseded:
            columns += ", NULL::DATE AS superseded_on"
        name = f"{part}_superseded" if with_superseded else part
        rest += "" if paths else " WHERE false"
        self.con.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} {rest}")
        if name not in self.tables:
            self.tables[name] = self.con.table(name)
        return self.tables[name]

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table to join with."""
        return self.con.create_table(name, table, temp=True, overwrite=True)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression; its SQL is written once."""
        query = self.queries.get(expression.op())
        if query is None:
            query = self.queries[expression.op()] = self.con.compile(expression)
        found = self.con.raw_sql(query).to_arrow_table()
        return found.cast(expression.schema().to_pyarrow())  # DuckDB's sum of int64 is wider than int64

    def close(self) -> None:
        """Let go of the connection."""
        self.con.disconnect()


def connect(_url: str, store: FactStore) -> Engine:
    """An engine over the store's Parquet."""
    return DuckDB(store)
