"""Two groups or two years side by side on one cause list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.callers import served
from liuke.app.cause_sides import seen_sides
from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.cause_sides import SidesPage, side_picker
from liuke.web.people import Asking
from liuke.web.rendering import framed_run, page_answer, page_mark, rendered

router = APIRouter()
TITLE = N_("Causes side by side")


class SidesAsked(BaseModel):
    """What the address may ask for: the group and the run of either side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    a: Annotated[str, Field(max_length=300)] = ""
    b: Annotated[str, Field(max_length=300)] = ""
    a_of: Annotated[str, Field(max_length=10)] = ""
    b_of: Annotated[str, Field(max_length=10)] = ""

    @property
    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Group and day of both."""
        return (self.a, self.a_of), (self.b, self.b_of)


# no id of a cause has a hyphen
@router.get("/causes/side-by-side")
@router.get("/causes/side-by-side.json")
def sides(request: Request, me: Asking, asked: Annotated[SidesAsked, Asked()]) -> Response:
    """Causes of two groups of the customers the viewer sees."""
    web = served(request)
    now = web.seen(me)
    days = list(dict.fromkeys(each.as_of for each in web.firm.history() if each.by_day and each.as_of))

    def make() -> SidesPage:
        pickers = [side_picker(now, name, *side, days) for name, side in zip("ab", asked.sides, strict=True)]
        one, other = asked.sides
        return SidesPage(pickers, seen_sides(web, me, one, other) if one != other else None)

    def page(context: SidesPage) -> Response:
        return rendered("cause_sides", framed_run(request, translate(TITLE), "causes", me, now), context)

    return page_answer(request, page_mark(request, me, now, web.access_version(), *days), make, page)
