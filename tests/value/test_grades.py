"""Grades, stages and the service they are owed; the standard as a file the firm may change."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from liuke.kernel.errors import Invalid
from liuke.panel.states import CODE
from liuke.value.grades import HELD, NOTHING, POTENTIAL, PRESENT, STAGES, grades, neglected, owed, stages, worth
from liuke.value.standard import shipped_standard, standard


def names(codes: np.ndarray) -> str:
    return "".join("ABCD"[code] for code in codes)


def test_grades_are_shares_of_the_value() -> None:
    values = np.array([500.0, 300, 150, 49, 1, 0])
    found = grades([values], values, standard())
    assert names(found.grade) == "ABCDDD"
    assert found.reason.tolist() == [PRESENT] * 5 + [NOTHING]


def test_a_grade_holds_until_a_tenth_beyond_the_bar() -> None:
    near = np.array([500.0, 470, 20, 10])  # A ends at 500, a tenth below it is 450
    held = grades([near], near, standard(), np.array([0, 0, 3, 3], np.int8))
    assert names(held.plain)[1] == "B"
    assert names(held.grade)[1] == "A"
    assert held.reason[1] == HELD


def test_grades_change_less_than_plain_ones_under_luck() -> None:
    random = np.random.default_rng(1)
    size = random.lognormal(0, 1, 800)
    ends = [size * random.lognormal(0, 0.1, 800) for _ in range(9)]
    held = [grades(ends[: n + 1], ends[n], standard()).grade for n in range(9)]
    plain = [grades([end], end, standard()).grade for end in ends]
    moves = [sum(int((a != b).sum()) for a, b in pairwise(each)) for each in (held, plain)]
    assert moves[0] < 0.6 * moves[1]


def test_the_wallet_within_reach_lifts_a_grade_and_says_so() -> None:
    present, gap = np.array([500.0, 300, 100, 90]), np.array([0.0, 0, 0, 2500])
    total = worth(present, gap, standard())
    assert total.tolist() == [500, 300, 100, 590]
    found = grades([total], present, standard())
    assert names(found.grade)[3] == "A"
    assert found.reason[3] == POTENTIAL


def test_stages_follow_the_state_and_the_year_before() -> None:
    state = np.array(
        [CODE[s] for s in ("never_bought", "new", "active", "active", "active", "falling", "lost")], np.int8
    )
    now = np.array([0, 10, 130, 100, 70, 50, 0])
    before = np.array([0, 0, 100, 100, 100, 100, 100])
    found = stages(state, now, before)
    assert [STAGES[code] if code >= 0 else None for code in found] == [
        None,
        "new",
        "growing",
        "mature",
        "declining",
        "declining",
        "lost",
    ]


def test_owed_and_given_service() -> None:
    contacts, hours = owed(np.array([0, 3, 0], np.int8), np.array([2, 2, -1], np.int8), standard())
    assert contacts.tolist() == [3, 0, 0]
    assert hours[:2].tolist() == [4, 48]
    late = neglected(
        np.array([3.0, 0, 0]), np.array([3.0, np.nan, 0]), np.array([4.0, 48, np.nan]), np.array([72, 24, np.nan])
    )
    assert late.tolist() == [True, False, False]
    assert neglected(np.array([3.0]), np.array([2.0]), np.array([4.0]), np.array([np.nan])).tolist() == [True]


def test_the_firm_changes_one_figure_and_the_rest_stays() -> None:
    own = standard("[grades.A]\nshare = 0.6\n[costs]\nvisits = 300\n")
    assert own.grades[0].share == 0.6
    assert own.grades[0].contacts == standard().grades[0].contacts
    assert own.costs["visits"] == 30_000
    for stage in STAGES:
        assert all(stage in grade.contacts for grade in own.grades)


@pytest.mark.parametrize(
    "text",
    ["[grades", "[grades.E]\nshare = 1", "[grades.A]\nshare = -1", "[grades.A]\nshare = 0.9", "[costs]\nvisits = 'x'"],
)
def test_a_wrong_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match=r"value\.toml"):
        standard(text)


def test_every_title_is_there_in_both_languages() -> None:
    given = shipped_standard()
    for group in ("grades", "stages"):
        for one in given[group].values():
            assert set(one["title"]) == {"zh", "en"}
    assert tuple(given["stages"]) == STAGES
