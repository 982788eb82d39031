"""Rules: how each did, whom it flags, its conditions as a form and as text, its versions, on and off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi import Query as Asked
from starlette.responses import JSONResponse, RedirectResponse, Response

from liuke.api.callers import served
from liuke.app import rule_book, rule_changes
from liuke.app.firm import RunView
from liuke.kernel.errors import LiukeError, NotFound
from liuke.kernel.i18n import LANGUAGES, N_, translate
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.rule_editor import RuleEditor, TriedNow, rule_editor, text_changes, tried_now
from liuke.reports.contexts.rules_page import (
    RuleRow,
    RuleScorePage,
    RulesPage,
    rule_rows,
    rule_score_page,
    rules_page,
)
from liuke.reports.renderers.json import plain
from liuke.reports.rule_form import blank, form_of, raw_of
from liuke.web.people import MOST_ID, address_of, base_of, needs, now
from liuke.web.rendering import Frame, framed, framed_run, rendered
from liuke.work.people.viewer import Viewer

router = APIRouter()
IN_NAV = ("rules",)
TITLE, NEW = N_("Rules"), N_("New rule")
UNNAMED = dict.fromkeys(LANGUAGES, "…")
FIRST = {"title": {"zh": "", "en": ""}, "when": {"all": [blank("below_own_mean")]}}
IN_A_MOMENT, PATIENT = 0.3, 60.0  # seconds a page waits for customers to be loaded: one that asks again, one that can't

Looking = Annotated[Viewer, Depends(needs("firm"))]
Editing = Annotated[Viewer, Depends(needs("rules"))]
Mode = Annotated[Literal["form", "text"], Asked()]


async def form_fields(request: Request) -> list[tuple[str, str]]:
    """Names and texts of a form, in their order."""
    async with request.form(max_files=0, max_fields=3000) as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


Fields = Annotated[list[tuple[str, str]], Depends(form_fields)]


@dataclass(frozen=True)
class RulesView(Context):
    """All rules, and those that were deleted."""

    rules: Annotated[RulesPage, "in their order"]
    deleted: Annotated[Sequence[tuple[str, int]], "id and last version of rules that were deleted"]
    may_edit: Annotated[bool, "whether the viewer may change rules"]


@dataclass(frozen=True)
class RuleView(Context):
    """One rule: its score, the editor, its versions."""

    rows: Annotated[Sequence[RuleRow], "every rule, to go from one to the next"]
    score: Annotated[RuleScorePage | None, "None for a new one"]
    editor: Annotated[RuleEditor, "its conditions"]
    versions: Annotated[Sequence[rule_book.RuleVersion], "newest first"]
    saved: Annotated[bool, "whether it was saved just now"]


@dataclass(frozen=True)
class Around:
    """What every page about rules stands on."""

    request: Request
    me: Viewer
    seen: RunView | None
    rows: list[RuleRow]

    def frame(self, title: str) -> Frame:
        """The frame of the page."""
        if self.seen is None:
            return framed(self.request, title, "rules", self.me)
        return framed_run(self.request, title, "rules", self.me, self.seen)


def around(request: Request, me: Viewer) -> Around:
    """The run as it is seen, and every rule with its score in it; before the first run no score."""
    web = served(request)
    try:
        seen: RunView | None = web.seen(me)
    except NotFound:
        seen = None
    book = rule_book.rule_shelf(web.firm.workspace)
    rows = rule_rows(book.rules, book.off, book.own, book.ships, seen.source() if seen else None)
    return Around(request, me, seen, rows)


@router.get("/rules")
@router.get("/rules.json")
def rules(request: Request, me: Looking) -> Response:
    """Every rule with how it did."""
    about = around(request, me)
    context = rules_page(about.rows)
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(context), headers={"cache-control": "private, no-cache"})
    deleted = rule_book.deleted_rules(served(request).firm.workspace)
    return rendered("rules", about.frame(translate(TITLE)), RulesView(context, deleted, me.may("rules")))


@router.get("/rules/new")
def new_rule(request: Request, me: Editing, mode: Mode = "form") -> Response:
    """The form of a new rule."""
    about = around(request, me)
    text = rule_book.rule_text(FIRST)
    editor = rule_editor("", "", mode, text, form_of(FIRST) if mode == "form" else None, seen=about.seen, may_edit=True)
    return rendered("rule", about.frame(translate(NEW)), RuleView(about.rows, None, editor, (), False))


@router.get("/rules/edit")
def nothing_to_edit(request: Request, me: Looking) -> Response:  # noqa: ARG001
    """A form that was sent stood at this address: what is fetched from it again is the rules."""
    return RedirectResponse(f"{base_of(request)}/rules", 303)


@router.get("/rules/{rule_id}")
def one_rule(
    request: Request, me: Looking, rule_id: str, mode: Mode = "form", saved: str = "", version: int = 0
) -> Response:
    """One rule; `version` opens the text it had."""
    workspace = served(request).firm.workspace
    source = rule_book.rule_source(workspace, rule_id)
    text = rule_book.version_text(workspace, rule_id, version) if version else source.text
    about = around(request, me)
    form = form_of(rule_book.rule_values(text, rule_id)) if mode == "form" else None
    editor = rule_editor(rule_id, source.base, mode, text, form, seen=about.seen, may_edit=me.may("rules"))
    return shown(about, editor, saved=bool(saved))


def shown(about: Around, editor: RuleEditor, status: int = 200, *, saved: bool = False) -> Response:
    """The page of a rule."""
    row = next((each for each in about.rows if each.id == editor.id), None)
    score = rule_score_page(row, about.rows, about.seen) if row else None
    workspace = served(about.request).firm.workspace
    versions = rule_book.rule_versions(workspace, editor.id) if row else []
    title = str(row.title) if row else translate(NEW)
    return rendered("rule", about.frame(title), RuleView(about.rows, score, editor, versions, saved), status)


@router.get("/rules/{rule_id}/try")
def tried_as_it_is(request: Request, me: Looking, rule_id: str) -> Response:
    """Whom a rule flags now, as a part of its page."""
    text = rule_book.rule_source(served(request).firm.workspace, rule_id).text
    again = f"rules/{quote(rule_id)}/try"
    return rendered("_rule_tried", framed(request, "", viewer=me), tried(request, me, text, IN_A_MOMENT, again))


@router.post("/rules/try")
def tried_while_typing(request: Request, me: Editing, fields: Fields) -> Response:
    """Whom a rule would flag as it is typed, as a part of the page."""
    try:
        text = text_to_try(fields)
    except LiukeError as error:
        found = TriedNow(error=error)
    else:
        found = tried(request, me, text, IN_A_MOMENT, "rules/try")
    return rendered("_rule_tried", framed(request, "", viewer=me), found)


def tried(request: Request, me: Viewer, text: str, wait: float, again: str = "") -> TriedNow:
    """Whom the rule of a text would flag, why that can't be said, or that it is being loaded."""
    web = served(request)
    try:
        found = web.tried(me, rule_book.load_rule(text, "rule.toml"), wait)
    except LiukeError as error:
        return TriedNow(error=error)
    if found is None:
        return TriedNow(loading=True, again=again)
    return tried_now(found, web.firm.workspace.settings.text("currency"))


