"""DuckDB in this process, reading the stored Parquet in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.store.engines import PARTS

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
        self.loads = store.loads("document_line")
        self.superseded = store.paths("superseded")

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of these months, with `superseded_on` where asked for."""
        paths = self.store.month_paths(part, months, self.loads)
        columns = ", ".join(PARTS[part])
        if not with_superseded or not self.superseded:
            extra = ", NULL::DATE AS superseded_on" if with_superseded else ""
            return self.con.sql(f"SELECT {columns}{extra} FROM read_parquet({paths})")
        return self.con.sql(
            f"SELECT {columns}, superseded_on FROM read_parquet({paths}) AS held "
            f"LEFT JOIN read_parquet({self.superseded}) AS gone USING (document_code)"
        )

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table to join with."""
        return self.con.create_table(name, table, temp=True, overwrite=True)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression."""
        return expression.to_pyarrow()

    def close(self) -> None:
        """Let go of the connection."""
        self.con.disconnect()


def connect(_url: str, store: FactStore) -> Engine:
    """An engine over the store's Parquet."""
    return DuckDB(store)
