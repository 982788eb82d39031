"""The data page: files sent, what is loaded and how to undo it, rows kept apart, merges, checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from liuke.api.callers import VERB, served
from liuke.app import firm as verbs
from liuke.app.jobs.kinds import job_kinds
from liuke.kernel.errors import Forbidden, LiukeError, NotFound
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.data_page import DataPage, KeptApart, Waiting, table_title, would_add
from liuke.reports.contexts.runs_page import JobLine, job_line
from liuke.reports.renderers.json import plain
from liuke.reports.shown import Listed
from liuke.web.people import address_of, base_of, needs
from liuke.web.receiving import receive_files
from liuke.web.rendering import attached, framed, rendered
from liuke.work import audit
from liuke.work.jobs import queue
from liuke.work.people import users
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from liuke.app.uploads import Upload

router = APIRouter()
UPLOADS = ("/data/upload",)  # may be larger than what forms send
IN_NAV = ("data",)
TITLE, UNDO, MERGES, CHECKS = N_("Data"), N_("Undo a load"), N_("Customers that are one"), N_("Checks")
CSV = "text/csv; charset=utf-8"
MB = 1_000_000
PAIRS = 100  # on one page

Loading = Annotated[Viewer, Depends(needs("data"))]


def names_customers(me: Annotated[Viewer, Depends(needs("data"))]) -> Viewer:
    """Who may load and sees every customer: these pages name them."""
    if not me.sees_everybody:
        raise Forbidden(N_("Your account sees no customers."))
    return me


setattr(names_customers, VERB, "data")
Naming = Annotated[Viewer, Depends(names_customers)]
Connecting = Annotated[Viewer, Depends(needs("settings"))]
Short = Annotated[str, Form(max_length=400)]


def recorded(request: Request, me: Viewer, verb: str, what: str, **facts: Any) -> None:
    """An entry of the audit log."""
    with served(request).store.writing() as connection:
        audit.record(connection, me, verb, what, address=address_of(request), **facts)


def most_bytes(request: Request) -> int:
    """The largest file that may be sent."""
    return int(served(request).firm.workspace.settings.number("upload_megabytes") * MB)


def loads_going(request: Request, me: Viewer, number: str = "") -> list[JobLine]:
    """The viewer's loads that wait or go on as jobs, all or those of one upload."""
    store = served(request).store
    with store.reading() as connection:
        found = [job for job in queue.jobs(connection, me, kind="load") if job.state in queue.OPEN]
    titles = {name: kind.title for name, kind in job_kinds().items()}
    return [job_line(job, titles, store.now()) for job in found if not number or number in job.args["uploads"]]


def load_later(request: Request, me: Viewer, uploads: Sequence[Upload]) -> None:
    """Put a load in the queue: it goes on beside whatever the page shows next."""
    store, numbers = served(request).store, [each.id for each in uploads]
    file = {"file": uploads[0].name} if len(uploads) == 1 else {}
    args = {"uploads": numbers, "user_id": me.user_id, **file}
    with store.writing() as connection:
        queue.enqueue(connection, "load", args, me, f"load:{'+'.join(numbers)}"[:200], now=store.now())
        for each in uploads:
            audit.record(connection, me, "load", f"upload:{each.id}", address=address_of(request), file=each.name)


def data_context(request: Request, me: Viewer, said: Sequence[Said] = (), wrong: Sequence[LiukeError] = ()) -> DataPage:
    """What is loaded, what waits, what more there could be."""
    web = served(request)
    loads = web.firm.loads()
    run_id, notices = "", tuple[Said, ...]()
    try:
        view = web.firm.current()
        run_id, notices = view.made.root.name, view.notices
    except NotFound:
        pass  # nothing was run yet: the page says so
    files = sorted(web.firm.workspace.quarantine.glob("*.csv"), reverse=True)
    return DataPage(
        waiting=[Waiting(each.id, each.name, each.size, each.at) for each in web.uploads.waiting(me.user_id)],
        loads=loads,
        titles={row["table"]: table_title(row["table"]) for row in loads.records()},
        more=would_add({row["table"] for row in loads.records()}),
        apart=[KeptApart(file.name, file.stat().st_size, ".doubtful" in file.name) for file in files],
        most=most_bytes(request) // MB,
        run_id=run_id,
        notices=notices,
        may_run=me.may("run"),
        may_connect=me.may("settings"),
        going=loads_going(request, me),
        said=said,
        wrong=wrong,
    )


