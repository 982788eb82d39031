"""The watch list and all customers: filters as a sentence, views, tabs by state, paging, columns, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.callers import served
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.list_page import MORE, SLOTS, ListPage, list_page, slot_conditions
from liuke.reports.query import LISTED, ON_VIEW, Condition, Query
from liuke.web.asking import asked_of
from liuke.web.people import Asking
from liuke.web.rendering import framed_run, page_answer, page_mark, rendered
from liuke.work import saved_views
from liuke.work.people.viewer import Viewer
from liuke.work.saved_views import SavedView

router = APIRouter()
IN_NAV = ("list", "customers")
SIZE, LARGEST = 50, 200


class ListAsked(BaseModel):
    """What a list's address may ask for; anything else is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    view: Literal["", "going", "silent", "money"] = ""
    state: Annotated[str, Field(max_length=20)] = ""
    grade: Annotated[str, Field(max_length=100)] = ""
    region: Annotated[str, Field(max_length=100)] = ""
    industry: Annotated[str, Field(max_length=100)] = ""
    channel: Annotated[str, Field(max_length=100)] = ""
    owner: Annotated[str, Field(max_length=200)] = ""
    cause: Annotated[str, Field(max_length=60)] = ""
    core: Literal["", "1"] = ""
    rule: Annotated[str, Field(max_length=100)] = ""
    least: Annotated[str, Field(max_length=4)] = ""  # risk at least so many percent
    where: Annotated[list[str], Field(max_length=8)] = []
    q: Annotated[str, Field(max_length=80)] = ""
    sort: Annotated[str, Field(max_length=40)] = ""
    desc: Literal["", "0", "1"] = ""
    cols: Annotated[list[str], Field(max_length=len(MORE) + 1)] = []  # `-` stands for none of them
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Field(ge=1, le=LARGEST)] = SIZE
    as_of: Annotated[str, Field(max_length=10)] = ""

    @property
    def slots(self) -> dict[str, str]:
        """The slots of the sentence that are filled."""
        return {name: getattr(self, name) for name in SLOTS if getattr(self, name)}


def query_of(asked: ListAsked, base: Query) -> Query:
    """The query an address asks for, beyond `base`."""
    conditions = [*slot_conditions(asked.slots), *(Condition.parse(each) for each in asked.where if each.strip())]
    if asked.view:
        conditions = [ON_VIEW[asked.view], *conditions]
    if asked.core:
        conditions.append(Condition("core", value=True))
    if asked.rule:
        conditions.append(Condition("rules", asked.rule, "has"))
    if asked.least:
        conditions.append(Condition("risk", f"{asked.least}%", ">="))
    where = base.where if not asked.view else ()
    sort = asked.sort or (f"{asked.view}_rank" if asked.view else "")
    descending = None if asked.desc == "" else asked.desc == "1"
    return Query(base.table, (*where, *conditions), sort, descending, asked.page, asked.size, asked.q.strip())


@dataclass(frozen=True)
class ListView(Context):
    """A list with what its address asked for, so that every link changes one thing of it."""

    list: Annotated[ListPage, "the customers"]
    asked: Annotated[ListAsked, "what the address asks for"]
    here: Annotated[str, "list or customers"]
    saved: Annotated[Sequence[SavedView], "views kept by this viewer, and those shared"]

    def link(self, **changes: object) -> str:
        """The address with some of it changed, from the first page on unless a page is given."""
        given = {**self.asked.model_dump(exclude_defaults=True), "page": 1, **changes}
        kept = {name: value for name, value in given.items() if value not in ("", [], None)}
        if kept.get("page") == 1:
            del kept["page"]
        return f"{self.here}?{urlencode(kept, doseq=True)}" if kept else self.here

    @property
    def query(self) -> str:
        """What the address asks for, but for the place in the list."""
        return urlencode(self.asked.model_dump(exclude_defaults=True, exclude={"page", "size"}), doseq=True)

    @property
    def export(self) -> str:
        """Where all customers that match are taken away as a file."""
        return f"{self.here}/export?{self.query}" if self.query else f"{self.here}/export"


ON_LIST, EVERYBODY = Query(where=(LISTED,)), Query()
Wanted = Annotated[ListAsked, Depends(asked_of(ListAsked))]


@router.get("/list")
@router.get("/list.json")
def watch_list(request: Request, me: Asking, asked: Wanted) -> Response:
    """Customers at risk, what to do first on top."""
    return shown(request, me, asked, "list", ON_LIST)


@router.get("/customers")
@router.get("/customers.json")
def everybody(request: Request, me: Asking, asked: Wanted) -> Response:
    """Every customer the viewer may see."""
    return shown(request, me, asked, "customers", EVERYBODY)


def shown(request: Request, me: Viewer, asked: ListAsked, here: str, base: Query) -> Response:
    """A list as a page or as JSON."""
    web = served(request)
    seen = web.seen(me, asked.as_of or None)
    with web.store.reading() as connection:
        views = saved_views.saved_views(connection, me, here)

    def page(context: ListPage) -> Response:
        around = framed_run(request, context.title.text(), here, me, seen)
        return rendered("list", around, ListView(context, asked, here, tuple(views)))

    mark = page_mark(request, me, seen, web.access_version(), views)
    return page_answer(
        request, mark, lambda: list_page(seen, query_of(asked, base), asked.slots, base, asked.cols), page
    )
