"""What decides each stage's result, as a key: stages whose key an earlier run has are not computed again."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from liuke.kernel.version import __version__
from liuke.run.merges import merges_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from liuke.causes.audited import Verdict
    from liuke.run.scope import Scope
    from liuke.run.stage import Stage
    from liuke.signals.rules.rules import Rule
    from liuke.store.fact_store import FactStore
    from liuke.store.runs import Run
    from liuke.store.workspace import Workspace

READ_BY_ALL = ("document_line", "customer", "product", "salesperson", "assignment")  # panel and customers stand on them
SHOWN = ("firm", "currency", "attribution")  # settings that are only printed
OURS = "liuke.run.stages"


def keys(
    workspace: Workspace,
    store: FactStore,
    scope: Scope,
    stages: Sequence[Stage],
    rules: Sequence[Rule] = (),
    causes: Sequence[list[object]] = (),
    audits: Sequence[Verdict] = (),
) -> dict[str, str]:
    """The key of every stage by name: its settings, tables, files and plug-ins, and the keys of those it needs.

    `causes` are the identities of causes in force and of the words they go by.
    """
    loads = [(load.table, load.token) for load in store.loads()]
    ground = [__version__, scope.identity(), sorted(merges_at(workspace, scope.clock, scope.known).items())]
    found: dict[str, str] = {}
    for stage in stages:
        found[stage.name] = digest(
            ground,
            [loaded for loaded in loads if loaded[0] in READ_BY_ALL or loaded[0] in stage.reads],
            {name: workspace.settings.values[name] for name in stage.settings},
            {name: workspace.text(name) for name in stage.files},
            [repr(rule) for rule in rules] if stage.by_rules else [],
            causes if stage.by_causes else [],
            [repr(audit) for audit in audits] if stage.by_audits else [],
            {package: content(package) for package in (OURS, *stage.plugins)},
            {name: found[name] for name in stage.needs if name in found},
        )
    return found


def run_key(workspace: Workspace, store: FactStore, by_stage: dict[str, str]) -> str:
    """The key of a whole run: that of its stages, what is printed with it, and everything that has been loaded."""
    printed = {name: workspace.settings.values[name] for name in SHOWN}
    return digest(by_stage, printed, [load.token for load in store.loads()])


def reusable(by_stage: dict[str, str], runs: Iterable[Run]) -> dict[str, Run]:
    """For each stage the newest run that has its result, where there is one and nothing of it is damaged."""
    found: dict[str, Run] = {}
    for run in runs:
        for name, said in run.info.get("stages", {}).items():
            if by_stage.get(name) == said["key"]:
                found[name] = run
    sound = {run.root: run.is_sound for run in found.values()}
    return {name: run for name, run in found.items() if sound[run.root]}


def to_compute(stages: Sequence[Stage], held: Iterable[str]) -> list[Stage]:
    """The stages no run holds, and those they need, in order."""
    kept = set(held)
    wanted = {stage.name for stage in stages if stage.name not in kept}
    for stage in reversed(stages):
        if stage.name in wanted:
            wanted |= set(stage.needs)
    return [stage for stage in stages if stage.name in wanted]


@cache
def content(package: str) -> str:
    """A digest of every file of a package and those within it: a plug-in put there, or changed, is another key."""
    folders = [resources.files(package)]
    texts = []
    while folders:
        folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append(entry)
            elif entry.name.endswith((".py", ".toml")):
                texts.append(f"{entry.name} {hashlib.sha256(entry.read_bytes()).hexdigest()}")
    return digest(sorted(texts))


def digest(*parts: object) -> str:
    """A fingerprint of values that JSON can write."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
