"""What the small tables say of each customer: complaints that wait, scales of answers, referrals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from firms import firm_of, monthly
from liuke.kernel.i18n import in_language
from liuke.reports import value_words
from liuke.reports.query import Query, values
from liuke.value.survey_scales import answers, scales_known

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm, RunView


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """Nine customers who bought every month until the end of 2025."""
    return firm_of([one for n in range(9) for one in monthly(f"c{n}", [100.0 * (n + 1)] * 25)], tmp_path)


def add(firm: Firm, table: str, rows: list[dict[str, Any]], loaded_on: date = date(2026, 1, 2)) -> None:
    """Load a small table from rows in canonical columns."""
    path = firm.workspace.root.parent / f"{table}-{loaded_on}.csv"
    pl.DataFrame(rows).write_csv(path)
    firm.load(path, table=table, source=path.stem, loaded_on=loaded_on)


def complaint(number: str, customer: str, opened: str, replied: str | None = None, **more: Any) -> dict[str, Any]:
    return {"complaint_id": number, "customer_id": customer, "opened_on": opened, "replied_on": replied, **more}


def answer(customer: str, question: str, score: float, on: str = "2025-09-05") -> dict[str, Any]:
    return {"survey_id": "D1", "customer_id": customer, "question_id": question, "answered_on": on, "score": score}


def by_customer(made: RunView) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in made.page(values()).rows.to_dicts()}


def test_a_complaint_nobody_answered_waits_until_the_day_and_is_named(firm: Firm) -> None:
    add(firm, "complaint", [
        complaint("K1", "c1", "2025-10-01", "2025-10-02"),
        complaint("K2", "c1", "2025-12-01"),
        complaint("K3", "c2", "2025-06-01", "2025-06-11"),
        complaint("K4", "c2", "2025-12-30", "2026-01-20"),  # answered after the run's day
        complaint("K5", "c3", "2025-12-01", "2025-12-02"),
        complaint("K6", "c4", "2024-06-01"),  # over a year ago
    ])  # fmt: skip
    made = firm.run()
    rows = by_customer(made)
    found = {name: (row["response_given_hours"], row["unanswered_complaint"]) for name, row in rows.items()}
    assert found["c1"] == (30 * 24, "K2")
    assert found["c2"] == (10 * 24, "K4")
    assert found["c3"] == (24, None)
    assert found["c4"] == found["c5"] == (None, None)
    assert {name for name, row in rows.items() if row["neglected"]} == {"c1", "c2"}
    gap = made.page(Query("service_gap", size=None)).rows
    assert set(gap["customer_id"].drop_nulls()) == {"c1", "c2"}
    assert gap["reason"].drop_nulls().len() == 1  # and no contacts are loaded
    with in_language("en"):
        said = made.value_sentences(made.customer("c1"))
    assert "Complaint K2 is still unanswered; a complaint of the last year has waited 30 days." in said


def test_a_settled_complaint_was_answered_and_a_file_without_answers_says_nothing(firm: Firm) -> None:
    add(firm, "complaint", [complaint("K1", "c1", "2025-12-01"), complaint("K2", "c2", "2025-12-01")])
    assert by_customer(firm.run())["c1"]["response_given_hours"] is None
    add(firm, "complaint", [complaint("K3", "c3", "2025-12-01", resolved_on="2025-12-05")], date(2026, 1, 3))
    rows = by_customer(firm.run(known_by=date(2026, 2, 1)))
    assert rows["c3"]["response_given_hours"] == 4 * 24
    assert rows["c3"]["unanswered_complaint"] is None
    assert rows["c1"]["unanswered_complaint"] == "K1"


def test_the_scale_of_a_question_is_said_by_it_or_by_answers_enough() -> None:
    given = pl.DataFrame(
        [
            *(answer(f"c{n}", "推荐意愿", 4) for n in range(3)),  # all unhappy out of ten
            *(answer(f"c{n}", "满意度(1-5)", 4) for n in range(2)),
            answer("c1", "交货打分，10 分制", 3),
            *(answer(f"c{n}", "服务", 1 + n % 5) for n in range(10)),
            *(answer(f"c{n}", "价格", 1 + n % 5) for n in range(9)),
            answer("c1", "质量", 8),
            answer("c1", "包装", 71),
            answer("c1", "再买", 2, "2026-01-20"),  # given later
        ]
    ).with_columns(pl.col("answered_on").str.to_date())
    found = dict(scales_known(given, date(2025, 12, 31)).iter_rows())
    assert found == {"推荐意愿": 10, "满意度(1-5)": 5, "交货打分，10 分制": 10, "服务": 5, "价格": None, "质量": 10,
                     "包装": 100}  # fmt: skip
    counted = answers(given.with_columns(at=0), scales_known(given, date(2025, 12, 31)), date(2025, 12, 31))
    assert counted.filter(pl.col("question_id") == "推荐意愿")["score"].to_list() == [0.4] * 3
    assert "价格" not in counted["question_id"].to_list()


def test_the_scales_taken_are_said(firm: Firm) -> None:
    add(firm, "survey_answer", [answer("c1", "推荐意愿", 3), answer("c1", "价格", 3), answer("c2", "推荐意愿", 2)])
    made = firm.run()
    assert made.info["value"]["answer_scales"] == {"价格": None, "推荐意愿": 10}
    with in_language("en"):
        said = value_words.missing(made.info, "loyalty")
    assert said[0] == "Answers count as a share of their question's scale: 推荐意愿 0-10."
    assert said[1].startswith("Left out, for the scale of the answers can't be told: 价格.")
