"""The rates by their definitions, on panels small enough to count by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_panels import panel_of, states_of

from liuke.kernel.said import Said
from liuke.ledger.indicators import base_is_falling, rate_table, rate_tally
from liuke.ledger.rates import INDICATORS

H = 60


def horizon(months: int) -> np.ndarray:
    return np.full(months, H, np.int32)


def values(frame: pl.DataFrame, scope: str = "all") -> dict[str, float | None]:
    return dict(frame.filter(pl.col("scope") == scope).select("indicator", "value").iter_rows())


def test_a_firm_that_loses_25_of_500_who_bought_three_times_the_mean_reads_5_and_15_percent():
    """The example of methods.md section 11: the lost buy 3 times the mean of all, so the rest buys 17/19 of it."""
    mean = 9500
    cents = np.full((500, 24), mean * (500 - 75) // 475)
    cents[:25, :12], cents[:25, 12:] = 3 * mean, 0
    assert cents[:, :12].mean() == mean
    states = states_of(*["a" * 12 + "l" * 12] * 25, *["a" * 24] * 475)
    found = values(rate_table(rate_tally(panel_of(cents), states, horizon(24))))
    assert found["absolute_churn"] == pytest.approx(0.05)
    assert found["relative_churn"] == pytest.approx(0.15)
    assert found["retention"] == pytest.approx(0.95)


def test_twenty_lost_and_twenty_new_of_a_hundred_is_20_percent_churn_not_zero():
    gone, came, kept = ["a" * 12 + "l" * 12] * 20, ["." * 12 + "n" * 12] * 20, ["a" * 24] * 80
    cents = [[100] * 12 + [0] * 12] * 20 + [[0] * 12 + [100] * 12] * 20 + [[100] * 24] * 80
    found = values(rate_table(rate_tally(panel_of(cents), states_of(*gone, *came, *kept), horizon(24))))
    assert found["absolute_churn"] == pytest.approx(0.2)
    assert found["active_base"] == 100


def test_gross_retention_takes_the_smaller_and_net_retention_takes_all():
    cents = [[100] * 12 + [50] * 12, [100] * 12 + [300] * 12]
    found = values(rate_table(rate_tally(panel_of(cents), states_of("a" * 24, "a" * 24), horizon(24))))
    assert found["gross_retention"] == pytest.approx((50 + 100) / 200)
    assert found["net_retention"] == pytest.approx((50 + 300) / 200)


def test_one_time_buyers_are_judged_only_after_the_whole_horizon():
    bought = np.zeros((4, 24), int)
    bought[0, 0] = bought[0, 23] = 1  # old
    bought[1, 13] = 1  # once, long ago: one-time
    bought[2, 13] = bought[2, 14] = 1  # came again within a month
    bought[3, 23] = 1  # too young to be judged
    states = states_of("a" * 24, *["." * 13 + "n" * 11] * 2, "." * 23 + "n")
    frame = rate_table(rate_tally(panel_of(bought * 1000), states, horizon(24)))
    row = frame.filter((pl.col("indicator") == "one_time_share") & (pl.col("scope") == "all")).row(0, named=True)
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, 0.5)


def test_returning_buyers_and_repurchase_count_buyers_of_the_window():
    bought = np.zeros((3, 24), int)
    bought[0, 2] = bought[0, 20] = 1  # bought before and in the window
    bought[1, 15] = bought[1, 16] = 1  # new, twice
    bought[2, 3] = 1  # only before
    states = states_of("a" * 24, "." * 15 + "n" * 9, "a" * 12 + "l" * 12)
    found = values(rate_table(rate_tally(panel_of(bought * 1000), states, horizon(24))))
    assert found["return_share"] == 0.5
    assert found["repurchase"] == 0.5


def test_a_lost_customer_worth_twice_a_new_one_has_a_replacement_ratio_of_two():
    cents = np.zeros((3, 24), int)
    cents[0, :12] = 200
    cents[1, 1:13] = 100
    cents[2] = 500
    states = states_of("a" * 12 + "l" * 12, "." + "n" * 23, "a" * 24)
    panel = panel_of(cents, export_start=int(panel_of(cents).periods.starts[0]) - H + 40)
    found = values(rate_table(rate_tally(panel, states, horizon(24))))
    assert found["replacement_ratio"] == pytest.approx(2.0)


def test_thirteen_months_say_what_they_lack_instead_of_last_year():
    frame = rate_table(rate_tally(panel_of([[100] * 13]), states_of("a" * 13), horizon(13)))
    row = frame.filter((pl.col("indicator") == "repurchase") & (pl.col("scope") == "all")).row(0, named=True)
    assert str(row["window_from"]) == "2024-08-01"
    assert row["last_year"] is None
    assert Said.unpack(row["last_year_reason"]).text() == "Needs 18 complete months, has 13."


def test_one_month_gives_reasons_everywhere_and_no_number():
    frame = rate_table(rate_tally(panel_of([[100]]), states_of("n"), horizon(1)))
    assert frame["value"].is_null().all()
    assert frame.filter(pl.col("scope") == "all")["reason"].is_not_null().all()


def test_the_base_alarms_after_three_falls_in_a_row_and_not_before():
    assert base_is_falling([9, 10, 9, 8, 7])
    assert not base_is_falling([10, 9, 8, 8])
    assert not base_is_falling([9, 8, 7])


def test_each_value_of_a_column_has_its_row_and_unknown_is_one_of_them():
    panel = panel_of([[100] * 24] * 3, attributes={"grade": ["A", "A", None]})
    frame = rate_table(
        rate_tally(panel, states_of(*["a" * 24] * 3), horizon(24), by=("grade",)), {"absolute_churn": 0.1}
    )
    grades = frame.filter((pl.col("scope") == "grade") & (pl.col("indicator") == "active_base"))
    assert dict(grades.select("scope_value", "value").iter_rows()) == {None: 1.0, "A": 2.0}
    assert frame.filter(pl.col("indicator") == "absolute_churn")["target"].unique().to_list() == [0.1]


@given(st.integers(0, 2**31), st.integers(1, 30), st.integers(0, 8))
def test_chunks_tallied_apart_add_up_to_the_whole(seed: int, months: int, cut: int):
    rng = np.random.default_rng(seed)
    cents = rng.integers(-500, 5000, (8, months)) * (rng.random((8, months)) < 0.5)
    states = rng.integers(0, 8, (8, months)).astype(np.int8)
    grade = ["A", "B", None, "A", "B", "C", "A", "C"]
    whole = rate_tally(panel_of(cents, attributes={"grade": grade}), states, horizon(months), by=("grade",))
    first = rate_tally(
        panel_of(cents[:cut], attributes={"grade": grade[:cut]}), states[:cut], horizon(months), by=("grade",)
    )
    rest = rate_tally(
        panel_of(cents[cut:], attributes={"grade": grade[cut:]}), states[cut:], horizon(months), by=("grade",)
    )
    order = ["indicator", "scope", "scope_value"]
    assert rate_table(first + rest).sort(order).equals(rate_table(whole).sort(order))


def test_every_indicator_says_in_words_how_it_is_counted():
    assert all(indicator.formula.endswith(".") and indicator.title for indicator in INDICATORS)
    assert len({indicator.name for indicator in INDICATORS}) == len(INDICATORS)
