"""The model: card, back-test, calibration, drift; and the indicator sheet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.model_page import indicators_page, model_page
from liuke.reports.contexts.strip import strip
from liuke.reports.renderers.json import plain
from liuke.web.pages.overview import AsOf
from liuke.web.people import needs, served
from liuke.web.rendering import etag, framed, rendered
from liuke.work.people.viewer import Viewer

router = APIRouter()
IN_NAV = ("model", "indicators")
MODEL, INDICATORS = N_("Model"), N_("Indicators")
Whole = Annotated[Viewer, Depends(needs("firm"))]


@router.get("/model")
@router.get("/model.json")
@router.get("/indicators")
@router.get("/indicators.json")
def model(request: Request, me: Whole, as_of: AsOf = None) -> Response:
    """What the model asks and how it did; or the rates over all customers."""
    seen = served(request).seen(me, as_of)
    seen.reader.refuse_limited()
    mark = etag(request, seen.info["run_id"], seen.info["measured_at"], me.key, *seen.notices)
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"etag": mark})
    here = "indicators" if "/indicators" in request.url.path else "model"
    context = indicators_page(seen.source()) if here == "indicators" else model_page(seen)
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(context), headers={"etag": mark, "cache-control": "private, no-cache"})
    title = translate(INDICATORS if here == "indicators" else MODEL)
    around = framed(request, title, here, me, strip(seen.source()), [each.text() for each in seen.notices])
    return rendered("sections", around, context, etag=mark)
