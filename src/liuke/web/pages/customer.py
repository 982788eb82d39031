"""One customer: what happened, why, what it is worth, everything on one line; notes, contact details, its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import parse_qs, quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.app import cause_audit_pages, cause_audits, customer_facts, customer_parts
from liuke.kernel.errors import Invalid, LiukeError, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.cause_audit import CustomerAudit
from liuke.reports.contexts.customer_line import KINDS
from liuke.reports.contexts.customer_page import CustomerPage
from liuke.reports.listings.customers import name_of
from liuke.reports.query import Query
from liuke.web.asking import asked_of
from liuke.web.pages import list_
from liuke.web.people import Asking, RowId, address_of, base_of, needs
from liuke.web.rendering import attached, framed, page_answer, page_mark, rendered
from liuke.work import audit, notes
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.app.firm import OneCustomer, RunView
    from liuke.app.service import Service

router = APIRouter()
SIZE, LARGEST = 40, 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTS = {"list": list_.ON_LIST, "customers": list_.EVERYBODY}
LEAST_PURPOSE, MOST_PURPOSE = 2, 300


class CustomerAsked(BaseModel):
    """What a customer's address may ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Annotated[str, Field(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    kind: Annotated[str, Field(max_length=20, pattern=r"^[a-z]*$")] = ""
    since: Annotated[date | None, Field()] = None
    until: Annotated[date | None, Field()] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    size: Annotated[int, Field(ge=1, le=LARGEST)] = SIZE
    families: Literal["", "1"] = ""
    back: Annotated[str, Field(max_length=1500)] = ""


@dataclass(frozen=True)
class Neighbour(Context):
    """The customer before or after this one on the list one came from."""

    customer_id: Annotated[str, "its number"]
    name: Annotated[str, "its name"]
    back: Annotated[str, "the list as it is asked for, on the page where that customer stands"]


@dataclass(frozen=True)
class CustomerView(Context):
    """A customer's page with what its address asked for, so that every link changes one thing of it."""

    one: Annotated[CustomerPage, "the customer"]
    asked: Annotated[CustomerAsked, "what the address asks for"]
    before: Annotated[Neighbour | None, "the one before on the list"]
    after: Annotated[Neighbour | None, "the one after"]
    plain: Annotated[bool, "whether contact details are shown as they are, this once"]
    purpose: Annotated[str, "what they were asked for"]
    draft: Annotated[str, "a note that could not be kept"]
    error: Annotated[LiukeError | None, "why something was not done"]
    audit: Annotated[CustomerAudit, "what somebody found of why it left, and the question"]

    @property
    def number(self) -> str:
        """The customer's number."""
        return str(self.one.row["customer_id"])

    @property
    def titles(self) -> Mapping[str, str]:
        """What each kind of event is called."""
        return KINDS

    @property
    def back_to(self) -> str:
        """The list one came from, or the watch list where that is none of ours."""
        return self.asked.back if self.asked.back.partition("?")[0] in LISTS else "list"

    def link(self, **changes: object) -> str:
        """The address with some of it changed, from the first page on unless a page is given."""
        given = {**self.asked.model_dump(mode="json", exclude_defaults=True), "page": None, **changes}
        return address(self.number, **given)

    def part(self, name: str) -> str:
        """Where a form of this page goes."""
        return f"{path_of(self.number)}/{name}"

    def step(self, to: Neighbour) -> str:
        """The address of a neighbour."""
        return address(to.customer_id, back=to.back)


def path_of(customer_id: str) -> str:
    """The path of a customer; whatever its number holds."""
    return f"customer/{quote(customer_id, safe='')}"


def address(customer_id: str, **asked: object) -> str:
    """The path with a query."""
    told = {name: value for name, value in asked.items() if value not in ("", None)}
    return f"{path_of(customer_id)}?{urlencode(told)}" if told else path_of(customer_id)


Wanted = Annotated[CustomerAsked, Depends(asked_of(CustomerAsked))]
Noting = Annotated[Viewer, Depends(needs("note"))]
Unmasking = Annotated[Viewer, Depends(needs("unmask"))]
Exporting = Annotated[Viewer, Depends(needs("export"))]


