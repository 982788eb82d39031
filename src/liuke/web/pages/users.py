"""People: who may sign in, what each may do, in which team, whose customers each sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.kernel.errors import LiukeError, NotFound
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import printable
from liuke.reports.contexts.base import Context
from liuke.web.people import MOST_ID, RowId, base_of, needs
from liuke.web.rendering import framed, rendered
from liuke.work.audit import record
from liuke.work.people import api_tokens, passwords, sessions, teams, users
from liuke.work.people.roles import VERBS, Role, all_roles
from liuke.work.people.users import User
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from liuke.work.people.api_tokens import ApiToken
    from liuke.work.people.teams import Team

router = APIRouter()
IN_NAV = ("users",)
TITLE = N_("People")
Manager = Annotated[Viewer, Depends(needs("users"))]
Text = Annotated[str, Form(max_length=200)]
Version = Annotated[int, Form(ge=0, le=MOST_ID)]
Names = Annotated[list[str] | None, Form(max_length=50)]


@dataclass(frozen=True)
class People(Context):
    """Everybody who may sign in, the teams, and a form for one more."""

    users: Annotated[Sequence[User], "by name, those who left last"]
    teams: Annotated[Sequence[Team], "by name"]
    names: Annotated[Mapping[int, str], "name of every user by id"]
    roles: Annotated[Sequence[Role], "there are"]
    verbs: Annotated[Mapping[str, str], "what each verb lets one do"]
    salespeople: Annotated[Mapping[str, str], "name by number, of the facts"]
    error: Annotated[LiukeError | None, "why the last change was refused"]
    typed: Annotated[Mapping[str, object], "what was typed when it was refused"]
    done: Annotated[str, "what was done just now, a msgid"]
    given: Annotated[tuple[str, str] | None, "login and first password, shown this once"]

    def teams_of(self, user_id: int) -> list[str]:
        """The teams somebody is in or manages."""
        return [each.name for each in self.teams if user_id in each.members or user_id == each.manager_id]


@dataclass(frozen=True)
class Person(Context):
    """One user, all that can be changed of it."""

    user: Annotated[User, "who"]
    everybody: Annotated[People, "the others, roles and salespeople"]
    sessions: Annotated[int, "open now"]
    tokens: Annotated[Sequence[ApiToken], "programs that come in as this user, ended ones too"]
    error: Annotated[LiukeError | None, "why the last change was refused"]
    done: Annotated[str, "what was done just now, a msgid"]
    given: Annotated[str, "a new password, shown this once"]


DONE = {
    "saved": N_("Saved."),
    "left": N_("May not sign in any more; every session and every program of this account has ended."),
    "back": N_("May sign in again, with the roles as they were."),
    "ended": N_("Every session has ended."),
    "revoked": N_("The token has ended."),
    "team": N_("The team is saved."),
    "dissolved": N_("The team is dissolved; its people stay."),
}


def people(request: Request, *, error: LiukeError | None = None, typed: Mapping[str, object] | None = None,
           given: tuple[str, str] | None = None) -> People:  # fmt: skip
    """Everybody, as a page shows them."""
    service = served(request)
    with service.store.reading() as connection:
        everybody, all_teams = users.users(connection), teams.teams(connection)
    return People(everybody, all_teams, {each.id: each.name for each in everybody}, tuple(all_roles().values()), VERBS,
                  service.salespeople(), error, typed or {}, DONE.get(request.query_params.get("done", ""), ""),
                  given)  # fmt: skip


def shown(request: Request, me: Viewer, context: People, status: int = 200) -> Response:
    """The page of everybody."""
    return rendered("users", framed(request, translate(TITLE), "users", me), context, status)


@router.get("/users")
def everybody(request: Request, me: Manager) -> Response:
    """Everybody who may sign in."""
    return shown(request, me, people(request))


@router.post("/users")
def add(
    request: Request,
    me: Manager,
    login: Text,
    name: Text,
    roles: Names = None,
    language: Text = "zh",
    salesperson: Text = "",
) -> Response:
    """Add somebody; the first password is shown once and must be changed at the first sign-in."""
    typed = {"login": login, "name": name, "roles": roles or [], "language": language, "salesperson": salesperson}
    password = passwords.one_time_password()
    hashed = passwords.hashed_anew(password)
    service = served(request)
    try:
        of_facts = known_salesperson(service.salespeople(), salesperson)
        with service.store.writing() as connection:
            made = users.add_user(connection, me, login=login, name=name, password_hash=hashed, roles=roles or [],
                                  language=language, salesperson_id=of_facts, must_change=True)  # fmt: skip
    except LiukeError as error:
        return shown(request, me, people(request, error=error, typed=typed), error.http)
    return shown(request, me, people(request, given=(made.login, password)))


def known_salesperson(have: Mapping[str, str], typed: str) -> str | None:
    """The number of the salesperson meant, None for none; NotFound for one the data do not know."""
    wanted = printable(typed).strip()
    number = wanted.split(" ")[0]
    for each in (wanted, number):
        if each in have:
            return each
    called = [each for each, name in have.items() if name == wanted]
    if not wanted:
        return None
    if len(called) == 1:
        return called[0]
    raise NotFound(
        N_("The data know no salesperson {wanted}.") if not called else N_("Several salespeople are called {wanted}."),
        wanted=wanted,
        code="unknown_salesperson",
        fix=N_("Take one of those proposed while typing, by number."),
    )


def person(request: Request, user_id: int, *, error: LiukeError | None = None, given: str = "") -> Person:
    """One user as a page shows it; NotFound for none."""
    with served(request).store.reading() as connection:
        found = users.user(connection, user_id)
        open_now = sessions.open_sessions(connection, user_id)
        tokens = api_tokens.api_tokens(connection, user_id)
    done = DONE.get(request.query_params.get("done", ""), "")
    return Person(found, people(request), open_now, tokens, error, done, given)


def one(request: Request, me: Viewer, context: Person, status: int = 200) -> Response:
    """The page of one user."""
    around = framed(request, context.user.name, "users", me)
    return rendered("user", around, context, status)


@router.get("/users/{user_id}")
def somebody(request: Request, me: Manager, user_id: RowId) -> Response:
    """One user."""
    return one(request, me, person(request, user_id))


def changed(request: Request, me: Viewer, user_id: int, done: str, change: Callable[[Connection], object]) -> Response:
    """A change in one transaction, then the page of the user with what was done; with the reason where it was not."""
    try:
        with served(request).store.writing() as connection:
            change(connection)
    except NotFound:
        raise
    except LiukeError as error:
        return one(request, me, person(request, user_id, error=error), error.http)
    return RedirectResponse(f"{base_of(request)}/users/{user_id}?done={done}", 303)


@router.post("/users/{user_id}")
def change(
    request: Request,
    me: Manager,
    user_id: RowId,
    version: Version,
    name: Text,
    language: Text,
    time_zone: Text,
    salesperson: Text = "",
    roles: Names = None,
) -> Response:
    """Change name, language, time zone, salesperson and roles, all or none."""
    have = served(request).salespeople()

    def both(connection: Connection) -> None:
        number = known_salesperson(have, salesperson)
        changed = users.change_user(connection, me, user_id, version, name=name, language=language,
                                    time_zone=time_zone, salesperson_id=number)  # fmt: skip
        users.set_roles(connection, me, user_id, changed.version, roles or [])

    try:
        return changed(request, me, user_id, "saved", both)
    except NotFound as error:
        return one(request, me, person(request, user_id, error=error), error.http)


@router.post("/users/{user_id}/leave")
def leave(request: Request, me: Manager, user_id: RowId) -> Response:
    """Let somebody in no more, at once."""
    return changed(request, me, user_id, "left", lambda connection: users.leave(connection, me, user_id))


@router.post("/users/{user_id}/return")
def back(request: Request, me: Manager, user_id: RowId) -> Response:
    """Let somebody in again."""
    return changed(request, me, user_id, "back", lambda connection: users.rejoin(connection, me, user_id))


@router.post("/users/{user_id}/sessions")
def end(request: Request, me: Manager, user_id: RowId) -> Response:
    """End every session of somebody."""

    def ended(connection: Connection) -> None:
        found = users.user(connection, user_id)
        count = sessions.end_sessions(connection, found.id)
        record(connection, me, "end_sessions", f"user:{found.id}", sessions_ended=count)

    return changed(request, me, user_id, "ended", ended)


@router.post("/users/{user_id}/password")
def reset(request: Request, me: Manager, user_id: RowId) -> Response:
    """Give somebody another password, shown once."""
    password = passwords.one_time_password()
    hashed = passwords.hashed_anew(password)
    with served(request).store.writing() as connection:
        users.reset_password(connection, me, user_id, hashed)
    return one(request, me, person(request, user_id, given=password))


@router.post("/users/{user_id}/tokens/{token_id}/revoke")
def revoke(request: Request, me: Manager, user_id: RowId, token_id: RowId) -> Response:
    """End a program's token of somebody."""
    return changed(request, me, user_id, "revoked", lambda c: api_tokens.revoke_token(c, me, token_id))


