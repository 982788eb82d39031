"""Operational time and histories older than the export."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.signals.models.bg_nbd import BgNbd
from liuke.signals.models.entered import entered
from liuke.signals.models.season import Season, season

WAVE = 1 + 0.5 * np.sin(np.arange(12) / 12 * 2 * np.pi)


def test_an_index_is_found_under_growth_and_noise() -> None:
    months = np.arange(48)
    counts = np.random.default_rng(3).poisson(400 * 1.02**months * WAVE[months % 12])
    found = season(counts, first_month=2020 * 12)
    assert found.warning is None
    assert found.index.mean() == pytest.approx(1)
    np.testing.assert_allclose(found.index, WAVE, atol=0.06)


def test_the_first_month_may_be_any() -> None:
    months = np.arange(5, 5 + 36)
    np.testing.assert_allclose(season(1000 * WAVE[months % 12], first_month=2021 * 12 + 5).index, WAVE, atol=0.02)


def test_noise_is_no_season() -> None:
    chance = np.random.default_rng(9)
    spread = [np.ptp(season(chance.poisson(25, 36), 24_000).index) for _ in range(40)]
    assert np.median(spread) < 0.15  # unshrunk it is about .7


def test_short_histories_have_no_season() -> None:
    found = season(np.full(23, 100), 24_000)
    assert found.index.tolist() == [1.0] * 12
    assert found.warning is not None
    assert found.warning.text() == "seasons need 24 months of history; there are 23"
    assert season(np.zeros(30), 24_000).warning is not None


@given(st.integers(0, 40_000), st.integers(0, 800), st.integers(0, 800))
def test_operational_days_add_up(start: int, some: int, more: int) -> None:
    found = season(1000 * np.tile(WAVE, 3), 2020 * 12)
    both = found.days(start, start + some) + found.days(start + some, start + some + more)
    assert found.days(start, start + some + more) == pytest.approx(both, abs=1e-6)
    assert Season(np.ones(12)).days(start, start + some) == pytest.approx(some, abs=1e-6)


def test_on_the_operational_clock_a_quiet_season_is_no_silence() -> None:
    """One base, buying with a strong season; seen at the end of the quiet half, truth r = 1.5, rate 1/20 a day."""
    chance = np.random.default_rng(12)
    quiet = 1 + 0.8 * np.sin(np.arange(12) / 12 * 2 * np.pi)
    found = season(1000 * np.tile(quiet, 3), 2020 * 12)
    start, end = 17_897, 17_897 + 730  # two years from 2019-01-01
    clock = found.days(start, np.arange(start, end + 1))
    rows = []
    for rate in chance.gamma(1.5, 1 / 30, 3_000):
        born = int(chance.integers(0, 400))
        left = chance.random() * 0.3
        at, days = clock[born], []
        while True:
            at += chance.exponential(1 / rate)
            if at > clock[-1]:
                break
            days.append(int(np.searchsorted(clock, at)))
            if chance.random() < left:
                break
        rows.append((born, len(set(days)), days[-1] if days else born))
    born, x, last = np.array(rows).T
    x = np.where(last > born, x, 0)
    operational = BgNbd().fit(x, clock[last] - clock[born], clock[-1] - clock[born])
    calendar = BgNbd().fit(x, last - born, 730 - born)
    assert operational.r_ / operational.alpha_ == pytest.approx(1.5 / 30, rel=0.1)
    assert operational.log_likelihood_ > calendar.log_likelihood_  # both in days, mean index 1


def test_those_older_than_the_export_are_left_out() -> None:
    first = np.repeat([100, 101, 400, 500], [300, 300, 150, 100])
    found = entered(first, np.ones(850), export_start=100, quiet_days=90)
    assert (found.customers, found.of, found.warning) == (250, 850, None)
    assert found.rows.tolist() == (first >= 190).tolist()


def test_too_few_newcomers_means_all_and_a_warning() -> None:
    found = entered(np.repeat([100, 400], [300, 20]), np.ones(320), 100, 90)
    assert found.customers == 320
    assert found.rows.all()
    assert found.warning is not None
    assert found.warning.text().startswith("Only 20 of 320 customers surely began after the export did")