@router.get("/customer/{customer_id:path}/rows.xlsx")
def customer_rows(request: Request, me: Exporting, customer_id: str, as_of: str = "") -> Response:
    """The customer's row and its documents as a workbook; recorded with how many rows."""
    web = served(request)
    view = web.seen(me, as_of or None)
    found = customer_facts.seen_customer(view, customer_id)
    number = found.row["customer_id"]
    rows = 1 + len(found.documents)
    content = customer_parts.workbook_of(view, found, me.name)
    with web.store.writing() as connection:
        audit.record(connection, me, "export", f"customer:{number}", address=address_of(request), rows=rows,
                     format="xlsx", as_of=view.info["as_of"], run_id=view.info["run_id"])  # fmt: skip
    safe = "".join(each if each.isalnum() or each in "-_ " else "_" for each in printable(number))[:60]
    return attached(content, f"liuke-{safe}-{view.info['as_of']}.xlsx", XLSX)


@router.get("/customer/{customer_id:path}")
def customer(request: Request, me: Asking, customer_id: str, asked: Wanted) -> Response:
    """The page; with .json behind the number the same as data."""
    web = served(request)
    view = web.seen(me, asked.as_of or None)
    found, as_data = _face(web, me, view, customer_id, asked)
    number = found.row["customer_id"]
    told = customer_parts.written_down(web, view, number, latest=_latest(web, view))
    found_out = cause_audits.all_verdicts(view.workspace, web.store, number)
    mark = page_mark(request, me, view, web.access_version(), told, customer_facts.clock_mark(view), found_out)
    return page_answer(
        request, mark, lambda: _page(web, me, view, found, told, asked),
        lambda one: _shown(request, me, view, one, asked), as_data=as_data,
    )  # fmt: skip


