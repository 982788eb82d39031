"""The model: card, back-test, calibration, drift; and the indicator sheet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from liuke.api.callers import served
from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.model_page import indicators_page, model_page
from liuke.reports.contexts.sections import SectionsPage
from liuke.web.pages.overview import AsOf
from liuke.web.people import needs
from liuke.web.rendering import framed_run, page_answer, page_mark, rendered
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
    here = "indicators" if "/indicators" in request.url.path else "model"

    def page(context: SectionsPage) -> Response:
        title = translate(INDICATORS if here == "indicators" else MODEL)
        return rendered("sections", framed_run(request, title, here, me, seen), context)

    def make() -> SectionsPage:
        return indicators_page(seen.source()) if here == "indicators" else model_page(seen)

    return page_answer(request, page_mark(request, me, seen), make, page)
