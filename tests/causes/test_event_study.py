"""DatedEvent studies: golden numbers with two parents, known effects, chance, confounding, and bad input."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from portfolios import World, draw
from scipy import stats

from liuke.causes.event_study import EventStudy, PooledEffect, event_study, fake_events
from liuke.causes.event_sums import DatedEvent, EventSums, StudyWindow, compared
from liuke.causes.placebo import mean_effect
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import in_language

if TYPE_CHECKING:
    from portfolios import Drawn

    from liuke.panel.panel import Float, Int

SEEDS = 40


def uneven(seed: int = 0) -> tuple[Int, Int]:
    """A panel with zeros and customers of very unequal size, and its portfolios."""
    rng = np.random.default_rng(seed)
    mean = np.exp(rng.normal(8, 1, 240))[:, None] * (1 + 0.3 * np.cos(np.arange(30) / 2))
    buys = (rng.random((240, 30)) < 0.7) | (np.arange(30) < 6)
    return rng.poisson(mean * buys).astype(np.int64), np.repeat(np.arange(12), 20)


def one_cell(sales: Int, event: DatedEvent, **given: object) -> EventSums:
    made = compared(sales, event, [event], window=StudyWindow(bands=1), **given)  # type: ignore[arg-type]
    assert isinstance(made, EventSums)
    return made


def poisson_two_way(y: Float, x: Float) -> float:
    """The coefficient of x in a Poisson regression with fixed effects of row and column, by alternating and Newton."""
    beta, row, column = 0.0, np.ones(len(y)), np.ones(y.shape[1])
    for _ in range(2000):
        lift = np.exp(beta * x)
        row = y.sum(axis=1) / (lift * column).sum(axis=1)
        column = y.sum(axis=0) / (lift * row[:, None]).sum(axis=0)
        mean = row[:, None] * column * lift
        beta += float((x * (y - mean)).sum() / (x**2 * mean).sum())
    return beta


def test_the_ratio_is_the_closed_form_and_the_poisson_regression_with_two_way_effects() -> None:
    sales, _ = uneven()
    event = DatedEvent("e", 15, np.arange(20))
    made = one_cell(sales, event)
    before, after = sales[:, 3:15].sum(axis=1), sales[:, 15:27].sum(axis=1)
    kept = (before > 0) & ((sales != 0).argmax(axis=1) <= 3 + 2)
    assert kept.all(), "nobody is a newcomer: one cell"
    closed = np.log(after[:20].sum() / before[:20].sum() / (after[20:].sum() / before[20:].sum()))
    assert made.exposed.post[0] == pytest.approx(closed, abs=1e-12)
    treated = np.zeros((240, 2))
    treated[:20, 1] = 1
    assert poisson_two_way(np.stack((before, after), axis=1).astype(float), treated) == pytest.approx(closed, abs=1e-6)
    assert made.money_before == before[:20].sum()


def test_on_a_clean_panel_it_is_least_squares_with_two_way_fixed_effects() -> None:
    rng = np.random.default_rng(1)
    level, season = rng.normal(8, 1, 100), 0.4 * np.sin(np.arange(24))
    logs = level[:, None] + season
    logs[:20, 12:] += np.log(0.85)
    dummy = np.zeros((100, 24))
    dummy[:20, 12:] = 1
    design = np.column_stack((np.repeat(np.eye(100), 24, axis=0), np.tile(np.eye(24), (100, 1)), dummy.ravel()))
    least_squares = np.linalg.lstsq(design, logs.ravel(), rcond=None)[0][-1]
    made = one_cell(np.exp(logs), DatedEvent("e", 12, np.arange(20)))
    assert made.exposed.post[0] == pytest.approx(least_squares, abs=1e-9)
    assert least_squares == pytest.approx(np.log(0.85), abs=1e-9)
    assert made.exposed.months[0] == pytest.approx(np.repeat([0.0, np.log(0.85)], 12), abs=1e-9)


def test_strata_and_seasons_of_their_own_are_compared_like_with_like() -> None:
    """Hotels boom, shops shrink; the leaver has hotels mostly. Over all together it would look like a rise."""
    rng = np.random.default_rng(2)
    kind = (np.arange(400) % 2).astype(np.int64)
    exposed = np.flatnonzero((np.arange(400) < 80) & ((kind == 1) | (np.arange(400) % 8 == 0)))
    path = np.where(kind[:, None] == 1, 0.03, -0.02) * np.arange(24)
    sales = np.exp(rng.normal(8, 1, 400)[:, None] + path)
    sales[exposed, 12:] *= 0.9
    event = DatedEvent("e", 12, exposed)
    assert one_cell(sales, event, strata=kind).exposed.post[0] == pytest.approx(np.log(0.9), abs=0.01)
    assert one_cell(sales, event).exposed.post[0] > 0.02


def test_paule_mandel_matches_its_definition_and_equal_effects_have_no_spread() -> None:
    effects, variances = np.array([-0.3, 0.1, -0.2, 0.25, -0.05]), np.array([0.01, 0.02, 0.005, 0.01, 0.03])
    mean = mean_effect(effects, variances)
    weight = 1 / (variances + mean.tau2[0])
    middle = (weight * effects).sum() / weight.sum()
    assert (weight * (effects - middle) ** 2).sum() == pytest.approx(len(effects) - 1, abs=1e-6)
    assert mean.value[0] == pytest.approx(middle)
    assert mean_effect(np.full(5, -0.1), variances).tau2[0] == 0
    assert mean_effect(np.array([-0.1]), np.array([0.04])).error[0] == pytest.approx(0.2)


@cache
def studied(world: World) -> tuple[tuple[Drawn, EventStudy], ...]:
    """The world's firms by seed and what is said of them."""
    made = [draw(world, seed) for seed in range(SEEDS)]
    return tuple((d, event_study(d.sales, d.events, group=d.group, seed=s)) for s, d in enumerate(made))


