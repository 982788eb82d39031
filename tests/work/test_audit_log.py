"""The audit log: its chain, its triggers, its search; no secret gets in."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW, joined, looking
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from liuke.work.audit import entries, record, verify

if TYPE_CHECKING:
    from liuke.work.store import WorkStore


def filled(store: WorkStore, count: int = 5) -> None:
    with store.writing() as connection:
        for number in range(count):
            record(connection, None, "try", f"thing:{number}", {"n": number}, {"n": number + 1}, at=NOW)


def unguarded(store: WorkStore, *statements: str) -> None:
    """Run statements as one who may take the triggers off: what the chain is for."""
    with store.writing() as connection:
        if store.kind == "sqlite":
            for name in ("audit_no_update", "audit_no_delete"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


def broken_at(store: WorkStore) -> int | None:
    with store.reading() as connection:
        return verify(connection)


def test_an_untouched_log_holds(store: WorkStore) -> None:
    assert broken_at(store) is None
    filled(store)
    assert broken_at(store) is None


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET object = 'thing:x' WHERE id = 3", 3),
        ("UPDATE audit SET login = 'boss' WHERE id = 1", 1),
        ("UPDATE audit SET before = NULL WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 5", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET id = id + 10 WHERE id = 4", 4),
        ("UPDATE audit SET id = 0 WHERE id = 5", 5),
        ("UPDATE audit_head SET last_id = 6", 6),
    ],
)
def test_what_was_tampered_with_is_found(store: WorkStore, tampering: str, found: int) -> None:
    filled(store)
    unguarded(store, tampering)
    assert broken_at(store) == found


def test_a_row_hashed_anew_still_breaks_the_chain(store: WorkStore) -> None:
    """Who knows the program can hash a changed row; the next one holds the old hash."""
    filled(store)
    with store.reading() as connection:
        hashes = {entry.id: entry.hash for entry in entries(connection).rows}
    unguarded(store, f"UPDATE audit SET hash = '{hashes[2]}', object = 'thing:1' WHERE id = 3")
    assert broken_at(store) == 3


@pytest.mark.parametrize("table", ["audit", "assignment"])
@pytest.mark.parametrize("how", ["UPDATE {table} SET user_id = NULL", "DELETE FROM {table}"])
def test_rows_are_added_and_never_changed(store: WorkStore, table: str, how: str) -> None:
    user = joined(store, "wang", "owner")
    with store.writing() as connection:
        said = "INSERT INTO assignment (customer_id, at, user_id, reason) VALUES ('c', '2026-11-02', :user, 'x')"
        connection.execute(text(said), {"user": user.id})
    with pytest.raises(DBAPIError, match="added, never changed"), store.writing() as connection:
        connection.execute(text(how.format(table=table)))
    with store.reading() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1


@pytest.mark.parametrize("table", ["audit", "assignment"])
def test_no_statement_of_one_store_slips_past(store: WorkStore, table: str) -> None:
    user = joined(store, "wang", "owner")
    with store.writing() as connection:
        said = "INSERT INTO assignment (customer_id, at, user_id, reason) VALUES ('c', '2026-11-02', :user, 'x')"
        connection.execute(text(said), {"user": user.id})
    how = f"REPLACE INTO {table} SELECT * FROM {table}" if store.kind == "sqlite" else f"TRUNCATE {table} CASCADE"
    with pytest.raises(DBAPIError, match="added, never changed"), store.writing() as connection:
        connection.execute(text(how))


def test_twenty_at_once_make_one_chain(store: WorkStore) -> None:
    threads = [threading.Thread(target=filled, args=(store, 5)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert (verify(connection), entries(connection).count) == (None, 100)


def test_entries_are_found_page_by_page(store: WorkStore) -> None:
    wang = looking(store, joined(store, "wang", "owner"))
    with store.writing() as connection:
        record(connection, wang, "export", "list", rows=120, purpose="春节拜访 100%", at=NOW + timedelta(days=1))
        for number in range(60):
            record(connection, None, "try", f"thing:{number}", at=NOW)
    with store.reading() as connection:
        first, second = entries(connection, verb="try"), entries(connection, verb="try", page=2)
        assert (first.count, len(first.rows), len(second.rows)) == (60, 50, 10)
        assert [e.object for e in (*first.rows, *second.rows)] == [f"thing:{n}" for n in reversed(range(60))]
        for search in ("拜访", "EXPORT wang", "100%"):
            assert [e.verb for e in entries(connection, search=search).rows] == ["export"], search
        assert entries(connection, search="10_%").count == 0, "signs of patterns are letters"
        assert entries(connection, user_id=wang.user_id, since=NOW + timedelta(hours=1)).rows[0].facts == {
            "rows": 120,
            "purpose": "春节拜访 100%",
        }
        assert entries(connection, object="list", until=NOW + timedelta(days=1)).count == 0


@pytest.mark.parametrize("held", [{"password": 1}, {"a": [{"api_token": 1}]}, {"code": 1}])
def test_no_secret_gets_in(store: WorkStore, held: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no secrets"), store.writing() as connection:
        record(connection, None, "try", "thing", after=held)


def test_a_change_that_is_undone_is_not_in_the_log(store: WorkStore) -> None:
    filled(store, 2)
    with pytest.raises(ValueError, match="no"), store.writing() as connection:
        record(connection, None, str(record(connection, None, "try", "thing")), "x", int("no"))
    filled(store, 1)
    with store.reading() as connection:
        assert (entries(connection).count, verify(connection)) == (3, None)
