"""One customer, one row of reasons: nobody reads the same thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel.said import Said
from liuke.reports.reasons import with_reasons
from liuke.signals.churn.reasons import IDEAS, speaks_of
from liuke.signals.condition import conditions
from liuke.signals.told_once import LEVELS, SILENCE, Sentence, told_once

if TYPE_CHECKING:
    from liuke.app.firm import Firm


def sentences(text: str) -> list[Sentence]:
    """`rule idea tells` separated by |."""
    return [
        Sentence(rule, idea, int(tells), Said(rule)) for rule, idea, tells in (each.split() for each in text.split("|"))
    ]


@pytest.mark.parametrize(
    ("given_", "still", "left"),
    [
        # no sales for three months, 0 % of the usual, 0 % of last year, 116 days silent: one sentence
        ("none silence 1 | half money 2 | year money 2 | overdue silence 3", LEVELS, ["overdue silence"]),
        ("half money 2 | year money 2 | gap silence 2 | open heard 1", (), ["half money", "gap silence", "open heard"]),
        ("half money 2 | fewer breadth 1 | order orders 1", ("money", "breadth"), ["half silence", "order orders"]),
        ("stopped family:oil 1 | due family:oil 1 | due family:air 1", (), ["stopped family:oil", "due family:air"]),
        ("half money 2 | order orders 1", (), ["half money"]),
        ("habit silence 0 | bought silence 2", (), ["bought silence"]),
    ],
)  # fmt: skip
def test_the_most_telling_sentence_of_an_idea_is_left(given_: str, still: tuple[str, ...], left: list[str]) -> None:
    assert [f"{each.source} {each.idea}" for each in told_once(sentences(given_), still)] == left


@given(
    st.lists(st.tuples(st.sampled_from(["silence", "money", "breadth", "complaint"]), st.integers(0, 3))),
    st.sets(st.sampled_from(LEVELS)),
)
def test_no_idea_is_told_twice_and_none_is_lost(drawn: list[tuple[str, int]], still: set[str]) -> None:
    said = [Sentence(str(nth), idea, tells, Said("x")) for nth, (idea, tells) in enumerate(drawn)]
    left = told_once(said, still)
    ideas = [each.idea for each in left]
    assert len(ideas) == len(set(ideas))
    assert set(ideas) == {SILENCE if idea in still else idea for idea, _ in drawn}
    if any(idea == SILENCE for idea, _ in drawn):
        told = next(each for each in left if each.idea == SILENCE)
        assert drawn[int(told.source)][0] == SILENCE, "a level never speaks in the place of silence"


def test_every_condition_and_idea_says_what_it_speaks_of() -> None:
    for condition in conditions().values():
        assert condition.idea(**condition.defaults)
        assert not condition.subject or condition.subject in condition.module.SAYS
    assert conditions()["at_or_below"].idea(amount=0) == "silence"
    assert conditions()["at_or_below"].idea(amount=500) == "money"
    assert all(speaks_of(idea)[0] for idea in IDEAS)


def test_no_customer_of_a_run_reads_the_same_thing_twice(simulated_firm: Firm) -> None:
    run = simulated_firm.current()
    reason, now = run.table("reason"), run.table("customer_now").filter("listed")
    assert not reason.select("customer_code", "idea", pl.col("rule").str.starts_with("early:")).is_duplicated().any()
    assert set(reason["customer_code"]) == set(now["customer_code"]), "everybody on the list has a reason"
    last = pl.col("trend").list.tail(3).list.sum()
    quiet = now.filter(last == 0, pl.col("silent_days") > 92)["customer_code"].implode()
    told = reason.filter(pl.col("customer_code").is_in(quiet))
    assert len(told) > 0
    assert not told["idea"].is_in(["money", "breadth"]).any()


def test_reasons_of_the_early_chance_come_first_where_they_are_asked_for() -> None:
    now = pl.DataFrame({"customer_code": [1, 2]})
    reason = pl.DataFrame(
        [(1, "half", "money", "a"), (1, "model:complaint_open", "complaint_open", "b"),
         (1, "early:complaint_open", "complaint_open", "c"), (1, "early:visit", "visit", "d"),
         (2, "half", "money", "a")],
        schema=["customer_code", "rule", "idea", "said"], orient="row",
    )  # fmt: skip
    found = with_reasons(now, reason)
    assert found["reasons"].to_list() == [["a", "b", "d"], ["a"]]
    assert found["going_reasons"].to_list() == [["c", "d", "a"], ["a"]]
    assert found["early_reasons"].to_list() == [["c", "d"], []]