def text_to_try(fields: Sequence[tuple[str, str]]) -> str:
    """The TOML of a form's fields, be it written as a form or as text; whom it flags can be said before it is named."""
    given = dict(fields)
    if given.get("mode") == "text":
        return given.get("text", "")
    raw = raw_of(fields)
    return rule_book.rule_text(raw if raw["title"] else {**raw, "title": UNNAMED})


@router.post("/rules/edit")
def edit(request: Request, me: Editing, fields: Fields) -> Response:
    """Save a rule, or show it again with something added, taken out, or as text instead of a form."""
    given = dict(fields)
    do, rule_id, base = given.get("do", "try"), given.get("id", ""), given.get("base", "")
    mode = "text" if given.get("mode") == "text" else "form"
    workspace = served(request).firm.workspace
    raw = None if mode == "text" else raw_of(reshaped(fields, do))
    text = given.get("text", "") if raw is None else rule_book.rule_text(raw)
    error: LiukeError | None = None
    changed: list[tuple[str, str]] = []
    found: TriedNow | None = None
    try:
        if do == "save":
            return saved_rule(request, me, rule_id, text, base)
        if do == "form":
            raw, mode = rule_book.rule_values(text, rule_id or "rule"), "form"
        elif do == "text":
            mode = "text"
        elif do == "copy":
            text, rule_id, base = rule_book.without_id(text), "", ""
        elif do == "try":
            found = tried(request, me, text_to_try(fields), PATIENT)
    except LiukeError as refused:
        error = refused
        if refused.code == "rule_changed":
            source = rule_book.rule_source(workspace, rule_id)
            changed = text_changes(rule_book.text_of_base(workspace, rule_id, base), source.text)
            base = source.base
    about = around(request, me)
    form = form_of(raw) if raw is not None and mode == "form" else None
    editor = rule_editor(rule_id, base, mode, text, form, seen=about.seen, may_edit=True, error=error, changed=changed,
                         tried=found)  # fmt: skip
    return shown(about, editor, error.http if error and "hx-request" not in request.headers else 200)


