"""The claims of docs/methods/buying_models.md about speed, measured in one run, side by side with lifetimes.

python benchmarks/buying_models.py --data DIR [--environment DIR] [--rounds R]

lifetimes 0.11.3 (with numpy 1.23.5, pandas 1.5.3, scipy 1.10.1, Python 3.11) is installed by uv into an environment of
its own, which is kept. Fits are timed warm, the quickest of the rounds; the first, with imports and
compiling where nothing is cached yet, apart. Both sides
fit without a penalty; each log-likelihood is of its own program at its own parameters. The rounds of the two take
turns, and the ratio is of the quickest of each. DIR holds CDNOW_master.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
PINS = ("lifetimes==0.11.3", "numpy==1.23.5", "pandas==1.5.3", "scipy==1.10.1")
MODELS = {"BgNbd": "bg_nbd", "ParetoNbd": "pareto_nbd"}
MANY = 2_360_000
QUESTIONS = 1_000_000


def environment(folder: Path) -> Path:
    """The Python that has lifetimes; installed on first use."""
    python = folder / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(sys.prefix) / "tools" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", "3.11", folder], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *PINS], check=True)
    return python


def cdnow_master(path: Path) -> dict[str, np.ndarray]:
    """Histories in days of 23,570 customers to the last day of the file; purchases of one day are one occasion."""
    lines = np.loadtxt(path, skiprows=1, dtype=np.int64, usecols=(0, 1))
    day = np.array([f"{d // 10000}-{d // 100 % 100:02d}-{d % 100:02d}" for d in lines[:, 1]], "datetime64[D]")
    pairs = np.unique(np.stack([lines[:, 0], day.astype(np.int64)], axis=1), axis=0)
    _, first, occasions = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    born, last = pairs[first, 1], pairs[first + occasions - 1, 1]
    return histories(occasions - 1, last - born, pairs[:, 1].max() - born)


def many(customers: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Customers of a Pareto/NBD who arrived evenly over three years, seen by the day."""
    chance = np.random.default_rng(seed)
    rate, ending = chance.gamma(0.6, 1 / 60.0, customers), chance.gamma(0.6, 1 / 90.0, customers)
    age = chance.integers(1, 1096, customers)
    life = np.minimum(chance.standard_exponential(customers) / ending, age)
    x = chance.poisson(rate * life)
    last = np.where(x > 0, np.ceil(life * chance.random(customers) ** (1 / np.maximum(x, 1))), 0).astype(np.int64)
    return histories(np.minimum(x, last), last, age)


def histories(x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> dict[str, np.ndarray]:
    """One row a customer, floats."""
    columns = {"x": x, "t_x": t_x, "T": age, "weight": np.ones(len(x))}
    return {name: np.asarray(column, np.float64) for name, column in columns.items()}


def collapsed(rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same as distinct rows with weights."""
    distinct, counts = np.unique(np.stack([rows["x"], rows["t_x"], rows["T"]]), axis=1, return_counts=True)
    return histories(*distinct) | {"weight": counts.astype(np.float64)}


def ours(rows: dict[str, np.ndarray], model: str, rounds: int) -> dict[str, object]:
    """Our fit of rows given one by one: seconds of the first and of the quickest later one, and its results."""
    module = __import__(f"liuke.signals.models.{MODELS[model]}", fromlist=[model])
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        fitted = getattr(module, model)().fit(rows["x"], rows["t_x"], rows["T"])
        seconds.append(time.perf_counter() - started)
    return {"cold": seconds[0], "warm": min(seconds[1:]), "fitted": fitted}


def theirs(python: Path, rows: dict[str, np.ndarray], model: str, rounds: int) -> dict[str, object]:
    """lifetimes' fit of rows with weights."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npz"
        np.savez(path, **rows)
        command = [python, HERE / "lifetimes_side.py", path, model, str(rounds)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(told.splitlines()[-1])


def side_by_side(python: Path, rows: dict[str, np.ndarray], rounds: int) -> None:
    """Lines of the table for the customers of CDNOW."""
    distinct = collapsed(rows)
    for model in MODELS:
        mine = [ours(rows, model, 3 * rounds)]
        plain = theirs(python, rows, model, rounds)
        mine.append(ours(rows, model, 3 * rounds))
        short = theirs(python, distinct, model, rounds)
        mine.append(ours(rows, model, 3 * rounds))
        warm, fitted = min(m["warm"] for m in mine), mine[0]["fitted"]
        apart = abs(fitted.log_likelihood_ / plain["log_likelihood"] - 1)
        count = f"{len(rows['x']):,} customers"
        line(f"{model}, {count}: warm (first)", f"{warm * 1e3:.1f} ms ({mine[0]['cold']:.2f} s)", "")
        line(f"lifetimes, {count}", f"{plain['warm']:.3f} s, {plain['warm'] / warm:.0f}x", ">= 30x")
        line(f"lifetimes, {len(distinct['x']):,} distinct rows and weights",
             f"{short['warm']:.3f} s, {short['warm'] / warm:.0f}x", ">= 10x")  # fmt: skip
        values = f"{fitted.log_likelihood_:.3f}, theirs {plain['log_likelihood']:.3f}, {apart:.0e} apart"
        line("log-likelihoods", values, "<= 1e-6 relative")


def at_scale(rounds: int) -> None:
    """Lines of the table for millions of customers."""
    from liuke.signals.models._collapse import collapse

    rows = many(MANY)
    started = time.perf_counter()
    distinct = len(collapse(rows["x"], rows["t_x"], rows["T"]).weight)
    line(f"{MANY:,} customers: collapse", f"{time.perf_counter() - started:.2f} s, {distinct:,} distinct", "")
    history = [rows[name][:QUESTIONS] for name in ("x", "t_x", "T")]
    for model, bar in {"BgNbd": "<= 5 s", "ParetoNbd": "<= 40 s"}.items():
        found = ours(rows, model, rounds)
        line(f"{model}, {MANY:,} customers", f"{found['warm']:.2f} s", bar)
        started = time.perf_counter()
        found["fitted"].probability_of_purchase(90.0, *history)
        line(f"{model}: P(buys within 90 days), {QUESTIONS:,}", f"{time.perf_counter() - started:.2f} s", "a few s")


def line(name: str, value: str, bar: str) -> None:
    """One row of the table."""
    print(f"| {name} | {value} | {bar} |", flush=True)


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "liuke-lifetimes")
    words.add_argument("--rounds", type=int, default=5)
    asked = words.parse_args()
    print(
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n\n| what | measured | bar |\n| --- | --- | --- |"
    )
    side_by_side(environment(asked.environment), cdnow_master(asked.data / "CDNOW_master.txt"), asked.rounds)
    at_scale(asked.rounds)


if __name__ == "__main__":
    main()
