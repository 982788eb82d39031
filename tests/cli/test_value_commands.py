"""`liuke value`: what it prints, in which form, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from terminal import NAMES, export, liuke

if TYPE_CHECKING:
    from pathlib import Path


def json_of(*words: str | Path) -> Any:
    said = liuke(*words, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_the_list_has_every_customer_once_and_filters(ready: Path) -> None:
    every = json_of("value", "list", "-w", ready, "--top", "0")
    assert sorted(row["customer_id"] for row in every) == sorted(NAMES)
    assert all(row["grade_reason"] for row in every)
    best = json_of("value", "list", "-w", ready, "--grade", every[0]["grade"])
    assert {row["grade"] for row in best} == {every[0]["grade"]}
    table = liuke("value", "list", "-w", ready)
    assert table.code == 0
    assert "Next year" in table.out


def test_a_grade_or_an_order_that_is_not_there_is_refused(ready: Path) -> None:
    said = liuke("value", "list", "-w", ready, "--grade", "Z")
    assert said.code == 1
    assert "Z" in said.err
    assert liuke("value", "list", "-w", ready, "--sort", "luck").code == 1


def test_one_customer_in_sentences_and_as_a_record_also_in_show(ready: Path) -> None:
    said = liuke("value", "show", "K1", "-w", ready)
    assert said.code == 0
    assert "Grade" in said.out
    record = json_of("value", "show", "K1", "-w", ready)
    assert record["customer_id"] == "K1"
    shown = json_of("show", "K1", "-w", ready)
    assert shown["value"]["grade"] == record["grade"]
    assert record["grade_reason"][:40] in liuke("show", "K1", "-w", ready).out.replace("\n", " ")


def test_the_worksheet_gives_the_workshop_s_figure_and_any_other() -> None:
    said = liuke("value", "worksheet")
    assert "372,000.00" in said.out
    chinese = liuke("value", "worksheet", language="zh")
    assert "终身价值" in chinese.out
    lines = json_of("value", "worksheet", "--yearly", "1,000", "--years", "5", "--purchase", "press=2x30000",
                    "--margin-share", "0.2", "--referred", "1")  # fmt: skip
    assert lines[-1] == {"line": "Lifetime value", "amount": "26000.00", "total": True}


WRONG = (
    "--yearly much --years 3", "--yearly nan --years 3", "--yearly Infinity --years 3", "--yearly 1e99 --years 3",
    "--yearly 9 --years 1e9 --discount 0.1", "--purchase car", "--purchase car=3xmany", "--purchase car=3xInfinity",
    "--purchase car=snanx5", "--purchase car=1e12x1e12", "--yearly 2400", "--margin-share 0.3",
)  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wrong_answer_on_the_worksheet_is_wrong_usage(words: str, language: str) -> None:
    said = liuke("value", "worksheet", *words.split(), language=language)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()


def test_nothing_of_the_example_is_added_to_answers_of_one_s_own() -> None:
    for words, worth in (("--yearly 2400 --years 30", "72000.00"), ("--purchase car=3x100000", "300000.00")):
        assert json_of("value", "worksheet", *words.split())[-1]["amount"] == worth


def test_economics_and_the_bucket(ready: Path) -> None:
    figures = {row["figure"]: row for row in json_of("value", "economics", "-w", ready)}
    assert figures["cost_new_by_kept"]["value"] is None
    bucket = json_of("value", "economics", "--bucket", "-w", ready)
    assert [row["closing"] for row in bucket] == [row["opening"] + row["new"] + row["won_back"] - row["lost"]
                                                  for row in bucket]  # fmt: skip
    assert "New customers needed for one lost" in liuke("value", "economics", "-w", ready).out


def test_service_says_that_no_contacts_are_loaded_and_the_standard_is_shown(ready: Path) -> None:
    assert "No contacts are loaded" in liuke("value", "service", "-w", ready).out
    assert "No contacts are loaded" in liuke("value", "service", "-w", ready, "--where", "grade=A").out
    assert {row["grade"] for row in json_of("value", "service", "-w", ready, "--where", "grade=A")} <= {"A"}
    assert liuke("value", "service", "-w", ready, "--where", "planet=x").code == 1
    rows = json_of("value", "standard", "-w", ready)
    assert {row["grade"] for row in rows} == {"A", "B", "C", "D"}
    assert "衰退期" in liuke("value", "standard", "-w", ready, language="zh").out


def test_the_list_as_a_workbook_and_csv(ready: Path, tmp_path: Path) -> None:
    assert liuke("value", "list", "-w", ready, "--format", "xlsx", "--out", tmp_path / "v.xlsx").code == 0
    cells = {cell for row in pl.read_excel(tmp_path / "v.xlsx", has_header=False).rows() for cell in row}
    assert set(NAMES) <= cells
    said = liuke("value", "list", "-w", ready, "--format", "csv")
    assert said.out.startswith("Customer number,")
    assert liuke("value", "list", "-w", ready, "--format", "csv", "--codes").out.startswith("customer_id,")
    assert "客户编码" in liuke("value", "list", "-w", ready, "--format", "csv", language="zh").out.split("\n")[0]


def test_the_workbook_of_a_run_has_its_value_sheets(ready: Path, tmp_path: Path) -> None:
    import fastexcel

    assert liuke("report", "-w", ready, "--out", tmp_path).code == 0
    book = fastexcel.read_excel(next(tmp_path.glob("*.xlsx")))
    assert {"Customer value", "Keeping customers"} <= set(book.sheet_names)


def test_a_margin_on_few_lines_is_said_when_running_and_above_the_list(tmp_path: Path) -> None:
    head, *lines = export().splitlines()
    rows = [f"{head},毛利", *(f"{line},{'12.50' if ',K1,' in line else ''}" for line in lines)]
    (tmp_path / "发票.csv").write_text("\n".join(rows) + "\n", "utf-8")
    firm = tmp_path / "firm"
    assert liuke("init", firm).code == liuke("load", tmp_path / "发票.csv", "-w", firm).code == 0
    assert "of the money of the last two years lies in lines with a margin" in liuke("run", "-w", firm).err
    assert "sales, for only" in " ".join(liuke("value", "list", "-w", firm).out.split())
