"""Notes, saved views and ownership by hand: whose they are, how they follow merges."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW, joined, looking

from liuke.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liuke.work.access import access_version
from liuke.work.assignments import assign, assignments, owners_now
from liuke.work.audit import entries
from liuke.work.merged import current_id, with_former
from liuke.work.notes import add_note, customer_notes, withdraw_note
from liuke.work.people.users import leave
from liuke.work.saved_views import change_view, remove_view, save_view, saved_views

if TYPE_CHECKING:
    from liuke.work.store import WorkStore


def test_notes_follow_a_merge_of_merges_and_are_newest_first(store: WorkStore) -> None:
    wang = looking(store, joined(store, "wang", "service"))
    with store.writing() as connection:
        for number, customer in enumerate(("c1", "c2", "c3", "c9")):
            add_note(connection, wang, customer, f" 备注 {number}\n二 ", now=NOW + timedelta(minutes=number))
    into = {"c1": "c2", "c2": "c3", "c3": "c2x"} | {"c3": "c5"}
    with store.reading() as connection:
        found = customer_notes(connection, ["c5"], into)
        assert [(note.customer_id, note.text, note.by) for note in found] == [
            ("c5", f"备注 {number}\n二", "Wang") for number in (2, 1, 0)
        ]
        assert [note.text for note in customer_notes(connection, ["c9", "c1"])] == ["备注 3\n二", "备注 0\n二"]
        assert customer_notes(connection, []) == ()
        assert customer_notes(connection, [f"x{n}" for n in range(2000)]) == ()


def test_a_note_is_withdrawn_by_its_writer_alone_and_stays(store: WorkStore) -> None:
    wang, li = (looking(store, joined(store, login, "service")) for login in ("wang", "li"))
    boss = looking(store, joined(store, "boss", "marketing"))
    with store.writing() as connection:
        note = add_note(connection, wang, "c1", "x")
        with pytest.raises(NotFound) as foreign:
            withdraw_note(connection, li, note)
        with pytest.raises(NotFound) as absent:
            withdraw_note(connection, li, note + 1)
        assert foreign.value.said.message == absent.value.said.message
        with pytest.raises(Forbidden):
            add_note(connection, boss, "c1", "x")
        assert withdraw_note(connection, wang, note, now=NOW) == "c1"
        withdraw_note(connection, wang, note)
        assert customer_notes(connection, ["c1"]) == ()
        assert customer_notes(connection, ["c1"], with_withdrawn=True)[0].withdrawn_at == NOW
        assert [e.verb for e in entries(connection, object="customer:c1").rows] == ["withdraw_note", "note"]
        for empty in ("", " \x00\n", "x" * 4001):
            with pytest.raises(Invalid):
                add_note(connection, wang, "c1", empty)


def test_views_are_one_s_own_or_shared(store: WorkStore) -> None:
    wang, li = (looking(store, joined(store, login, "service")) for login in ("wang", "li"))
    with store.writing() as connection:
        mine = save_view(connection, wang, "list", " 华东  大客户 ", "?region=华东&core=1", now=NOW)
        other = save_view(connection, li, "list", "a", "x=1", shared=True)
        save_view(connection, li, "list", "b", "x=2")
        seen = saved_views(connection, wang, "list")
        assert [(v.name, v.query, v.mine, v.shared, v.by) for v in seen] == [
            ("华东 大客户", "region=华东&core=1", True, False, "Wang"),
            ("a", "x=1", False, True, "Li"),
        ]
        assert saved_views(connection, wang, "overview") == ()
        for change in (
            lambda: change_view(connection, wang, other, name="z"),
            lambda: remove_view(connection, wang, other),
            lambda: remove_view(connection, wang, 99),
        ):
            with pytest.raises(NotFound):
                change()
        change_view(connection, wang, mine, name="新", shared=True)
        assert [(v.name, v.shared) for v in saved_views(connection, li)][-1] == ("新", True)
        change_view(connection, li, other, shared=False)
        remove_view(connection, wang, mine)
        assert saved_views(connection, wang) == ()


def test_a_view_s_name_is_given_once_a_page(store: WorkStore) -> None:
    wang = looking(store, joined(store, "wang", "service"))
    with store.writing() as connection:
        first = save_view(connection, wang, "list", "Mine", "a")
        save_view(connection, wang, "overview", "mine", "a")
        second = save_view(connection, wang, "list", "other", "a")
        with pytest.raises(Conflict):
            save_view(connection, wang, "list", "ＭＩＮＥ", "b")
        with pytest.raises(Conflict):
            change_view(connection, wang, second, name="mine")
        change_view(connection, wang, first, name="MINE")
        for name, query in (("", "a"), ("x" * 61, "a"), ("long", "q" * 4001)):
            with pytest.raises(Invalid):
                save_view(connection, wang, "list", name, query)


def test_the_last_owner_by_hand_holds_also_after_a_merge(store: WorkStore) -> None:
    boss = looking(store, joined(store, "boss", "owner"))
    joined(store, "li", "account_manager")
    with store.writing() as connection:
        assert assign(connection, boss, ["c1", "c2", "c2"], "S1", "新分工", now=NOW) == 2
        version = access_version(connection)
        assert assign(connection, boss, ["c1", "c2"], "S1", "again") == 0
        assert access_version(connection) == version
        assert assign(connection, boss, ["c2", "c3"], "@li", "交接") == 2
        assert owners_now(connection) == {"c1": "S1", "c2": "@li", "c3": "@li"}
        assert owners_now(connection, {"c3": "c1"}) == {"c1": "@li", "c2": "@li"}
        assert assign(connection, boss, ["c3"], None, "还给原来的人") == 1
        assert owners_now(connection) == {"c1": "S1", "c2": "@li"}
        assert owners_now(connection, {"c3": "c1"}) == {"c2": "@li"}
        assert access_version(connection) > version
        assert [(a.owner, a.reason) for a in assignments(connection, "c2")] == [("@li", "交接"), ("S1", "新分工")]
        log = entries(connection, verb="assign").rows[1]
        assert (log.before, log.facts) == ({"c2": "S1", "c3": None}, {"customers": 2, "reason": "交接"})


def test_customers_go_only_to_people_one_looks_after(store: WorkStore) -> None:
    manager = looking(store, joined(store, "wang", "manager"))
    service = looking(store, joined(store, "kefu", "service"))
    boss = looking(store, joined(store, "boss", "owner"))
    gone = joined(store, "gone", "account_manager")
    with store.writing() as connection:
        leave(connection, None, gone.id)
        with pytest.raises(Forbidden):
            assign(connection, manager, ["c1"], "S1", "x")
        with pytest.raises(Forbidden):
            assign(connection, service, ["c1"], "@kefu", "x")
        with pytest.raises(NotFound):
            assign(connection, boss, ["c1"], "@gone", "x")
        with pytest.raises(Invalid):
            assign(connection, boss, ["c1"], "S1", " ")
        assert assign(connection, manager, ["c1"], "@wang", "x") == 1


def test_many_customers_change_hands_at_once(store: WorkStore) -> None:
    boss = looking(store, joined(store, "boss", "owner"))
    many = [f"c{number}" for number in range(3000)]
    with store.writing() as connection:
        assert assign(connection, boss, many, "S1", "x") == 3000
        assert len(owners_now(connection)) == 3000
        assert entries(connection, verb="assign").rows[0].before is None


def test_a_circle_of_merges_ends() -> None:
    assert current_id("a", {"a": "b", "b": "a"}) == "b"
    assert current_id("a", {"a": "b", "b": "c"}) == "c"
    assert with_former(["c"], {"a": "b", "b": "c", "x": "y"}) == {"a", "b", "c"}
