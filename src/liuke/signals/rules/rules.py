"""A rule: conditions combined by all, any and not, with a scope, thresholds by grade, and its name in two languages.

id = "fading"                                   # the file's name without ending, when left out
title = { zh = "走弱", en = "Fading" }
help = { zh = "…", en = "…" }
severity = 2                                    # 1 hint, 2 warning, 3 alarm
kind = "invoice"                                # document kind looked at; the panel's basis, when left out
measure = "amount"                              # for every condition below that has one
scope = { region = ["华东", "华南"] }            # only customers with these values; any column of the customer table

[[when.all]]
condition = "below_own_mean"
share = 0.5
by = { column = "grade", A = { share = 0.7 } }  # other thresholds for some customers
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from liuke.facts.customer import DESCRIBED
from liuke.kernel.i18n import LANGUAGES, N_, language
from liuke.kernel.kinds import KINDS
from liuke.kernel.toml_file import NotToml, parsed
from liuke.signals.condition import ConditionKind, conditions
from liuke.signals.rules.fault import Place, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COLUMNS = (*DESCRIBED, "since", "salesperson")
FIELDS = ("id", "title", "help", "severity", "order", "kind", "measure", "scope", "when")


@dataclass(frozen=True)
class By:
    """Other thresholds where a customer column has certain values."""

    column: str
    parameters: Mapping[str, Mapping[str, object]]  # value of the column -> all parameters that then hold


@dataclass(frozen=True)
class Leaf:
    """One condition with all its parameters."""

    condition: str
    parameters: Mapping[str, object]
    kind: str | None = None
    by: By | None = None

    @property
    def of(self) -> ConditionKind:
        """The condition itself."""
        return conditions()[self.condition]


@dataclass(frozen=True)
class Joined:
    """Nodes joined by all, any or not (the last has one)."""

    join: Literal["all", "any", "not"]
    nodes: tuple[Node, ...]


Node = Leaf | Joined


@dataclass(frozen=True)
class Rule:
    """A checked rule; `severity` 1 hint, 2 warning, 3 alarm; `order` places it in lists."""

    id: str
    title: Mapping[str, str]
    help: Mapping[str, str]
    when: Node
    severity: int = 2
    order: int = 100
    kind: str | None = None
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file: str = ""

    @property
    def name(self) -> str:
        """Title in the language in force."""
        return self.title[language()]

    @property
    def says(self) -> str:
        """Help in the language in force."""
        return self.help[language()]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every condition of the rule, in the order written."""
        return tuple(_leaves(self.when))


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for inner in node.nodes:
            yield from _leaves(inner)


@cache
def shipped() -> tuple[Rule, ...]:
    """The rules that come with the product, in their order."""
    folder = resources.files("liuke.signals.rules")
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")}
    return tuple(load(texts).values())


def rules_with(texts: Mapping[str, str]) -> tuple[Rule, ...]:
    """The shipped rules and those of a workspace (text by file name); a rule with a shipped id takes its place."""
    found = {rule.id: rule for rule in shipped()} | load(texts)
    return tuple(sorted(found.values(), key=lambda rule: (rule.order, rule.id)))


def load(texts: Mapping[str, str]) -> dict[str, Rule]:
    """Rules by id from TOML texts by file name, in order; raises Invalid naming file, line and a way out."""
    found: dict[str, Rule] = {}
    for file in sorted(texts):
        rule = load_rule(texts[file], file)
        if rule.id in found:
            place = Place(file, texts[file]).at("id")
            raise refuse(
                place, N_("the id {found} is already taken by {other}"), found=rule.id, other=found[rule.id].file
            )
        found[rule.id] = rule
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def load_rule(text: str, file: str) -> Rule:
    """One rule from its TOML text; `file` names it in messages and gives the id when there is none."""
    place = Place(file, text)
    try:
        raw = parsed(text)
    except NotToml as error:
        raise refuse(place.of_syntax(error.line), N_("this is not TOML: {found}"), found=error.what) from error
    for key in raw:
        if key not in FIELDS:
            raise refuse(place.at(key), N_("a rule has no field {found}"), near=FIELDS, found=key)
    kind = _choice(raw, "kind", KINDS, place)
    rule_id = raw.get("id", file.rsplit("/", 1)[-1].removesuffix(".toml"))
    if not isinstance(rule_id, str) or not rule_id.replace("_", "").isalnum():
        raise refuse(place.at("id"), N_("an id is letters, digits and underscores, not {found}"), found=rule_id)
    if "when" not in raw:
        raise refuse(place, N_("the rule has no conditions: the field {found} is missing"), found="when")
    reader = _Reader(place, raw.get("measure"))
    return Rule(
        id=rule_id,
        title=_texts(raw, "title", place, required=True),
        help=_texts(raw, "help", place, required=False),
        when=reader.node(raw["when"]),
        severity=_whole(raw, "severity", 2, 1, 3, place),
        order=_whole(raw, "order", 100, 0, 10_000, place),
        kind=kind,
        scope=_scope(raw.get("scope", {}), place),
        file=file,
    )


def _texts(raw: Mapping[str, object], name: str, place: Place, *, required: bool) -> dict[str, str]:
    value = raw.get(name, {} if not required else None)
    if isinstance(value, str):
        value = dict.fromkeys(LANGUAGES, value)
    if (
        not isinstance(value, dict)
        or not all(isinstance(text, str) for text in value.values())
        or required > bool(value)
    ):
        raise refuse(
            place.at(name), N_("{field} must be a text, or one for zh and one for en"), field=name, found=value
        )
    for key in value:
        if key not in LANGUAGES:
            raise refuse(place.at(name), N_("{found} is not a language here"), near=LANGUAGES, found=key)
    given = next(iter(value.values()), "")
    return {code: value.get(code, given) for code in LANGUAGES}


