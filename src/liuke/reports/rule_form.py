"""A rule as a form and back: fields named by their place in the tree of conditions, values as they are typed.

`n` is the root, a group; `n.0` its first condition or group. Of a condition: `n.0.condition`, `n.0.kind`,
`n.0.p.periods`; thresholds for some customers: `n.0.by.column`, `n.0.by.0.value`, `n.0.by.0.p.periods`; of a group:
`n.0.join`; of both: `n.0.not`. What is typed is not judged here: the rule's own reader does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import LANGUAGES, N_
from liuke.kernel.said import printable
from liuke.reports.contexts.base import Context
from liuke.signals.condition import conditions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from liuke.signals.parameters import Parameter

ROOT = "n"
DEEPEST, MOST = 6, 60  # groups within groups, nodes in all
PERCENT = ("share", "probability")  # units written as so many of a hundred
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－，％", "0123456789.-,%")


@dataclass(frozen=True)
class FormField(Context):
    """One parameter of a condition."""

    name: Annotated[str, "of the parameter"]
    field: Annotated[str, "name in the form"]
    value: Annotated[str, "as it is typed"]
    kind: Annotated[str, "whole, number, share, amount, flag or choice"]
    help: Annotated[str, "msgid of what it is"]
    unit: Annotated[str, "msgid of the unit, empty for none; % for shares"]
    choices: Annotated[Sequence[str], "values of a choice"]
    low: Annotated[str, "least value, as it is typed"]
    high: Annotated[str, "largest value, as it is typed"]


@dataclass(frozen=True)
class FormBy(Context):
    """Other thresholds for customers with one value of a column."""

    path: Annotated[str, "where in the form"]
    value: Annotated[str, "of the column"]
    fields: Annotated[Sequence[FormField], "empty where the condition's own value holds"]


@dataclass(frozen=True)
class FormNode(Context):
    """A condition, or a group of them."""

    path: Annotated[str, "where in the form"]
    negated: Annotated[bool, "whether it must not hold"]
    join: Annotated[str, "all or any of a group; empty for a condition"] = ""
    nodes: Annotated[Sequence[FormNode], "of a group"] = ()
    condition: Annotated[str, "name of the condition"] = ""
    kind: Annotated[str, "document kind looked at; empty for that of the rule"] = ""
    fields: Annotated[Sequence[FormField], "its parameters"] = ()
    by_column: Annotated[str, "column that gives other thresholds; empty for none"] = ""
    by: Annotated[Sequence[FormBy], "the other thresholds"] = ()
    place: Annotated[int, "of the condition among all, from 0; -1 of a group"] = -1


@dataclass(frozen=True)
class FormRule(Context):
    """A rule as a form."""

    title: Annotated[Mapping[str, str], "by language"]
    help: Annotated[Mapping[str, str], "by language"]
    severity: Annotated[str, "1 hint, 2 warning, 3 alarm"]
    order: Annotated[str, "place in lists"]
    kind: Annotated[str, "document kind looked at; empty for the basis"]
    scope: Annotated[Mapping[str, Sequence[str]], "values by column"]
    root: Annotated[FormNode, "the conditions"]


@dataclass
class _Counter:
    leaves: int = 0


def form_of(raw: Mapping[str, Any]) -> FormRule:
    """The form of a rule that its reader accepts."""
    kept = {name: _both(raw.get(name, {})) for name in ("title", "help")}
    scope = {
        column: [wanted] if isinstance(wanted, str) else list(wanted) for column, wanted in raw.get("scope", {}).items()
    }
    root = _node(raw["when"], ROOT, raw.get("measure"), _Counter())
    if not root.join:  # one condition by itself: shown as a group of one, so that another can be put beside it
        root = FormNode(ROOT, False, "all", (_node(raw["when"], f"{ROOT}.0", raw.get("measure"), _Counter()),))
    return FormRule(kept["title"], kept["help"], str(raw.get("severity", 2)), str(raw.get("order", 100)),
                    str(raw.get("kind", "")), scope, root)  # fmt: skip


def raw_of(given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values of a rule file from the fields of a form."""
    fields: dict[str, list[str]] = {}
    for name, value in given:
        fields.setdefault(name, []).append(value)

    def one(name: str) -> str:
        return printable(fields.get(name, [""])[0].replace("\r", "").replace("\n", " ")).strip()

    raw: dict[str, Any] = {}
    for name in ("title", "help"):
        texts = {code: one(f"{name}.{code}") for code in LANGUAGES}
        raw[name] = {code: text for code, text in texts.items() if text}
    for name in ("severity", "order"):
        if one(name):
            raw[name] = _number(one(name), percent=False)
    if one("kind"):
        raw["kind"] = one("kind")
    scope: dict[str, list[str]] = {}
    for name, values in fields.items():
        head, _, column = name.partition(".")
        if head == "scope":
            scope.setdefault(column, []).extend(each for each in values if each)
        elif head == "scope_more":
            more = one(name).replace("，", ",").replace("、", ",").replace("；", ",").split(",")
            scope.setdefault(column, []).extend(text for each in more if (text := each.strip()))
    raw["scope"] = {column: list(dict.fromkeys(values)) for column, values in scope.items() if values}
    when = _raw_node(ROOT, fields, one, 0)
    join = next(iter(when)) if len(when) == 1 else ""
    if join in ("all", "any") and len(when[join]) == 1:
        when = when[join][0]
    raw["when"] = when
    return raw


