"""Every component on one page, drawn by the macros and charts the pages use: what a new page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from liuke.kernel.errors import Conflict, LiukeError
from liuke.kernel.i18n import N_, translate
from liuke.reports import words
from liuke.reports.contexts.base import Context
from liuke.web.people import SignedIn
from liuke.web.rendering import framed, rendered

router = APIRouter()
TITLE = N_("Patterns")
MONTHS = (120, 90, 0, 140, 110, 130, 95, 0, 150, 120, 100, 135, 125, 140, 90, 120, 110, 0, 130, 60, 40, 20, 0, 0)


@dataclass(frozen=True)
class Patterns(Context):
    """Made-up values for every component; nothing of a firm."""

    states: Annotated[tuple[str, ...], "the states of a customer"]
    columns: Annotated[tuple[int, ...], "sales of 24 months, cents"]
    points: Annotated[tuple[tuple[float, float, int], ...], "expected, observed, rows"]
    error: Annotated[LiukeError, "an error with its way out"]


@router.get("/patterns")
def patterns(request: Request, me: SignedIn) -> Response:
    """The page."""
    points = ((0.02, 0.03, 800), (0.08, 0.07, 800), (0.2, 0.24, 800), (0.45, 0.43, 800))
    error = Conflict(N_("That did not work"), fix=N_("Ask whoever looks after the accounts."))
    shown = Patterns(tuple(words.STATES), MONTHS, points, error)
    return rendered("patterns", framed(request, translate(TITLE), "", me), shown)
