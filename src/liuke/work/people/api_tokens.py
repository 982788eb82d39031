"""Tokens by which programs come in for a user: shown once, kept as a hash, allowed no more than the user is today."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from liuke.kernel.errors import Forbidden, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.audit import record
from liuke.work.people.passwords import hashed_secret
from liuke.work.people.roles import VERBS
from liuke.work.people.viewer import viewer_of
from liuke.work.tables import API_TOKEN, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row, Select
    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

BEGINS = "lk_"  # so that one found in a file is known for what it is
LONGEST = timedelta(days=366)
TOUCH = timedelta(minutes=5)  # how exactly it is known when a token was last used
MOST_NAME = 100  # characters


@dataclass(frozen=True)
class ApiToken:
    """A token without itself: for what, by whom, what it may, until when."""

    id: int
    user_id: int
    name: str
    scopes: frozenset[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def make_token(
    connection: Connection,
    by: Viewer,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    *,
    now: datetime | None = None,
) -> tuple[ApiToken, str]:
    """The token and its text, which is shown this once.

    Forbidden for scopes the maker has not, Invalid for unknown ones, for none, and for an end past or over a year away.
    """
    moment, wanted = now or datetime.now(UTC), frozenset(scopes)
    clean = " ".join(printable(name).split())
    if not clean or len(clean) > MOST_NAME:
        raise Invalid(N_("A name is 1 to {most} characters."), most=MOST_NAME, code="bad_name")
    if not wanted or wanted - VERBS.keys():
        raise Invalid(N_("A token needs one or more of these scopes: {have}."), have=tuple(VERBS), code="unknown_scope")
    if more := sorted(wanted - by.verbs):
        raise Forbidden(N_("You may not do yourself what the token would: {scopes}."), scopes=tuple(more))
    if not moment < expires_at <= moment + LONGEST:
        raise Invalid(N_("A token ends after today and within {days} days."), days=LONGEST.days, code="bad_expiry")
    text = BEGINS + secrets.token_urlsafe(32)
    row = {"user_id": by.user_id, "name": clean, "token_hash": hashed_secret(text), "scopes": sorted(wanted)}
    times = {"made_at": moment, "expires_at": expires_at}
    made = connection.execute(insert(API_TOKEN).values(**row, **times).returning(API_TOKEN)).one()
    after = {"name": clean, "scopes": sorted(wanted), "expires_at": expires_at.astimezone(UTC).isoformat()}
    record(connection, by, "make_token", f"api_token:{made.id}", after=after, at=moment)
    return _token(made), text


def api_tokens(connection: Connection, user_id: int | None = None) -> tuple[ApiToken, ...]:
    """The tokens of a user, or of all, newest first, ended ones too."""
    asked = select(API_TOKEN).order_by(API_TOKEN.c.id.desc())
    if user_id is not None:
        asked = asked.where(API_TOKEN.c.user_id == user_id)
    return tuple(_token(row) for row in connection.execute(asked))


def revoke_token(connection: Connection, by: Viewer, token_id: int, *, now: datetime | None = None) -> None:
    """End a token: one's own, or anybody's for who manages users. NotFound for none and another's alike."""
    asked = select(API_TOKEN).where(API_TOKEN.c.id == token_id)
    if not by.may("users"):
        asked = asked.where(API_TOKEN.c.user_id == by.user_id)
    row = connection.execute(asked).first()
    if row is None:
        raise NotFound(N_("You have no token {token}."), token=token_id, code="unknown_token")
    if row.revoked_at is None:
        moment = now or datetime.now(UTC)
        connection.execute(update(API_TOKEN).where(API_TOKEN.c.id == token_id).values(revoked_at=moment))
        record(connection, by, "revoke_token", f"api_token:{token_id}", at=moment, name=row.name)


def token_viewer(connection: Connection, token: str, now: datetime | None = None) -> Viewer | None:
    """Who looks through a token: its user with what both may do today; None when it does not hold (any more)."""
    row = connection.execute(_standing(token, now or datetime.now(UTC))).first()
    return None if row is None else viewer_of(connection, row.user_id).limited(frozenset(row.scopes))


def keep_token(store: WorkStore, token: str, now: datetime | None = None) -> Viewer | None:
    """As `token_viewer`, and the token counts as used now: what a server asks on every request."""
    moment = now or datetime.now(UTC)
    with store.reading() as connection:
        row = connection.execute(_standing(token, moment)).first()
        if row is None:
            return None
        viewer = viewer_of(connection, row.user_id).limited(frozenset(row.scopes))
    if row.used_at is None or abs(moment - row.used_at) > TOUCH:
        with store.writing() as connection:
            connection.execute(update(API_TOKEN).where(API_TOKEN.c.id == row.id).values(used_at=moment))
    return viewer


def _standing(token: str, now: datetime) -> Select[tuple[object, ...]]:
    return (
        select(API_TOKEN)
        .join(USER, USER.c.id == API_TOKEN.c.user_id)
        .where(
            API_TOKEN.c.token_hash == hashed_secret(token),
            API_TOKEN.c.revoked_at.is_(None),
            API_TOKEN.c.expires_at > now,
            USER.c.left_on.is_(None),
        )
    )


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        scopes=frozenset(row.scopes),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
