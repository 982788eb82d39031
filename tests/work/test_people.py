"""Users, roles, teams, viewers: who may what, whose customers each sees, and changes that name one another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW, PASSWORD, QUICK, joined, looking

from liuke.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from liuke.kernel.i18n import in_language
from liuke.work.access import access_version
from liuke.work.audit import entries
from liuke.work.people.api_tokens import make_token, token_viewer
from liuke.work.people.passwords import hashed_password, one_time_password, password_fits
from liuke.work.people.roles import SCOPES, VERBS, all_roles
from liuke.work.people.sessions import session_user, sign_in
from liuke.work.people.teams import remove_team, set_team, teams
from liuke.work.people.users import (
    add_user,
    change_user,
    leave,
    rejoin,
    reset_password,
    set_roles,
    user,
    user_called,
    users,
)
from liuke.work.people.viewer import viewer_of

if TYPE_CHECKING:
    from liuke.work.store import WorkStore


def test_the_roles_of_the_file_are_made_of_verbs_and_scopes_there_are() -> None:
    for role in all_roles().values():
        assert role.scope in SCOPES
        assert role.verbs
        assert role.verbs <= VERBS.keys()
        assert role.title.zh
        assert role.title.en
    assert all_roles()["owner"].verbs == VERBS.keys()
    assert "read" not in all_roles()["admin"].verbs


def test_the_cast_sees_whom_it_should(store: WorkStore) -> None:
    cast = {
        name: joined(store, name, name, salesperson_id=number)
        for name, number in [("owner", None), ("manager", "S1"), ("account_manager", "S2"), ("distributor", None)]
    }
    cast["service"], cast["admin"] = joined(store, "service", "service"), joined(store, "admin", "admin")
    cast["nobody"], cast["both"] = joined(store, "nobody"), joined(store, "both", "account_manager", "analyst")
    with store.writing() as connection:
        set_team(connection, None, name="A", manager_id=cast["manager"].id, members=[cast["account_manager"].id])
    seen = {name: looking(store, who).owners for name, who in cast.items()}
    assert seen == {
        "owner": None,
        "manager": {"S1", "S2"},
        "account_manager": {"S2"},
        "distributor": {"@distributor"},
        "service": None,
        "admin": frozenset(),
        "nobody": frozenset(),
        "both": None,
    }
    manager = looking(store, cast["manager"])
    assert (manager.sees("S2"), manager.sees("S3"), manager.sees(None)) == (True, False, False)
    assert looking(store, cast["owner"]).sees(None)
    assert looking(store, cast["both"]).verbs == all_roles()["analyst"].verbs | all_roles()["account_manager"].verbs


def test_a_manager_sees_the_teams_he_is_in_and_those_who_left_them(store: WorkStore) -> None:
    manager, member = joined(store, "li", "manager"), joined(store, "zhao", "account_manager", salesperson_id="S9")
    joined(store, "boss", "owner")
    with store.writing() as connection:
        set_team(connection, None, name="B", members=[manager.id, member.id])
        leave(connection, None, member.id)
    assert looking(store, manager).owners == {"@li", "S9"}
    with store.writing() as connection:
        set_roles(connection, None, manager.id, manager.version, ["account_manager"])
    assert looking(store, manager).owners == {"@li"}, "being in a team shows one's own only"


def test_the_key_of_a_viewer_tells_rights_apart_and_nothing_else(store: WorkStore) -> None:
    one, two = joined(store, "a", "owner"), joined(store, "b", "owner", language="en")
    three = joined(store, "c", "account_manager")
    four = joined(store, "d", "account_manager")
    keys = [looking(store, who).key for who in (one, two, three, four)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_viewer_who_may_not_is_told_so(store: WorkStore) -> None:
    viewer = looking(store, joined(store, "wang", "service"))
    with pytest.raises(Forbidden, match="signed in as Wang"):
        viewer.demand("export")
    with pytest.raises(Forbidden), store.writing() as connection:
        add_user(connection, viewer, login="x", name="X", password_hash="h")
    with pytest.raises(Forbidden), store.writing() as connection:
        set_roles(connection, viewer, viewer.user_id, 1, ["owner"])


def test_two_who_edit_one_user_are_told_of_each_other(store: WorkStore) -> None:
    boss = looking(store, joined(store, "boss", "owner"))
    wang = joined(store, "wang", "service")
    with store.writing() as connection:
        changed = change_user(connection, boss, wang.id, wang.version, name="王伟", salesperson_id="S7")
        assert (changed.name, changed.version) == ("王伟", 2)
    with pytest.raises(Conflict) as told, store.writing() as connection:
        change_user(connection, boss, wang.id, wang.version, name="Wang W.")
    assert str(told.value).splitlines()[0] == (
        "王伟 was changed meanwhile by boss: name Wang → 王伟, salesperson - → S7. Nothing of yours was saved."
    )
    with store.writing() as connection:
        set_roles(connection, boss, wang.id, 2, ["manager", "service"])
    with in_language("zh"), pytest.raises(Conflict, match="角色 客服 → 销售经理、客服"), store.writing() as connection:
        set_roles(connection, boss, wang.id, 2, ["owner"])
    with store.reading() as connection:
        assert user(connection, wang.id).name == "王伟"
        log = entries(connection, object=f"user:{wang.id}").rows
    assert [(e.verb, e.before, e.after) for e in log[:2]] == [
        ("set_roles", {"roles": ["service"]}, {"roles": ["manager", "service"]}),
        ("change_user", {"name": "Wang", "salesperson_id": None}, {"name": "王伟", "salesperson_id": "S7"}),
    ]


def test_one_changes_one_s_own_name_but_not_whose_customers_one_sees(store: WorkStore) -> None:
    wang = joined(store, "wang", "service")
    viewer = looking(store, wang)
    with store.writing() as connection:
        assert change_user(connection, viewer, wang.id, 1, language="en").language == "en"
    with pytest.raises(Forbidden), store.writing() as connection:
        change_user(connection, viewer, wang.id, 2, salesperson_id="S1")


@pytest.mark.parametrize("how", ["roles", "leave"])
def test_the_last_who_manages_users_stays(store: WorkStore, how: str) -> None:
    first, second = joined(store, "a", "owner"), joined(store, "b", "admin")

    def remove(who: int, version: int) -> None:
        with store.writing() as connection:
            if how == "roles":
                set_roles(connection, None, who, version, ["service"])
            else:
                leave(connection, None, who)

    remove(first.id, first.version)
    with pytest.raises(Refused) as told:
        remove(second.id, second.version)
    assert told.value.code == "last_manager"
    with store.reading() as connection:
        assert (user(connection, second.id).roles, user(connection, second.id).left_on) == (("admin",), None)


@pytest.mark.parametrize("how", ["roles", "leave"])
def test_who_manages_nobody_may_go_where_nobody_manages(store: WorkStore, how: str) -> None:
    """A workspace of one director: nobody manages, and that the director goes changes nothing of it."""
    only = joined(store, "dir", "director")
    with store.writing() as connection:
        if how == "roles":
            assert set_roles(connection, None, only.id, only.version, ["analyst"]).roles == ("analyst",)
        else:
            assert leave(connection, None, only.id).left_on is not None
            with pytest.raises(NotFound, match="dir has left"):
                viewer_of(connection, only.id)


def test_who_leaves_is_out_at_once(store: WorkStore) -> None:
    joined(store, "boss", "owner")
    wang = joined(store, "wang", "account_manager")
    token = sign_in(store, "wang", PASSWORD, "", NOW)
    with store.writing() as connection:
        _, program = make_token(connection, looking(store, wang), "t", ["read"], NOW + timedelta(days=9), now=NOW)
    with store.writing() as connection:
        assert session_user(connection, token, NOW) == wang.id
        assert token_viewer(connection, program, NOW) is not None
        assert str(leave(connection, None, wang.id, now=NOW).left_on) == "2026-11-02"
        assert session_user(connection, token, NOW) is None
        assert token_viewer(connection, program, NOW) is None
    with pytest.raises(NotFound):
        looking(store, wang)
    with pytest.raises(Refused, match="name or the password"):
        sign_in(store, "wang", PASSWORD, "", NOW)
    with store.writing() as connection:
        rejoin(connection, None, wang.id)
        assert session_user(connection, token, NOW) is None
        assert token_viewer(connection, program, NOW) is None
    assert looking(store, wang).owners == {"@wang"}


def test_a_login_is_one_whatever_its_letters(store: WorkStore) -> None:
    joined(store, "Wang.Wei")
    with pytest.raises(Conflict, match=r"There is a user wang\.wei already"):
        joined(store, "ＷＡＮＧ.ＷＥＩ ")
    with store.reading() as connection:
        assert user_called(connection, "WANG.wei").login == "wang.wei"
        with pytest.raises(NotFound):
            user_called(connection, "li")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"login": "a b"}, "bad_login"),
        ({"login": " "}, "bad_login"),
        ({"login": "x" * 101}, "bad_login"),
        ({"name": "\x00 "}, "bad_name"),
        ({"language": "fr"}, "unknown_language"),
        ({"time_zone": "Mars/Base"}, "unknown_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "unknown_time_zone"),
        ({"time_zone": ""}, "unknown_time_zone"),
        ({"time_zone": "Asia"}, "unknown_time_zone"),
        ({"time_zone": "a\x00b"}, "unknown_time_zone"),
        ({"salesperson_id": "@boss"}, "bad_salesperson"),
        ({"roles": ["king"]}, "unknown_role"),
    ],
)
def test_a_user_that_can_not_be_is_refused_in_words(store: WorkStore, given: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as told, store.writing() as connection:
        add_user(connection, None, **{"login": "wang", "name": "W", "password_hash": "h", **given})  # type: ignore[arg-type]
    assert told.value.code == code
    with store.reading() as connection:
        assert users(connection) == ()


@pytest.mark.parametrize("weak", ["short", "1234567890", "wang.weiwei", "WANG.WEIWEI", "aaabaaabaaab", "x" * 1001])
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(Invalid) as told:
        hashed_password(weak, "wang.weiwei", "王伟")
    assert told.value.code == "weak_password"


def test_a_password_is_argon2id_of_nineteen_mebibytes_and_the_same_on_every_keyboard() -> None:
    made = hashed_password("correct horse 电池", "wang")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password_fits(made, "ｃｏｒｒｅｃｔ horse 电池")
    assert not password_fits(made, "correct horse 电油")
    assert not password_fits(None, "correct horse 电池")
    assert not password_fits("no hash at all", "correct horse 电池")
    hashed_password(one_time_password(), "wang")


def test_a_reset_password_ends_sessions_and_must_be_changed(store: WorkStore) -> None:
    wang = joined(store, "wang", "owner")
    token = sign_in(store, "wang", PASSWORD, "", NOW)
    with store.writing() as connection:
        reset_password(connection, None, wang.id, QUICK.hash(b"another one"))
        assert session_user(connection, token, NOW) is None
        assert user(connection, wang.id).must_change
        assert "another" not in str(entries(connection).rows)
    sign_in(store, "wang", "another one", "", NOW)


def test_teams_are_changed_by_their_version(store: WorkStore) -> None:
    one, two = joined(store, "a"), joined(store, "b")
    with store.writing() as connection:
        made = set_team(connection, None, name="华东 一部", members=[two.id, one.id, one.id])
        assert (made.members, made.version) == ((one.id, two.id), 1)
        changed = set_team(connection, None, name="华东", manager_id=one.id, team_id=made.id, version=1)
        assert (changed.members, changed.version, teams(connection)) == ((), 2, (changed,))
        with pytest.raises(Conflict):
            set_team(connection, None, name="x", team_id=made.id, version=1)
        with pytest.raises(Conflict):
            set_team(connection, None, name=" 华东 ")
        with pytest.raises(NotFound):
            set_team(connection, None, name="y", members=[99])
        with pytest.raises(NotFound):
            set_team(connection, None, name="y", team_id=99)
        before = access_version(connection)
        remove_team(connection, None, made.id, 2)
        assert (teams(connection), access_version(connection)) == ((), before + 1)