def _whole(raw: Mapping[str, object], name: str, default: int, low: int, high: int, place: Place) -> int:
    value = raw.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        message = N_("{field} must be a whole number from {low} to {high}, not {found}")
        raise refuse(place.at(name), message, field=name, low=low, high=high, found=value)
    return value


def _choice(raw: Mapping[str, object], name: str, choices: tuple[str, ...], place: Place) -> str | None:
    value = raw.get(name)
    if value is not None and value not in choices:
        message = N_("{field} must be one of {choices}, not {found}")
        raise refuse(place.at(name), message, near=choices, field=name, choices=", ".join(choices), found=value)
    return None if value is None else str(value)


def _scope(raw: object, place: Place) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, dict):
        raise refuse(place.at("scope"), N_("scope gives columns and their values, not {found}"), found=raw)
    scope: dict[str, tuple[str, ...]] = {}
    for column, wanted in raw.items():
        _known_column(column, place)
        listed = [wanted] if isinstance(wanted, str) else wanted
        if not isinstance(listed, list) or not listed or not all(isinstance(value, str) for value in listed):
            message = N_("the scope of {field} must be a text or a list of texts, not {found}")
            raise refuse(place.at(column), message, field=column, found=wanted)
        scope[column] = tuple(listed)
    return scope


def _known_column(column: str, place: Place) -> None:
    if column not in COLUMNS:
        message = N_("{found} is no column of a customer that a rule can ask for")
        raise refuse(place.at(column), message, near=COLUMNS, found=column)


class _Reader:
    """Reads the tree of conditions and remembers how many it has met, which gives the line of the next."""

    def __init__(self, place: Place, measure: object) -> None:
        self.place = place
        self.measure = measure
        self.met = 0

    def node(self, raw: object) -> Node:
        """A condition or a join of nodes."""
        if isinstance(raw, dict) and "condition" in raw:
            return self._leaf(raw)
        joins = [key for key in ("all", "any", "not") if isinstance(raw, dict) and key in raw]
        if not isinstance(raw, dict) or len(joins) != 1 or len(raw) != 1:
            unknown = [key for key in raw if key not in ("all", "any", "not")] if isinstance(raw, dict) else []
            here = self.place.at(unknown[0]) if unknown else self.place.at("when")
            message = N_("expected one condition, or exactly one of all, any, not; found {found}")
            raise refuse(
                here, message, near=("all", "any", "not", "condition"), found=", ".join(unknown or joins) or raw
            )
        (join,) = joins
        inner = raw[join]
        if join == "not" and isinstance(inner, dict):
            inner = [inner]
        if not isinstance(inner, list) or not inner or (join == "not" and len(inner) != 1):
            message = N_("{field} takes a list of conditions (not takes one); found {found}")
            raise refuse(self.place.at(join), message, field=join, found=inner)
        return Joined(join, tuple(self.node(each) for each in inner))  # type: ignore[arg-type]

    def _leaf(self, raw: Mapping[str, object]) -> Leaf:
        place = self.place.condition(self.met)
        self.met += 1
        name = raw["condition"]
        known = conditions()
        if name not in known:
            raise refuse(place, N_("there is no condition {found}"), near=tuple(known), found=name)
        condition = known[str(name)]
        own = {key: value for key, value in raw.items() if key not in ("condition", "by", "kind")}
        parameters = dict(condition.defaults)
        if "measure" in parameters and self.measure is not None:
            own = {"measure": self.measure, **own}
        parameters |= self._checked(condition, own, place)
        by = None
        if "by" in raw:
            by = self._by(condition, raw["by"], parameters, place)
        return Leaf(condition.name, parameters, _choice(raw, "kind", KINDS, place), by)

    def _checked(self, condition: ConditionKind, own: Mapping[str, object], place: Place) -> Mapping[str, object]:
        for key, value in own.items():
            here = place.at(key)
            if key not in condition.parameters:
                message = N_("the condition {condition} has no parameter {found}")
                raise refuse(here, message, near=tuple(condition.parameters), condition=condition.name, found=key)
            check = condition.parameters[key]
            if not check.fits_type(value):
                message = N_("{field} must be {wanted}, not {found}")
                raise refuse(here, message, field=key, wanted=check, found=value)
            if not check.fits_range(value):
                if check.choices:
                    message, choices = N_("{field} must be one of {choices}, not {found}"), ", ".join(check.choices)
                    raise refuse(here, message, near=check.choices, field=key, choices=choices, found=value)
                message = N_("{field} must be from {low} to {high}, not {found}")
                low, high = ("…" if end is None else end for end in (check.low, check.high))
                raise refuse(here, message, field=key, low=low, high=high, found=value)
        return own

    def _by(self, condition: ConditionKind, raw: object, base: Mapping[str, object], place: Place) -> By:
        here = place.at("by")
        values = {key: own for key, own in raw.items() if key != "column"} if isinstance(raw, dict) else {}
        if not values or not all(isinstance(own, dict) for own in values.values()):
            message = N_("by gives thresholds for values of a column, such as {example}; found {found}")
            raise refuse(here, message, example='by = { column = "grade", A = { share = 0.7 } }', found=raw)
        assert isinstance(raw, dict)
        column = raw.get("column", "grade")
        if not isinstance(column, str):
            raise refuse(here, N_("{field} must be a text, not {found}"), field="column", found=column)
        _known_column(column, here)
        return By(column, {value: {**base, **self._checked(condition, own, here)} for value, own in values.items()})
