"""Suggestions while a customer is sought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Query as Asked
from starlette.responses import JSONResponse, Response

from liuke.api.callers import served
from liuke.reports.contexts.base import Context
from liuke.reports.listings.customers import name_of
from liuke.web.people import Asking
from liuke.web.rendering import framed, rendered

router = APIRouter()
SHOWN = 8


@dataclass(frozen=True)
class Found(Context):
    """The first customers that fit."""

    rows: Annotated[tuple[tuple[str, str, str], ...], "number, name and state"]
    total: Annotated[int, "how many fit"]
    text: Annotated[str, "what was sought"]


@router.get("/find")
@router.get("/find.json")
def find(request: Request, me: Asking, q: Annotated[str, Asked(max_length=80)] = "") -> Response:
    """Customers whose number or name contains a text, those on the list first."""
    text = q.strip()
    rows: list[dict[str, str]] = []
    total = 0
    if text:
        rows, total = served(request).seen(me).reader.suggested(text, SHOWN)
    found = Found(tuple((row["customer_id"], name_of(row), row["state"]) for row in rows), total, text)
    if request.url.path.endswith(".json"):
        return JSONResponse(
            [{"customer_id": number, "name": name, "state": state} for number, name, state in found.rows]
        )
    return rendered("_found", framed(request, "", viewer=me), found)
