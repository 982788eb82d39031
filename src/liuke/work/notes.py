"""Notes on customers: who wrote what and when. One is withdrawn, never deleted, and follows merges when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from liuke.kernel.errors import Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.audit import record
from liuke.work.merged import current_id, with_former
from liuke.work.tables import NOTE, USER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

MOST = 4000  # characters
AT_A_TIME = 500  # ids a query


@dataclass(frozen=True)
class CustomerNote:
    """A note; `customer_id` is the customer of today, `withdrawn_at` None: it stands."""

    id: int
    customer_id: str
    text: str
    user_id: int
    by: str
    at: datetime
    withdrawn_at: datetime | None


def add_note(connection: Connection, by: Viewer, customer_id: str, text: str, *, now: datetime | None = None) -> int:
    """Write a note; its id. Whether the customer is seen by the viewer is for the caller to have asked.

    Invalid when there is nothing in it or too much.
    """
    by.demand("note")
    clean = printable(text).strip()
    if not clean or len(clean) > MOST:
        raise Invalid(N_("A note is 1 to {most} characters."), most=MOST, code="bad_note")
    moment = now or datetime.now(UTC)
    row = {"customer_id": customer_id, "text": clean, "user_id": by.user_id, "at": moment}
    note_id: int = connection.execute(insert(NOTE).values(row).returning(NOTE.c.id)).scalar_one()
    record(connection, by, "note", f"customer:{customer_id}", at=now, note=note_id)
    return note_id


def withdraw_note(connection: Connection, by: Viewer, note_id: int, *, now: datetime | None = None) -> str:
    """Withdraw one's own note; the id of its customer as written. NotFound for none and for another's alike."""
    by.demand("note")
    row = connection.execute(select(NOTE).where(NOTE.c.id == note_id, NOTE.c.user_id == by.user_id)).first()
    if row is None:
        raise NotFound(N_("You have no note {note}."), note=note_id, code="unknown_note")
    if row.withdrawn_at is None:
        connection.execute(update(NOTE).where(NOTE.c.id == note_id).values(withdrawn_at=now or datetime.now(UTC)))
        record(connection, by, "withdraw_note", f"customer:{row.customer_id}", at=now, note=note_id)
    customer: str = row.customer_id
    return customer


def customer_notes(
    connection: Connection,
    customer_ids: Iterable[str],
    merged: Mapping[str, str] | None = None,
    *,
    with_withdrawn: bool = False,
) -> tuple[CustomerNote, ...]:
    """Notes on these customers, newest first; `merged` says which customer each former one became."""
    into = merged or {}
    ids = sorted(with_former(customer_ids, into))
    found: list[CustomerNote] = []
    for start in range(0, len(ids), AT_A_TIME):
        asked = (
            select(NOTE, USER.c.name.label("by"))
            .join(USER, USER.c.id == NOTE.c.user_id)
            .where(NOTE.c.customer_id.in_(ids[start : start + AT_A_TIME]))
        )
        if not with_withdrawn:
            asked = asked.where(NOTE.c.withdrawn_at.is_(None))
        for row in connection.execute(asked):
            customer = current_id(row.customer_id, into)
            found.append(CustomerNote(row.id, customer, row.text, row.user_id, row.by, row.at, row.withdrawn_at))
    return tuple(sorted(found, key=lambda note: (note.at, note.id), reverse=True))
