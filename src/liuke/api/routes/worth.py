"""What keeping customers is worth, and the product families about to be dropped."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Query as Asked
from pydantic import Field
from starlette.responses import Response

from liuke.api.answers import AsOfDay, PageNumber, PageOfRows, Size, kept, rows_answer, run_mark
from liuke.api.callers import Reads, SeesFirm, served
from liuke.reports.query import Condition, Query

router = APIRouter(tags=["worth"])


@router.get("/families", response_model=PageOfRows)
def families(
    request: Request,
    me: Reads,
    where: Annotated[
        list[Annotated[str, Field(max_length=500)]] | None,
        Asked(max_length=8, description="Conditions such as family=机油, risk>=40%.", examples=[["risk>=40%"]]),
    ] = None,
    q: Annotated[str, Asked(max_length=80)] = "",
    page: PageNumber = 1,
    size: Size = 50,
    as_of: AsOfDay = None,
) -> Response:
    """Product families that customers who still buy are about to drop, most money at stake first."""
    seen = served(request).seen(me, as_of)
    query = Query("family_now", tuple(map(Condition.parse, where or ())), page=page, size=size, search=q)
    return kept(request, rows_answer(seen.families(query), page, size), *run_mark(request, seen, me))


@router.get("/economics", response_model=PageOfRows)
def economics(request: Request, me: SeesFirm, as_of: AsOfDay = None) -> Response:
    """What keeping customers is worth to the firm, each figure with its range and unit."""
    seen = served(request).seen(me, as_of)
    seen.reader.refuse_limited()
    listed = seen.economics()
    return kept(request, rows_answer(listed, 1, max(len(listed), 1)), *run_mark(request, seen, me))


@router.get("/economics/bucket", response_model=PageOfRows)
def leaking_bucket(request: Request, me: SeesFirm, as_of: AsOfDay = None) -> Response:
    """Customers and money that leak out and are filled in, period by period."""
    seen = served(request).seen(me, as_of)
    seen.reader.refuse_limited()
    listed = seen.leaking_bucket()
    return kept(request, rows_answer(listed, 1, max(len(listed), 1)), *run_mark(request, seen, me))
