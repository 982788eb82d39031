"""Why customers leave: causes by customers and money; the customers of one cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.app.cause_owned import last_owned, own_cause
from liuke.kernel.errors import Invalid, LiukeError, NotFound, Refused
from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import printable
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.cause_names import CauseNames, cause_names
from liuke.reports.contexts.causes_page import CausesPage, Picked, causes_page
from liuke.reports.renderers import sheet
from liuke.web.pages.customer import MOST_PURPOSE, XLSX
from liuke.web.people import Asking, address_of, base_of, needs
from liuke.web.rendering import attached, framed_run, page_answer, page_mark, rendered
from liuke.work import audit
from liuke.work.audit import AuditEntry
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from liuke.app.firm import RunView
    from liuke.reports.shown import Listed
    from liuke.web.rendering import Frame

router = APIRouter()
IN_NAV = ("causes",)
TITLE = N_("Causes")
SIZE = 50  # customers of a page
CauseId = Annotated[str, Path(max_length=60)]
Giving = Annotated[Viewer, Depends(needs("assign"))]
Exporting = Annotated[Viewer, Depends(needs("export"))]


class CausesAsked(BaseModel):
    """What the address may ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    judged: Literal["lost", "at_risk"] = "lost"
    by: Literal["customers", "money"] = "customers"
    act: Literal["", "voluntary", "forced", "unavoidable", "chosen"] = ""
    region: Annotated[str, Field(max_length=100)] = ""
    grade: Annotated[str, Field(max_length=100)] = ""
    owner: Annotated[str, Field(max_length=200)] = ""
    core: Literal["", "1"] = ""
    q: Annotated[str, Field(max_length=80)] = ""
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    as_of: Annotated[str, Field(max_length=10)] = ""
    saved: Literal["", "1"] = ""  # whether the owner of a cause was saved just now

    @property
    def picked(self) -> Picked:
        """Whose causes are asked for."""
        slots = {"region": self.region, "grade": self.grade, "owner": self.owner}
        return Picked(self.judged, self.by == "money", self.act, self.core == "1", slots)

    def address(self, path: str, **changes: object) -> str:
        """An address with some of it changed, from the first page on unless a page is given."""
        given = {**self.model_dump(exclude_defaults=True), "page": 1, "saved": "", **changes}
        told = {
            name: value for name, value in given.items() if value not in ("", None) and (name, value) != ("page", 1)
        }
        return f"{path}?{urlencode(told)}" if told else path


class OwnerForm(BaseModel):
    """Who owns a cause and its measure, with what the form was shown with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Annotated[str, Field(max_length=1000)] = ""
    measure: Annotated[str, Field(max_length=1000)] = ""  # events, customers, own, or empty for what suits
    own: Annotated[str, Field(max_length=1000)] = ""
    seen_owner: Annotated[str, Field(max_length=1000)] = ""
    seen_measure: Annotated[str, Field(max_length=1000)] = ""


Wanted = Annotated[CausesAsked, Asked()]


@dataclass(frozen=True)
class CausesView(Context):
    """The page of causes with what its address asked for."""

    causes: Annotated[CausesPage, "causes by customers and money"]
    asked: Annotated[CausesAsked, "what the address asks for"]

    def link(self, **changes: object) -> str:
        """This page with some of it changed."""
        return self.asked.address("causes", **changes)

    def names(self, cause: str) -> str:
        """The customers of a cause, those asked for alone."""
        return self.asked.address(f"causes/{quote(cause, safe='')}", by=None, act=None, q=None)

    @property
    def export(self) -> str:
        """The bars as a workbook."""
        return self.asked.address("causes.xlsx")


@dataclass(frozen=True)
class CauseView(Context):
    """The page of one cause with what its address asked for."""

    one: Annotated[CauseNames, "the customers of the cause"]
    asked: Annotated[CausesAsked, "what the address asks for"]
    may_own: Annotated[bool, "whether the viewer may say who owns it"]
    last: Annotated[AuditEntry | None, "the last change of that; None where there was none"]
    error: Annotated[LiukeError | None, "why a change was refused"]

    def link(self, **changes: object) -> str:
        """This page with some of it changed."""
        return self.asked.address(f"causes/{quote(self.one.cause, safe='')}", **changes)

    @property
    def back(self) -> str:
        """All causes of those asked for."""
        return self.asked.address("causes", q=None)

    @property
    def export(self) -> str:
        """Where all customers that match are taken along."""
        return self.asked.address(f"causes/{quote(self.one.cause, safe='')}/export")


@router.get("/causes")
@router.get("/causes.json")
def causes(request: Request, me: Asking, asked: Wanted) -> Response:
    """Causes of the firm, or of the viewer's own customers."""
    web = served(request)
    seen = web.seen(me, asked.as_of or None)

    def page(context: CausesPage) -> Response:
        return rendered("causes", _framed(request, translate(TITLE), me, seen), CausesView(context, asked))

    mark = page_mark(request, me, seen, web.access_version(), *_owners(seen))
    return page_answer(request, mark, lambda: _causes(seen, me, asked), page)


