"""Next year's money: shrinks luck, keeps its range, reads nothing later, says when it can't."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel.estimate import NotEstimable
from liuke.value.core import forward_core, smallest_set
from liuke.value.next_year import Expected, NextYear, _expected, describe_years, fit, predict, year_design


def panel(seed: int, customers: int = 1500, months: int = 72) -> np.ndarray:
    """Steady customers of very different size with lumpy months: last year's best were partly lucky."""
    random = np.random.default_rng(seed)
    size = random.lognormal(0, 1.3, customers)
    return (random.gamma(0.5, 2, (customers, months)) * size[:, None] * 10_000).astype(np.int64)


def learnt(values: np.ndarray, end: int | None = None) -> tuple[NextYear, Expected]:
    model = fit(values, values > 0, end=end)
    assert isinstance(model, NextYear)
    return model, predict(model, values, values > 0, end=end)


def test_a_lucky_year_is_cooled_down_and_the_sum_is_kept() -> None:
    values = panel(1)
    _, found = learnt(values, 47)
    past, after = values[:, 36:48].sum(axis=1), values[:, 48:60].sum(axis=1)
    best = np.argsort(-past / np.maximum(values[:, 24:36].sum(axis=1), 1))[:200]  # rose most
    missed = [abs(float(guess[best].sum() - after[best].sum())) for guess in (found.mean, past)]
    assert missed[0] < 0.5 * missed[1]
    assert found.mean.sum() == pytest.approx(after.sum(), rel=0.08)
    squared = [((guess - after) ** 2).sum() for guess in (found.mean, past)]
    assert squared[0] < 0.8 * squared[1]


def test_nine_in_ten_fall_within_the_range() -> None:
    """Nominal .90; the check is on the year after, which no pair has seen."""
    covered = []
    for seed in range(4):
        values = panel(seed)
        _, found = learnt(values, 59)
        after = values[:, 60:].sum(axis=1)
        covered.append(((after >= found.low) & (after <= found.high)).mean())
    assert 0.85 < np.mean(covered) < 0.95


def test_who_stopped_is_expected_to_bring_less_and_a_stranger_nothing() -> None:
    values = panel(2, 600, 48)
    random = np.random.default_rng(2)
    stops = random.integers(12, 200, 600)
    values[np.arange(48)[None, :] >= stops[:, None]] = 0
    values[0], values[1] = 0, 0
    values[1, :30] = 50_000
    values[2] = 50_000
    _, found = learnt(values)
    assert found.mean[0] == found.low[0] == found.high[0] == 0
    assert found.mean[1] < 0.2 * found.mean[2]
    assert found.low[2] > 0


def test_who_stands_on_the_edge_of_a_bin_gets_the_ratio_learnt_with_it() -> None:
    """A fit puts the edge's own customer into the bin it opens; so must an expectation."""
    values = panel(3, 400, 48)
    model, _ = learnt(values)
    features, level, _ = describe_years(values, values > 0, 47, model.design)
    edge = _expected(features, level, model.weights, model.unit)[7]
    two = replace(model, edges=np.array([edge]), ratio=np.array([[1.0, 0, 0, 0], [3.0, 0, 0, 0]]))
    assert predict(two, values, values > 0).mean[7] == pytest.approx(3 * edge, rel=1e-6)


def test_a_short_or_small_history_says_what_it_needs() -> None:
    short = fit(np.ones((500, 17), np.int64), np.ones((500, 17), bool))
    assert isinstance(short, NotEstimable)
    assert short.reason.fields == {"have": 17}
    few = fit(np.full((20, 24), 900), np.ones((20, 24), bool))
    assert isinstance(few, NotEstimable)
    assert few.reason.fields == {"need": 60, "have": 20}


@given(periods=st.integers(1, 130), year=st.sampled_from([4, 12, 52]))
def test_every_pair_is_closed_before_the_end(periods: int, year: int) -> None:
    found = year_design(periods, year)
    if isinstance(found, NotEstimable):
        assert periods < 1.5 * year
    else:
        assert found.origins
        assert max(found.origins) + found.span <= periods - 1
        assert min(found.origins) - found.look + 1 >= 0


def test_a_year_unlike_those_before_widens_the_range() -> None:
    """The last year brought twice the usual to half of the customers: a range learnt before would not have held it."""
    calm = panel(5, months=60)
    stirred = calm.copy()
    stirred[::2, 48:] *= 2
    reach = []
    for values in (calm, stirred):
        _, found = learnt(values, 59)
        reach.append(float((found.high - found.mean).sum() / found.mean.sum()))
    assert reach[1] > 1.3 * reach[0]


def test_what_comes_later_changes_nothing() -> None:
    values = panel(3, 300, 48)
    other = values.copy()
    other[:, 36:] = other[::-1, 36:] * 7
    one, two = (learnt(each, 35)[1] for each in (values, other))
    assert (one.mean == two.mean).all()
    assert (one.high == two.high).all()


def test_a_list_by_next_year_changes_half_as_often_at_no_loss_of_money() -> None:
    """methods.md section 3: changes of the list against the plain ABC, aim half, at 98 % of the value captured.

    Measured on these seeds: a quarter of the changes at 102 % of the value of the year after. On a simulated firm that
    shrinks (2,000 customers, 60 months) it was .60 of the changes at 100 %: there many changes are real.
    """
    for seed in (5, 6):
        values = panel(seed)
        ends = list(range(35, 60, 3))
        found, ahead, plain, caught = [], [], [], []
        for end in ends:
            found.append(learnt(values, end)[1])
            ahead.append(forward_core([each.mean for each in found], [each.error for each in found]).core)
            plain.append(smallest_set(values[:, end - 11 : end + 1].sum(axis=1)))
            after = values[:, end + 1 : end + 13].sum(axis=1)
            caught.append((after[ahead[-1]].sum(), after[plain[-1]].sum()))
        changes = [sum(int((a != b).sum()) for a, b in pairwise(each)) for each in (ahead, plain)]
        assert changes[0] < 0.5 * changes[1]
        assert sum(a for a, _ in caught) >= 0.98 * sum(b for _, b in caught)
