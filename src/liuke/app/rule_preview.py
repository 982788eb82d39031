"""Whom a rule would flag among the customers a viewer sees, as a listing; nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.reports.listings import scores
from liuke.reports.shown import Listed
from liuke.run import rule_files
from liuke.run.stages.rules import lost_already
from liuke.signals.rules.rules import load_rule

if TYPE_CHECKING:
    from liuke.app.service import Service
    from liuke.work.people.viewer import Viewer

TRIED = "rule.toml"  # what a text that has no file yet is called in messages


def preview_seen(service: Service, viewer: Viewer, rule: str, *, is_text: bool, page: int, size: int) -> Listed:
    """A page of whom a rule, by its id or its TOML text, flags now, the largest first.

    Refused, Invalid or NotFound for a rule that can't be evaluated, is no rule, or is not there; Forbidden as
    `Service.tried` has it.
    """
    workspace = service.firm.workspace
    wanted = load_rule(rule, TRIED) if is_text else rule_files.rule_called(workspace, rule)
    found = service.tried(viewer, wanted, None, (page - 1) * size, size)
    assert found is not None, "panels are waited for"
    about = (lost_already(found.lost, found.left_days),) if found.lost else ()
    return Listed(scores.PREVIEW, found.rows, found.customers, about, workspace.settings.text("currency"))
