"""PostgreSQL as the engine: lines are copied into its tables load by load and grouped there.

The Parquet of each load stays in the workspace as the journal from which the tables can be made again; undoing a load
removes its rows at the next `sync`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.store.engines import PARTS, month_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pyarrow as pa

    from liuke.store.engines import Engine
    from liuke.store.fact_store import FactStore, Load

SQL_TYPES = {
    "int8": "smallint",
    "int32": "integer",
    "int64": "bigint",
    "date": "date",
    "boolean": "boolean",
    "string": "text",
    "decimal(18, 2)": "numeric(18, 2)",
    "decimal(18, 4)": "numeric(18, 4)",
}
SUPERSEDED = {"document_code": "int64", "superseded_on": "date"}
ROWS_A_BATCH = 100_000


class Postgres:
    """Groups many periods a query: the server decides how to use its memory."""

    periods_a_query = 120

    def __init__(self, url: str, store: FactStore) -> None:
        try:
            import ibis
            import psycopg
        except ImportError as error:
            raise Refused(
                N_("The driver for PostgreSQL is not installed."), fix=N_("Install it: pip install 'liuke[postgres]'.")
            ) from error
        try:
            self.con: Any = ibis.connect(url)
        except psycopg.OperationalError as error:
            raise Refused(
                N_("The PostgreSQL engine does not answer: {detail}"),
                detail=str(error).strip().splitlines()[-1],
                fix=N_("Check `engine_url` in liuke.toml and that the server is running."),
            ) from error
        self.sync(store)

    def sync(self, store: FactStore) -> None:
        """Make the tables hold exactly the store's loads: copy what is missing, remove what was undone."""
        with self.con.con.transaction(), self.con.con.cursor() as cursor:
            for part, columns in {**PARTS, "superseded": SUPERSEDED}.items():
                typed = ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in columns.items())
                cursor.execute(f"CREATE TABLE IF NOT EXISTS liuke_{part} ({typed}, load_token text NOT NULL)")
            cursor.execute("CREATE INDEX IF NOT EXISTS liuke_line_date ON liuke_document_line USING brin (date)")
            cursor.execute("CREATE TABLE IF NOT EXISTS liuke_load (load_token text PRIMARY KEY)")
            cursor.execute("SELECT load_token FROM liuke_load")
            held = {token for (token,) in cursor.fetchall()}
            loads = {load.token: load for load in store.loads("document_line")}
            for token in held - loads.keys():
                for part in (*PARTS, "superseded", "load"):
                    cursor.execute(f"DELETE FROM liuke_{part} WHERE load_token = %s", [token])
            for token in loads.keys() - held:
                self._copy(cursor, store, loads[token])

    def _copy(self, cursor: Any, store: FactStore, load: Load) -> None:
        """Copy one load's rows."""
        import pyarrow.dataset as ds

        for part, columns in {**PARTS, "superseded": SUPERSEDED}.items():
            paths = store.paths(part, [load])
            if not paths:
                continue
            names = list(columns)
            with cursor.copy(f"COPY liuke_{part} ({', '.join(names)}, load_token) FROM STDIN") as copy:
                for batch in ds.dataset(paths).to_batches(columns=names, batch_size=ROWS_A_BATCH):
                    for row in zip(*(batch[name].to_pylist() for name in names), strict=True):
                        copy.write_row((*row, load.token))
        cursor.execute("INSERT INTO liuke_load VALUES (%s)", [load.token])

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of these months, with `superseded_on` where asked for."""
        first, after = month_bounds(months)
        table = self.con.table(f"liuke_{part}").drop("load_token")
        table = table.filter(table.date >= first, table.date < after)
        if not with_superseded:
            return table
        gone = self.con.table("liuke_superseded").select("document_code", "superseded_on")
        return table.left_join(gone, "document_code").drop("document_code_right")

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table to join with."""
        return self.con.create_table(name, table, temp=True, overwrite=True)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression."""
        return expression.to_pyarrow()

    def close(self) -> None:
        """Let go of the connection."""
        self.con.disconnect()


def connect(url: str, store: FactStore) -> Engine:
    """An engine on a PostgreSQL server, brought up to the store's loads."""
    return Postgres(url, store)
