"""The overview: the answer, the ledger, core customers, states, what changed, how sound the data are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from liuke.kernel.i18n import N_, language, translate
from liuke.reports.contexts.overview_page import overview_page
from liuke.reports.renderers.json import plain
from liuke.web.people import Asking, served
from liuke.web.rendering import etag, framed, rendered

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
    mark = etag(request, seen.info["run_id"], seen.info["measured_at"], me.key, web.access_version(), *seen.notices)
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"etag": mark})
    whole = me.may("firm") and me.owners is None
    key = ("overview", seen.info["measured_at"], whole, language())  # a run never changes
    context = seen.kept(key, lambda: overview_page(seen.source(), whole=whole, top=TOP))
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(context), headers={"etag": mark, "cache-control": "private, no-cache"})
    notices = [each.text() for each in seen.notices]
    around = framed(request, translate(TITLE), "overview", me, context.strip, notices)
    return rendered("overview", around, context, etag=mark)