def covered(world: World) -> tuple[int, int, int]:
    """Studies of the mean, those whose interval holds the true mean effect, those that claim an effect."""
    held = claimed = count = 0
    for firm, study in studied(world):
        if isinstance(study.pooled, PooledEffect):
            of = {event.id: true for event, true in zip(firm.events, firm.truth, strict=True)}
            true = np.mean([of[each.event.id] for each in study.events])
            low, high = study.pooled.effect.ends
            count += 1
            held += bool(low <= true <= high)
            claimed += study.pooled.verdict in {"fell", "rose"}
    return count, held, claimed


SAME = World(effect=-0.15)
DIFFERENT = World(effect=-0.15, own=0.08)
NONE = World()
FALLING = World(effect=-0.15, on_fall=8.0)
FALLING_NONE = World(effect=0.0, on_fall=8.0)


@pytest.mark.parametrize("world", [SAME, DIFFERENT, NONE, FALLING], ids=["same", "different", "none", "falling"])
def test_ninety_percent_intervals_hold_the_truth(world: World) -> None:
    """As often as they say, at the least: a binomial interval of the seeds holds .90 or lies above it."""
    count, held, _ = covered(world)
    assert count >= SEEDS - 2
    assert stats.binomtest(held, count).proportion_ci(0.99).high >= 0.90, f"{held} of {count}"
    singles = [
        each.effect.low <= true <= each.effect.high
        for firm, study in studied(world)
        for each in study.events
        for event, true in zip(firm.events, firm.truth, strict=True)
        if event.id == each.event.id and each.effect.low is not None and each.effect.high is not None
    ]
    assert 0.87 <= np.mean(singles) <= 0.98, len(singles)


@pytest.mark.parametrize("world", [NONE, FALLING_NONE], ids=["none", "falling"])
def test_where_nothing_happened_nothing_is_claimed(world: World) -> None:
    count, _, claimed = covered(world)
    assert claimed <= stats.binom.ppf(0.99, count, 0.05), f"{claimed} of {count}"


