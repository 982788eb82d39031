"""Who may sign in, and as what."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.reports.shown import DATA, PEOPLE, Listed, Listing, Row, Shown
from liuke.work.people.roles import all_roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liuke.work.people.users import User


def _titles(row: Row) -> str:
    return ", ".join(str(all_roles()[name].title) for name in row["roles"])


USERS = Listing(
    "users",
    N_("Users"),
    (
        Shown("login", N_("Login")),
        Shown("name", N_("Name")),
        Shown("roles", N_("Roles"), on=PEOPLE, of=_titles, width=24),
        Shown("roles", N_("Roles"), "list", on=DATA),
        Shown("salesperson_id", N_("Salesperson")),
        Shown("language", N_("Language")),
        Shown("time_zone", N_("Time zone")),
        Shown("left_on", N_("Left on"), "date", optional=True),
    ),
    nothing=N_("Nobody may sign in yet: liuke serve prints a code to set up the first account."),
)


def listed_users(found: Iterable[User]) -> Listed:
    """Users as a listing, in the order given."""
    return Listed(USERS, [{**asdict(user), "roles": list(user.roles)} for user in found])
