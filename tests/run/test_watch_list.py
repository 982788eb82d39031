"""Who stands on the watch list, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from churn_base import HORIZON, asked, base, sample
from liuke.kernel.estimate import NotEstimable
from liuke.signals.churn.chances import Early, habit
from liuke.signals.churn.reasons import EVERYDAY
from liuke.signals.combine import MODEL, Risk
from liuke.signals.watch_list import EARLY, LIKELY, VIEWS, Views, views, watch_says

if TYPE_CHECKING:
    from liuke.app.firm import Firm


def viewed(
    risk: list[float],
    usual: list[int],
    own: list[float],
    flagged: list[int],
    *,
    lists: bool = True,
    early: list[float] | None = None,
    happened: list[float] | None = None,
    shrinking: list[int] | None = None,
) -> Views:
    """The views of customers still buying with these risks, usual years and own chances; one rule flags some."""
    count, chance = len(risk), np.array(risk, np.float64)
    fired, shrinks = np.zeros((2, count), bool)
    fired[flagged], shrinks[shrinking or []] = True, True
    basis = np.full(count, "model:boosting", object)
    found = Risk(chance, chance, chance, basis, np.zeros(count, np.int32), lists=lists)
    soon = unasked(count) if early is None else warned(early, happened or [np.log(2.0)] * count)
    return views(np.array(usual), fired, shrinks, np.ones(count, bool), np.array(own), found, soon)


def warned(chance: list[float], happened: list[float]) -> Early:
    """Early chances, and what lately added to them in log-odds; NaN for whom it is not asked."""
    soon = np.array(chance, np.float32)
    return Early(soon, soon, soon, np.where(np.isnan(soon), np.nan, np.array(happened)).astype(np.float32))


def unasked(count: int) -> Early:
    """Nobody is in rhythm."""
    return Early.unknown(count)


def listed(risk: list[float], usual: list[int], own: list[float], flagged: list[int], lists: bool = True) -> list[int]:
    """The list of all views together."""
    return viewed(risk, usual, own, flagged, lists=lists).list.tolist()


def test_likely_leavers_and_large_ones_at_risk_are_listed_by_money_at_stake() -> None:
    """Average risk .143: 3.5 times its odds are those of .369, half of it .072; average loss 6.93, twice that 13.9."""
    found = listed([0.5, 0.15, 0.04, 0.10, 0.05, 0.02], [20, 150, 200, 10, 1, 1], [0.01] * 6, [4])
    stake = np.array([10, 22.5, 8, 1, 0.05, 0.02])
    assert stake.mean() == pytest.approx(6.93, abs=0.01)
    assert found == [1, 0]


def test_the_likely_stand_on_one_view_and_the_large_on_another() -> None:
    found = viewed([0.5, 0.15, 0.04, 0.10, 0.05, 0.02], [20, 150, 200, 10, 1, 1], [0.01] * 6, [4])
    assert (found.silent.tolist(), found.money.tolist(), found.going.tolist()) == ([0], [1], [])


def test_a_large_customer_that_shrinks_stands_on_both_views() -> None:
    found = viewed([0.5, 0.15, 0.04, 0.10, 0.05, 0.02], [20, 150, 200, 10, 1, 1], [0.01] * 6, [4], shrinking=[1, 5])
    assert (found.silent.tolist(), found.money.tolist()) == ([0, 1], [1]), "the likelier gone first"


def test_the_likeliest_to_go_soon_stand_on_a_view_of_their_own_and_on_the_list() -> None:
    """Average early chance .184 of five asked: 2.25 times its odds are those of .337; the last had it all along."""
    early = [0.36, 0.02, np.nan, 0.14, 0.04, 0.36]
    found = viewed([0.02] * 6, [1] * 6, [0.9] * 6, [], early=early, happened=[0.5, 1.0, 1.0, 1.0, 1.0, 0.3])
    assert found.going.tolist() == [0]
    assert 0 in found.list.tolist()


def test_size_alone_calls_nobody_in_rhythm_a_sign_does() -> None:
    """Both would lose much above the average; to one nothing has happened."""
    found = viewed([0.02] * 6, [100, 100, 1, 1, 1, 1], [0.9] * 6, [], early=[0.1] * 6, happened=[0.0, 0.2, 1, 1, 1, 1])
    assert found.money.tolist() == [1]


def test_whoever_is_listed_with_much_at_stake_is_in_the_view_of_money() -> None:
    """The largest shrinks in rhythm, without a sign of what early warning knows: it is listed first of all."""
    early, small = [0.1, np.nan, 0.1, 0.1], [0.0] * 4
    found = viewed([0.02] * 4, [900, 1, 30, 20], [0.9] * 4, [], early=early, happened=small, shrinking=[0, 2])
    assert (found.list.tolist(), found.silent.tolist(), found.money.tolist()) == ([0], [0], [0])


def test_who_is_only_as_slow_as_ever_is_not_listed() -> None:
    """Odds of .4 are 2/3: twice those of .25 (1/3), less than twice those of .3 (3/7)."""
    assert listed([0.4, 0.4, *[0.01] * 8], [10] * 10, [0.25, 0.3, *[0.0] * 8], []) == [0]


def test_without_enough_leavers_the_rules_say_who_is_listed() -> None:
    assert listed([0.4, 0.1, 0.2], [10, 10, 10], [0.9] * 3, [1, 2], lists=False) == [2, 1]


def test_without_any_risk_money_decides() -> None:
    usual, none = np.array([1, 9, 2, 50]), np.zeros(4, bool)
    flagged = np.array([True, True, True, False])
    why = NotEstimable.because("nothing is known")
    found = views(usual, flagged, none, ~none, np.zeros(4), why, unasked(4))
    assert (found.list.tolist(), found.silent.tolist(), found.money.tolist()) == ([1, 2, 0], [1, 2, 0], [1])


def test_every_view_of_a_run_is_in_its_order_and_all_together_are_the_list(simulated_firm: Firm) -> None:
    run = simulated_firm.current()
    now = run.table("customer_now")
    on = {view: now.filter(pl.col(f"{view}_rank").is_not_null()).sort(f"{view}_rank") for view in VIEWS}
    assert run.info["listed_by_view"] == {view: len(found) for view, found in on.items()}
    assert min(len(on["silent"]), len(on["money"])) > 1
    everybody = {code for found in on.values() for code in found["customer_code"]}
    assert everybody == set(now.filter("listed")["customer_code"])
    for view, by in {"going": "early", "silent": "risk", "money": "at_stake"}.items():
        assert on[view][f"{view}_rank"].to_list() == list(range(1, len(on[view]) + 1))
        assert on[view][by].is_sorted(descending=True)
        assert not on[view]["state"].is_in(["lost", "never_bought"]).any(), "whoever is on a view still buys"
    assert now.filter(pl.col("early").is_null() != pl.col("early_low").is_null()).is_empty()


def test_of_who_is_in_rhythm_nothing_everyday_is_a_reason(simulated_firm: Firm) -> None:
    """Days silent, purchase days and money so far are as ever: what changed or was met says why it is listed."""
    run = simulated_firm.current()
    soon = run.table("customer_now").filter(pl.col("listed") & pl.col("early").is_not_null())
    told = run.table("reason").join(soon, on="customer_code", how="semi")
    assert set(told["customer_code"]) == set(soon["customer_code"])
    assert not set(told["rule"]) & {f"{MODEL}{idea}" for idea in EVERYDAY}
    signed = run.table("reason").filter(pl.col("rule").str.starts_with(EARLY))["customer_code"].unique()
    large = soon.filter(pl.col("going_rank").is_null() & pl.col("money_rank").is_not_null())
    assert large["customer_code"].is_in(signed.to_list()).any(), "the sign that calls the large is said"


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
