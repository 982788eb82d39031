"""Each condition on a few rows worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from liuke.kernel.amounts import Money
from liuke.kernel.i18n import in_language
from liuke.kernel.said import Said
from liuke.panel.panel import Panel
from liuke.signals.condition import conditions
from panels import panel


def found_at(name: str, seen: Panel, **parameters: object) -> dict[int, list[str]]:
    """Names of the periods in which each customer is found."""
    found = conditions()[name].find(seen, **parameters)
    return {
        int(code): [seen.periods.labels[at] for at in np.flatnonzero(row)]
        for code, row in zip(seen.customer, found, strict=True)
        if row.any()
    }


def sentence(name: str, seen: Panel, row: int, position: int, **parameters: object) -> str:
    """What is said about a customer."""
    condition = conditions()[name]
    used = {**condition.defaults, **parameters}
    return Said(condition.sentence(seen, **used), condition.facts(seen, row, position, **used)).text()


def monthly(*amounts: float, start: int = 1, extra: str = "") -> str:
    """One customer c1 with these amounts in 2025's months; 0 means no line."""
    return " | ".join(f"c1 2025-{at:02d} {value} {extra}" for at, value in enumerate(amounts, start) if value)


def test_falling_needs_every_step_to_go_down_and_begins_at_the_first_purchase() -> None:
    seen = panel(
        """
        c1 2025-01 400 | c1 2025-02 300 | c1 2025-03 200 | c1 2025-04 100 | c1 2025-05 50
        c2 2025-01 400 | c2 2025-02 300 | c2 2025-03 300 | c2 2025-04 100
        c3 2025-02 400 | c3 2025-03 300
        """,
        until="2025-05",
    )
    assert found_at("falling", seen, periods=3) == {0: ["2025-04", "2025-05"]}
    assert found_at("falling", seen, periods=2)[2] == ["2025-04"]  # 400, 300, nothing


def test_falling_asks_for_a_least_size_of_the_whole_fall() -> None:
    seen = panel(monthly(100, 95, 92, 90))
    assert found_at("falling", seen, periods=3, least_fall=0.1) == {0: ["2025-04"]}
    assert found_at("falling", seen, periods=3, least_fall=0.1001) == {}


def test_falling_says_the_customers_own_numbers_in_both_languages() -> None:
    seen = panel(monthly(400, 300, 200, 100.5))
    with in_language("en"):
        assert sentence("falling", seen, 0, 3) == "Sales fell 3 times in a row: 400 in 2025-01, 100 in 2025-04."
    with in_language("zh"):
        assert sentence("falling", seen, 0, 3) == "销售额连降 3 次：2025-01 是 400，2025-04 只有 100。"


def test_falling_without_recovery_stays_below_the_level_before() -> None:
    seen = panel(monthly(100, 60, 70, 80, 90))
    assert found_at("falling_without_recovery", seen, periods=3, least_fall=0.2) == {0: ["2025-04"]}
    assert found_at("falling_without_recovery", seen, periods=3, least_fall=0.3) == {}
    assert found_at("falling_without_recovery", panel(monthly(100, 60, 101, 80)), periods=3) == {}


def test_at_or_below_zero_is_silence_after_a_purchase() -> None:
    seen = panel("c1 2025-02 100 | c2 2025-01 100 | c2 2025-04 1", until="2025-06")
    assert found_at("at_or_below", seen, amount=0, periods=3) == {0: ["2025-05", "2025-06"]}
    with in_language("en"):
        assert sentence("at_or_below", seen, 0, 4) == "No sales from 2025-03 to 2025-05; the last were on 2025-02-15."


def test_at_or_below_an_amount_above_zero_finds_token_orders() -> None:
    text = "c1 2025-01 9000 | c1 2025-02 500 | c1 2025-04 20 | c2 2025-01 9000 | c3 2025-01 9000 | c3 2025-03 500.01"
    seen = panel(text, until="2025-04")
    assert found_at("at_or_below", seen, amount=500, periods=3, above_zero=True) == {0: ["2025-04"]}
    assert found_at("at_or_below", seen, amount=500, periods=3) == {0: ["2025-04"], 1: ["2025-04"]}


