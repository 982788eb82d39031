"""Liuke's side of the comparison: the same answers from a workspace's stored documents, timed after imports.

python benchmarks/spine_panel.py WORKSPACE
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import ibis
import numpy as np
import polars  # noqa: F401  (what is imported is not measured)
import pyarrow.compute
import pyarrow.ipc  # noqa: F401

from liuke.app.customers import customer_frame
from liuke.app.panels import Wanted, open_panels
from liuke.app.rules import workspace_rules
from liuke.app.scope import resolve
from liuke.signals.rules.evaluate import Learnt, evaluate_leaf
from liuke.store.fact_store import FactStore
from liuke.store.workspace import Workspace
from liuke.value.core import smallest_set

if __name__ == "__main__":
    ibis.duckdb.connect().disconnect()  # importing Ibis's backend is not what is measured
    started = time.perf_counter()
    workspace = Workspace(Path(sys.argv[1]))
    store = FactStore(workspace.facts)
    scope = resolve(workspace, store, None, None)
    customers = customer_frame(workspace, store, scope)
    panels = open_panels(workspace, store, scope, customers, Wanted(), lambda *_: None)
    rules = {rule.id: rule for rule in workspace_rules(workspace)}
    flags = dict.fromkeys(("falling_three", "probably_lost"), 0)
    totals = []
    for panel in panels:
        for name in flags:
            leaf = rules[name].leaves[0]
            flags[name] += int(evaluate_leaf(leaf, rules[name], panel, Learnt()).sum())
        recency, frequency = panel.silent_days[:, -1], panel.documents.sum(axis=1)  # what the SQL side asks too
        money_of = panel.amount.sum(axis=1)
        assert len(recency) == len(frequency) == len(money_of)
        totals.append(money_of)
    money = np.concatenate(totals)
    core = int(smallest_set(money).sum())
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    total = f"{int(money.sum()) / 100:.2f}"
    print(f"{seconds:.2f} {peak:.2f} {flags['falling_three']} {flags['probably_lost']} {core} {total}")
