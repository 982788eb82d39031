"""Who stands on the watch list, and in which order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from churn_base import HORIZON, asked, base, sample
from liuke.signals.churn.chances import habit
from liuke.signals.combine import Risk
from liuke.signals.watch_list import LIKELY, rank, watch_says


def listed(risk: list[float], usual: list[int], own: list[float], flagged: list[int], lists: bool = True) -> list[int]:
    """The list of customers still buying with these risks, usual years and own chances; one rule flags some."""
    count, chance = len(risk), np.array(risk, np.float64)
    fired = np.zeros(count, bool)
    fired[flagged] = True
    basis = np.full(count, "model:boosting", object)
    found = Risk(chance, chance, chance, basis, np.zeros(count, np.int32), lists=lists)
    return rank(np.array(usual), fired, np.ones(count, bool), np.array(own), found).tolist()


def test_likely_leavers_and_large_ones_at_risk_are_listed_by_money_at_stake() -> None:
    """Average risk .143: 2.5 times its odds are those of .295, half of it .072; average loss 6.93, twice that 13.9."""
    found = listed([0.5, 0.15, 0.04, 0.10, 0.05, 0.02], [20, 150, 200, 10, 1, 1], [0.01] * 6, [4])
    stake = np.array([10, 22.5, 8, 1, 0.05, 0.02])
    assert stake.mean() == pytest.approx(6.93, abs=0.01)
    assert found == [1, 0]


def test_who_is_only_as_slow_as_ever_is_not_listed() -> None:
    """Odds of .4 are 2/3: twice those of .25 (1/3), less than twice those of .3 (3/7)."""
    assert listed([0.4, 0.4, 0.01, 0.01, 0.01, 0.01], [10] * 6, [0.25, 0.3, 0, 0, 0, 0], []) == [0]


def test_without_enough_leavers_the_rules_say_who_is_listed() -> None:
    assert listed([0.4, 0.1, 0.2], [10, 10, 10], [0.9] * 3, [1, 2], lists=False) == [2, 1]


def test_the_sentence_says_the_thresholds_there_are() -> None:
    assert f"{LIKELY:g}" in watch_says(by_model=True).text()
    assert "{" not in watch_says(by_model=True).text()
    assert "rule" in watch_says(by_model=False).text()


def test_habit_is_the_chance_of_a_gap_longer_than_the_horizon() -> None:
    """Random gaps (k = 1), r = 2, alpha = 30: ((30 + S) / (30 + S + H)) ** (2 + n), Pareto's tail."""
    panel = base(50)
    rows = sample(panel)
    question = asked(panel)
    found = habit(rows, (1.0, 2.0, 30.0), question)
    gaps, span = rows.occasions - 1, rows.tenure - rows.silent
    assert found == pytest.approx(((30.0 + span) / (30.0 + span + HORIZON)) ** (2.0 + gaps))
    assert not habit(rows, (np.inf, np.inf, np.inf), question).any()
    assert not habit(rows, (1.0, 2.0, 30.0), replace(question, fall=0.3)).any()
