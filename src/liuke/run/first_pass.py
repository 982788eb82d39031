"""The first pass over the chunks of customers, in which stages learn, and what they fit after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.run.panels import AT_ONCE
from liuke.run.stage import Chunk, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from liuke.kernel.progress import Progress
    from liuke.panel.panel import Panel
    from liuke.run.known import Known

LEARNING = Said(N_("learning rhythms"))
FITTING = Said(N_("fitting the model"))


def first_pass(stages: Sequence[Stage], known: Known, progress: Progress) -> Known:
    """What is known once every stage has learnt from every chunk, and fitted."""
    sums: dict[str, Any] = {}
    so_far: dict[type, Any] = {}
    views = [(stage, known.seen_by(stage)) for stage in stages if type(stage).learn is not Stage.learn]

    def look(number: int, panel: Panel) -> dict[str, object]:
        chunk = Chunk(panel, number, known.panels.rows(number), so_far)
        learnt = {}
        for stage, seen in views:
            found = stage.learn(chunk, seen)
            if found is not None:
                learnt[stage.name] = chunk.found[type(found)] = found
        return learnt

    for number, learnt in enumerate(known.panels.each(look) if views else ()):
        progress.step(LEARNING, number, known.panels.chunks)
        for name, part in learnt.items():
            total = sums[name] + part if name in sums else part
            sums[name] = so_far[type(total)] = total
    return _fitted(stages, sums, known, progress)


def _fitted(stages: Sequence[Stage], sums: dict[str, Any], known: Known, progress: Progress) -> Known:
    """Some stages fit at once, each after those it needs."""
    progress.step(FITTING, 0, len(stages))
    tasks: dict[str, Future[object]] = {}

    def fit(stage: Stage) -> object:
        needed = [
            tasks[name].result() for name in stage.needs if name in tasks
        ]  # begun before, so never waited for long
        return stage.fit(sums.get(stage.name), known.having(*needed).seen_by(stage))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for stage in stages:
            tasks[stage.name] = threads.submit(fit, stage)
        for done, task in enumerate(tasks.values(), 1):
            known = known.having(task.result())
            progress.step(FITTING, done, len(stages))
    return known
