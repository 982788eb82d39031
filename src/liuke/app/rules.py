"""The rules of a workspace, and what one of them would find."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.signals.rules.rules import Rule, load_rule, rules_with
from liuke.store.disk import own_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.store.workspace import Workspace


def workspace_rules(workspace: Workspace) -> list[Rule]:
    """The shipped rules and the workspace's own, in their order."""
    texts = {path.name: own_text(path) for path in sorted(workspace.rules.glob("*.toml"))}
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
            raise Refused(N_("There is no file {path}."), path=path)
        return load_rule(own_text(path), path.name)
    rules = {rule.id: rule for rule in workspace_rules(workspace)}
    if wanted not in rules:
        raise Refused(N_("There is no rule {rule}."), rule=wanted, have=", ".join(rules), fix=N_("Rules are: {have}."))
    return rules[wanted]


def preview(
    workspace: Workspace,
    wanted: str,
    top: int | None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> pl.DataFrame:
    """Whom a rule flags at the current as_of, best first; nothing is kept."""
    from liuke.app.pipeline import write_run
    from liuke.app.queries import Filter, watch_list
    from liuke.app.scope import resolve
    from liuke.store.fact_store import FactStore
    from liuke.store.runs import Draft, Run

    rule = chosen(workspace, wanted)
    with tempfile.TemporaryDirectory(prefix="liuke-preview-") as folder:
        workspace, store = workspace.snapshot(), FactStore(workspace.facts).snapshot()
        scope = resolve(workspace, store, None, None)
        write_run(workspace, store, scope, [rule], Draft(Path(folder)), {"key": "", "run_id": "preview"}, progress)
        return watch_list(Run(Path(folder)), Filter(top=top))
