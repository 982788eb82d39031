"""Reading a run of a million customers: a page of the list, one customer, the few tables an overview needs.

    python benchmarks/reading.py [--customers 1000000] [--times 40]

A small real run is made and tiled: numbers and names of the copies are their own, figures are shaken a little so that
no two are equal. Times are of calls in one process, after the tables are held, without the cache of answers; bars:
filtered and sorted page with its total p95 150 ms, part of a name 120 ms, one customer 50 ms, an overview's reads
300 ms.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import liuke
from liuke.app.reader import Reader
from liuke.reports.query import Condition, Query, customers, values
from liuke.simulate import export
from liuke.store.manifest import Manifest
from liuke.store.runs import Run

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = 1_000
SHAKEN = ("usual_year", "at_stake", "amount_12", "next_year", "clv", "risk")


def small_run(folder: Path) -> Run:
    """A simulated firm, loaded and run."""
    export.simulate(folder / "exports", folder / "truth", "base", BASE, 36, 1, "zh", False, "parquet")
    firm = liuke.open(folder / "firm")
    for file in sorted((folder / "exports").iterdir()):
        firm.load(file)
    return firm.run().made


def tiled(run: Run, folder: Path, wanted: int) -> Run:
    """The run with every customer so many times over, in the order of codes, as a run is written."""
    folder.mkdir()
    shutil.copy(run.root / "run.json", folder / "run.json")
    rng = np.random.default_rng(1)
    base = run.table("customer_now")
    copies = -(-wanted // len(base))
    span = int(str(base["customer_code"].max())) + 1
    for name in run.tables:
        table = run.table(name)
        if "customer_code" in table.columns and len(table):
            table = pl.concat(_copy(table, nth, span, rng) for nth in range(copies))
            if "customer_id" in table.columns and name == "customer_now":
                place = table.select(pl.col("at_stake").rank("ordinal", descending=True))["at_stake"]
                table = table.with_columns(rank=pl.when("listed").then(place).cast(pl.Int32))
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", row_group_size=20_000)
    Manifest.write(folder)
    return Run(folder)


def _copy(table: pl.DataFrame, nth: int, span: int, rng: np.random.Generator) -> pl.DataFrame:
    new = [(pl.col("customer_code") + nth * span).cast(pl.Int32)]
    if "customer_id" in table.columns:
        new += [pl.format("{}-{}", "customer_id", pl.lit(nth)), pl.format("{}{}", "name", pl.lit(nth)).alias("name")]
    for column in set(SHAKEN) & set(table.columns):
        shaken = pl.col(column).cast(pl.Float64) * pl.Series(rng.uniform(0.9, 1.0, len(table)))
        new.append(shaken.cast(table.schema[column]).alias(column))
    return table.with_columns(new)


def milliseconds(ask: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 95th percentile."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - started)
    return float(np.percentile(taken, 50) * 1e3), float(np.percentile(taken, 95) * 1e3)


def questions(reader: Reader) -> dict[str, Callable[[], object]]:
    """What people ask, by name."""
    region = reader.facets("region")["value"].drop_nulls()[0]
    owner = reader.facets("salesperson")["value"].drop_nulls()[0]
    ids = reader.page(Query(size=200)).rows["customer_id"].to_list()
    rng = np.random.default_rng(2)

    def page(query: Query) -> Callable[[], object]:
        def ask() -> object:
            reader.forget()
            return reader.page(query)

        return ask

    small = [name for name in reader.tables if name not in ("customer_now", "customer_value", "reason", "document",
             "family_now", "service_gap")]  # fmt: skip

    def overview() -> object:
        reader.forget()
        return [reader.table(name) for name in small], reader.page(customers(size=50)), reader.facets("state")

    filtered = [Condition("region", region), Condition("risk", "10%", ">=")]
    return {
        "watch list, first page": page(customers(size=50)),
        "everybody, page 4,000": page(Query(page=4_000, size=50)),
        "region, risk, sorted by usual year": page(Query(where=tuple(filtered), sort="usual_year")),
        "the same, page 100": page(Query(where=tuple(filtered), sort="usual_year", page=100)),
        "one owner, sorted by name": page(customers(owner=owner, sort="name", size=50)),
        "lost, sorted by last purchase": page(customers(state="lost", sort="last_on", size=50)),
        "flagged by a rule": page(customers(rule="token_orders", size=50)),
        "part of a name": page(Query(search="77")),
        "by value, grade A, sorted by lifetime value": page(values(grade="A", sort="clv", size=50)),
        "one customer with reasons and value": lambda: _one(reader, ids[int(rng.integers(len(ids)))]),
        "an overview's reads": overview,
    }


def _one(reader: Reader, number: str) -> object:
    return reader.customer(number), reader.value(number)


def main() -> None:
    """Make the run and print what each question takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liuke-reading-") as name:
        run = tiled(small_run(Path(name)), Path(name) / "tiled", given.customers)
        started = time.perf_counter()
        reader = Reader(run, held=True)
        asked = questions(reader)
        reader.page(values(size=1))
        opened = time.perf_counter() - started
        found = {question: milliseconds(ask, given.times) for question, ask in asked.items()}
        once = Reader(run)
        found["not held: the watch list"] = milliseconds(lambda: once.page(customers(size=20)), 5)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{len(run.table('customer_now')):,} customers; held in {opened:.1f} s, {memory:.1f} GB at most")
    for question, (half, most) in found.items():
        print(f"{question:45} {half:8.1f} ms {most:8.1f} ms p95")
    json.dump({question: most for question, (_, most) in found.items()}, sys.stderr)


if __name__ == "__main__":
    main()
