"""Rows of a database by its address: a table or a query, streamed through a server-side cursor."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid, Refused
from liuke.kernel.i18n import N_
from liuke.sources.address import hidden, without_secrets
from liuke.sources.paths import shown as shown_path
from liuke.sources.table import ROW, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from sqlalchemy import Engine, TextClause
    from sqlalchemy.engine import URL

FETCH_ROWS = 50_000
SQLITE = b"SQLite format 3\0"
TABLE_NAME = re.compile(r"\s*[^\W\d][\w$#]*(\.[^\W\d][\w$#]*)?\s*$")  # no statement is one word
DRIVERS = {
    "postgresql": ("postgresql+psycopg", "psycopg", "postgres"),
    "postgres": ("postgresql+psycopg", "psycopg", "postgres"),
    "mysql": ("mysql+pymysql", "pymysql", "mysql"),
    "mariadb": ("mysql+pymysql", "pymysql", "mysql"),
    "oracle": ("oracle+oracledb", "oracledb", "oracle"),
    "mssql": ("mssql+mssqlpython", "mssql_python", "mssql"),
    "sqlite": ("sqlite", "sqlite3", ""),
}


def sqlite_address(path: Path) -> URL:
    """The address of a database file; its name may hold what means something in an address."""
    from sqlalchemy.engine import URL

    return URL.create("sqlite", database=str(path))


def open_database(location: str | URL, *, table: str | None = None, query: str | None = None) -> list[RawTable]:
    """The one table of a query, or of a named table, of the database at an address; a query may be a table's name.

    Without either, the only table of the database; a database with several is refused with their names.
    """
    url = _address(location)
    engine = _engine(url)
    shown = hidden(location) if isinstance(location, str) else str(url.database)
    if query is not None and TABLE_NAME.match(query):
        table, query = query.strip(), None
    statement = query if query is not None else _select_all(engine, shown, table)
    columns = _columns(engine, shown, statement)

    def batches() -> Iterator[pl.DataFrame]:
        return _stream(engine, shown, statement, columns)

    return [RawTable(shown, table, columns, 1, batches)]


def _address(location: str | URL) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(location)
    except (ArgumentError, ValueError) as error:
        raise Invalid(
            N_("{file} is not a database address."),
            fix=N_("Write it like postgresql://user:password@host:5432/name."),
            file=hidden(str(location)),
        ) from error
    name = url.get_backend_name()
    if name not in DRIVERS:
        raise Invalid(
            N_("{kind} databases can't be read; these can: {have}."),
            fix=N_("Export the rows to CSV or Parquet and load that file."),
            kind=name,
            have="postgresql, mysql, mssql, oracle, sqlite",
        )
    driver, module, extra = DRIVERS[name]
    if "+" not in url.drivername:
        url = url.set(drivername=driver)
        _check_driver(module, extra, name)
    return url


def _check_driver(module: str, extra: str, kind: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise Refused(
            N_("The driver for {kind} databases is not installed."),
            fix=N_("Install it: pip install 'liuke[{extra}]'"),
            kind=kind,
            extra=extra,
        )


def _engine(url: URL) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    if url.drivername == "sqlite" and url.database and not Path(url.database).is_file():
        raise Invalid(
            N_("{file} does not exist."),
            fix=N_("Check the path; a database is named by an address such as postgresql://user@host/name."),
            file=url.database,
        )
    if url.drivername == "sqlite" and url.database:
        _refuse_cut(Path(url.database))
    try:
        return create_engine(url, poolclass=NullPool, connect_args=_patience(url))
    except (ImportError, NoSuchModuleError) as error:
        raise Refused(
            N_("The driver for {kind} databases is not installed."),
            fix=N_("Install it: pip install 'liuke[{extra}]'"),
            kind=url.drivername,
            extra=DRIVERS[url.get_backend_name()][2],
        ) from error


def _refuse_cut(path: Path) -> None:
    """Refuse a database file shorter than its header says: the driver gives the rows of the pages that are left."""
    with path.open("rb") as file:
        head = file.read(100)
    size, pages, changed, counted = (int.from_bytes(head[at:to]) for at, to in ((16, 18), (28, 32), (24, 28), (92, 96)))
    whole, found = (65536 if size == 1 else size) * pages, path.stat().st_size
    if changed == counted and found < whole:  # else an old program wrote it, which keeps no count of pages
        raise Invalid(
            N_("{file} is cut off: {found} of its {whole} bytes are there."),
            fix=N_("Copy or export it again."),
            file=shown_path(path),
            found=found,
            whole=whole,
        )


def _patience(url: URL) -> dict[str, object]:
    """A dead host is told within seconds."""
    if url.drivername in ("postgresql+psycopg", "mysql+pymysql") and "connect_timeout" not in url.query:
        return {"connect_timeout": 10}
    return {}


def _refusal(engine: Engine, shown: str, error: Exception) -> Invalid:
    cause = getattr(error, "orig", None) or error
    parts = [part for part in cause.args if isinstance(part, str)] or [str(cause)]
    return Invalid(
        N_("The database {file} refused: {said}"),
        fix=N_("Check host, name, user, password and the right to read, then load again."),
        file=shown,
        said=without_secrets(" ".join(parts[-1].split()), engine.url.render_as_string(hide_password=False)),
    )


def _select_all(engine: Engine, shown: str, table: str | None) -> str:
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    schema, _, name = (table or "").rpartition(".")
    try:
        inspector = inspect(engine)
        have = sorted([*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)])
    except (SQLAlchemyError, TypeError, ValueError) as error:  # what a driver says of a word it does not know
        raise _refusal(engine, shown, error) from error
    if table is None and len(have) == 1:
        name = have[0]
    if name not in have:
        message = (
            N_("The database {file} has no table {table}; it has {have}.")
            if table
            else N_("The database {file} has {count} tables: {have}.")
        )
        raise Invalid(
            message,
            fix=N_("Name one of these tables, or give a query."),
            file=shown,
            table=table,
            count=len(have),
            have=", ".join(have[:40]) or "-",
        )
    quote = engine.dialect.identifier_preparer.quote
    return f"SELECT * FROM {quote(schema) + '.' if schema else ''}{quote(name)}"


def _clause(statement: str) -> TextClause:
    from sqlalchemy import text

    return text(statement.strip().rstrip(";").replace(":", r"\:"))


def _columns(engine: Engine, shown: str, statement: str) -> list[str]:
    from sqlalchemy.exc import SQLAlchemyError

    from liuke.sources.heading import names_of

    try:
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True).execute(_clause(statement))
            keys = list(result.keys())
            result.close()
    except (SQLAlchemyError, TypeError, ValueError) as error:  # what a driver says of a word it does not know
        raise _refusal(engine, shown, error) from error
    return names_of(keys, len(keys))


def _stream(engine: Engine, shown: str, statement: str, columns: list[str]) -> Iterator[pl.DataFrame]:
    import polars as pl
    from sqlalchemy.exc import SQLAlchemyError

    first = 1
    try:
        with engine.connect() as connection:
            streamed = connection.execution_options(stream_results=True, max_row_buffer=FETCH_ROWS)
            with streamed.execute(_clause(statement)) as result:
                for rows in result.partitions(FETCH_ROWS):
                    values = zip(*rows, strict=True)
                    data = {name: _series(name, column) for name, column in zip(columns, values, strict=True)}
                    numbers = pl.int_range(first, first + len(rows), dtype=pl.UInt64, eager=True)
                    first += len(rows)
                    yield pl.DataFrame(data).with_columns(numbers.alias(ROW))
    except SQLAlchemyError as error:
        raise _refusal(engine, shown, error) from error


def _series(name: str, values: Sequence[object]) -> pl.Series:
    """One column of a batch, typed when all its values are of one kind, as text when they are mixed."""
    import polars as pl

    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pl.Series(name, [None] * len(values), dtype=pl.String)
    if kinds <= {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):  # type: ignore[operator]
        return pl.Series(name, values, dtype=pl.Int64)
    if kinds == {float}:
        return pl.Series(name, values, dtype=pl.Float64)
    if kinds == {date}:
        return pl.Series(name, values, dtype=pl.Date)
    if kinds == {datetime}:
        naive = [value.replace(tzinfo=None) if isinstance(value, datetime) else None for value in values]
        return pl.Series(name, naive, dtype=pl.Datetime("us"))
    return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)
