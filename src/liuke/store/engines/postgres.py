"""PostgreSQL as the engine: lines are copied into its tables load by load and grouped there.

The Parquet of each load stays in the workspace as the journal from which the tables can be made again; undoing a load
removes its rows at the next `sync`. The tables lie in the first schema of the connection's search path.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Conflict, Refused
from liuke.kernel.i18n import N_
from liuke.store.engines import PARTS, month_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import ibis
    import pyarrow as pa

    from liuke.store.engines import Engine
    from liuke.store.fact_store import FactStore

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
HELD = {**PARTS, "superseded": {"document_code": "int64", "superseded_on": "date"}}
ROWS_A_BATCH = 100_000
ONE_AT_A_TIME = "pg_try_advisory_lock(hashtext('liuke'), hashtext(coalesce(current_schema(), '')))"


class Postgres:
    """Groups many periods a query: the server decides how to use its memory."""

    periods_a_query = 24

    def __init__(self, url: str, store: FactStore) -> None:
        try:
            import ibis
            import psycopg
        except ImportError as error:
            raise Refused(
                N_("The driver for PostgreSQL is not installed."), fix=N_("Install it: pip install 'liuke[postgres]'.")
            ) from error
        if not url.startswith(("postgresql://", "postgres://")):
            raise Refused(
                N_("The engine is PostgreSQL, but `engine_url` is not an address of one."),
                fix=N_('Set engine_url = "postgresql://user:password@host:5432/database" in liuke.toml.'),
            )
        with _refusing():
            link = psycopg.connect(url, autocommit=True)
        try:
            with _refusing():
                link.execute("SET datestyle = 'ISO, YMD'")  # results are read as text
                self.con: Any = ibis.postgres.from_connection(link)
                self._alone()
                self.sync(store)
        except BaseException:
            link.close()
            raise

    def _alone(self) -> None:
        """Keep these tables to ourselves while the connection lives, or Refused when another run has them."""
        if not self.con.con.execute(f"SELECT {ONE_AT_A_TIME}").fetchone()[0]:
            raise Conflict(
                N_("Another run is using the tables in this PostgreSQL database."),
                fix=N_("Wait until it has finished, then try again."),
            )

    def sync(self, store: FactStore) -> None:
        """Make the tables hold exactly the store's loads, in one transaction: missing ones come, undone ones go."""
        with self.con.con.transaction(), self.con.con.cursor() as cursor:
            _make_tables(cursor)
            held = dict(cursor.execute("SELECT load_token, load_no FROM liuke_load").fetchall())
            loads = {load.token: load for load in store.loads("document_line")}
            _claim(cursor, str(store.root.resolve()), stranger=bool(held) and not held.keys() & loads.keys())
            gone = [held[token] for token in held.keys() - loads.keys()]
            for part in (*HELD, "load") if gone else ():
                cursor.execute(f"DELETE FROM liuke_{part} WHERE load_no = ANY(%s)", [gone])
            missing = [load for token, load in loads.items() if token not in held]
            for load in missing:
                cursor.execute("INSERT INTO liuke_load (load_token) VALUES (%s) RETURNING load_no", [load.token])
                number = cursor.fetchone()[0]
                for part, columns in HELD.items():
                    _copy(cursor, f"liuke_{part}", _batches(store.paths(part, [load]), list(columns)), number)
            if gone or missing:
                for part in HELD:
                    cursor.execute(f"ANALYZE liuke_{part}")

    def rows(self, part: str, months: Sequence[str], with_superseded: bool) -> ibis.Table:
        """Stored rows of these months, with `superseded_on` where asked for."""
        first, after = month_bounds(months)
        with _refusing():
            table, superseded = self.con.table(f"liuke_{part}"), self.con.table("liuke_superseded")
        table = table.drop("load_no").filter(table.date >= first, table.date < after)
        table = table.cast({"kind": PARTS[part]["kind"]})  # PostgreSQL has no int8 of one byte
        if not with_superseded:
            return table
        gone = superseded.select("document_code", "superseded_on")
        return table.left_join(gone, "document_code").drop("document_code_right")

    def small(self, name: str, table: pa.Table) -> ibis.Table:
        """A small table to join with."""
        import ibis

        schema = ibis.Schema.from_pyarrow(table.schema)
        typed = ", ".join(f'"{column}" {SQL_TYPES[str(kind).lstrip("!")]}' for column, kind in schema.items())
        with _refusing(), self.con.con.transaction(), self.con.con.cursor() as cursor:
            cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
            cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({typed})')
            _copy(cursor, name, table.to_batches(ROWS_A_BATCH))
            cursor.execute(f'ANALYZE "{name}"')
        return self.con.table(name).cast(dict(schema.items()))

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """The result of an expression: copied out as text and parsed whole, not fetched row by row."""
        from pyarrow import csv

        schema = expression.schema().to_pyarrow()
        with _refusing(), tempfile.TemporaryFile() as text:
            with (
                self.con.con.cursor() as cursor,
                cursor.copy(f"COPY ({self.con.compile(expression)}) TO STDOUT (FORMAT csv)") as copy,
            ):
                for block in copy:
                    text.write(block)
            if not text.tell():
                return schema.empty_table()
            text.seek(0)
            return csv.read_csv(
                text,
                read_options=csv.ReadOptions(column_names=schema.names),
                convert_options=csv.ConvertOptions(
                    column_types=schema,
                    null_values=[""],
                    true_values=["t"],
                    false_values=["f"],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )

    def close(self) -> None:
        """Let go of the connection."""
        self.con.con.close()


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever the server refuses into Refused."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
            raise Refused(
                N_("The PostgreSQL engine does not answer: {detail}"),
                detail=said,
                fix=N_("Check `engine_url` in liuke.toml and that the server is running."),
            ) from error
        raise Refused(
            N_("The PostgreSQL engine refused: {detail}"),
            detail=said,
            fix=N_("The user named in `engine_url` must be allowed to make tables and to read and write them."),
        ) from error


def _make_tables(cursor: Any) -> None:
    """Make the tables that are not there yet; those of an older program, which lack a column, are made anew."""
    for part, columns in HELD.items():
        there = cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            [f"liuke_{part}"],
        ).fetchall()
        if there and not {name for (name,) in there} >= columns.keys():
            for old in (*HELD, "load"):
                cursor.execute(f"DROP TABLE IF EXISTS liuke_{old}")
            break
    for part, columns in HELD.items():
        typed = ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in columns.items())
        cursor.execute(f"CREATE TABLE IF NOT EXISTS liuke_{part} ({typed}, load_no integer NOT NULL)")
    for part in PARTS:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS liuke_{part}_date ON liuke_{part} USING brin (date)")
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS liuke_load "
        "(load_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, load_token text NOT NULL UNIQUE)"
    )
    cursor.execute("CREATE TABLE IF NOT EXISTS liuke_owner (folder text NOT NULL)")


