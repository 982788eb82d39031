"""The workbook opens, says the same as the run, and takes no text for a formula."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import polars as pl
import pytest
from changed import Changed

from liuke.kernel.errors import Refused
from liuke.reports import excel
from liuke.reports.excel import write_workbook
from liuke.reports.sheet import lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.store.runs import Run

SHEETS = ["总览", "还在买，但要走", "超出自己节奏没来", "风险金额最大", "预警名单",
          "走势", "单据", "核心客户", "客户价值", "服务差距", "留客的经济账", "原因汇总", "原因证据",
          "事件分析", "业务员与市场", "减少额中与其他客户同步的部分", "规则成绩",
          "模型", "提前预警", "产品大类", "指标", "账本", "说明"]  # fmt: skip
ENGLISH = [
    "Overview", "Going, still buying", "Silent beyond own rhythm", "Most money at risk", "Watch list",
    "Trends", "Documents", "Core customers", "Customer value", "Service gap",
    "Keeping customers", "Causes in sum", "Evidence of causes", "Events studied", "Salespeople and market",
    "Falls shared with others",
    "Rule scores", "Model", "Warning", "Families", "Indicators", "Ledger", "Notes",
]  # fmt: skip


@pytest.fixture(scope="module")
def run(simulated_run: Run) -> Run:
    return simulated_run


def read(path: Path, sheet: str) -> list[tuple[object, ...]]:
    import fastexcel

    return fastexcel.read_excel(str(path)).load_sheet(sheet, header_row=None, dtypes="string").to_polars().rows()


def names(path: Path) -> list[str]:
    import fastexcel

    return fastexcel.read_excel(str(path)).sheet_names


def inside(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")}


def test_the_same_sheets_in_each_language(run: Run, tmp_path: Path):
    assert names(write_workbook(run, tmp_path / "zh.xlsx", "zh")) == SHEETS
    assert names(write_workbook(run, tmp_path / "en.xlsx", "en")) == ENGLISH


def test_the_list_holds_everybody_on_it_in_order(run: Run, tmp_path: Path):
    rows = read(write_workbook(run, tmp_path / "a.xlsx", "en"), "Watch list")
    listed = run.table("customer_now").filter("listed").sort("rank")
    body = [row for row in rows if row[0] is not None and str(row[0]).replace(".0", "").isdigit()]
    assert [row[1] for row in body] == listed["customer_id"].to_list()


def test_each_view_has_a_sheet_in_its_order_that_says_what_it_is_for(run: Run, tmp_path: Path):
    path = write_workbook(run, tmp_path / "a.xlsx", "en")
    titles = {"going": "Going, still buying", "silent": "Silent beyond own rhythm", "money": "Most money at risk"}
    told = ("visit them while they still buy", "find out what happened", "worth the most time")
    for view, title in titles.items():
        rows = read(path, title)
        on = run.table("customer_now").filter(pl.col(f"{view}_rank").is_not_null()).sort(f"{view}_rank")
        body = [row for row in rows if row[0] is not None and str(row[0]).replace(".0", "").isdigit()]
        assert [row[1] for row in body] == on["customer_id"].to_list()
        assert any(said in str(row[0]) for row in rows for said in told)


def test_a_sparkline_on_a_view_draws_the_sales_of_its_customer(run: Run, tmp_path: Path):
    path = write_workbook(run, tmp_path / "a.xlsx", "en")
    xml = inside(path)[f"xl/worksheets/sheet{names(path).index('Most money at risk') + 1}.xml"]
    found = re.findall(r"<xm:f>'Trends'![A-Z]+(\d+):[A-Z]+\d+</xm:f><xm:sqref>[A-Z]+(\d+)</xm:sqref>", xml)
    at = {int(here): int(there) for there, here in found}
    assert len(at) == run.info["listed_by_view"]["money"]
    money, trends = read(path, "Most money at risk"), read(path, "Trends")
    assert all(money[here - 1][1] == trends[there - 1][1] for here, there in at.items())


def test_names_that_look_like_formulas_stay_text(run: Run, tmp_path: Path):
    evil = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", '=HYPERLINK("x")', "\x01ctrl", "https://x.example"]
    now = run.table("customer_now").with_columns(
        name=pl.Series([evil[i % len(evil)] for i in range(len(run.table("customer_now")))])
    )
    changed = Changed(run, customer_now=now)
    path = write_workbook(changed, tmp_path / "a.xlsx", "en")
    formulas = [f for name, xml in inside(path).items() if "sheets/" in name for f in re.findall(r"<f>(.*?)</f>", xml)]
    assert formulas
    assert all(formula.startswith(("SUM(", "ROUND(")) for formula in formulas)
    listed = {row[2] for row in read(path, "Watch list")}
    assert {"=1+1", "-2", "@SUM(A1)", "ctrl"} <= listed
    assert not any("hyperlink" in xml.lower() for name, xml in inside(path).items() if "worksheets/sheet" in name)


def test_every_difference_in_the_ledger_is_worked_out_and_is_zero(run: Run, young_run: Run, tmp_path: Path):
    for made in (run, young_run):
        path = write_workbook(made, tmp_path / "a.xlsx", "en")
        xml = inside(path)[f"xl/worksheets/sheet{names(path).index('Ledger') + 1}.xml"]
        values = re.findall(r"<f>[^<]*</f><v>([^<]*)</v>", xml)
        assert len(values) == 4
        assert [float(value) for value in values] == [0, 0, 0, 0]


def test_headers_are_frozen_filtered_and_rows_have_sparklines(run: Run, tmp_path: Path):
    path = write_workbook(run, tmp_path / "a.xlsx", "zh")
    listed = inside(path)[f"xl/worksheets/sheet{names(path).index('预警名单') + 1}.xml"]
    assert 'state="frozen"' in listed
    assert "<autoFilter" in listed
    assert listed.count("<x14:sparkline>") == run.table("customer_now")["listed"].sum()


def test_a_large_run_is_written_through_with_the_same_cells(run: Run, tmp_path: Path, monkeypatch):
    small = write_workbook(run, tmp_path / "small.xlsx", "zh")
    monkeypatch.setattr(excel, "MANY_ROWS", 10)
    large = write_workbook(run, tmp_path / "large.xlsx", "zh")
    for sheet in SHEETS:
        assert read(small, sheet) == read(large, sheet)


def test_a_folder_that_is_not_there_is_refused_and_nothing_is_left(run: Run, tmp_path: Path):
    with pytest.raises(Refused, match=r"a\.xlsx"):
        write_workbook(run, tmp_path / "missing" / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_young_firm_with_nobody_listed_still_has_a_workbook(young_run: Run, tmp_path: Path):
    now = young_run.table("customer_now").with_columns(listed=pl.lit(False))
    none = young_run.table("family_now").clear()
    path = write_workbook(Changed(young_run, customer_now=now, family_now=none), tmp_path / "a.xlsx", "en")
    assert names(path) == [name for name in ENGLISH if name != "Families"]


def test_a_year_before_the_first_document_is_blank_and_not_zero(young_run: Run, tmp_path: Path):
    rows = read(write_workbook(young_run, tmp_path / "a.xlsx", "en"), "Watch list")
    heads = next(row for row in rows if row[0] == "Rank")
    before = next(at for at, head in enumerate(heads) if str(head).startswith("12 before"))
    assert len(rows) > rows.index(heads) + 1
    assert {row[before] for row in rows[rows.index(heads) + 1 :]} == {None}


def test_each_table_of_the_run_is_read_once(run: Run, tmp_path: Path):
    counted = Changed(run)
    write_workbook(counted, tmp_path / "a.xlsx", "en")
    assert counted.reads["customer_now"] == 1
    assert {name: reads for name, reads in counted.reads.items() if reads != 1} == {}


def test_no_internal_number_is_in_a_workbook(run: Run, tmp_path: Path):
    path = write_workbook(run, tmp_path / "a.xlsx", "en")
    assert not any("customer_code" in xml or "document_code" in xml for xml in inside(path).values())


def test_a_row_is_as_tall_as_its_wrapped_text() -> None:
    def tall(text: object) -> int:
        return lines_of([("long, but not wrapped", "name", 4), (text, "wrap", 12)])

    assert tall("ten wide..") == 1
    assert tall("eleven wide") == 2
    assert tall("五个字正好") == 1
    assert tall("六个字要两行") == 2
    assert tall(None) == 1


def test_causes_are_added_up_and_told_with_their_rows(run: Run, tmp_path: Path):
    path = write_workbook(run, tmp_path / "a.xlsx", "en")
    total = run.table("cause_total").filter(pl.col("by") == "all", pl.col("judged") == "lost")
    titles = dict(run.table("cause_card").select("cause", "title_en").iter_rows())
    rows = [row for row in read(path, "Causes in sum") if row[0] in titles.values()][: len(total)]
    assert [row[0] for row in rows] == [titles[cause] for cause in total["cause"]]
    assert [float(str(row[2])) for row in rows] == pytest.approx(total["customers"].to_list())
    causes = run.table("customer_cause").join(run.table("customer_now").select("customer_code", "customer_id"),
                                              on="customer_code")  # fmt: skip
    risk = causes.filter(pl.col("judged") == "at_risk")
    told = read(path, "Evidence of causes")
    body = [row for row in told if row[2] == "At risk"]
    assert {row[0] for row in body} == set(risk["customer_id"])
    unknown = dict(risk.filter(pl.col("cause") == "unknown").select("customer_id", "probability").iter_rows())
    assert all(float(str(row[7])) == pytest.approx(unknown[row[0]], abs=1e-6) for row in body)
    assert any(row[9] and row[10] and row[11] for row in body)


def test_a_workbook_of_a_run_before_causes_says_so(run: Run, tmp_path: Path):
    for language, said in (("en", "before causes were argued"), ("zh", "还没有流失原因的判断")):
        path = write_workbook(Changed(run, {"causes": None}), tmp_path / f"{language}.xlsx", language)
        for sheet in ("Causes in sum", "Evidence of causes") if language == "en" else ("原因汇总", "原因证据"):
            assert any(said in str(row[0]) for row in read(path, sheet))


def test_a_title_or_a_row_of_evidence_that_looks_like_a_formula_stays_text(run: Run, tmp_path: Path):
    evil = "=HYPERLINK(1)"
    card = run.table("cause_card").with_columns(title_en=pl.lit(evil))
    evidence = run.table("cause_evidence").with_columns(row_id=pl.lit(evil), table=pl.lit("="))
    path = write_workbook(Changed(run, cause_card=card, cause_evidence=evidence), tmp_path / "a.xlsx", "en")
    assert any(row[5] == evil for row in read(path, "Evidence of causes"))
    assert not any("<f>HYPERLINK" in xml for xml in inside(path).values())
