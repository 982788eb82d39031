"""The wallet: which source speaks, its range, the quantile against an exact solver, and when it says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.kernel.estimate import NotEstimable
from liuke.value.wallet import (
    SOURCES,
    Quantile,
    Wallet,
    believed_loyal,
    best_year,
    fit,
    quantile_regression,
    wallets,
)
from panels import panel


def market(seed: int, customers: int = 4000, share: tuple[float, float] = (1.5, 3)) -> tuple[np.ndarray, ...]:
    """Customers of three industries and two regions whose wallets differ, with a share of each that is ours.

    (industry, region, wallet, spend); the share is drawn from this beta distribution.
    """
    random = np.random.default_rng(seed)
    industry, region = random.integers(0, 3, customers), random.integers(0, 2, customers)
    wallet = 1_000_000 * np.exp(industry * 0.9 + region * 0.4 + 0.3 * random.standard_normal(customers))
    ours = wallet * random.beta(*share, customers)
    return industry.astype(np.int32), region.astype(np.int32), wallet, ours.astype(np.int64)


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation."""
    return float(np.corrcoef(*(np.argsort(np.argsort(values)) for values in (one, other)))[0, 1])


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


def known(wallet: np.ndarray, seed: int, count: int) -> np.ndarray:
    """Wallets of so many customers drawn by lot, within a tenth, NaN for the others."""
    random = np.random.default_rng(seed)
    told = np.full(len(wallet), np.nan)
    rows = random.choice(len(wallet), count, replace=False)
    told[rows] = wallet[rows] * np.exp(random.uniform(-0.1, 0.1, count))
    return told


def compared(market: tuple[np.ndarray, ...], told: np.ndarray) -> tuple[Quantile | NotEstimable, Wallet]:
    """The fit on everybody as loyal, and the wallets it gives when nobody's told one is used."""
    industry, region, _, spend = market
    everybody, nobody = np.ones(len(spend), bool), np.full(len(spend), np.nan)
    model = fit([industry, region], spend, spend, everybody, told)
    return model, wallets([industry, region], spend, nobody, ~everybody, model, everybody)


def test_a_wallet_by_comparison_ranks_better_than_own_sales_and_its_range_holds_nine_in_ten() -> None:
    """Our share scatters and is small, so that own sales say little: the kind of customer says the rest."""
    held = []
    for seed in range(12):
        given = market(seed, 2000)
        model, found = compared(given, known(given[2], seed, 40))
        assert isinstance(model, Quantile)
        assert model.told == 40
        wallet, spend = given[2], given[3]
        assert spearman(found.value, wallet) > spearman(spend, wallet)
        assert np.median(found.value / wallet) == pytest.approx(1, abs=0.15)
        assert ((found.low <= found.value) & (found.value <= found.high)).all()
        held.append(float(((found.low <= wallet) & (wallet <= found.high)).mean()))
    assert 0.87 < np.mean(held) < 0.97
    assert min(held) > 0.65


def test_the_range_holds_where_customers_bought_more_once_than_they_now_buy_from_everybody() -> None:
    """A market that halved: most best years lie above today's wallet, and the range follows the told wallets down."""
    industry, region, wallet, spend = market(5, share=(8, 2))
    shrunken = wallet * 0.5
    model, found = compared((industry, region, shrunken, spend), known(shrunken, 5, 60))
    assert isinstance(model, Quantile)
    assert (spend > shrunken).mean() > 0.5
    assert ((found.low <= shrunken) & (shrunken <= found.high)).mean() == pytest.approx(0.9, abs=0.08)


def test_too_few_told_wallets_and_too_few_loyal_customers_say_so_and_told_ones_still_stand() -> None:
    given = market(6, 400)
    model, found = compared(given, known(given[2], 6, 29))
    assert isinstance(model, NotEstimable)
    assert model.reason.fields == {"need": 30, "have": 29}
    assert (found.source == 0).all()
    five, told = np.full(5, 100), np.array([1000.0, *[np.nan] * 4])
    kept = wallets([np.zeros(5, np.int32)], five, told, np.ones(5, bool), model, np.ones(5, bool))
    assert [SOURCES[code] for code in kept.source] == ["survey", "none", "none", "none", "none"]
    few = fit([given[0]], given[3], given[3], np.arange(400) < 59, known(given[2], 6, 30))
    assert isinstance(few, NotEstimable)
    assert few.reason.fields == {"need": 60, "have": 59}


def test_a_comparison_that_ranks_no_better_than_own_sales_is_not_given() -> None:
    """The kinds are dealt out by lot, so they say nothing of the wallet; by chance they sometimes seem to."""
    refused = []
    for seed in range(20):
        _, _, wallet, spend = market(seed, 800)
        lot = np.random.default_rng(seed + 100).integers(0, 3, (2, 800)).astype(np.int32)
        model, found = compared((lot[0], lot[1], wallet, spend), known(wallet, seed, 40))
        if isinstance(model, NotEstimable):
            assert model.reason.fields["have"] == 40
            assert float(str(model.reason.fields["ours"])) <= float(str(model.reason.fields["own"]))
            assert np.isnan(found.value).all()
        refused.append(isinstance(model, NotEstimable))
    assert np.mean(refused) > 0.6


def test_the_customer_before_the_salesperson_before_comparison_and_who_is_not_like_the_told_has_none() -> None:
    given = market(3, 400)
    industry, region, wallet, spend = given
    model, _ = compared(given, known(wallet, 3, 60))
    told, by_survey, like_told = np.full(400, np.nan), np.zeros(400, bool), np.ones(400, bool)
    told[:2], by_survey[0] = 10**9, True
    told[2] = spend[2] / 4
    spend[3], like_told[5] = 0, False
    found = wallets([industry, region], spend, told, by_survey, model, like_told)
    assert [SOURCES[code] for code in found.source[:6]] == [
        "survey",
        "estimate",
        "estimate",
        "none",
        "quantile",
        "none",
    ]
    assert found.value[2] == told[2]
    assert found.high[2] == spend[2]
    assert found.low[1] < found.low[0] < 10**9 < found.high[0] < found.high[1]
    assert np.isnan(found.share(spend)[3])
    assert found.share(spend)[2] == 1


def test_loyal_is_who_buys_when_due_and_no_less_than_before() -> None:
    steady = " | ".join(f"steady 20{24 + m // 12}-{m % 12 + 1:02d} 100" for m in range(24))
    fading = " | ".join(f"fading 20{24 + m // 12}-{m % 12 + 1:02d} {100 if m < 12 else 40}" for m in range(24))
    new = " | ".join(f"new 2025-{m + 1:02d} 100" for m in range(6, 12))
    every_other = " | ".join(f"other 20{24 + m // 12}-{m % 12 + 1:02d} 100" for m in range(0, 24, 2))
    made = panel(" | ".join([steady, fading, new, every_other]))
    found = dict(zip(("fading", "new", "other", "steady"), believed_loyal(made, 12).tolist(), strict=True))
    assert found == {"steady": True, "other": True, "fading": False, "new": False}
