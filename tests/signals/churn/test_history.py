"""A short history says what it is too short for, by its own numbers, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import Periods, period_number
from liuke.signals.churn import history
from liuke.signals.churn.model import fit
from liuke.signals.churn.question import Asked
from liuke.signals.churn.rows import model_rows, origins
from panels import random_panel


def of(unit: str, count: int, first: date = date(2025, 1, 6)) -> Periods:
    start = period_number(first, unit)  # type: ignore[arg-type]  # a unit
    return Periods(unit, start, start + count - 1)  # type: ignore[arg-type]


def text(periods: Periods, horizon: int, gap: int | None) -> str:
    return " ".join(said.text() for said in history.notices(periods, horizon, gap))


def test_a_horizon_near_the_span_says_what_it_costs() -> None:
    assert text(of("month", 9), 150, 50) == (
        "9 months of history and a horizon of 150 days: 2 month ends can be learnt from. "
        "With left_days = 60 in liuke.toml there would be 5 month ends; then 60 days of silence count as leaving, and "
        "half of the customers buy every 50 days or oftener."
    )


def test_a_horizon_set_by_the_firm_is_said_to_be() -> None:
    said = " ".join(each.text() for each in history.notices(of("month", 12), 300, 20, fixed=True))
    assert "a horizon of 300 days, which left_days in liuke.toml sets: 0 month ends" in said
    assert "With left_days = 120 in liuke.toml there would be 6 month ends" in said


def test_ten_weeks_of_daily_buyers_are_told_of_weeks_and_then_of_a_shorter_horizon() -> None:
    said = text(of("month", 2), 60, 1)
    assert "0 month ends can be learnt from" in said
    assert 'period = "week" in liuke.toml suits them: that makes 7 weeks' in said
    in_weeks = text(of("week", 10), 60, 1)
    assert "0 week ends can be learnt from" in in_weeks
    assert "left_days = 21" in in_weeks
    assert "period =" not in in_weeks


def test_who_buys_rarely_is_not_told_of_weeks() -> None:
    assert "period =" not in text(of("month", 3), 90, 30)
    assert "period =" not in text(of("month", 3), 90, None)
    assert 'period = "month"' in text(of("quarter", 4), 90, 30)


def test_a_long_history_is_told_nothing() -> None:
    assert history.notices(of("month", 24), 90, 30) == []


@given(
    unit=st.sampled_from(["month", "week", "quarter"]), count=st.integers(1, 60), horizon=st.integers(1, 1095),
    gap=st.none() | st.integers(1, 400),
)  # fmt: skip
def test_what_is_proposed_gives_what_is_said(unit: str, count: int, horizon: int, gap: int | None) -> None:
    periods = of(unit, count)
    for said in history.notices(periods, horizon, gap):
        if "shorter" in said.fields:
            days = int(str(said.fields["shorter"]))
            assert gap is not None
            assert gap < days < horizon
            assert history.ends_learnt(periods, days) == said.fields["more"].fields["count"]  # type: ignore[attr-defined]
            assert history.ends_learnt(periods, days) > history.ends_learnt(periods, horizon)


def refusal(asked: Asked, seed: int = 1, periods: int = 12, silent: int | None = None) -> str:
    panel = random_panel(seed, 30, periods)
    rows = model_rows(panel, origins(periods, asked.year))
    rows = rows if silent is None else replace(rows, silent=np.full_like(rows.silent, silent))
    found = fit(rows, replace(asked, ends=panel.periods.ends))
    assert isinstance(found, NotEstimable)
    assert found.reason.message in history.UNLEARNT
    return found.text()


NOTHING = np.empty(0, np.int32)


@pytest.mark.parametrize(
    ("asked", "how", "says"),
    [
        (Asked(60, NOTHING, 1), {"periods": 2}, "with 2 of them before it; the whole history is 2 months"),
        (Asked(400, NOTHING, 11), {}, "followed by a whole horizon of 400 days: the history ends 275 days"),
        (Asked(60, NOTHING, 11), {"silent": 700}, "every customer had been silent for more than 699 days"),
        (Asked(60, NOTHING, 3, fall=0.5), {"periods": 4}, "followed by a whole quarter, from which a fall"),
    ],
)  # fmt: skip
def test_the_reason_is_the_one_that_holds(asked: Asked, how: dict[str, int], says: str) -> None:
    assert says in refusal(asked, **how)


def test_nobody_having_bought_is_not_a_short_history() -> None:
    panel = random_panel(1, 30, 12)
    rows = model_rows(panel, origins(12, 12))
    late = rows.pick(rows.position == 11)
    found = fit(late, Asked(60, panel.periods.ends, 11))
    assert isinstance(found, NotEstimable)
    assert found.text() == "by the last month end whose outcome is known nobody had bought"
