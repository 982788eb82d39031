"""Customers: lists, one with its reasons and documents, notes, owners."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.answers import AsOfDay, Key, PageNumber, PageOfRows, Size, kept, once, rows_answer, run_mark
from liuke.api.callers import Reads, allows, served
from liuke.api.frames import FRAMES, FormOf, FrameSize, frame_answer
from liuke.reports.query import Condition, customers, values
from liuke.reports.renderers.json import records
from liuke.work import assignments, notes
from liuke.work.people.viewer import Viewer

router = APIRouter(tags=["customers"])
Who = Annotated[str, InPath(min_length=1, max_length=200, description="The customer's number.", examples=["C000142"])]
Where = Annotated[list[str] | None, Asked(max_length=8, description="Conditions such as risk>=40%, region=华东.")]
View = Annotated[Literal["going", "silent", "money"] | None, Asked(description="One view of the watch list.")]
Text = Annotated[str | None, Asked(max_length=200)]


@router.get("/customers", response_model=PageOfRows)
def list_customers(
    request: Request,
    me: Reads,
    view: View = None,
    listed: Annotated[bool, Asked(description="The watch list alone; false for everybody.")] = True,
    state: Text = None,
    owner: Text = None,
    rule: Text = None,
    core: bool = False,
    where: Where = None,
    q: Annotated[str, Asked(max_length=80, description="Part of number or name.")] = "",
    sort: Annotated[str, Asked(max_length=40)] = "",
    descending: bool | None = None,
    page: PageNumber = 1,
    size: Size = 50,
    as_of: AsOfDay = None,
) -> Response:
    """Customers at risk, best worth a call first; of a state, a rule or a search among everybody."""
    seen = served(request).seen(me, as_of)
    query = customers(view=view, everybody=not listed, state=state, core=core, owner=owner, rule=rule, search=q,
                      where=[Condition.parse(each) for each in where or []], sort=sort, descending=descending,
                      page=page, size=size)  # fmt: skip
    return kept(request, rows_answer(seen.watch_list(query), page, size), *run_mark(request, seen, me))


@router.get("/customers/{customer_id:path}/documents", response_model=PageOfRows, responses=FRAMES)
def documents(
    request: Request,
    me: Reads,
    customer_id: Who,
    page: PageNumber = 1,
    size: FrameSize = 50,
    form: FormOf = "json",
    as_of: AsOfDay = None,
) -> Response:
    """The documents of a customer the run knew, newest first."""
    seen = served(request).seen(me, as_of)
    found = seen.customer(customer_id)
    if form == "arrow":
        frame, mark = found.documents, run_mark(request, seen, me)
        part = frame.slice((page - 1) * size, size)
        return frame_answer(request, part, form, *mark, total=len(frame), page=page, size=size)
    every = seen.documents_of(found)
    rows = [*records(every)]
    shown = rows[(page - 1) * size : page * size]
    answer = {"total": len(rows), "page": page, "size": size, "rows": shown, "about": []}
    return kept(request, answer, *run_mark(request, seen, me))


@router.get("/values", response_model=PageOfRows)
def list_values(
    request: Request,
    me: Reads,
    grade: Text = None,
    stage: Text = None,
    loyalty: Text = None,
    core: bool = False,
    neglected: bool = False,
    q: Annotated[str, Asked(max_length=80)] = "",
    page: PageNumber = 1,
    size: Size = 50,
    as_of: AsOfDay = None,
) -> Response:
    """Customers by what they are expected to bring in the coming year."""
    seen = served(request).seen(me, as_of)
    query = values(grade=grade, stage=stage, loyalty=loyalty, core=core, neglected=neglected, search=q, page=page,
                   size=size)  # fmt: skip
    return kept(request, rows_answer(seen.values(query), page, size), *run_mark(request, seen, me))


class NewNote(BaseModel):
    """A note on a customer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "11 月 3 日打过电话，等报价。"}})

    text: Annotated[str, Field(min_length=1, max_length=5000)]


@router.get("/customers/{customer_id:path}/notes")
def list_notes(request: Request, me: Reads, customer_id: Who) -> Response:
    """Notes on a customer, newest first."""
    firm = served(request)
    number = firm.seen(me).customer(customer_id).row["customer_id"]
    with firm.store.reading() as connection:
        found = notes.customer_notes(connection, [number], firm.merged())
    rows = [{"id": each.id, "text": each.text, "by": each.by, "at": each.at.isoformat()} for each in found]
    return kept(request, rows, me.key, rows)


@router.post("/customers/{customer_id:path}/notes", status_code=201)
def add_note(
    request: Request, me: Annotated[Viewer, Depends(allows("note"))], customer_id: Who, note: NewNote, key: Key = None
) -> dict[str, Any]:
    """Write a note."""
    firm = served(request)
    number = firm.seen(me).customer(customer_id).row["customer_id"]
    what = {"note": number, "text": note.text}
    return dict(
        once(firm.store, me, key, what, lambda connection: {"id": notes.add_note(connection, me, number, note.text)})
    )


@router.get("/customers/{customer_id:path}")
def one_customer(request: Request, me: Reads, customer_id: Who, as_of: AsOfDay = None) -> Response:
    """One customer: state, risk, reasons, value. Who is not the token's to see is not there."""
    seen = served(request).seen(me, as_of)
    found = seen.customer(customer_id)
    (row,) = records(seen.alone(found))
    worth = None if found.value is None else seen.value_record(found)
    return kept(request, {**row, "value": worth}, *run_mark(request, seen, me))


class NewOwner(BaseModel):
    """Customers that change hands."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"customers": ["C000142"], "owner": "S12", "reason": "交接"}}
    )

    customers: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=1000)]
    owner: Annotated[str, Field(min_length=1, max_length=200, description="A salesperson's number, or @account.")]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/assignments", status_code=201)
def assign(
    request: Request, me: Annotated[Viewer, Depends(allows("assign"))], new: NewOwner, key: Key = None
) -> dict[str, Any]:
    """Give customers to an owner; who sees them changes at once."""
    firm = served(request)
    seen = firm.seen(me)
    numbers = [seen.customer(each).row["customer_id"] for each in new.customers]
    what = {"assign": numbers, "owner": new.owner, "reason": new.reason}

    def change(connection: Any) -> dict[str, int]:
        return {"assigned": assignments.assign(connection, me, numbers, new.owner, new.reason)}

    return dict(once(firm.store, me, key, what, change))