def reshaped(fields: Sequence[tuple[str, str]], do: str) -> list[tuple[str, str]]:
    """The fields with a condition, group or threshold put in or taken out."""
    what, _, path = do.partition(":")
    if what == "drop":
        return [(name, value) for name, value in fields if not name.startswith(f"{path}.")]
    return [*fields, *added(fields, do)]


def added(fields: Sequence[tuple[str, str]], do: str) -> list[tuple[str, str]]:
    """The fields that `add:n`, `group:n` and `by:n.0` put in."""
    what, _, path = do.partition(":")
    given = dict(fields)
    at = 0
    while any(name == f"{path}.{at}" or name.startswith(f"{path}.{at}.") for name, _ in fields):
        at += 1
    if what == "add":
        condition = given.get(f"{path}.new") or "below_own_mean"
        return [(f"{path}.{at}.condition", condition)]
    if what == "group":
        inner = "any" if given.get(f"{path}.join", "all") == "all" else "all"
        return [
            (f"{path}.{at}.join", inner),
            (f"{path}.{at}.0.condition", given.get(f"{path}.new") or "below_own_mean"),
        ]
    if what == "by":
        at = 0
        while any(name.startswith(f"{path}.by.{at}.") for name, _ in fields):
            at += 1
        return [
            (f"{path}.by.column", given.get(f"{path}.by.column") or "grade"),
            (f"{path}.by.{at}.value", given.get(f"{path}.by_new") or "A"),
        ]
    return []


def saved_rule(request: Request, me: Viewer, rule_id: str, text: str, base: str) -> Response:
    """Write the rule and go to its page."""
    web = served(request)
    if not rule_id:
        rule_id = rule_book.new_id(web.firm.workspace, text)
        base = ""
    rule_changes.save(web.firm.workspace, web.store, me, rule_id, text, base, address_of(request), now())
    return RedirectResponse(f"{base_of(request)}/rules/{quote(rule_id)}?saved=1", 303)


@router.post("/rules/{rule_id}/switch")
def switch_rule(request: Request, me: Editing, rule_id: str, on: Annotated[Literal["0", "1"], Form()]) -> Response:
    """Switch a rule on or off."""
    web = served(request)
    rule_changes.switch(web.firm.workspace, web.store, me, rule_id, on == "1", address_of(request), now())
    return RedirectResponse(f"{base_of(request)}/rules", 303)


@router.post("/rules/{rule_id}/delete")
def delete_rule(request: Request, me: Editing, rule_id: str, base: Annotated[str, Form(max_length=64)]) -> Response:
    """Take away a rule of the firm; its versions stay."""
    web = served(request)
    rule_changes.delete(web.firm.workspace, web.store, me, rule_id, base, address_of(request), now())
    return RedirectResponse(f"{base_of(request)}/rules", 303)


@router.post("/rules/{rule_id}/back")
def back_to_version(
    request: Request,
    me: Editing,
    rule_id: str,
    version: Annotated[int, Form(ge=0, le=MOST_ID)],
    base: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Give a rule the text of an earlier version again."""
    web = served(request)
    text = rule_book.version_text(web.firm.workspace, rule_id, version)
    rule_changes.save(web.firm.workspace, web.store, me, rule_id, text, base, address_of(request), now())
    return RedirectResponse(f"{base_of(request)}/rules/{quote(rule_id)}?saved=1", 303)