@router.post("/teams")
def save_team(
    request: Request,
    me: Manager,
    name: Text,
    manager: Annotated[str, Form(max_length=20)] = "",
    members: Annotated[list[Annotated[int, Field(ge=1, le=MOST_ID)]] | None, Form(max_length=1000)] = None,
    team_id: Annotated[int | None, Form(ge=1, le=MOST_ID)] = None,
    version: Version = 0,
) -> Response:
    """Make a team, or change one."""
    try:
        with served(request).store.writing() as connection:
            leader = int(manager) if manager.isascii() and manager.isdigit() else None
            teams.set_team(connection, me, name=name, manager_id=leader, members=members or [], team_id=team_id,
                           version=version)  # fmt: skip
    except LiukeError as error:
        return shown(request, me, people(request, error=error), error.http)
    return RedirectResponse(f"{base_of(request)}/users?done=team#teams", 303)


@router.post("/teams/{team_id}/dissolve")
def dissolve(request: Request, me: Manager, team_id: RowId, version: Version) -> Response:
    """Dissolve a team."""
    try:
        with served(request).store.writing() as connection:
            teams.remove_team(connection, me, team_id, version)
    except LiukeError as error:
        return shown(request, me, people(request, error=error), error.http)
    return RedirectResponse(f"{base_of(request)}/users?done=dissolved#teams", 303)
