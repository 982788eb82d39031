"""Confirming causes: cases worth confirming, what was found of them, how often the run was right."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.answers import AsOfDay, Key, PageNumber, PageOfRows, Size, kept, once, rows_answer, run_mark
from liuke.api.callers import Reads, SeesFirm, allows, served
from liuke.api.routes.customers import Who
from liuke.app.cause_audit_listed import accuracy_record, confusion_listed, draw_listed
from liuke.app.cause_audits import all_verdicts, drawn_cases, find_out, take_back
from liuke.reports.renderers.json import records
from liuke.reports.shown import Listed
from liuke.work.people.viewer import Viewer

router = APIRouter(tags=["causes"])
Confirms = Annotated[Viewer, Depends(allows("confirm"))]
MOST_ID = 2**31 - 1


@router.get("/cause-draw", response_model=PageOfRows)
def list_draw(request: Request, me: Reads, page: PageNumber = 1, size: Size = 100, as_of: AsOfDay = None) -> Response:
    """Lost customers whose cause is worth confirming, with what was found; of the customers the token's user sees."""
    firm = served(request)
    seen = firm.seen(me, as_of)
    audits = all_verdicts(seen.workspace, firm.store)
    whole = draw_listed(seen, audits, me)
    rows = [*whole.rows]
    part = Listed(whole.listing, rows[(page - 1) * size : page * size], len(rows), whole.about, whole.currency)
    return kept(request, rows_answer(part, page, size), *run_mark(request, seen, me), repr(rows))


@router.get("/cause-accuracy")
def cause_accuracy(request: Request, me: SeesFirm, as_of: AsOfDay = None) -> Response:
    """How often the likeliest cause was the right one, by customers drawn by lot, and what notes said of them."""
    firm = served(request)
    seen = firm.seen(me, as_of)
    drawn = drawn_cases(seen, all_verdicts(seen.workspace, firm.store))
    answer = {**accuracy_record(drawn), "confusion": [*records(confusion_listed(seen, drawn))]}
    return kept(request, answer, *run_mark(request, seen, me), repr(answer))


class NewVerdict(BaseModel):
    """What was found of a customer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"verdict": "is", "note": "电话里问过。"}})

    verdict: Annotated[
        Literal["is", "is_not", "other", "unclear"],
        Field(description="Whether it was the likeliest cause, was not, was another, or nobody can say."),
    ]
    cause: Annotated[
        str | None,
        Field(
            max_length=60,
            description="Of `other` the cause it was; of `is_not` the one it was not, the likeliest without it.",
        ),
    ] = None
    note: Annotated[str, Field(max_length=5000)] = ""


@router.post("/customers/{customer_id:path}/cause-verdict", status_code=201)
def add_cause_verdict(request: Request, me: Confirms, customer_id: Who, new: NewVerdict, key: Key = None
                      ) -> dict[str, Any]:  # fmt: skip
    """Write down what was found; the next run that knows of this day reads it."""
    firm = served(request)
    what = {"cause_verdict": customer_id, **new.model_dump()}

    def write(change: Any) -> int:
        return int(once(firm.store, me, key, what, lambda connection: {"id": change(connection)})["id"])

    return {"id": find_out(firm, me, customer_id, new.verdict, new.cause, new.note, write=write)}


@router.post("/cause-verdicts/{verdict_id}/undo", status_code=201)
def undo_cause_verdict(request: Request, me: Confirms, verdict_id: Annotated[int, Path(ge=1, le=MOST_ID)],
                       key: Key = None) -> dict[str, str]:  # fmt: skip
    """Take one's own verdict back, by another row."""
    firm = served(request)

    def write(change: Any) -> str:
        made = once(firm.store, me, key, {"undo_verdict": verdict_id}, lambda connection: {"of": change(connection)})
        return str(made["of"])

    return {"customer_id": take_back(firm, me, verdict_id, write=write)}