def test_below_own_mean_counts_only_the_months_since_the_first_purchase() -> None:
    """Mean of two months is 200; three months hold 299.99 of the 300 that half of it would be."""
    seen = panel("c0 2025-01 1 | c1 2025-04 200 | c1 2025-05 200 | c1 2025-06 100 | c1 2025-07 100 | c1 2025-08 99.99")
    assert found_at("below_own_mean", seen, least_history=2)[1] == ["2025-08"]
    assert 1 not in found_at("below_own_mean", seen, least_history=3)
    assert conditions()["below_own_mean"].facts(seen, 1, 7) == {
        "periods": 3,
        "percent": 50,
        "now": Money(Decimal("100.00")),
        "usual": Money(Decimal("200.00")),
        "from_period": "2025-06",
        "to_period": "2025-08",
    }


def test_a_customer_exactly_on_the_share_is_not_below_it() -> None:
    """0.07 x 100 is above 7 in binary; the comparison is in whole numbers."""
    seen = panel(monthly(100, 100, 7))
    assert found_at("below_own_mean", seen, periods=1, share=0.07, least_history=2) == {}
    assert found_at("below_own_mean", seen, periods=1, share=0.0701, least_history=2) == {0: ["2025-03"]}


def test_below_last_year_compares_the_same_periods() -> None:
    seen = panel(
        "c1 2024-01 100 | c1 2024-02 100 | c1 2024-03 100 | c1 2025-01 49 | c1 2025-02 50 | c1 2025-03 50",
        until="2025-05",
    )
    assert found_at("below_last_year", seen, periods=3, share=0.5) == {0: ["2025-03"]}  # April: 100 of 200
    with in_language("en"):
        said = sentence("below_last_year", seen, 0, 14)
    assert said == "Sales from 2025-01 to 2025-03 are 50% of a year earlier: 149 instead of 300."


def test_below_last_year_needs_a_customer_who_was_there_for_all_of_last_years_periods() -> None:
    seen = panel("c0 2024-01 1 | c1 2024-02 100 | c1 2024-03 100", until="2025-04")
    assert found_at("below_last_year", seen, periods=2)[1] == ["2025-03", "2025-04"]
    assert 1 not in found_at("below_last_year", seen, periods=4)


def test_own_gap_is_silence_beyond_the_customers_own_rhythm() -> None:
    """Gaps of 10, 10 and 18 days, 12.67 on average; 20 silent days at the end of February are 1.58 of them."""
    days = "c1 2025-01-01 5 | c1 2025-01-11 5 | c1 2025-01-21 5 | c1 2025-02-08 5"
    seen = panel(days, until="2025-03")
    assert found_at("own_gap", seen, factor=1.5, least_gaps=3) == {0: ["2025-02", "2025-03"]}
    assert found_at("own_gap", seen, factor=1.6, least_gaps=3) == {0: ["2025-03"]}
    assert found_at("own_gap", seen, factor=1.5, least_gaps=4) == {}
    assert found_at("own_gap", seen, factor=1.5, least_gaps=3, least_days=52) == {}
    with in_language("zh"):
        assert sentence("own_gap", seen, 0, 2) == "51 天没有买，平时平均隔 12.7 天。"


def test_fewer_products_needs_a_customer_who_still_buys() -> None:
    wide = " | ".join(f"c1 2025-{month:02d} 10 x/p{product}" for month in (1, 2, 3) for product in range(4))
    seen = panel(f"{wide} | c1 2025-04 10 x/p1 | c1 2025-04 10 x/p2", until="2025-06")
    assert found_at("fewer_products", seen, periods=1, share=0.6) == {0: ["2025-04"]}
    assert found_at("fewer_products", seen, periods=1, share=0.5) == {}
    assert found_at("fewer_products", seen, periods=1, share=0.6, least=5) == {}
    assert conditions()["fewer_products"].facts(seen, 0, 3, periods=1) == {
        "now": 2.0,
        "before": 4.0,
        "from_period": "2025-04",
    }


def test_a_family_has_stopped_while_another_goes_on() -> None:
    oil = " | ".join(f"c1 2025-{month:02d}-01 10 oil" for month in (1, 2, 3, 4))
    service = " | ".join(f"c1 2025-{month:02d}-01 10 service" for month in range(1, 9))
    both = panel(f"{oil} | {service}", until="2025-08")
    assert found_at("family_stopped", both, periods=3) == {0: ["2025-07", "2025-08"]}
    assert found_at("family_stopped", both, periods=3, at_most=3) == {0: ["2025-07"]}
    assert found_at("family_stopped", panel(oil, until="2025-08"), periods=3) == {}
    with in_language("en"):
        said = sentence("family_stopped", both, 0, 6)
    assert said == "No oil for 121 days, usually every 30; other products are still bought."


