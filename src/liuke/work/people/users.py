"""Users and what each may do. Every change is recorded in its own transaction."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from liuke.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuke.kernel.i18n import LANGUAGES, N_
from liuke.kernel.said import Said, printable
from liuke.work.access import access_changed
from liuke.work.audit import entries, record
from liuke.work.people.roles import all_roles, known_roles
from liuke.work.tables import API_TOKEN, ROLE_GRANT, SESSION, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

# What `change_user` changes, as it is called in sentences.
FIELDS = {
    "name": N_("name"),
    "language": N_("language"),
    "time_zone": N_("time zone"),
    "salesperson_id": N_("salesperson"),
    "roles": N_("roles"),
    "left_on": N_("left on"),
}
MOST_NAME = 100  # characters


@dataclass(frozen=True)
class User:
    """A user; `left_on` None: may sign in. `version` counts changes and is handed back with the next one."""

    id: int
    login: str
    name: str
    language: str
    time_zone: str
    salesperson_id: str | None
    left_on: date | None
    must_change: bool
    roles: tuple[str, ...]
    version: int


def add_user(
    connection: Connection,
    by: Viewer | None,
    *,
    login: str,
    name: str,
    password_hash: str,
    roles: Iterable[str] = (),
    language: str = "zh",
    time_zone: str = "Asia/Shanghai",
    salesperson_id: str | None = None,
    must_change: bool = False,
    now: datetime | None = None,
) -> User:
    """The user, made. `password_hash` is made by `passwords.hashed_password` before the transaction begins.

    Invalid for a name, language, time zone or role that can't be; Conflict when somebody has the login.
    """
    _may(by)
    held = {
        "login": checked_login(login),
        "name": _name(name),
        "language": _language(language),
        "time_zone": checked_time_zone(time_zone),
        "salesperson_id": _salesperson(salesperson_id),
    }
    granted = [role.name for role in known_roles(roles)]
    if connection.execute(select(USER.c.id).where(USER.c.login == held["login"])).first():
        raise Conflict(
            N_("There is a user {login} already."),
            login=held["login"],
            code="login_taken",
            fix=N_("Take another login; that of one who has left is not given again."),
        )
    row = {**held, "password_hash": password_hash, "must_change": must_change, "made_at": now or datetime.now(UTC)}
    user_id = connection.execute(insert(USER).values(row).returning(USER.c.id)).scalar_one()
    if granted:
        connection.execute(insert(ROLE_GRANT), [{"user_id": user_id, "role": role} for role in granted])
    access_changed(connection)
    record(connection, by, "add_user", f"user:{user_id}", after={**held, "roles": granted}, at=now)
    return user(connection, user_id)


def change_user(
    connection: Connection,
    by: Viewer | None,
    user_id: int,
    version: int,
    *,
    now: datetime | None = None,
    **changes: Any,
) -> User:
    """The user with `name`, `language`, `time_zone` or `salesperson_id` changed.

    Conflict when somebody changed it after `version`: it names who and what. One's own name, language and time zone
    one may change without the verb `users`.
    """
    checks = {"name": _name, "language": _language, "time_zone": checked_time_zone, "salesperson_id": _salesperson}
    if unknown := changes.keys() - checks.keys():
        raise TypeError(f"change_user changes {', '.join(checks)}, not {', '.join(sorted(unknown))}")
    if by is None or by.user_id != user_id or "salesperson_id" in changes:
        _may(by)
    known = user(connection, user_id)
    _unchanged(connection, known, version)
    wanted = {name: checks[name](value) for name, value in changes.items()}
    before = {name: getattr(known, name) for name, value in wanted.items() if getattr(known, name) != value}
    if not before:
        return known
    after = {name: wanted[name] for name in before}
    connection.execute(update(USER).where(USER.c.id == user_id).values(**after, version=known.version + 1))
    if "salesperson_id" in after:
        access_changed(connection)
    record(connection, by, "change_user", f"user:{user_id}", before, after, at=now)
    return user(connection, user_id)


def set_roles(
    connection: Connection,
    by: Viewer | None,
    user_id: int,
    version: int,
    roles: Iterable[str],
    *,
    now: datetime | None = None,
) -> User:
    """The user with these roles and no others; Refused when nobody would be left who manages users."""
    _may(by)
    known = user(connection, user_id)
    _unchanged(connection, known, version)
    wanted = tuple(role.name for role in known_roles(roles))
    if wanted == known.roles:
        return known
    connection.execute(delete(ROLE_GRANT).where(ROLE_GRANT.c.user_id == user_id))
    if wanted:
        connection.execute(insert(ROLE_GRANT), [{"user_id": user_id, "role": role} for role in wanted])
    connection.execute(update(USER).where(USER.c.id == user_id).values(version=known.version + 1))
    _somebody_manages(connection, known)
    access_changed(connection)
    record(
        connection,
        by,
        "set_roles",
        f"user:{user_id}",
        {"roles": list(known.roles)},
        {"roles": list(wanted)},
        at=now,
    )
    return user(connection, user_id)


def leave(
    connection: Connection, by: Viewer | None, user_id: int, on: date | None = None, *, now: datetime | None = None
) -> User:
    """The user, gone: sessions and tokens end in this transaction. Refused for the last who manages users."""
    _may(by)
    known = user(connection, user_id)
    if known.left_on is not None:
        return known
    day = on or (now or datetime.now(UTC)).astimezone(ZoneInfo(known.time_zone)).date()
    connection.execute(update(USER).where(USER.c.id == user_id).values(left_on=day, version=known.version + 1))
    _somebody_manages(connection, known)
    sessions = connection.execute(delete(SESSION).where(SESSION.c.user_id == user_id)).rowcount
    open_tokens = (API_TOKEN.c.user_id == user_id, API_TOKEN.c.revoked_at.is_(None))
    ended = update(API_TOKEN).where(*open_tokens).values(revoked_at=now or datetime.now(UTC))
    programs = connection.execute(ended).rowcount
    access_changed(connection)
    record(
        connection,
        by,
        "leave",
        f"user:{user_id}",
        {"left_on": None},
        {"left_on": day.isoformat()},
        at=now,
        sessions_ended=sessions,
        programs_ended=programs,
    )
    return user(connection, user_id)


def rejoin(connection: Connection, by: Viewer | None, user_id: int, *, now: datetime | None = None) -> User:
    """The user, back, with the roles as they were; old sessions and tokens stay ended."""
    _may(by)
    known = user(connection, user_id)
    if known.left_on is None:
        return known
    connection.execute(update(USER).where(USER.c.id == user_id).values(left_on=None, version=known.version + 1))
    access_changed(connection)
    record(
        connection, by, "rejoin", f"user:{user_id}", {"left_on": known.left_on.isoformat()}, {"left_on": None}, at=now
    )
    return user(connection, user_id)


def reset_password(
    connection: Connection,
    by: Viewer | None,
    user_id: int,
    password_hash: str,
    *,
    must_change: bool = True,
    now: datetime | None = None,
) -> None:
    """Give a user another password, to be changed at the next sign-in; all his sessions end."""
    _may(by)
    known = user(connection, user_id)
    values = {"password_hash": password_hash, "must_change": must_change}
    connection.execute(update(USER).where(USER.c.id == known.id).values(values))
    ended = connection.execute(delete(SESSION).where(SESSION.c.user_id == known.id)).rowcount
    record(connection, by, "reset_password", f"user:{known.id}", at=now, sessions_ended=ended)


def users(connection: Connection, *, with_left: bool = True) -> tuple[User, ...]:
    """Every user by name, those who left last."""
    asked = select(USER).order_by(USER.c.left_on.is_not(None), USER.c.name, USER.c.id)
    if not with_left:
        asked = asked.where(USER.c.left_on.is_(None))
    granted = _granted(connection)
    return tuple(_user(row, granted) for row in connection.execute(asked))


def user(connection: Connection, user_id: int) -> User:
    """One user; NotFound when there is none."""
    row = connection.execute(select(USER).where(USER.c.id == user_id)).first()
    if row is None:
        raise NotFound(N_("There is no user {user}."), user=user_id, code="unknown_user")
    return _user(row, _granted(connection, user_id))


def user_called(connection: Connection, login: str) -> User:
    """The user of a login; NotFound when there is none."""
    found = connection.execute(select(USER.c.id).where(USER.c.login == login_key(login))).scalar()
    if found is None:
        raise NotFound(N_("There is no user {user}."), user=printable(login), code="unknown_user")
    return user(connection, found)


def must_change(connection: Connection, user_id: int) -> bool:
    """Whether a user's password was given by somebody else and not changed since."""
    return bool(connection.execute(select(USER.c.must_change).where(USER.c.id == user_id)).scalar())


