"""A file between being sent and being loaded: its plan as a form, answered, loaded, or forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from liuke.api.callers import served
from liuke.app.upload_plan import SMALL, account_from
from liuke.kernel.errors import Conflict, LiukeError, NeedsAnswer, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.contexts.data_page import account_of, table_title
from liuke.reports.contexts.data_plan import AskedOnPage, LoadDone, PlanPage, plan_shown, tables_listed
from liuke.reports.renderers.json import plain
from liuke.web.pages.data import Loading, data_answer, load_later, loads_going, recorded
from liuke.web.people import base_of
from liuke.web.rendering import framed, rendered
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from liuke.app.upload_plan import Planned
    from liuke.app.uploads import Upload

router = APIRouter()
MOST_FIELDS = 5000
LINES = "document_line"
NAMED = ("customer_id", "date", "amount")
LOAD_FIRST = N_("Answer what is asked before it is loaded.")
HOW: dict[str, tuple[tuple[str, str], ...]] = {
    "kind": (
        ("order", N_("Order")),
        ("delivery", N_("Delivery")),
        ("invoice", N_("Invoice")),
        ("return", N_("Return")),
    ),
    "tax": (("exclusive", N_("amounts are net of tax")), ("inclusive", N_("amounts include tax"))),
    "date_order": (("ymd", N_("year, month, day")), ("dmy", N_("day, month, year")), ("mdy", N_("month, day, year"))),
    "months": (("end", N_("each month's amount on its last day")),),
    "decimal": (("point", N_("decimal point")), ("comma", N_("decimal comma"))),
}


async def posted(request: Request) -> FormData:
    """What a form says."""
    return await request.form(max_fields=MOST_FIELDS, max_files=0)


Posted = Annotated[FormData, Depends(posted)]


def packed_asked(told: dict[str, Any] | None, chosen: str = "") -> AskedOnPage | None:
    """A question kept with an upload, as the page shows it."""
    if told is None:
        return None
    choices = [(value, Said.unpack(means)) for value, means in told["choices"]]
    return AskedOnPage("later", Said.unpack(told["ask"]), told["evidence"], choices, chosen, bool(chosen))


def done_of(told: dict[str, Any] | None) -> LoadDone | None:
    """What a load did, as it was kept with its upload."""
    if told is None:
        return None
    return LoadDone(
        load_id=told["load_id"] or "",
        title=table_title(told["table"]),
        source=told["source"],
        account=account_of(account_from(told["account"]), money=told["table"] == LINES),
        documents=told["documents"],
        notes=[Said.unpack(note) for note in told["notes"]],
        doubts=[(rows, Said(says), examples) for rows, says, examples in told["doubts"]],
        quarantine=told["quarantine"] or "",
        doubtful=told["doubtful"] or "",
    )


def _failed(upload: Upload) -> LiukeError | None:
    """Why a load at which nobody waited was refused."""
    if upload.failed is None:
        return None
    said, fix = map(Said.unpack, upload.failed)
    return Refused(said, fix=fix)


def plan_context(
    request: Request, me: Viewer, upload: Upload, error: LiukeError | None = None, meanwhile: Sequence[Said] = ()
) -> PlanPage:
    """The page of an upload."""
    web = served(request)
    waiting = [(each.id, each.name) for each in web.uploads.waiting(me.user_id) if each.id != upload.id]
    planned = None if upload.done is not None else web.planner.planned(upload)
    plan = plan_shown(planned.plan) if planned and planned.plan else None
    wrong = error or (planned.wrong if planned else None) or (_failed(upload) if planned else None)
    foreseen = planned.foreseen if planned else None
    which = planned.which if planned else None
    tables = [(choice.value, choice.meaning) for choice in which.choices] if which else []
    return PlanPage(
        id=upload.id,
        version=upload.version,
        name=upload.name,
        large=planned is not None and plan is not None and foreseen is None and not plan.undecided and not wrong,
        plan=plan,
        account=account_of(foreseen.account, money=plan is not None and plan.table == LINES) if foreseen else None,
        which=AskedOnPage("o.table", which.ask, which.evidence, tables, "", answered=False) if which else None,
        asked=packed_asked(upload.asked),
        wrong=wrong.said if wrong else None,
        fix=(wrong.fix or None) if wrong else None,
        meanwhile=meanwhile,
        options=upload.options,
        choices={name: [(value, Said(means)) for value, means in told] for name, told in HOW.items()},
        headers=planned.headers if planned else (),
        named={name: header for header, name in upload.columns.items() if name in NAMED},
        sheets=planned.sheets if planned else (),
        tables=tables_listed(),
        done=done_of(upload.done),
        following=waiting,
        may_run=me.may("run"),
        going=loads_going(request, me, upload.id),
    )


def plan_answer(
    request: Request, me: Viewer, upload: Upload, error: LiukeError | None = None, meanwhile: Sequence[Said] = ()
) -> Response:
    """The page of an upload, or its JSON."""
    context = plan_context(request, me, upload, error, meanwhile)
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(context), headers={"cache-control": "private, no-cache"})
    template = "data_loaded" if context.done else "data_plan"
    return rendered(template, framed(request, upload.name, "data", me), context, error.http if error else 200)


@router.get("/data/plan/{number}")
@router.get("/data/plan/{number}.json")  # the last is looked at first
def plan_page(request: Request, me: Loading, number: str) -> Response:
    """How a file will be read, or what came of it."""
    return plan_answer(request, me, served(request).uploads.one(number, me.user_id))


@router.post("/data/plan/{number}")
def plan_said(request: Request, me: Loading, number: str, form: Posted) -> Response:
    """What a person says of a file; with `do=load` it is loaded where nothing is left to ask."""
    web = served(request)
    upload = web.uploads.one(number, me.user_id)
    if upload.done is not None:  # loaded meanwhile, in another window: what came of it is shown
        return RedirectResponse(f"{base_of(request)}/data/plan/{number}", 303)
    told = {name: str(value) for name, value in form.multi_items()}
    if told.get("version") != str(upload.version):
        error = Conflict(N_("This plan was changed meanwhile in another window. It stands as shown; look at it again."),
                         code="changed_meanwhile")  # fmt: skip
        return plan_answer(request, me, upload, error, _overtaken(web.planner.planned(upload), told))
    try:
        upload = _said(web, upload, told)
        if told.get("do") == "load":
            upload = _load(request, me, upload)
    except LiukeError as error:
        return plan_answer(request, me, web.uploads.one(number, me.user_id), error)
    return RedirectResponse(f"{base_of(request)}/data/plan/{number}", 303)


@router.post("/data/plan/{number}/forget")
def forget(request: Request, me: Loading, number: str) -> Response:
    """Take away a file that is not to be loaded."""
    web = served(request)
    upload = web.uploads.one(number, me.user_id)
    web.uploads.forget(upload)
    recorded(request, me, "forget_upload", f"upload:{number}", file=upload.name)
    return RedirectResponse(f"{base_of(request)}/data", 303)


FIRST = ("customer", "product", "salesperson", LINES)  # others name what these hold


@router.post("/data/load-all")
def load_all(request: Request, me: Loading) -> Response:
    """Load every file that waits and leaves nothing to ask; the others stay with their question."""
    web = served(request)
    clear = []
    for upload in web.uploads.waiting(me.user_id):
        planned = web.planner.planned(upload)
        if planned.plan is not None and planned.wrong is None and not planned.plan.open and upload.asked is None:
            table = planned.plan.table
            clear.append((FIRST.index(table) if table in FIRST else len(FIRST), upload))
    clear.sort(key=lambda each: (each[0], each[1].at, each[1].name))
    if sum(upload.size for _, upload in clear) > SMALL or any(web.planner.is_large(upload) for _, upload in clear):
        load_later(request, me, [upload for _, upload in clear])
        return RedirectResponse(f"{base_of(request)}/data", 303)
    wrong = []
    for _, upload in clear:
        try:
            _load(request, me, upload)
        except LiukeError as error:
            wrong.append(error)
    if wrong:
        return data_answer(request, me, wrong=wrong, status=wrong[0].http)
    return RedirectResponse(f"{base_of(request)}/data", 303)


def _changes(planned: Planned, upload: Upload, told: dict[str, str]) -> dict[str, Any]:
    """What a form says of an upload, beyond what was said of it before."""
    options = {**upload.options, **{name[2:]: told[name].strip() for name in told if name.startswith("o.")}}
    options = {name: value for name, value in options.items() if value}
    columns = dict(upload.columns)
    for name in NAMED:  # of a file without a plan: which header is the customer, the date, the amount
        if header := told.get(f"n.{name}"):
            columns = {each: target for each, target in columns.items() if target != name} | {header: name}
    answers, later = dict(upload.answers), dict(upload.later)
    if planned.plan is not None:
        shown = plan_shown(planned.plan)
        for each in shown.columns:
            said = told.get(each.field)
            if said is not None and said != each.target:
                columns = {header: target for header, target in columns.items() if target != said or not said}
                columns |= {one.header: "" for one in shown.columns if said and one.target == said}
                columns[each.header] = said
        keys = [question.key for question in planned.plan.questions]
        answers |= {key: told[q.field] for key, q in zip(keys, shown.questions, strict=True) if told.get(q.field)}
    if upload.asked is not None and told.get("later"):
        later[upload.asked["key"]] = told["later"]
    return {"options": options, "columns": columns, "answers": answers, "later": later}


def _said(web: Any, upload: Upload, told: dict[str, str]) -> Upload:
    """The upload with what a form says of it."""
    changes = _changes(web.planner.planned(upload), upload, told)
    same = upload.failed is None and all(getattr(upload, name) == value for name, value in changes.items())
    if same:
        return upload
    asked = None if changes["later"] != upload.later else upload.asked
    changed: Upload = web.uploads.change(upload, **changes, asked=asked, failed=None)
    return changed


def _load(request: Request, me: Viewer, upload: Upload) -> Upload:
    """Load it; NeedsAnswer where something is asked first."""
    web = served(request)
    planned = web.planner.planned(upload)
    if planned.plan is None or planned.wrong is not None:
        raise planned.wrong or NeedsAnswer(LOAD_FIRST)
    if any(question.default is None for question in planned.plan.open) or upload.asked is not None:
        raise NeedsAnswer(LOAD_FIRST)
    if web.planner.is_large(upload) and not upload.later:  # an answer to what is stored is waited for
        load_later(request, me, [upload])
        return upload
    made = web.planner.load(upload, planned.plan)
    if made.done is not None:
        account = made.done["account"]
        recorded(request, me, "load", f"load:{made.done['load_id'] or '-'}", source=made.done["source"],
                 table=made.done["table"], file=made.name, read=account["rows_read"], loaded=account["rows_loaded"],
                 kept_apart=account["rows_quarantined"])  # fmt: skip
    return made


def _overtaken(planned: Planned, told: dict[str, str]) -> list[Said]:
    """What this window would have said otherwise than the plan now has it."""
    if planned.plan is None:
        return []
    shown = plan_shown(planned.plan)
    titles = dict(shown.targets)
    lost: list[tuple[object, object, object]] = [
        (each.header, titles.get(each.target, "-"), titles.get(told[each.field], "-"))
        for each in shown.columns
        if told.get(each.field, each.target) != each.target
    ]
    for question in shown.questions:
        said, means = told.get(question.field, ""), dict(question.choices)
        if said in means and said != question.chosen:
            lost.append((question.ask, means.get(question.chosen, "-"), means[said]))
    told_of = N_("{column}: here it is {now}, your window had {yours}.")
    return [Said(told_of, {"column": column, "now": now, "yours": yours}) for column, now, yours in lost]
