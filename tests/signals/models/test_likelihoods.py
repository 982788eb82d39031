"""Second parents: likelihoods integrated from their stories, gradients by differences, P(alive) by events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from models_firm import drawn_regular
from scipy.special import betaln, expit, factorial, log_expit
from scipy.stats import gamma

from liuke.signals.models._collapse import collapse
from liuke.signals.models.bg_bb import BgBb
from liuke.signals.models.bg_cnbd_k import BgCnbdK
from liuke.signals.models.bg_nbd import BgNbd
from liuke.signals.models.gamma_gamma import GammaGamma, Spending
from liuke.signals.models.mbg_nbd import MbgNbd
from liuke.signals.models.pareto_nbd import ParetoNbd

if TYPE_CHECKING:
    from collections.abc import Callable

HISTORIES = np.array([(0, 0, 12), (1, 3, 12), (1, 11, 12), (4, 6, 30), (4, 29, 30), (17, 20, 30)], float)
STEP = 0.05
REACH = np.arange(-45.0, 45.0, STEP)


def rates(shape: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Places and masses of a gamma trait: the trapezoid rule in its logarithm."""
    places = np.exp(REACH[REACH < 7])
    return places, gamma(shape, scale=1 / scale).pdf(places) * places * STEP


def chances(one: float, other: float) -> tuple[np.ndarray, np.ndarray]:
    """Places and masses of a beta trait: the trapezoid rule in its log-odds."""
    places = expit(REACH)
    return places, np.exp(-betaln(one, other) + one * log_expit(REACH) + other * log_expit(-REACH)) * STEP


Trait = tuple[np.ndarray, np.ndarray]


def averaged(given: Callable[[np.ndarray, np.ndarray], np.ndarray], one: Trait, other: Trait) -> float:
    """Mean of a function of two independent traits."""
    return float(one[1] @ given(one[0][:, None], other[0][None, :]) @ other[1])


