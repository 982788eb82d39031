"""The second pass over the chunks of customers, in which every stage judges, and the finishing after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.run.stage import Chunk, Judged, Passed, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from liuke.kernel.progress import Progress
    from liuke.panel.panel import Panel
    from liuke.run.known import Known

JUDGING = Said(N_("evaluating rules"))
FINISHING = Said(N_("writing the run"))


def second_pass(stages: Sequence[Stage], known: Known, progress: Progress) -> dict[str, Passed]:
    """What every stage said of all chunks, by its name; each chunk is judged by one stage after another."""
    views = [(stage, known.seen_by(stage)) for stage in stages if type(stage).judge is not Stage.judge]
    gathered = {stage.name: _Gathered(len(known.panels.customers)) for stage, _ in views}

    def judge(number: int, panel: Panel) -> list[tuple[str, slice, Judged, Path | None]]:
        chunk = Chunk(panel, number, known.panels.rows(number))
        said = []
        for stage, seen in views:
            judged = stage.judge(chunk, seen)
            if judged is None:
                continue
            if judged.found is not None:
                chunk.found[type(judged.found)] = judged.found
            path = None if judged.frame is None else known.output.keep(f"{stage.name}-{number}", judged.frame)
            said.append((stage.name, chunk.rows, Judged(judged.sums, judged.columns), path))
        return said

    for number, said in enumerate(known.panels.each(judge) if views else ()):
        progress.step(JUDGING, number, known.panels.chunks)
        for name, rows, judged, path in said:
            gathered[name].add(rows, judged, path)
    return {name: each.passed() for name, each in gathered.items()}


def finish(stages: Sequence[Stage], passed: dict[str, Passed], known: Known, progress: Progress) -> Known:
    """Let every stage finish in turn; its tables are being written while the next one works."""
    for done, stage in enumerate(stages):
        progress.step(FINISHING, done, len(stages))
        finished = stage.finish(passed.pop(stage.name, Passed()), known.seen_by(stage))
        for name, table in finished.tables.items():
            known.output.put(name, table)
        known = known.having(finished.result)
    known.output.wait()
    progress.step(FINISHING, len(stages), len(stages))
    return known


class _Gathered:
    """What a stage said so far; columns stand in arrays of all customers from the first chunk on."""

    def __init__(self, customers: int) -> None:
        self.customers = customers
        self.sums: Any = None
        self.columns: dict[str, npt.NDArray[Any]] = {}
        self.frames: list[Path] = []

    def add(self, rows: slice, judged: Judged, path: Path | None) -> None:
        """Add the next chunk."""
        self.sums = judged.sums if self.sums is None else self.sums + judged.sums
        for name, values in judged.columns.items():
            if name not in self.columns:
                self.columns[name] = np.zeros((self.customers, *values.shape[1:]), values.dtype)
            self.columns[name][rows] = values
        if path is not None:
            self.frames.append(path)

    def passed(self) -> Passed:
        """All of it."""
        return Passed(self.sums, self.columns, tuple(self.frames))
