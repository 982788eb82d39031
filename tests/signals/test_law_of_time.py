"""Nothing may look right of a column: laws over every registered condition and every shipped rule."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from liuke.panel.panel import Panel
from liuke.signals.condition import conditions
from liuke.signals.rules.evaluate import evaluable, evaluate, learn
from liuke.signals.rules.rules import Rule, load_rule, shipped
from panels import panels, random_panel, rewritten_after

LOOSE = {  # settings loose enough to be true often, so that a law broken anywhere is seen
    "falling": {"periods": 1},
    "falling_without_recovery": {"periods": 2, "least_fall": 0.0},
    "at_or_below": {"amount": 300, "periods": 2, "above_zero": True},
    "below_own_mean": {"share": 0.9, "periods": 2, "least_history": 2, "measure": "documents"},
    "below_last_year": {"share": 1.0, "periods": 2, "measure": "margin"},
    "own_gap": {"factor": 1.1, "least_gaps": 1},
    "overdue": {"chance": 0.4, "least_gaps": 0},
    "fewer_products": {"of": "families", "share": 1.0, "periods": 2, "least": 1},
    "family_stopped": {"periods": 1, "factor": 1.1, "least_gaps": 1},
    "kind_falling_alone": {"share": 0.95, "steady_share": 0.3, "least_history": 2},
    "due_not_come": {"tolerance": 0.05, "least_gaps": 2, "spread": 1.5},
}
NO_GRADE = load_rule(
    """
    title = "by grade"
    scope = { grade = ["A", "B"] }
    [[when.any]]
    condition = "below_own_mean"
    least_history = 2
    by = { column = "grade", A = { share = 0.9 } }
    [[when.any]]
    not = { condition = "falling", periods = 1, kind = "order" }
    """,
    "by_grade.toml",
)
RULES = [*shipped(), NO_GRADE]


def rows_known_at(panel: Panel, position: int) -> np.ndarray:
    """Rows that `until` keeps."""
    return np.ones(len(panel.customer), bool) if panel.known_from is None else panel.known_from <= position


def horizon(panel: Panel) -> np.ndarray:
    """A horizon that changes with time."""
    return np.arange(60, 60 + panel.shape[1], dtype=np.int32)


@pytest.mark.parametrize("name", sorted(conditions()))
@settings(max_examples=25, deadline=None)
@given(panel=panels(customers=5, months=26), share=st.floats(0, 1), loose=st.booleans())
def test_a_condition_at_a_period_is_the_same_on_the_panel_cut_there(
    name: str, panel: Panel, share: float, loose: bool
) -> None:
    condition = conditions()[name]
    position = round(share * (panel.shape[1] - 1))
    short = panel.until(position)
    parameters = LOOSE[name] if loose else {}
    needs = condition.needs(**{**condition.defaults, **parameters})
    assume(not any(need.startswith("kind:") and need[5:] not in panel.kinds for need in needs))
    assume(not any(need in ("margin", "quantity") and panel.measure(need) is None for need in needs))
    assume(panel.by_family is not None)
    found = condition.find(panel, **parameters)
    assert found.dtype == np.bool_
    assert found.shape == panel.shape
    kept = rows_known_at(panel, position)
    np.testing.assert_array_equal(found[kept][:, : position + 1], condition.find(short, **parameters))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), customers=st.integers(1, 6), position=st.integers(0, 25), late=st.booleans())
def test_rewriting_what_is_dated_or_recorded_later_changes_no_flag(
    rule: Rule, seed: int, customers: int, position: int, late: bool
) -> None:
    """Through `stitch`, customer by customer: the vintages of both panels differ, what was known then does not."""
    before = random_panel(seed, customers, 26, late=late)
    after = rewritten_after(seed, customers, 26, position, late=late)
    assume(not (evaluable(rule, before) or evaluable(rule, after)))
    flags = [
        {
            int(code): each
            for code, each in zip(
                panel.customers, panel.stitch(evaluate(rule, panel, horizon(panel)))[:, : position + 1], strict=True
            )
        }
        for panel in (before, after)
    ]
    assume(len(flags[0]) == len(flags[1]))  # a customer without a line left gets no row and others other codes
    for code, each in flags[0].items():
        np.testing.assert_array_equal(each, flags[1][code])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.3, 1))
def test_a_rule_at_a_period_is_the_same_on_the_panel_cut_there(rule: Rule, seed: int, share: float) -> None:
    panel = random_panel(seed, 6, 28)
    position = round(share * (panel.shape[1] - 1))
    short = panel.until(position)
    assume(not (evaluable(rule, panel) or evaluable(rule, short)))
    whole = evaluate(rule, panel, horizon(panel), learn([rule], panel))
    kept = rows_known_at(panel, position)
    np.testing.assert_array_equal(whole[kept][:, : position + 1], evaluate(rule, short, horizon(short)))


@pytest.mark.parametrize("name", sorted(conditions()))
def test_the_loose_settings_find_somebody_and_not_everybody(name: str) -> None:
    """Else the laws above would hold for a condition that never speaks."""
    panel = random_panel(7, 12, 30)
    found = conditions()[name].find(panel, **LOOSE[name])
    assert found.any()
    assert not found.all()


@pytest.mark.parametrize("name", sorted(conditions()))
def test_every_condition_has_a_check_for_each_of_its_parameters_and_the_default_passes(name: str) -> None:
    condition = conditions()[name]
    asked = set(inspect.signature(condition.find).parameters) - {"panel", "learnt"}
    assert asked == set(condition.parameters)
    for key, check in condition.parameters.items():
        assert check.fits_type(condition.defaults[key]), key
        assert check.fits_range(condition.defaults[key]), key
    assert condition.module.__doc__


@pytest.mark.parametrize("name", sorted(conditions()))
def test_the_facts_fill_the_sentence_wherever_the_condition_holds(name: str) -> None:
    condition = conditions()[name]
    panel = random_panel(7, 12, 30)
    parameters = {**condition.defaults, **LOOSE[name]}
    found = condition.find(panel, **parameters)
    for row, position in np.argwhere(found)[::7]:
        text = condition.sentence(panel, **parameters).format(**condition.facts(panel, row, position, **parameters))
        assert "{" not in text
        assert "nan" not in text
