"""A table's many columns that nothing needs cost little, and change nothing of what is read."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

import liuke
from liuke.sources.looks import Looks
from liuke.sources.profile import profile

if TYPE_CHECKING:
    from pathlib import Path


def sales(rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Customer": [f"C{at % 40:03}" for at in range(rows)],
            "Date": [str(date(2024, 1, 1) + timedelta(at % 300)) for at in range(rows)],
            "Invoice No": [f"INV{at:05}" for at in range(rows)],
            "Amount": [f"{at % 900 + 100}.{at % 89 + 10}" for at in range(rows)],
        }
    )


def unneeded(rows: int, columns: int) -> list[pl.Series]:
    """Empty columns, numbers, words, texts and days, in turn."""
    makers = (
        lambda at: [None] * rows,
        lambda at: [f"{(at + row) % 100}.5" for row in range(rows)],
        lambda at: ["open" if (at + row) % 2 else "shut" for row in range(rows)],
        lambda at: [f"text {(at + row) % 700}" for row in range(rows)],
        lambda at: [str(date(2024, 1, 1) + timedelta((at + row) % 300)) for row in range(rows)],
    )
    return [pl.Series(f"attr_{at}", makers[at % 5](at), dtype=pl.String) for at in range(columns)]


def test_four_hundred_columns_nothing_needs_are_read_past(tmp_path: Path) -> None:
    table = sales(1000)
    table.hstack(unneeded(1000, 400)).write_csv(tmp_path / "wide.csv")
    began = time.perf_counter()
    loaded = liuke.open(tmp_path / "firm").load(tmp_path / "wide.csv").load
    assert loaded is not None
    assert loaded.rows_loaded == 1000
    assert time.perf_counter() - began < 40  # a few seconds; minutes where each column is looked at again and again


def test_looking_at_a_column_costs_milliseconds() -> None:
    table = pl.DataFrame(unneeded(2000, 100))
    looks = Looks(table, table.columns)
    began = time.perf_counter()
    seen = [looks[header] for header in table.columns]
    assert time.perf_counter() - began < 10
    assert [look.filled for look in seen[:5]] == [0, 2000, 2000, 2000, 2000]
    assert [look.numbers for look in seen[:5]] == [0, 1, 0, 0, 0]
    assert [look.dates for look in seen[:5]] == [0, 0, 0, 0, 1]


def test_a_glance_sees_what_a_column_holds_among_other_things() -> None:
    cells = {
        "numbers among words": (["n.a."] * 300 + ["1.234,50"] * 700, "numbers", 0.7),
        "days with a month's name": (["3. März 2025", "4 août 2025", "5 mars 2025"] * 100, "dates", 1.0),
        "days in Chinese figures": (["二〇二五年三月五日", "二〇二五年三月六日"] * 100, "dates", 1.0),
        "days with the month first": (["12/31/2024", "01/02/2025"] * 100, "dates", 1.0),
        "seconds since 1970": (["1735689600", "1735776000"] * 100, "date_like", 1.0),
        "serial days": (["45321", "45322.5"] * 100, "date_like", 1.0),
        "full width": (["１２３．５", "４５"] * 100, "numbers", 1.0),
        "money": (["CR 1,200.00", "US$ 5.00"] * 100, "numbers", 1.0),
    }
    for name, (column, what, share) in cells.items():
        assert getattr(profile(name, pl.Series(name, column)), what) == share, name
