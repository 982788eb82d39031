"""Liuke's side of the comparison: the same answers from a workspace's stored documents, timed after imports.

python benchmarks/spine_panel.py WORKSPACE
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import numpy as np
import polars  # noqa: F401  (what is imported is not measured)
import pyarrow.compute
import pyarrow.ipc  # noqa: F401

from liuke.kernel.progress import Unwatched
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.rule_files import workspace_rules
from liuke.run.scope import resolve
from liuke.signals.rules.evaluate import Learnt, evaluate_leaf
from liuke.store.fact_store import FactStore
from liuke.store.workspace import Workspace
from liuke.value.core import smallest_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Int, Panel
    from liuke.signals.rules.rules import Leaf, Rule


def answers(panel: Panel, leaves: Sequence[tuple[Leaf, Rule]]) -> tuple[list[int], Int]:
    """How often each rule's condition holds in a chunk, and each customer's money."""
    recency, frequency = panel.silent_days[:, -1], panel.documents.sum(axis=1)  # what the SQL side asks too
    money_of = panel.amount.sum(axis=1)
    assert len(recency) == len(frequency) == len(money_of)
    return [int(evaluate_leaf(leaf, rule, panel, Learnt()).sum()) for leaf, rule in leaves], money_of


if __name__ == "__main__":
    ibis.duckdb.connect().disconnect()  # importing Ibis's backend is not what is measured
    started = time.perf_counter()
    workspace = Workspace(Path(sys.argv[1]))
    store = FactStore(workspace.facts)
    scope = resolve(workspace, store, None, None)
    customers = customer_frame(workspace, store, scope)
    panels = open_panels(workspace, store, scope, customers, Wanted(), Unwatched())
    rules = {rule.id: rule for rule in workspace_rules(workspace)}
    leaves = [(rules[name].leaves[0], rules[name]) for name in ("falling_three", "probably_lost")]
    found = list(panels.each(lambda _, panel: answers(panel, leaves)))
    flags = np.sum([flagged for flagged, _ in found], axis=0)
    money = np.concatenate([of_chunk for _, of_chunk in found])
    core = int(smallest_set(money).sum())
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    total = f"{int(money.sum()) / 100:.2f}"
    print(f"{seconds:.2f} {peak:.2f} {flags[0]} {flags[1]} {core} {total}")
