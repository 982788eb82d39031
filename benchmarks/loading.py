"""Loading files of extreme shapes, each into a fresh workspace.

    python benchmarks/loading.py [--small]

Prints seconds for a CSV and a Parquet of a million lines, a CSV of 300 columns by 5,000 rows (bar: 5 s), one of 2,000
columns by 1,000 rows (bar: 20 s), and a workbook of 200,000 rows. `--small` makes the long files a tenth as long.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import liuke

if TYPE_CHECKING:
    from collections.abc import Callable


def sales(rows: int, seed: int = 1) -> pl.DataFrame:
    """Lines of documents, two each, of customers whose number grows with the rows."""
    rng = np.random.default_rng(seed)
    first = date(2023, 1, 1)
    days = np.sort(rng.integers(0, 1000, -(-rows // 2)))
    document = np.arange(rows) // 2
    customer = rng.integers(0, max(rows // 100, 50), document[-1] + 1)
    return pl.DataFrame(
        {
            "Customer": [f"C{number:06}" for number in customer[document]],
            "Date": [first + timedelta(int(day)) for day in days[document]],
            "Invoice No": [f"INV{number:08}" for number in document],
            "Product": [f"P{number:03}" for number in rng.integers(0, 200, rows)],
            "Quantity": rng.integers(1, 20, rows),
            "Amount": np.round(rng.uniform(5, 5000, rows), 2),
        }
    )


def wide(rows: int, columns: int) -> pl.DataFrame:
    """Sales with as many more columns: empty, numbers, words, codes, texts and days in turn."""
    rng = np.random.default_rng(2)
    table = sales(rows)
    makers: tuple[Callable[[], pl.Series], ...] = (
        lambda: pl.Series([None] * rows, dtype=pl.String),
        lambda: pl.Series(np.round(rng.uniform(0, 100, rows), 1)),
        lambda: pl.Series(np.where(rng.random(rows) < 0.5, "yes", "no")),
        lambda: pl.Series([f"text {number}" for number in rng.integers(0, 1000, rows)]),
        lambda: pl.Series(rng.integers(0, 10, rows)),
        lambda: pl.Series([date(2024, 1, 1) + timedelta(int(day)) for day in rng.integers(0, 365, rows)]),
    )
    more = [makers[at % len(makers)]().alias(f"attr_{at}") for at in range(columns - table.width)]
    return table.hstack(more)


def seconds(file: Path, rows: int) -> float:
    """How long a fresh workspace takes to load a file."""
    with tempfile.TemporaryDirectory() as folder:
        firm = liuke.open(Path(folder) / "firm")
        began = time.perf_counter()
        loaded = firm.load(file).load
        taken = time.perf_counter() - began
    assert loaded is not None, f"{file.name}: nothing was loaded"
    assert loaded.rows_loaded == rows, f"{file.name}: not all rows were loaded"
    return taken


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--small", action="store_true", help="a tenth of the long files")
    part = 10 if asked.parse_args().small else 1
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder)
        sales(500).write_csv(to / "first.csv")
        seconds(to / "first.csv", 500)  # libraries are read in once
        for name, rows, bar, write in (
            ("lines.csv", 1_000_000 // part, "", lambda path: sales(1_000_000 // part).write_csv(path)),
            ("lines.parquet", 1_000_000 // part, "", lambda path: sales(1_000_000 // part).write_parquet(path)),
            ("300_columns.csv", 5_000, "bar 5 s", lambda path: wide(5_000, 300).write_csv(path)),
            ("2000_columns.csv", 1_000, "bar 20 s", lambda path: wide(1_000, 2_000).write_csv(path)),
            ("lines.xlsx", 200_000 // part, "", lambda path: sales(200_000 // part).write_excel(path)),
        ):
            write(to / name)
            print(f"{name:20} {rows:>9,} rows {seconds(to / name, rows):8.1f} s  {bar}", flush=True)
            (to / name).unlink()


if __name__ == "__main__":
    sys.exit(main())
