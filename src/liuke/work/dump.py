"""A work store as files that either store can be made from again: one file of JSON lines a table, of one moment.

What lets somebody in without a password is left out: sessions, the set-up code, and the attempts to sign in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from liuke.kernel.errors import Conflict, Invalid, Refused
from liuke.kernel.i18n import N_
from liuke.work.audit import verify
from liuke.work.columns import Utc
from liuke.work.migrate import known_revisions, migrated, revision_of
from liuke.work.store import WorkStore
from liuke.work.tables import AUDIT_HEAD, METADATA, SESSION, SET_UP_CODE, SIGN_IN_ATTEMPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Connection

LEFT_OUT = (SESSION, SET_UP_CODE, SIGN_IN_ATTEMPT)
AT_ONCE = 2_000  # rows read or added together


@dataclass(frozen=True)
class Dumped:
    """What was written of a work store: its version, the rows of each table, where the audit log ends."""

    revision: str
    rows: dict[str, int]
    audit_id: int
    audit_hash: str


def kept_tables() -> tuple[Table, ...]:
    """The tables of a dump, those first that others refer to."""
    return tuple(table for table in METADATA.sorted_tables if table not in LEFT_OUT)


def dump_store(store: WorkStore, folder: Path) -> Dumped:
    """Write every table as `<table>.jsonl` into a folder that is there, as the store is at one moment."""
    with store.reading() as connection:
        rows = {}
        for table in kept_tables():
            with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="\n") as out:
                head = {"table": table.name, "columns": [each.name for each in table.columns]}
                out.write(_line({**head, "last_id": _last_id(connection, table)}))
                rows[table.name] = 0
                for row in connection.execution_options(yield_per=AT_ONCE).execute(
                    select(table).order_by(*table.primary_key)
                ):
                    out.write(_line([_told(value) for value in row]))
                    rows[table.name] += 1
        end = connection.execute(select(AUDIT_HEAD.c.last_id, AUDIT_HEAD.c.hash)).first()
        ends = (0, "") if end is None else (int(end.last_id), str(end.hash))
        return Dumped(revision_of(connection) or "", rows, *ends)


def load_store(url: str | Path, folder: Path, dumped: Dumped, last: Callable[[], None]) -> None:
    """Fill an empty work store with a dump, in one transaction; `last` is called before it counts.

    Refused where the dump is of a newer program, Conflict where the store holds anything, Invalid where the rows or the
    audit log are not what was dumped. Then nothing is there that was not there before.
    """
    if dumped.revision not in known_revisions():
        raise Refused(N_("The backup was made by a newer Liuke."), code="backup_newer", fix=N_("Update this program."))
    store = WorkStore.open(url, prepare=False)
    try:
        with store.writing() as connection:
            _refuse_used(connection, store.shown)
            migrated(connection, store.shown, dumped.revision if revision_of(connection) is None else "head")
            try:
                _fill(connection, folder, dumped)
            except (ValueError, KeyError, TypeError, StopIteration, AttributeError, IntegrityError, DataError) as error:
                raise _amiss("*") from error  # rows nobody here wrote
            migrated(connection, store.shown)
            last()
    finally:
        store.close()


def _refuse_used(connection: Connection, shown: str) -> None:
    there = set(inspect(connection).get_table_names())
    used = [
        table.name
        for table in METADATA.sorted_tables
        if table.name in there and connection.execute(select(func.count()).select_from(table)).scalar_one()
    ]
    if used:
        raise Conflict(
            N_("The work store {store} holds something already; nothing was changed."),
            store=shown,
            code="store_used",
            fix=N_("Give an empty database or a path where nothing lies."),
        )


def _fill(connection: Connection, folder: Path, dumped: Dumped) -> None:
    for table in kept_tables():
        path = folder / f"{table.name}.jsonl"
        if table.name not in dumped.rows:  # a table younger than the dump
            continue
        count, rows = 0, []
        with path.open(encoding="utf-8") as lines:
            head = json.loads(next(lines))
            columns = [table.columns[name] for name in head["columns"]]
            for line in lines:
                held = zip(columns, json.loads(line), strict=True)
                rows.append({column.name: _meant(column.type, value) for column, value in held})
                count += 1
                if len(rows) == AT_ONCE:
                    connection.execute(insert(table), rows)
                    rows = []
        if rows:
            connection.execute(insert(table), rows)
        if count != dumped.rows[table.name]:
            raise _amiss(table.name)
        _number_on(connection, table, head["last_id"])
    end = connection.execute(select(AUDIT_HEAD.c.last_id, AUDIT_HEAD.c.hash)).first()
    found = (0, "") if end is None else (end.last_id, end.hash)
    if verify(connection) is not None or found != (dumped.audit_id, dumped.audit_hash):
        raise _amiss("audit")


def _amiss(table: str) -> Invalid:
    return Invalid(
        N_("The backup is damaged: {file} is not what was written."),
        file=f"work/{table}.jsonl",
        code="backup_damaged",
        fix=N_("Take another backup."),
    )


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _meant(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Utc):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _numbered(table: Table) -> bool:
    """Whether the store gives the numbers of a table's rows, none twice."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _last_id(connection: Connection, table: Table) -> int:
    """The last number a table ever gave, of rows deleted since too; 0 where it gave none."""
    if not _numbered(table):
        return 0
    if connection.dialect.name == "sqlite":
        asked = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")
        return int(connection.execute(asked, {"name": table.name}).scalar_one())
    given = connection.execute(text(f"SELECT last_value, is_called FROM {_sequence(connection, table)}")).one()
    return int(given.last_value) if given.is_called else 0


def _number_on(connection: Connection, table: Table, last_id: int) -> None:
    """From now on the table gives numbers after this one."""
    if not last_id or not _numbered(table):
        return
    if connection.dialect.name == "sqlite":
        named = {"name": table.name, "last": last_id}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), named)
    else:
        asked = {"sequence": _sequence(connection, table), "last": last_id}
        connection.execute(text("SELECT setval(CAST(:sequence AS regclass), :last)"), asked)


def _sequence(connection: Connection, table: Table) -> str:
    quoted = connection.dialect.identifier_preparer.format_table(table)
    return str(connection.execute(text("SELECT pg_get_serial_sequence(:of, 'id')"), {"of": quoted}).scalar_one())
