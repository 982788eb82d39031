"""Tables of a run, row by row as a program wants them: what `liuke.connect` reads."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.answers import AsOfDay, PageNumber, PageOfRows, kept, run_mark
from liuke.api.callers import Reads, served
from liuke.api.frames import FRAMES, FormOf, FrameSize, frame_answer
from liuke.app import run_tables
from liuke.reports.query import Condition, Query

router = APIRouter(tags=["tables"])
TOLD_EXAMPLE: dict[str, Any] = {"info": {"as_of": "2026-10-31"}, "tables": {"customer_now": {"risk": "Float64"}},
                                "whole": True, "notices": []}  # fmt: skip
MATCH_EXAMPLE: dict[str, Any] = {"customer_id": "C000142", "merged_from": None, "valued": True}
Name = Annotated[str, InPath(max_length=60, pattern="^[a-z_0-9]+$", description="A table.", examples=["customer_now"])]
Column = Annotated[str, Asked(max_length=60, examples=["region"])]
Columns = Annotated[list[Annotated[str, Field(max_length=60)]], Asked(max_length=20, examples=[["at_stake"]])]
Conditions = Annotated[
    list[Annotated[str, Field(max_length=500)]] | None,
    Asked(max_length=20, description="Conditions such as risk>=40%, region=华东.", examples=[["region=华东"]]),
]
Sought = Annotated[str, Asked(max_length=200, description="Part of number or name.")]


class RunTold(BaseModel):
    """What a run says of itself, as far as the token's user may know it."""

    model_config = ConfigDict(json_schema_extra={"example": TOLD_EXAMPLE})

    info: Annotated[dict[str, Any], Field(description="What went in and came out, by name.")]
    tables: Annotated[dict[str, dict[str, str]], Field(description="Tables, each with its columns and their types.")]
    whole: Annotated[bool, Field(description="Whether the user sees the whole firm.")]
    notices: Annotated[list[str], Field(description="What stands against the run.")]


class Match(BaseModel):
    """Which customer is meant by a number or a name."""

    model_config = ConfigDict(json_schema_extra={"example": MATCH_EXAMPLE})

    customer_id: str
    merged_from: Annotated[str | None, Field(description="The number asked for, where it is merged into this one.")]
    valued: Annotated[bool, Field(description="Whether it is known what the customer is worth.")]


@router.get("/tables", response_model=RunTold)
def tables(request: Request, me: Reads, as_of: AsOfDay = None) -> Response:
    """The tables there are, and what the run says of itself."""
    seen = served(request).seen(me, as_of)
    notices = [each.text() for each in seen.notices]
    answer = {"info": run_tables.run_told(seen, me), "tables": run_tables.table_columns(seen),
              "whole": me.sees_whole, "notices": notices}  # fmt: skip
    return kept(request, answer, *run_mark(request, seen, me), *notices)


@router.get("/tables/{table}", response_model=PageOfRows, responses=FRAMES)
def rows(
    request: Request,
    me: Reads,
    table: Name,
    where: Conditions = None,
    q: Sought = "",
    sort: Annotated[str, Asked(max_length=60)] = "",
    descending: bool | None = None,
    page: PageNumber = 1,
    size: FrameSize = 50,
    form: FormOf = "json",
    as_of: AsOfDay = None,
) -> Response:
    """PageOfRows of a table: of customers the user sees; of the firm only to who sees all of it."""
    seen = served(request).seen(me, as_of)
    query = _query(table, where, q, sort, descending, page, size)
    found = run_tables.table_rows(seen, me, query)
    mark = run_mark(request, seen, me)
    return frame_answer(request, found.rows, form, *mark, total=found.total, page=page, size=size)


@router.get("/tables/{table}/whole", response_model=PageOfRows, responses=FRAMES)
def whole(
    request: Request,
    me: Reads,
    table: Name,
    page: PageNumber = 1,
    size: FrameSize = 50,
    form: FormOf = "json",
    as_of: AsOfDay = None,
) -> Response:
    """A table as the run holds it, in parts; for who sees the whole firm."""
    seen = served(request).seen(me, as_of)
    found = run_tables.whole_table(seen, me, Query(table, page=page, size=size))
    mark = run_mark(request, seen, me)
    return frame_answer(request, found.rows, form, *mark, total=found.total, page=page, size=size)


@router.get("/tables/{table}/facets", response_model=PageOfRows, responses=FRAMES)
def facets(
    request: Request,
    me: Reads,
    table: Name,
    column: Column,
    where: Conditions = None,
    q: Sought = "",
    form: FormOf = "json",
    as_of: AsOfDay = None,
) -> Response:
    """The values of a column among the rows of a query, with how many rows have each; most first."""
    seen = served(request).seen(me, as_of)
    found = run_tables.column_facets(seen, me, column, _query(table, where, q))
    return frame_answer(request, found, form, *run_mark(request, seen, me))


@router.get("/tables/{table}/sums", response_model=PageOfRows, responses=FRAMES)
def sums(
    request: Request,
    me: Reads,
    table: Name,
    column: Columns,
    where: Conditions = None,
    q: Sought = "",
    form: FormOf = "json",
    as_of: AsOfDay = None,
) -> Response:
    """How many rows a query has, and the sum of each column over them; empty where no value is known."""
    seen = served(request).seen(me, as_of)
    found = run_tables.column_sums(seen, me, _query(table, where, q), column)
    return frame_answer(request, found, form, *run_mark(request, seen, me))


@router.get("/match", response_model=Match)
def match(
    request: Request,
    me: Reads,
    customer: Annotated[str, Asked(min_length=1, max_length=200, examples=["C000142"])],
    as_of: AsOfDay = None,
) -> Response:
    """The customer with this number or name; where several or none are meant, the near ones are named."""
    seen = served(request).seen(me, as_of)
    found = seen.customer(customer)
    answer = {"customer_id": found.row["customer_id"], "merged_from": found.merged_from,
              "valued": found.value is not None}  # fmt: skip
    return kept(request, answer, *run_mark(request, seen, me), found.merged_from)


def _query(
    table: str,
    where: list[str] | None,
    search: str,
    sort: str = "",
    descending: bool | None = None,
    page: int = 1,
    size: int | None = None,
) -> Query:
    return Query(table, tuple(map(Condition.parse, where or ())), sort, descending, page, size, search)
