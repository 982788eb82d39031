"""Signing in, staying in, going out. A session lives in the store, so that access ends at once when it is ended.

The browser holds 32 random bytes, the store their hash. Wrong attempts are counted by account and by address, before
the password is looked at, so that many at a time can't slip by; an attempt at an unknown name costs and says the same.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from liuke.kernel.errors import Refused, TooMany
from liuke.kernel.i18n import N_
from liuke.work.audit import record
from liuke.work.people.passwords import hashed_anew, hashed_password, hashed_secret, needs_new_hash, password_fits
from liuke.work.people.users import login_key
from liuke.work.people.viewer import viewer_of
from liuke.work.tables import SESSION, SIGN_IN_ATTEMPT, USER

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

    from liuke.work.store import WorkStore

MOST_WRONG, MOST_FROM = 10, 50  # of one account; from one address, behind which a whole office may sit
WINDOW = timedelta(minutes=15)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
TOUCH = timedelta(minutes=5)  # how exactly it is known when a session was last used
KEPT = timedelta(days=30)  # attempts


def sign_in(
    store: WorkStore,
    login: str,
    password: str,
    address: str,
    now: datetime | None = None,
    *,
    old_token: str | None = None,
) -> str:
    """The token of a new session; `old_token`, of whoever used the browser before, ends.

    Refused alike for a wrong name, a wrong password and one who has left; TooMany after ten wrong ones of an account or
    fifty from an address.
    """
    moment = now or datetime.now(UTC)
    key = login_key(login)
    account = hashed_secret(key)
    with store.writing() as connection:
        attempt = _begin_attempt(connection, account, address, moment)
    with store.reading() as connection:
        found = connection.execute(select(USER).where(USER.c.login == key, USER.c.left_on.is_(None))).first()
    stored = None if found is None else found.password_hash
    if not password_fits(stored, password) or found is None:
        who = "unknown" if found is None else found.id  # written for both, so that both take as long
        with store.writing() as connection:
            record(connection, None, "sign_in_refused", f"user:{who}", address=address, at=moment)
        raise Refused(
            N_("The name or the password is wrong."),
            code="wrong_sign_in",
            fix=N_("Mind upper and lower case. Whoever manages the users can give you a new password."),
        )
    renewed = hashed_anew(password) if needs_new_hash(found.password_hash) else None
    token = secrets.token_urlsafe(32)
    with store.writing() as connection:
        unchanged = (USER.c.id == found.id, USER.c.password_hash == stored, USER.c.left_on.is_(None))
        if connection.execute(select(USER.c.id).where(*unchanged)).first() is None:
            raise Refused(N_("The name or the password is wrong."), code="wrong_sign_in")
        connection.execute(update(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.id == attempt).values(good=True))
        if renewed is not None:
            connection.execute(update(USER).where(USER.c.id == found.id).values(password_hash=renewed))
        if old_token:
            connection.execute(delete(SESSION).where(SESSION.c.token_hash == hashed_secret(old_token)))
        begin_session(connection, found.id, token, address, moment)
        record(connection, viewer_of(connection, found.id), "sign_in", f"user:{found.id}", address=address, at=moment)
    return token


def session_user(connection: Connection, token: str, now: datetime | None = None) -> int | None:
    """The user of a session that holds; None for none, for one that ended and for one whose user has left."""
    moment = now or datetime.now(UTC)
    row = connection.execute(_session(token)).first()
    return None if row is None or not _holds(row.seen_at, row.expires_at, moment) else int(row.user_id)


def keep_session(store: WorkStore, token: str, now: datetime | None = None) -> int | None:
    """As `session_user`, and the session counts as used now: what a server asks on every request."""
    moment = now or datetime.now(UTC)
    with store.reading() as connection:
        row = connection.execute(_session(token)).first()
    if row is None or not _holds(row.seen_at, row.expires_at, moment):
        return None
    if abs(moment - row.seen_at) > TOUCH:
        with store.writing() as connection:
            touched = update(SESSION).where(SESSION.c.token_hash == row.token_hash).values(seen_at=moment)
            if connection.execute(touched).rowcount == 0:
                return None  # ended in between
    return int(row.user_id)


def sign_out(store: WorkStore, token: str, now: datetime | None = None) -> None:
    """End a session; nothing when there is none."""
    with store.writing() as connection:
        ended = delete(SESSION).where(SESSION.c.token_hash == hashed_secret(token)).returning(SESSION.c.user_id)
        user_id = connection.execute(ended).scalar()
        if user_id is not None:
            record(connection, viewer_of(connection, user_id), "sign_out", f"user:{user_id}", at=now)


def open_sessions(connection: Connection, user_id: int, now: datetime | None = None) -> int:
    """How many sessions of a user hold."""
    moment = now or datetime.now(UTC)
    rows = connection.execute(select(SESSION.c.seen_at, SESSION.c.expires_at).where(SESSION.c.user_id == user_id))
    return sum(_holds(row.seen_at, row.expires_at, moment) for row in rows)


def end_sessions(connection: Connection, user_id: int, *, but: str | None = None) -> int:
    """End every session of a user, all but the one of a token; how many ended."""
    ended = delete(SESSION).where(SESSION.c.user_id == user_id)
    if but is not None:
        ended = ended.where(SESSION.c.token_hash != hashed_secret(but))
    return connection.execute(ended).rowcount


def change_password(
    store: WorkStore, user_id: int, old: str, new: str, token: str | None = None, now: datetime | None = None
) -> None:
    """Change one's own password; every session but the one of `token` ends.

    Refused when the old one is wrong (it counts as an attempt to sign in), Invalid when the new one is weak or the old.
    """
    moment = now or datetime.now(UTC)
    with store.writing() as connection:
        found = connection.execute(select(USER).where(USER.c.id == user_id, USER.c.left_on.is_(None))).one()
        attempt = _begin_attempt(connection, hashed_secret(found.login), "", moment)
    if not password_fits(found.password_hash, old):
        raise Refused(N_("The old password is wrong."), code="wrong_password")
    made = hashed_password(new, found.login, found.name, old)
    with store.writing() as connection:
        same = (USER.c.id == user_id, USER.c.password_hash == found.password_hash)
        changed = update(USER).where(*same).values(password_hash=made, must_change=False)
        if connection.execute(changed).rowcount == 0:
            raise Refused(N_("The old password is wrong."), code="wrong_password")
        connection.execute(update(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.id == attempt).values(good=True))
        ended = end_sessions(connection, user_id, but=token)
        viewer = viewer_of(connection, user_id)
        record(connection, viewer, "change_password", f"user:{user_id}", at=moment, sessions_ended=ended)


def _begin_attempt(connection: Connection, account: str, address: str, now: datetime) -> int:
    """Count an attempt as wrong until it is known to be right; TooMany when there were too many."""
    tables = SIGN_IN_ATTEMPT.c
    connection.execute(delete(SIGN_IN_ATTEMPT).where(tables.at < now - KEPT))
    for column, value, most in ((tables.account, account, MOST_WRONG), (tables.address, address, MOST_FROM)):
        if not value:
            continue
        since, until = now - WINDOW, now + WINDOW  # others' clocks, and those who waited for the store
        if column is tables.account:  # one who got in has shown it was he who mistyped
            last_good = select(func.max(tables.at)).where(column == value, tables.good, tables.at <= until)
            since = max(since, connection.execute(last_good).scalar() or since)
        wrong = select(tables.at).where(column == value, tables.good.is_(False), tables.at > since, tables.at <= until)
        times = sorted(connection.scalars(wrong))
        if len(times) >= most:
            again = times[-most] + WINDOW
            raise TooMany(
                N_("Too many wrong attempts to sign in. Try again in {minutes} min."),
                minutes=max(1, -((now - again) // timedelta(minutes=1))),
                again_at=again.astimezone(UTC).isoformat(timespec="seconds"),
            )
    row = {"account": account, "address": address, "at": now, "good": False}
    made: int = connection.execute(insert(SIGN_IN_ATTEMPT).values(row).returning(tables.id)).scalar_one()
    return made


def _session(token: str) -> Select[Any]:
    return (
        select(SESSION)
        .join(USER, USER.c.id == SESSION.c.user_id)
        .where(SESSION.c.token_hash == hashed_secret(token), USER.c.left_on.is_(None))
    )


def _holds(seen_at: datetime, expires_at: datetime, now: datetime) -> bool:
    return now < expires_at and now - seen_at < IDLE


def begin_session(connection: Connection, user_id: int, token: str, address: str, now: datetime) -> None:
    """A session from now on; those that have ended go from the table."""
    connection.execute(delete(SESSION).where(SESSION.c.expires_at < now))
    row = {"token_hash": hashed_secret(token), "user_id": user_id, "made_at": now, "seen_at": now}
    connection.execute(insert(SESSION).values(**row, expires_at=now + LONGEST, address=address))