def login_key(login: str) -> str:
    """A login as it is stored and compared: case and width of letters make no difference."""
    return printable(unicodedata.normalize("NFKC", login)).strip().casefold()


def checked_login(login: str) -> str:
    """The login as it is stored; Invalid when it is empty, too long or has spaces in it."""
    key = login_key(login)
    if not key or len(key) > MOST_NAME or any(letter.isspace() for letter in key):
        raise Invalid(N_("A login is 1 to {most} characters without spaces."), most=MOST_NAME, code="bad_login")
    return key


def checked_time_zone(name: str) -> str:
    """The name of a time zone; Invalid when there is none of it."""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as error:  # not there; no name of a file; a folder
        raise Invalid(
            N_("There is no time zone {name}."),
            name=printable(name),
            code="unknown_time_zone",
            fix=N_("Write it like Asia/Shanghai or Europe/Berlin."),
        ) from error


def _may(by: Viewer | None) -> None:
    if by is not None:
        by.demand("users")


def _name(name: str) -> str:
    clean = " ".join(printable(name).split())
    if not clean or len(clean) > MOST_NAME:
        raise Invalid(N_("A name is 1 to {most} characters."), most=MOST_NAME, code="bad_name")
    return clean


def _language(name: str) -> str:
    if name not in LANGUAGES:
        raise Invalid(
            N_("There is no language {name} here."),
            name=printable(name),
            code="unknown_language",
            fix=N_("Languages there are: {have}."),
            have=LANGUAGES,
        )
    return name