def test_fake_dates_beside_real_departures_show_no_effect() -> None:
    claimed = count = 0
    for seed, (firm, _) in enumerate(studied(SAME)):
        fakes = fake_events(firm.group, firm.events, [event.month for event in firm.events], seed=seed)
        pooled = event_study(firm.sales, fakes, group=firm.group, others=firm.events, seed=seed).pooled
        assert isinstance(pooled, PooledEffect)
        count += 1
        claimed += pooled.verdict in {"fell", "rose"}
        assert not {fake.group for fake in fakes} & {
            event.group for event in firm.events if event.month == fakes[0].month
        }
    assert claimed <= stats.binom.ppf(0.99, count, 0.05), f"{claimed} of {count}"


def test_the_power_said_is_the_power_had_and_one_departure_says_so() -> None:
    shown = [s.pooled.verdict == "fell" for _, s in studied(SAME) if isinstance(s.pooled, PooledEffect)]
    least = np.mean([s.pooled.least_seen for _, s in studied(SAME) if isinstance(s.pooled, PooledEffect)])
    assert 0.08 < least < 0.25
    assert np.mean(shown) > 0.5
    alone = [each for _, study in studied(SAME) for each in study.events]
    assert np.mean([each.verdict == "cannot_tell_one" for each in alone]) > 0.5
    unsure = next(each for each in alone if each.verdict == "cannot_tell_one")
    with in_language("zh"):
        assert unsure.said.text().startswith("单凭一次看不出来")
    with in_language("en"):
        assert unsure.said.text().startswith("Can't tell from one event")


def test_shrinkage_brings_events_nearer_to_the_truth() -> None:
    def error(kind: str) -> float:
        gaps = [
            getattr(each, kind).value - true
            for firm, study in studied(DIFFERENT)
            for each in study.events
            for event, true in zip(firm.events, firm.truth, strict=True)
            if event.id == each.event.id
        ]
        return float(np.sqrt(np.mean(np.square(gaps))))

    assert error("shrunk") < 0.75 * error("effect")


def test_a_portfolio_that_fell_along_a_line_before_is_not_separable() -> None:
    firm = draw(World(leave=1, shock=0.01, sizes=0.3), 3)
    event = firm.events[0]
    sales = firm.sales.astype(float)
    fall = np.exp(-0.04 * np.clip(np.arange(40) - event.month + 12, 0, 24))
    sales[event.rows] *= fall
    made = event_study(sales, [event], group=firm.group).events[0]
    assert made.verdict == "before"
    assert made.trend_rarity < 0.05
    assert made.extrapolated.value > made.effect.value
    assert made.effect.ends[1] > 0
    with in_language("zh"):
        assert "分不清" in made.said.text()


def test_an_event_put_on_a_panel_that_is_too_short_wrong_or_empty_says_why() -> None:
    firm = draw(World(leave=0), 1)
    rows = np.flatnonzero(firm.group[:, 0] == 3)
    early, late, unborn, nobody, beyond = (
        DatedEvent("early", 3, rows, 3),
        DatedEvent("late", 36, rows, 3),
        DatedEvent("unborn", 20, rows, 3, began=25),
        DatedEvent("nobody", 20, rows[:0], 3),
        DatedEvent("beyond", 90, rows, 3),
    )
    study = event_study(firm.sales, [early, late, unborn, nobody, beyond], group=firm.group)
    told = {event.id: why for event, why in study.left_out}
    assert study.events == ()
    assert isinstance(study.pooled, NotEstimable)
    with in_language("en"):
        assert told["early"].text() == "Needs 6 months of sales before it; there are 3."
        assert told["late"].text() == "Needs 6 months of sales after it; there are 4."
        assert told["unborn"].text() == "The records say it ended before it began."
        assert told["nobody"].text() == "No customer was exposed to it."
        assert told["beyond"].text().startswith("Needs 6 months of sales after it")
    with pytest.raises(IndexError):
        event_study(firm.sales, [DatedEvent("outside", 20, np.array([99_999]), 3)], group=firm.group)
    with pytest.raises(ValueError, match="twice"):
        event_study(firm.sales, [early, early], group=firm.group)
    assert isinstance(event_study(firm.sales, [], group=firm.group).pooled, NotEstimable)


