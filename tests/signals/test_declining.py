"""The declining posterior: against direct integration, its calibration in a drawn firm, and its edges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.signals.declining import RATIOS, Decline, fit_decline, of_window, overdispersion, recalibration

SHARES = np.array([0.9, 0.02, 0.02, 0.02, 0.02, 0.02])
SEASON = 1 + 0.3 * np.sin(np.arange(15) / 12 * 2 * np.pi)


def drawn(phi: float, seed: int, customers: int = 60_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Twelve months and three, 1.5 orders a month on average, 3 % drop by 60 %: (orders, declined, own rates)."""
    chance = np.random.default_rng(seed)
    rate, declined = chance.gamma(1.0, 1.5, customers), chance.random(customers) < 0.03
    mean = rate[:, None] * SEASON * np.where(np.arange(15) >= 12, np.where(declined, 0.4, 1.0)[:, None], 1.0)
    scatter = chance.gamma(1 / phi, phi, mean.shape) if phi else 1.0
    return chance.poisson(mean * scatter), declined, rate


@pytest.mark.parametrize(("phi_base", "phi_recent"), [(0.0, 0.0), (0.05, 0.2)])
@pytest.mark.parametrize(("base", "recent"), [(0, 0), (3, 0), (12, 2), (240, 20), (5, 30)])
def test_posterior_by_direct_integration(base: int, recent: int, phi_base: float, phi_recent: float) -> None:
    def count(n: int, mean: np.ndarray, phi: float) -> np.ndarray:
        return nbinom(1 / phi, 1 / (1 + phi * mean)).pmf(n) if phi else poisson(mean).pmf(n)

    rate = np.exp(np.arange(-30, 6, 0.002))
    prior = gamma(0.8, scale=1 / 0.5).pdf(rate) * rate * count(base, 12 * rate, phi_base)
    ratios = (1.0, *RATIOS)
    ways = [share * prior * count(recent, 3 * ratio * rate, phi_recent)
            for share, ratio in zip(SHARES, ratios, strict=True)]  # fmt: skip
    total = sum(way.sum() for way in ways)
    lost = sum((way @ rate) * (1 - ratio) for way, ratio in zip(ways, ratios, strict=True)) / total
    model = Decline(0.8, 0.5, phi_base, phi_recent, SHARES, True)
    chance, found = model.posterior([base], 12.0, [recent], 3.0)
    assert chance[0] == pytest.approx(1 - ways[0].sum() / total, rel=1e-6)
    assert found[0] == pytest.approx(lost, rel=1e-6)


@pytest.mark.parametrize("phi", [0.0, 0.5])
def test_posteriors_mean_what_they_say_once_drop_sizes_are_learnt(phi: float) -> None:
    orders, declined, rate = drawn(phi, seed=7)
    spread = overdispersion(orders[:, :12], SEASON[:12])
    assert isinstance(spread, Estimate)
    assert spread.value == pytest.approx(phi, abs=0.02)
    windows = (orders[:, :12].sum(axis=1), SEASON[:12].sum(), orders[:, 12:].sum(axis=1), SEASON[12:].sum())
    model = fit_decline(*windows, of_window(spread.value, SEASON[:12]), of_window(spread.value, SEASON[12:]))
    assert model.shape == pytest.approx(1.0, abs=0.07)
    assert model.rate == pytest.approx(1 / 1.5, abs=0.05)
    chance, lost = model.posterior(*windows)
    for low, high in ((0.1, 0.2), (0.2, 0.5)):
        band = (chance >= low) & (chance < high)
        error = np.sqrt(chance[band].mean() / band.sum())
        assert abs(chance[band].mean() - declined[band].mean()) < 4 * error + 0.03
    assert lost.sum() == pytest.approx((rate * declined * 0.6).sum(), rel=0.25)
    worst = np.argsort(-lost)[:600]
    assert declined[worst].mean() > 3 * declined.mean()


def test_recalibration_mends_what_is_overconfident() -> None:
    chance = np.random.default_rng(5)
    said = chance.beta(1, 4, 40_000)
    came = chance.random(40_000) < said**1.5
    mend = recalibration(said, came)
    assert not isinstance(mend, NotEstimable)
    again = np.linspace(0.02, 0.5, 49)
    np.testing.assert_allclose(mend(again), again**1.5, atol=0.05)
    at = np.linspace(0, 1, 101)
    assert (np.diff(mend(at)) >= 0).all()
    assert 0 < mend(0.0) < mend(1.0) < 1


def test_too_little_to_learn_from() -> None:
    none = recalibration([0.1, 0.9], [False, True])
    assert isinstance(none, NotEstimable)
    assert none.text() == "recalibration needs 50 past outcomes of each kind; there are 1"
    with pytest.raises(Refused, match="3 customers are too few"):
        fit_decline([1, 2, 3], 12, [0, 1, 2], 3)
    assert isinstance(overdispersion(np.eye(12)[:5], np.ones(12)), NotEstimable)
