"""The panel model of the market: effects we set are found, intervals hold, and what can't be told is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from liuke.causes.market_model import (
    FEW,
    NO_FALL,
    NOTHING_BEFORE,
    ONE_AND_THE_SAME,
    ONLY_OURS,
    OWED,
    WHY,
    MetAt,
    fall_owed,
    fit_market,
)
from liuke.kernel.estimate import Estimate, NotEstimable

MONTHS = 30
BEFORE, NOW = slice(15, 18), slice(27, 30)
SEASON = np.sin(np.arange(MONTHS) * np.pi / 6) * 0.3


def firm(seed: int, fell: dict[tuple[str, int], float], customers: int = 3_000, groups: int = 6) -> Any:
    """amount, since and codes of a firm whose groups fall by so much (logs) in the last year; some come late, some go.

    Salespeople serve regions across; customers' own levels wander, and purchases are by chance.
    """
    luck = np.random.default_rng(seed)
    codes = {name: luck.integers(0, groups, customers).astype(np.int32) for name in ("segment", "region")}
    codes["salesperson"] = np.repeat(luck.integers(0, 20, (customers, 1)), MONTHS, axis=1).astype(np.int32)
    log = np.repeat(luck.normal(1, 0.8, (customers, 1)), MONTHS, axis=1) + SEASON
    log += np.cumsum(luck.normal(0, 0.05, (customers, MONTHS)), axis=1)
    for (name, code), size in fell.items():
        held = codes[name] if codes[name].ndim == 1 else codes[name][:, 0]
        log[held == code, 18:] += size
    ticket = np.exp(luck.normal(5, 1, (customers, 1)))
    amount = luck.poisson(np.exp(log)) * ticket
    since = np.where(luck.random(customers) < 0.2, luck.integers(1, 20, customers), 0).astype(np.int32)
    amount[np.arange(MONTHS)[None, :] < since[:, None]] = 0
    end = np.where(luck.random(customers) < 0.06, luck.integers(18, MONTHS, customers), MONTHS)
    amount[np.arange(MONTHS)[None, :] >= end[:, None]] = 0
    return amount, since, codes


def test_falls_of_a_segment_a_region_and_a_salesperson_are_told_apart() -> None:
    fell = {("segment", 2): -0.5, ("region", 4): -0.3, ("salesperson", 7): -0.4}
    amount, since, codes = firm(1, fell, 8_000)
    found = fall_owed(fit_market(amount, since, codes), BEFORE, NOW)
    for (name, code), size in fell.items():
        held = codes[name] if codes[name].ndim == 1 else codes[name][:, 0]
        effect = getattr(found, name)
        apart = effect[held == code].mean() - effect[held != code].mean()
        if name == "salesperson":  # of twenty one moved: drawn to the others, and never beyond the truth
            assert size - 0.05 < apart < size / 2
        else:
            assert apart == pytest.approx(size, abs=0.08), name


@pytest.mark.parametrize("fell", [{}, {("segment", 2): -0.5, ("region", 4): -0.3}])
def test_intervals_hold_the_truth_about_as_often_as_they_say(fell: dict[tuple[str, int], float]) -> None:
    """90 % of segments' and regions' falls against the mean of all, over 12 firms of unlike luck."""
    inside = []
    for seed in range(12):
        amount, since, codes = firm(100 + seed, fell, 1_500)
        found = fall_owed(fit_market(amount, since, codes), BEFORE, NOW)
        truth = sum((size * (codes[name] == code) for (name, code), size in fell.items()), np.zeros(len(since)))
        off = (found.segment + found.region - (found.segment + found.region).mean()) - (truth - truth.mean())
        cell = codes["segment"] * 6 + codes["region"]
        first = np.unique(cell, return_index=True)[1]
        inside.append(np.abs(off[first]) <= 1.645 * found.error[first])
        assert found.error.mean() < 0.12
    assert np.mean(inside) >= 0.82
    assert not fell or np.mean(inside) <= 0.99  # where nothing fell, what is drawn to nothing is right more often


def test_an_exposure_is_not_taken_for_the_market() -> None:
    """Half of segment 1 met something that takes 40 %; given it, the segment as such did not fall."""
    amount, since, codes = firm(5, {}, 6_000)
    luck = np.random.default_rng(9)
    hit = np.flatnonzero((codes["segment"] == 1) & (luck.random(len(since)) < 0.5))
    amount[hit, 18:] = np.where(luck.random((len(hit), 12)) < 0.4, 0, amount[hit, 18:])
    met = MetAt(np.repeat(hit, 12), np.tile(np.arange(18, 30), len(hit)), np.ones(len(hit) * 12))
    with_it, without = fit_market(amount, since, codes, [met]), fit_market(amount, since, codes)
    assert with_it.met[0] == pytest.approx(np.log(0.6), abs=4 * with_it.met_error[0])
    assert with_it.met_error[0] < 0.06
    one = codes["segment"] == 1
    assert fall_owed(without, BEFORE, NOW).segment[one].mean() < -0.12
    assert abs(fall_owed(with_it, BEFORE, NOW).segment[one].mean()) < 0.08


def test_the_share_of_a_fall_its_peers_have_too() -> None:
    amount, since, codes = firm(2, {("segment", 2): -0.7}, 4_000)
    found = fall_owed(fit_market(amount, since, codes), BEFORE, NOW)
    shares = [found.share_of_peers(at) for at in np.flatnonzero((codes["segment"] == 2) & (found.state == OWED))]
    value = np.array([each.value for each in shares if isinstance(each, Estimate)])
    assert len(value) == len(shares) > 100
    assert np.median(value) > 0.6
    rest = [found.share_of_peers(at) for at in np.flatnonzero((codes["segment"] != 2) & (found.state == OWED))]
    assert np.median([each.value for each in rest if isinstance(each, Estimate)]) < 0.25
    for each in shares:
        assert isinstance(each, Estimate)
        assert 0 <= each.ends[0] <= each.value <= each.ends[1] <= 1


def test_nothing_of_the_customers_own_fall_is_its_markets() -> None:
    amount, since, codes = firm(3, {}, 600)
    since[:], amount[:, :1] = 0, 1
    model = fit_market(amount, since, codes)
    amount[0, 18:] /= 50
    again = fit_market(amount, since, codes)
    one, two = (fall_owed(each, BEFORE, NOW) for each in (model, again))
    assert abs(one.segment[0] - two.segment[0]) < 0.01


def test_only_an_index_from_outside_tells_of_the_market() -> None:
    amount, since, codes = firm(4, {("segment", 2): -0.7}, 2_000)
    model = fit_market(amount, since, codes)
    at = int(np.flatnonzero((fall_owed(model, BEFORE, NOW).state == OWED) & (codes["segment"] == 2))[0])
    said = fall_owed(model, BEFORE, NOW).share_of_market(at)
    assert isinstance(said, NotEstimable)
    assert said.reason.message == ONLY_OURS
    index = np.where(codes["segment"] == 2, -0.1, np.nan)
    found = fall_owed(model, BEFORE, NOW, index)
    told = found.share_of_market(at)
    assert isinstance(told, Estimate)
    assert told.value == pytest.approx(min(1, found.base[at] * (1 - np.exp(-0.1)) / found.fall[at]))


def reason(found: Any, at: int) -> str:
    said = found.share_of_peers(at)
    assert isinstance(said, NotEstimable)
    assert said.text()
    return str(said.reason.message)


def test_what_cannot_be_told_says_why() -> None:
    amount, since, codes = firm(6, {}, 900)
    codes["segment"][:5] = 6  # five alone
    amount[:6, BEFORE], amount[:6, NOW], since[:6] = 100, 50, 0
    amount[6, NOW] = amount[6, BEFORE] = 100
    since[7] = 20
    codes["salesperson"][codes["region"] == 3] = 20  # one salesperson for one region and nothing else
    codes["segment"][8] = codes["region"][8] = -1
    amount[8, BEFORE], amount[8, NOW] = 100, 50
    found = fall_owed(fit_market(amount, since, codes), BEFORE, NOW)
    assert reason(found, 0) == WHY[FEW]
    assert reason(found, 6) == WHY[NO_FALL]
    assert reason(found, 7) == WHY[NOTHING_BEFORE]
    assert reason(found, 8) == WHY[FEW]
    there = (codes["region"] == 3) & (codes["segment"] < 6) & (found.fall > 0)
    assert {reason(found, at) for at in np.flatnonzero(there)} == {WHY[ONE_AND_THE_SAME]}
    alone = replace(found, state=np.full(900, OWED))
    assert isinstance(alone.share_of_peers(0), Estimate)


@pytest.mark.parametrize("customers", [0, 1, 3])
def test_hardly_any_customers(customers: int) -> None:
    amount, since, codes = firm(7, {}, 20)
    small = {name: code[:customers] for name, code in codes.items()}
    found = fall_owed(fit_market(amount[:customers], since[:customers], small), BEFORE, NOW)
    assert all(isinstance(found.share_of_peers(at), NotEstimable) for at in range(customers))


def test_money_in_cents_or_in_millions_is_the_same() -> None:
    amount, since, codes = firm(8, {("segment", 2): -0.5}, 1_000)
    one, two = (fall_owed(fit_market(amount * scale, since, codes), BEFORE, NOW) for scale in (1.0, 1e6))
    assert two.segment == pytest.approx(one.segment, abs=1e-6)
    assert two.error == pytest.approx(one.error, rel=1e-4)
