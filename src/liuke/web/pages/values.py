"""What customers are worth, what keeping them is worth, and the lifetime worksheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.callers import served
from liuke.app.worksheet import filled_in
from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.value_page import ValuePage, value_page
from liuke.reports.query import values
from liuke.reports.shown import Listed
from liuke.web.asking import asked_of
from liuke.web.people import Asking, SignedIn
from liuke.web.rendering import framed, framed_run, page_answer, page_mark, rendered

router = APIRouter()
IN_NAV = ("values",)
VALUE, WORKSHEET = N_("Customer value"), N_("Lifetime worksheet")


class ValuesAsked(BaseModel):
    """What the address may ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    grade: Annotated[str, Field(max_length=20)] = ""
    stage: Annotated[str, Field(max_length=20)] = ""
    loyalty: Annotated[str, Field(max_length=20)] = ""
    core: Literal["", "1"] = ""
    neglected: Literal["", "1"] = ""
    q: Annotated[str, Field(max_length=80)] = ""
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    points: Annotated[int, Field(ge=-20, le=20)] = 1
    as_of: Annotated[str, Field(max_length=10)] = ""


@dataclass(frozen=True)
class ValueView(Context):
    """The page with what its address asked for."""

    value: Annotated[ValuePage, "what customers are worth"]
    asked: Annotated[ValuesAsked, "what the address asks for"]

    def link(self, **changes: object) -> str:
        """The address with some of it changed, from the first page on unless a page is given."""
        given = {**self.asked.model_dump(exclude_defaults=True), "page": 1, **changes}
        told = {
            name: value for name, value in given.items() if value not in ("", None) and (name, value) != ("page", 1)
        }
        return f"values?{urlencode(told)}" if told else "values"


@router.get("/values")
@router.get("/values.json")
def worth(request: Request, me: Asking, asked: Annotated[ValuesAsked, Depends(asked_of(ValuesAsked))]) -> Response:
    """Customers by worth; of the firm what a point of churn costs."""
    web = served(request)
    seen = web.seen(me, asked.as_of or None)
    query = values(grade=asked.grade or None, stage=asked.stage or None, loyalty=asked.loyalty or None,
                   core=bool(asked.core), neglected=bool(asked.neglected), search=asked.q.strip(), page=asked.page,
                   size=50)  # fmt: skip
    whole = me.sees_whole

    def page(context: ValuePage) -> Response:
        return rendered("values", framed_run(request, translate(VALUE), "values", me, seen), ValueView(context, asked))

    mark = page_mark(request, me, seen, web.access_version())
    return page_answer(request, mark, lambda: value_page(seen, query, asked.points, whole=whole), page)


@dataclass(frozen=True)
class WorksheetPage(Context):
    """The worksheet as it was filled in."""

    given: Annotated[dict[str, str], "the answers, as typed"]
    purchases: Annotated[tuple[str, ...], "large purchases, as typed"]
    listed: Annotated[Listed | None, "line by line; None where the answers can't be worked out"]
    error: Annotated[LiukeError | None, "why not"]


@router.get("/values/worksheet")
def worksheet(
    request: Request,
    me: SignedIn,
    yearly: Annotated[str, Asked(max_length=30)] = "",
    years: Annotated[str, Asked(max_length=30)] = "",
    margin_share: Annotated[str, Asked(max_length=30)] = "",
    discount: Annotated[str, Asked(max_length=30)] = "",
    referred: Annotated[str, Asked(max_length=30)] = "",
    purchase: Annotated[list[str] | None, Asked(max_length=6)] = None,
) -> Response:
    """A customer's lifetime value line by line, from answers a salesperson can give; without any the example."""
    given = {"yearly": yearly, "years": years, "margin_share": margin_share, "discount": discount, "referred": referred}
    purchases = tuple(each for each in purchase or [] if each.strip())
    around = framed(request, translate(WORKSHEET), "values", me)
    try:
        listed = filled_in({name: value.strip() or None for name, value in given.items()}, purchases)
    except LiukeError as error:
        return rendered("worksheet", around, WorksheetPage(given, purchases, None, error), error.http)
    return rendered("worksheet", around, WorksheetPage(given, purchases, listed, None))
