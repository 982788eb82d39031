"""A model is put right or withheld by its own back-test, and wide where today is unlike the past."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from churn_base import asked, base, sample
from liuke.kernel.estimate import NotEstimable
from liuke.panel.panel import NEVER, Measures, Panel
from liuke.signals.churn import rolling, trust
from liuke.signals.churn.model import ChurnModel, fit
from liuke.signals.churn.question import INTERVAL_Z
from liuke.signals.churn.rows import ModelRows

ROWS = 10_000
Known = tuple[ModelRows, ChurnModel]


def known(panel: Panel) -> Known:
    """A base's rows and its model."""
    rows = sample(panel)
    model = fit(rows, asked(panel))
    assert isinstance(model, ChurnModel)
    return rows, model


@pytest.fixture(scope="module")
def steady() -> Known:
    return known(base(1500))


def back_tested(rows: ModelRows, said: np.ndarray, left: np.ndarray) -> rolling.BackTest:
    """A back-test of one origin in which such chances were given and so many left."""
    many = rows.pick(np.zeros(len(said), np.intp))
    return rolling.BackTest(
        np.arange(len(said)), many, left, np.ones(len(said), bool), {"model": said, "logit": said}, said, said,
        (int(many.position[0]),),
    )  # fmt: skip


def drawn(slope: float, level: float, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """Chances said, and who left: log-odds around the middle are really `slope` times as far, and `level` higher."""
    random = np.random.default_rng(0)
    off = random.normal(0, 1, ROWS)
    return expit(middle + off), random.random(ROWS) < expit(middle + level + slope * off)


def log_loss(chance: np.ndarray, left: np.ndarray) -> float:
    return float(-np.log(np.where(left, chance, 1 - chance)).mean())


def test_a_model_better_than_one_chance_for_all_is_left_as_it_is(steady: Known) -> None:
    rows, model = steady
    said, left = drawn(1.0, 0.0, model.middle)
    assert log_loss(said, left) < log_loss(np.full(ROWS, left.mean()), left)
    assert trust.trusted(model, back_tested(rows, said, left)) is model


def test_a_model_far_off_its_level_is_put_right(steady: Known) -> None:
    """Two log-odds too low: worse than a constant, though its order is good; level and slope are what was off."""
    rows, model = steady
    said, left = drawn(0.8, 2.0, model.middle)
    assert log_loss(said, left) > log_loss(np.full(ROWS, left.mean()), left)
    right = trust.trusted(model, back_tested(rows, said, left))
    assert isinstance(right, ChurnModel)
    assert right.moved == pytest.approx((2.0, 0.8), abs=0.1)
    now = rows.pick(model.asked.asked_of(rows) & (rows.position == model.asked.at))
    before, after = model.log_odds(now), right.log_odds(now)
    assert after == pytest.approx(model.middle + right.moved[0] + right.moved[1] * (before - model.middle))
    assert right.risk(now).mean() > model.risk(now).mean() + 0.1
    put = expit(model.middle + right.moved[0] + right.moved[1] * (logit(said) - model.middle))
    assert log_loss(put, left) < log_loss(np.full(ROWS, left.mean()), left)


def test_a_model_whose_order_is_worth_nothing_is_withheld_and_says_by_how_much(steady: Known) -> None:
    rows, model = steady
    for slope in (0.0, -1.0):
        said, left = drawn(slope, 1.0, model.middle)
        found = trust.trusted(model, back_tested(rows, said, left))
        assert isinstance(found, NotEstimable)
        own, constant = log_loss(said, left), log_loss(np.full(ROWS, left.mean()), left)
        assert found == NotEstimable.because(trust.WORSE, model=f"{own:.3f}", constant=f"{constant:.3f}")
        assert own > constant


def test_a_buying_model_worse_than_a_constant_is_withheld() -> None:
    rows, model = known(base(30, monthly=0.02))
    assert model.rung == "buying"
    said, left = drawn(1.0, 3.0, model.middle)
    assert isinstance(trust.trusted(model, back_tested(rows, said, left)), NotEstimable)


def stopped(panel: Panel, who: np.ndarray, months: int) -> Panel:
    """The base in which these customers buy nothing in the last months."""
    held = panel.kinds["invoice"]
    gone = who[:, None] & (np.arange(len(panel.periods)) >= len(panel.periods) - months)[None, :]
    kept = {name: np.where(gone, 0, getattr(held, name)) for name in ("amount", "documents", "occasions")}
    days = {name: np.where(gone, NEVER, getattr(held, name)) for name in ("first_on", "last_on")}
    return replace(panel, kinds={"invoice": Measures(**kept, **days)})


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_steady_base_is_like_its_past(seed: int) -> None:
    assert trust.unlike_the_past(*known(base(1000, seed=seed))) == 0


@pytest.mark.parametrize("months", [2, 3, 4])
def test_a_base_half_of_which_stopped_on_a_day_is_not(months: int) -> None:
    panel = base(1500, monthly=0.01)
    found = trust.unlike_the_past(*known(stopped(panel, np.arange(1500) % 2 == 0, months)))
    assert found > trust.UNLIKE


def test_a_last_day_without_business_is_nothing_new(steady: Known) -> None:
    """Customers who buy every few days, and an end on a Sunday: nobody bought on it, nor on the day before."""
    rows, model = steady
    random = np.random.default_rng(0)
    closed = np.where(rows.position == model.asked.at, 2, 0)
    silent = (random.integers(0, 7, len(rows)) + closed).astype(np.int32)
    x = rows.x.copy()
    x[:, rows.columns.index("silence")] = np.log1p(silent)
    x[:, rows.columns.index("overdue")] = np.log((silent + 7) / 14)
    assert trust.unlike_the_past(replace(rows, x=x, silent=silent), model) == 0


def test_of_few_customers_no_distribution_is_told() -> None:
    panel = base(trust.LEAST_NOW - 1, monthly=0.01)
    rows, model = known(stopped(panel, np.arange(len(panel.customer)) % 2 == 0, 3))
    assert trust.unlike_the_past(rows, model) == 0


@pytest.mark.parametrize(("customers", "rung"), [(30, "buying"), (1500, "boosting")])
def test_ranges_widen_with_how_unlike_the_past_now_is_and_the_risk_stays(customers: int, rung: str) -> None:
    """Of boosting and of a buying model; the odds' reach grows as errors add up."""
    rows, model = known(base(customers, monthly=0.02))
    assert model.rung == rung
    now = rows.pick(model.asked.asked_of(rows) & (rows.position == model.asked.at))
    assert trust.widened(model, 0.0) is model
    plain = model.chance(now)
    for unlike in (0.5, 1.5):
        wide = trust.widened(model, unlike)
        chance = wide.chance(now)
        assert wide.unlike == unlike
        assert chance.risk == pytest.approx(plain.risk)
        assert ((chance.low <= plain.low) & (plain.high <= chance.high)).all()
        inside = (chance.low > chance.low.min() + 1e-9) & (chance.risk < chance.risk.max() - 1e-9)
        free = inside | (rung == "buying")  # a logit's ends are cut at the surest there is
        assert free.sum() >= 20
        reach = [(logit(each.risk) - logit(each.low))[free] for each in (plain, chance)]
        assert reach[1] ** 2 - reach[0] ** 2 == pytest.approx((INTERVAL_Z * unlike) ** 2)
