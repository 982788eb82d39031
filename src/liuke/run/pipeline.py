"""The run: scope → panel → two passes over the customers in which the stages learn and judge → tables of one run.

Customers stream in chunks: what a chunk yields is sums that add up and a few columns a customer, so memory does not
grow with the lines and hardly with the customers. Stages of which an earlier run holds the result are not computed.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from liuke.kernel.i18n import N_
from liuke.kernel.progress import Unwatched
from liuke.run import keys
from liuke.run.cause_audits import audits_at
from liuke.run.cause_files import workspace_causes, workspace_words
from liuke.run.first_pass import first_pass
from liuke.run.ground import Ground, known_of
from liuke.run.output import Output
from liuke.run.panels import AT_ONCE
from liuke.run.rule_files import workspace_rules
from liuke.run.scope import resolve
from liuke.run.second_pass import finish, second_pass
from liuke.run.stages import STAGES
from liuke.run.tables import tables
from liuke.store.disk import reading, refusing
from liuke.store.fact_store import FactStore
from liuke.store.partials import thin
from liuke.store.runs import UNWRITTEN, Draft, Run, Runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from liuke.kernel.progress import Progress
    from liuke.run.stage import Stage
    from liuke.store.workspace import Workspace

UNREAD = (
    N_("The run could not be made, a file can't be read: {detail}. The last good run is still in place."),
    N_("May it be read, and is the disk there? What is damaged says: liuke doctor"),
)


def run(
    workspace: Workspace,
    *,
    as_of: date | None = None,
    known_by: date | None = None,
    again: bool = False,
    progress: Progress | None = None,
    stages: Sequence[Stage] = STAGES,
) -> tuple[Run, bool]:
    """Make a run, or find the one already made from the same inputs; (run, whether it was made now).

    A run of the newest complete period becomes the current one; a run of an earlier day stands beside it. Raises
    Refused when there is nothing to run on.
    """
    with workspace.locked("run"), refusing(*UNWRITTEN), reading(*UNREAD):  # the outer one: no room to lay aside
        workspace, store = workspace.snapshot(), FactStore(workspace.facts).snapshot()
        runs = Runs(workspace.runs)
        scope = resolve(workspace, store, as_of, known_by)
        newest = as_of is None or scope.as_of == resolve(workspace, store, None, None).as_of
        causes = workspace_causes(workspace)
        ground = Ground(workspace, store, scope, tuple(workspace_rules(workspace)), causes,
                        audits_at(workspace, scope.known), workspace_words(workspace, causes))  # fmt: skip
        by_causes = [*(cause.identity() for cause in causes), ground.cause_words.identity()]
        by_stage = keys.keys(workspace, store, scope, stages, ground.rules, by_causes, ground.audits)
        key = keys.run_key(workspace, store, by_stage)
        made = None if again else runs.same(key)
        if made is not None:
            if newest:
                runs.make_current(made.root.name)
            return made, False
        run_id = runs.next_id()
        held = {} if again else keys.reusable(by_stage, runs.all())
        with runs.draft(run_id) as draft:
            used = write_run(ground, draft, {"key": key, "run_id": run_id}, by_stage, held, progress, stages)
        if newest and used:
            thin(workspace.partials, used)
        if newest or not runs.has_current:
            runs.make_current(run_id)
        runs.thin(int(workspace.settings.number("keep_runs")))
        return Run(runs.root / run_id), True


def write_run(
    ground: Ground,
    draft: Draft,
    named: Mapping[str, str],
    by_stage: Mapping[str, str],
    held: Mapping[str, Run],
    progress: Progress | None = None,
    stages: Sequence[Stage] = STAGES,
) -> set[Path]:
    """Compute what no run of `held` (by stage) has, link the rest, and write `run.json` with the names given.

    Returns the cached partials it stands on; none where nothing had to be computed.
    """
    started = time.perf_counter()
    fresh = keys.to_compute(stages, held)
    said, used = compute(ground, fresh, draft, progress or Unwatched()) if fresh else ({}, set())
    for stage in stages:
        if stage not in fresh:
            earlier = held[stage.name]
            for contract in stage.tables:
                draft.link(contract.table, earlier)
            said[stage.name] = {name: earlier.info[name] for name in earlier.info["stages"][stage.name]["says"]}
    info: dict[str, Any] = {**named, **ground.info()}
    for stage in stages:
        info |= said[stage.name]
    info["stages"] = {stage.name: {"key": by_stage.get(stage.name), "says": list(said[stage.name])} for stage in stages}
    draft.finish({**info, "seconds": round(time.perf_counter() - started, 2)})
    return used


def compute(
    ground: Ground, stages: Sequence[Stage], draft: Draft, progress: Progress
) -> tuple[dict[str, dict[str, Any]], set[Path]]:
    """Run these stages into a draft: what each says of itself, and the cached partials they stand on."""
    # chunks and fits fill the cores: more threads of BLAS below them would only wait for each other
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(AT_ONCE) as threads:
        known = known_of(ground, Output(draft, tables(stages), threads), progress)
        known = first_pass(stages, known, progress)
        passed = second_pass(stages, known, progress)
        known = finish(stages, passed, known, progress)
    return {stage.name: stage.describe(known.seen_by(stage)) for stage in stages}, known.panels.paths
