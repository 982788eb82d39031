"""The work store: one SQLite file beside the facts, or a PostgreSQL database by its address.

Both behave alike. Whoever reads sees one moment of the store and can't write; whoever writes is alone: SQLite begins
IMMEDIATE (a unit that reads first and writes later would be thrown out at once), PostgreSQL takes one advisory lock.
Writing units are short: no password is hashed and no file read inside one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from liuke.kernel.errors import Away, Invalid, Refused
from liuke.kernel.i18n import N_
from liuke.work.migrate import migrated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

STORE = "work.sqlite"  # in the workspace, unless an address names another place
WAIT_SECONDS = 15  # for somebody else's writing unit
CONNECT_SECONDS = 5
WRITER_LOCK = 0x6C69756B65  # "liuke": the one advisory lock of writers in a PostgreSQL database
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what was confirmed is on the disk
    f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE slips past the append-only triggers
)


class WorkStore:
    """An open work store; threads share it, each unit of work has a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._here = threading.local()

    @classmethod
    def open(cls, url: str | Path, *, prepare: bool = True) -> WorkStore:
        """The store at a path (a SQLite file) or address, made where there is none and brought to this version.

        Without `prepare` it stays what it is, for those who fill an empty one.

        Refused when a newer program made it, Away when it does not answer, Invalid when the address or file is none.
        """
        address = store_address(url)
        store = cls(_engine(address))
        try:
            if store.path is not None:
                _make_file(store.path)
            if prepare:
                with store.writing() as connection:
                    migrated(connection, store.shown)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def shown(self) -> str:
        """Where the store is, without its password: for doctors and logs."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return Path(str(self._engine.url.database)) if self.kind == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the store and can't write."""
        with _in_words(writing=False), self._engine.connect() as plain:
            level = {} if self.kind == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            connection = plain.execution_options(**level)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in one transaction, alone among writers; kept when the block ends, undone when it raises.

        RuntimeError at once for a unit within a unit of the same thread: it would wait for itself.
        """
        if getattr(self._here, "writing", False):
            raise RuntimeError("a writing unit within a writing unit: hand its connection on")
        self._here.writing = True
        try:
            with _in_words(writing=True), self._engine.connect() as plain:
                connection = plain.execution_options(writing=True)
                with connection.begin():
                    yield connection
        finally:
            self._here.writing = False

    def now(self) -> datetime:
        """The moment by the clock of the store: that of PostgreSQL, for SQLite that of this computer."""
        if self.kind == "sqlite":
            return datetime.now(UTC)
        with self.reading() as connection:
            moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def store_place(root: Path, url: str = "") -> str | Path:
    """Where the work store of a workspace is: at the address given, else in a file of its folder."""
    return url or root / STORE


def store_address(url: str | Path) -> URL:
    """The address of a store: a path is a SQLite file, `postgresql://…` a database. Invalid for any other."""
    if isinstance(url, Path) or "://" not in url:
        return URL.create("sqlite", database=str(Path(url).absolute()))
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Invalid(N_("The address of the work store can't be read."), fix=ADDRESS) from error
    if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
        return URL.create("sqlite", database=str(Path(str(address.database)).absolute()))
    if address.get_backend_name() in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    raise Invalid(
        N_("The work store can be SQLite or PostgreSQL, not {kind}."), kind=address.get_backend_name(), fix=ADDRESS
    )


ADDRESS = N_("Give the path of a file, or an address like postgresql://user:password@host:5432/name.")


def _engine(address: URL) -> Engine:
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, pool_size=10, max_overflow=40, pool_timeout=WAIT_SECONDS)
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        try:
            engine = create_engine(
                address,
                pool_size=10,
                max_overflow=10,
                pool_timeout=WAIT_SECONDS,
                pool_pre_ping=True,
                connect_args={"connect_timeout": CONNECT_SECONDS},
            )
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            raise Refused(
                N_("A work store in PostgreSQL needs the program's part for it."),
                code="driver_missing",
                fix=N_("Install it with: pip install 'liuke[postgres]'"),
            ) from error
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get("writing"))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif writing:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '60s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def _make_file(path: Path) -> None:
    """An empty file nobody else on the computer may read, where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Refused(
            N_("The work store {path} can't be made or written: {detail}."),
            path=path,
            detail=error.strerror or str(error),
            code="store_unwritable",
            fix=N_("Check the folder, its permissions and the room on the disk."),
        ) from error


@contextmanager
def _in_words(*, writing: bool) -> Iterator[None]:
    """What a store says when it can't go on, as sentences; faults of the program stay what they are."""
    try:
        yield
    except PoolTimeout as error:
        raise _busy() from error
    except DBAPIError as error:
        said = _in_sqlite(error, writing) if isinstance(error.orig, sqlite3.Error) else _in_postgres(error)
        if said is None:
            raise
        raise said from error


def _busy() -> Away:
    return Away(
        N_("Too many people are writing at the moment; nothing of yours was changed."),
        code="store_busy",
        fix=N_("Try again in a moment."),
    )


def _in_sqlite(error: DBAPIError, writing: bool) -> Refused | None:
    name = getattr(error.orig, "sqlite_errorname", "")
    if name == "SQLITE_READONLY" and not writing:
        return None  # a fault of ours: what reads tried to write
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _busy()
    if name.startswith("SQLITE_FULL") or name == "SQLITE_IOERR_WRITE":
        return Refused(
            N_("The disk of the work store is full; nothing was changed."),
            code="disk_full",
            fix=N_("Make room on it, then try again."),
        )
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return Invalid(
            N_("The work store is damaged or no work store: {detail}."),
            detail=str(error.orig),
            code="store_damaged",
            fix=N_("Bring it back from a backup: liuke restore."),
        )
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_PERM")):
        return Away(
            N_("The work store does not answer: {detail}."),
            detail=str(error.orig),
            fix=N_("Check the folder, its permissions and the room on the disk."),
        )
    return None


def _in_postgres(error: DBAPIError) -> Refused | None:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state == "55P03":  # lock_timeout
        return _busy()
    if state.startswith("53100"):
        return Refused(
            N_("The disk of the work store is full; nothing was changed."),
            code="disk_full",
            fix=N_("Make room on it, then try again."),
        )
    # class 08: connection; 57P: shut down; 53: no resources; 28: who we are; 3D: no such database; none: no answer
    lost = error.connection_invalidated or state.startswith(("08", "57P", "53", "28", "3D"))
    if lost or (not state and type(error.orig).__name__ == "OperationalError"):
        return Away(
            N_("The work store does not answer."),
            fix=N_("Check that PostgreSQL runs and that the address, user and password are right; then try again."),
        )
    return None
