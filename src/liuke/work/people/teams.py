"""Teams: whose customers a manager sees. One may be in several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from liuke.kernel.errors import Conflict, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.access import access_changed
from liuke.work.audit import record
from liuke.work.people.users import login_key
from liuke.work.people.viewer import Viewer
from liuke.work.tables import TEAM, TEAM_MEMBER, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

MOST_NAME = 100  # characters


@dataclass(frozen=True)
class Team:
    """A team, its manager (a user; None: nobody) and its members in order of their ids."""

    id: int
    name: str
    manager_id: int | None
    members: tuple[int, ...]
    version: int


def set_team(
    connection: Connection,
    by: Viewer | None,
    *,
    name: str,
    manager_id: int | None = None,
    members: Iterable[int] = (),
    team_id: int | None = None,
    version: int = 0,
) -> Team:
    """The team made (no `team_id`) or changed to be so; Conflict when changed after `version` or the name is taken."""
    if by is not None:
        by.demand("users")
    clean = " ".join(printable(name).split())
    if not clean or len(clean) > MOST_NAME:
        raise Invalid(N_("A name is 1 to {most} characters."), most=MOST_NAME, code="bad_name")
    wanted = {"name": clean, "name_key": login_key(clean), "manager_id": manager_id}
    people = sorted(set(members))
    _users_there(connection, {*people, *([manager_id] if manager_id is not None else [])})
    taken = select(TEAM.c.id).where(TEAM.c.name_key == wanted["name_key"], TEAM.c.id != (team_id or 0))
    if connection.execute(taken).first():
        raise Conflict(N_("There is a team {name} already."), name=clean, code="name_taken")
    before = None if team_id is None else _as_of_version(connection, team_id, version)
    if before is None:
        made = connection.execute(insert(TEAM).values(wanted).returning(TEAM.c.id)).scalar_one()
    else:
        made = before.id
        connection.execute(update(TEAM).where(TEAM.c.id == made).values(**wanted, version=before.version + 1))
        connection.execute(delete(TEAM_MEMBER).where(TEAM_MEMBER.c.team_id == made))
    if people:
        connection.execute(insert(TEAM_MEMBER), [{"team_id": made, "user_id": each} for each in people])
    access_changed(connection)
    after = _team(connection, made)
    record(connection, by, "set_team", f"team:{made}", _plain(before), _plain(after))
    return after


def remove_team(connection: Connection, by: Viewer | None, team_id: int, version: int) -> None:
    """The team, dissolved; its people stay. Conflict when changed after `version`."""
    if by is not None:
        by.demand("users")
    known = _as_of_version(connection, team_id, version)
    connection.execute(delete(TEAM_MEMBER).where(TEAM_MEMBER.c.team_id == team_id))
    connection.execute(delete(TEAM).where(TEAM.c.id == team_id))
    access_changed(connection)
    record(connection, by, "remove_team", f"team:{team_id}", _plain(known))


def teams(connection: Connection) -> tuple[Team, ...]:
    """Every team by name."""
    found: dict[int, list[int]] = {}
    for team_id, user_id in connection.execute(
        select(TEAM_MEMBER.c.team_id, TEAM_MEMBER.c.user_id).order_by(TEAM_MEMBER.c.user_id)
    ):
        found.setdefault(team_id, []).append(user_id)
    rows = connection.execute(select(TEAM).order_by(TEAM.c.name, TEAM.c.id))
    return tuple(Team(row.id, row.name, row.manager_id, tuple(found.get(row.id, ())), row.version) for row in rows)


def _team(connection: Connection, team_id: int) -> Team:
    found = next((team for team in teams(connection) if team.id == team_id), None)
    if found is None:
        raise NotFound(N_("There is no team {team}."), team=team_id, code="unknown_team")
    return found


def _as_of_version(connection: Connection, team_id: int, version: int) -> Team:
    known = _team(connection, team_id)
    if known.version != version:
        raise Conflict(
            N_("The team {name} was changed meanwhile. Nothing of yours was saved."),
            name=known.name,
            code="changed_meanwhile",
            fix=N_("Look at it again, then change what you still want to change."),
        )
    return known


def _users_there(connection: Connection, ids: set[int]) -> None:
    there = set(connection.scalars(select(USER.c.id).where(USER.c.id.in_(ids))))
    if missing := sorted(ids - there):
        raise NotFound(N_("There is no user {user}."), user=missing[0], code="unknown_user")


def _plain(team: Team | None) -> dict[str, Any] | None:
    if team is None:
        return None
    return {"name": team.name, "manager_id": team.manager_id, "members": list(team.members)}