def test_everybody_exposed_or_too_few_portfolios_is_no_number() -> None:
    firm = draw(World(leave=0, groups=4), 1)
    study = event_study(firm.sales, [DatedEvent("price", 20, np.arange(160))])
    assert isinstance(study.pooled, NotEstimable)
    with in_language("en"):
        assert study.pooled.text().startswith("It befell every customer")
    rows = np.flatnonzero(firm.group[:, 0] == 0)
    few = event_study(firm.sales, [DatedEvent("left", 20, rows, 0)], group=firm.group).pooled
    assert isinstance(few, NotEstimable)
    with in_language("zh"):
        assert "现有 3 组" in few.text()


def test_customers_befallen_twice_are_left_out_and_never_control() -> None:
    firm = draw(World(leave=0), 2)
    rows = np.flatnonzero(firm.group[:, 0] == 3)
    first = DatedEvent("first", 18, rows, 3)
    again = DatedEvent("again", 22, rows[:10])
    made = compared(firm.sales, first, [first, again], group=firm.group)
    assert isinstance(made, EventSums)
    assert made.left_out >= 10
    spoilt = firm.sales.copy()
    spoilt[rows[:10], 22:] = 10**9
    other = compared(spoilt, first, [first, again], group=firm.group)
    assert isinstance(other, EventSums)
    assert other.exposed.post[0] == made.exposed.post[0]
    assert (other.placebos.post == made.placebos.post).all()


def test_one_giant_that_carries_it_is_named() -> None:
    firm = draw(World(leave=0, sizes=0.3, shock=0.01), 4)
    rows = np.flatnonzero(firm.group[:, 0] == 3)
    sales = firm.sales.copy()
    sales[rows[5]] = 60 * 10**5
    sales[rows[5], 20:] = 10**4
    made = event_study(sales, [DatedEvent("left", 20, rows, 3)], group=firm.group).events[0]
    assert made.heaviest == rows[5]
    assert made.effect.value < -0.4
    assert abs(made.without_it) < 0.15
    assert made.verdict in {"one_customer", "cannot_tell_one"}


def test_pure_and_seeded_zeros_returns_and_months_after_the_window_do_not_matter() -> None:
    firm = draw(replace(SAME, rare=0.15), 5)
    sales = firm.sales.copy()
    sales[7, 10] = -5_000
    a = event_study(sales, firm.events[:3], group=firm.group, others=firm.events[3:], seed=1)
    b = event_study(sales.copy(), firm.events[:3], group=firm.group, others=firm.events[3:], seed=1)
    assert [e.effect for e in a.events] == [e.effect for e in b.events]
    assert all(np.isfinite(e.effect.ends).all() for e in a.events)
    event = firm.events[0]
    one = compared(sales, event, firm.events, group=firm.group)
    sales[:, event.month + 12 :] = 1
    two = compared(sales, event, firm.events, group=firm.group)
    assert isinstance(one, EventSums)
    assert isinstance(two, EventSums)
    assert one.exposed.post[0] == two.exposed.post[0]


def test_without_portfolios_customers_are_drawn_and_the_method_says_so() -> None:
    firm = draw(World(leave=0), 6)
    rows = np.random.default_rng(1).choice(960, 150, replace=False)
    sales = firm.sales.astype(float)
    sales[rows, 20:] *= 0.7
    study = event_study(sales, [DatedEvent("product", 20, rows)])
    assert study.method == "customers"
    assert study.events[0].verdict == "fell"
    assert study.events[0].effect.ends[0] < -0.3 < study.events[0].effect.ends[1]
    assert study.events[0].curve.value[:12] == pytest.approx(np.zeros(12), abs=0.25)
    assert (study.events[0].curve.value[12:] < 0).sum() >= 11
