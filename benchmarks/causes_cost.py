"""The claims on what causes cost: what they add to a run with all tables, in seconds and memory.

python benchmarks/causes_cost.py DIR [--customers N] [--months M] [--seed S]

A firm is simulated into DIR and loaded, where it is not there yet, and run twice, each time in a process of its own:
as it is, and without the stages of causes and the exposures that serve causes alone. The difference is what causes
add; beside it stands what the stages took themselves. Processor seconds hold on a machine that does other things, too;
wall seconds do not. What a stage learns, fits and judges runs beside other stages: of these only the processor seconds
of their own thread are counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import liuke
from liuke.panel.exposure import in_model
from liuke.run import events, panels
from liuke.run.pipeline import run
from liuke.run.stage import Stage
from liuke.run.stages import STAGES
from liuke.simulate import export

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.run.known import Known
    from liuke.run.stage import Chunk, Finished, Judged, Passed

OF_CAUSES = ("causes", "bought", "event_studies", "markets", "falls", "salespeople")
WALL, PROCESSOR = "wall", "processor"
GB = 2**20  # of the KB Linux counts
LEAST_BYTES = 300  # of a file that has rows
SHOWN = 0.05  # seconds: a part that takes less is not printed


class Timed(Stage):
    """A stage that counts the seconds it takes."""

    def __init__(self, stage: Stage, spent: Counter[tuple[str, str, str]]) -> None:
        self.stage, self.spent = stage, spent
        self.name, self.needs, self.settings, self.reads = stage.name, stage.needs, stage.settings, stage.reads
        self.files, self.plugins, self.by_rules = stage.files, stage.plugins, stage.by_rules
        self.by_causes, self.by_audits, self.tables = stage.by_causes, stage.by_audits, stage.tables

    def _timed(self, part: str, clock: Callable[[], float], *asked: Any) -> Any:
        began, wall = clock(), time.perf_counter()
        found = getattr(self.stage, part)(*asked)
        self.spent[self.name, part, PROCESSOR] += clock() - began
        self.spent[self.name, part, WALL] += time.perf_counter() - wall
        return found

    def learn(self, chunk: Chunk, known: Known) -> object:
        """As the stage does."""
        return self._timed("learn", time.thread_time, chunk, known)

    def fit(self, total: Any, known: Known) -> object:
        """As the stage does."""
        return self._timed("fit", time.thread_time, total, known)

    def judge(self, chunk: Chunk, known: Known) -> Judged | None:
        """As the stage does."""
        return self._timed("judge", time.thread_time, chunk, known)

    def finish(self, passed: Passed, known: Known) -> Finished:
        """As the stage does; stages finish one after another, so all threads count."""
        return self._timed("finish", time.process_time, passed, known)

    def describe(self, known: Known) -> dict[str, Any]:
        """As the stage does."""
        return self.stage.describe(known)


def once(folder: Path, with_causes: bool) -> dict[str, Any]:
    """Seconds, memory (GB) and, by stage and part, seconds of one run of the firm in `folder`."""
    spent: Counter[tuple[str, str, str]] = Counter()
    told = panels.exposed

    def exposed(*asked: Any) -> Any:
        began, wall = time.process_time(), time.perf_counter()
        found = told(*asked)
        spent["exposures", "", PROCESSOR] += time.process_time() - began
        spent["exposures", "", WALL] += time.perf_counter() - wall
        return found

    panels.exposed = exposed  # type: ignore[assignment]
    if not with_causes:
        events.exposures = in_model  # type: ignore[attr-defined]
    chosen = [stage for stage in STAGES if with_causes or stage.name not in OF_CAUSES]
    workspace = liuke.open(folder / "firm").workspace
    shutil.rmtree(workspace.runs, ignore_errors=True)
    began, wall = time.process_time(), time.perf_counter()
    run(workspace, stages=[Timed(stage, spent) for stage in chosen])
    spent["run", "", PROCESSOR], spent["run", "", WALL] = time.process_time() - began, time.perf_counter() - wall
    return {
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GB,
        "seconds": [[*key, seconds] for key, seconds in spent.items()],
    }


def apart(folder: Path, how: str) -> tuple[float, Counter[tuple[str, str, str]]]:
    """What `once` says, in a process of its own."""
    told = subprocess.run(
        [sys.executable, __file__, str(folder), "--once", how], check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(told.stdout.splitlines()[-1])
    return found["memory"], Counter({tuple(key): seconds for *key, seconds in found["seconds"]})


def make(folder: Path, customers: int, months: int, seed: int) -> None:
    """Simulate a firm and load its files; a first run sums up the periods, which later runs find."""
    export.simulate(folder / "exports", folder / "truth", "base", customers, months, seed, xlsx=False)
    firm = liuke.open(folder / "firm")
    for file in sorted((folder / "exports").iterdir()):
        if file.stat().st_size > LEAST_BYTES:
            firm.load(file)
    firm.run()


def main() -> None:
    """Print what causes add, and the stages and exposures it is made of."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--months", type=int, default=36)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--once", choices=("with", "without"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.once:
        print(json.dumps(once(given.folder, given.once == "with")))
        return
    if not (given.folder / "firm").exists():
        make(given.folder, given.customers, given.months, given.seed)
    (less, without), (more, spent) = (apart(given.folder, how) for how in ("without", "with"))
    print("                              processor s    wall s")
    for (stage, part, clock), seconds in sorted(spent.items()):
        if stage in OF_CAUSES and clock == PROCESSOR and seconds >= SHOWN:
            print(f"{stage:20}{part:8}{seconds:13.1f}{spent[stage, part, WALL]:10.1f}")
    for name in ("exposures", "run"):
        for said, of in (("with causes", spent), ("without", without)):
            print(f"{name:10}{said:18}{of[name, '', PROCESSOR]:13.1f}{of[name, '', WALL]:10.1f}")
    added = [spent["run", "", clock] - without["run", "", clock] for clock in (PROCESSOR, WALL)]
    print(f"{'added by causes':28}{added[0]:13.1f}{added[1]:10.1f}")
    print(f"memory at most: {more:.2f} GB, without causes {less:.2f} GB: {more - less:.2f} GB added")


if __name__ == "__main__":
    main()
