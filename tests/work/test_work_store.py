"""The store itself: made, migrated, read and written alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from people import NOW, joined, looking
from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from liuke.kernel.errors import Away, Invalid, Refused
from liuke.work.audit import record
from liuke.work.migrate import migrated
from liuke.work.store import WorkStore, store_address
from liuke.work.tables import METADATA, NOTE, SAVED_VIEW, SESSION

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def schema(connection: Connection) -> object:
    """All that a schema is made of, by the catalogue of the store."""
    look = inspect(connection)
    tables = [name for name in sorted(look.get_table_names()) if name != "alembic_version"]
    seen: dict[str, object] = {}
    for name in tables:
        seen[name] = (
            sorted((c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in look.get_columns(name)),
            look.get_pk_constraint(name),
            sorted(map(str, look.get_foreign_keys(name))),
            sorted(map(str, look.get_unique_constraints(name))),
            sorted(json.dumps(each, default=str, sort_keys=True) for each in look.get_indexes(name)),
            sorted(map(str, look.get_check_constraints(name))),
        )
    if connection.dialect.name == "sqlite":
        found = "SELECT type, name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%AUTOINCREMENT%'"
        kept = [(kind, name, sql if kind == "trigger" else "") for kind, name, sql in connection.exec_driver_sql(found)]
    else:
        found = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        kept = [(row[0],) for row in connection.exec_driver_sql(found)]
    return seen, sorted(kept)


def test_a_migrated_store_is_the_one_its_tables_say(place: str) -> None:
    store = WorkStore.open(place)
    with store.reading() as connection:
        by_steps = schema(connection)
    with store.writing() as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        assert schema(connection) == by_steps
    assert len(by_steps[0]) == len(METADATA.tables)  # type: ignore[index]
    assert len(by_steps[1]) >= 4  # type: ignore[index]
    store.close()


def test_opening_again_keeps_what_is_there(place: str) -> None:
    first = WorkStore.open(place)
    joined(first, "wang", "owner")
    first.close()
    again = WorkStore.open(place)
    assert looking(again, 1).login == "wang"
    again.close()


def test_many_may_open_a_new_store_at_once(place: str) -> None:
    failed: list[BaseException] = []

    def one() -> None:
        try:
            WorkStore.open(place).close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_store_of_a_newer_program_is_refused_and_left_alone(place: str) -> None:
    store = WorkStore.open(place)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match=r"made by a newer Liuke \(its version is 9999\)") as told:
        WorkStore.open(place)
    assert told.value.code == "store_newer"
    with store.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    store.close()


def test_a_database_of_something_else_is_refused(store: WorkStore) -> None:
    with store.writing() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        with pytest.raises(Refused) as told:
            migrated(connection, "here")
    assert told.value.code == "store_foreign"


def test_a_moment_is_converted_and_one_without_a_zone_refused(store: WorkStore) -> None:
    user = joined(store, "wang")
    china = datetime(2026, 10, 31, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    row = {"token_hash": "a", "user_id": user.id, "seen_at": china, "expires_at": china, "address": ""}
    with store.writing() as connection:
        connection.execute(insert(SESSION).values(**row, made_at=china))
    with store.reading() as connection:
        back = connection.execute(select(SESSION.c.made_at)).scalar_one()
        found = connection.execute(select(SESSION.c.user_id).where(SESSION.c.made_at == back)).scalar()
    assert (back.isoformat(), found) == ("2026-10-31T00:00:00+00:00", user.id)
    with pytest.raises(StatementError, match="needs a time zone"), store.writing() as connection:
        connection.execute(update(SESSION).values(made_at=datetime(2026, 10, 31, 8, 0)))


def test_what_reads_can_not_write(store: WorkStore) -> None:
    joined(store, "wang")
    with pytest.raises(DBAPIError), store.reading() as connection:
        connection.execute(text("DELETE FROM role_grant"))
    with store.writing() as connection:  # the same connection of the pool may write again
        connection.execute(text("DELETE FROM role_grant"))


def test_what_reads_sees_one_moment(store: WorkStore) -> None:
    with store.reading() as before:
        count = select(text("count(*)")).select_from(text("audit"))
        assert before.execute(count).scalar() == 0
        with store.writing() as connection:
            record(connection, None, "seen", "nothing")
        assert before.execute(count).scalar() == 0
    with store.reading() as after:
        assert after.execute(count).scalar() == 1


def test_a_writing_unit_that_raises_leaves_nothing(store: WorkStore) -> None:
    with pytest.raises(ValueError, match="half"), store.writing() as connection:
        record(connection, None, "half", "done", {"a": record(connection, None, "all", "done")}, int("half"))
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit")).scalar() == 0


def test_twenty_writers_lose_nothing(store: WorkStore) -> None:
    """Each reads a row and writes it back by its version; 20 x 10 changes are 200."""
    user = joined(store, "wang")
    view = {"user_id": user.id, "page": "list", "name": "0", "name_key": "0", "query": "", "shared": False}
    with store.writing() as connection:
        connection.execute(insert(SAVED_VIEW).values(**view, made_at=NOW))
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                with store.writing() as connection:
                    name, version = connection.execute(select(SAVED_VIEW.c.name, SAVED_VIEW.c.version)).one()
                    changed = update(SAVED_VIEW).where(SAVED_VIEW.c.version == version)
                    done = connection.execute(changed.values(name=str(int(name) + 1), version=version + 1))
                    assert done.rowcount == 1
                    record(connection, None, "count", "view:1")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.reading() as connection:
        assert connection.execute(select(SAVED_VIEW.c.name, SAVED_VIEW.c.version)).one() == ("200", 201)


def test_a_writing_unit_within_another_is_refused_at_once(store: WorkStore) -> None:
    with store.writing(), pytest.raises(RuntimeError, match="hand its connection on"), store.writing():
        pass
    with store.writing() as connection:
        record(connection, None, "after", "it")


def test_a_number_is_not_given_twice(store: WorkStore) -> None:
    user = joined(store, "wang")
    row = {"customer_id": "c1", "text": "x", "user_id": user.id, "at": NOW}
    with store.writing() as connection:
        first = connection.execute(insert(NOTE).values(row).returning(NOTE.c.id)).scalar_one()
        connection.execute(NOTE.delete().where(NOTE.c.id == first))
        assert connection.execute(insert(NOTE).values(row).returning(NOTE.c.id)).scalar_one() > first


def test_text_that_a_store_refuses_is_stored_without_what_it_refuses(store: WorkStore) -> None:
    user = joined(store, "wang")
    row = {"customer_id": "c\x001", "text": "a\x00b\udcffc\n张", "user_id": user.id, "at": NOW}
    with store.writing() as connection:
        connection.execute(insert(NOTE).values(row))
    with store.reading() as connection:
        assert connection.execute(select(NOTE.c.customer_id, NOTE.c.text)).one() == ("c1", "ab\ufffdc\n张")


def test_a_file_that_is_no_store_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "work.sqlite"
    path.write_bytes(b"once upon a time there was no database at all" * 100)
    with pytest.raises(Invalid) as told:
        WorkStore.open(path)
    assert told.value.code == "store_damaged"
    assert path.read_bytes().startswith(b"once upon")


def test_a_folder_nobody_can_make_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused) as told:
        WorkStore.open(tmp_path / "file" / "work.sqlite")
    assert told.value.code == "store_unwritable"


def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    store = WorkStore.open(tmp_path / "work.sqlite")
    assert (tmp_path / "work.sqlite").stat().st_mode & 0o077 == 0
    store.close()


@pytest.mark.parametrize(
    "url", ["mysql://root@h/x", "sqlite://", "oracle://x", "nonsense://", "://", "postgresql://h:x/y"]
)
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(Invalid):
        store_address(url)


def test_a_store_that_is_locked_too_long_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liuke.work.store.PRAGMAS", ("PRAGMA busy_timeout=50", "PRAGMA journal_mode=WAL"))
    store = WorkStore.open(tmp_path / "work.sqlite")
    other = sqlite3.connect(tmp_path / "work.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Away) as told, store.writing():
        pass
    assert (told.value.code, told.value.http) == ("store_busy", 503)
    other.rollback()
    other.close()
    with store.writing():
        pass
    store.close()


def test_the_clock_of_the_store_is_in_utc(store: WorkStore) -> None:
    assert store.now().tzinfo is UTC
    assert abs(store.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_full_disk_is_said_and_keeps_what_was_there(tmp_path: Path) -> None:
    store = WorkStore.open(tmp_path / "work.sqlite")
    joined(store, "wang", "owner")

    def fill() -> None:
        with store.writing() as connection:
            connection.execute(text("PRAGMA max_page_count = 1"))  # no more pages than there are
            for number in range(2000):
                record(connection, None, "fill", f"thing:{number}", after={"text": "x" * 500})

    with pytest.raises(Refused) as told:
        fill()
    assert told.value.code == "disk_full"
    with store.writing() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))
        record(connection, None, "after", "it")
    store.close()
