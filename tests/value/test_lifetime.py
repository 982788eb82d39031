"""Lifetime value: the formulas by hand, the discount, the interval of draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.signals.models.gamma_gamma import GammaGamma
from liuke.signals.models.mbg_nbd import MbgNbd
from liuke.value.lifetime import (
    Repeats,
    Terms,
    discounted_share,
    formula,
    lifetime_by_models,
    lifetime_value,
    repeats,
    retention_equity,
    still_alive,
)
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
    """A normal 500 ± 50: 5 and 95 % at ± 1.645 x 50; the second customer's draws are halved by the discount."""
    random = np.random.default_rng(0)
    spend = random.normal(500, 50, (2, 20_000))
    found = lifetime_value(spend, np.array([1.0, 0.5]))
    assert found.mean == pytest.approx([500, 250], rel=0.01)
    assert found.low == pytest.approx([500 - 82.25, (500 - 82.25) / 2], rel=0.01)
    assert found.high == pytest.approx([500 + 82.25, (500 + 82.25) / 2], rel=0.01)


def test_models_give_what_customers_drawn_from_them_bring_in_the_end() -> None:
    """MBG/NBD and Gamma-Gamma on 4,000 customers lived for 4 years, fitted on the first 2: the later 2 within 10 %."""
    random = np.random.default_rng(4)
    size, watched, lived = 4000, 730, 1460
    rate, quits = random.gamma(1.2, 1 / 60, size), random.beta(1.0, 8.0, size)
    usual = 6.0 / random.gamma(4.0, 1 / 60.0, size)
    gaps = np.cumsum(random.exponential(1 / rate[:, None], (size, 500)), axis=1)
    stays = np.arange(500)[None, :] < random.geometric(quits)[:, None] - 1
    spent = random.gamma(6.0, (usual / 6.0)[:, None], (size, 501))
    early, late = (gaps <= watched) & stays, (gaps > watched) & (gaps <= lived) & stays
    x = early.sum(axis=1).astype(np.int32)
    t_x = np.where(x > 0, np.ceil(np.where(early, gaps, 0).max(axis=1)), 0.0)
    mean = (spent[:, 0] + (spent[:, 1:] * early).sum(axis=1)) / (x + 1)
    history = Repeats(np.ones(size, bool), x, t_x, np.full(size, float(watched)))
    buying = MbgNbd().fit(x, t_x, history.T)
    spending = GammaGamma().fit(x + 1, mean)
    terms = Terms(years=2.0, rate=0.0, draws=60)
    found = lifetime_by_models(buying, spending, history, mean, terms)
    came = (spent[:, 1:] * late).sum(axis=1)
    assert found.mean.sum() == pytest.approx(came.sum(), rel=0.1)
    assert ((came >= found.low) & (came <= found.high)).mean() > 0.85
    cheaper = lifetime_by_models(buying, spending, history, mean, Terms(years=2.0, rate=0.2, draws=60))
    assert (cheaper.mean <= found.mean).all()
    mean[0] = -5.0
    assert np.isnan(lifetime_by_models(buying, spending, history, mean, terms).mean[0])


def told(*histories: tuple[int, float, float]) -> Repeats:
    """Customers with these repeat purchases, days to the last and days observed."""
    x, t_x, age = (np.array(column, dtype=np.float64) for column in zip(*histories, strict=True))
    return Repeats(np.ones(len(x), bool), x.astype(np.int32), t_x, age)


def fitted() -> MbgNbd:
    random = np.random.default_rng(1)
    x = random.poisson(random.gamma(1.5, 4.0, 500)).astype(np.int32)
    t_x = np.where(x > 0, np.ceil(random.uniform(1, 360, 500)), 0.0)
    return MbgNbd().fit(x, t_x, np.full(500, 365.0))


def test_who_has_not_stopped_is_what_the_risk_leaves() -> None:
    """A risk of .4 with purchases nearly certain within the horizon leaves .6; the silence itself no longer counts."""
    buying, history = fitted(), told((20, 150.0, 365.0), (20, 360.0, 365.0), (20, 150.0, 365.0))
    still = still_alive(buying, history, np.array([0.4, 0.4, np.nan]), 120)
    certain = buying.probability_of_purchase(120, np.array([20]), np.array([365.0]), np.array([365.0]))
    fresh = buying.p_alive(np.array([20]), np.array([365.0]), np.array([365.0]))
    assert still.chance[:2] == pytest.approx([0.6 * float(fresh[0] / certain[0])] * 2)
    assert still.chance[2] == pytest.approx(buying.p_alive(*(c[2:] for c in (history.x, history.t_x, history.T)))[0])
    assert still.chance[2] < 0.1


def test_a_lifetime_follows_the_risk_and_its_draws_their_mean() -> None:
    buying, history = fitted(), told(*[(20, 350.0, 365.0)] * 3, (0, 0.0, 365.0))
    spending = GammaGamma().fit(np.full(200, 5), np.random.default_rng(2).gamma(6.0, 10.0, 200))
    mean, terms = np.full(4, 60.0), Terms(years=2.0, rate=0.0, draws=4000)
    still = still_alive(buying, history, np.array([0.1, 0.55, 1.0, 0.5]), 120)
    found = lifetime_by_models(buying, spending, history, mean, terms, still)
    assert found.mean[1] == pytest.approx(found.mean[0] * 0.5, rel=1e-6)
    assert found.mean[2] == 0
    assert found.draws.mean(axis=1)[:2] == pytest.approx(found.mean[:2], rel=0.05)
    assert 0 < still.chance[3] < 1


def test_the_statistics_of_three_purchases() -> None:
    found = repeats(panel("c1 2025-01-01 10 | c1 2025-01-11 10 | c1 2025-03-02 10 | c2 2025-03-31 5"))
    assert found.x.tolist() == [2, 0]
    assert found.t_x.tolist() == [60, 0]
    assert found.T.tolist() == [89, 0]
