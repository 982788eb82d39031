"""Beside the causes: what dated events did, what hangs on salespeople, what the market took and what to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi import Query as Asked
from starlette.responses import Response

from liuke.api.callers import served
from liuke.app import run_events
from liuke.kernel.errors import Forbidden
from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts import cause_studies as pages
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.cause_studies import StudyPage
from liuke.web.pages.overview import AsOf
from liuke.web.people import Asking, needs
from liuke.web.rendering import framed_run, page_answer, page_mark, rendered
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.app.firm import RunView

router = APIRouter()
TITLES = {"events": N_("What events did"), "salespeople": N_("What depends on salespeople"),
          "market": N_("Market against own")}  # fmt: skip
Whole = Annotated[Viewer, Depends(needs("firm"))]
Who = Annotated[str, Asked(max_length=200)]
PageNumber = Annotated[int, Asked(ge=1, le=1_000_000)]


@dataclass(frozen=True)
class StudyView(Context):
    """The page with what its address asked for."""

    study: Annotated[StudyPage, "what it shows"]
    as_of: Annotated[str, "the day asked for; empty for the newest"]
    page: Annotated[int, "of customers"] = 1

    @property
    def pages(self) -> int:
        """Pages of customers there are."""
        listed = next((each.listed for each in self.study.parts if each.paged), None)
        return 1 if listed is None else max(1, -(-(listed.total or 0) // pages.SIZE))

    def link(self, page: int) -> str:
        """Another page of the same customers."""
        asked = {"who": self.study.chosen, "page": page, "as_of": self.as_of}
        return f"causes/salespeople?{urlencode({name: value for name, value in asked.items() if value})}"


@router.get("/causes/events")
@router.get("/causes/events.json")
def events(request: Request, me: Whole, as_of: AsOf = None) -> Response:
    """What departures, price rises, products that went and tighter terms did."""
    seen = served(request).seen(me, as_of)
    seen.reader.refuse_limited()
    seen.reader.columns(pages.EFFECTS)  # a run of before says what to do

    def make() -> StudyPage:
        return pages.events_page(seen.source(), seen.info["currency"])

    return _answer(request, me, seen, "events", make, as_of)


@router.get("/causes/salespeople")
@router.get("/causes/salespeople.json")
def salespeople(request: Request, me: Asking, who: Who = "", page: PageNumber = 1, as_of: AsOf = None) -> Response:
    """What hangs on each salesperson, and the customers of one; of who sees some customers, those."""
    seen = served(request).seen(me, as_of)
    seen.reader.columns(pages.EXPOSURE)

    def make() -> StudyPage:
        return pages.salespeople_page(seen, who, whole=me.sees_whole, page=page)

    return _answer(request, me, seen, "salespeople", make, as_of, page)


@router.get("/causes/market-split")
@router.get("/causes/market-split.json")
def market(request: Request, me: Asking, as_of: AsOf = None) -> Response:
    """What sales changed against the year before, to who sees the firm; questions, to who leads others."""
    seen = served(request).seen(me, as_of)
    if not me.sees_whole and not me.may(run_events.ASKS):
        raise Forbidden(run_events.NOT_A_MANAGER)
    questions = run_events.questions_for(seen, me)

    def make() -> StudyPage:
        told = seen.made.info["markets"]
        return pages.market_page(seen.source(), told, questions, seen.info["currency"], whole=me.sees_whole)

    return _answer(request, me, seen, "market", make, as_of)


def _answer(
    request: Request,
    me: Viewer,
    seen: RunView,
    here: str,
    make: Callable[[], StudyPage],
    as_of: str | None,
    page: int = 1,
) -> Response:
    def drawn(context: StudyPage) -> Response:
        framed = framed_run(request, translate(TITLES[here]), "causes", me, seen)
        return rendered("cause_studies", framed, StudyView(context, as_of or "", page))

    mark = page_mark(request, me, seen, served(request).access_version())
    return page_answer(request, mark, make, drawn)
