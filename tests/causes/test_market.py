"""What the others of a segment and region tell of a customer's market: by hand, on shocks we set, and on none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.causes.market import (
    LEAST_OTHERS,
    MOST_SHARE,
    UNKNOWN,
    growth_of_others,
    market_index,
    seasonal_factors,
    spans,
)


def codes(text: str) -> Any:
    return np.array([UNKNOWN if each == "?" else "ab".index(each) for each in text], np.int32)


ALL = np.ones(6, bool)
BEFORE = np.array([100.0, 200, 300, 400, 50, 50])
NOW = np.array([50.0, 100, 330, 440, 60, 40])
SEGMENT = codes("aabbb?")


def test_growth_of_the_others_by_hand() -> None:
    """The first's segment is the second alone, halved; b without its first: (440 + 60) / (400 + 50)."""
    growth, others = growth_of_others(BEFORE, NOW, SEGMENT, ALL)
    assert growth == pytest.approx([-0.5, -0.5, 500 / 450 - 1, 390 / 350 - 1, 770 / 700 - 1, np.nan], nan_ok=True)
    assert others.tolist() == [1, 1, 2, 2, 2, 0]
    whole, _ = growth_of_others(BEFORE, NOW, np.zeros(6, np.int32), ALL)
    assert whole[0] == pytest.approx(970 / 1000 - 1)


def test_who_is_not_counted_is_told_by_the_others_and_tells_nobody() -> None:
    counted = np.array([False, True, True, True, True, True])
    growth, others = growth_of_others(BEFORE, NOW, SEGMENT, counted)
    assert (growth[0], others[0]) == (-0.5, 1)
    assert np.isnan(growth[1])
    assert others[1] == 0


def test_the_parts_are_shift_share_and_add_up() -> None:
    """Esteban-Marquillas: Y·g + Y·(g_s - g) + Y·(g_i - g_s) with all growths told without the customer."""
    index = market_index(BEFORE, NOW, ALL, SEGMENT, np.full(6, UNKNOWN, np.int32))
    parts = index.parts(BEFORE, NOW)
    assert sum(parts.values()) == pytest.approx(NOW - BEFORE)
    assert parts["whole"][0] == pytest.approx(100 * (970 / 1000 - 1))
    assert not parts["region"].any()
    assert index.segment[5] == 0  # its segment is not said


def plain(before: Any, now: Any, group: Any, counted: Any, without: int) -> float:
    """The same figure the long way: drop the customer, hold down who carries more than a tenth, add up."""
    keep = (group == group[without]) & counted & (np.arange(len(group)) != without)
    size, weight = np.maximum(before, now)[keep], np.ones(keep.sum())
    if keep.sum() >= LEAST_OTHERS:
        for cap in sorted(set(np.r_[_caps(size), np.inf])):
            held = np.minimum(size, cap)
            if held.max() <= MOST_SHARE * held.sum() * (1 + 1e-9):
                weight = np.divide(held, size, out=np.ones(len(size)), where=size > 0)
    total = (weight * before[keep]).sum()
    return (weight * now[keep]).sum() / total - 1 if total > 0 else np.nan


def _caps(size: Any) -> list[float]:
    """Where the greatest so many, held down, carry a tenth each."""
    ordered = np.sort(size)[::-1]
    return [ordered[k:].sum() / (1 / MOST_SHARE - k) for k in range(1, 10)]


@given(seed=st.integers(0, 10_000), many=st.integers(2, 40))
def test_all_at_once_is_each_the_long_way(seed: int, many: int) -> None:
    luck = np.random.default_rng(seed)
    before, now = np.exp(luck.normal(0, 2.5, (2, many)))
    now[luck.random(many) < 0.2] = 0
    group, counted = luck.integers(0, 2, many), luck.random(many) < 0.8
    found, _ = growth_of_others(before, now, group.astype(np.int32), counted)
    each = [plain(before, now, group, counted, one) for one in range(many)]
    assert found == pytest.approx(each, rel=1e-6, nan_ok=True)


@given(seed=st.integers(0, 10_000), own=st.floats(0, 1e9))
def test_nothing_of_a_customers_own_is_in_its_figure(seed: int, own: float) -> None:
    luck = np.random.default_rng(seed)
    before, now = np.exp(luck.normal(3, 2, (2, 30)))
    group = luck.integers(0, 2, 30).astype(np.int32)
    first, _ = growth_of_others(before, now, group, before > 0)
    now[0], before[0] = own, own / 2 + 1
    again, _ = growth_of_others(before, now, group, before > 0)
    assert again[0] == pytest.approx(first[0], rel=1e-5, abs=1e-7)


def firm(seed: int, customers: int, fell: dict[tuple[str, int], float], groups: int = 8) -> Any:
    """Two spans of customers of unlike size, who buy by chance: before, now, segment, region."""
    luck = np.random.default_rng(seed)
    segment, region = luck.integers(0, groups, (2, customers)).astype(np.int32)
    rate = np.exp(luck.normal(1.2, 0.7, customers))
    ticket = np.exp(luck.normal(5, 1.2, customers))
    shift = np.zeros(customers)
    for (name, code), size in fell.items():
        shift += size * ((segment if name == "segment" else region) == code)
    gone = luck.random(customers) < 0.06
    now = luck.poisson(rate * np.exp(shift) * luck.lognormal(0, 0.3, customers)) * ticket * ~gone
    return luck.poisson(rate * luck.lognormal(0, 0.3, customers)) * ticket, now, segment, region


