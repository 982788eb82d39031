"""The rules of a firm as people read them: which there are, what they say, what they said before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from liuke.kernel.toml_file import parsed
from liuke.run.rule_files import every_rule, rule_texts, switched_off
from liuke.run.rule_versions import (
    HISTORY,
    RuleVersion,
    free_id,
    rule_source,
    rule_versions,
    shipped_text,
    text_base,
    version_text,
)
from liuke.signals.rules.rules import load, load_rule, shipped
from liuke.signals.rules.written import rule_text

if TYPE_CHECKING:
    from liuke.signals.rules.rules import Rule
    from liuke.store.workspace import Workspace

__all__ = [
    "RuleVersion",
    "load_rule",
    "rule_source",
    "rule_text",
    "rule_versions",
    "version_text",
]


class RuleShelf(NamedTuple):
    """Every rule, those that are off, and whose text each is."""

    rules: list[Rule]
    off: frozenset[str]
    own: frozenset[str]
    ships: frozenset[str]


def rule_shelf(workspace: Workspace) -> RuleShelf:
    """The rules of a workspace, those that are off among them."""
    rules = every_rule(workspace)
    off = switched_off(workspace, {rule.id for rule in rules})
    return RuleShelf(rules, off, frozenset(load(rule_texts(workspace))), frozenset(rule.id for rule in shipped()))


def deleted_rules(workspace: Workspace) -> list[tuple[str, int]]:
    """Rules that are no more: id, and the last version that had a text."""
    there = {rule.id for rule in every_rule(workspace)}
    found = []
    for folder in sorted((workspace.rules / HISTORY).glob("*")):
        if folder.is_dir() and folder.name not in there:
            last = next((each.number for each in rule_versions(workspace, folder.name) if each.text), None)
            if last is not None:
                found.append((folder.name, last))
    return found


def rule_values(text: str, name: str) -> dict[str, Any]:
    """The values of a rule's text; Invalid where its reader refuses it."""
    load_rule(text, f"{name}.toml")
    return parsed(text)


def without_id(text: str) -> str:
    """The text of a rule without the line of its id: for a copy, which gets one of its own."""
    return re.sub(r"(?m)^\s*[\"']?id[\"']?\s*=.*\n?", "", text, count=1)


def new_id(workspace: Workspace, text: str) -> str:
    """The id of a new rule: the one its text gives, else one made of its title."""
    rule = load_rule(text, "rule.toml")
    given = parsed(text).get("id")
    return str(given) if given is not None else free_id(workspace, rule.title["zh"] or rule.title["en"])


def text_of_base(workspace: Workspace, rule_id: str, base: str) -> str:
    """The text somebody began to change; empty where nobody knows it any more."""
    for version in rule_versions(workspace, rule_id):
        if version.text and text_base(version.text) == base:
            return version.text
    if rule_id in {rule.id for rule in shipped()}:
        text = shipped_text(rule_id)
        return text if text_base(text) == base else ""
    return ""
