"""The logit against a general minimiser, and what its levels do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from liuke.signals.churn import logit


def drawn(seed: int = 0, rows: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.standard_normal((rows, 2)) * [1.0, 3.0] + [0.0, 5.0]
    origin = random.integers(10, 13, rows).astype(np.int32)
    level = np.array([-1.0, -0.2, 0.3])[origin - 10]
    left = random.random(rows) < expit(level + 0.8 * x[:, 0] - 0.2 * (x[:, 1] - 5))
    return x, left, origin, np.arange(rows, dtype=np.int32)


def test_the_optimum_is_that_of_a_general_minimiser() -> None:
    x, left, origin, customer = drawn()
    found = logit.fit(x, left, origin, customer)
    z, place = found.standardised(x), origin - 10

    def loss(beta: np.ndarray) -> float:
        odds = beta[0] + z @ beta[1:3] + beta[3:][place]
        fit = np.where(left, np.log(expit(odds)), np.log(expit(-odds))).sum()
        return (
            -fit
            + (beta[1:3] ** 2).sum() / (2 * logit.SLOPE_SD**2)
            + (beta[3:] ** 2).sum() / (2 * logit.DEVIATION_SD**2)
        )

    best = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-8}).x
    assert np.r_[found.level, found.slopes, found.deviations] == pytest.approx(best, abs=1e-5)


def test_a_coming_period_has_the_level_without_a_deviation() -> None:
    x, left, origin, customer = drawn(1)
    found = logit.fit(x, left, origin, customer)
    same = found.log_odds(x, origin) - found.log_odds(x)
    assert same == pytest.approx(found.deviations[origin - 10])
    assert found.deviations[0] < 0 < found.deviations[2]
    assert abs(found.deviations.mean()) < 0.05


def test_repeated_rows_of_a_customer_do_not_narrow_its_interval() -> None:
    x, left, origin, customer = drawn(2)
    once = logit.fit(x, left, origin, customer)
    five = logit.fit(*(np.repeat(part, 5, axis=0) for part in (x, left, origin, customer)))
    assert np.diag(five.covariance) == pytest.approx(np.diag(once.covariance), rel=0.2)


def test_levels_that_differ_widen_the_interval_of_a_coming_period() -> None:
    x, left, origin, customer = drawn(3, 3000)
    calm = logit.fit(x, np.random.default_rng(0).permutation(left), origin, customer)
    moving = logit.fit(x, left, origin, customer)
    assert moving.drift > 1.5 * calm.drift


def test_one_outcome_is_no_logit() -> None:
    x, left, origin, customer = drawn()
    with pytest.raises(ValueError, match="both"):
        logit.fit(x, np.zeros_like(left), origin, customer)
