"""The back-test on a base worked out by hand, its chunks, and its intervals against a bootstrap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import in_language
from liuke.kernel.said import Said
from liuke.panel import labels
from liuke.panel.panel import Measures, Panel
from liuke.signals import backtest
from liuke.signals.backtest import RuleScore, RuleTallies
from liuke.signals.ratio import Clustered
from liuke.signals.rules.evaluate import evaluable, evaluate, learn, warm_up
from liuke.signals.rules.rules import shipped
from panels import panel, random_panel

H = 60


def months_of(name: str, amount: int, count: int) -> str:
    """A customer who buys on the 15th of the first so many months from January 2023."""
    return " | ".join(f"{name} {2023 + at // 12}-{at % 12 + 1:02d}-15 {amount}" for at in range(count))


def count(seen: Panel, fired: dict[str, np.ndarray], warm_ups: dict[str, int] | None = None) -> RuleTallies:
    """RuleTallies a panel with the horizon H and the real label."""
    horizon = np.full(seen.shape[1], H, np.int32)
    left, known = labels.left(seen.latest(), horizon)
    return backtest.tally(seen, fired, left, known, horizon, warm_ups or dict.fromkeys(fired, 1))


def two_customers(copies: int = 1) -> tuple[Panel, np.ndarray]:
    """A leaves after March 2024 and is flagged from February to April; B stays and is flagged in February only."""
    text = " | ".join(f"{months_of(f'a{n:02d}', 100, 15)} | {months_of(f'b{n:02d}', 300, 24)}" for n in range(copies))
    seen = panel(text, until="2024-12")
    fired = np.zeros(seen.shape, bool)
    fired[:copies, 13:16] = True
    fired[copies:, 13] = True
    return seen, fired


def test_the_tally_of_two_customers_is_as_worked_out_by_hand() -> None:
    """Counted: A from January to April 2024 (46 silent days; in May 77, lost), B from January to October.

    After March and April A does not buy for 60 days. Declared lost 61 days after 15 March: 15 May, 76 days after the
    end of February, when the episode began.
    """
    seen, fired = two_customers()
    rule = count(seen, {"r": fired}).rules["r"]
    assert (rule.base.x, rule.base.y) == (14, 2)
    assert (rule.precision.x, rule.precision.y) == (4, 2)
    assert (rule.recall.x, rule.recall.y) == (2, 2)
    assert (rule.episodes, rule.true_episodes, rule.departures, rule.departures_caught) == (2, 1, 1, 1)
    assert rule.flags[13:16].tolist() == [2, 1, 1]
    assert np.flatnonzero(rule.leads).tolist() == [76]
    assert (rule.money_caught, rule.money_lost, rule.money_lost_caught) == (120_000, 120_000, 120_000)


def test_the_score_compares_with_value_and_chance_on_the_same_rows() -> None:
    """February: all 20 flagged. March, April: 10 of 20 each; by value they go to B, who stays, at random half hit."""
    seen, fired = two_customers(copies=10)
    (score,) = backtest.scores(count(seen, {"r": fired}))
    assert value(score.precision) == pytest.approx(20 / 40)
    assert value(score.recall) == 1
    assert value(score.base_rate) == pytest.approx(2 / 14)
    assert value(score.lift) == pytest.approx(3.5)
    assert value(score.by_value) == 0
    assert value(score.at_random) == pytest.approx((10 * 0.5 + 10 * 0.5) / 40)
    assert value(score.false_alarms) == pytest.approx(100 * 20 / 140)
    assert value(score.warning_months) == pytest.approx(76 / 30.436875)
    assert score.money_caught == Decimal("12000.00")
    assert value(score.money_share) == value(score.hit_money_share) == 1
    assert value(score.by_value_money_share) == 0


def test_among_equals_the_value_rule_draws_at_random() -> None:
    seen, fired = two_customers(copies=10)
    same = {"invoice": replace(seen.kinds["invoice"], amount=np.ones(seen.shape, np.int64))}
    (score,) = backtest.scores(count(replace(seen, kinds=same), {"r": fired}))
    assert value(score.by_value) == pytest.approx(value(score.at_random))


def test_a_short_history_gives_the_reason_in_place_of_numbers() -> None:
    seen = panel(months_of("a", 100, 7), until="2023-09")
    (score,) = backtest.scores(count(seen, {"r": np.zeros(seen.shape, bool)}))
    assert isinstance(score.precision, NotEstimable)
    with in_language("en"):
        said = score.precision.text()
    assert said == "needs 3 periods with known outcome beyond the first 5; there are 2"
    assert isinstance(backtest.base_rate(count(seen, {"r": np.zeros(seen.shape, bool)})), NotEstimable)


def test_few_flags_and_few_leavers_give_the_reason() -> None:
    seen, fired = two_customers(copies=10)
    few = fired.copy()
    few[9:, :] = False
    (score,) = backtest.scores(count(seen, {"r": few}))
    assert isinstance(score.precision, NotEstimable)
    assert score.precision.reason.fields == {"need": 10, "have": 9}
    assert isinstance(score.recall, Estimate)
    (score,) = backtest.scores(count(two_customers(copies=9)[0], {"r": two_customers(copies=9)[1]}))
    assert isinstance(score.recall, NotEstimable)


def test_a_rule_with_a_longer_warm_up_is_counted_from_later() -> None:
    seen, fired = two_customers(copies=10)
    counted = count(seen, {"soon": fired, "late": fired}, {"soon": 3, "late": 15})
    soon, late = backtest.scores(counted)
    assert (soon.months, late.months) == (10, 8)
    assert late.flags == 20
    assert value(late.base_rate) == pytest.approx(20 / (20 + 80))
    assert value(backtest.base_rate(counted)) == pytest.approx(2 / 14)


def test_the_base_rate_needs_no_rule() -> None:
    seen, _ = two_customers(copies=10)
    assert value(backtest.base_rate(count(seen, {}))) == pytest.approx(2 / 14)
    assert backtest.scores(count(seen, {})) == []


def value(answer: object) -> float:
    """The number of an answer that must be one."""
    assert isinstance(answer, Estimate), answer
    return answer.value


def part(whole: Panel, rows: np.ndarray) -> Panel:
    """Some rows of a panel."""
    arrays = {
        name: Measures(**{key: None if a is None else a[rows] for key, a in vars(kind).items()})
        for name, kind in whole.kinds.items()
    }
    return replace(
        whole,
        customer=whole.customer[rows],
        kinds=arrays,
        known_from=None if whole.known_from is None else whole.known_from[rows],
        products=None if whole.products is None else whole.products[rows],
        attributes={},
        by_family=None if whole.by_family is None else whole.by_family.of_rows(rows, whole.shape[1] - 1),
    )


@pytest.mark.parametrize("late", [False, True])
def test_chunks_of_customers_give_the_scores_of_the_whole(late: bool) -> None:
    whole = random_panel(2, 60, 36, late=late)
    horizon = np.full(36, 120, np.int32)
    rules = [rule for rule in shipped() if evaluable(rule, whole) is None]
    chunks = [part(whole, np.isin(whole.customer, codes)) for codes in np.array_split(whole.customers, 3)]
    learnt = learn(rules, chunks[0]) + learn(rules, chunks[1]) + learn(rules, chunks[2])

    def tally_of(seen: Panel) -> RuleTallies:
        left, known = labels.left(seen.latest(), horizon)
        fired = {rule.id: evaluate(rule, seen, horizon, learnt) for rule in rules}
        return backtest.tally(seen, fired, left, known, horizon, {rule.id: warm_up(rule, 12) for rule in rules})

    together = tally_of(chunks[2]) + tally_of(chunks[0]) + tally_of(chunks[1])
    for one, other in zip(backtest.scores(together), backtest.scores(tally_of(whole)), strict=True):
        assert flat(one) == pytest.approx(flat(other))
    assert learn(rules, whole).parts.keys() == learnt.parts.keys()


def flat(score: RuleScore) -> dict[str, object]:
    """A score as one row, numbers only."""
    return {key: each for key, each in backtest.score_row(score).items() if isinstance(each, int | float | None)}


def test_a_score_row_is_flat_and_gives_the_reason() -> None:
    seen, fired = two_customers(copies=10)
    (score,) = backtest.scores(count(seen, {"r": fired}))
    row = backtest.score_row(score)
    assert row["rule"] == "r"
    assert row["reason"] is None
    assert isinstance(row["precision_low"], float)
    empty = backtest.score_row(backtest.no_score("x", NotEstimable.because("needs {what}", what="margins")))
    assert set(empty) == set(row)
    assert empty["precision"] is None
    assert Said.unpack(str(empty["reason"])).text() == "needs margins"


def test_the_clustered_error_is_that_of_a_bootstrap_over_customers() -> None:
    random = np.random.default_rng(4)
    x = random.integers(0, 9, 400)
    y = random.binomial(x, random.beta(0.5, 1.0, 400))
    ratio = Clustered.of(x, y)
    draws = random.integers(0, 400, (4000, 400))
    bootstrap = (y[draws].sum(axis=1) / x[draws].sum(axis=1)).std()
    assert ratio.standard_error == pytest.approx(bootstrap, rel=0.05)
    independent = np.sqrt(ratio.share * (1 - ratio.share) / ratio.x)
    assert ratio.standard_error > 1.5 * independent
    assert ratio.effective < ratio.x / 2
    halves = Clustered.of(x[:150], y[:150]) + Clustered.of(x[150:], y[150:])
    assert halves.standard_error == pytest.approx(ratio.standard_error, rel=1e-12)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """2,000 bases of 40 customers, precision .3, months of a customer alike."""
    random = np.random.default_rng(9)
    covered = 0
    for _ in range(2000):
        x = random.integers(1, 8, 40)
        y = random.binomial(x, random.beta(0.6, 1.4, 40))
        estimate = Clustered.of(x, y).estimate("")
        covered += estimate.low <= 0.3 <= estimate.high
    assert 0.92 <= covered / 2000 <= 0.975


def test_an_interval_without_a_hit_reaches_above_zero() -> None:
    estimate = Clustered.of(np.full(20, 5), np.zeros(20)).estimate("")
    assert estimate.value == estimate.low == 0
    assert 0.1 < estimate.high < 0.25


def test_what_was_known_then_decides_the_flag_and_what_is_known_now_the_outcome() -> None:
    """A bought in April 2024 too, entered in September: flagged as of March, it did not leave."""
    text = f"{months_of('a', 100, 15)} | a 2024-04-15 100 @2024-09 | {months_of('b', 100, 24)}"
    seen = panel(text, until="2024-12")
    horizon = np.full(24, H, np.int32)
    left, known = labels.left(seen.latest(), horizon)
    rule = shipped()[1]
    fired = {rule.id: evaluate(rule, seen, horizon), "all": np.ones(seen.shape, bool)}
    counted = backtest.tally(seen, fired, left, known, horizon, dict.fromkeys(fired, 1)).rules["all"]
    assert counted.hits[14] == 0  # after March it bought again in April
    assert counted.hits[15] == 1  # after April it did not; as known then, 46 days of silence