def test_a_fall_of_a_segment_and_of_a_region_is_found() -> None:
    before, now, segment, region = firm(3, 20_000, {("segment", 2): -0.5, ("region", 5): -0.3})
    index = market_index(before, now, before > 0, segment, region)
    only = {
        "both": (segment == 2) & (region == 5),
        "segment": (segment == 2) & (region != 5),
        "region": (segment != 2) & (region == 5),
        "none": (segment != 2) & (region != 5),
    }
    found = {name: float((index.segment + index.region)[held].mean()) for name, held in only.items()}
    rest = float(np.mean([found["none"]]))
    assert found["segment"] - rest == pytest.approx(np.exp(-0.5) - 1, abs=0.06)
    assert found["region"] - rest == pytest.approx(np.exp(-0.3) - 1, abs=0.06)
    assert found["both"] < min(found["segment"], found["region"]) - 0.1
    assert abs(rest) < 0.12


def test_a_segment_that_lies_in_one_region_is_counted_once() -> None:
    before, now, segment, _ = firm(5, 8_000, {("segment", 2): -0.5})
    index = market_index(before, now, before > 0, segment, segment.copy())
    together = index.segment + index.region
    fell = together[segment == 2].mean() - together[segment != 2].mean()
    assert fell == pytest.approx((1 - 0.06) * (np.exp(-0.5) - 1), abs=2.5 * float(index.error[segment == 2].mean()))
    assert index.error.max() < 0.05


def test_a_giant_that_fell_does_not_carry_its_segment() -> None:
    before, now, segment, region = firm(7, 2_000, {})
    giant = int(np.flatnonzero(segment == 1)[0])
    before[giant], now[giant] = before.sum() * 2, 0.0
    index = market_index(before, now, before > 0, segment, region)
    others = (segment == 1) & (np.arange(len(before)) != giant)
    assert abs(index.segment[others].mean()) < 0.12
    assert abs(index.whole[others].mean()) < 0.12


def test_a_thin_segment_is_drawn_to_the_whole() -> None:
    before, now, segment, region = firm(11, 3_000, {})
    segment[:4] = 8  # three others, one of whom has left, tell nothing
    before[:4], now[:4] = 100.0, [100.0, 0.0, 20.0, 30.0]
    index = market_index(before, now, before > 0, segment, region)
    assert np.abs(index.segment[:4]).max() < 0.1
    assert growth_of_others(before, now, segment, before > 0)[0][0] < -0.8


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_fell_hardly_anything_is_told(seed: int) -> None:
    before, now, segment, region = firm(seed, 4_000, {})
    index = market_index(before, now, before > 0, segment, region)
    assert np.abs(index.segment + index.region).max() < 0.15
    assert np.abs(index.whole).max() < 0.1  # a sixteenth left; who bought in both buys as before


def test_no_groups_no_peers_and_one_customer() -> None:
    none = np.full(6, UNKNOWN, np.int32)
    index = market_index(BEFORE, NOW, ALL, none, none)
    assert not index.segment.any()
    assert index.whole[0] == pytest.approx(-0.03)
    nobody = market_index(BEFORE, NOW, ~ALL, SEGMENT, SEGMENT)
    assert np.isnan(nobody.growth).all()
    alone = market_index(BEFORE[:1], NOW[:1], ALL[:1], SEGMENT[:1], SEGMENT[:1])
    assert np.isnan(alone.growth).all()
    empty = market_index(BEFORE[:0], NOW[:0], ALL[:0], SEGMENT[:0], SEGMENT[:0])
    assert len(empty.growth) == 0


SEASON = np.array([1, 1, 1, 1, 1, 3, 3, 1, 1, 1, 1, 1.0])


def test_spans_of_the_same_months_a_year_before() -> None:
    amount = np.tile(SEASON, 2)[None, :] * [[10], [20]]
    held = spans(amount, np.array([0, 14], np.int32), 19, 0)  # June to August of the second year
    assert held.now.tolist() == [70, 140]
    assert held.before[0] == 70
    assert held.peer.tolist() == [True, False]


def test_who_came_late_is_compared_with_its_own_months_less_the_season() -> None:
    amount = np.tile(SEASON, 3)[None, :] * np.full((50, 1), 10.0)
    since = np.r_[np.zeros(49), 25].astype(np.int32)
    amount[49, :25] = 0
    held = spans(amount, since, 31, 0)
    assert held.seasonal.tolist() == [False] * 49 + [True]
    assert held.before[49] == pytest.approx(70, rel=0.02)  # 10 a month, brought to June, July and August
    newest = spans(amount, np.full(50, 29, np.int32), 31, 0)
    assert np.isnan(newest.before).all()


def test_a_short_history_compares_with_the_months_before_and_says_so() -> None:
    held = spans(np.full((2, 9), 5.0), np.zeros(2, np.int32), 8, 0)
    assert held.before.tolist() == [15, 15]
    assert not held.seasonal.any()
    assert not held.peer.any()
    assert seasonal_factors(np.ones(23), 0) is None
    assert seasonal_factors(np.tile(SEASON, 2) * 1.5 ** (np.arange(24) / 12), 0) == pytest.approx(
        SEASON / SEASON.mean()
    )


@given(seed=st.integers(0, 1000), at=st.integers(2, 28))
def test_nothing_after_the_span_is_read(seed: int, at: int) -> None:
    luck = np.random.default_rng(seed)
    amount = luck.poisson(2, (20, 30)) * 10.0
    since = (amount > 0).argmax(axis=1).astype(np.int32)
    first = spans(amount, since, at, 3)
    amount[:, at + 1 :] = luck.poisson(9, (20, 29 - at))
    again = spans(amount, since, at, 3)
    for name in ("before", "now", "peer", "seasonal"):
        assert np.array_equal(getattr(first, name), getattr(again, name), equal_nan=name == "before")
