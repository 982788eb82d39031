"""The first visit, sessions, attempts to sign in, tokens."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW, PASSWORD, joined, looking
from sqlalchemy import select, text

from liuke.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany
from liuke.work.audit import entries, verify
from liuke.work.people.api_tokens import api_tokens, keep_token, make_token, revoke_token, token_viewer
from liuke.work.people.sessions import (
    change_password,
    keep_session,
    session_user,
    sign_in,
    sign_out,
)
from liuke.work.people.set_up import first_code, has_users, set_up
from liuke.work.people.users import set_roles
from liuke.work.tables import SESSION

if TYPE_CHECKING:
    from datetime import datetime

    from liuke.work.store import WorkStore

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def there(store: WorkStore, token: str, now: datetime) -> int | None:
    with store.reading() as connection:
        return session_user(connection, token, now)


def wrong(store: WorkStore, login: str, address: str, now: datetime) -> None:
    with pytest.raises(Refused) as told:
        sign_in(store, login, "wrong password", address, now)
    assert told.value.code == "wrong_sign_in"


def test_the_first_visit_needs_the_code_of_the_last_start(store: WorkStore) -> None:
    old, code = first_code(store), first_code(store)
    assert old is not None
    assert code is not None
    for bad in (old, "", "x"):
        with pytest.raises(Refused) as told:
            set_up(store, bad, "boss", "老板", PASSWORD)
        assert told.value.code == "wrong_code"
    with pytest.raises(Invalid):
        set_up(store, code, "boss", "老板", "boss")
    with store.reading() as connection:
        assert not has_users(connection)
        assert code not in str(connection.execute(text("SELECT * FROM set_up_code")).all())
    made = set_up(store, f" {code.upper()} ", "boss", "老板", PASSWORD)
    assert made.roles == ("owner", "admin")
    assert first_code(store) is None
    with pytest.raises(Conflict):
        set_up(store, code, "other", "Other", PASSWORD)
    sign_in(store, "BOSS", PASSWORD, "1.1.1.1")


def test_a_session_ends_after_idle_hours_and_after_two_weeks(store: WorkStore) -> None:
    wang = joined(store, "wang")
    token = sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW)
    assert there(store, token, NOW + 11 * HOUR) == wang.id
    assert there(store, token, NOW + 12 * HOUR) is None
    at = NOW
    while (at := at + 10 * HOUR) < NOW + 14 * DAY:
        assert keep_session(store, token, at) == wang.id
    assert keep_session(store, token, NOW + 14 * DAY) is None
    assert there(store, "made up", NOW) is None
    assert there(store, "\ud800", NOW) is None


def test_a_clock_set_back_ends_no_session(store: WorkStore) -> None:
    wang = joined(store, "wang")
    token = sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW)
    assert keep_session(store, token, NOW - 3 * HOUR) == wang.id
    assert keep_session(store, token, NOW + 8 * HOUR) == wang.id


def test_the_store_holds_no_token(store: WorkStore) -> None:
    joined(store, "wang")
    token = sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW)
    with store.reading() as connection:
        held = connection.execute(select(SESSION)).one()
        assert token not in str(held)
        assert token not in str(entries(connection).rows)
    assert len(token) >= 43


def test_signing_in_again_ends_the_browser_s_old_session(store: WorkStore) -> None:
    wang, li = joined(store, "wang"), joined(store, "li")
    old = sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW)
    other = sign_in(store, "wang", PASSWORD, "2.2.2.2", NOW)
    new = sign_in(store, "li", PASSWORD, "1.1.1.1", NOW, old_token=old)
    assert [there(store, each, NOW) for each in (old, other, new)] == [None, wang.id, li.id]
    sign_out(store, new)
    sign_out(store, new)
    assert there(store, new, NOW) is None


def test_wrong_names_and_wrong_passwords_are_told_alike(store: WorkStore) -> None:
    joined(store, "wang")
    said = []
    for login in ("wang", "nobody"):
        with pytest.raises(Refused) as told:
            sign_in(store, login, "wrong password", "1.1.1.1", NOW)
        said.append((str(told.value), told.value.code, told.value.http))
    assert said[0] == said[1]
    with store.reading() as connection:
        assert [e.verb for e in entries(connection).rows[:2]] == ["sign_in_refused"] * 2
        assert "nobody" not in str(entries(connection).rows), "what was typed as a name may be a password"
        assert "nobody" not in str(connection.execute(text("SELECT * FROM sign_in_attempt")).all())


def test_after_ten_wrong_ones_an_account_waits(store: WorkStore) -> None:
    joined(store, "wang")
    for number in range(10):
        wrong(store, "wang", f"10.0.0.{number}", NOW + number * MINUTE)
    with pytest.raises(TooMany, match="Try again in 5 min") as told:
        sign_in(store, "wang", PASSWORD, "9.9.9.9", NOW + 10 * MINUTE)
    assert (told.value.code, told.value.http) == ("too_many", 429)
    sign_in(store, "wang", PASSWORD, "9.9.9.9", NOW + 15 * MINUTE + timedelta(seconds=1))
    wrong(store, "wang", "9.9.9.9", NOW + 16 * MINUTE)


def test_after_fifty_wrong_ones_an_address_waits(store: WorkStore) -> None:
    joined(store, "wang")
    for number in range(50):
        wrong(store, f"guess{number}", "6.6.6.6", NOW)
    with pytest.raises(TooMany):
        sign_in(store, "wang", PASSWORD, "6.6.6.6", NOW)
    sign_in(store, "wang", PASSWORD, "7.7.7.7", NOW)


def test_many_at_a_time_slip_past_no_limit(store: WorkStore) -> None:
    joined(store, "wang")
    told: list[str] = []

    def guess() -> None:
        try:
            sign_in(store, "wang", "wrong password", "6.6.6.6", NOW)
        except Refused as error:
            told.append(error.code)

    threads = [threading.Thread(target=guess) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("wrong_sign_in"), told.count("too_many")) == (10, 15)
    with store.reading() as connection:
        assert verify(connection) is None


def test_a_changed_password_ends_the_other_sessions(store: WorkStore) -> None:
    wang = joined(store, "wang")
    mine, other = (sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW) for _ in range(2))
    with pytest.raises(Refused) as told:
        change_password(store, wang.id, "not it at all", "another good one", mine, NOW)
    assert told.value.code == "wrong_password"
    for weak in (PASSWORD, "wang", "short"):
        with pytest.raises(Invalid):
            change_password(store, wang.id, PASSWORD, weak, mine, NOW)
    change_password(store, wang.id, PASSWORD, "another good one", mine, NOW)
    assert [there(store, each, NOW) for each in (mine, other)] == [wang.id, None]
    wrong(store, "wang", "1.1.1.1", NOW)
    sign_in(store, "wang", "another good one", "1.1.1.1", NOW)
    with store.reading() as connection:
        assert "another good one" not in str(entries(connection).rows)


def test_a_password_hashed_with_less_work_is_hashed_anew_at_sign_in(store: WorkStore) -> None:
    joined(store, "wang")
    sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW)
    with store.reading() as connection:
        held = connection.execute(text('SELECT password_hash FROM "user"')).scalar_one()
    assert "m=19456,t=2,p=1" in held
    sign_in(store, "wang", PASSWORD, "1.1.1.1", NOW)


def test_a_token_may_what_both_may_today(store: WorkStore) -> None:
    wang = joined(store, "wang", "manager")
    viewer = looking(store, wang)
    joined(store, "boss", "owner")
    with store.writing() as connection:
        made, shown = make_token(connection, viewer, "BI", ["read", "export"], NOW + 30 * DAY, now=NOW)
        assert shown not in str(connection.execute(text("SELECT * FROM api_token")).all())
        assert shown not in str(entries(connection).rows)
    through = keep_token(store, shown, NOW)
    assert through is not None
    assert (through.verbs, through.owners) == ({"read", "export"}, {"@wang"})
    assert through.key != viewer.key
    with store.writing() as connection:
        set_roles(connection, None, wang.id, wang.version, ["service"])
    with store.reading() as connection:
        today = token_viewer(connection, shown, NOW)
        assert today is not None
        assert (today.verbs, today.owners) == ({"read"}, None)
        assert token_viewer(connection, shown, NOW + 30 * DAY) is None
        assert token_viewer(connection, "lk_madeup", NOW) is None
        assert api_tokens(connection, wang.id)[0].used_at == NOW
    with store.writing() as connection:
        revoke_token(connection, looking(store, wang), made.id, now=NOW)
        assert token_viewer(connection, shown, NOW) is None


def test_a_token_without_read_sees_nobody(store: WorkStore) -> None:
    viewer = looking(store, joined(store, "boss", "owner"))
    with store.writing() as connection:
        _, shown = make_token(connection, viewer, "loader", ["data"], NOW + DAY, now=NOW)
        through = token_viewer(connection, shown, NOW)
    assert through is not None
    assert (through.verbs, through.owners) == ({"data"}, frozenset())


def test_tokens_that_can_not_be_are_refused(store: WorkStore) -> None:
    viewer = looking(store, joined(store, "wang", "service"))
    boss = looking(store, joined(store, "boss", "owner"))
    other = looking(store, joined(store, "li", "service"))
    with store.writing() as connection:
        with pytest.raises(Forbidden):
            make_token(connection, viewer, "t", ["read", "export"], NOW + DAY, now=NOW)
        for scopes, end in ((["fly"], DAY), ([], DAY), (["read"], -DAY), (["read"], 400 * DAY)):
            with pytest.raises(Invalid):
                make_token(connection, viewer, "t", scopes, NOW + end, now=NOW)
        made, shown = make_token(connection, viewer, "t", ["read"], NOW + DAY, now=NOW)
        with pytest.raises(NotFound):
            revoke_token(connection, other, made.id)
        assert token_viewer(connection, shown, NOW) is not None
        revoke_token(connection, boss, made.id)
        assert token_viewer(connection, shown, NOW) is None
