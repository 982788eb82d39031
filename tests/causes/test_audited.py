"""Verdicts as labels: the newest finding counts, what was excluded has no share, and unknown takes what is left."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from liuke.causes.audited import Verdict, WhatStands, in_force, what_stands, with_audits
from liuke.causes.combine import Labels, Met, fit

ON = date(2026, 1, 5)
CAUSES = ("price", "quality")


def rows(*found: tuple[str, str | None]) -> list[Verdict]:
    return [Verdict(n, "c", verdict, cause, None, ON, "price") for n, (verdict, cause) in enumerate(found, 1)]


@pytest.mark.parametrize(
    ("found", "stands"),
    [
        ([("is", "price")], WhatStands("price")),
        ([("is", "price"), ("other", "quality")], WhatStands("quality")),
        ([("is", "price"), ("is_not", "price")], WhatStands(None, frozenset({"price"}))),
        ([("is", "quality"), ("is_not", "price")], WhatStands("quality", frozenset({"price"}))),
        ([("is_not", "price"), ("is_not", "quality")], WhatStands(None, frozenset(CAUSES))),
        ([("is_not", "price"), ("is", "price")], WhatStands("price")),
        ([("is", "price"), ("unclear", None)], WhatStands(unclear=True)),
        ([("unclear", None), ("other", "unknown")], WhatStands("unknown")),
    ],
)
def test_the_newest_finding_counts(found: list[tuple[str, str | None]], stands: WhatStands) -> None:
    assert what_stands(rows(*found), {"c": 7}) == {7: stands}
    assert what_stands(reversed(rows(*found)), {"c": 7}) == {7: stands}, "by number, not by where a row stands"
    assert what_stands(rows(*found), {"another": 7}) == {}


def test_what_is_undone_lets_the_one_before_stand_again() -> None:
    first, second = rows(("is", "price"), ("other", "quality"))
    undo = Verdict(3, "c", "undone", None, 2, ON, "price")
    assert in_force([first, second, undo]) == [first]
    assert what_stands([first, second, undo], {"c": 7}) == {7: WhatStands("price")}


def test_two_customers_that_are_one_today_have_one_line_of_findings() -> None:
    one = Verdict(1, "c", "is", "price", None, ON, "price")
    two = Verdict(2, "d", "other", "quality", None, ON, "price")
    assert what_stands([one, two], {"c": 7, "d": 7}) == {7: WhatStands("quality")}


def test_a_verdict_counts_before_a_note_and_a_cause_no_longer_in_force_is_unknown() -> None:
    codes = np.array([2, 5, 9, 11])
    noted = Labels({}, np.array([1, 0, 0, 1]))
    found = with_audits(
        noted,
        {2: WhatStands("price"), 5: WhatStands("switched_off"), 9: WhatStands(None, frozenset({"price"})),
         11: WhatStands(unclear=True), 99: WhatStands("price")},
        codes, CAUSES,
    )  # fmt: skip
    assert found.audited.tolist() == [0, 2, -1, 1]
    assert found.excluded.tolist() == [[False] * 3, [False] * 3, [True, False, False], [False] * 3]
    assert noted.audited.tolist() == [1, 0, 0, 1], "the notes stay as they were"


def learnt(labels: Labels) -> object:
    """A model of two causes of 80 leavers that met the first, the second, both or nothing."""
    weight = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]] * 20)
    met = Met(np.array([4000.0]), np.array([300.0, 300.0]), np.arange(80), np.zeros(80, int), weight, np.ones(80, bool))
    return fit(met, CAUSES, ("dear", "bad"), np.array([0, 1]), labels)


def test_an_excluded_cause_has_no_share_and_the_others_make_up_the_whole() -> None:
    model = learnt(Labels())
    hazard = model.by_cause(np.array([[1.0, 1.0], [1.0, 0.0]]))  # type: ignore[attr-defined]
    excluded = np.array([[True, False, False], [True, True, True]])
    free, found = model.posterior(hazard, {}), model.posterior(hazard, {}, None, excluded)  # type: ignore[attr-defined]
    assert found.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert found[0, 0] == 0
    assert found[0, 1] / found[0, 2] == pytest.approx(free[0, 1] / free[0, 2])
    assert found[1].tolist() == [0, 0, 1], "unknown can't be excluded"


def test_what_was_excluded_teaches_that_the_cause_takes_less() -> None:
    excluded = np.zeros((80, 3), bool)
    excluded[2::4, 0] = True
    free, told = learnt(Labels()), learnt(Labels({}, np.full(80, -1), excluded))
    assert told.rate[0] < free.rate[0]  # type: ignore[attr-defined]
    assert told.rate[1] > free.rate[1]  # type: ignore[attr-defined]


def test_every_audited_case_the_same_cause_leaves_the_others_possible() -> None:
    audited = np.full(80, -1)
    audited[:40] = 0
    model = learnt(Labels({"salesperson": np.tile([0, 1], 40)}, audited))
    found = model.posterior(model.by_cause(np.array([[0.0, 1.0]])), {}, None)  # type: ignore[attr-defined]
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(1)
    assert found[0, 1] > 0
    confusion = model.confusion["salesperson"]  # type: ignore[attr-defined]
    assert confusion.sum(axis=1) == pytest.approx([1] * 3)
