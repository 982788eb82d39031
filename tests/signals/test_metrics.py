"""Metrics by hand, against published figures, and as properties: a weight is that many equal rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.signals import metrics
from liuke.signals._hull_kernel import upper_hull

ONES = np.ones(4)


def test_five_rows_by_hand() -> None:
    score = np.array([0.1, 0.2, 0.2, 0.7, 0.9])
    left = np.array([0.0, 0.0, 1.0, 0.0, 1.0])
    weight = np.ones(5)
    # pairs: .2 beats .1, ties .2, loses to .7; .9 beats all three
    assert metrics.auc(score, left, weight) == pytest.approx((1 + 0.5 + 0 + 3) / 6)
    assert metrics.average_precision(score, left, weight) == pytest.approx((1 / 1 + 2 / 4) / 2)
    assert metrics.log_loss(score, left, weight) == pytest.approx(-np.log([0.9, 0.8, 0.2, 0.3, 0.9]).mean())
    assert metrics.lift(score, left, weight, share=0.2) == pytest.approx(1 / 0.4)


def test_calibration_by_hand() -> None:
    chance, left = np.array([0.1, 0.1, 0.6, 0.6]), np.array([0.0, 0.0, 1.0, 0.0])
    assert metrics.calibration_error(chance, left, ONES, bins=2) == pytest.approx((0.1 * 2 + 0.1 * 2) / 4)
    assert metrics.calibration_curve(chance, left, bins=2) == [(0.1, 0.0, 2), (0.6, 0.5, 2)]


def test_empc_as_published() -> None:
    """methods.md section 3: seed 0, 5,000 rows; and the formula's own value where the score is perfect."""
    random = np.random.default_rng(0)
    left = (random.random(5000) < 0.1).astype(float)
    score = 0.8 * left + random.standard_normal(5000)
    order = np.argsort(score)
    weight = np.ones(5000)
    assert metrics.expected_profit(score[order], left[order], weight) == pytest.approx(1.1613, abs=5e-5)
    assert metrics.auc(score[order], left[order], weight) == pytest.approx(0.7096, abs=5e-5)
    perfect = np.sort(left)
    assert metrics.expected_profit(perfect, perfect, weight) == pytest.approx(56 * left.mean(), abs=1e-9)


def test_empb_is_empc_where_all_are_worth_the_same() -> None:
    """The same two costs written once as shares and once a customer: 15 of 300 is 5 %."""
    random = np.random.default_rng(1)
    left = (random.random(500) < 0.2).astype(float)
    score = np.sort(left + random.standard_normal(500))
    worth = np.full(500, 300.0)
    gains = metrics.expected_profit_b2b(score, left, np.ones(500), worth)
    by_grid = []
    for g in (np.arange(2000) + 0.5) / 2000:
        each = np.where(left > 0, g * 300 * 0.95 - 15, -300 * 0.05 - 15)[::-1]
        by_grid.append(max(0.0, np.cumsum(each).max()))
    from scipy.stats import beta

    density = beta.pdf((np.arange(2000) + 0.5) / 2000, 6, 14)
    assert gains == pytest.approx(np.average(by_grid, weights=density) / 500, rel=1e-3)


@given(st.integers(0, 10_000), st.sampled_from(sorted(metrics.CHANCE_METRICS)))
@settings(max_examples=60, deadline=None)
def test_a_weight_is_that_many_equal_rows(seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(4, 30))
    score = np.sort(random.integers(1, 9, count) / 10)
    left = random.integers(0, 2, count).astype(float)
    left[:2] = [0, 1]
    weight = random.integers(1, 4, count)
    metric: Callable[..., float] = metrics.CHANCE_METRICS[name]
    many = [np.repeat(values, weight) for values in (score, left)]
    assert metric(score, left, weight.astype(float)) == pytest.approx(metric(*many, np.ones(len(many[0]))))


@given(st.integers(0, 10_000), st.sampled_from(sorted(metrics.CHANCE_METRICS)))
@settings(max_examples=60, deadline=None)
def test_the_order_of_equal_scores_does_not_matter(seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    score = np.sort(random.integers(1, 4, 20) / 10)
    left = np.r_[0.0, 1.0, random.integers(0, 2, 18)]
    shuffled = left[np.lexsort((random.random(20), score))]
    metric: Callable[..., float] = metrics.CHANCE_METRICS[name]
    assert metric(score, left, np.ones(20)) == pytest.approx(metric(score, shuffled, np.ones(20)))


def test_a_score_that_says_nothing_has_no_lift() -> None:
    left = np.r_[np.zeros(80), np.ones(20)]
    assert metrics.lift(np.full(100, 0.3), left, np.ones(100)) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=25))
