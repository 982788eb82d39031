"""The page of one customer put together: its row, what the tables say of it, what people wrote down here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from liuke.app import customer_facts
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.kernel.workbook import plain_workbook
from liuke.reports.cause_words import BEFORE_CAUSES, NOT_ASKED
from liuke.reports.contexts import customer_line as lines
from liuke.reports.contexts.customer_causes import customer_why
from liuke.reports.contexts.customer_falls import FALL, fall_of
from liuke.reports.contexts.customer_page import OwnerNow, contact_fields, page_of
from liuke.reports.contexts.customer_trend import first_drawn, trend_of
from liuke.reports.contexts.strip import strip
from liuke.reports.query import CUSTOMER_CAUSE
from liuke.reports.renderers import sheet
from liuke.reports.sheet import Book
from liuke.run.merges import merges
from liuke.work import assignments, notes
from liuke.work.people import users
from liuke.work.people.viewer import owner_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.app.run_view import OneCustomer, RunView
    from liuke.app.service import Service
    from liuke.reports.contexts.customer_causes import CustomerWhy
    from liuke.reports.contexts.customer_line import LineEvent
    from liuke.reports.contexts.customer_page import CustomerPage
    from liuke.work.assignments import Assignment
    from liuke.work.notes import CustomerNote
    from liuke.work.people.viewer import Viewer

WATERMARK = N_("Exported by {who} on {day}; as of {as_of}. For internal use.")


@dataclass(frozen=True)
class WrittenDown:
    """What people wrote down here of one customer, newest first."""

    notes: tuple[CustomerNote, ...]
    changes: tuple[Assignment, ...]  # of owner by hand, up to the run's day
    owner: str | None  # the owner key given by hand that is in force now
    owner_since: date | None


@dataclass(frozen=True)
class PartAsked:
    """Which part of the line of what happened is shown."""

    kind: str
    since: date | None
    until: date | None
    page: int
    size: int
    families: bool = False  # whether lines are read, for sums by family; slow in a firm of many lines


def written_down(service: Service, view: RunView, customer_id: str, *, latest: bool) -> WrittenDown:
    """Notes and changes of owner; for a day looked back to only those of that day and before."""
    into = merges(view.workspace)
    with service.store.reading() as connection:
        every = notes.customer_notes(connection, [customer_id], into)
        changes = assignments.assignments(connection, customer_id, into)
    now = changes[0] if changes and changes[0].owner is not None else None
    if not latest:
        known = date.fromisoformat(view.info["known"])
        every = tuple(each for each in every if lines.local_day(each.at) <= known)
        changes = tuple(each for each in changes if lines.local_day(each.at) <= known)
    return WrittenDown(every, changes, now.owner if now else None, lines.local_day(now.at) if now else None)


def customer_page(
    service: Service,
    me: Viewer,
    view: RunView,
    found: OneCustomer,
    written: WrittenDown,
    asked: PartAsked,
    *,
    unmasked: bool = False,
) -> CustomerPage:
    """The page of a customer the viewer sees."""
    row, head = found.row, strip(view.source())
    told = customer_facts.told_about(view, row)
    names = _names(service, written, told.people)
    mine = me.user_id if me.may("note") else None
    if asked.families:
        bought = customer_facts.lines_by_family(view, told, row["customer_code"], first_drawn(head))
    else:
        bought = customer_facts.no_lines()
    events = [
        *lines.document_events(found.documents, bought),
        *lines.told_events(told, head.as_of),
        *lines.work_events(written.notes, written.changes, names, mine),
    ]
    families = customer_facts.families_bought(view, row["customer_code"])
    since = told.file["since"] if told.file else None
    why, why_not = causes_of(view, row["customer_code"], events)
    return page_of(
        row, found.value, view.info, customer_facts.scores_of(view, whole=me.may("firm")),
        merged_from=found.merged_from,
        formers=told.formers,
        strip=head,
        since=since or row["first_on"],
        owner=_owner(row, written, names),
        last_contact=told.contacts["at"].max(),
        contacts_known=bool((view.info.get("value") or {}).get("has_contacts")),
        trend=trend_of(row, head, found.documents, events, families, bought),
        line=lines.line_of(events, head.basis, asked.kind, asked.since, asked.until, asked.page, asked.size),
        contact=contact_fields(told.file, customer_facts.PERSONAL, plain=unmasked),
        why=why,
        why_not=why_not,
        fall=fall_of(view.made.of_customer(FALL, row["customer_code"]), view.info) if FALL in view.tables else Said(""),
        days=customer_facts.kept_days(service.firm),
    )  # fmt: skip


def causes_of(view: RunView, code: int, events: Sequence[LineEvent]) -> tuple[CustomerWhy | None, Said]:
    """The causes of a customer the viewer sees, or why there are none."""
    if CUSTOMER_CAUSE not in view.tables:
        return None, Said(BEFORE_CAUSES)
    causes, evidence = (view.made.of_customer(name, code) for name in (CUSTOMER_CAUSE, "cause_evidence"))
    why = customer_why(causes, evidence, view.made.table("cause_card"), events, view.info["currency"])
    return why, Said("" if why else NOT_ASKED)


def _names(service: Service, written: WrittenDown, people: Mapping[str, str]) -> Mapping[str, str]:
    """How the owner keys of changes by hand are read: salespeople of the facts, else users."""
    if all(each.owner is None or each.owner in people for each in written.changes) and not written.owner:
        return people
    with service.store.reading() as connection:
        everybody = users.users(connection)
    return {**{owner_key(each.login, each.salesperson_id): each.name for each in everybody}, **people}


def _owner(row: Mapping[str, Any], written: WrittenDown, names: Mapping[str, str]) -> OwnerNow:
    """The owner of now: the reader's rows say it already; by hand it has a day."""
    if written.owner is None:
        return OwnerNow(str(row["salesperson"] or ""), str(row["team"] or ""), False, None)
    return OwnerNow(names.get(written.owner, written.owner), "", True, written.owner_since)


def workbook_of(view: RunView, found: OneCustomer, who: str) -> bytes:
    """The customer's row and every document of it, marked with who took it along and when."""
    held = BytesIO()
    made = plain_workbook(held, constant_memory=False)
    book = Book(made)
    mark = Said(WATERMARK, {"who": who, "day": datetime.now(UTC).astimezone().date(), "as_of": view.info["as_of"]})
    made.set_properties({"title": found.row["customer_id"], "comments": mark.text()})
    for listed in (view.alone(found), view.documents_of(found)):
        sheet.render(book.sheet(listed.listing.title, mark.text()), listed)
    made.close()
    return held.getvalue()
