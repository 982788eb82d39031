"""One risk per customer from the rules that fired."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.signals.backtest import RuleScore, no_score
from liuke.signals.combine import Risk, risk, shrunken, strength

BASE = Estimate(0.1, 0.08, 0.12)


def score(rule: str, flags: int, hits: int, effective: float | None = None) -> RuleScore:
    """A rule's score with these counts."""
    return replace(
        no_score(rule, NotEstimable.because("")), flags=flags, hits=hits, effective_flags=float(effective or flags)
    )


def risk_of(fired: list[list[bool]], scores: list[RuleScore]) -> Risk:
    found = risk(np.array(fired, bool), np.ones(len(fired[0]), bool), scores, BASE)
    assert isinstance(found, Risk)
    return found


def test_the_strongest_rule_that_fired_leads_and_is_shrunk_to_the_base_rate() -> None:
    """Two rules: a strength of 20 flags is stated. (0.1 x 20 + 50) / 120 and (0.1 x 20 + 8) / 30."""
    found = risk_of([[True, True, False, False], [False, True, True, False]], [score("a", 100, 50), score("b", 10, 8)])
    assert found.risk == pytest.approx([52 / 120, 52 / 120, 10 / 30, 0.1])
    assert found.basis.tolist() == ["rule:a", "rule:a", "rule:b", "base_rate"]
    assert found.lead.tolist() == [0, 0, 1, -1]
    assert (found.low <= found.risk).all()
    assert (found.risk <= found.high).all()


def test_flags_of_the_same_customers_count_as_the_independent_ones_they_are_worth() -> None:
    alone = risk_of([[True]], [score("a", 100, 50, effective=10)])
    assert alone.risk == pytest.approx([(2 + 5) / 30])


def test_a_rule_never_seen_before_gives_the_base_rate() -> None:
    found = risk_of([[True], [False]], [score("new", 0, 0, 0), score("a", 100, 50)])
    assert found.basis.tolist() == ["base_rate"]
    assert found.risk == pytest.approx([0.1])


def test_without_a_base_rate_there_is_its_reason_and_no_risk() -> None:
    why = NotEstimable.because("too short")
    assert risk(np.ones((1, 3), bool), np.ones(3, bool), [score("a", 100, 50)], why) is why


def test_no_rules_and_no_customers_work() -> None:
    nobody = risk(np.zeros((0, 0), bool), np.zeros(0, bool), [], BASE)
    assert isinstance(nobody, Risk)
    assert nobody.risk.shape == (0,)
    found = risk(np.zeros((0, 2), bool), np.ones(2, bool), [], BASE)
    assert isinstance(found, Risk)
    assert found.basis.tolist() == ["base_rate", "base_rate"]


def test_who_has_left_already_has_no_risk_of_leaving() -> None:
    found = risk(np.array([[True, True, False]]), np.array([True, False, False]), [score("a", 100, 50)], BASE)
    assert isinstance(found, Risk)
    assert np.isnan(found.risk).tolist() == np.isnan(found.low).tolist() == [False, True, True]


def test_rules_that_agree_with_the_base_rate_shrink_hard_and_rules_that_differ_hardly() -> None:
    flags = np.full(8, 200.0)
    alike, apart = np.full(8, 20.0), np.array([2.0, 180.0, 60, 20, 150, 5, 100, 40])
    assert strength(flags, alike, 0.1) > 500
    assert strength(flags, apart, 0.1) < 10
    assert strength(flags[:2], apart[:2], 0.1) == 20


def test_shrinking_is_towards_the_base_rate_and_never_past_it() -> None:
    rules = [score(str(hits), 50, hits) for hits in (0, 3, 5, 20, 50)]
    value = shrunken(rules, 0.1)[0]
    raw = np.array([0, 3, 5, 20, 50]) / 50
    assert ((value - 0.1) * (raw - 0.1) >= -1e-12).all()
    assert (np.abs(value - 0.1) <= np.abs(raw - 0.1) + 1e-12).all()