def blank(condition: str) -> dict[str, Any]:
    """A condition as it is first put into a form: with every parameter at its default."""
    return {"condition": condition, **conditions()[condition].defaults}


def _both(value: object) -> dict[str, str]:
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value)
    assert isinstance(value, dict)
    return {code: str(value.get(code, "")) for code in LANGUAGES}


def _node(raw: Any, path: str, measure: Any, count: _Counter) -> FormNode:
    negated = False
    while list(raw) == ["not"]:
        inner = raw["not"]
        raw, negated = (inner[0] if isinstance(inner, list) else inner), not negated
    if "condition" in raw:
        return _leaf(raw, path, negated, measure, count)
    ((join, inner),) = raw.items()
    nodes = tuple(_node(each, f"{path}.{at}", measure, count) for at, each in enumerate(inner))
    return FormNode(path, negated, join, nodes)


def _leaf(raw: Mapping[str, Any], path: str, negated: bool, measure: Any, count: _Counter) -> FormNode:
    kind = conditions()[raw["condition"]]
    inherited = {"measure": measure} if measure is not None and "measure" in kind.parameters else {}
    values = {**kind.defaults, **inherited, **{name: raw[name] for name in kind.parameters if name in raw}}
    by = raw.get("by", {})
    others = [(value, own) for value, own in by.items() if value != "column"]
    place = count.leaves
    count.leaves += 1
    return FormNode(
        path, negated, condition=kind.name, kind=str(raw.get("kind", "")),
        fields=_fields(kind.parameters, values, path),
        by_column=str(by.get("column", "grade")) if others else "",
        by=tuple(FormBy(f"{path}.by.{at}", value, _fields(kind.parameters, own, f"{path}.by.{at}"))
                 for at, (value, own) in enumerate(others)),
        place=place,
    )  # fmt: skip


def _fields(parameters: Mapping[str, Parameter], values: Mapping[str, Any], path: str) -> tuple[FormField, ...]:
    found = []
    for name, parameter in parameters.items():
        percent = parameter.unit in PERCENT
        found.append(
            FormField(
                name, f"{path}.p.{name}", _typed(values.get(name), percent), parameter.kind, parameter.help,
                "%" if percent else parameter.unit, parameter.choices,
                _typed(parameter.low, percent), _typed(parameter.high, percent),
            )
        )  # fmt: skip
    return tuple(found)


def _typed(value: Any, percent: bool) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    number = Decimal(str(value)) * (100 if percent else 1)
    return f"{number.normalize():f}"


def _number(text: str, *, percent: bool) -> object:
    """What was typed as a number; as it is where it is none."""
    try:
        number = Decimal(text.translate(FULL_WIDTH).replace(",", "").removesuffix("%").strip())
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return text
    number = number / 100 if percent else number
    return int(number) if number == number.to_integral_value() else number.normalize()


def _raw_node(path: str, fields: Mapping[str, list[str]], one: Any, depth: int) -> dict[str, Any]:
    if f"{path}.condition" in fields:
        found = _raw_leaf(path, fields, one)
    else:
        places = _children(path, fields) if depth < DEEPEST else []
        join = "any" if one(f"{path}.join") == "any" else "all"
        found = {join: [_raw_node(f"{path}.{at}", fields, one, depth + 1) for at in places]}
    return {"not": found} if one(f"{path}.not") else found


def _children(path: str, fields: Mapping[str, list[str]]) -> list[int]:
    """The places of a group's nodes, those left empty by what was taken out skipped."""
    start = f"{path}."
    heads = {name.removeprefix(start).split(".", 1)[0] for name in fields if name.startswith(start)}
    return sorted(int(head) for head in heads if head.isascii() and head.isdigit() and len(head) < 4)[:MOST]


def _raw_leaf(path: str, fields: Mapping[str, list[str]], one: Any) -> dict[str, Any]:
    name = one(f"{path}.condition")
    if name not in conditions():
        raise Invalid(N_("There is no condition {found}."), found=name)
    raw: dict[str, Any] = {"condition": name}
    if one(f"{path}.kind"):
        raw["kind"] = one(f"{path}.kind")
    known = conditions()[name].parameters
    raw |= _raw_values(path, known, one)
    column = one(f"{path}.by.column")
    if column:
        places = _children(f"{path}.by", fields)
        others = {one(f"{path}.by.{at}.value"): _raw_values(f"{path}.by.{at}", known, one) for at in places}
        others.pop("", None)
        if others:
            raw["by"] = {"column": column, **others}
    return raw


def _raw_values(path: str, known: Mapping[str, Parameter], one: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, parameter in known.items():
        text = one(f"{path}.p.{name}")
        if not text:
            continue
        if parameter.kind == "flag":
            found[name] = {"true": True, "false": False}.get(text, text)
        elif parameter.kind == "choice":
            found[name] = text
        else:
            found[name] = _number(text, percent=parameter.unit in PERCENT)
    return found


SEVERITIES = {1: N_("Hint"), 2: N_("Warning"), 3: N_("Alarm")}
