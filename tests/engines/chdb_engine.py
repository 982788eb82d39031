"""ClickHouse in this process: the expressions compiled to its dialect and run by chdb."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import ibis
    import pyarrow as pa


class ClickHouse:
    """What the tests need of an engine: small tables in, results out."""

    def __init__(self, folder: Path) -> None:
        from chdb import session

        self.folder = folder
        self.session = session.Session()

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A table of these rows."""
        import ibis
        from pyarrow import parquet

        parquet.write_table(table, self.folder / f"{name}.parquet")
        self.session.query(f"DROP TABLE IF EXISTS {name}")
        self.session.query(
            f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{self.folder / name}.parquet', Parquet)"
        )
        return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression, under the settings the Ibis backend connects with."""
        import ibis
        import pyarrow as pa

        query = f"{ibis.to_sql(expression, dialect='clickhouse')} SETTINGS join_use_nulls = 1"
        found = self.session.query(query, "ArrowStream").bytes()
        return pa.ipc.open_stream(found).read_all().cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        """End the session."""
        self.session.close()