def data_answer(
    request: Request, me: Viewer, said: Sequence[Said] = (), wrong: Sequence[LiukeError] = (), status: int = 200
) -> Response:
    """The data page."""
    return rendered(
        "data", framed(request, translate(TITLE), "data", me), data_context(request, me, said, wrong), status
    )


@router.get("/data")
@router.get("/data.json")
def data(request: Request, me: Loading) -> Response:
    """The data page."""
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(data_context(request, me)), headers={"cache-control": "private, no-cache"})
    return data_answer(request, me)


@router.post("/data/upload")
async def upload(request: Request, me: Loading) -> Response:
    """Files sent: one leads to its plan, several wait on the data page."""
    web = served(request)
    await run_in_threadpool(web.uploads.sweep)
    made: list[Upload] = []
    refused: list[LiukeError] = []
    try:
        made, refused = await receive_files(request, web.uploads, me.user_id, most_bytes(request))
    except LiukeError as error:
        refused = [error]

    def answered() -> Response:
        for each in made:
            recorded(request, me, "upload", f"upload:{each.id}", file=each.name, bytes=each.size)
        if refused:
            too_large = all(error.code == "too_large" for error in refused)
            return data_answer(request, me, wrong=refused, status=413 if too_large else refused[0].http)
        where = f"data/plan/{made[0].id}" if len(made) == 1 else "data"
        return RedirectResponse(f"{base_of(request)}/{where}", 303)

    return await run_in_threadpool(answered)


@router.post("/data/connect")
def connect(request: Request, me: Connecting, place: Short, query: Annotated[str, Form(max_length=20_000)] = ""
            ) -> Response:  # fmt: skip
    """A path on the server, or a database's address: kept as a file that was sent is, its secrets in memory alone."""
    try:
        made = served(request).uploads.named(me.user_id, place, query)
    except LiukeError as error:
        return data_answer(request, me, wrong=[error], status=error.http)
    recorded(request, me, "connect", f"upload:{made.id}", place=made.place)
    return RedirectResponse(f"{base_of(request)}/data/plan/{made.id}", 303)


@router.get("/data/quarantine/{name}")
def quarantine(request: Request, me: Naming, name: str) -> Response:
    """Rows that were kept apart, as CSV with reasons."""
    folder = served(request).firm.workspace.quarantine
    found = next((file for file in folder.glob("*.csv") if file.name == name), None)
    if found is None:
        raise NotFound(N_("There is no file {path}."), path=name)
    content = found.read_bytes()
    rows = max(content.count(b"\n") - 1, 0)
    recorded(request, me, "export", f"quarantine:{name}", rows=rows)
    return attached(content, name, CSV)


@dataclass(frozen=True)
class Undo(Context):
    """A load about to be undone."""

    load: Annotated[dict[str, Any], "the load as the listing has it"]
    title: Annotated[Said, "what a person calls its table"]
    error: Annotated[LiukeError | None, "why it was not undone"] = None


def _load_row(request: Request, load_id: str) -> dict[str, Any]:
    found = next((row for row in served(request).firm.loads().records() if row["load_id"] == load_id), None)
    if found is None:
        raise NotFound(N_("There is no load {load}."), load=load_id)
    return dict(found)


@router.get("/data/undo/{load_id}")
def undo_form(request: Request, me: Loading, load_id: str) -> Response:
    """Ask before a load is undone."""
    row = _load_row(request, load_id)
    around = framed(request, translate(UNDO), "data", me)
    return rendered("data_undo", around, Undo(row, table_title(row["table"])))


