"""The overview: the answer, the ledger, core customers, states, what changed, how sound the data are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from liuke.api.callers import served
from liuke.kernel.i18n import N_, language, translate
from liuke.reports.contexts.overview_page import OverviewPage, overview_page
from liuke.web.people import Asking
from liuke.web.rendering import framed_run, page_answer, page_mark, rendered

router = APIRouter()
IN_NAV = ("overview",)
TITLE = N_("Overview")
TOP = 16  # core customers shown

AsOf = Annotated[str | None, Query(max_length=10, pattern=r"^\d{4}-\d{2}-\d{2}$")]


@router.get("/overview")
@router.get("/overview.json")
def overview(request: Request, me: Asking, as_of: AsOf = None) -> Response:
    """Everything of the firm, or of the viewer's own customers."""
    web = served(request)
    seen = web.seen(me, as_of)
    whole = me.sees_whole
    key = ("overview", seen.info["measured_at"], whole, language())  # a run never changes

    def make() -> OverviewPage:
        return seen.kept(key, lambda: overview_page(seen.source(), whole=whole, top=TOP))

    def page(context: OverviewPage) -> Response:
        return rendered("overview", framed_run(request, translate(TITLE), "overview", me, seen), context)

    return page_answer(request, page_mark(request, me, seen, web.access_version()), make, page)
