"""Changes of rules by people: who may, what the audit log keeps, and what a run made before them says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.run import rule_versions
from liuke.run.rule_files import workspace_rules
from liuke.run.stages.rules import rules_mark
from liuke.work import audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from liuke.run.rule_versions import RuleVersion
    from liuke.store.runs import Run
    from liuke.store.workspace import Workspace
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

CHANGED = N_("Rules were changed since this run; what it says was found with the rules before. Run again: liuke run")
UNREAD = N_("The rules can't be read: {why}")


def rules_changed(workspace: Workspace, run: Run) -> Iterator[Said]:
    """What stands against a run where the rules in force are not those it was made with, or can't be read."""
    mark = run.info.get("rules_mark")
    try:
        rules = workspace_rules(workspace)
    except Refused as error:
        yield Said(UNREAD, {"why": error.said})
        return
    if mark is None and "rule_score" in run.tables:  # made before runs said so: their ids at least
        if set(run.table("rule_score")["rule"]) != {rule.id for rule in rules}:
            yield Said(CHANGED)
    elif mark is not None and mark != rules_mark(rules):
        yield Said(CHANGED)


def save(
    workspace: Workspace, store: WorkStore, by: Viewer, rule_id: str, text: str, base: str, address: str, at: datetime
) -> RuleVersion:
    """Write a rule's text and say so in the audit log; see `rule_versions.save_rule`.

    The log comes first in these changes: what it can't take is not done.
    """
    by.demand("rules")
    before = rule_versions.rule_source(workspace, rule_id).text if base else None
    with store.writing() as connection:
        audit.record(connection, by, "save_rule", f"rule:{rule_id}", before, text, address, at=at)
        return rule_versions.save_rule(workspace, rule_id, text, base=base, by=by.name, at=at)


def delete(
    workspace: Workspace, store: WorkStore, by: Viewer, rule_id: str, base: str, address: str, at: datetime
) -> RuleVersion:
    """Take away a rule of the firm and say so in the audit log."""
    by.demand("rules")
    before = rule_versions.rule_source(workspace, rule_id).text
    with store.writing() as connection:
        audit.record(connection, by, "delete_rule", f"rule:{rule_id}", before, None, address, at=at)
        return rule_versions.delete_rule(workspace, rule_id, base=base, by=by.name, at=at)


def switch(
    workspace: Workspace, store: WorkStore, by: Viewer, rule_id: str, on: bool, address: str, at: datetime
) -> RuleVersion | None:
    """Switch a rule on or off and say so in the audit log; None where it was so already."""
    by.demand("rules")
    if rule_versions.rule_source(workspace, rule_id).on == on:
        return None
    with store.writing() as connection:
        audit.record(connection, by, "switch_rule", f"rule:{rule_id}", not on, on, address, at=at)
        return rule_versions.switch_rule(workspace, rule_id, on=on, by=by.name, at=at)
