"""The roles of `roles.toml`: what each may do and whose customers it sees."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Wordings

if TYPE_CHECKING:
    from collections.abc import Iterable

# Every verb there is, with what it lets one do.
VERBS = {
    "read": N_("see customers"),
    "firm": N_("see sums of the whole firm, the ledger, indicators, the model and economics"),
    "export": N_("export lists"),
    "unmask": N_("see contact details"),
    "note": N_("write notes"),
    "assign": N_("assign customers"),
    "confirm": N_("confirm why customers left"),
    "rules": N_("edit rules"),
    "data": N_("load, undo and merge data"),
    "run": N_("start and schedule runs"),
    "settings": N_("change settings"),
    "users": N_("manage users"),
    "audit": N_("read the audit log"),
}
SCOPES = ("own", "team", "all")  # from the narrowest to the widest


@dataclass(frozen=True)
class Role:
    """A role: its verbs and the scope of those that show customers."""

    name: str
    title: Wordings
    scope: str
    verbs: frozenset[str]


@cache
def all_roles() -> dict[str, Role]:
    """Every role by name, in the order of the file."""
    text = resources.files("liuke.work.people").joinpath("roles.toml").read_text("utf-8")
    return {
        name: Role(name, Wordings(**row["title"]), row["scope"], frozenset(row["verbs"]))
        for name, row in tomllib.loads(text).items()
    }


def known_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """The roles of these names, in the order of the file and each once; Invalid when one does not exist."""
    asked, have = set(names), all_roles()
    unknown = sorted(asked - have.keys())
    if unknown:
        raise Invalid(
            N_("There is no role {name}."),
            name=unknown[0],
            code="unknown_role",
            fix=N_("Roles there are: {have}."),
            have=tuple(have),
        )
    return tuple(role for name, role in have.items() if name in asked)


def joined_verbs(roles: Iterable[Role]) -> frozenset[str]:
    """All that one may do who has these roles."""
    return frozenset().union(*(role.verbs for role in roles))


def widest_scope(roles: Iterable[Role]) -> str | None:
    """The widest scope among the roles that read customers; None when none does."""
    return max((role.scope for role in roles if "read" in role.verbs), key=SCOPES.index, default=None)
