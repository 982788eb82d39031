"""What is done with a list: giving customers to somebody, keeping views of it, taking it away as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.app.ownership import assign_customers, chosen_customers, owners_to_choose
from liuke.kernel.errors import Conflict, Invalid, LiukeError, Refused
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.contexts.base import Context
from liuke.reports.listings.customers import CUSTOMERS as EVERY_CUSTOMER
from liuke.reports.listings.customers import watch_listing
from liuke.reports.query import view_of
from liuke.reports.renderers import csv, json, sheet
from liuke.reports.shown import Listed
from liuke.web.pages.list_ import EVERYBODY, ON_LIST, ListAsked, Wanted, query_of
from liuke.web.pages.sign_in import inside
from liuke.web.people import Asking, RowId, address_of, base_of, needs, now
from liuke.web.rendering import attached, framed, framed_run, rendered
from liuke.work import audit, saved_views
from liuke.work.people import users
from liuke.work.people.viewer import Viewer
from liuke.work.saved_views import SavedView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.app.firm import RunView
    from liuke.reports.query import Query

router = APIRouter()
ASSIGN, EXPORT, VIEWS = N_("Assign owner"), N_("Export"), N_("Saved views")
MOST_NAMED = 30  # customers named before they are given away
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Here = Literal["list", "customers"]
Assigner = Annotated[Viewer, Depends(needs("assign"))]
Exporter = Annotated[Viewer, Depends(needs("export"))]
Many = Annotated[list[str] | None, Form(max_length=1000)]
Address = Annotated[str, Form(max_length=4000)]
BASES = {"list": ON_LIST, "customers": EVERYBODY}


@dataclass(frozen=True)
class Assigning(Context):
    """Who is given to whom: asked before it is done."""

    names: Annotated[Sequence[tuple[str, str]], "number and name, the first of them"]
    count: Annotated[int, "how many"]
    at_stake: Annotated[Said, "what is at stake with them"]
    chosen: Annotated[Sequence[str], "their numbers, where they were chosen one by one"]
    every: Annotated[bool, "whether it is all that match"]
    query: Annotated[str, "of the list, where it is all that match"]
    here: Annotated[str, "list or customers"]
    back: Annotated[str, "where to go afterwards"]
    owners: Annotated[Mapping[str, str], "who can be chosen, by owner key"]
    owner: Annotated[str, "who was chosen when it was refused"]
    reason: Annotated[str, "what was typed when it was refused"]
    error: Annotated[LiukeError | None, "why it was refused"]


def asked_by(text: str) -> ListAsked:
    """What a query string asks of a list; Invalid for anything a list does not know."""
    given = parse_qs(text.removeprefix("?"), keep_blank_values=False, max_num_fields=60)
    try:
        return ListAsked.model_validate({name: held if name in ("where", "cols") else held[-1]
                                         for name, held in given.items()})  # fmt: skip
    except ValidationError as error:
        what = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
        raise Invalid(N_("The address asks for something this page does not know: {what}."), what=what) from None


def numbers_of(seen: RunView, chosen: Sequence[str], query: str, here: Here, *, every: bool) -> list[str]:
    """The customers meant: those chosen, or all that match the query of a list."""
    if not every:
        return sorted(set(chosen))
    return seen.reader.numbers(query_of(asked_by(query), BASES[here]))


@router.post("/assign")
def assign_asked(
    request: Request,
    me: Assigner,
    customer: Many = None,
    every: Annotated[str, Form(max_length=1)] = "",
    query: Address = "",
    here: Annotated[Here, Form()] = "list",
    back: Address = "",
) -> Response:
    """Ask to whom the customers chosen go, and why."""
    return asking(request, me, customer or [], query, here, back, every=bool(every))


def asking(
    request: Request, me: Viewer, chosen: Sequence[str], query: str, here: Here, back: str, *, every: bool,
    owner: str = "", reason: str = "", error: LiukeError | None = None,
) -> Response:  # fmt: skip
    """The page that asks."""
    service = served(request)
    seen = service.seen(me)
    numbers = numbers_of(seen, chosen, query, here, every=every)
    if not numbers:
        raise Refused(N_("No customer is chosen."), code="nobody_chosen", fix=N_("Go back and tick some on the list."))
    rows = chosen_customers(seen, numbers)
    names = [
        (number, name or number) for number, name in rows.select("customer_id", "name").head(MOST_NAMED).iter_rows()
    ]
    known = [each for each in rows["at_stake"].to_list() if each is not None]
    stake = figures.Money(sum(known, Decimal(0)), seen.info["currency"])
    money = Said(N_("{money} at stake"), {"money": stake}) if known else Said("")
    context = Assigning(names, len(rows), money, [] if every else numbers, every, query, here, inside(request, back),
                        owners_to_choose(service, me), owner, reason, error)  # fmt: skip
    around = framed_run(request, translate(ASSIGN), here, me, seen)
    return rendered("assign", around, context, error.http if error else 200)


@router.post("/assign/done")
def assign_done(
    request: Request,
    me: Assigner,
    count: Annotated[int, Form(ge=1)],
    owner: Annotated[str, Form(max_length=200)] = "",
    reason: Annotated[str, Form(max_length=1000)] = "",
    customer: Many = None,
    every: Annotated[str, Form(max_length=1)] = "",
    query: Address = "",
    here: Annotated[Here, Form()] = "list",
    back: Address = "",
) -> Response:
    """Give them; who sees them follows at once."""
    service = served(request)
    try:
        if not owner:
            raise Invalid(N_("Choose to whom they go."), code="no_owner")
        numbers = numbers_of(service.seen(me), customer or [], query, here, every=bool(every))
        if len(numbers) != count:
            raise Conflict(
                N_("{now} customers match by now, {then} when you looked. Nothing was changed."), now=len(numbers),
                then=count, code="changed_meanwhile", fix=N_("Look at them again, then give them."),
            )  # fmt: skip
        assign_customers(service, me, numbers, None if owner == "-" else owner, reason)
    except LiukeError as error:
        if error.http not in (409, 422):
            raise
        return asking(request, me, customer or [], query, here, back, every=bool(every), owner=owner, reason=reason,
                      error=error)  # fmt: skip
    return RedirectResponse(inside(request, back), 303)


@dataclass(frozen=True)
class Exporting(Context):
    """What would leave: asked for its purpose before it does."""

    count: Annotated[int, "customers that match"]
    most: Annotated[int, "that one export may hold"]
    about: Annotated[Sequence[Said], "the conditions in words"]
    query: Annotated[str, "of the list"]
    here: Annotated[str, "list or customers"]
    purpose: Annotated[str, "what was typed when it was refused"]
    error: Annotated[LiukeError | None, "why it was refused"]


@router.get("/list/export")
def export_list(request: Request, me: Exporter, asked: Wanted) -> Response:
    """Ask what the list is taken away for."""
    return ask_purpose(request, me, asked, "list")


@router.get("/customers/export")
def export_customers(request: Request, me: Exporter, asked: Wanted) -> Response:
    """The same of all customers."""
    return ask_purpose(request, me, asked, "customers")


@router.post("/list/export")
def list_file(
    request: Request, me: Exporter, asked: Wanted, purpose: Annotated[str, Form(max_length=500)] = "",
    to: Annotated[Literal["xlsx", "csv", "json"], Form()] = "xlsx",
) -> Response:  # fmt: skip
    """The list as a file."""
    return taken(request, me, asked, "list", purpose, to)


@router.post("/customers/export")
def customers_file(
    request: Request, me: Exporter, asked: Wanted, purpose: Annotated[str, Form(max_length=500)] = "",
    to: Annotated[Literal["xlsx", "csv", "json"], Form()] = "xlsx",
) -> Response:  # fmt: skip
    """All customers as a file."""
    return taken(request, me, asked, "customers", purpose, to)


def told(asked: ListAsked) -> str:
    """What a list is asked for as a query string, its place and columns on the page left out."""
    given = asked.model_dump(exclude_defaults=True, exclude={"page", "size"})
    return urlencode(given, doseq=True)


def ask_purpose(request: Request, me: Viewer, asked: ListAsked, here: Here, purpose: str = "",
                error: LiukeError | None = None) -> Response:  # fmt: skip
    """The page that asks."""
    service = served(request)
    seen = service.seen(me, asked.as_of or None)
    query = query_of(asked, BASES[here])
    rows = seen.sums(query)["rows"]
    most = int(service.firm.workspace.settings.number("export_rows"))
    context = Exporting(rows, most, query.said(), told(asked), here, purpose, error)
    around = framed_run(request, translate(EXPORT), here, me, seen)
    return rendered("export", around, context, error.http if error else 200)


def taken(request: Request, me: Viewer, asked: ListAsked, here: Here, purpose: str, to: str) -> Response:
    """Every customer that matches, as a file that says who took it; recorded with its purpose before it leaves."""
    service = served(request)
    seen = service.seen(me, asked.as_of or None)
    query = replace(query_of(asked, BASES[here]), page=1, size=None)
    count, most = seen.sums(query)["rows"], int(service.firm.workspace.settings.number("export_rows"))
    why = " ".join(purpose.split())
    try:
        if not why:
            raise Invalid(N_("Say what the list is for."), code="no_purpose")
        if count > most:
            raise Refused(
                N_("{count} customers match; one export holds {most} at most."), count=count, most=most,
                code="too_many_rows", fix=N_("Narrow the list, or have the setting changed by whoever may."),
            )  # fmt: skip
    except LiukeError as error:
        return ask_purpose(request, me, asked, here, purpose, error)
    listed, moment = of_list(seen, query, here), now()
    with service.store.writing() as connection:
        zone = ZoneInfo(users.user(connection, me.user_id).time_zone)
        audit.record(connection, me, "export", "list", address=address_of(request), rows=len(listed), purpose=why,
                     filters=told(asked), page=here, format=to, as_of=seen.info["as_of"], run_id=seen.info["run_id"],
                     at=moment)  # fmt: skip
    mark = Said(
        N_("Taken by {name} ({login}) on {at}; {rows} customers. For: {purpose}"),
        {"name": me.name, "login": me.login, "at": f"{moment.astimezone(zone):%Y-%m-%d %H:%M}", "rows": len(listed),
         "purpose": why},
    )  # fmt: skip
    name = f"liuke-{here}-{seen.info['as_of']}.{to}"
    return attached(as_file(listed, mark, to), name, MEDIA[to])


def of_list(seen: RunView, query: Query, here: Here) -> Listed:
    """All rows of a query as the listing of its page, what they stand on above."""
    found = seen.page(query)
    shown = seen.watch_list(replace(query, size=1)) if here == "list" else None
    listing = (
        watch_listing(seen.info["unit"], seen.info["basis"], view=view_of(query)) if here == "list" else EVERY_CUSTOMER
    )
    about = shown.about if shown is not None else query.said()
    return Listed(listing, found.rows, found.total, about, seen.info["currency"])


def as_file(listed: Listed, mark: Said, to: str) -> bytes | str:
    """A listing with whose it is: among the properties and the first lines of a workbook, in the last line of CSV."""
    text = mark.text()
    if to == "csv":
        return csv.MARK + csv.render(listed) + csv.line(text)
    if to == "json":
        return json.marked(listed, text)
    marked = replace(listed, about=(mark, *listed.about))
    return sheet.workbook(marked, properties={"title": translate(listed.listing.title), "comments": text})


@dataclass(frozen=True)
class Views(Context):
    """The views of lists one has, and those shared by others."""

    views: Annotated[Sequence[SavedView], "own first, by name"]
    error: Annotated[LiukeError | None, "why the last change was refused"]


@router.get("/views")
def views(request: Request, me: Asking) -> Response:
    """Saved views: to open, rename, share, remove."""
    return kept(request, me)


def kept(request: Request, me: Viewer, error: LiukeError | None = None) -> Response:
    """The page of them."""
    with served(request).store.reading() as connection:
        found = saved_views.saved_views(connection, me)
    around = framed(request, translate(VIEWS), "list", me)
    return rendered("views", around, Views(found, error), error.http if error else 200)


@router.post("/views")
def save(
    request: Request,
    me: Asking,
    name: Annotated[str, Form(max_length=200)],
    here: Annotated[Here, Form()] = "list",
    query: Address = "",
    shared: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Save a view of a list."""
    try:
        text = told(asked_by(query))
        with served(request).store.writing() as connection:
            saved_views.save_view(connection, me, here, name, text, shared=bool(shared))
    except LiukeError as error:
        return kept(request, me, error)
    return RedirectResponse(f"{base_of(request)}/{here}?{text}" if text else f"{base_of(request)}/{here}", 303)


@router.post("/views/{view_id}")
def change(
    request: Request,
    me: Asking,
    view_id: RowId,
    name: Annotated[str, Form(max_length=200)],
    shared: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Rename a view of one's own, share it or take it back."""
    try:
        with served(request).store.writing() as connection:
            saved_views.change_view(connection, me, view_id, name=name, shared=bool(shared))
    except LiukeError as error:
        return kept(request, me, error)
    return RedirectResponse(f"{base_of(request)}/views", 303)


@router.post("/views/{view_id}/remove")
def remove(request: Request, me: Asking, view_id: RowId) -> Response:
    """Remove a view of one's own."""
    with served(request).store.writing() as connection:
        saved_views.remove_view(connection, me, view_id)
    return RedirectResponse(f"{base_of(request)}/views", 303)
