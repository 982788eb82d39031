"""The rules of a workspace: those that ship and its own, but for those switched off.

`rules/<id>.toml` is a rule of the firm; one with the id of a shipped rule takes its place. `rules/off.toml` names the
rules that are off, shipped ones too: `off = ["falling_three"]`.
"""

from __future__ import annotations

from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.toml_file import NotToml, parsed
from liuke.signals.rules.rules import Rule, load_rule, rules_with
from liuke.store.disk import own_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from liuke.store.workspace import Workspace

OFF = "off.toml"
HEADING = "# Rules that are switched off, by their id.\n"


def workspace_rules(workspace: Workspace) -> list[Rule]:
    """The rules in force, the shipped ones and the workspace's own, in their order."""
    every = every_rule(workspace)
    off = switched_off(workspace, {rule.id for rule in every})
    return [rule for rule in every if rule.id not in off]


def every_rule(workspace: Workspace) -> list[Rule]:
    """The same with those that are switched off."""
    return list(rules_with(rule_texts(workspace)))


def rule_texts(workspace: Workspace) -> dict[str, str]:
    """The text of each of the workspace's own rules by file name."""
    texts = {}
    for path in sorted(workspace.rules.glob("*.toml")):
        if path.name != OFF:
            with suppress(Gone):  # deleted since the folder was listed
                texts[path.name] = text_or_gone(path)
    return texts


class Gone(Exception):  # noqa: N818  (nothing went wrong)
    """A file that was there a moment ago is not there any more."""


def text_or_gone(path: Path) -> str:
    """The text of a file people write; Gone where there is none."""
    try:
        return own_text(path)
    except Invalid as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise Gone from error
        raise


def switched_off(workspace: Workspace, known: Collection[str]) -> frozenset[str]:
    """The ids of rules that are off; Invalid for what is no list of rules there are."""
    path = workspace.rules / OFF
    try:
        text = text_or_gone(path)
    except Gone:
        return frozenset()
    try:
        raw = parsed(text)
    except NotToml as error:
        raise Invalid(N_("{path}: this is not TOML: {found}"), path=path, found=error.said) from error
    listed = raw.get("off")
    if list(raw) != ["off"] or not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise Invalid(
            N_("{path} must hold one line such as {example} and nothing else."), path=path,
            example='off = ["falling_three"]',
        )  # fmt: skip
    for each in listed:
        if each not in known:
            near = get_close_matches(each, list(known), 1, 0.5)
            raise Invalid(
                N_("{path} switches off {rule}, and there is no such rule."), path=path, rule=each,
                near=near[0] if near else "",
                fix=N_("Did you mean {near}?") if near else N_("Take it out of the list."),
            )  # fmt: skip
    return frozenset(listed)


def off_text(off: Collection[str]) -> str:
    """The text of `off.toml`."""
    listed = ", ".join(f'"{each}"' for each in sorted(off))
    return f"{HEADING}off = [{listed}]\n"


def rules_table(workspace: Workspace) -> pl.DataFrame:
    """The rules in force, in the language in force: rule, title, help, severity, file."""
    rows = [
        {"rule": rule.id, "title": rule.name, "help": rule.says, "severity": rule.severity, "file": rule.file}
        for rule in workspace_rules(workspace)
    ]
    return pl.DataFrame(rows)


def chosen(workspace: Workspace, wanted: str) -> Rule:
    """The rule of a TOML file, or the one with this id, be it switched off."""
    path = Path(wanted)
    if path.suffix == ".toml":
        if not path.is_file():
            raise NotFound(N_("There is no file {path}."), path=path)
        return load_rule(own_text(path), path.name)
    return rule_called(workspace, wanted)


def rule_called(workspace: Workspace, wanted: str) -> Rule:
    """The rule with this id, be it switched off; NotFound with those there are."""
    rules = {rule.id: rule for rule in every_rule(workspace)}
    if wanted not in rules:
        raise NotFound(N_("There is no rule {rule}."), rule=wanted, have=", ".join(rules), fix=N_("Rules are: {have}."))
    return rules[wanted]
