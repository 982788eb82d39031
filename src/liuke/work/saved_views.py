"""Views somebody saved: a page with its query string under a name, one's own or for everybody.

A view holds a question, no rows: whoever opens a shared one sees his own customers in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, update

from liuke.kernel.errors import Conflict, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.audit import record
from liuke.work.people.users import login_key
from liuke.work.tables import SAVED_VIEW, USER

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

MOST_NAME, MOST_QUERY = 60, 4000  # characters


@dataclass(frozen=True)
class SavedView:
    """A saved view; `mine` when the one who looks saved it, else `by` names who did."""

    id: int
    page: str
    name: str
    query: str
    shared: bool
    mine: bool
    by: str
    version: int


def save_view(
    connection: Connection,
    by: Viewer,
    page: str,
    name: str,
    query: str,
    *,
    shared: bool = False,
    now: datetime | None = None,
) -> int:
    """Save a view; its id. Conflict when one has a view of that name on that page already."""
    clean = _view_name(name)
    if len(query) > MOST_QUERY:
        raise Invalid(
            N_("The view has {count} characters of filters; {most} can be saved."),
            count=len(query),
            most=MOST_QUERY,
            code="long_view",
        )
    _name_free(connection, by, page, clean)
    row = {
        "user_id": by.user_id,
        "page": page,
        "name": clean,
        "name_key": login_key(clean),
        "query": query.removeprefix("?"),
        "shared": shared,
        "made_at": now or datetime.now(UTC),
    }
    made: int = connection.execute(insert(SAVED_VIEW).values(row).returning(SAVED_VIEW.c.id)).scalar_one()
    after = {"page": page, "name": clean, "query": row["query"], "shared": shared}
    record(connection, by, "save_view", f"view:{made}", after=after, at=now)
    return made


def change_view(
    connection: Connection, by: Viewer, view_id: int, *, name: str | None = None, shared: bool | None = None
) -> None:
    """Rename one's own view, share it or take it back; NotFound for none and for one that is not seen alike."""
    known = _own(connection, by, view_id)
    wanted: dict[str, Any] = {}
    if name is not None and (clean := _view_name(name)) != known.name:
        if login_key(clean) != known.name_key:
            _name_free(connection, by, known.page, clean)
        wanted["name"] = clean
    if shared is not None and shared != known.shared:
        wanted["shared"] = shared
    if not wanted:
        return
    before = {field: getattr(known, field) for field in wanted}
    keyed = {"name_key": login_key(wanted["name"])} if "name" in wanted else {}
    changed = update(SAVED_VIEW).where(SAVED_VIEW.c.id == view_id)
    connection.execute(changed.values(**wanted, **keyed, version=known.version + 1))
    record(connection, by, "change_view", f"view:{view_id}", before, wanted)


def remove_view(connection: Connection, by: Viewer, view_id: int) -> None:
    """Remove one's own view; NotFound as `change_view` has it."""
    known = _own(connection, by, view_id)
    connection.execute(delete(SAVED_VIEW).where(SAVED_VIEW.c.id == view_id))
    before = {"page": known.page, "name": known.name, "query": known.query, "shared": known.shared}
    record(connection, by, "remove_view", f"view:{view_id}", before)


def saved_views(connection: Connection, viewer: Viewer, page: str | None = None) -> tuple[SavedView, ...]:
    """One's own views and the shared ones, of one page or of all: own first, by name."""
    mine = SAVED_VIEW.c.user_id == viewer.user_id
    asked = (
        select(SAVED_VIEW, USER.c.name.label("by"))
        .join(USER, USER.c.id == SAVED_VIEW.c.user_id)
        .where(or_(mine, SAVED_VIEW.c.shared))
        .order_by(mine.desc(), SAVED_VIEW.c.name_key, SAVED_VIEW.c.id)
    )
    if page is not None:
        asked = asked.where(SAVED_VIEW.c.page == page)
    return tuple(
        SavedView(row.id, row.page, row.name, row.query, row.shared, row.user_id == viewer.user_id, row.by, row.version)
        for row in connection.execute(asked)
    )


def _view_name(name: str) -> str:
    clean = " ".join(printable(name).split())
    if not clean or len(clean) > MOST_NAME:
        raise Invalid(N_("A name is 1 to {most} characters."), most=MOST_NAME, code="bad_name")
    return clean


def _name_free(connection: Connection, by: Viewer, page: str, name: str) -> None:
    taken = select(SAVED_VIEW.c.id).where(
        SAVED_VIEW.c.user_id == by.user_id, SAVED_VIEW.c.page == page, SAVED_VIEW.c.name_key == login_key(name)
    )
    if connection.execute(taken).first():
        raise Conflict(
            N_("You have a view {name} on this page already."),
            name=name,
            code="name_taken",
            fix=N_("Take another name, or remove that one first."),
        )


def _own(connection: Connection, by: Viewer, view_id: int) -> Any:
    asked = select(SAVED_VIEW).where(SAVED_VIEW.c.id == view_id, SAVED_VIEW.c.user_id == by.user_id)
    row = connection.execute(asked).first()
    if row is None:
        raise NotFound(N_("You have no view {view}."), view=view_id, code="unknown_view")
    return row
