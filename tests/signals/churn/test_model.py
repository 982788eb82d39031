"""The ladder, calibration, leaks and reasons of the churn model, on bases whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from churn_base import HORIZON, asked, base, sample
from liuke.kernel.estimate import NotEstimable
from liuke.signals import metrics
from liuke.signals.churn import boosting, calibration, rolling
from liuke.signals.churn import model as churn
from liuke.signals.churn.question import MOST_SILENT, Asked
from liuke.signals.churn.reasons import contributions, model_reasons, reason_sentence
from liuke.signals.churn.rows import COLUMNS, ModelRows
from liuke.signals.churn.tenths import Tenths


def fitted(found: ModelRows, question: Asked) -> churn.ChurnModel:
    model = churn.fit(found, question)
    assert isinstance(model, churn.ChurnModel)
    return model


@pytest.fixture(scope="module")
def large() -> tuple[ModelRows, Asked]:
    panel = base(1500)
    return sample(panel), asked(panel)


@pytest.mark.parametrize(
    ("customers", "monthly", "rung"),
    [(30, 0.02, "buying"), (400, 0.02, "logit"), (3000, 0.02, "boosting"), (300, 0.0, "buying")],
)
def test_the_rung_follows_the_leavers_seen(customers: int, monthly: float, rung: str) -> None:
    panel = base(customers, monthly=monthly, curved=rung == "boosting")
    model = fitted(sample(panel), asked(panel))
    assert model.rung == rung
    least = {"buying": 0, "logit": churn.LEAST_FOR_LOGIT, "boosting": boosting.LEAST_LEAVERS}[rung]
    most = {"buying": churn.LEAST_FOR_LOGIT, "logit": boosting.LEAST_LEAVERS, "boosting": np.inf}[rung]
    assert least <= model.learnt.leavers < most


def test_trees_that_help_nothing_are_left_out() -> None:
    """A thousand leavers, but nothing about them that a straight line does not tell."""
    panel = base(1500)
    model = fitted(sample(panel), asked(panel))
    assert model.learnt.leavers > boosting.LEAST_LEAVERS
    assert model.rung == "logit"
    assert model.shape is not None
    assert model.shape.rehearsed


def test_without_two_horizons_of_history_nothing_is_rehearsed_and_no_tree_grown() -> None:
    panel = base(3000, curved=True)
    found = sample(panel)
    model = fitted(found.pick(found.position <= 10), asked(panel, 10))
    assert model.rung == "logit"
    assert model.shape is not None
    assert not model.shape.rehearsed


def test_two_newest_origins_of_one_outcome_stop_no_rehearsal() -> None:
    """Nobody left after the last two origins it may learn from: a window of these alone could teach nothing."""
    panel = base(600)
    found, question = sample(panel), asked(panel)
    newest = int(churn.training(found, question).position.max())
    closed = np.unique(found.position[question.closed_by(found, newest)])
    back = np.isin(found.position, closed[-2:])
    stayed = replace(found, days_to_next=np.where(back, 1, found.days_to_next).astype(np.int32))
    assert fitted(stayed, question).shape is not None


def test_too_short_a_history_says_so() -> None:
    panel = base(300, months=5)
    found = churn.fit(sample(panel), asked(panel))
    assert isinstance(found, NotEstimable)
    assert found.text() == (
        f"no month end is yet followed by a whole horizon of {HORIZON} days: the history ends 61 days after the first "
        "that could be learnt from"
    )


def test_chances_are_calibrated_on_the_future(large: tuple[ModelRows, Asked]) -> None:
    """Fitted on the first part of a base, asked of later months of the other customers."""
    found, question = large
    early = replace(question, at=20)
    model = fitted(found.pick(found.position <= 20), early)
    later = found.pick((found.position == 24) & question.closed(found))
    chance = model.chance(later)
    there = ~np.isnan(chance.risk) & early.buying(later)
    left = question.left(later)[there]
    assert chance.risk[there].mean() == pytest.approx(left.mean(), abs=0.03)
    assert (chance.low[there] <= chance.risk[there]).all()
    assert (chance.risk[there] <= chance.high[there]).all()


def test_who_has_been_silent_for_horizons_is_not_asked_about(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    chance = fitted(found, question).chance(found)
    gone = found.silent > MOST_SILENT * HORIZON
    assert gone.any()
    assert np.isnan(chance.risk[gone]).all()
    assert not np.isnan(chance.risk[~gone]).any()


def test_outcomes_after_the_day_asked_change_nothing(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    early = replace(question, at=22)
    past = found.pick(found.position <= 22)
    unknown = ~early.closed(past)
    assert unknown.any()
    scrambled = np.where(unknown, np.random.default_rng(0).permutation(past.days_to_next), past.days_to_next)
    mine, theirs = (fitted(rows, early) for rows in (past, replace(past, days_to_next=scrambled.astype(np.int32))))
    assert np.array_equal(mine.chance(past).risk, theirs.chance(past).risk, equal_nan=True)


def test_permuted_labels_leave_nothing_to_learn(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    known = found.pick(question.closed(found) & question.buying(found))
    mixed = replace(known, days_to_next=np.random.default_rng(1).permutation(known.days_to_next))
    cut = int(np.median(known.customer))
    model = fitted(mixed.pick(mixed.customer <= cut), question)
    other = mixed.pick(mixed.customer > cut)
    order = np.argsort(model.chance(other).risk, kind="stable")
    left = question.left(other)[order].astype(float)
    assert metrics.auc(model.chance(other).risk[order], left, np.ones(len(order))) == pytest.approx(0.5, abs=0.03)


def test_a_column_that_knows_the_answer_is_refused(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    x = found.x.copy()
    x[:, COLUMNS.index("return_share")] = question.left(found) + np.random.default_rng(0).random(len(found)) * 0.5
    model = fitted(replace(found, x=x), question)
    assert model.learnt.left_out == ("return_share",)
    blind = x.copy()
    blind[:, COLUMNS.index("return_share")] = 0
    same = replace(found, x=blind)
    assert np.array_equal(model.chance(replace(found, x=x)).risk, model.chance(same).risk, equal_nan=True)
    x[:, COLUMNS.index("money")] = question.left(found)
    assert isinstance(churn.fit(replace(found, x=x), question), NotEstimable)


def test_daily_buyers_get_a_model_though_their_silence_tells_nearly_all() -> None:
    """Of who buys daily, a fortnight's silence says it all: that is how leaving is defined, and no leak."""
    panel = base(1500, daily=True)
    found, question = sample(panel), asked(panel)
    known = churn.training(found, question)
    known = known.pick(question.buying(known))
    order = np.argsort(known.silent, kind="stable")
    told = metrics.auc(
        known.silent[order].astype(float), question.left(known)[order].astype(float), np.ones(len(known))
    )
    assert told > churn.SUSPECT_AUC
    assert fitted(found, question).rung in ("logit", "boosting")


