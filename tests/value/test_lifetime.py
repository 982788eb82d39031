"""Lifetime value: the formulas by hand, the discount, the interval of draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.value.lifetime import discounted_share, formula, lifetime_value, repeats, retention_equity
from panels import panel

YEARS = [365.25, 730.5, 1095.75]


def test_the_formula_by_hand_and_as_a_sum() -> None:
    """m = 100, r = .8, d = .1: 80 / .3 = 266.67; the sum over 200 years says the same."""
    assert formula(100, 0.8, 0.1) == pytest.approx(266.6667, abs=1e-4)
    assert formula(100, 0.8, 0.1) == pytest.approx(sum(100 * 0.8**t / 1.1**t for t in range(1, 200)))
    with pytest.raises(ValueError, match="retention"):
        formula(100, 1.2, 0.1)


def test_a_point_of_retention_on_the_base() -> None:
    """1000 customers at 200 a year, 80 % to 81 %, 10 %: 200,000 (1/.29 - 1/.30) = 22,988.51."""
    assert retention_equity(1000, 200, 0.80, 0.81, 0.10) == pytest.approx(22_988.505, abs=1e-3)


@given(before=st.floats(0, 0.98), more=st.floats(0.001, 0.02), rate=st.floats(0.01, 0.5))
def test_more_retention_is_worth_more(before: float, more: float, rate: float) -> None:
    assert retention_equity(10, 100, before, before + more, rate) > 0


def test_the_discount_follows_when_purchases_come() -> None:
    early, late = [1.0, 1.0, 1.0], [0.0, 0.0, 1.0]
    share = discounted_share(np.array([early, late, [0.0, 0.0, 0.0]]), YEARS, 0.1)
    assert share[0] == pytest.approx(1.1**-0.5)
    assert share[1] == pytest.approx(1.1**-2.5)
    assert share[2] == pytest.approx(np.mean([1.1**-0.5, 1.1**-1.5, 1.1**-2.5]))
    assert discounted_share(np.array([early]), YEARS, 0.0) == pytest.approx([1.0])


def test_draws_give_a_mean_and_nine_tenths() -> None:
    """Ten purchases for sure at 50 ± 5: mean 500, 5 and 95 % of a normal at ± 1.645 x 50."""
    random = np.random.default_rng(0)
    purchases, value = np.full((20_000, 1), 10.0), random.normal(50, 5, (20_000, 1))
    found = lifetime_value(purchases, value, np.ones(1))
    assert found.mean[0] == pytest.approx(500, rel=0.01)
    assert found.low[0] == pytest.approx(500 - 1.645 * 50, rel=0.01)
    assert found.high[0] == pytest.approx(500 + 1.645 * 50, rel=0.01)


def test_the_statistics_of_three_purchases() -> None:
    found = repeats(panel("c1 2025-01-01 10 | c1 2025-01-11 10 | c1 2025-03-02 10 | c2 2025-03-31 5"))
    assert found.x.tolist() == [2, 0]
    assert found.t_x.tolist() == [60, 0]
    assert found.T.tolist() == [89, 0]