def _claim(cursor: Any, folder: str, stranger: bool) -> None:
    """Note whose tables these are; Refused when they hold the documents of another workspace."""
    owner = cursor.execute("SELECT folder FROM liuke_owner").fetchone()
    if owner is not None and owner[0] == folder:
        return
    if owner is not None and stranger:
        raise Refused(
            N_("The PostgreSQL database holds the documents of another workspace, {folder}."),
            folder=owner[0],
            fix=N_("Name another database in `engine_url`, or a schema: …/database?options=-csearch_path%3Dschema"),
        )
    cursor.execute("DELETE FROM liuke_owner")
    cursor.execute("INSERT INTO liuke_owner VALUES (%s)", [folder])


def _batches(paths: Sequence[str], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow.dataset as ds

    if paths:
        held = ds.dataset(list(paths))
        yield from held.to_batches(
            columns=list(columns), batch_size=ROWS_A_BATCH, batch_readahead=2, fragment_readahead=1
        )


def _copy(cursor: Any, table: str, batches: Iterable[pa.RecordBatch], load_no: int | None = None) -> None:
    """Append batches to a table, as CSV written by Polars: empty is null, quoted empty is an empty text."""
    import polars as pl

    for batch in batches:
        columns = ", ".join(f'"{name}"' for name in batch.schema.names)
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        if load_no is not None:
            columns += ", load_no"
            frame = frame.with_columns(load_no=pl.lit(load_no))
        with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)') as copy:
            copy.write(frame.write_csv(include_header=False, quote_style="necessary"))


def connect(url: str, store: FactStore) -> Engine:
    """An engine on a PostgreSQL server, brought up to the store's loads."""
    return Postgres(url, store)