def erlang(x: float, t: float, age: float, k: int, modified: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    def given(rate: np.ndarray, leaving: np.ndarray) -> np.ndarray:
        bought = rate ** (k * x) / factorial(k - 1) ** x
        waiting = sum((rate * (age - t)) ** j / factorial(j) for j in range(k))
        alive = (1 - leaving) ** (x + modified) * np.exp(-rate * age) * waiting
        gone = leaving * (1 - leaving) ** (x - 1 + modified) * np.exp(-rate * t) if x + modified else 0.0
        return bought * (alive + gone)

    return given


@pytest.mark.parametrize(("k", "modified"), [(1, 0), (1, 1), (3, 1), (2, 0)])
@pytest.mark.parametrize("history", HISTORIES, ids=str)
def test_beta_geometric_likelihood(history: np.ndarray, k: int, modified: int) -> None:
    x, t, age = history
    model = BgCnbdK(k=k, modified=bool(modified))
    model.k_ = k
    found = model._objective(collapse([x], [t], [age]))(np.log([1.4, 6.0, 1.3, 2.6]))[0]
    expected = averaged(erlang(x, t, age, k, modified), rates(1.4, 6.0), chances(1.3, 2.6))
    assert found == pytest.approx(np.log(expected), abs=1e-8)


@pytest.mark.parametrize("scale", [(6.0, 9.0), (9.0, 6.0), (2.0, 40.0), (40.0, 2.0), (7.0, 7.0)], ids=str)
@pytest.mark.parametrize("history", HISTORIES, ids=str)
def test_pareto_nbd_likelihood(history: np.ndarray, scale: tuple[float, float]) -> None:
    x, t, age = history

    def given(rate: np.ndarray, ending: np.ndarray) -> np.ndarray:
        both = rate + ending
        return rate**x * (np.exp(-both * age) + ending / both * (np.exp(-both * t) - np.exp(-both * age)))

    found = ParetoNbd()._objective(collapse([x], [t], [age]))(np.log([1.4, scale[0], 1.3, scale[1]]))[0]
    expected = averaged(given, rates(1.4, scale[0]), rates(1.3, scale[1]))
    assert found == pytest.approx(np.log(expected), abs=1e-8)


@pytest.mark.parametrize("history", [(0, 0, 5), (1, 1, 5), (2, 4, 5), (5, 5, 5), (3, 4, 9)], ids=str)
def test_bg_bb_likelihood(history: tuple[int, int, int]) -> None:
    x, t, n = history

    def given(buying: np.ndarray, leaving: np.ndarray) -> np.ndarray:
        ways = [buying**x * (1 - buying) ** (m - x) * leaving * (1 - leaving) ** m for m in range(t, n)]
        return sum(ways) + buying**x * (1 - buying) ** (n - x) * (1 - leaving) ** n

    found = BgBb()._objective(collapse([x], [t], [n]))(np.log([1.4, 1.2, 1.1, 2.8]))[0]
    assert found == pytest.approx(np.log(averaged(given, chances(1.4, 1.2), chances(1.1, 2.8))), abs=1e-8)


def test_gamma_gamma_likelihood() -> None:
    """The density of one customer's mean of 3 amounts, integrated over the customers' scales."""
    own, mass = rates(3.7, 15.0)
    expected = mass @ gamma(6.2 * 3, scale=1 / (3 * own)).pdf(21.0)
    found = GammaGamma()._objective(Spending(np.array([3.0]), np.array([21.0]), np.array([1.0])))
    assert found(np.log([6.2, 3.7, 15.0]))[0] == pytest.approx(np.log(expected), abs=1e-8)


def regular(k: int, modified: bool) -> BgCnbdK:
    model = BgCnbdK(k=k, modified=modified)
    model.k_ = k
    return model


SPENDING = Spending(np.array([1.0, 2.0, 9.0]), np.array([10.0, 20.0, 5.0]), np.array([3.0, 1.0, 2.0]))
OBJECTIVES = {
    "bg": BgNbd()._objective(collapse(*HISTORIES.T)),
    "mbg": MbgNbd()._objective(collapse(*HISTORIES.T)),
    "cnbd-3": regular(3, True)._objective(collapse(*HISTORIES.T)),
    "bg-cnbd-2": regular(2, False)._objective(collapse(*HISTORIES.T)),
    "pareto": ParetoNbd()._objective(collapse(*HISTORIES.T)),
    "bg-bb": BgBb()._objective(collapse(*np.minimum(HISTORIES, HISTORIES[:, 1:2] + [0, 0, 9]).T)),
    "gamma-gamma": GammaGamma()._objective(SPENDING),
}


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("seed", range(4))
def test_gradients(name: str, seed: int) -> None:
    objective, at = OBJECTIVES[name], np.random.default_rng(seed).uniform(-2, 3, 3 if name == "gamma-gamma" else 4)
    moves = 1e-5 * np.eye(len(at))
    differences = [(objective(at + move)[0] - objective(at - move)[0]) / 2e-5 for move in moves]
    np.testing.assert_allclose(objective(at)[1], differences, rtol=2e-5, atol=1e-5)


def test_the_tails_of_pareto_nbd_match_the_hypergeometric_function() -> None:
    from scipy.special import hyp2f1

    from liuke.signals.models._pareto_kernels import hypergeometric

    chance = np.random.default_rng(0)
    for _ in range(300):
        q, more, rest = 10 ** chance.uniform(-2, 2), 10 ** chance.uniform(-2, 1), 10 ** chance.uniform(-3, 0)
        expected = np.log(hyp2f1(q, 1.0, q + 1 + more, 1 - rest))
        assert hypergeometric(q, q + 1 + more, 1 - rest, rest)[0] == pytest.approx(expected, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(("k", "modified"), [(1, False), (1, True), (2, True), (3, False)])
def test_p_alive_is_the_share_of_drawn_customers_still_there(k: int, modified: bool) -> None:
    """At the true parameters, in fifths by P(alive), within 4 standard errors of the share alive."""
    firm = drawn_regular(k, 20_000, seed=11, modified=modified)
    model = regular(k, modified)
    model.r_, model.alpha_, model.a_, model.b_ = 1.0, 5.0, 0.8, 2.5
    said = model.p_alive(firm.x, firm.t_x, firm.T)
    for group in np.array_split(np.argsort(said, kind="stable"), 5):
        error = np.sqrt(np.mean(said[group] * (1 - said[group])) / len(group))
        assert abs(said[group].mean() - firm.alive[group].mean()) <= 4 * error + 1e-12


def test_p_alive_of_pareto_nbd_is_the_share_of_drawn_customers_still_there() -> None:
    chance, many = np.random.default_rng(3), 200_000
    rate, life = chance.gamma(1.0, 1 / 5.0, many), chance.exponential(1 / chance.gamma(0.8, 1 / 15.0, many))
    watched = np.minimum(life, 40.0)
    x = chance.poisson(rate * watched)
    t_x = np.where(x > 0, watched * chance.random(many) ** (1 / np.maximum(x, 1)), 0.0)
    model = ParetoNbd()
    model.r_, model.alpha_, model.s_, model.beta_ = 1.0, 5.0, 0.8, 15.0
    said = model.p_alive(x, t_x, 40.0)
    for group in np.array_split(np.argsort(said, kind="stable"), 10):
        error = np.sqrt(np.mean(said[group] * (1 - said[group])) / len(group))
        assert abs(said[group].mean() - (life[group] > 40).mean()) <= 4 * error
