"""Core customers: the plain set, its bootstrap probability and the hysteresis."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from liuke.kernel.estimate import NotEstimable
from liuke.value.core import block_weights, core_customers, core_probability, hold, smallest_set


def test_the_plain_set_is_the_fewest_that_make_four_fifths() -> None:
    assert smallest_set(np.array([50, 30, 10, 10])).tolist() == [True, True, False, False]
    assert smallest_set(np.array([10, 49, 30, 11])).tolist() == [False, True, True, True]


def test_negative_customers_neither_belong_nor_lower_the_bar() -> None:
    assert smallest_set(np.array([80, 20, -1000])).tolist() == [True, False, False]


def test_of_equal_customers_at_the_edge_all_belong() -> None:
    assert smallest_set(np.array([70, 10, 10, 10])).tolist() == [True, True, True, True]


def test_nobody_and_nothing_sold_give_an_empty_core() -> None:
    assert smallest_set(np.zeros(0, np.int64)).shape == (0,)
    assert not smallest_set(np.array([0, -5])).any()
    nobody = core_customers(np.zeros((0, 24), np.int64))
    assert nobody.core.shape == nobody.raw.shape == (0,)
    assert not core_customers(np.zeros((3, 24), np.int64)).core.any()


def test_one_customer_with_all_the_money_is_the_core() -> None:
    values = np.zeros((5, 24), np.int64)
    values[2] = 10**12
    values[3, 0] = 100
    found = core_customers(values)
    assert found.core.tolist() == [False, False, True, False, False]
    assert found.probability == pytest.approx([0, 0, 1, 0, 0])


def test_a_customer_with_one_lucky_order_is_in_the_plain_set_but_not_in_the_core() -> None:
    values = np.full((10, 24), 100, np.int64)
    values[:8] = 1000
    values[9] = 0
    values[9, 20] = 12_500  # more in a year than a steady one
    found = core_customers(values)
    assert found.raw[9]
    assert not found.core[9]
    assert isinstance(found.probability, np.ndarray)
    assert 0.2 < found.probability[9] < 0.8


def test_too_few_periods_give_the_plain_set_and_the_reason() -> None:
    found = core_customers(np.array([[90, 90, 90], [10, 10, 10]]))
    assert found.core.tolist() == found.raw.tolist() == [True, False]
    assert isinstance(found.probability, NotEstimable)
    assert found.probability.reason.fields == {"need": 6, "have": 3}


def test_a_customer_enters_at_eight_tenths_and_leaves_below_a_half() -> None:
    inside = np.array([False])
    seen = []
    for probability in (0.7, 0.8, 0.6, 0.5, 0.49, 0.79):
        inside = hold(np.array([probability], np.float32) + np.float32(1e-6), inside)
        seen.append(bool(inside[0]))
    assert seen == [False, True, True, True, False, False]


def test_blocks_are_neighbouring_periods_and_every_redraw_has_as_many_as_there_are() -> None:
    weights = block_weights(24, 500, 3, seed=1)
    assert (weights.sum(axis=1) == 24).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(24), abs=0.2)
    assert (block_weights(24, 5, 3, seed=1) == weights[:5]).all()


@settings(max_examples=40, deadline=None)
@given(
    values=hnp.arrays(
        np.int64, st.tuples(st.integers(0, 12), st.integers(6, 30)), elements=st.integers(-1000, 100_000)
    ),
    later=st.integers(1, 4),
)
def test_laws_of_the_core(values: np.ndarray, later: int) -> None:
    """Probabilities are shares; the same seed gives the same; later columns never change an earlier end."""
    probability = core_probability(values, draws=20)
    assert ((probability >= 0) & (probability <= 1)).all()
    assert (probability == core_probability(values, draws=20)).all()
    end = values.shape[1] - 1
    longer = np.concatenate([values, np.full((len(values), later), 77)], axis=1)
    first, second = (core_customers(each, ends=[end], draws=20) for each in (values, longer))
    assert (first.core == second.core).all()
    total = values[values.sum(axis=1) > 0].sum()
    inside = smallest_set(values.sum(axis=1))
    assert values[inside].sum() >= 0.8 * total - 1e-6
    if inside.any():
        smallest = values[inside].sum(axis=1).min()
        assert values[inside].sum() - values[inside][values[inside].sum(axis=1) == smallest].sum() < 0.8 * total


def test_the_stable_core_changes_less_than_the_plain_set() -> None:
    """methods.md section 3: turnover of the stable list against the plain one, aim half, at 98 % of the value."""
    random = np.random.default_rng(5)
    size = random.lognormal(0, 1.3, 1500)
    values = (random.gamma(0.5, 2, (1500, 48)) * size[:, None] * 10_000).astype(np.int64)
    ends = list(range(23, 48, 3))
    stable = [core_customers(values[:, : end + 1], ends=[e for e in ends if e <= end], draws=60) for end in ends]
    changed_stable = sum((a.core != b.core).sum() for a, b in pairwise(stable))
    changed_raw = sum((a.raw != b.raw).sum() for a, b in pairwise(stable))
    assert changed_stable < 0.5 * changed_raw


@settings(max_examples=60, deadline=None)
@given(
    values=hnp.arrays(np.int64, st.tuples(st.integers(1, 40), st.integers(6, 24)), elements=st.integers(-50, 300)),
    share=st.sampled_from([0.5, 0.8, 0.95]),
)
def test_the_probability_is_how_many_redraws_put_a_customer_in_the_plain_set(values: np.ndarray, share: float) -> None:
    redraws = block_weights(values.shape[1], 20, 3, seed=0).astype(np.int64) @ values.T
    often = np.mean([smallest_set(totals, share) for totals in redraws], axis=0)
    often[~(values > 0).any(axis=1)] = 0
    assert core_probability(values, share=share, draws=20) == pytest.approx(often)


def test_a_large_base_has_the_same_set_as_one_sorted_whole() -> None:
    values = np.random.default_rng(1).pareto(1.2, (30_000, 6)) * 1000
    values = values.astype(np.int64)
    redraws = block_weights(6, 5, 3, seed=0) @ values.T.astype(np.float32)
    often = np.mean([smallest_set(totals) for totals in redraws], axis=0)
    assert core_probability(values, draws=5) == pytest.approx(often)
