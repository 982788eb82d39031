"""The least a firm can be: five customers and three months, one customer with all the money, no rows at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

import liuke
from firms import docs, firm_of, load, monthly
from liuke.kernel.errors import Invalid, Refused
from liuke.kernel.said import Said
from liuke.reports.query import customers

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm, RunView


def write_reports(run: RunView, folder: Path) -> None:
    """Workbook and page in both languages."""
    from liuke.reports.excel import write_workbook
    from liuke.reports.page import write_page

    for language in ("zh", "en"):
        assert write_workbook(run.made, folder / f"{language}.xlsx", language).stat().st_size > 1000
        assert write_page(run.made, folder / f"{language}.html", language).stat().st_size > 1000


def test_five_customers_and_three_months_run_and_say_what_is_not_known(tmp_path: Path) -> None:
    firm = firm_of(
        [d for n in range(5) for d in monthly(f"c{n}", [100 * (n + 1)] * 3)] + docs("E c0 2024-04-02 1"), tmp_path
    )
    run = firm.run()
    assert (run.info["as_of"], run.info["customers"], run.info["listed"]) == ("2024-03-31", 5, 0)
    assert run.info["base_rate"] is None
    assert Said.unpack(run.info["base_rate_reason"]).text()
    scores = run.table("rule_score")
    assert scores["precision"].null_count() == len(scores)
    assert scores["reason"].null_count() == 0
    for reason in scores["reason"]:
        assert "{" not in Said.unpack(reason).text()
    assert run.at_risk().is_empty()
    write_reports(run, tmp_path)


def test_one_customer_with_all_the_money(tmp_path: Path) -> None:
    firm = firm_of(
        [*monthly("only", [50_000] * 30), *docs("E only 2026-07-02 1")], tmp_path, loaded_on=date(2026, 7, 3)
    )
    run = firm.run()
    now = run.table("customer_now").row(0, named=True)
    assert (now["state"], now["core"], now["raw_core"]) == ("active", True, True)
    assert now["amount_12"] == Decimal("600000.00")
    write_reports(run, tmp_path)


def test_one_day_of_documents_has_no_complete_month(tmp_path: Path) -> None:
    firm = firm_of(docs("D1 c1 2024-05-06 10"), tmp_path)
    with pytest.raises(Refused, match="not one month is complete"):
        firm.run()
    with pytest.raises(Refused, match="Nothing has been run"):
        firm.current()


def test_returns_alone_can_be_loaded_but_not_run(tmp_path: Path) -> None:
    firm = firm_of(docs("D1 c1 2024-05-06 -10 | D2 c1 2024-07-06 -10"), tmp_path)
    with pytest.raises(Refused, match="Only returns"):
        firm.run()


def test_orders_alone_are_the_basis(tmp_path: Path) -> None:
    firm = firm_of(docs("D1 c1 2024-05-06 10 order | D2 c1 2024-07-06 10 order"), tmp_path)
    assert firm.run().info["basis"] == "order"
    (firm.workspace.root / "liuke.toml").write_text('basis = "invoice"\n')
    with pytest.raises(Refused, match="Loaded are: order"):
        liuke.open(firm.workspace.root).run()


def test_a_day_before_the_first_month_end_is_refused(tmp_path: Path) -> None:
    firm = firm_of(monthly("c1", [1, 1, 1, 1]), tmp_path)
    with pytest.raises(Refused, match="begin on 2024-01-10"):
        firm.run(as_of="2024-01-30")


def test_no_rows_are_refused_and_leave_nothing(firm: Firm, tmp_path: Path) -> None:
    for name, text in (("empty.csv", ""), ("header.csv", "单据号,客户编码,开票日期,不含税金额\n")):
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(Invalid, match=name):
            firm.load(tmp_path / name)
    (tmp_path / "bad.csv").write_text(
        "单据号,客户编码,开票日期,不含税金额\nA,K,2999-01-02,5.0\nB,K,2999-01-03,6.5\n", "utf-8"
    )
    assert [path.name for path in firm.workspace.root.iterdir() if path.is_dir()] == []
    with pytest.raises(Refused, match=r"bad\.csv.*a day still to come") as refused:
        firm.load(tmp_path / "bad.csv")
    assert [path.name for path in firm.workspace.root.iterdir() if path.is_dir()] == ["quarantine"]
    assert len(pl.read_csv(refused.value.said.fields["path"])) == 2
    with pytest.raises(Refused):
        firm.load(tmp_path / "bad.csv", dry_run=True, source="other")
    assert [path.name for path in firm.workspace.quarantine.iterdir()] == ["bad.not-loaded.csv"]
    with pytest.raises(Refused):
        firm.load(tmp_path / "nowhere.csv")


def test_the_python_face_opens_loads_runs_and_hands_out_frames(tmp_path: Path) -> None:
    firm = liuke.open(str(tmp_path / "firm"))
    done = load(firm, monthly("c1", [100] * 14) + monthly("c2", [100] * 10 + [0] * 4) + docs("E c1 2025-03-03 1"))
    assert done.load is not None
    run = firm.run(as_of="2025-02-28")
    listed = run.list(customers(state="dormant"))
    assert isinstance(listed, pl.DataFrame)
    assert set(run.tables) >= {"customer_now", "reason", "rule_score", "state_count", "waterfall", "indicator"}
    assert run.table("state_count").columns == ["period", "state", "customers"]
    assert firm.current().info["run_id"] == run.info["run_id"]
    assert liuke.open(tmp_path / "firm").workspace == firm.workspace
    firm.unload(done.load.load_id)
    with pytest.raises(Refused, match="No documents"):
        firm.run()


def test_the_salesperson_is_the_one_of_the_newest_document_as_it_stands(tmp_path: Path) -> None:
    firm = firm_of(
        docs("D1 c1 2024-01-10 10 by=Wang | D2 c1 2024-03-10 10 by=Li | D3 c1 2024-04-10 10 by=Wu"), tmp_path
    )
    assert firm.run(as_of="2024-03-31").table("customer_now")["salesperson"].to_list() == ["Li"]
    load(firm, docs("D2 c1 2024-03-10 10 by=Zhao"), loaded_on=date(2024, 3, 20))
    assert firm.run(as_of="2024-03-31").table("customer_now")["salesperson"].to_list() == ["Zhao"]
    assert firm.run(as_of="2024-02-29").table("customer_now")["salesperson"].to_list() == ["Wang"]


def test_an_assignment_loaded_today_holds_for_the_days_it_names(tmp_path: Path) -> None:
    """The table bears its own dates; a past list knows of it when it is told to use what is known today."""
    firm = firm_of(
        docs("D1 c1 2024-01-10 10 by=Wang | D2 c1 2024-03-10 10 by=Wang | D3 c1 2024-06-10 10 by=Wu"), tmp_path
    )
    (tmp_path / "a.csv").write_text(
        "customer_id,from_on,salesperson_id,to_on\nc1,2024-01-01,Chen,2024-03-15\nc1,2024-03-16,Sun,\n"
    )
    firm.load(tmp_path / "a.csv", table="assignment")
    for day, person in (("2024-02-29", "Chen"), ("2024-03-31", "Sun")):
        now = firm.run(as_of=day, known_by=date.today()).table("customer_now")
        assert now["salesperson"].to_list() == [person]
        assert firm.run(as_of=day).table("customer_now")["salesperson"].to_list() == ["Wang"]  # known then


def test_a_merge_moves_everything_and_a_split_brings_it_back(tmp_path: Path) -> None:
    from liuke.run import merges
    from liuke.run.customers import codes
    from liuke.store.fact_store import FactStore

    firm = firm_of(monthly("c1", [10] * 15) + monthly("c2", [7] * 15) + monthly("c3", [0] * 3 + [5] * 12), tmp_path)
    before = firm.run()
    known = set(codes(FactStore(firm.workspace.facts))["customer_id"])
    merges.confirm(firm.workspace, known, "c2", "c1")
    merged = firm.run()
    rows = {row["customer_id"]: row for row in merged.table("customer_now").to_dicts()}
    assert set(rows) == {"c1", "c3"}
    assert rows["c1"]["amount_12"] == Decimal("204.00")
    assert merged.info["amount_total"] == before.info["amount_total"]
    for wrong in (("c1", "c3"), ("c3", "c2"), ("c2", "c3"), ("c3", "c3"), ("c3", "c9")):
        with pytest.raises(Refused):
            merges.confirm(firm.workspace, known, *wrong)
    merges.split(firm.workspace, "c2")
    after = firm.run()
    assert after.table("customer_now").equals(before.table("customer_now"))
    assert after.table("waterfall").equals(before.table("waterfall"))
    assert len(merges.merge_history(firm.workspace)) == 1


@pytest.mark.parametrize(
    ("header", "row", "table"),
    [
        ("客户编码,客户名称,地区,客户等级,行业", "K1,恒远,华东,A,机械", "customer"),
        ("存货编码,存货名称,产品大类", "P1,机油,油品", "product"),
        ("customer_id,from_on,salesperson_id,to_on", "c1,2024-01-01,Chen,2024-03-15", "assignment"),
        ("单据号,客户编码,开票日期,不含税金额", "A,K,2024-01-02,1.50", "document_line"),
    ],
)
def test_the_table_a_file_is_for_is_known_by_its_headers(
    firm: Firm, tmp_path: Path, header: str, row: str, table: str
) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n{row}\n{row.replace('1', '2')}\n", "utf-8")
    assert firm.load(tmp_path / "a.csv").table == table


@pytest.mark.parametrize(
    "header", ["单据号,客户编码,开票日期", "单据号,客户编码,不含税金额", "单据号,开票日期,不含税金额"]
)
def test_an_invoice_file_without_a_day_an_amount_or_a_customer_is_refused(
    firm: Firm, tmp_path: Path, header: str
) -> None:
    cells = {"单据号": "A1", "客户编码": "K1", "开票日期": "2024-01-02", "不含税金额": "1.50"}
    (tmp_path / "a.csv").write_text(f"{header}\n{','.join(cells[name] for name in header.split(','))}\n", "utf-8")
    with pytest.raises(Invalid, match=r"a\.csv"):
        firm.load(tmp_path / "a.csv")
    assert not list((firm.workspace.facts / "loads").glob("*"))
