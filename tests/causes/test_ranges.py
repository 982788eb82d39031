"""Ranges of causes against counts that are worked out in full, and honest where there is little."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.causes import ranges


def in_full(chances: list[float]) -> tuple[int, int]:
    """The 5 % and 95 % quantile of how many happen, by all ways it can."""
    law = np.array([1.0])
    for chance in chances:
        law = np.convolve(law, [1 - chance, chance])
    summed = np.cumsum(law)
    return int((summed >= 0.05 - 1e-12).argmax()), int((summed >= 0.95 - 1e-12).argmax())


@pytest.mark.parametrize("seed", range(12))
def test_a_count_s_range_is_that_of_all_ways_within_a_customer(seed: int) -> None:
    draw = np.random.default_rng(seed)
    chances = draw.beta(0.4, 1.0 + seed / 4, size=5 + 20 * seed).tolist()
    low, high = in_full(chances)
    found = ranges.likely_count(np.array([sum(chances)]), np.array([sum(p * p for p in chances)]))
    assert abs(found.low[0] - min(low, np.floor(sum(chances)))) <= 1
    assert abs(found.high[0] - max(high, np.ceil(sum(chances)))) <= 1
    assert 0 <= found.low[0] <= sum(chances) <= found.high[0] <= len(chances)


def test_what_is_sure_has_no_range_and_what_is_little_none_below_nothing() -> None:
    sure = ranges.likely_count(np.array([3.0, 0.0]), np.array([3.0, 0.0]))
    assert (sure.low.tolist(), sure.high.tolist()) == ([3.0, 0.0], [3.0, 0.0])
    little = ranges.likely_count(np.array([0.04]), np.array([0.04 * 0.02]))
    assert (little.low[0], little.high[0]) == (0.0, 1.0)


def test_money_stays_between_what_is_sure_and_what_there_is() -> None:
    mean, spread = np.array([50.0, 130.0, 80.0]), np.array([2500.0, 900.0, 0.0])
    found = ranges.likely_amount(mean, spread, np.array([0.0, 100.0, 80.0]), np.array([100.0, 200.0, 80.0]))
    assert (found.low >= [0, 100, 80]).all()
    assert (found.high <= [100, 200, 80]).all()
    assert ((found.low <= mean) & (mean <= found.high)).all()


def test_a_poisson_count_has_garwood_s_limits() -> None:
    found = ranges.poisson(np.array([0.0, 1.0, 10.0]))
    assert found.low == pytest.approx([0, 0.0513, 5.4254], abs=1e-3)  # Garwood (1936), 90 %
    assert found.high == pytest.approx([2.9957, 4.7439, 16.9622], abs=1e-3)


def test_a_change_of_chance_alone_covers_none_in_nine_of_ten() -> None:
    draw = np.random.default_rng(3)
    for rate in (0.7, 4.0, 30.0):
        now, then = draw.poisson(rate, (2, 4000)).astype(float)
        found = ranges.difference(ranges.poisson(now), ranges.poisson(then))
        covered = ((found.low <= 0) & (found.high >= 0)).mean()
        assert covered >= 0.89, rate  # exact limits of small counts cover more
        assert found.value == pytest.approx(now - then)


def test_amounts_of_equal_customers_are_counted_as_customers_are() -> None:
    count = np.array([7.0])
    plain = ranges.poisson(count)
    found = ranges.weighted_poisson(count * 40, count * 1600, np.array([40.0]))
    assert found.low == pytest.approx(plain.low * 40)
    assert found.high == pytest.approx(plain.high * 40)
    nothing = ranges.weighted_poisson(np.array([0.0]), np.array([0.0]), np.array([40.0]))
    assert (nothing.low[0], nothing.high[0]) == (0.0, pytest.approx(2.9957 * 40, abs=0.01))


def test_two_shares_differ_as_newcombe_has_it() -> None:
    one, other = ranges.wilson(np.array([56.0]), np.array([70.0])), ranges.wilson(np.array([48.0]), np.array([80.0]))
    found = ranges.difference(one, other)
    assert found.value[0] == pytest.approx(0.2)
    assert 0.07 < found.low[0] < 0.09  # Newcombe (1998), table II (a), there at 95 %: .0524 to .3339
    assert 0.30 < found.high[0] < 0.32
    nobody = ranges.wilson(np.array([0.0]), np.array([0.0]))
    assert (nobody.low[0], nobody.high[0]) == (0.0, 1.0)


def test_of_nobody_no_end_is_a_minus_nought() -> None:
    found = ranges.likely_count(np.zeros(1), np.zeros(1))
    assert not np.signbit(np.concatenate(found)).any()