def _salesperson(salesperson_id: str | None) -> str | None:
    clean = printable(salesperson_id or "").strip()
    if clean.startswith("@"):
        raise Invalid(N_("The number of a salesperson can't begin with @."), code="bad_salesperson")
    return clean or None


def _unchanged(connection: Connection, known: User, version: int) -> None:
    """Conflict when the user was changed after the version somebody looked at."""
    if known.version == version:
        return
    changed = entries(connection, object=f"user:{known.id}", size=20).rows
    last = next((entry for entry in changed if entry.after), None)
    raise Conflict(
        N_("{name} was changed meanwhile by {who}: {what}. Nothing of yours was saved."),
        name=known.name,
        who=last.login if last is not None and last.login else Said(N_("the program")),
        what=tuple(_differences(last.before or {}, last.after)) if last is not None else (),
        code="changed_meanwhile",
        fix=N_("Look at it again, then change what you still want to change."),
    )


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[Said]:
    return [
        Said(
            N_("{field} {was} → {now}"),
            {"field": Said(FIELDS[name]), "was": _shown(before.get(name)), "now": _shown(value)},
        )
        for name, value in after.items()
        if name in FIELDS
    ]


def _shown(value: Any) -> object:
    if isinstance(value, list):
        return tuple(all_roles()[each].title if each in all_roles() else each for each in value)
    return "-" if value is None else value


def _somebody_manages(connection: Connection, before: User) -> None:
    """Refused when no user is left who manages users: nobody could ever let anybody in again.

    `before` is the user as it was before the change; who managed nobody leaves no gap.
    """
    able = [name for name, role in all_roles().items() if "users" in role.verbs]
    if not set(able) & set(before.roles):
        return
    left = (
        select(USER.c.id)
        .join(ROLE_GRANT, ROLE_GRANT.c.user_id == USER.c.id)
        .where(USER.c.left_on.is_(None), ROLE_GRANT.c.role.in_(able))
        .limit(1)
    )
    if connection.execute(left).first() is None:
        raise Refused(
            N_("Nobody would be left who manages the users."),
            code="last_manager",
            fix=N_("Give somebody else the role of owner or administrator first."),
        )


def _granted(connection: Connection, user_id: int | None = None) -> dict[int, set[str]]:
    asked = select(ROLE_GRANT.c.user_id, ROLE_GRANT.c.role)
    if user_id is not None:
        asked = asked.where(ROLE_GRANT.c.user_id == user_id)
    found: dict[int, set[str]] = {}
    for who, role in connection.execute(asked):
        found.setdefault(who, set()).add(role)
    return found


def _user(row: Any, granted: dict[int, set[str]]) -> User:
    mine = granted.get(row.id, set())
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        language=row.language,
        time_zone=row.time_zone,
        salesperson_id=row.salesperson_id,
        left_on=row.left_on,
        must_change=row.must_change,
        roles=tuple(name for name in all_roles() if name in mine),
        version=row.version,
    )
