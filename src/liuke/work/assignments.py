"""Whose customers are whose by hand, over what the documents say: rows that are added, the last one holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from liuke.kernel.errors import Forbidden, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.access import access_changed
from liuke.work.audit import record
from liuke.work.merged import current_id, with_former
from liuke.work.tables import ASSIGNMENT, USER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

AT_A_TIME = 500  # ids a query
MOST_NAMED = 200  # customers one by one in the audit log; the rows themselves are in `assignment`


@dataclass(frozen=True)
class Assignment:
    """One change of owner; `owner` None gave the customer back to whom the documents name."""

    id: int
    customer_id: str
    owner: str | None
    at: datetime
    user_id: int
    by: str
    reason: str


def assign(
    connection: Connection,
    by: Viewer,
    customer_ids: Iterable[str],
    owner: str | None,
    reason: str,
    *,
    now: datetime | None = None,
) -> int:
    """Give customers to an owner key (None: back to whom the documents name); how many changed hands.

    Whether the viewer sees these customers is for the caller to have asked. Forbidden when the new owner is none of
    those the viewer looks after, NotFound for the "@login" of nobody who is here, Invalid without a reason.
    """
    by.demand("assign")
    why, ids = printable(reason).strip(), sorted(set(customer_ids))
    if not why:
        raise Invalid(N_("Say why the customers change hands."), code="no_reason")
    if owner is not None and not by.sees(owner):
        raise Forbidden(
            N_("{owner} is none of your people, so you can't give customers there."),
            owner=owner,
            fix=N_("Ask somebody who sees the whole firm."),
        )
    if owner is not None and owner.startswith("@"):
        there = select(USER.c.id).where(USER.c.login == owner[1:], USER.c.left_on.is_(None))
        if connection.execute(there).first() is None:
            raise NotFound(N_("There is no user {user}."), user=owner[1:], code="unknown_user")
    held = _last(connection, ids)
    changed = [each for each in ids if held.get(each) != owner]
    if not changed:
        return 0
    same = {"owner": owner, "at": now or datetime.now(UTC), "user_id": by.user_id, "reason": why}
    connection.execute(insert(ASSIGNMENT), [{"customer_id": each, **same} for each in changed])
    access_changed(connection)
    objects = f"customer:{changed[0]}" if len(changed) == 1 else "customers"
    before = {each: held.get(each) for each in changed} if len(changed) <= MOST_NAMED else None
    record(connection, by, "assign", objects, before, {"owner": owner}, at=now, customers=len(changed), reason=why)
    return len(changed)


def owners_now(connection: Connection, merged: Mapping[str, str] | None = None) -> dict[str, str]:
    """The owner key of every customer owned by hand, by the id of today; the others are whose the documents say."""
    into = merged or {}
    newest = select(func.max(ASSIGNMENT.c.id)).group_by(ASSIGNMENT.c.customer_id)
    rows = connection.execute(
        select(ASSIGNMENT.c.customer_id, ASSIGNMENT.c.owner)
        .where(ASSIGNMENT.c.id.in_(newest))
        .order_by(ASSIGNMENT.c.id)
    )
    last = {current_id(customer, into): owner for customer, owner in rows}
    return {customer: owner for customer, owner in last.items() if owner is not None}


def assignments(
    connection: Connection, customer_id: str, merged: Mapping[str, str] | None = None
) -> tuple[Assignment, ...]:
    """Every change of owner of one customer and of those that became it, newest first."""
    ids = sorted(with_former([customer_id], merged or {}))
    asked = (
        select(ASSIGNMENT, USER.c.name.label("by"))
        .join(USER, USER.c.id == ASSIGNMENT.c.user_id)
        .where(ASSIGNMENT.c.customer_id.in_(ids))
        .order_by(ASSIGNMENT.c.id.desc())
    )
    return tuple(
        Assignment(row.id, row.customer_id, row.owner, row.at, row.user_id, row.by, row.reason)
        for row in connection.execute(asked)
    )


def _last(connection: Connection, ids: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for start in range(0, len(ids), AT_A_TIME):
        some = ASSIGNMENT.c.customer_id.in_(ids[start : start + AT_A_TIME])
        newest = select(func.max(ASSIGNMENT.c.id)).where(some).group_by(ASSIGNMENT.c.customer_id)
        rows = connection.execute(
            select(ASSIGNMENT.c.customer_id, ASSIGNMENT.c.owner).where(ASSIGNMENT.c.id.in_(newest))
        )
        found |= {row.customer_id: row.owner for row in rows}
    return found
