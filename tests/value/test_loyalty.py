"""The loyalty matrix and index: cells by hand, probabilities that add to one, "not measured" where nobody asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.value.loyalty import (
    CELLS,
    Attitude,
    attitude_from_answers,
    attitude_from_proxies,
    behaviour,
    best_of,
    index,
    matrix,
    regularity,
)


def cells(behaves: list[float], attitude: list[float], error: float = 0.05) -> list[str]:
    found = matrix(np.array(behaves), Attitude(np.array(attitude), np.full(len(attitude), error)))
    return ["not measured" if code < 0 else CELLS[code] for code in found.cell]


def test_the_four_cells_and_the_fifth() -> None:
    assert cells([0.9, 0.9, 0.1, 0.1, 0.9], [0.9, 0.3, 0.9, 0.3, np.nan]) == [
        "true",
        "spurious",
        "latent",
        "none",
        "not measured",
    ]


@given(behaves=st.floats(0, 1), value=st.floats(0, 1), error=st.floats(0.01, 0.5))
def test_the_cells_of_a_measured_customer_add_to_one(behaves: float, value: float, error: float) -> None:
    found = matrix(np.array([behaves]), Attitude(np.array([value]), np.array([error])))
    assert found.probability.sum() == pytest.approx(1)
    assert (found.probability >= 0).all()


def test_one_answer_says_less_than_ten_and_a_rival_preferred_lowers_ours() -> None:
    found = attitude_from_answers(
        np.array([0.9, 0.9, 0.9, np.nan]), np.array([np.nan, np.nan, 1.0, np.nan]), np.array([1, 10, 10, 0], np.int32)
    )
    assert 0.6 < found.value[0] < found.value[1] < 0.9
    assert found.error[0] > found.error[1]
    assert found.value[2] < 0.6
    assert np.isnan(found.value[3])


def test_what_customers_do_speaks_where_nobody_asked_and_more_softly() -> None:
    signs = {"referred": np.array([1.0, np.nan, 1.0]), "stayed": np.array([1.0, np.nan, np.nan])}
    proxies = attitude_from_proxies(signs)
    assert np.isnan(proxies.value[1])
    assert proxies.value[0] > proxies.value[2] > 0.6
    answers = attitude_from_answers(np.array([0.2, np.nan, np.nan]), np.full(3, np.nan), np.array([5, 0, 0], np.int32))
    both = best_of(answers, proxies)
    assert both.value[0] == answers.value[0]
    assert both.value[2] == proxies.value[2]
    assert proxies.error[0] > attitude_from_answers(np.ones(1), np.full(1, np.nan), np.ones(1, np.int32)).error[0]


def test_behaviour_is_share_and_dependability_and_nothing_for_who_is_gone() -> None:
    share = np.array([0.9, 0.1, np.nan, 0.9])
    dependable = np.array([0.95, 0.95, 0.95, 0.95])
    found = behaviour(share, share - 0.1, share + 0.1, dependable, np.array([True, True, True, False]))
    assert found[0] > 0.9
    assert found[1] < 0.05
    assert 0.5 < found[2] < 0.8
    assert found[3] == 0


def test_dependability_counts_gaps_kept_and_gaps_missed() -> None:
    """Nine gaps kept, none missed: 10/11; four gaps and three missed: 5/9; a single purchase: 1/2."""
    found = regularity(np.array([9, 4, 0], np.int32), np.array([10.0, 10.0, np.nan]), np.array([5, 40, 90], np.int32))
    assert found == pytest.approx([10 / 11, 5 / 9, 1 / 2])


def test_the_index_by_hand_and_none_under_half_coverage() -> None:
    """Four of eight: .8, .6, 1-.2, 1-.4 -> mean .7 at coverage .5; with three there is no index."""
    parts = {
        "repeat": np.array([0.8, 0.8]),
        "needs_met": np.array([0.6, 0.6]),
        "price_sensitivity": np.array([0.2, 0.2]),
        "view_of_rivals": np.array([0.4, np.nan]),
    }
    found = index(parts)
    assert found.value[0] == pytest.approx(0.7)
    assert found.coverage.tolist() == [0.5, 0.375]
    assert np.isnan(found.value[1])
    with pytest.raises(KeyError, match="mood"):
        index({"mood": np.array([1.0])})