@router.post("/customer/{customer_id:path}/unmask")
def unmask(
    request: Request, me: Unmasking, customer_id: str, purpose: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Contact details as they are, on this answer alone; who asked and what for is recorded."""
    web = served(request)
    view = web.seen(me)
    found = customer_facts.seen_customer(view, customer_id)
    asked, why = CustomerAsked(), printable(purpose).strip()
    told = customer_parts.written_down(web, view, found.row["customer_id"], latest=True)
    if not LEAST_PURPOSE <= len(why) <= MOST_PURPOSE:
        said = N_("Say what you need the contact details for, in {least} to {most} characters.")
        wrong = Invalid(said, least=LEAST_PURPOSE, most=MOST_PURPOSE, code="bad_purpose")
        return _shown(request, me, view, _page(web, me, view, found, told, asked), asked, error=wrong)
    one = _page(web, me, view, found, told, asked, unmasked=True)
    with web.store.writing() as connection:
        audit.record(connection, me, "unmask", f"customer:{found.row['customer_id']}", address=address_of(request),
                     purpose=why, fields=[each.name for each in one.contact])  # fmt: skip
    return _shown(request, me, view, one, asked, purpose=why)


@router.post("/customer/{customer_id:path}/note")
def note(request: Request, me: Noting, customer_id: str, text: Annotated[str, Form(max_length=20_000)] = ""
         ) -> Response:  # fmt: skip
    """Write a note."""
    web = served(request)
    view = web.seen(me)
    found = customer_facts.seen_customer(view, customer_id)
    number = found.row["customer_id"]
    try:
        with web.store.writing() as connection:
            notes.add_note(connection, me, number, text)
    except Invalid as wrong:
        asked = CustomerAsked()
        told = customer_parts.written_down(web, view, number, latest=True)
        one = _page(web, me, view, found, told, asked)
        return _shown(request, me, view, one, asked, error=wrong, draft=text)
    return RedirectResponse(f"{base_of(request)}/{path_of(number)}#line", 303)


@router.post("/customer/{customer_id:path}/note/{note_id:int}/withdraw")
def withdraw(request: Request, me: Noting, customer_id: str, note_id: RowId) -> Response:
    """Withdraw one's own note."""
    web = served(request)
    found = customer_facts.seen_customer(web.seen(me), customer_id)
    with web.store.writing() as connection:
        notes.withdraw_note(connection, me, note_id)
    return RedirectResponse(f"{base_of(request)}/{path_of(found.row['customer_id'])}#line", 303)


def _face(web: Service, me: Viewer, view: RunView, wanted: str, asked: CustomerAsked) -> tuple[OneCustomer, bool]:
    """The customer, and whether it is asked for as data; a number may itself end in .json."""
    today = web.seen(me) if asked.as_of else None
    try:
        return customer_facts.seen_customer(view, wanted, today), False
    except NotFound:
        if not wanted.endswith(".json"):
            raise
        return customer_facts.seen_customer(view, wanted.removesuffix(".json"), today), True


def _latest(web: Service, view: RunView) -> bool:
    """Whether this is the run everybody reads: there what was written since shows too."""
    return web.newest() == view.made.root.name


def _page(web: Service, me: Viewer, view: RunView, found: OneCustomer, told: customer_parts.WrittenDown,
          asked: CustomerAsked, *, unmasked: bool = False) -> CustomerPage:  # fmt: skip
    part = customer_parts.PartAsked(asked.kind, asked.since, asked.until, asked.page, asked.size, asked.families == "1")
    return customer_parts.customer_page(web, me, view, found, told, part, unmasked=unmasked)


def _shown(request: Request, me: Viewer, view: RunView, one: CustomerPage, asked: CustomerAsked, *,
           error: LiukeError | None = None, purpose: str = "", draft: str = "") -> Response:  # fmt: skip
    before, after = _neighbours(served(request), me, asked, one)
    web = served(request)
    found = cause_audit_pages.customer_audit(web, me, view, one.row, latest=_latest(web, view) and not asked.as_of)
    shown = CustomerView(one, asked, before, after, bool(purpose), purpose, draft, error, found)
    here = asked.back.partition("?")[0]
    around = framed(request, name_of(one.row), here if here in LISTS else "customers", me,
                    one.strip, [each.text() for each in view.notices])  # fmt: skip
    if request.method == "GET":
        return rendered("customer", around, shown)
    around = replace(around, path=f"{base_of(request)}/{path_of(shown.number)}")
    answer = rendered("customer", around, shown, error.http if error else 200)
    answer.headers["cache-control"] = "private, no-store"
    return answer


def _neighbours(
    web: Service, me: Viewer, asked: CustomerAsked, one: CustomerPage
) -> tuple[Neighbour | None, Neighbour | None]:
    """Who stands before and after on the list one came from; nobody where the customer is not on that page of it."""
    here, _, query = asked.back.partition("?")
    base = LISTS.get(here)
    if base is None:
        return None, None
    fields = list_.ListAsked.model_fields
    given = {name: values if name in ("where", "cols") else values[0] for name, values in parse_qs(query).items()}
    try:
        wanted = list_.ListAsked.model_validate({name: value for name, value in given.items() if name in fields})
        view = web.seen(me, wanted.as_of or None)
        rows = _around(view, wanted, base)
    except (ValidationError, LiukeError):  # a list that is none leads nowhere
        return None, None
    numbers = [row.customer_id for row in rows]
    number = one.row["customer_id"]
    if number not in numbers:
        return None, None
    at = numbers.index(number)
    return (rows[at - 1] if at else None), (rows[at + 1] if at + 1 < len(rows) else None)


def _around(view: RunView, wanted: list_.ListAsked, base: Query) -> list[Neighbour]:
    """The customers of a page of a list, with the last of the page before and the first of the page after."""

    def page(number: int) -> list[Neighbour]:
        asked = wanted.model_copy(update={"page": number})
        told = asked.model_dump(exclude_defaults=True)
        here = "list" if base.where else "customers"
        back = f"{here}?{urlencode(told, doseq=True)}" if told else here
        rows = view.page(list_.query_of(asked, base)).rows
        return [Neighbour(row["customer_id"], name_of(row), back) for row in rows.iter_rows(named=True)]

    first = page(wanted.page - 1)[-1:] if wanted.page > 1 else []
    return [*first, *page(wanted.page), *page(wanted.page + 1)[:1]]
