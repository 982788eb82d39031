"""The claim that a million customers are scored in a minute: the model alone, then the whole run.

python benchmarks/scoring.py [LINES] [--customers N] [--keep DIR]
python benchmarks/scoring.py --score WORKSPACE

The second form is the process that is measured: it opens the stored panels, fits the model to its sample and scores
every customer chunk by chunk; the seconds of the three are told apart, peak memory is of the whole process.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from functools import reduce
from pathlib import Path

import numpy as np

from lines import generate
from spine import line, liuke, measured


def score(folder: Path) -> None:
    """Print seconds to open, to fit and to score, GB before and after scoring, and how many customers were scored."""
    from liuke.kernel.progress import Unwatched
    from liuke.run.customers import customer_frame
    from liuke.run.panels import Wanted, open_panels
    from liuke.run.scope import resolve
    from liuke.run.stages.churn import asked
    from liuke.signals.churn import model as churn
    from liuke.signals.churn.chances import chances
    from liuke.signals.churn.rows import model_rows, origins
    from liuke.signals.churn.sample import Sample
    from liuke.signals.rhythm import Rhythm
    from liuke.store.fact_store import FactStore
    from liuke.store.workspace import Workspace

    clock = [time.perf_counter()]
    workspace = Workspace.at(folder)
    store = FactStore(workspace.facts)
    scope = resolve(workspace, store, None, None)
    customers = customer_frame(workspace, store, scope)
    panels = open_panels(workspace, store, scope, customers, Wanted(products=scope.has_products), Unwatched())
    clock.append(time.perf_counter())
    at = origins(len(scope.periods), scope.periods.per_year)
    samples, parts = [], []
    for panel in panels:
        samples.append(Sample.of(panel, at))
        parts.append(Rhythm.of(panel))
    sample = reduce(Sample.__add__, samples)
    rhythm = reduce(Rhythm.__add__, parts)
    question = asked(scope, 90, None)
    model = churn.fit(sample.rows, question)
    assert isinstance(model, churn.ChurnModel)
    clock.append(time.perf_counter())
    before, used = peak(), time.process_time()
    found = []
    for panel in panels:
        latest = panel.latest()
        found.append(chances(latest, model_rows(latest, [latest.shape[1] - 1]), model, rhythm).risk)
    risk = np.concatenate(found)
    clock.append(time.perf_counter())
    used = time.process_time() - used
    said = int((~np.isnan(risk)).sum())
    memory = round(before, 2), round(peak(), 2)
    print(*np.round(np.diff(clock), 2), round(used, 2), *memory, len(risk), said, model.rung)


def peak() -> float:
    """Peak memory of this process so far, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("lines", nargs="?", default="10_000_000")
    options.add_argument("--customers", type=int, default=1_400_000)
    options.add_argument("--keep", type=Path)
    options.add_argument("--score", type=Path)
    given = options.parse_args()
    if given.score:
        score(given.score)
        return
    count = int(given.lines.replace("_", ""))
    folder = given.keep or Path(tempfile.mkdtemp(prefix="liuke-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    lines, firm = folder / "lines.parquet", folder / "firm"
    if not lines.exists():
        generate(count, lines, customers=given.customers)
    if not firm.exists():
        liuke("init", str(firm))
        seconds, most, _ = liuke("load", str(lines), "-w", str(firm), "--source", "lines")
        print(f"loaded in {seconds:.0f} s, {most:.2f} GB")
    shutil.rmtree(firm / "runs", ignore_errors=True)
    run_seconds, run_peak, _ = liuke("run", "-w", str(firm))
    _, _, said = measured(str(Path(__file__)), "--score", str(firm))
    opened, fitted, scored, used, before, after, customers, asked, rung = said.split()
    print(f"\n{count:,} lines, {int(customers):,} customers, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("\n| what | measured | bar |\n| --- | --- | --- |")
    line(f"score {int(customers):,} customers ({int(asked):,} of them are asked about)",
         f"{scored} s ({used} s of processor), {after} GB ({before} GB before)", "≤ 60 s, ≤ 4 GB at 1 M")  # fmt: skip
    line(f"the same process before: open the stored sums; gather the sample and fit the model ({rung})",
         f"{opened} s; {fitted} s", "")  # fmt: skip
    line("`liuke run` to the list", f"{run_seconds:.0f} s, {run_peak:.2f} GB", "")
    if given.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
