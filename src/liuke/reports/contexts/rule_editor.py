"""The editor of one rule: the same TOML as a form and as text, and whom it would flag."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from liuke.kernel.i18n import N_
from liuke.kernel.kinds import SALES
from liuke.kernel.said import Said
from liuke.reports import figures, stored, words
from liuke.reports.contexts.base import Context
from liuke.signals.condition import conditions
from liuke.signals.rules.rules import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import polars as pl

    from liuke.kernel.errors import LiukeError
    from liuke.reports.contexts.list_page import SeenRun
    from liuke.reports.rule_form import FormRule

MOST_VALUES = 30  # of a column that can be ticked; others are typed
ASKED = ("grade", "region", "industry", "channel", "tier", "salesperson")
CHOICES = {  # what the values of choices are called
    **words.KINDS,
    "amount": N_("amount"),
    "margin": N_("margin"),
    "quantity": N_("quantity"),
    "documents": N_("number of documents"),
    "products": N_("products"),
    "families": N_("product families"),
    "true": N_("yes"),
    "false": N_("no"),
}


class PartLike(Protocol):
    """What one condition does."""

    @property
    def alone(self) -> int: ...
    @property
    def without(self) -> int | None: ...


class TriedLike(Protocol):
    """Whom a rule flags now, as `run.trial` says."""

    @property
    def customers(self) -> int: ...
    @property
    def usual_year(self) -> Decimal: ...
    @property
    def lost(self) -> int: ...
    @property
    def looked_at(self) -> int: ...
    @property
    def parts(self) -> Sequence[PartLike]: ...
    @property
    def rows(self) -> pl.DataFrame: ...
    @property
    def left_days(self) -> int: ...


@dataclass(frozen=True)
class TriedNow(Context):
    """Whom the rule would flag now."""

    loading: Annotated[bool, "whether customers are still being loaded"] = False
    error: Annotated[LiukeError | None, "why it can't be said"] = None
    total: Annotated[int, "customers flagged"] = 0
    looked_at: Annotated[int, "customers it was tried on"] = 0
    money: Annotated[Said, "what they buy in a usual year"] = Said("")  # noqa: RUF009  (a value)
    lost: Annotated[int, "customers that meet it and count as lost already"] = 0
    left_days: Annotated[int, "days of silence after which a customer counts as lost"] = 0
    rows: Annotated[Sequence[Mapping[str, Any]], "the largest customers flagged, with the sentence of each"] = ()
    parts: Annotated[Sequence[Said], "by condition, in the order written: what it does"] = ()
    again: Annotated[str, "address to ask again while loading"] = ""


@dataclass(frozen=True)
class ScopeColumn(Context):
    """A customer column that limits a rule."""

    name: Annotated[str, "of the column"]
    title: Annotated[str, "msgid"]
    values: Annotated[Sequence[tuple[str, bool]], "values that can be ticked, and whether they are"]


@dataclass(frozen=True)
class RuleEditor(Context):
    """A rule being written."""

    id: Annotated[str, "empty for a new one"]
    base: Annotated[str, "which text it began from; empty for a new one"]
    mode: Annotated[str, "form or text"]
    form: Annotated[FormRule | None, "in the form; None in the text"]
    text: Annotated[str, "the TOML"]
    error: Annotated[LiukeError | None, "why it can't be saved or read"]
    wrong: Annotated[Said, "the same for a form, which has no lines"]
    changed: Annotated[Sequence[tuple[str, str]], "what somebody else changed meanwhile: sign and line"]
    tried: Annotated[TriedNow | None, "whom it would flag; None: asked for by the page itself"]
    conditions: Annotated[Sequence[tuple[str, str]], "every kind of condition: name and msgid"]
    columns: Annotated[Sequence[ScopeColumn], "that limit it to some customers"]
    by_columns: Annotated[Sequence[tuple[str, str]], "that may give other thresholds: name and msgid"]
    kinds: Annotated[Sequence[str], "of documents"]
    comments: Annotated[bool, "whether the text has comments, which a form does not keep"]
    may_edit: Annotated[bool, "whether the viewer may change rules"]
    choices: Annotated[Mapping[str, str], "msgids of the values of choices"]


def rule_editor(
    rule_id: str, base: str, mode: str, text: str, form: FormRule | None, *, seen: SeenRun | None, may_edit: bool,
    error: LiukeError | None = None, changed: Sequence[tuple[str, str]] = (), tried: TriedNow | None = None,
) -> RuleEditor:  # fmt: skip
    """The editor of a rule."""
    what = error.said.fields.get("what") if error else None
    wrong = what if isinstance(what, Said) else error.said if error else Said("")
    return RuleEditor(
        rule_id, base, mode, form, text, error, wrong, changed, tried,
        [(name, kind.title) for name, kind in conditions().items()],
        _columns({} if form is None else form.scope, seen),
        [(name, words.COLUMNS.get(name, name)) for name in ASKED],
        SALES, any(line.lstrip().startswith("#") for line in text.splitlines()), may_edit, CHOICES,
    )  # fmt: skip


def _columns(scope: Mapping[str, Sequence[str]], seen: SeenRun | None) -> list[ScopeColumn]:
    found = []
    counted = {} if seen is None else seen.facets_of(dict.fromkeys(ASKED, _everybody()))
    for name in (*ASKED, *(each for each in scope if each not in ASKED and each in COLUMNS)):
        known: list[str] = []
        if name in counted:
            known = [str(each) for each in counted[name].drop_nulls("value")["value"].head(MOST_VALUES)]
        chosen = list(scope.get(name, ()))
        if known or chosen:
            values = [(each, each in chosen) for each in sorted(known)] + [
                (each, True) for each in chosen if each not in known
            ]
            found.append(ScopeColumn(name, words.COLUMNS.get(name, name), values))
    return found


def _everybody() -> Any:
    from liuke.reports.query import Query

    return Query()


def tried_now(tried: TriedLike, currency: str) -> TriedNow:
    """What a trial says, for a page."""
    rows = [{**row, "said": stored.stored_sentence(row["said"], currency)} for row in tried.rows.iter_rows(named=True)]
    money = Said(N_("{money} in a usual year"), {"money": figures.Money(tried.usual_year, currency)})
    return TriedNow(
        total=tried.customers, looked_at=tried.looked_at, money=money if tried.customers else Said(""), lost=tried.lost,
        left_days=tried.left_days, rows=rows, parts=[_part(part, tried.customers) for part in tried.parts],
    )  # fmt: skip


def _part(part: PartLike, now: int) -> Said:
    alone = figures.count(part.alone)
    if part.without is None:
        return Said("")
    change = part.without - now
    given = {"alone": alone, "change": figures.count(abs(change))}
    if change > 0:
        return Said(N_("By itself it flags {alone}; without it the rule would flag {change} more."), given)
    if change < 0:
        return Said(N_("By itself it flags {alone}; without it the rule would flag {change} fewer."), given)
    return Said(N_("By itself it flags {alone}; without it the rule would flag just as many."), given)


def text_changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of two texts that differ: sign and line, with what stands around them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return [(line[:1], line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))]
