"""Who looks: made here alone, asked everywhere. A viewer becomes the predicate every reader applies."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from liuke.kernel.errors import Forbidden, NotFound
from liuke.kernel.i18n import N_
from liuke.work.columns import canonical_json
from liuke.work.people.roles import all_roles, joined_verbs, widest_scope
from liuke.work.tables import ROLE_GRANT, TEAM, TEAM_MEMBER, USER

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class Viewer:
    """A user with what he may do (`verbs`) and the owner keys whose customers he sees (`owners`; None: everybody's).

    An owner key is a `salesperson_id` of the facts, or "@login" of a user without one.
    """

    user_id: int
    login: str
    name: str
    verbs: frozenset[str]
    owners: frozenset[str] | None
    language: str
    key: str = field(init=False, default="")

    def __post_init__(self) -> None:
        seen = None if self.owners is None else sorted(self.owners)
        text = canonical_json([sorted(self.verbs), seen])
        object.__setattr__(self, "key", hashlib.sha256(text.encode()).hexdigest()[:16])

    def may(self, verb: str) -> bool:
        """Whether the viewer may do what the verb stands for."""
        return verb in self.verbs

    @property
    def sees_everybody(self) -> bool:
        """Whether every customer is this viewer's to see."""
        return self.owners is None and self.may("read")

    @property
    def sees_whole(self) -> bool:
        """Whether sums of the whole firm are."""
        return self.owners is None and self.may("firm")

    def demand(self, verb: str) -> None:
        """Forbidden unless the viewer may do it."""
        if verb not in self.verbs:
            raise Forbidden(
                N_("You are signed in as {name}, who may not do this."),
                name=self.name,
                fix=N_("Ask whoever manages the users of Liuke for a role that may."),
            )

    def sees(self, owner: str | None) -> bool:
        """Whether the viewer sees the customers of an owner key (None: customers nobody owns)."""
        return self.owners is None or (owner is not None and owner in self.owners)

    def limited(self, verbs: frozenset[str]) -> Viewer:
        """The same viewer through a token with these scopes: what both allow. Without `read` it sees nobody."""
        left = self.verbs & verbs
        return replace(self, verbs=left, owners=self.owners if "read" in left else frozenset())


def owner_key(login: str, salesperson_id: str | None) -> str:
    """Under what key a user owns customers."""
    return salesperson_id or f"@{login}"


def viewer_of(connection: Connection, user_id: int) -> Viewer:
    """The viewer a user is at this moment; NotFound when there is none or he has left."""
    row = connection.execute(select(USER).where(USER.c.id == user_id)).first()
    if row is not None and row.left_on is not None:
        raise NotFound(N_("{user} has left and may do nothing here."), user=row.login, code="unknown_user")
    if row is None:
        raise NotFound(N_("There is no user {user} who may sign in."), user=user_id, code="unknown_user")
    granted = connection.scalars(select(ROLE_GRANT.c.role).where(ROLE_GRANT.c.user_id == user_id))
    roles = [all_roles()[name] for name in granted if name in all_roles()]
    scope = widest_scope(roles)
    owners: frozenset[str] | None = frozenset()
    if scope == "all":
        owners = None
    elif scope is not None:
        owners = frozenset({owner_key(row.login, row.salesperson_id)})
        if scope == "team":
            owners |= _team_keys(connection, user_id)
    return Viewer(row.id, row.login, row.name, joined_verbs(roles), owners, row.language)


def _team_keys(connection: Connection, user_id: int) -> frozenset[str]:
    """Owner keys of all in the teams one manages or is in, those who left too: their customers stay in sight."""
    mine = (
        select(TEAM.c.id)
        .outerjoin(TEAM_MEMBER, TEAM_MEMBER.c.team_id == TEAM.c.id)
        .where(or_(TEAM.c.manager_id == user_id, TEAM_MEMBER.c.user_id == user_id))
    )
    members = (
        select(USER.c.login, USER.c.salesperson_id)
        .join(TEAM_MEMBER, TEAM_MEMBER.c.user_id == USER.c.id)
        .where(TEAM_MEMBER.c.team_id.in_(mine))
    )
    return frozenset(owner_key(login, salesperson) for login, salesperson in connection.execute(members))
