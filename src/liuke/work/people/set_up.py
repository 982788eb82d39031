"""The first visit: whoever holds the code the program printed becomes the first user, owner and administrator."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from liuke.kernel.errors import Conflict, Refused
from liuke.kernel.i18n import N_
from liuke.work.people.passwords import ALPHABET, hashed_password, hashed_secret
from liuke.work.people.users import add_user
from liuke.work.tables import SET_UP_CODE, USER

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from liuke.work.people.users import User
    from liuke.work.store import WorkStore

FIRST_ROLES = ("owner", "admin")


def has_users(connection: Connection) -> bool:
    """Whether anybody was ever let in: until then the only page is the set-up."""
    return connection.execute(select(USER.c.id).limit(1)).first() is not None


def first_code(store: WorkStore, now: datetime | None = None) -> str | None:
    """A new code for the first visit, good once; codes of before are void. None when there are users already."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    with store.writing() as connection:
        if has_users(connection):
            return None
        connection.execute(delete(SET_UP_CODE))
        row = {"id": 1, "code_hash": hashed_secret(_typed(code)), "made_at": now or datetime.now(UTC)}
        connection.execute(insert(SET_UP_CODE).values(row))
    return code


def set_up(
    store: WorkStore,
    code: str,
    login: str,
    name: str,
    password: str,
    *,
    language: str = "zh",
    time_zone: str = "Asia/Shanghai",
    now: datetime | None = None,
) -> User:
    """The first user. Refused for a wrong code, Conflict when there is a user already, Invalid for a weak password."""
    made = hashed_password(password, login, name)
    with store.writing() as connection:
        if has_users(connection):
            raise Conflict(N_("Liuke is set up already."), code="already_set_up", fix=N_("Sign in instead."))
        known = connection.execute(select(SET_UP_CODE.c.code_hash)).scalar()
        if known is None or not hmac.compare_digest(known, hashed_secret(_typed(code))):
            raise Refused(
                N_("The code is wrong."),
                code="wrong_code",
                fix=N_("It stands where Liuke was started; each start prints a new one."),
            )
        connection.execute(delete(SET_UP_CODE))
        return add_user(
            connection,
            None,
            login=login,
            name=name,
            password_hash=made,
            roles=FIRST_ROLES,
            language=language,
            time_zone=time_zone,
            now=now,
        )


def _typed(code: str) -> str:
    """A code as it may be typed: hyphens, spaces and case make no difference."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())
