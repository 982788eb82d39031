"""Whether the process lives, and whether it can answer: for whoever watches over it. No names, nobody asked."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from liuke.api.callers import served
from liuke.kernel.errors import LiukeError
from liuke.web.people import OpenToAll

router = APIRouter()
FRESH = {"cache-control": "no-store"}


@router.get("/healthz")
def healthz(_: OpenToAll) -> JSONResponse:
    """200 while the process answers."""
    return JSONResponse({"alive": True}, headers=FRESH)


@router.get("/readyz")
def readyz(request: Request, _: OpenToAll) -> JSONResponse:
    """200 when work store and workspace can be read; else 503, with which of them can't."""
    service = served(request)
    found = {"store": _answers(service.store_answers), "workspace": _answers(service.workspace_answers)}
    ready = all(found.values())
    return JSONResponse({"ready": ready, **found}, 200 if ready else 503, headers=FRESH)


def _answers(ask: object) -> bool:
    assert callable(ask)
    try:
        ask()
    except (LiukeError, OSError):
        return False
    return True
