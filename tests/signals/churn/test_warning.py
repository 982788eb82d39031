"""When past losses were first on a list, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.panel.labels import FAR
from liuke.panel.panel import NEVER
from liuke.signals.churn import warning
from liuke.signals.churn.warning import (
    FALSE_NAMES,
    MONEY,
    WHEN,
    PastLists,
    by_lot,
    first_named,
    looked_at,
    losses,
    lost_soon,
    names_counted,
    same_length,
    warning_scores,
)

HORIZON = 100
ENDS = np.arange(30, 30 * 13, 30, dtype=np.int32)  # twelve lists, on the days 30, 60 … 360
TODAY = 360


def lists_of(bought: list[list[int]], money: list[int] | None = None) -> PastLists:
    """The lists of customers who bought on these days."""
    last = np.full((len(bought), len(ENDS)), NEVER, np.int32)
    coming = np.full((len(bought), len(ENDS)), FAR, np.int32)
    for row, days in enumerate(bought):
        for at, end in enumerate(ENDS):
            last[row, at] = max((day for day in days if day <= end), default=NEVER)
            coming[row, at] = min((day for day in days if day > end), default=FAR)
    worth = np.array([1] * len(bought) if money is None else money, np.int64)
    buying = (last > NEVER) & (ENDS[None, :] - last <= HORIZON)
    return PastLists(ENDS, buying, last, coming, np.repeat(worth[:, None], len(ENDS), axis=1))


def named_on(lists: PastLists, *days: list[int]) -> np.ndarray:
    """A way that names each customer at these ends."""
    return np.stack([np.isin(lists.ends, each).astype(float) for each in days])


STAYS = list(range(5, 361, 10))
FIVE = [
    [5, 50, 100, 170],  # lost on 270: five lists before its last order, on 30 … 150
    [5, 50, 100, 170],
    [5, 50, 100, 170],
    [5, 50, 100, 170, 320],  # the same loss, and back on 320
    STAYS,
]


def test_five_customers_by_hand() -> None:
    """The lists after the last order of day 170 are made 10, 40, 70 and 100 days after it; 280 is after the loss."""
    lists = lists_of(FIVE)
    found = losses(lists, HORIZON, TODAY)
    assert found.customer.tolist() == [0, 1, 2, 3]
    assert (found.last_on.tolist(), found.before.tolist()) == ([170] * 4, [5] * 4)
    named = named_on(lists, [120, 150], [180, 210], [210], [240, 270], [])
    assert first_named(named, found, ENDS, 3, HORIZON).argmax(axis=1).tolist() == [0, 1, 2, 3]
    never_and_later = named_on(lists, [60], [], [270], [300], [30])
    found_when = first_named(never_and_later, found, ENDS, 3, HORIZON)
    assert [WHEN[nth] for nth in found_when.argmax(axis=1)] == ["never", "never", "later", "never"]
    assert found_when.sum(axis=1) == pytest.approx(1)


def test_a_list_of_the_day_of_the_last_order_did_not_come_before_it() -> None:
    lists = lists_of([[5, 90, 150]])
    found = losses(lists, HORIZON, TODAY)
    on_the_day, before = named_on(lists, [150]), named_on(lists, [120])
    assert first_named(on_the_day, found, ENDS, 3, HORIZON)[0, WHEN.index("within_30")] == 1
    assert first_named(before, found, ENDS, 3, HORIZON)[0, WHEN.index("before")] == 1


def test_silence_of_just_the_horizon_is_no_loss_and_one_day_more_is() -> None:
    assert losses(lists_of([[5, 105]]), HORIZON, TODAY).last_on.tolist() == [105], "the silence after the last order"
    assert losses(lists_of([[5, 106, 206, 306]]), HORIZON, TODAY).last_on.tolist() == [5]
    assert losses(lists_of([[5, 105, 205, 305]]), HORIZON, TODAY).last_on.tolist() == []


def test_a_loss_that_is_not_over_today_is_none() -> None:
    assert losses(lists_of([[5, 90, 180, 260]]), HORIZON, TODAY).last_on.tolist() == [260]
    assert losses(lists_of([[5, 90, 180, 261]]), HORIZON, TODAY).last_on.tolist() == []


def test_nothing_after_the_day_of_the_loss_matters() -> None:
    """Back the day after the loss or never again: the same loss, named at the same times."""
    named = np.random.default_rng(3).random((2, len(ENDS)))
    gone, back = lists_of([[5, 50, 100, 170], STAYS]), lists_of([[5, 50, 100, 170, 271, 300], STAYS])
    whens = []
    for lists in (gone, back):
        found = losses(lists, HORIZON, TODAY)
        assert found.last_on.tolist() == [170]
        whens.append(first_named(named, found, ENDS, 3, HORIZON))
    assert np.array_equal(*whens)
    named[0, ENDS > 270] = 1
    assert np.array_equal(first_named(named, losses(gone, HORIZON, TODAY), ENDS, 3, HORIZON), whens[0])


def test_losses_before_there_were_lists_are_not_counted_as_missed() -> None:
    found = losses(lists_of([[5, 90], [5, 91], [5, 170]]), HORIZON, TODAY)
    assert looked_at(found, 3, HORIZON, TODAY).last_on.tolist() == [91, 170], "three lists before day 91, two before 90"
    late = losses(replace(lists_of([[5, 90], [5, 91], [5, 170]])), HORIZON, TODAY + 200)
    assert looked_at(late, 0, HORIZON, 100 + 365 + 91).last_on.tolist() == [170], "older than the last year"


def test_names_are_runs_and_false_without_a_loss_within_two_horizons() -> None:
    """The staying customer is named twice, the lost one once too early (its loss on 270 is 240 days after day 30)."""
    lists = lists_of([[5, 50, 100, 170], STAYS])
    found, over = losses(lists, HORIZON, TODAY), lists.ends + 2 * HORIZON <= TODAY
    soon = lost_soon(found, lists, HORIZON)
    assert ENDS[soon[0]].tolist() == [90, 120, 150, 180, 210, 240]
    assert ENDS[over].tolist() == [30, 60, 90, 120, 150]
    named = named_on(lists, [30, 120, 150], [60, 90, 150, 180])
    assert names_counted(named, found, soon, over) == (3.0, 1.0)


def test_by_lot_counts_what_many_draws_come_to() -> None:
    random = np.random.default_rng(0)
    bought = [[5, 50, 100, int(day)] for day in random.integers(110, 250, 25)] + [STAYS] * 25
    lists = lists_of(bought, list(range(1, 51)))
    lengths = np.full(len(ENDS), 10)
    expected = by_lot(lists.buying, lengths)
    assert expected.sum(axis=0) == pytest.approx(np.minimum(lengths, lists.buying.sum(axis=0)))
    draws = [same_length(random.random(expected.shape), lists.buying, lengths) for _ in range(400)]
    (lot,) = warning_scores({"random": expected}, lists, HORIZON, TODAY, 3)
    drawn = warning_scores({str(nth): each for nth, each in enumerate(draws)}, lists, HORIZON, TODAY, 3)
    for name in (*WHEN, *(f"{when}{MONEY}" for when in WHEN)):
        of_draws = np.array([_value(score.answers[name]) for score in drawn])
        assert _value(lot.answers[name]) == pytest.approx(of_draws.mean(), abs=4 * of_draws.std() / 20 + 1e-9)
    found, over = losses(lists, HORIZON, TODAY), lists.ends + 2 * HORIZON <= TODAY
    soon = lost_soon(found, lists, HORIZON)
    counted = np.array([names_counted(each, found, soon, over) for each in draws])
    assert names_counted(expected, found, soon, over) == pytest.approx(
        counted.mean(axis=0), abs=float(4 * counted.std(axis=0).max() / 20)
    )


def _value(answer: object) -> float:
    assert isinstance(answer, Estimate)
    return answer.value


def test_shares_of_customers_and_of_their_money_and_how_long_the_lists_are() -> None:
    """Twenty lost on the same day; the first five, worth 60 of 75, are named before, the others never."""
    lists = lists_of([[5, 50, 100, 170]] * 20, [12] * 5 + [1] * 15)
    named = named_on(lists, *[[150]] * 5, *[[]] * 15)
    (score,) = warning_scores({"list": named}, lists, HORIZON, TODAY, 3)
    assert (score.lost, score.names) == (20, 5 / 12)
    assert score.share == pytest.approx(5 / (20 * 9))
    assert [score.answers[name] for name in ("before", "never")] == [Estimate(0.25), Estimate(0.75)]
    assert [_value(score.answers[f"{name}{MONEY}"]) for name in ("before", "never")] == pytest.approx([0.8, 0.2])
    assert score.answers[FALSE_NAMES] == Estimate(0.0)


def test_few_losses_give_no_figure_but_a_reason() -> None:
    lists = lists_of([[5, 50, 100, 170]] * 19 + [STAYS])
    (score,) = warning_scores({"list": np.ones((20, len(ENDS)))}, lists, HORIZON, TODAY, 3)
    assert all(isinstance(answer, NotEstimable) for answer in score.answers.values())
    assert score.answers["before"] == NotEstimable.because(warning.FEW_LOST, need=20, have=19)


def test_a_way_that_names_nobody_rightly_has_no_false_names_a_true_one() -> None:
    lists = lists_of([[5, 50, 100, 170]] * 20 + [STAYS])
    named = named_on(lists, *[[]] * 20, [60])
    (score,) = warning_scores({"list": named}, lists, HORIZON, TODAY, 3)
    assert score.answers["never"] == Estimate(1.0)
    assert score.answers[FALSE_NAMES] == NotEstimable.because(warning.NOBODY_RIGHT)


def test_same_length_takes_the_best_of_those_still_buying_unknown_ones_last() -> None:
    buying = np.array([[True], [True], [False], [True]])
    score = np.array([[np.nan], [1.0], [9.0], [1.0]])
    for length, best in ((1, [1]), (2, [1, 3]), (3, [0, 1, 3]), (9, [0, 1, 3])):
        assert np.flatnonzero(same_length(score, buying, np.array([length]))[:, 0]).tolist() == best