@router.get("/causes.xlsx")
def causes_workbook(request: Request, me: Exporting, asked: Wanted) -> Response:
    """The bars as a workbook; recorded."""
    seen = served(request).seen(me, asked.as_of or None)
    return _taken_along(request, me, seen, "causes", _causes(seen, me, asked).listed)


@router.post("/causes/{cause}/export")
def export_cause(
    request: Request,
    me: Exporting,
    cause: CauseId,
    asked: Wanted,
    purpose: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """The customers of a cause that match, as a workbook; recorded with its purpose before it leaves."""
    web = served(request)
    seen = web.seen(me, asked.as_of or None)
    why, most = (
        " ".join(printable(purpose).split())[:MOST_PURPOSE],
        int(web.firm.workspace.settings.number("export_rows")),
    )
    if not why:
        raise Invalid(N_("Say what the list is for."), code="no_purpose")
    listed = cause_names(seen, cause, asked.picked, asked.q.strip(), 1, most, {}).listed
    count = listed.total or 0
    if count > most:
        raise Refused(
            N_("{count} customers match; one export holds {most} at most."), count=count, most=most,
            code="too_many_rows", fix=N_("Narrow the list, or have the setting changed by whoever may."),
        )  # fmt: skip
    return _taken_along(request, me, seen, f"causes:{cause}", listed, purpose=why)


@router.get("/causes/{cause}")
def one_cause(request: Request, me: Asking, cause: CauseId, asked: Wanted) -> Response:
    """The customers of a cause the viewer sees, the likeliest first; with .json behind its id the same as data."""
    web = served(request)
    seen = web.seen(me, asked.as_of or None)
    name, as_data = cause.removesuffix(".json"), cause.endswith(".json")

    def page(context: CauseNames) -> Response:
        return _cause_page(request, me, seen, context, asked)

    def make() -> CauseNames:
        return cause_names(seen, name, asked.picked, asked.q.strip(), asked.page, SIZE, seen.cause_owners())

    mark = page_mark(request, me, seen, web.access_version(), *_owners(seen))
    return page_answer(request, mark, make, page, as_data=as_data)


@router.post("/causes/{cause}/owner")
def put_owner(request: Request, me: Giving, cause: CauseId, form: Annotated[OwnerForm, Form()]) -> Response:
    """Say who owns a cause and by what it is watched; at once, for every run, and recorded."""
    web = served(request)
    measure = form.own if form.measure == "own" else form.measure
    try:
        own_cause(web, me, cause, form.owner, measure, (form.seen_owner, form.seen_measure))
    except NotFound:
        raise
    except LiukeError as error:
        seen = web.seen(me)
        context = cause_names(seen, cause, CausesAsked().picked, "", 1, SIZE, seen.cause_owners())
        return _cause_page(request, me, seen, context, CausesAsked(), error)
    return RedirectResponse(f"{base_of(request)}/causes/{quote(cause, safe='')}?saved=1#owner", 303)


def _cause_page(request: Request, me: Viewer, seen: RunView, context: CauseNames, asked: CausesAsked,
                error: LiukeError | None = None) -> Response:  # fmt: skip
    """The page of a cause, as it is or with why a change of its owner was refused."""
    may = me.may("assign") and me.sees_whole and not context.unknown
    last = last_owned(served(request), context.cause) if may else None
    around = _framed(request, str(context.title), me, seen)
    view = CauseView(context, asked, may, last, error)
    return rendered("cause", around, view, error.http if error else 200)


def _causes(seen: RunView, me: Viewer, asked: CausesAsked) -> CausesPage:
    """The page, made once for each set of customers asked for."""
    whole = me.sees_whole
    owned = seen.cause_owners()
    key = ("causes", asked.picked.judged, asked.by, asked.act, *asked.picked.where, whole, language(), _owners(seen))
    return seen.kept(key, lambda: causes_page(seen, asked.picked, whole=whole, owned=owned))


def _owners(seen: RunView) -> tuple[object, ...]:
    """What tells one state of the owners of causes from another."""
    owned, notice = seen.owners_told
    return (*sorted((cause, each.owner, each.measure) for cause, each in owned.items()), notice.pack())


def _framed(request: Request, title: str, me: Viewer, seen: RunView) -> Frame:
    """The frame, with why nobody owns a cause where the file that says it can't be read."""
    frame, notice = framed_run(request, title, "causes", me, seen), seen.owners_told[1]
    return replace(frame, notices=[*frame.notices, notice.text()]) if notice else frame


def _taken_along(request: Request, me: Viewer, seen: RunView, what: str, listed: Listed, purpose: str = "") -> Response:
    """A listing as a workbook, recorded with how many rows."""
    info = seen.info
    told = {"title": what, "comments": f"{me.name} · {info['as_of']} · {info['run_id']}"}
    content = sheet.workbook(listed, properties=told)
    with served(request).store.writing() as connection:
        audit.record(connection, me, "export", what, address=address_of(request), rows=len(listed), format="xlsx",
                     as_of=info["as_of"], run_id=info["run_id"], purpose=purpose)  # fmt: skip
    return attached(content, f"liuke-{what.replace(':', '-')}-{info['as_of']}.xlsx", XLSX)
