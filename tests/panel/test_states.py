"""Each of the eight states, the horizon and the label on small cases written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from liuke.kernel.period import day_number
from liuke.ledger.rates import view
from liuke.ledger.year_pair import YearPair
from liuke.panel import labels
from liuke.panel.panel import NEVER
from liuke.panel.states import (
    GAP_BINS,
    STATES,
    TITLES,
    Bounds,
    came_back_on,
    counts,
    gap_histogram,
    is_one_of,
    left_days,
    perhaps_older,
    since,
    states,
    truncated,
)  # fmt: skip
from liuke.panel.summary import summary, year_to_last_purchase
from panels import panel

HORIZON = 120


def monthly(customer: str, amounts: str, first: str = "2024-01") -> str:
    """Lines of one customer, one a month; 0 is a month without."""
    year, month = map(int, first.split("-"))
    said = []
    for nth, amount in enumerate(amounts.split()):
        at = year * 12 + month - 1 + nth
        if amount != "0":
            said.append(f"{customer} {at // 12}-{at % 12 + 1:02d} {amount}")
    return " | ".join(said)


def last_states(text: str, until: str, horizon: int = HORIZON, since_month: str = "2023-01") -> dict[str, str]:
    """State of each customer at the end of a month; the export began long before."""
    made = panel(f"{text} | zz {since_month} 1", until=until, since=since_month)
    state = states(made, np.full(made.shape[1], horizon, np.int32))
    names = sorted({line.split()[0] for line in text.replace("|", "\n").splitlines() if line.strip()} | {"zz"})
    return {name: STATES[state[row, -1]] for row, name in enumerate(names)}


YEAR = "100 100 100 100 100 100 100 100 100 100 100 100"


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (YEAR, "active"),
        ("0 0 0 0 0 0 0 0 0 0 100 100", "new"),
        (f"{YEAR} 60 40 40", "falling"),
        (f"{YEAR} 10 10 10", "token"),
        (f"{YEAR} 10 0 10", "falling"),
        (f"{YEAR} 0 0 0", "dormant"),
        (f"{YEAR} 0 0 0 0 0", "lost"),
        ("100 100 100 0 0 0 0 0 0 100", "won_back"),
        ("100 100 100 0 0 0 0 0 0 100 100 100", "won_back"),
        ("100 100 100 0 0 0 0 0 0 100 100 100 100", "active"),
        (f"{YEAR} 50 50 50", "active"),
        ("100 0 0 0", "active"),
    ],
    ids=lambda value: value if len(value) < 12 else None,
)
def test_the_state_of_a_customer_is_the_first_that_holds(amounts: str, expected: str) -> None:
    until = f"{2024 + (len(amounts.split()) - 1) // 12}-{(len(amounts.split()) - 1) % 12 + 1:02d}"
    assert last_states(monthly("c1", amounts), until)["c1"] == expected


def test_a_customer_without_a_purchase_of_the_basis_kind_has_never_bought() -> None:
    assert last_states("c1 2024-01 50 order", "2024-02")["c1"] == "never_bought"


def test_lost_begins_the_day_after_the_horizon_ends() -> None:
    made = panel("c1 2024-01-31 5 | c2 2024-02-01 5", until="2024-05", since="2023-01")
    state = states(made, np.full(made.shape[1], 121, np.int32))[:, -1]
    assert [STATES[code] for code in state] == ["active", "active"]
    state = states(made, np.full(made.shape[1], 120, np.int32))[:, -1]
    assert [STATES[code] for code in state] == ["lost", "active"]


def test_returns_alone_are_no_purchase() -> None:
    assert last_states("c1 2024-01 50 | c1 2024-06 -50 return", "2024-06")["c1"] == "lost"


def test_a_customer_first_seen_as_the_export_begins_may_be_older_and_is_not_new() -> None:
    made = panel("c1 2024-01 5 | c1 2024-02 5 | c2 2024-06 5 | c2 2024-07 5", until="2024-07")
    horizon = np.full(made.shape[1], HORIZON, np.int32)
    assert truncated(made, horizon)[:, -1].tolist() == [True, False]
    early = [STATES[code] for code in states(made.until(1), horizon[:2])[:, -1]]
    assert early[0] == "active"
    assert STATES[states(made, horizon)[1, -1]] == "new"


def test_a_customer_on_file_since_the_export_began_is_new_and_one_of_before_is_not() -> None:
    """One definition for states, rates and values: what the file says counts where it says anything."""
    made = panel("c1 2024-01 5 | c2 2024-01 5 | c3 2024-01 5", until="2024-03")
    known = np.array([date(2024, 1, 1), date(2019, 5, 1), None], object)
    made = replace(made, attributes={"since": known}, export_start=day_number(date(2024, 1, 1)))
    assert perhaps_older(made, made.first_on[:, -1], 120).tolist() == [False, True, True]
    horizon = np.full(3, 120, np.int32)
    assert (~truncated(made, horizon)[:, -1]).tolist() == [True, False, False]
    seen = view(made, states(made, horizon), horizon, YearPair(1, 1))
    assert seen.newcomer.tolist() == [True, False, False]


def test_the_day_of_coming_back_is_that_of_the_first_purchase_after_the_silence() -> None:
    made = panel("c1 2024-01-10 5 | c1 2024-09-03 5 | c1 2024-09-20 5", until="2024-11", since="2024-01")
    days = came_back_on(made, np.full(made.shape[1], HORIZON, np.int32))[0]
    assert days[7] == NEVER
    assert (days[8:] == day_number(date(2024, 9, 3))).all()


def test_a_state_has_a_beginning_and_counts_add_up() -> None:
    codes = np.array([[2, 2, 4, 4], [1, 2, 2, 7], [2, 2, 2, 2]], np.int8)
    assert since(codes).tolist() == [2, 3, 0]
    assert counts(codes)[3].tolist() == [0, 0, 1, 0, 1, 0, 0, 1]
    assert is_one_of(codes, ["falling", "lost"])[:, -1].tolist() == [True, True, False]
    assert set(TITLES) == set(STATES)


def test_the_horizon_is_three_median_own_gaps_within_bounds() -> None:
    histogram = np.zeros((5, GAP_BINS), np.int64)
    histogram[1, [10, 30, 50]] = 1  # median 30
    histogram[2, [10, 12]] = 1  # the lower of two middle ones: 10 x 3 is below the least
    histogram[3, [200]] = 4
    histogram[4, [30, 31]] = [1, 3]
    assert left_days(histogram).tolist() == [365, 90, 60, 365, 93]
    assert left_days(histogram, fixed=77).tolist() == [77] * 5
    assert left_days(histogram, bounds=Bounds(left_gaps=1.0, least_left_days=5)).tolist() == [365, 30, 10, 200, 31]


def test_own_gaps_enter_the_horizon_once_there_are_enough_of_them() -> None:
    made = panel(" | ".join(f"c1 2024-0{m}-10 5" for m in (1, 2, 3, 4, 5)), until="2024-06", since="2024-01")
    histogram = gap_histogram(made)
    assert histogram.sum(axis=1).tolist() == [0, 0, 0, 1, 1, 1]
    assert histogram[3, 30] == 1, "91 days over 3 gaps"
    assert left_days(histogram).tolist() == [365, 365, 365, 90, 90, 90]


def test_left_needs_the_whole_horizon_to_lie_within_what_is_known() -> None:
    made = panel("c1 2024-01-20 5 | c1 2024-04-29 5 | c2 2024-01-20 5", until="2024-06")
    gone, known = labels.left(made, np.full(6, 90, np.int32))
    assert known[0].tolist() == [True, True, True, False, False, False]
    assert gone[:, :3].tolist() == [[False, False, False], [True, True, True]]
    gone, known = labels.left(made, np.full(6, 88, np.int32))
    assert gone[0, 0], "bought 89 days after the end of January"
    assert known.shape == gone.shape == (2, 6)


def test_the_summary_keeps_every_cent() -> None:
    made = panel(
        "c1 2023-06 4085.67 | c1 2024-06 0.01 | c1 2024-07 99.99 m=10.05 | c2 2024-02 1 order", until="2024-12"
    )
    horizon = np.full(made.shape[1], HORIZON, np.int32)
    rows = summary(made, states(made, horizon), horizon)
    first, second = rows.row(0, named=True), rows.row(1, named=True)
    assert (first["amount_12"], first["amount_before_12"]) == (Decimal("100.00"), Decimal("4085.67"))
    assert first["usual_year"] == Decimal("100.00")
    assert first["margin_12"] == Decimal("10.05")
    assert (first["first_on"], first["last_on"]) == (date(2023, 6, 15), date(2024, 7, 15))
    assert first["silent_days"] == (date(2024, 12, 31) - date(2024, 7, 15)).days
    assert first["trend"][-6:] == [9999, 0, 0, 0, 0, 0]
    assert (second["state"], second["last_on"], second["silent_days"]) == ("never_bought", None, None)


def test_the_usual_year_ends_with_the_last_month_bought() -> None:
    made = panel("c1 2023-01 5 | c1 2023-06 7 | c1 2024-05 11 | c2 2024-08 1 order", until="2024-12")
    assert year_to_last_purchase(made).tolist() == [1800, 0]
