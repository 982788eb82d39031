"""Tables that are not one row a line: labels not repeated, headings under other lines, months across."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sheets import by_customer, sales, total, written
from small_loads import load, planned, text_file, workbook

from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.sources.files import open_source
from liuke.sources.heading import heading

if TYPE_CHECKING:
    from pathlib import Path

KINDS = pytest.mark.parametrize("kind", ["xlsx", "csv"])


@KINDS
@pytest.mark.parametrize("with_document", [True, False])
@pytest.mark.parametrize("subtotals", [True, False])
def test_customers_on_the_first_row_of_their_group_are_put_on_the_others(
    tmp_path: Path, kind: str, *, with_document: bool, subtotals: bool
) -> None:
    groups = by_customer(sales(17, documents=30, lines=1))
    rows: list[list[object]] = [["Customer", "Date", *(["Invoice No"] if with_document else []), "Amount"]]
    for name, own in groups.items():
        for k, sale in enumerate(own):
            rows.append([None if k else name, sale.day, *([sale.document] if with_document else []), sale.amount])
        if subtotals:
            rows.append([f"{name} Total", *[None] * (len(rows[0]) - 2), total(own)])
    loaded = load(written(tmp_path, rows, kind))
    assert loaded.good.height == 30
    sums: dict[object, Decimal] = {}
    for name, amount in zip(loaded.column("customer_id"), loaded.amounts(), strict=True):
        sums[name] = sums.get(name, Decimal(0)) + amount
    assert sums == {name: total(own) for name, own in groups.items()}
    assert "as their order proves" in loaded.notes


UNPROVED = """Customer,Date,Amount
Zeta,2026-03-05,1.50
,2026-03-01,2.25
Alpha,2026-03-04,3.50
,2026-03-02,4.25
Mid,2026-03-09,5.75
,2026-03-03,6.50
"""


def test_blank_customers_no_order_proves_are_asked(tmp_path: Path) -> None:
    file = text_file(tmp_path, UNPROVED)
    with pytest.raises(NeedsAnswer, match="customer above"):
        load(file)
    plan = planned(file)
    filled = plan.answered({"labels": "above"}).settled()
    assert [b.good["customer_id"].to_list() for b in filled.reading().clean()] == [
        ["Zeta", "Zeta", "Alpha", "Alpha", "Mid", "Mid"]
    ]
    left = plan.answered({"labels": "own"}).settled()
    assert [b.good.height for b in left.reading().clean()] == [3]


def test_rows_without_a_customer_among_customers_that_come_back_stay_without(tmp_path: Path) -> None:
    rows = "".join(f"{'' if k % 4 == 1 else f'K{k % 3}'},2026-03-{k + 1:02},{k}.5\n" for k in range(20))
    loaded = load(text_file(tmp_path, "客户,日期,金额\n" + rows))
    assert loaded.good.height == 15
    assert set(loaded.bad["reason_code"]) == {"no_customer"}


def test_a_status_on_the_first_line_holds_for_the_whole_document(tmp_path: Path) -> None:
    lines = "".join(
        f"A{k},K{k},2026-03-0{k},{'作废' if k == 2 else '正常'},p,1\nA{k},K{k},2026-03-0{k},,q,2\n" for k in range(1, 6)
    )
    loaded = load(text_file(tmp_path, "单据号,客户,日期,状态,商品,金额\n" + lines))
    assert sum(loaded.amounts()) == 4 * 3


METADATA = '"EXTF";700;21;"Batch";12;20250831140440439;;"RK";;;29098;55003;20250101;4\n'
BATCH = "Betrag;Währung;Konto;Datum;Rechnungsnummer;Kunde\n" + "".join(
    f"{k}1,50;EUR;1000{k};1{k}.03.2025;RE{k};Kunde {k}\n" for k in range(1, 8)
)


def test_a_line_about_the_file_above_the_heading_is_no_heading(tmp_path: Path) -> None:
    loaded = load(text_file(tmp_path, METADATA + BATCH), customer_id="Kunde")
    assert loaded.good.height == 7
    assert sum(loaded.amounts()) == Decimal("290.50")
    assert "row 2 names the columns" in loaded.notes


@KINDS
def test_the_row_of_the_heading_may_be_said(tmp_path: Path, kind: str) -> None:
    rows: list[list[object]] = [
        ["甲", "乙", "丙"],
        ["客户", "日期", "金额"],
        ["K1", "2026-03-01", 5],
        ["K2", "2026-03-02", 6],
    ]
    file = written(tmp_path, rows, kind)
    table = open_source(str(file), heading_row=2).tables[0]
    assert (table.columns, table.first_row) == (["客户", "日期", "金额"], 3)
    with pytest.raises(Invalid, match="row 9"):
        open_source(str(file), heading_row=9)


def test_of_two_rows_of_words_the_one_that_names_columns_is_the_heading() -> None:
    rows = [
        ["ACME", "Sales", "North", "all"],
        ["Customer", "Date", "Invoice No", "Amount"],
        ["K1", "2026-03-01", "A1", "5"],
    ]
    assert heading(rows, "f").names == rows[1]


@pytest.mark.parametrize(
    "across",
    [
        ["2025-01", "2025-02", "2025-03", "2025-04"],
        ["1月", "2月", "3月", "4月"],
        ["Jan", "Feb", "Mar", "Apr"],
        ["Januar 2025", "Februar 2025", "März 2025", "April 2025"],
        ["janv. 2025", "févr. 2025", "mars 2025", "avr. 2025"],
        ["Q1 2025", "Q2 2025", "Q3 2025", "Q4 2025"],
        ["2022", "2023", "2024", "2025"],
        ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"],
    ],
)
def test_months_across_are_refused_in_words(tmp_path: Path, across: list[str]) -> None:
    rows = [["Customer", *across, "Total"], *([f"K{k}", *[k + 0.25] * 4, 4 * (k + 0.25)] for k in range(9))]
    with pytest.raises(Invalid, match="stand across"):
        load(workbook(tmp_path, {"Sheet": rows}))


@pytest.mark.parametrize(
    "across",
    [
        ["2025-01", "2025-02", "2025-03"],
        ["2025年1月", "2025年2月", "2025年3月"],
        ["Jan 2025", "Feb 2025", "Mar 2025"],
        ["janv. 2025", "févr. 2025", "mars 2025"],
        ["01/2025", "02/2025", "03/2025"],
    ],
)
def test_months_across_are_put_below_one_another_when_asked(tmp_path: Path, across: list[str]) -> None:
    rows = [["Customer", *across, "Total"], ["K1", 1.25, None, 3.5, 4.75], ["K2", 2.25, 4.5, None, 6.75]]
    loaded = load(workbook(tmp_path, {"Sheet": rows}), others=(("months", "end"),))
    found = zip(loaded.column("customer_id"), map(str, loaded.column("date")), loaded.amounts(), strict=True)
    assert sorted(found) == [
        ("K1", "2025-01-31", Decimal("1.25")),
        ("K1", "2025-03-31", Decimal("3.50")),
        ("K2", "2025-01-31", Decimal("2.25")),
        ("K2", "2025-02-28", Decimal("4.50")),
    ]
