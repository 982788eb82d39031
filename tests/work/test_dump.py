"""A work store as files: the same from either store to either, and nothing that was not dumped is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from people import joined, looking
from sqlalchemy import insert, select, text

from liuke.kernel.errors import Conflict, Invalid, Refused
from liuke.work import notes
from liuke.work.audit import verify
from liuke.work.dump import dump_store, kept_tables, load_store
from liuke.work.store import WorkStore
from liuke.work.tables import NOTE, SESSION

if TYPE_CHECKING:
    from pathlib import Path


def used(store: WorkStore) -> None:
    """People, sessions, a note whose successor was deleted."""
    for login, role in (("boss", "owner"), ("wu", "account_manager")):
        joined(store, login, role)
    boss = looking(store, 1)
    with store.writing() as connection:
        now = datetime.now(UTC)
        row = {"token_hash": "a" * 64, "user_id": 1, "made_at": now, "seen_at": now, "address": "",
               "expires_at": now + timedelta(days=1)}  # fmt: skip
        connection.execute(insert(SESSION).values(row))
        notes.add_note(connection, boss, "c1", '答应周五回电\nquoted " and \\')
        connection.execute(insert(NOTE).values(customer_id="c1", text="x", user_id=1, at=now))
        connection.execute(NOTE.delete().where(NOTE.c.id == 2))


def told(store: WorkStore) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as connection:
        return {each.name: [tuple(row) for row in connection.execute(select(each).order_by(*each.primary_key))]
                for each in kept_tables()}  # fmt: skip


def test_what_was_dumped_is_there_again(store: WorkStore, other: str, tmp_path: Path) -> None:
    used(store)
    dumped = dump_store(store, tmp_path)
    load_store(other, tmp_path, dumped, lambda: None)
    back = WorkStore.open(other)
    assert told(back) == told(store)
    assert dumped.rows["note"] == 1
    with back.writing() as connection:
        assert verify(connection) is None
        assert connection.execute(select(SESSION)).all() == []
        number = connection.execute(
            insert(NOTE).values(customer_id="c", text="x", user_id=1, at=datetime.now(UTC)).returning(NOTE.c.id)
        ).scalar_one()
        assert number == 3, "a number once given is never given again"
        with pytest.raises(Exception, match="added, never changed"), connection.begin_nested():
            connection.execute(text("DELETE FROM audit"))
    back.close()


def test_a_store_that_holds_something_is_left_alone(store: WorkStore, other: str, tmp_path: Path) -> None:
    used(store)
    dumped = dump_store(store, tmp_path)
    taken = WorkStore.open(other)
    joined(taken, "mei", "owner")
    with pytest.raises(Conflict) as said:
        load_store(other, tmp_path, dumped, lambda: None)
    assert said.value.code == "store_used"
    assert len(told(taken)["user"]) == 1
    taken.close()


@pytest.mark.parametrize("amiss", ["row", "audit", "gone", "words", "columns"])
def test_rows_that_are_not_what_was_dumped_are_refused_whole(tmp_path: Path, amiss: str) -> None:
    store = WorkStore.open(tmp_path / "work.sqlite")
    used(store)
    dumped = dump_store(store, tmp_path)
    path = tmp_path / ("audit.jsonl" if amiss == "audit" else "user.jsonl")
    lines = path.read_text("utf-8").splitlines(keepends=True)
    if amiss == "row":
        lines.append(lines[-1])
    elif amiss == "audit":
        row = json.loads(lines[1])
        lines[1] = json.dumps([*row[:3], "somebody else", *row[4:]]) + "\n"
    elif amiss == "words":
        lines[1] = "nothing of JSON\n"
    elif amiss == "columns":
        lines[1] = "[1, 2]\n"
    path.write_text("" if amiss == "gone" else "".join(lines), "utf-8")
    with pytest.raises(Invalid) as said:
        load_store(tmp_path / "other.sqlite", tmp_path, dumped, lambda: None)
    assert said.value.code == "backup_damaged"
    there = WorkStore.open(tmp_path / "other.sqlite")
    assert told(there)["user"] == [], "nothing of it was kept"
    for each in (there, store):
        each.close()


def test_a_dump_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store = WorkStore.open(tmp_path / "work.sqlite")
    dumped = dump_store(store, tmp_path)
    store.close()
    with pytest.raises(Refused) as said:
        load_store(tmp_path / "other.sqlite", tmp_path, replace(dumped, revision="9999"), lambda: None)
    assert said.value.code == "backup_newer"
    assert not (tmp_path / "other.sqlite").exists()


def test_a_session_does_not_live_on_in_a_dump(tmp_path: Path) -> None:
    store = WorkStore.open(tmp_path / "work.sqlite")
    used(store)
    dump_store(store, tmp_path)
    assert not any("a" * 64 in path.read_text("utf-8") for path in tmp_path.glob("*.jsonl"))
    store.close()
