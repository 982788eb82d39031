"""Confirming why customers left: one case after the next, each verdict undone as easily as it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi import Query as Asked
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.app.cause_audit_pages import audit_page
from liuke.app.cause_audits import find_out, take_back
from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.cause_audit import ConfirmPage
from liuke.web.people import RowId, base_of, needs
from liuke.web.rendering import framed_run, page_answer, page_mark, rendered
from liuke.work.people.viewer import Viewer

router = APIRouter()
TITLE = N_("Confirm causes")
Confirming = Annotated[Viewer, Depends(needs("confirm"))]
Number = Annotated[str, Asked(max_length=200)]


@dataclass(frozen=True)
class ConfirmView(Context):
    """The queue."""

    audit: Annotated[ConfirmPage, "cases, progress, accuracy"]


@router.get("/confirm")
@router.get("/confirm.json")
def confirm(
    request: Request,
    me: Confirming,
    customer: Number = "",
    after: Number = "",
    done: Annotated[int, Asked(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """The next case, or that of one customer, with what speaks for and against each cause."""
    web = served(request)
    seen = web.seen(me)

    def page(context: ConfirmPage) -> Response:
        return rendered("confirm", framed_run(request, translate(TITLE), "causes", me, seen), ConfirmView(context))

    context = audit_page(web, me, seen, customer, after, done)
    mark = page_mark(request, me, seen, web.access_version(), repr(context.listed.rows))
    return page_answer(request, mark, lambda: context, page)


@router.post("/confirm")
def give_verdict(
    request: Request,
    me: Confirming,
    customer: Annotated[str, Form(max_length=200)],
    verdict: Annotated[Literal["is", "is_not", "other", "unclear"], Form()],
    cause: Annotated[str, Form(max_length=60)] = "",
    note: Annotated[str, Form(max_length=20_000)] = "",
    here: Annotated[Literal["queue", "customer"], Form()] = "queue",
) -> Response:
    """Write down what was found, and go on to the next case, or back to the customer's page."""
    named = cause if verdict == "other" else ""
    number = find_out(served(request), me, customer, verdict, named or None, note)
    back = _back(here, customer, {"done": number, "after": customer})
    return RedirectResponse(f"{base_of(request)}/{back}", 303)


@router.post("/confirm/{verdict_id}/undo")
def undo(
    request: Request, me: Confirming, verdict_id: RowId, here: Annotated[Literal["queue", "customer"], Form()] = "queue"
) -> Response:
    """Take one's own verdict back; its case is open again."""
    customer = take_back(served(request), me, verdict_id)
    return RedirectResponse(f"{base_of(request)}/{_back(here, customer, {'customer': customer})}", 303)


def _back(here: str, customer: str, asked: dict[str, object]) -> str:
    return f"customer/{quote(customer, safe='')}#causes" if here == "customer" else f"confirm?{urlencode(asked)}"