def test_no_risk_is_surer_than_what_was_seen(large: tuple[ModelRows, Asked]) -> None:
    """Silence beyond anything seen is not certainty: a thousand leavers can't show that the next one leaves too."""
    found, question = large
    model = fitted(found, question)
    chance = model.chance(found)
    there = ~np.isnan(chance.risk)
    assert chance.low[there].min() >= 1 / (model.learnt.customers + 2)
    assert chance.high[there].max() <= 1 - 1 / (model.learnt.leavers + 2)


def test_leaving_may_mean_a_fall(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    falling = replace(question, fall=0.5)
    five = found.pick(np.arange(5))
    five = replace(five, after=np.array([40, 50, 49, 0, 200]), usual=np.array([100, 100, 100, 100, 100]))
    assert falling.left(five).tolist() == [True, False, True, True, False]
    assert fitted(found, falling).rung in ("logit", "boosting")


def test_a_fall_needs_leavers_and_no_buying_model_stands_in_for_them() -> None:
    panel = base(30, monthly=0.02)
    found = churn.fit(sample(panel), replace(asked(panel), fall=0.9))
    assert isinstance(found, NotEstimable)
    assert found.reason.fields["need"] == churn.LEAST_FOR_LOGIT


def test_the_slope_stretches_what_is_too_timid() -> None:
    random = np.random.default_rng(0)
    odds = random.standard_normal(200_000)
    left = random.random(200_000) < 1 / (1 + np.exp(-2 * odds + 1))
    assert calibration.calibration_slope(odds, left) == pytest.approx(2.0, abs=0.05)
    assert calibration.calibration_slope(odds, random.random(200_000) < 0.3) == pytest.approx(0.0, abs=0.05)


def test_contributions_add_up_to_the_log_odds(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    model = fitted(found, question)
    few = found.pick(np.arange(200))
    together = contributions(model, few).sum(axis=1)
    odds = model.log_odds(few)
    assert together - together.mean() == pytest.approx(odds - odds.mean(), abs=1e-5)


def test_reasons_are_sentences_with_the_customers_own_numbers(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    late = found.pick((found.silent > 60) & (found.silent < HORIZON) & (found.occasions > 5))
    said = model_reasons(fitted(found, question), late)
    assert said[0].idea == "silence"
    text = said[0].said.text()
    gap = (late.tenure[0] - late.silent[0]) / (late.occasions[0] - 1)
    assert text == f"Bought every {gap:.1f} days, silent for {late.silent[0]}."
    once = replace(late.pick(np.array([0])), occasions=np.array([1], np.int32))
    assert reason_sentence("silence", once, 0) is not None
    assert "once" in str(reason_sentence("silence", once, 0))


def test_a_test_origin_sees_no_outcome_that_came_later(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    tested = rolling.back_test(found, question)
    assert isinstance(tested, rolling.BackTest)
    origin = tested.origins[0]
    open_then = ~replace(question, at=origin).closed(found)
    other = np.where(open_then & (found.position != origin), 1, found.days_to_next).astype(np.int32)
    again = rolling.back_test(replace(found, days_to_next=other), question)
    assert isinstance(again, rolling.BackTest)
    first, second = (t.chances["model"][t.rows.position == origin] for t in (tested, again))
    assert np.array_equal(first, second)


def test_the_model_beats_recency_and_never_its_own_logit_by_less(large: tuple[ModelRows, Asked]) -> None:
    found, question = large
    tested = rolling.back_test(found, question)
    assert isinstance(tested, rolling.BackTest)
    flags = {"silent": tested.rows.silent > 45}
    lines = {
        (line.score, line.metric): line.answer
        for line in rolling.back_test_figures(tested, flags, {"core": np.full(len(tested.left), "yes", object)})
        if line.scope == "all" and line.origin is None
    }
    value = {key: answer.value for key, answer in lines.items() if not isinstance(answer, NotEstimable)}
    assert value["model", "auc"] >= value["recency", "auc"]
    assert value["model", "log_loss"] <= value["logit", "log_loss"] + 0.003
    assert ("rule:silent", "log_loss") not in value
    assert 0.5 < value["rule:silent", "auc"] < value["model", "auc"]


def test_captured_money_by_hand() -> None:
    left = np.array([True, False, True, False])
    money = np.array([100.0, 500.0, 300.0, 1.0])
    assert rolling.captured(np.array([1, 2, 9, 0.0]), left, money, np.ones(4), share=0.25) == pytest.approx(0.75)
    assert np.isnan(rolling.captured(money, left & False, money, np.ones(4)))


def test_population_shift_by_hand() -> None:
    reference = np.arange(1000.0)
    assert Tenths.of(reference).shift(reference) == pytest.approx(0.0, abs=1e-6)
    half = np.arange(500.0)  # only the lower five tenths are left, each twice as full
    expected = 5 * (0.2 - 0.1) * np.log(2) + 5 * (1e-4 - 0.1) * np.log(1e-4 / 0.1)
    assert Tenths.of(reference).shift(half) == pytest.approx(expected, rel=0.02)


def with_kinds(rows: ModelRows, **kinds: np.ndarray) -> ModelRows:
    """The rows with such exposures; (rows,) each."""
    met = np.column_stack(list(kinds.values())).astype(np.float32)
    return replace(rows, kinds=tuple(kinds), met=met, met_on=np.zeros(met.shape, np.int32))


def test_what_was_not_known_of_the_months_learnt_from_is_too_new() -> None:
    panel = base(400)
    rows, question = sample(panel), asked(panel)
    last = rows.position == question.at
    some = np.arange(len(rows)) % 5 == 0
    found = fitted(with_kinds(rows, complaint_made=np.where(last, some, np.nan), price_raised=some), question)
    assert found.learnt.too_new == ("complaint_made",)
    assert "price_raised" in found.learnt.columns
    assert "complaint_made" not in found.learnt.columns


def test_a_buying_model_names_what_it_knows_of_a_customer() -> None:
    panel = base(30)
    found = fitted(sample(panel), asked(panel))
    assert (found.rung, found.learnt.columns) == ("buying", ("silence", "occasions", "tenure"))


def test_drift_leaves_out_what_moves_every_month_and_what_is_new(large: tuple[ModelRows, Asked]) -> None:
    """Terms tightened for all on a day fade for all at once: of every month they are unlike the months together."""
    rows, question = large
    faded = 0.9 ** (rows.position - rows.position.min())
    new = np.where(rows.position == question.at, 1.0, np.nan)
    told = with_kinds(rows, terms_tightened=faded, complaint_made=new)
    tested = rolling.back_test(rows, question)
    assert isinstance(tested, rolling.BackTest)
    learnt = fitted(rows, question).learnt.origins
    assert rolling.drift(told, tested, learnt) == rolling.drift(rows, tested, learnt)


def test_the_spread_is_what_tenths_lay_apart_beyond_chance() -> None:
    """Ten tenths of 1,000 rows of one origin, each half a log-odd off in turn; a prior of .3 is worth two origins."""
    random = np.random.default_rng(0)
    said = np.repeat(np.linspace(0.1, 0.5, 10), 1000)
    off = np.repeat(np.tile([0.5, -0.5], 5), 1000)
    true = 1 / (1 + np.exp(-(np.log(said / (1 - said)) + off)))
    panel = base(3)
    ten_thousand = sample(panel).pick(np.zeros(10_000, np.intp))
    place = np.full(10_000, 7, np.int32)
    tested = rolling.BackTest(
        np.arange(10_000),
        replace(ten_thousand, position=place),
        random.random(10_000) < true,
        np.ones(10_000, bool),
        {"model": said, "logit": said},
        said,
        said,
        (7,),
    )
    assert rolling.score_spread(tested) == pytest.approx(np.sqrt((0.5**2 + 2 * 0.3**2) / 3), abs=0.03)
    right = replace(tested, left=random.random(10_000) < said)
    found = rolling.score_spread(right)
    assert found == pytest.approx(np.sqrt(2 * 0.3**2 / 3), abs=0.02)
    assert rolling.score_spread(replace(tested, buying=np.zeros(10_000, bool))) is None


def test_a_test_that_is_refused_says_what_stood_in_the_way(large: tuple[ModelRows, Asked]) -> None:
    """Too young a history is one thing, a column that knows the answer another."""
    found, question = large
    x = found.x.copy()
    x[:, COLUMNS.index("money")] = question.left(found)
    refused = rolling.back_test(replace(found, x=x), question)
    assert isinstance(refused, NotEstimable)
    assert refused.reason.fields["columns"] == ("money",)
    young = rolling.back_test(found.pick(found.position < 4), question)
    assert isinstance(young, NotEstimable)
    assert young.text().startswith("no month end lies far enough back")
