"""Sizes nobody can want and days at the ends of the calendar: said in words, or worked with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from terminal import liuke

from firms import frame, monthly
from liuke.kernel.errors import Usage
from liuke.kernel.period import day_number, label, last_complete_period, period_end, period_number, period_start
from liuke.simulate.export import RANGES, check_sizes, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.kernel.period import Unit

ENDS = ["0001-01-01", "0001-12-31", "1969-12-31", "1970-01-01", "2262-04-12", "9999-12-01", "9999-12-27", "9999-12-31"]
UNITS = ("month", "week", "quarter")


@pytest.mark.parametrize("option", RANGES)
@pytest.mark.parametrize(
    "value", [*["-1", "0", "1", "1e9", "999999999999", "nan", "inf", "2.5"], "9" * 30, "9" * 6000, ""]
)
def test_a_size_out_of_range_is_wrong_usage(option: str, value: str, tmp_path: Path) -> None:
    low, high = RANGES[option]
    if value.isdigit() and len(value) < 4000 and low <= int(value) <= high:
        check_sizes(**{option: int(value)})
        return
    said = liuke("simulate", tmp_path / "made", f"--{option}={value}")
    assert said.code == 2
    assert f"--{option}" in said.err
    assert "Traceback" not in said.err
    if value.lstrip("-").isdigit() and len(value) < 4000:
        assert f"from {low} to {high}" in said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", [-1, 0, 2.5, float("nan"), float("inf"), "9", 10**40])
def test_python_is_told_the_same(value: object, tmp_path: Path) -> None:
    with pytest.raises(Usage, match="--customers must be a whole number from 20"):
        simulate(tmp_path / "made", tmp_path / "truth", customers=value)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_the_demo_makes_nothing_of_a_wrong_size(tmp_path: Path) -> None:
    said = liuke("demo", tmp_path / "demo", "--customers", "-5")
    assert said.code == 2
    assert "from 20 to 1000000" in said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("day", ENDS)
def test_every_day_of_the_calendar_lies_in_a_period(day: str, unit: Unit) -> None:
    on = date.fromisoformat(day)
    number = period_number(on, unit)
    assert period_start(number, unit) <= on <= period_end(number, unit)
    assert period_number(period_end(number, unit), unit) == number
    if period_end(number, unit) < date.max:
        assert period_end(number, unit) + timedelta(days=1) == period_start(number + 1, unit)
    assert label(number, unit)
    last = last_complete_period(on, on, unit)
    assert last in (None, number)
    assert abs(day_number(period_end(number, unit))) < 2**31


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two customers, and registers whose days are those that stand for "always" and "never"."""
    folder = tmp_path_factory.mktemp("days")
    frame(monthly("c1", [10] * 8) + monthly("c2", [20] * 5)).write_parquet(folder / "invoices.parquet")
    (folder / "customers.csv").write_text(
        "customer_id,customer_name,since,closed_on\nc1,A,0001-01-01,9999-12-31\nc2,B,9999-12-31,0001-01-01\n"
    )
    (folder / "complaints.csv").write_text(
        "complaint_id,customer_id,opened_on,closed_on\n1,c1,9999-12-31,9999-12-31\n2,c2,0001-01-01,9999-12-31\n"
    )
    (folder / "assignments.csv").write_text(
        "customer_id,salesperson_id,since,until\nc1,s1,0001-01-01,9999-12-31\nc2,s2,9999-12-31,9999-12-31\n"
    )
    assert liuke("init", folder / "w").code == 0
    tables = {"invoices.parquet": None, "customers.csv": "customer", "complaints.csv": "complaint",
              "assignments.csv": "assignment"}  # fmt: skip
    for file, table in tables.items():
        loaded = liuke("load", folder / file, "-w", folder / "w", *(("--table", table) if table else ()))
        assert loaded.code == 0, loaded.err
    return folder / "w"


@pytest.mark.parametrize("unit", UNITS)
def test_days_at_the_ends_of_the_calendar_are_answered(unit: str, workspace: Path) -> None:
    (workspace / "liuke.toml").write_text(f'period = "{unit}"\n')
    for day in ("0001-01-01", "1900-01-01", "2199-12-31", "9999-12-01", "9999-12-31"):
        for words in (("run", "--as-of", day), ("run", "--known-by", day), ("list", "--as-of", day),
                      ("value", "list", "--as-of", day), ("show", "c1", "--as-of", day)):  # fmt: skip
            said = liuke(*words, "-w", workspace)
            assert "Traceback" not in said.err
            if not "1900" <= day[:4] <= "2199":  # a slip of the pen, said as one
                assert said.code == 2
                assert "lies outside of 1900-01-01 to 2199-12-31" in said.err
                continue
            too_early = day.startswith("1900") and "--as-of" in words
            assert said.code == int(too_early), said.err
            assert "There is no complete period" in said.err or not too_early