@settings(max_examples=100, deadline=None)
def test_no_point_lies_above_the_hull(points: list[tuple[int, int]]) -> None:
    x, y = (np.array(values, float) for values in zip(*sorted(points), strict=True))
    y = np.maximum.accumulate(y)
    hull = upper_hull(x, y)
    assert (y <= np.interp(x, x[hull], np.maximum.accumulate(y[hull])) + 1e-9).all()


def test_equal_buyers_are_compared_with_each_other() -> None:
    """The score is the rate: inside equal rates it knows nothing."""
    rate = np.repeat(np.arange(10.0), 20)
    left = np.tile([1.0, 0.0], 100)
    assert metrics.within_rate(rate, left, rate, np.ones(200)) == pytest.approx(0.5)
    assert metrics.within_rate(left, left, rate, np.ones(200)) == pytest.approx(1.0)


def test_few_of_either_outcome_give_a_reason_and_no_number() -> None:
    left = np.zeros(50, bool)
    left[:9] = True
    redraws = metrics.Redraws.of(np.arange(50, dtype=np.int32))
    answer = metrics.measured(np.linspace(0, 1, 50), left, redraws)["auc"]
    assert isinstance(answer, NotEstimable)
    assert answer.reason.fields == {"need": 10, "left": 9, "stayed": 41}


def test_intervals_know_that_a_customers_months_are_alike() -> None:
    """Twenty copies of the same customer-month are no more evidence than one."""
    random = np.random.default_rng(2)
    left = random.random(200) < 0.3
    score = left + random.standard_normal(200)
    once = metrics.measured(score, left, metrics.Redraws.of(np.arange(200, dtype=np.int32)), ("auc",))["auc"]
    customer = np.repeat(np.arange(200, dtype=np.int32), 20)
    copies = metrics.measured(np.repeat(score, 20), np.repeat(left, 20), metrics.Redraws.of(customer), ("auc",))["auc"]
    assert isinstance(once, Estimate)
    assert isinstance(copies, Estimate)
    assert copies.value == pytest.approx(once.value)
    assert copies.high - copies.low == pytest.approx(once.high - once.low, rel=1e-6)
    assert once.low < once.value < once.high


def test_a_policy_treats_whom_it_pays_to_treat_and_gets_what_came() -> None:
    """Worth 1,000: an offer of 50, contact 15, three in ten kept: p above (50 + 15) / (.3 x 950 + 50) = .194."""
    worth = np.full(3, 1000.0)
    treated = metrics.worth_treating(np.array([0.19, 0.2, 0.9]), worth)
    assert treated.tolist() == [False, True, True]
    # one stays and takes the offer, one leaves and is kept three times in ten
    value = metrics.policy_value(treated, np.array([1.0, 0.0, 1.0]), worth, np.ones(3))
    assert value == pytest.approx((-50 - 15 + 0.3 * 950 - 15) / 3)
    assert metrics.worth_treating(np.array([0.99]), np.array([20.0])).tolist() == [False]  # a contact costs more


def test_an_interval_holds_its_value_even_where_redraws_are_biased() -> None:
    """A perfectly calibrated chance: every redraw is further from it than the whole."""
    random = np.random.default_rng(4)
    chance = np.sort(random.random(2000))
    left = random.random(2000) < chance
    found = metrics.measured(chance, left, metrics.Redraws.of(np.arange(2000, dtype=np.int32)))
    for answer in found.values():
        assert isinstance(answer, Estimate)
        assert answer.low <= answer.value <= answer.high
        assert answer.low >= 0


def test_what_is_no_number_has_no_range_and_nobody_is_warned() -> None:
    """All tenths of the buying rate hold one outcome alone; warnings are errors here."""
    left = np.array([0.0] * 30 + [1.0] * 30)
    rate, score = np.arange(60.0) // 6, np.linspace(0, 1, 60)
    redraws = metrics.Redraws.of(np.arange(60, dtype=np.int32))
    found = metrics.estimated(partial(metrics.within_rate, score, left, rate), np.ones(60), redraws.weights)
    assert np.isnan(found.value)
    assert found.low is found.high is None

    def at_first(weight: np.ndarray) -> np.ndarray:
        return np.where(np.ndim(weight) == 1, 0.7, np.full(weight.shape[:-1], np.nan))

    assert metrics.estimated(at_first, np.ones(60), redraws.weights) == Estimate(0.7)
