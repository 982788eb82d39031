"""The rules of a workspace: those that ship and its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.signals.rules.rules import Rule, load_rule, rules_with

if TYPE_CHECKING:
    from liuke.store.workspace import Workspace


def workspace_rules(workspace: Workspace) -> list[Rule]:
    """The shipped rules and the workspace's own, in their order."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(workspace.rules.glob("*.toml"))}
    return list(rules_with(texts))


def rules_table(workspace: Workspace) -> pl.DataFrame:
    """The rules in force, in the language in force: rule, title, help, severity, file."""
    rows = [
        {"rule": rule.id, "title": rule.name, "help": rule.says, "severity": rule.severity, "file": rule.file}
        for rule in workspace_rules(workspace)
    ]
    return pl.DataFrame(rows)


def chosen(workspace: Workspace, wanted: str) -> Rule:
    """The rule of a TOML file, or the one in force with this id."""
    path = Path(wanted)
    if path.suffix == ".toml":
        if not path.is_file():
            raise NotFound(N_("There is no file {path}."), path=path)
        return load_rule(path.read_text("utf-8"), path.name)
    rules = {rule.id: rule for rule in workspace_rules(workspace)}
    if wanted not in rules:
        raise NotFound(N_("There is no rule {rule}."), rule=wanted, have=", ".join(rules), fix=N_("Rules are: {have}."))
    return rules[wanted]
