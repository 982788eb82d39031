"""Each command on a small firm with Chinese headers: what it prints, where, and the code it leaves with."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import fastexcel
import polars as pl
import pytest
from terminal import HEAD, NAMES, export, liuke, process

from liuke.kernel.said import Said
from liuke.panel.states import STATES
from liuke.store.runs import Runs

if TYPE_CHECKING:
    from pathlib import Path


def json_of(*words: str | Path) -> Any:
    said = liuke(*words, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


@pytest.fixture
def own(ready: Path, tmp_path: Path) -> Path:
    """A copy of the firm that a test may change."""
    shutil.copytree(ready, tmp_path / "own")
    return tmp_path / "own"


def test_init_makes_a_workspace_once(tmp_path: Path) -> None:
    first = liuke("init", tmp_path / "w")
    assert (first.code, first.out) == (0, "")
    assert "liuke load" in first.err
    again = liuke("init", tmp_path / "w")
    assert again.code == 1
    assert "already" in again.err
    assert (tmp_path / "w" / "liuke.toml").read_text("utf-8").count("# ") > 10


def test_load_prints_the_mapping_and_an_account_that_ties(tmp_path: Path) -> None:
    (tmp_path / "发票.csv").write_text(export() + "FP999,K1,常州恒远机械有限公司,2025-12-11,坏,P1,1\n", "utf-8")
    liuke("init", tmp_path / "w")
    said = liuke("load", tmp_path / "发票.csv", "-w", tmp_path / "w")
    assert said.code == 0, said.err
    rows = len(export().splitlines())
    assert "customer_id" in said.out
    for figure in (f"{rows:,}", f"{rows - 1:,}"):
        assert figure in said.out
    assert f"{rows - 1} new documents" in said.err
    quarantined = next((tmp_path / "w" / "quarantine").iterdir())
    assert str(quarantined) in said.err
    assert "FP999" in quarantined.read_text("utf-8-sig")
    again = liuke("load", tmp_path / "发票.csv", "-w", tmp_path / "w")
    assert again.code == 0
    assert "nothing changed" in again.err


def test_rows_that_contradict_themselves_are_loaded_listed_and_found_by_the_doctor(tmp_path: Path) -> None:
    (tmp_path / "发票.csv").write_text(export() + "FP999,K1,常州恒远机械有限公司,2025-12-11,-5,P1,1\n", "utf-8")
    last = len(export().splitlines()) + 1
    for language, says, row in (
        ("en", "1 rows are usable, but quantity and amount have opposite signs", f"发票.csv row {last}"),
        ("zh", "1 行可用，但数量与金额一正一负", f"发票.csv 第 {last} 行"),
    ):
        where = tmp_path / language
        liuke("init", where)
        said = liuke("load", tmp_path / "发票.csv", "-w", where, language=language)
        assert said.code == 0, said.err
        assert says in said.err
        assert row in said.err
        listed = next((where / "quarantine").glob("*.doubtful.csv"))
        assert str(listed) in said.err
        assert "FP999" in listed.read_text("utf-8-sig")
        checked = liuke("doctor", "-w", where, language=language)
        assert checked.code == 1
        assert "FP999" in checked.out


def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(export(), "utf-8")
    liuke("init", tmp_path / "w")
    said = liuke("load", tmp_path / "a.csv", "-w", tmp_path / "w", "--dry-run")
    assert said.code == 0
    assert "dry run" in said.err
    assert json_of("loads", "-w", tmp_path / "w") == []


def test_columns_bear_their_chinese_names_in_chinese(own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(export(), "utf-8")
    said = liuke("load", tmp_path / "a.csv", "-w", own, "--dry-run", language="zh").out
    for title in ("客户 (customer_id)", "单据号 (document_id)", "金额 (amount)"):
        assert title in said


def test_loads_and_unload(own: Path) -> None:
    held = json_of("loads", "-w", own)
    assert [one["load_id"] for one in held] == ["0001"]
    table = liuke("loads", "-w", own)
    assert "发票明细" in table.out
    assert f"{Decimal(held[0]['sum_loaded']):,}" in table.out
    assert "undone" not in liuke("list", "-w", own).err
    undone = liuke("unload", "0001", "-w", own)
    assert (undone.code, undone.out) == (0, "")
    assert json_of("loads", "-w", own) == []
    assert "holds a load that was undone" in liuke("list", "-w", own).err
    assert liuke("unload", "0001", "-w", own).code == 1
    assert liuke("run", "-w", own).code == 1


def test_run_says_what_it_made_on_standard_error(own: Path) -> None:
    said = liuke("run", "-w", own)
    assert (said.code, said.out) == (0, "")
    assert "Nothing changed" in said.err
    again = liuke("run", "-w", own, "--again")
    assert "5 customers" in again.err
    past = liuke("run", "-w", own, "--as-of", "2025-06-30")
    assert "as of 2025-06-30" in past.err
    same = liuke("run", "-w", own, "--as-of", "2025-06-30")
    assert "Nothing changed since run 00003 of 2025-06-30" in same.err
    assert "that run is current" not in same.err
    assert "still run 00002" in same.err


def test_list_as_json_is_one_array_best_first_and_nothing_else(ready: Path) -> None:
    rows = json_of("list", "-w", ready)
    assert isinstance(rows, list)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["customer_id"] for row in rows} >= {"K5"}
    top = rows[0]
    assert top["reasons"]
    assert all(isinstance(text, str) and "{" not in text for text in top["reasons"])
    assert isinstance(top["usual_year"], str), "money keeps its cents"
    lost = json_of("list", "-w", ready, "--state", "lost")
    assert [row["customer_id"] for row in lost] == ["K3"]
    assert json_of("list", "-w", ready, "--top", "1") == rows[:1]


def test_list_as_a_table_is_in_the_language_asked_for(ready: Path) -> None:
    english, chinese = (liuke("list", "-w", ready, language=name) for name in ("en", "zh"))
    assert "Why it is on the list" in english.out
    assert "为什么在名单上" in chinese.out
    assert "平常一年" in chinese.out
    for said in (english, chinese):
        assert "K5 无锡三江" in said.out
        assert "{" not in said.out


def test_list_as_csv_or_xlsx_holds_no_formula(ready: Path, tmp_path: Path) -> None:
    said = liuke("list", "-w", ready, "--state", "active", "--format", "csv", "--codes")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert "'=HYPERLINK(1)" in {row["name"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "@"))]
    for form in ("csv", "xlsx"):
        out = tmp_path / f"list.{form}"
        done = liuke("list", "-w", ready, "--state", "active", "--format", form, "--out", out)
        assert (done.code, done.out) == (0, "")
        assert str(out) in done.err
    assert (tmp_path / "list.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    cells = {cell for row in pl.read_excel(tmp_path / "list.xlsx", has_header=False).rows() for cell in row}
    assert "=HYPERLINK(1)" in cells, "a text cell, no formula"
    assert "Customer number" in cells
    assert not {"customer_id", "customer_code"} & cells
    assert liuke("list", "-w", ready, "--format", "xlsx").code == 2


def test_list_refuses_what_it_does_not_know(ready: Path) -> None:
    unsorted = liuke("list", "-w", ready, "--sort", "beauty")
    assert unsorted.code == 1
    assert "usual_year" in unsorted.err
    assert liuke("list", "-w", ready, "--where", "region").code == 2
    unknown = liuke("list", "-w", ready, "--state", "gone")
    assert unknown.code == 1
    assert "won_back" in unknown.err
    column = liuke("list", "-w", ready, "--where", "planet=earth")
    assert column.code in (1, 2)
    assert "planet" in column.err
    nobody = liuke("list", "-w", ready, "--owner", "nobody")
    assert nobody.code == 1, "an empty list would look like an answer"
    assert "nobody" in nobody.err


def test_a_rule_nobody_knows_is_refused_and_not_an_empty_list(ready: Path) -> None:
    said = liuke("list", "-w", ready, "--rule", "no_such_rule")
    assert said.code == 1
    assert "no_such_rule" in said.err


def test_show_finds_a_customer_by_code_or_name_and_ties_to_its_documents(ready: Path) -> None:
    one = json_of("show", "K5", "-w", ready)
    assert isinstance(one, dict)
    assert one["name"] == NAMES["K5"]
    assert sum(float(d["amount"]) for d in one["documents_list"][:12]) == pytest.approx(float(one["amount_12"]))
    assert json_of("show", "三江", "-w", ready)["customer_id"] == "K5"
    table = liuke("show", "K5", "-w", ready)
    assert "5,000.25" in table.out or "FP" in table.out
    near = liuke("show", "K", "-w", ready)
    assert near.code == 1
    assert "K1" in near.err
    assert liuke("show", "nobody", "-w", ready).code == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_of_a_state_nobody_is_in_does_not_advise_itself(ready: Path, language: str) -> None:
    held = set(Runs(ready / "runs").current().table("customer_now")["state"])
    empty = sorted(set(STATES) - held)
    assert empty
    for state in empty:
        said = liuke("list", "--state", state, "-w", ready, language=language)
        assert said.code == 0, said.err
        assert "--state" not in said.out + said.err
        assert "重点关注名单" in said.out + said.err if language == "zh" else "watch list" in said.out + said.err


def test_rules_list_preview_and_backtest(ready: Path, tmp_path: Path) -> None:
    rules = json_of("rules", "list", "-w", ready)
    assert {"falling_three", "token_orders"} <= {rule["rule"] for rule in rules}
    before = sorted(p.name for p in (ready / "runs").iterdir())
    flagged = json_of("rules", "preview", rules[0]["rule"], "-w", ready)
    assert isinstance(flagged, list)
    assert sorted(p.name for p in (ready / "runs").iterdir()) == before, "a preview keeps nothing"
    (tmp_path / "mine.toml").write_text(
        'title = "Small"\n[when]\ncondition = "at_or_below"\namount = 300.0\nperiods = 2\n', "utf-8"
    )
    own = json_of("rules", "preview", tmp_path / "mine.toml", "-w", ready)
    assert "K5" in {row["customer_id"] for row in own}
    assert liuke("rules", "preview", "no_such", "-w", ready).code == 1
    scores = json_of("rules", "backtest", "-w", ready)
    assert {score["rule"] for score in scores} == {rule["rule"] for rule in rules}
    for words in (("rules", "list"), ("rules", "backtest"), ("rules", "preview", rules[0]["rule"])):
        for language in ("en", "zh"):
            said = liuke(*words, "-w", ready, language=language)
            assert said.code == 0, said.err
            assert said.out.strip()


def test_indicators_report_and_doctor(ready: Path, tmp_path: Path) -> None:
    rates = json_of("indicators", "-w", ready)
    assert {row["scope"] for row in rates} >= {"all"}
    assert liuke("indicators", "-w", ready, language="zh").code == 0
    done = liuke("report", "-w", ready, "--out", tmp_path)
    assert done.code == 0, done.err
    assert {path.suffix for path in tmp_path.iterdir()} == {".xlsx", ".html"}
    assert liuke("report", "-w", ready, "--out", tmp_path / "nowhere").code == 1
    for language in ("en", "zh"):
        checked = liuke("doctor", "-w", ready, language=language)
        assert checked.code == 0, checked.out
    empty = tmp_path / "empty"
    liuke("init", empty)
    unwell = liuke("doctor", "-w", empty)
    assert unwell.code == 1
    assert "liuke load" in unwell.out


def test_merge_and_split_again_give_the_same_list(own: Path) -> None:
    before = json_of("list", "-w", own, "--top", "0")
    proposed = json_of("merge", "-w", own)
    assert [(p["customer_id"], p["into"], p["evidence"]) for p in proposed] == []
    done = liuke("merge", "-w", own, "--confirm", "K4=K1")
    assert done.code == 0, done.err
    assert "share no name and no tax number" in done.err
    assert [(p["customer_id"], p["into"]) for p in json_of("merge", "-w", own) if p["merged_on"]] == [("K4", "K1")]
    assert liuke("run", "-w", own).code == 0
    merged = json_of("show", "K1", "-w", own)
    assert merged["documents"] == 46
    shown = liuke("show", "K4", "-w", own)
    assert "K4 is merged into K1" in shown.err
    assert "K1 常州恒远机械有限公司" in shown.out
    assert "K4 is merged into K1" in liuke("value", "show", "K4", "-w", own).err
    assert liuke("show", "K9", "-w", own).code == 1
    assert liuke("merge", "-w", own, "--confirm", "K4=K2").code == 1
    assert liuke("merge", "-w", own, "--confirm", "K9=K2").code == 1
    assert liuke("merge", "-w", own, "--confirm", "K4").code == 2
    assert liuke("merge", "-w", own, "--split", "K4").code == 0
    assert liuke("merge", "-w", own, "--split", "K4").code == 1
    assert liuke("run", "-w", own).code == 0
    assert json_of("list", "-w", own, "--top", "0") == before


def test_two_codes_with_one_name_are_proposed_with_the_evidence(tmp_path: Path) -> None:
    rows = [
        HEAD,
        *(
            f"A{n},K{n % 2},{('恒远机械有限公司', '恒远机械（常州）')[n % 2]},2025-0{n + 1}-10,{n + 1}00,P,1"
            for n in range(6)
        ),
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n", "utf-8")
    liuke("init", tmp_path / "w")
    assert liuke("load", tmp_path / "a.csv", "-w", tmp_path / "w").code == 0
    assert json_of("merge", "-w", tmp_path / "w") == [
        {"customer_id": "K1", "into": "K0", "evidence": "name", "value": "恒远机械", "merged_on": None}
    ]
    assert "恒远机械" in liuke("merge", "-w", tmp_path / "w", language="zh").out
    turned = liuke("merge", "-w", tmp_path / "w", "--confirm", "K0=K1")
    assert "share no name" not in turned.err
    held = json_of("merge", "-w", tmp_path / "w")
    assert [(p["customer_id"], p["into"], p["evidence"]) for p in held] == [("K0", "K1", None)]
    assert held[0]["merged_on"] in liuke("merge", "-w", tmp_path / "w").out
    liuke("merge", "-w", tmp_path / "w", "--split", "K0")
    assert json_of("merge", "-w", tmp_path / "w") == []


def test_show_of_a_merged_customer_lists_the_documents_of_all_its_codes(own: Path) -> None:
    liuke("merge", "-w", own, "--confirm", "K4=K1")
    liuke("run", "-w", own)
    one = json_of("show", "K1", "-w", own)
    assert len(one["documents_list"]) == one["documents"] == 46


def test_a_past_day_nobody_ran_is_not_made_by_reading_it(own: Path) -> None:
    before = sorted((own / "runs").iterdir())
    unmade = liuke("list", "-w", own, "--as-of", "2025-05-31")
    assert (unmade.code, unmade.out) == (1, "")
    assert "liuke run --as-of 2025-05-31" in unmade.err
    assert sorted((own / "runs").iterdir()) == before
    assert liuke("run", "-w", own, "--as-of", "2025-05-31").code == 0
    rows = json_of("list", "-w", own, "--as-of", "2025-05-31")
    assert isinstance(rows, list)
    assert liuke("run", "-w", own, "--as-of", "2025-05-20").code == 0
    said = liuke("list", "-w", own, "--as-of", "2025-05-20", "--format", "json")
    assert "2025-04-30" in said.err
    json.loads(said.out)


def test_without_a_workspace_every_command_says_how_to_make_one(tmp_path: Path) -> None:
    for words in (["run"], ["list"], ["loads"], ["show", "K1"], ["rules", "list"], ["merge"], ["indicators"]):
        said = liuke(*words, "-w", tmp_path)
        assert said.code == 1, words
        assert "liuke init" in said.err
        assert said.out == ""


def test_before_the_first_run_the_list_says_what_to_do(tmp_path: Path) -> None:
    liuke("init", tmp_path / "w")
    said = liuke("list", "-w", tmp_path / "w")
    assert said.code == 1
    assert "liuke run" in said.err


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "empty"), (HEAD + "\n", "no rows"), ("a,b\n1,2\n", "column")],
    ids=["nothing", "header", "other"],
)
def test_a_file_without_rows_or_columns_is_refused_clearly(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    liuke("init", tmp_path / "w")
    said = liuke("load", tmp_path / "a.csv", "-w", tmp_path / "w")
    assert said.code == 1
    assert "a.csv" in said.err
    assert says in said.err.lower()
    assert json_of("loads", "-w", tmp_path / "w") == []


def test_the_program_itself_prints_json_alone_and_survives_a_closed_pipe(ready: Path) -> None:
    said = process("list", "-w", ready, "--format", "json", language="zh")
    assert said.code == 0
    assert isinstance(json.loads(said.out), list)
    assert said.err == ""
    unwell = process("run", "-w", ready.parent, language="zh")
    assert unwell.code == 1
    assert "没有工作区" in unwell.err
    assert "Traceback" not in unwell.err


def test_backtest_says_why_a_model_was_not_tested_in_command_workbook_and_page(tmp_path: Path) -> None:
    young = tmp_path / "young"
    half_a_year = [line for line in export().splitlines() if line[:2] != "FP" or int(line[2:4]) < 6]
    (tmp_path / "a.csv").write_text("\n".join(half_a_year) + "\n", "utf-8")
    for words in (("init", young), ("load", tmp_path / "a.csv", "-w", young), ("run", "-w", young)):
        assert liuke(*words).code == 0
    why = f"There is no model: {Said.unpack(Runs(young / 'runs').current().info['untested'])}."
    assert why in liuke("backtest", "-w", young).out.replace("\n", " ")
    for words in ((), ("--curve",), ("--drift",), ("--warning",)):
        said = liuke("backtest", "-w", young, "--format", "json", *words)
        assert json.loads(said.out) == []
        assert why in said.err
    assert liuke("backtest", "-w", young, "--curve", "--drift").code == 2
    assert liuke("backtest", "-w", young, "--drift", "--warning").code == 2
    assert liuke("report", "-w", young, "--out", tmp_path).code == 0
    assert why in next(tmp_path.glob("*.html")).read_text("utf-8")
    sheet = fastexcel.read_excel(next(tmp_path.glob("*.xlsx"))).load_sheet("Model", header_row=None).to_polars()
    assert any(why in str(cell) for row in sheet.rows() for cell in row)


def test_backtest_prints_warning_calibration_and_drift_and_gives_each_alone(ready: Path) -> None:
    whole = liuke("backtest", "-w", ready)
    assert "Named by" in whole.out
    assert json_of("backtest", "-w", ready, "--warning")[0]["way"] == "list"
    assert "Tenth by risk" in whole.out
    assert "Column that moved most" in whole.out
    curve = json_of("backtest", "-w", ready, "--curve")
    assert [row["tenth"] for row in curve] == list(range(1, len(curve) + 1))
    assert {"period", "column", "psi", "expected", "observed"} == set(json_of("backtest", "-w", ready, "--drift")[0])
    assert "Tenth by risk" not in liuke("backtest", "-w", ready, "--drift").out


def test_a_file_holds_everybody_and_a_table_the_first_twenty(ready: Path, tmp_path: Path) -> None:
    """What is cut off a table can be seen; what is cut off a file can't."""
    whole = json.loads(liuke("list", "--state", "active", "-w", ready, "--format", "json").out)
    one = json.loads(liuke("list", "--state", "active", "-w", ready, "--format", "json", "--top", "1").out)
    assert len(one) == 1 <= len(whole)
    assert liuke("list", "-w", ready, "--top", "-3").code == 2