def test_orders_fall_while_invoices_do_not_yet() -> None:
    orders = " | ".join(f"c1 2025-{at:02d} {value} order" for at, value in enumerate([100] * 6 + [50, 60], 1))
    invoices = " | ".join(f"c1 2025-{at:02d} {value}" for at, value in enumerate([100] * 6 + [90, 80], 1))
    seen = panel(f"{orders} | {invoices}")
    assert found_at("kind_falling_alone", seen) == {0: ["2025-08"]}
    assert found_at("kind_falling_alone", seen, falling="invoice", steady="order") == {}
    with in_language("zh"):
        assert sentence("kind_falling_alone", seen, 0, 7) == "2025-07 起订货只有平时的 55%，开票还有 85%。"


def test_due_and_not_come_by_a_given_interval_and_by_a_learnt_one() -> None:
    oil = " | ".join(f"c2 2025-{day} 10 oil" for day in ("01-01", "01-31", "03-02", "04-01"))
    text = f"c1 2025-01-01 10 filter | {oil}"
    seen = panel(text, until="2025-07", intervals={"filter": 90.0})
    by_interval = found_at("due_not_come", seen, learn_interval=False, at_most=1)
    assert by_interval == {0: ["2025-04", "2025-05", "2025-06"]}  # late from day 113 to day 180
    assert found_at("due_not_come", seen, at_most=1)[1] == ["2025-05"]  # 30 days; 60 silent at the end of May
    assert 1 not in found_at("due_not_come", seen, least_gaps=4)
    with in_language("en"):
        said = sentence("due_not_come", seen, 0, 3)
    assert said == "filter was due on 2025-04-01 (every 90 days) and is 29 days late."


def test_an_irregular_buyer_teaches_no_interval() -> None:
    text = "c1 2025-01-01 10 oil | c1 2025-01-05 10 oil | c1 2025-03-20 10 oil | c1 2025-04-01 10 oil"
    assert found_at("due_not_come", panel(text, until="2025-07"), at_most=5) == {}


@pytest.mark.parametrize(("measure", "unit"), [("margin", "m"), ("quantity", "q")])
def test_another_measure_is_looked_at_when_asked(measure: str, unit: str) -> None:
    text = " | ".join(f"c1 2025-{at:02d} 100 {unit}={value}" for at, value in enumerate([4, 3, 2, 1.5], 1))
    seen = panel(text)
    assert found_at("falling", seen) == {}
    assert found_at("falling", seen, measure=measure) == {0: ["2025-04"]}
    now = Decimal("1.5")
    assert conditions()["falling"].facts(seen, 0, 3, measure=measure)["now"] == (Money(now) if unit == "m" else now)


def test_a_late_line_changes_the_past_only_from_the_day_it_was_known() -> None:
    """The invoice of March, entered in May, ends the fall as of May; as of April the fall stands."""
    seen = panel(
        "c1 2025-01 300 | c1 2025-02 200 | c1 2025-03 100 | c1 2025-03 900 @2025-05 | c1 2025-04 50 | c1 2025-05 40"
    )
    found = seen.stitch(conditions()["falling"].find(seen, periods=3))
    assert found.tolist() == [[False, False, False, True, False]]


def test_weeks_and_quarters_work_as_months_do() -> None:
    text = "c1 2025-01-06 40 | c1 2025-01-13 30 | c1 2025-01-20 20 | c1 2025-01-27 10"
    assert found_at("falling", panel(text, unit="week")) == {0: ["2025-01-27"]}
    quarters = "c1 2024-01 100 | c1 2025-01 40"
    assert found_at("below_last_year", panel(quarters, unit="quarter"), periods=1) == {0: ["2025-Q1"]}


def test_a_span_of_weeks_runs_to_the_last_day_of_the_last_week() -> None:
    seen = panel("c1 2025-01-06 40 | c2 2025-01-27 5", unit="week")
    assert "from 2025-01-13 to 2025-02-02" in sentence("at_or_below", seen, 0, 3, periods=3)
    falls = panel("c1 2025-01-06 40 | c1 2025-01-13 30 | c1 2025-01-20 20 | c1 2025-01-27 10", unit="week")
    said = sentence("falling", falls, 0, 3, periods=3)
    assert "40 in 2025-01-06–01-12, 10 in 2025-01-27–02-02" in said
