"""Giving customers to somebody, from whichever face: who may be chosen, whom it is about, and the act itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work import assignments
from liuke.work.people.users import users
from liuke.work.people.viewer import owner_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from liuke.app.run_view import RunView
    from liuke.app.service import Service
    from liuke.work.people.viewer import Viewer


def owners_to_choose(service: Service, by: Viewer) -> dict[str, str]:
    """Owner keys customers may be given to by this viewer, with how each is read: users who are here, salespeople."""
    with service.store.reading() as connection:
        here = {owner_key(each.login, each.salesperson_id): f"{each.name} ({each.login})"
                for each in users(connection, with_left=False)}  # fmt: skip
    told = {number: f"{number} {name}".strip() for number, name in service.salespeople().items()}
    return {key: name for key, name in (told | here).items() if by.sees(key)}


def chosen_customers(seen: RunView, numbers: Sequence[str]) -> pl.DataFrame:
    """customer_id, name, at_stake and usual_year of some customers; NotFound, naming none, where one is not seen."""
    wanted = sorted(set(numbers))
    rows = seen.reader.among(wanted)
    if missing := len(wanted) - len(rows):
        raise NotFound(
            N_("{count} of the customers chosen do not exist."),
            count=missing,
            code="unknown_customer",
            fix=N_("Choose them on the list again; nothing was changed."),
        )
    return rows


def assign_customers(service: Service, by: Viewer, numbers: Sequence[str], owner: str | None, reason: str) -> int:
    """Give customers to an owner (None: back to whom the documents name); how many changed hands, from now on.

    NotFound for a customer not seen and for an owner nobody can be, alike for those beyond what the viewer sees.
    """
    by.demand("assign")
    rows = chosen_customers(service.seen(by), numbers)
    if owner is not None and owner not in owners_to_choose(service, by):
        raise NotFound(
            N_("There is nobody {owner} you could give customers to."),
            owner=printable(owner),
            code="unknown_owner",
            fix=N_("Choose one of those the form offers."),
        )
    with service.store.writing() as connection:
        return assignments.assign(connection, by, rows["customer_id"].to_list(), owner, reason)
