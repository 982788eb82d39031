"""The firm as a whole: runs, overview, indicators, rules and how they did, the model."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.answers import AsOfDay, PageNumber, PageOfRows, Size, kept, rows_answer, run_mark
from liuke.api.callers import Reads, SeesFirm, allows, served
from liuke.api.frames import FRAMES, FormOf, frame_answer
from liuke.app.rule_preview import preview_seen
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.reports.contexts.overview_page import overview_page
from liuke.reports.query import OVERALL, Query
from liuke.reports.renderers.json import plain
from liuke.work.people.viewer import Viewer

router = APIRouter(tags=["firm"])
RULE_EXAMPLE = """title = { zh = "两个间隔没买", en = "Two own gaps" }
[[when.all]]
condition = "own_gap"
factor = 2
"""
TOP = 16
SHOWN = ("run_id", "as_of", "known_by", "measured_at", "firm", "currency", "basis", "unit", "customers", "listed",
         "listed_by_view", "left_days", "partial_period")  # of what a run says of itself  # fmt: skip


@router.get("/runs")
def list_runs(request: Request, me: Reads) -> Response:
    """The runs that are kept, oldest first."""
    firm = served(request)
    found = [{name: view.info[name] for name in ("run_id", "as_of", "measured_at")} for view in firm.firm.runs()]
    return kept(request, found, me.key, found)


@router.get("/runs/current")
def current_run(request: Request, me: Reads, as_of: AsOfDay = None) -> Response:
    """What the numbers stand on; the counts are of the customers the token's user sees."""
    seen = served(request).seen(me, as_of)
    notices = [each.text() for each in seen.notices]
    answer = {name: seen.info.get(name) for name in SHOWN} | {"notices": notices, "whole": me.sees_whole}
    return kept(request, answer, *run_mark(request, seen, me), *notices)


@router.get("/overview")
def overview(request: Request, me: Reads, as_of: AsOfDay = None) -> Response:
    """Who is leaving, what it costs, what changed; of the firm, or of the customers the token's user sees."""
    seen = served(request).seen(me, as_of)
    return kept(
        request, plain(overview_page(seen.source(), whole=me.sees_whole, top=TOP)), *run_mark(request, seen, me)
    )


@router.get("/indicators", response_model=PageOfRows)
def indicators(
    request: Request,
    me: SeesFirm,
    scope: Annotated[str, Asked(max_length=40, description="all, or a column of customers.")] = "all",
    page: PageNumber = 1,
    size: Size = 100,
    as_of: AsOfDay = None,
) -> Response:
    """Rates with one definition each, against the target and a year earlier."""
    seen = _whole(request, me, as_of)
    where = (OVERALL,) if scope == "all" else ()
    query = Query("indicator", where, page=page, size=size)
    if not where:
        from liuke.reports.query import Condition

        query = query.but(Condition("scope", scope))
    return kept(request, rows_answer(seen.indicators(query), page, size), *run_mark(request, seen, me))


@router.get("/rules", response_model=PageOfRows, responses=FRAMES)
def rules(request: Request, me: SeesFirm, form: FormOf = "json") -> Response:
    """The rules in force."""
    firm = served(request).firm
    if form == "arrow":
        return frame_answer(request, firm.rules(), form, "", me.key, list(map(str, firm.rules().iter_rows())))
    listed = firm.rules_listed()
    return kept(request, rows_answer(listed, 1, max(len(listed), 1)), me.key, list(map(str, listed.records())))


class TriedRule(BaseModel):
    """A rule to try: the id of one in force, or the TOML text of one that is not kept yet."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": RULE_EXAMPLE}},
    )

    rule: Annotated[str, Field(max_length=100, description="Id of a rule in force.")] = ""
    text: Annotated[str, Field(max_length=100_000, description="TOML of a rule.")] = ""


@router.post("/rules/preview", response_model=PageOfRows)
def preview_rule(
    request: Request,
    me: Annotated[Viewer, Depends(allows("rules"))],
    tried: TriedRule,
    page: PageNumber = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """Whom a rule would flag now among the customers the user sees, the largest first; nothing is kept."""
    if bool(tried.rule) == bool(tried.text):
        raise Invalid(N_("Give the id of a rule, or the text of one: one of the two."))
    firm = served(request)
    listed = preview_seen(firm, me, tried.rule or tried.text, is_text=bool(tried.text), page=page, size=size)
    return rows_answer(listed, page, size)


@router.get("/rules/scores", response_model=PageOfRows)
def rule_scores(request: Request, me: SeesFirm, as_of: AsOfDay = None) -> Response:
    """How every rule did on the firm's own history."""
    seen = _whole(request, me, as_of)
    listed = seen.rule_scores()
    return kept(request, rows_answer(listed, 1, max(len(listed), 1)), *run_mark(request, seen, me))


@router.get("/model")
def model(request: Request, me: SeesFirm, as_of: AsOfDay = None) -> Response:
    """What the model asks, learnt from and can't do, and how it did at past ends."""
    seen = _whole(request, me, as_of)
    card = [each.text() for each in seen.model_card()]
    tables = [{"name": each.listing.name, **rows_answer(each, 1, max(len(each), 1))} for each in seen.model_summary()]
    return kept(request, {"card": card, "tables": tables}, *run_mark(request, seen, me))


def _whole(request: Request, me: Viewer, as_of: str | None) -> Any:
    seen = served(request).seen(me, as_of)
    seen.reader.refuse_limited()
    return seen
