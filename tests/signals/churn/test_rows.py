"""Rows by hand, the law of time, and the guard that checks it in every run."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.signals.churn.guards import OUTCOMES, Leak, check_rebuild
from liuke.signals.churn.rows import COLUMNS, ModelRows, model_rows, origins, sampled
from panels import panel, random_panel, rewritten_after

DAY = 1 / 86400


def test_two_customers_three_rows_out() -> None:
    seen = panel("c 2023-01-10 100 | c 2023-01-20 50 | c 2023-03-09 30 | d 2023-02-01 7", until="2023-04")
    found = model_rows(seen, [0, 1])
    assert found.customer.tolist() == [0, 0, 1]  # d had not bought by January
    assert found.position.tolist() == [0, 1, 1]
    assert found.silent.tolist() == [11, 39, 27]
    assert found.occasions.tolist() == [2, 2, 1]
    assert found.money.tolist() == [15000, 15000, 700]
    assert found.days_to_next[:2].tolist() == [37, 9]
    assert found.days_to_next[2] > 10_000  # never again
    assert found.after.tolist() == [3000, 3000, 0]
    x = dict(zip(COLUMNS, found.x[0].tolist(), strict=True))
    assert x["silence"] == pytest.approx(np.log(12))
    assert x["overdue"] == pytest.approx(np.log(18 / 17))
    assert x["surprise"] == pytest.approx(np.log(18 / 17) * np.log(2))
    assert x["rate"] == pytest.approx(np.log(2 / 51))
    assert (x["once"], x["active_share"]) == (0, 1)
    assert np.isnan(x["breadth_rate_3"])


def test_origins_are_month_ends_of_two_years() -> None:
    assert origins(40, 12) == list(range(15, 40))
    assert origins(5, 12) == [2, 3, 4]
    assert origins(2, 12) == []
    assert origins(60, 52) == list(range(3, 60, 4))


def test_a_smaller_share_holds_nobody_new() -> None:
    codes = np.arange(20_000, dtype=np.int32)
    half, quarter = sampled(codes, 0.5), sampled(codes, 0.25)
    assert abs(half.mean() - 0.5) < 0.02
    assert not (quarter & ~half).any()
    assert (sampled(codes[100:200], 0.5) == half[100:200]).all()


@given(st.integers(0, 10_000), st.integers(4, 20))
@settings(max_examples=40, deadline=None)
def test_later_lines_change_nothing_in_a_row_but_its_outcome(seed: int, at: int) -> None:
    seen, other = random_panel(seed, 6, 24), rewritten_after(seed, 6, 24, at)
    if len(seen.customers) != len(other.customers):
        return
    mine, theirs = model_rows(seen, range(at + 1)), model_rows(other, range(at + 1))
    for each in fields(ModelRows):
        if each.name not in OUTCOMES:
            assert np.array_equal(getattr(mine, each.name), getattr(theirs, each.name), equal_nan=True), each.name


def test_the_guard_lets_honest_rows_pass_and_stops_a_leak() -> None:
    seen = random_panel(3, 30, 24)
    found = model_rows(seen, origins(24, 12))
    check_rebuild(seen, found)
    position = int(np.sort(found.position)[len(found) // 2])
    leaking = found.x.copy()
    leaking[found.position == position, 0] += found.after[found.position == position] + 1
    with pytest.raises(Leak, match="x"):
        check_rebuild(seen, replace(found, x=leaking))
