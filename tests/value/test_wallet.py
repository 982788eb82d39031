"""The wallet: which source speaks, its range, the quantile against an exact solver, and when it says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.kernel.estimate import NotEstimable
from liuke.value.wallet import SOURCES, Quantile, believed_loyal, best_year, fit, quantile_regression, wallets
from panels import panel


def market(seed: int, customers: int = 4000) -> tuple[np.ndarray, ...]:
    """Customers of three industries and two regions whose wallets differ, with a share of each that is ours."""
    random = np.random.default_rng(seed)
    industry, region = random.integers(0, 3, customers), random.integers(0, 2, customers)
    wallet = 1_000_000 * np.exp(industry * 0.9 + region * 0.4 + 0.3 * random.standard_normal(customers))
    share = random.beta(6, 2, customers)
    return industry.astype(np.int32), region.astype(np.int32), wallet, (wallet * share).astype(np.int64)


def test_the_best_year_is_the_most_of_twelve_neighbouring_periods() -> None:
    amount = np.array([[0, 5, 9, 1, -4, 7], [3, 0, 0, 0, 0, 0]])
    assert best_year(amount, 3).tolist() == [15, 3]
    assert best_year(amount, 12).tolist() == [22, 3]


def test_the_quantile_regression_is_that_of_linear_programming() -> None:
    """The exact solution of this sample from scikit-learn's QuantileRegressor (highs): see the second line."""
    random = np.random.default_rng(0)
    columns = np.column_stack([np.ones(5000), random.integers(0, 2, (5000, 4))])
    values = columns @ [10, 1, 0.5, -0.3, 2.0] + random.normal(size=5000)
    found = quantile_regression(columns, values, 0.9)
    assert found == pytest.approx([11.30191, 0.96312, 0.45607, -0.30454, 2.00033], abs=1e-3)
    assert (values <= columns @ found).mean() == pytest.approx(0.9, abs=2e-3)


def test_a_wallet_by_comparison_follows_the_kind_of_customer_and_holds_its_range() -> None:
    industry, region, wallet, spend = market(1)
    nobody = np.full(len(spend), np.nan)
    model = fit([industry, region], spend, spend, np.ones(len(spend), bool), nobody)
    assert isinstance(model, Quantile)
    found = wallets([industry, region], spend, nobody, np.zeros(len(spend), bool), model)
    assert np.corrcoef(np.log(found.value), np.log(wallet))[0, 1] > 0.85
    assert ((found.low <= found.value) & (found.value <= found.high) & (found.low >= spend)).all()
    assert (spend <= found.high).mean() > 0.95


def test_enough_learnt_wallets_move_the_quantile_to_them_and_carry_the_range() -> None:
    """Our share is small everywhere, so the quantile alone understates; 100 told wallets mend it."""
    industry, region, wallet, spend = market(2)
    spend = spend // 4
    told = np.where(np.arange(len(wallet)) % 40 == 0, wallet, np.nan)
    kinds, loyal, nobody = [industry, region], np.ones(len(spend), bool), np.full(len(spend), np.nan)
    blind, seeing = fit(kinds, spend, spend, loyal, nobody), fit(kinds, spend, spend, loyal, told)
    assert isinstance(blind, Quantile)
    assert isinstance(seeing, Quantile)
    ratios, held = [], []
    for model in (blind, seeing):
        found = wallets(kinds, spend, nobody, np.zeros(len(spend), bool), model)
        ratios.append(float(np.median(found.value / wallet)))
        held.append(((found.low <= wallet) & (wallet <= found.high)).mean())
    assert ratios[0] < 0.5
    assert ratios[1] == pytest.approx(1, abs=0.15)
    assert 0.8 < held[1] < 0.97


def test_the_customer_before_the_salesperson_before_comparison_and_never_below_its_own_best() -> None:
    industry, region, _, spend = market(3, 400)
    nobody = np.full(400, np.nan)
    model = fit([industry, region], spend, spend, np.ones(400, bool), nobody)
    told, by_survey = nobody.copy(), np.zeros(400, bool)
    told[:2], by_survey[0] = 10**9, True
    told[2] = 1.0
    spend[3] = 0
    found = wallets([industry, region], spend, told, by_survey, model)
    assert [SOURCES[code] for code in found.source[:5]] == ["survey", "estimate", "estimate", "none", "quantile"]
    assert found.value[2] == found.low[2] == spend[2]
    assert found.low[1] < found.low[0] < 10**9 < found.high[0] < found.high[1]
    assert np.isnan(found.share(spend)[3])
    assert found.share(spend)[2] == 1


def test_few_loyal_customers_say_so_and_told_wallets_still_stand() -> None:
    model = fit([np.zeros(5, np.int32)], np.full(5, 100), np.full(5, 100), np.ones(5, bool), np.full(5, np.nan))
    assert isinstance(model, NotEstimable)
    assert model.data == {"need": 60, "have": 5}
    told = np.array([1000.0, *[np.nan] * 4])
    found = wallets([np.zeros(5, np.int32)], np.full(5, 100), told, np.ones(5, bool), model)
    assert [SOURCES[code] for code in found.source] == ["survey", "none", "none", "none", "none"]


def test_loyal_is_who_buys_when_due_and_no_less_than_before() -> None:
    steady = " | ".join(f"steady 20{24 + m // 12}-{m % 12 + 1:02d} 100" for m in range(24))
    fading = " | ".join(f"fading 20{24 + m // 12}-{m % 12 + 1:02d} {100 if m < 12 else 40}" for m in range(24))
    new = " | ".join(f"new 2025-{m + 1:02d} 100" for m in range(6, 12))
    every_other = " | ".join(f"other 20{24 + m // 12}-{m % 12 + 1:02d} 100" for m in range(0, 24, 2))
    made = panel(" | ".join([steady, fading, new, every_other]))
    found = dict(zip(("fading", "new", "other", "steady"), believed_loyal(made, 12).tolist(), strict=True))
    assert found == {"steady": True, "other": True, "fading": False, "new": False}
