"""Retention economics by hand: 100 customers, ten lost, 200 a year each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.value.economics import TITLES, UNITS, Base, Costs, Year, economics

BASE = Base(
    opening=100, lost=10, worth=2_000_000, lost_worth=300_000, new_customers=8, first_year=80_000, full_year=True
)


def value(name: str, base: Base = BASE, costs: Costs | None = None, referred: tuple[int, int] | None = None) -> float:
    found = economics(base, costs or Costs(0.1), referred)[name]
    assert isinstance(found, Estimate), found
    return found.value


def test_every_figure_by_hand() -> None:
    assert value("retention") == 0.9
    assert value("yearly_worth") == 20_000
    assert value("point_of_churn") == 20_000
    assert value("lifetime_formula") == pytest.approx(20_000 * 0.9 / 0.2)
    assert value("retention_equity") == pytest.approx(100 * 20_000 * (1 / 0.19 - 1 / 0.2))
    assert value("replacement_ratio") == 3.0
    assert value("years_to_empty") == pytest.approx(6.5788, abs=1e-4)
    assert value("referred_share", referred=(3, 12)) == 0.25
    assert value("cost_new_by_kept", costs=Costs(0.1, 90_000, 30_000)) == 3.0


def test_the_share_kept_has_wilsons_interval() -> None:
    """90 of 100 at 95 %: .8256 to .9448 (Newcombe 1998, method 3, the same formula)."""
    found = economics(BASE, Costs(0.1), None)["retention"]
    assert isinstance(found, Estimate)
    assert (found.low, found.high) == pytest.approx((0.8256, 0.9448), abs=1e-4)


def test_what_the_rows_do_not_give_is_not_estimable() -> None:
    found = economics(BASE, Costs(0.1), None)
    assert {name for name, answer in found.items() if isinstance(answer, NotEstimable)} == {
        "referred_share",
        "cost_new_by_kept",
    }
    young = economics(replace(BASE, full_year=False), Costs(0.1), (0, 0))
    assert isinstance(young["retention"], Estimate)
    assert {name for name, answer in young.items() if isinstance(answer, NotEstimable)} >= {
        "yearly_worth",
        "point_of_churn",
        "replacement_ratio",
        "referred_share",
    }
    nobody = economics(Base(0, 0, 0, 0, 0, 0, full_year=True), Costs(0.1), None)
    assert all(isinstance(answer, NotEstimable) for answer in nobody.values())
    kept = economics(replace(BASE, lost=0), Costs(0.0), None)
    assert isinstance(kept["years_to_empty"], NotEstimable)
    assert isinstance(kept["lifetime_formula"], NotEstimable)


def test_formulas_are_cut_nowhere_and_missing_where_the_sum_does_not_end() -> None:
    """All kept, discount .1, 10,000 a year: 10,000 x 1 / .1 = 100,000 (methods.md section 11)."""
    everybody = replace(BASE, lost=0, worth=1_000_000)
    assert value("lifetime_formula", everybody) == pytest.approx(100_000)
    free = economics(everybody, Costs(0.0), None)
    assert isinstance(free["lifetime_formula"], NotEstimable)
    assert isinstance(free["retention_equity"], NotEstimable)
    nearly = replace(BASE, opening=1000, lost=10)
    assert value("retention_equity", nearly) == pytest.approx(2_000_000 * (1 / 0.1 - 1 / 0.11))
    assert isinstance(economics(replace(nearly, lost=9), Costs(0.1), None)["retention_equity"], NotEstimable)


def test_a_base_that_loses_money_has_its_range_in_order() -> None:
    found = economics(replace(BASE, worth=-2_000_000), Costs(0.1), None)["lifetime_formula"]
    assert isinstance(found, Estimate)
    assert found.low < found.value < found.high


def test_every_figure_has_a_title_and_a_unit() -> None:
    assert economics(BASE, Costs(0.1), None).keys() == TITLES.keys() == UNITS.keys()


def year(number: int, **changed: int) -> Year:
    made = Year(date(number, 1, 1), date(number, 12, 31), 100, 20, 5, 30, 95, 1000, 300, 50, 10, -60, -400, 900)
    return replace(made, **changed)


def test_a_bucket_leaks_fills_and_closes() -> None:
    bucket = year(2024)
    bucket.check()
    assert bucket.leak == 0.3
    assert bucket.filled == pytest.approx(25 / 30)
    with pytest.raises(ValueError, match="customers"):
        year(2024, closing=96).check()
    with pytest.raises(ValueError, match="money"):
        year(2024, closing_cents=901).check()
