"""Loading: a location becomes a plan, a plan is answered and applied, and every row and cent is accounted for.

opened = open_source(location)
plan = plan_of(workspace, opened, options)         # to be shown; its open questions to be answered
with applying(workspace, plan, options) as act:    # reads and stages once
    while act.question is not None:                # what only the documents held bring up
        act.answer(...)
act.loaded
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.loading.applying import Loaded, applying
from liuke.loading.planning import LoadOptions, heading_row_of, plan_of, question_of
from liuke.sources.answers import Answers
from liuke.sources.files import open_source
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from liuke.sources.plan import LoadPlan
    from liuke.store.fact_store import Load
    from liuke.store.register import Entry
    from liuke.store.workspace import Workspace

__all__ = [
    "Answers",
    "LoadOptions",
    "Loaded",
    "apply",
    "applying",
    "load",
    "loads",
    "open_plan",
    "plan_of",
    "question_of",
    "unload",
]


def open_plan(workspace: Workspace, location: str, options: LoadOptions) -> LoadPlan:
    """A location opened, and how it would be loaded."""
    row = heading_row_of(workspace, location, options)
    return plan_of(workspace, open_source(location, sheet=options.sheet, query=options.query, heading_row=row), options)


def apply(workspace: Workspace, plan: LoadPlan, options: LoadOptions) -> Loaded:
    """Carry a plan out with nobody to ask: safe defaults are taken, a question without one is NeedsAnswer."""
    with applying(workspace, plan, options) as act:
        return act.loaded_or_refused()


def load(workspace: Workspace, location: str, options: LoadOptions) -> Loaded:
    """Load one location with nobody to ask; refused, it leaves nothing behind but the rows it could not use."""
    return apply(workspace, open_plan(workspace, location, options), options)


def unload(workspace: Workspace, load_id: str) -> Entry:
    """Undo a load, the newest of its source first; the load that is gone."""
    with workspace.locked("facts"):
        gone = FactStore(workspace.facts).unload(load_id)
        workspace.sweep("facts")
        return gone


def loads(workspace: Workspace) -> list[Load]:
    """Everything loaded, oldest first."""
    return FactStore(workspace.facts).loads()
