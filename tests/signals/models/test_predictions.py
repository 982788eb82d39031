"""What predictions must agree on with each other, whatever the parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import Invalid, Refused
from liuke.signals.models.bg_bb import BgBb
from liuke.signals.models.bg_cnbd_k import BetaGeometric, BgCnbdK
from liuke.signals.models.gamma_gamma import GammaGamma
from liuke.signals.models.pareto_nbd import ParetoNbd

X, T_X, T = np.array([0, 1, 4, 4, 30]), np.array([0.0, 2, 6, 28, 29]), np.array([20.0, 20, 30, 30, 30])


def beta_geometric(k: int, modified: bool, values: tuple[float, ...]) -> BetaGeometric:
    model = BgCnbdK(k=k, modified=modified)
    model.k_ = k
    model.r_, model.alpha_, model.a_, model.b_ = values
    return model


def pareto(values: tuple[float, ...]) -> ParetoNbd:
    model = ParetoNbd()
    model.r_, model.alpha_, model.s_, model.beta_ = values
    return model


def opportunities(values: tuple[float, ...]) -> BgBb:
    model = BgBb()
    model.alpha_, model.beta_, model.gamma_, model.delta_ = values
    return model


MODELS = {
    "bg": beta_geometric(1, False, (0.25, 4.4, 0.8, 2.4)),
    "bg-a-is-1": beta_geometric(1, False, (0.25, 4.4, 1.0, 2.4)),
    "mbg": beta_geometric(1, True, (0.5, 6.2, 0.9, 1.6)),
    "mbg-cnbd-3": beta_geometric(3, True, (0.8, 2.0, 0.9, 2.6)),
    "bg-cnbd-2": beta_geometric(2, False, (0.8, 2.0, 0.9, 2.6)),
    "pareto": pareto((0.55, 10.6, 0.6, 11.7)),
    "pareto-s-is-1": pareto((0.55, 10.6, 1.0, 11.7)),
    "pareto-beta-small": pareto((1.2, 20.0, 0.3, 2.0)),
    "bg-bb": opportunities((1.2, 0.75, 0.66, 2.8)),
}
EACH = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())


def history(model: object) -> tuple[np.ndarray, ...]:
    return (np.minimum(X, T_X), T_X, T) if isinstance(model, BgBb) else (X, T_X, T)


@EACH
def test_one_distribution_behind_all_answers(model: BetaGeometric) -> None:
    chances = model.predictive_distribution(15, *history(model), most=250)
    np.testing.assert_allclose(chances.sum(axis=1), 1.0, rtol=1e-8)
    np.testing.assert_allclose(1 - chances[:, 0], model.probability_of_purchase(15, *history(model)), rtol=1e-8)
    np.testing.assert_allclose(chances @ np.arange(251), model.conditional_purchases(15, *history(model)), rtol=1e-7)


@EACH
def test_draws_follow_the_distribution(model: BetaGeometric) -> None:
    draws = model.draw(15, *history(model), draws=40_000, seed=8)
    chances = model.predictive_distribution(15, *history(model), most=6)
    for n in range(7):
        error = np.sqrt(chances[:, n] * (1 - chances[:, n]) / 40_000)
        assert (np.abs((draws == n).mean(axis=1) - chances[:, n]) <= 4.5 * error + 1e-9).all()
    np.testing.assert_array_equal(draws, model.draw(15, *history(model), draws=40_000, seed=8))


@EACH
def test_longer_horizons_hold_more(model: BetaGeometric) -> None:
    for answer in (model.probability_of_purchase, model.conditional_purchases):
        found = np.array([answer(h, *history(model)) for h in (0, 1, 5, 25, 400)])
        assert (found[0] < 1e-15).all()
        assert (np.diff(found, axis=0) > 0).all()
    assert (found >= 0).all()
    assert (model.probability_of_purchase(400, *history(model)) <= 1).all()
    assert (model.probability_of_purchase(400, *history(model)) <= model.p_alive(*history(model)) + 1e-12).all()


@EACH
def test_a_new_customer_is_one_without_history(model: BetaGeometric) -> None:
    np.testing.assert_allclose(model.expected_purchases([3, 9]), model.conditional_purchases([3, 9], 0, 0, 0))
    assert model.expected_purchases(9)[0] > model.expected_purchases(3)[0]


@settings(max_examples=60)
@given(
    logs=st.tuples(*[st.floats(-2.5, 2.5)] * 4),
    x=st.integers(0, 60),
    recency=st.floats(0.01, 1),
    age=st.floats(0.5, 200),
    horizon=st.floats(0.1, 200),
    unit=st.floats(0.05, 20),
    which=st.sampled_from(["bg", "mbg", "cnbd", "pareto"]),
)
def test_probabilities_are_probabilities_in_any_unit(
    logs: tuple[float, ...], x: int, recency: float, age: float, horizon: float, unit: float, which: str
) -> None:
    def model(times: float) -> BetaGeometric | ParetoNbd:
        r, alpha, a, b = np.exp(logs).tolist()
        if which == "pareto":
            return pareto((r, alpha * times, a, b * times))
        return beta_geometric(3 if which == "cnbd" else 1, which != "bg", (r, alpha * times, a, b))

    t = age * recency if x else 0.0
    one, other = model(1.0), model(unit)
    alive = one.p_alive(x, t, age)[0]
    buys = one.probability_of_purchase(horizon, x, t, age)[0]
    assert 0 <= buys <= alive + 1e-9 <= 1 + 2e-9
    assert one.probability_of_purchase(2 * horizon, x, t, age)[0] >= buys - 1e-12
    assert one.conditional_purchases(horizon, x, t, age)[0] >= buys - 1e-9
    assert other.p_alive(x, t * unit, age * unit)[0] == pytest.approx(alive, rel=1e-7)
    assert other.probability_of_purchase(horizon * unit, x, t * unit, age * unit)[0] == pytest.approx(buys, rel=1e-6)


def test_a_very_busy_customer_has_answers() -> None:
    """3,000 occasions: chances of no purchase are too small for a float and must not spoil the rest."""
    for model in (MODELS["bg"], MODELS["mbg-cnbd-3"], MODELS["pareto"]):
        expected = model.conditional_purchases(365, 3000, 999.0, 1000.0)[0]
        chances = model.predictive_distribution(365, 3000, 999.0, 1000.0, most=2500)[0]
        assert chances @ np.arange(2501) == pytest.approx(expected, rel=1e-6)
        assert model.probability_of_purchase(365, 3000, 999.0, 1000.0)[0] > 0.95


def test_spending_of_a_customer_shrinks_to_the_base() -> None:
    model = GammaGamma()
    model.p_, model.q_, model.v_ = 6.25, 3.74, 15.45
    base = 6.25 * 15.45 / 2.74
    assert model.expected_value(0, 0) == pytest.approx(base)
    assert base < model.expected_value(1, 100.0) < model.expected_value(10, 100.0) < 100.0
    draws = model.draw([2], [22.35], draws=200_000, seed=1)
    assert draws.mean() == pytest.approx(float(model.expected_value(2, 22.35)), rel=0.01)
    spent = model.draw_spend(np.array([[0, 3] * 100_000]), [2], [22.35], seed=1)
    assert (spent[0, ::2] == 0).all()
    assert spent[0, 1::2].mean() == pytest.approx(3 * float(model.expected_value(2, 22.35)), rel=0.01)


def test_infinite_means_are_refused() -> None:
    model = GammaGamma()
    model.p_, model.q_, model.v_ = 2.0, 0.8, 15.0
    with pytest.raises(Refused, match="infinite"):
        model.expected_value([0, 2], [0, 10])
    assert model.expected_value(2, 10) == pytest.approx(2.0 * 35 / 3.8)


@pytest.mark.parametrize("row", [(1.5, 2, 3), (1, 4, 3), (-1, 0, 3), (0, 2, 3), (1, 2, np.inf), (1, np.nan, 3)])
def test_impossible_histories_are_told(row: tuple[float, float, float]) -> None:
    with pytest.raises(Invalid, match="1 purchase histories are impossible, the first in row 1"):
        MODELS["bg"].p_alive(*np.array([(2, 2, 3), row]).T)


def test_opportunities_are_counted() -> None:
    with pytest.raises(Invalid, match="whole numbers"):
        MODELS["bg-bb"].p_alive(1, 1, 2.5)
    with pytest.raises(Invalid, match="whole numbers"):
        MODELS["bg-bb"].p_alive(3, 2, 5)
    with pytest.raises(Refused, match="horizon"):
        MODELS["bg"].probability_of_purchase(-1, 0, 0, 5)
