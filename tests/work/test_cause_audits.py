"""Verdicts in both stores: added, never changed; whose they are, who may give them, and what stays of who left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW, joined, looking
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from liuke.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liuke.work.audit import entries, verify
from liuke.work.cause_audits import Case, add_verdict, cause_audits, undo_verdict
from liuke.work.people.users import leave
from liuke.work.tables import CAUSE_AUDIT

if TYPE_CHECKING:
    from liuke.work.store import WorkStore

CASE = Case("c1", "00003", "lost", "price", "random")


def test_a_correction_is_a_new_row_and_undone_is_one_too(store: WorkStore) -> None:
    wang, li = (looking(store, joined(store, login, "service")) for login in ("wang", "li"))
    with store.writing() as connection:
        first = add_verdict(connection, wang, CASE, "is", now=NOW)
        second = add_verdict(connection, li, CASE, "other", "quality", " 电话里说的 ", now=NOW + timedelta(days=1))
        with pytest.raises(NotFound):
            undo_verdict(connection, wang, second)
        assert undo_verdict(connection, li, second) == "c1"
        with pytest.raises(Conflict):
            undo_verdict(connection, li, second)
        third = add_verdict(connection, wang, CASE, "is_not")
    with store.reading() as connection:
        found = cause_audits(connection, {"c1": "c9"})
        assert [(row.id, row.customer_id, row.verdict, row.cause, row.undoes) for row in found] == [
            (first, "c9", "is", "price", None), (second, "c9", "other", "quality", None),
            (third - 1, "c9", "undone", None, second), (third, "c9", "is_not", "price", None),
        ]  # fmt: skip
        assert (found[1].note, found[1].by, found[1].on) == (
            "电话里说的", "Li", (NOW + timedelta(days=1)).astimezone().date()
        )  # fmt: skip
        assert [each.verb for each in entries(connection, object="customer:c1").rows] == [
            "confirm_cause", "undo_verdict", "confirm_cause", "confirm_cause",
        ]  # fmt: skip
        assert verify(connection) is None


@pytest.mark.parametrize("change", ["update", "delete", "replace"])
def test_no_row_is_changed_or_taken_away(store: WorkStore, change: str) -> None:
    wang = looking(store, joined(store, "wang", "service"))
    with store.writing() as connection:
        number = add_verdict(connection, wang, CASE, "is")
    statement = {
        "update": update(CAUSE_AUDIT).values(cause="quality"),
        "delete": delete(CAUSE_AUDIT),
        "replace": text(
            "INSERT OR REPLACE INTO cause_audit SELECT * FROM cause_audit" if store.kind == "sqlite" else
            "TRUNCATE cause_audit"
        ),
    }[change]  # fmt: skip
    with pytest.raises(DBAPIError), store.writing() as connection:
        connection.execute(statement)
    with store.reading() as connection:
        assert [(row.id, row.cause) for row in cause_audits(connection)] == [(number, "price")]


@pytest.mark.parametrize("role", ["account_manager", "distributor", "marketing", "analyst", "admin"])
def test_who_may_not_confirm_writes_nothing(store: WorkStore, role: str) -> None:
    other = looking(store, joined(store, "wu", role))
    with store.writing() as connection:
        with pytest.raises(Forbidden):
            add_verdict(connection, other, CASE, "is")
        with pytest.raises(Forbidden):
            undo_verdict(connection, other, 1)
        assert cause_audits(connection) == ()


def test_who_has_left_confirms_no_more_and_what_was_found_stays(store: WorkStore) -> None:
    joined(store, "boss", "owner")
    user = joined(store, "wang", "service")
    wang = looking(store, user)
    with store.writing() as connection:
        add_verdict(connection, wang, CASE, "is")
        leave(connection, None, user.id, None)
    with pytest.raises(NotFound):
        looking(store, user)
    with store.reading() as connection:
        (row,) = cause_audits(connection)
        assert (row.by, row.left, row.cause) == ("Wang", True, "price")


def test_what_is_no_verdict_is_refused(store: WorkStore) -> None:
    wang = looking(store, joined(store, "wang", "service"))
    unknown = Case("c1", "00003", "lost", "unknown", "random")
    with store.writing() as connection:
        for case, verdict, cause, note in (
            (CASE, "perhaps", None, ""), (CASE, "undone", None, ""), (CASE, "other", None, ""),
            (unknown, "is_not", None, ""), (CASE, "is", None, "x" * 1001),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                add_verdict(connection, wang, case, verdict, cause, note)
        assert cause_audits(connection) == ()


def test_of_what_nobody_can_say_no_cause_is_dropped_in_silence(store: WorkStore) -> None:
    wang = looking(store, joined(store, "wang", "service"))
    with store.writing() as connection:
        with pytest.raises(Invalid) as told:
            add_verdict(connection, wang, CASE, "unclear", "quality")
        assert told.value.code == "no_cause"
        assert cause_audits(connection) == ()
        add_verdict(connection, wang, CASE, "unclear")