@router.post("/data/undo/{load_id}")
def undo(request: Request, me: Loading, load_id: str) -> Response:
    """Undo a load."""
    row = _load_row(request, load_id)
    try:
        gone = served(request).firm.unload(load_id)
    except LiukeError as error:
        around = framed(request, translate(UNDO), "data", me)
        return rendered("data_undo", around, Undo(row, table_title(row["table"]), error), error.http)
    before = {"table": gone.table, "source": gone.source, "files": gone.files, "rows": row["rows_loaded"]}
    recorded(request, me, "unload", f"load:{load_id}", before=before)
    return RedirectResponse(f"{base_of(request)}/data", 303)


@dataclass(frozen=True)
class Merging(Context):
    """Customers that count under another, and pairs that may be one."""

    merged: Annotated[Listed, "merges in force"]
    pairs: Annotated[Listed, "pairs nobody has decided on, a page of them"]
    open: Annotated[int, "how many pairs there are in all"]
    page: Annotated[int, "from 1"]
    said: Annotated[Sequence[Said], "what was done just now"] = ()
    error: Annotated[LiukeError | None, "why it was not done"] = None


def merges_answer(
    request: Request, me: Viewer, page: int = 1, said: Sequence[Said] = (), error: LiukeError | None = None
) -> Response:
    """The page of merges."""
    found = served(request).firm.merges()
    rows = list(found.records())
    merged = [row for row in rows if row["merged_on"]]
    pairs = [row for row in rows if not row["merged_on"]]
    shown = pairs[(page - 1) * PAIRS : page * PAIRS]
    context = Merging(Listed(found.listing, merged), Listed(found.listing, shown), len(pairs), page, said, error)
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(context), headers={"cache-control": "private, no-cache"})
    around = framed(request, translate(MERGES), "data", me)
    return rendered("data_merges", around, context, error.http if error else 200)


@router.get("/data/merges")
@router.get("/data/merges.json")
def merges(request: Request, me: Naming, page: int = 1) -> Response:
    """Customers that are one, or may be."""
    return merges_answer(request, me, max(page, 1))


@router.post("/data/merges/confirm")
def confirm(request: Request, me: Naming, customer: Short, into: Short) -> Response:
    """Count one customer under another."""
    try:
        evident = served(request).firm.merge(customer.strip(), into.strip())
    except LiukeError as error:
        return merges_answer(request, me, error=error)
    recorded(request, me, "merge", f"customer:{customer}", after={"into": into}, evident=evident)
    said = [Said(N_("{customer} counts under {into} from the next run on."), {"customer": customer, "into": into})]
    if not evident:
        said.append(Said(N_("{customer} and {into} share no name and no tax number. If that was a slip, split them."),
                         {"customer": customer, "into": into}))  # fmt: skip
    return merges_answer(request, me, said=said)


@router.post("/data/merges/split")
def split(request: Request, me: Naming, customer: Short) -> Response:
    """Let a merged customer count by itself again."""
    try:
        served(request).firm.split(customer)
    except LiukeError as error:
        return merges_answer(request, me, error=error)
    recorded(request, me, "split", f"customer:{customer}")
    told = N_("{customer} counts by itself again from the next run on.")
    return merges_answer(request, me, said=[Said(told, {"customer": customer})])


@dataclass(frozen=True)
class Checked(Context):
    """What the checks of the workspace found."""

    rows: Annotated[Sequence[tuple[str, str, bool]], "title, what was found, whether that is fine"]


@router.get("/data/checks")
@router.get("/data/checks.json")
def checks(request: Request, me: Loading) -> Response:
    """Check the workspace and the program around it."""
    service = served(request)
    with service.store.reading() as connection:
        zone = ZoneInfo(users.user(connection, me.user_id).time_zone)
    found = Checked(list(verbs.doctor(service.firm.workspace.root, zone)))
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(found))
    return rendered("data_checks", framed(request, translate(CHECKS), "data", me), found)
