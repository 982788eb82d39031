"""The state of a past month never changes: not in a later run, not after corrections. States exclude each other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firms import FEW, corrected, firm_of, load, month_end, panels_of, random_docs
from liuke.kernel.period import period_end
from liuke.panel import states as panel_states
from liuke.panel.states import CODE, STATES, counts, states
from panels import Panel, panels, random_panel, rewritten_after

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

MONTHS = 16


def states_by_month(firm: Firm) -> dict[str, dict[date, str]]:
    """Each customer's state by the last day of the period, as the newest run computes them."""
    found, customers = panels_of(firm)
    histogram = sum(panel_states.gap_histogram(panel) for panel in found)
    horizon = panel_states.left_days(histogram)
    names = dict(customers.select("customer_code", "customer_id").iter_rows())
    ends = [period_end(number, "month") for number in found.scope.periods.numbers]
    told = {}
    for panel in found:
        stitched = panel.stitch(states(panel, horizon))
        for code, row in zip(panel.customers, stitched, strict=True):
            told[names[int(code)]] = {end: STATES[state] for end, state in zip(ends, row, strict=True)}
    return told


@settings(FEW, max_examples=2)
@given(seed=st.integers(0, 10_000))
def test_a_past_state_is_what_the_run_of_that_month_said_even_after_corrections(tmp_path: Path, seed: int) -> None:
    """Documents come in two loads; the runs of old months were made before the second one was there."""
    written = random_docs(seed, 6, MONTHS)
    half = month_end(9)
    firm = firm_of([each for each in written if each.known <= half], tmp_path, loaded_on=half)
    said = {}
    for position in (6, 8):
        run = firm.run(as_of=month_end(position))
        now = run.table("customer_now").filter(pl.col("state") != "never_bought")
        said[position] = dict(now.select("customer_id", "state").iter_rows())
    load(firm, corrected(written, seed, 0.3), loaded_on=month_end(MONTHS))
    late = states_by_month(firm)
    for position, before in said.items():
        then = {name: row[month_end(position)] for name, row in late.items()}
        assert {name: state for name, state in then.items() if state != "never_bought"} == before
        again = firm.run(as_of=month_end(position)).table("customer_now")
        again = again.filter(pl.col("state") != "never_bought")
        assert dict(again.select("customer_id", "state").iter_rows()) == before


def test_the_counts_of_states_of_a_run_are_those_of_its_customers(tmp_path: Path) -> None:
    run = firm_of(random_docs(5, 9, MONTHS), tmp_path).run()
    counted = run.table("state_count").filter(pl.col("period") == pl.col("period").max())
    now = dict(run.table("customer_now").group_by("state").len().iter_rows())
    assert dict(counted.select("state", "customers").filter(pl.col("customers") > 0).iter_rows()) == now
    by_period = run.table("state_count").group_by("period").agg(pl.col("customers").sum())
    assert by_period["customers"].unique().to_list() == [run.info["customers"]]


def horizon_of(panel: Panel) -> np.ndarray:
    return panel_states.left_days(panel_states.gap_histogram(panel))


@settings(max_examples=60, deadline=None)
@given(panel=panels(customers=6, months=30))
def test_every_customer_has_exactly_one_state_at_every_periods_end(panel: Panel) -> None:
    state = states(panel, horizon_of(panel))
    assert state.shape == panel.shape
    assert state.min(initial=0) >= 0
    assert state.max(initial=0) < len(STATES)
    assert (counts(panel.stitch(state)).sum(axis=1) == len(panel.customers)).all()
    np.testing.assert_array_equal(state == CODE["never_bought"], ~panel.has_bought)


@settings(max_examples=60, deadline=None)
@given(panel=panels(customers=6, months=30), share=st.floats(0, 1))
def test_states_and_horizon_are_the_same_on_the_panel_cut_at_a_period(panel: Panel, share: float) -> None:
    position = round(share * (panel.shape[1] - 1))
    short = panel.until(position)
    horizon = horizon_of(panel)
    np.testing.assert_array_equal(horizon[: position + 1], horizon_of(short))
    whole = panel.stitch(states(panel, horizon))[np.isin(panel.customers, short.customers)]
    np.testing.assert_array_equal(whole[:, : position + 1], short.stitch(states(short, horizon[: position + 1])))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), customers=st.integers(1, 6), position=st.integers(0, 25), late=st.booleans())
def test_rewriting_what_comes_later_changes_no_state_and_no_horizon(
    seed: int, customers: int, position: int, late: bool
) -> None:
    before = random_panel(seed, customers, 26, late=late)
    after = rewritten_after(seed, customers, 26, position, late=late)
    assume(len(before.customers) == len(after.customers))  # one without a line left has no row, the others' codes move
    keep = slice(0, position + 1)
    np.testing.assert_array_equal(horizon_of(before)[keep], horizon_of(after)[keep])
    told = [panel.stitch(states(panel, horizon_of(panel)))[:, keep] for panel in (before, after)]
    np.testing.assert_array_equal(*told)


@pytest.mark.parametrize("day", [date(2024, 7, 31), date(2024, 8, 31)])
def test_a_run_of_a_past_day_is_the_same_whenever_it_is_made(tmp_path: Path, day: date) -> None:
    written = random_docs(3, 6, MONTHS)
    now, later = (firm_of([d for d in written if d.known <= until], tmp_path) for until in (month_end(9), date.max))
    mine, theirs = (
        firm.run(as_of=day).table("customer_now").filter(pl.col("state") != "never_bought").drop("customer_code")
        for firm in (now, later)
    )
    assert mine.sort("customer_id").equals(theirs.sort("customer_id"))
