"""A plan is a value: shown, answered, saved and read again; the source is opened once for all of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import fastexcel
import pytest
from small_loads import INPUTS, LINE, amounts, planned, text_file, workbook

from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.sources.files import open_source
from liuke.sources.mapping import from_toml
from liuke.sources.plan import plan_load, saved_plan

if TYPE_CHECKING:
    from pathlib import Path

TWO_AMOUNTS = "客户名称,日期,金额1,金额2\n" + "".join(f"甲{i % 3},{i + 1}/3/2026,{i}.5,{i * i}.25\n" for i in range(9))
GOOD_AND_BAD = "客户,日期,金额\nK1,2026-03-01,1.005\nK2,someday,2\nK3,2026-03-02,3\n"


def test_a_plan_shows_the_columns_the_questions_and_the_first_rows(tmp_path: Path) -> None:
    plan = planned(text_file(tmp_path, TWO_AMOUNTS))
    assert {column.header: column.target for column in plan.columns}["客户名称"] == "customer_id"
    assert {question.key: question.default for question in plan.open} == {"amount": None, "date_order": None}
    question = next(question for question in plan.open if question.key == "amount")
    assert [choice.value for choice in question.choices] == ["金额1", "金额2"]
    assert question.option == "--amount"
    rows = planned(text_file(tmp_path, GOOD_AND_BAD)).first_rows
    assert rows.good["amount"].to_list() == [Decimal("1.01"), Decimal(3)]
    assert rows.good["__row"].to_list() == [2, 4]
    assert rows.bad["reason_code"].to_list() == ["not_a_date"]


def test_answering_makes_another_plan_and_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    plan = planned(text_file(tmp_path, TWO_AMOUNTS))
    half = plan.answered({"amount": "金额2"})
    whole = half.answered({"date_order": "dmy"})
    assert [len(each.open) for each in (plan, half, whole)] == [2, 1, 0]
    assert (plan.mapping.header("amount"), whole.mapping.header("amount")) == ("金额1", "金额2")
    assert amounts(whole.settled())[:2] == [Decimal("0.25"), Decimal("1.25")]
    with pytest.raises(NeedsAnswer, match="--date-order"):
        half.settled()
    changed = whole.answered({"amount": "金额1"})
    assert amounts(changed)[:2] == [Decimal("0.5"), Decimal("1.5")]


def test_an_answer_that_is_no_choice_or_to_no_question_is_refused(tmp_path: Path) -> None:
    plan = planned(text_file(tmp_path, TWO_AMOUNTS))
    with pytest.raises(Invalid, match="Possible answers: 金额1, 金额2"):
        plan.answered({"amount": "客户名称"})
    with pytest.raises(Invalid, match="Open questions are: amount, date_order"):
        plan.answered({"colour": "red"})


@pytest.mark.parametrize("answers", [{}, {"amount": "金额2"}, {"amount": "金额2", "date_order": "mdy"}])
def test_a_saved_plan_is_the_same_when_it_is_read_again(tmp_path: Path, answers: dict[str, str]) -> None:
    path = text_file(tmp_path, TWO_AMOUNTS)
    plan = planned(path).answered(answers)
    again = saved_plan(plan.to_toml(), planned(path))
    assert [question.key for question in again.open] == [question.key for question in plan.open]
    assert again.answers == plan.answers
    rest = {"amount": "金额2", "date_order": "mdy"}
    finished = [each.answered({q.key: rest[q.key] for q in each.open}).settled() for each in (plan, again)]
    assert finished[0].mapping.reads_like(finished[1].mapping)
    assert amounts(finished[0]) == amounts(finished[1])
    assert from_toml(finished[1].to_toml(), LINE, INPUTS).reads_like(finished[1].mapping), "it is a mapping file too"


def test_a_workbook_is_decoded_once_for_plan_answers_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    original = fastexcel.read_excel

    def counted(*given: Any) -> Any:
        opened.append(given)
        return original(*given)

    monkeypatch.setattr(fastexcel, "read_excel", counted)
    rows = [["客户", "日期", "金额1", "金额2"], *(["K1", "2026-03-05", i + 0.5, i * i + 0.25] for i in range(9))]
    source = open_source(str(workbook(tmp_path, {"s": rows})))
    plan = plan_load(source, LINE, INPUTS).answered({"amount": "金额1"})
    assert plan.first_rows.good.height == 9
    assert len(amounts(saved_plan(plan.to_toml(), plan).settled())) == 9
    assert len(opened) == 1
