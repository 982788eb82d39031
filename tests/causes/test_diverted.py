"""Questions about one salesperson's customers: asked when they shrink under contact, silent in firms where none do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from liuke.causes.diverted import ALPHA, TOO_FEW, adjusted, diverted


def firm(seed: int, sellers: int = 20, each: int = 25, fall: float = 0.0, wander: float = 0.0) -> dict[str, Any]:
    """Customers who buy by chance and are contacted alike; those of salesperson 3 buy less by `fall`."""
    luck = np.random.default_rng(seed)
    salesperson = np.repeat(np.arange(sellers), each).astype(np.int32)
    rate, ticket = np.exp(luck.normal(1.5, 0.7, len(salesperson))), np.exp(luck.normal(5, 1, len(salesperson)))
    own = np.exp(luck.normal(0, wander, sellers))[salesperson] * np.where(salesperson == 3, 1 - fall, 1)
    return {
        "salesperson": salesperson,
        "before": luck.poisson(rate) * ticket,
        "now": luck.poisson(rate * own) * ticket,
        "growth": np.zeros(len(salesperson)),
        "contacts_before": np.full(len(salesperson), 6),
        "contacts_now": luck.integers(5, 9, len(salesperson)),
    }


def test_a_salesperson_whose_contacted_customers_all_buy_less_is_asked_about() -> None:
    made = firm(1, fall=0.6)
    found = diverted(**made)
    assert [each.salesperson for each in found.questions] == [3]
    question = found.questions[0]
    assert found.judged == 20
    assert 0.4 < question.fall < 0.8
    assert question.chance <= ALPHA
    assert set(made["salesperson"][question.rows["customer"].to_numpy()]) == {3}
    assert question.rows["contacts_now"].sum() == question.said.fields["contacts"]
    assert "?" in question.said.text()
    assert "divert" not in question.said.text()


def test_most_such_falls_are_found() -> None:
    assert sum(len(diverted(**firm(seed, fall=0.6)).questions) for seed in range(40)) >= 30


@pytest.mark.parametrize(("sellers", "each", "wander"), [(20, 25, 0.0), (20, 25, 0.15), (4, 40, 0.1), (60, 9, 0.1)])
def test_firms_where_nothing_happened_are_left_in_peace(sellers: int, each: int, wander: float) -> None:
    """Of 150 firms hardly any is asked, also where salespeople's fortunes wander."""
    asked = sum(bool(diverted(**firm(seed, sellers, each, 0, wander)).questions) for seed in range(150))
    assert asked <= 150 * ALPHA


def test_a_market_that_fell_neglect_one_giant_and_a_handover_are_no_question() -> None:
    fell = firm(2, fall=0.6)
    fell["growth"][fell["salesperson"] == 3] = -0.6
    neglected = firm(2, fall=0.6)
    neglected["contacts_now"][neglected["salesperson"] == 3] = 1
    giant = firm(2)
    giant["before"][75], giant["now"][75] = giant["before"].sum() * 3, 0.0
    handed = firm(2, fall=0.6)
    handed["salesperson"][handed["salesperson"] == 3] = -1
    for made in (fell, neglected, giant, handed):
        assert diverted(**made).questions == ()


def test_too_little_to_judge_says_so() -> None:
    for made in (firm(1, 20, 5, 0.9), firm(1, 1, 30, 0.9), {name: held[:0] for name, held in firm(1).items()}):
        found = diverted(**made)
        assert (found.questions, found.judged) == ((), 0)
        assert found.reason is not None
        assert found.reason.message == TOO_FEW


def test_benjamini_and_hochberg_by_hand() -> None:
    """.01·4/1, .03·4/2, .04·4/3 and .5; what was not tested counts for nothing."""
    found = adjusted(np.array([0.03, 1.0, 0.01, 0.5, 0.04]))
    assert found == pytest.approx([0.16 / 3, 1.0, 0.04, 0.5, 0.16 / 3])
