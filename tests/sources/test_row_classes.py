"""Rows that are no lines: group lines, totals with and without a word, headings and page lines between the rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sheets import Sale, by_customer, sales, total, written
from small_loads import load, text_file

from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.sources import layout, text

if TYPE_CHECKING:
    from pathlib import Path

    from small_loads import Loaded

HEAD = ["Date", "Invoice No", "Item", "Qty", "Price", "Amount"]
KINDS = pytest.mark.parametrize("kind", ["xlsx", "csv"])


def line(sale: Sale) -> list[object]:
    return [sale.day, sale.document, sale.product, sale.pieces, sale.price, sale.amount]


def classes(loaded: Loaded) -> dict[str, tuple[int, Decimal]]:
    return {name: (one.rows, one.amount) for name, one in loaded.reading.reconciliation.by_class.items()}


def customers(loaded: Loaded) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for name, amount in zip(loaded.column("customer_id"), loaded.amounts(), strict=True):
        sums[str(name)] = sums.get(str(name), Decimal(0)) + amount
    return sums


@KINDS
@pytest.mark.parametrize(
    ("caption", "subtotal", "grand"),
    [
        ("客户：{}", "小计", "合计"),
        ("客户名称: {}", "{}小计", "总计"),
        ("Customer: {}", "Total for {}", "Grand Total"),
        ("Kunde: {}", "Summe {}", "Gesamtsumme"),
        ("Client : {}", "Sous-total", "Total général"),
        ("Cliente: {}", None, "Suma total"),
        ("客户编码：K1  客户名称：{}", "小计：", None),
        ("Customer: {}", None, None),
    ],
)
def test_a_customer_on_a_line_of_its_own_is_put_on_its_rows(
    tmp_path: Path, kind: str, caption: str, subtotal: str | None, grand: str | None
) -> None:
    groups = by_customer(sales(7))
    rows: list[list[object]] = [list(HEAD)]
    for name, own in groups.items():
        rows.append([caption.format(name).replace("K1", f"K{len(rows)}")])
        rows += [line(sale) for sale in own]
        if subtotal:
            rows.append([subtotal.format(name), None, None, sum(s.pieces for s in own), None, total(own)])
    everything = [sale for own in groups.values() for sale in own]
    if grand:
        rows.append([grand, None, None, None, None, total(everything)])
    loaded = load(written(tmp_path, rows, kind, ["Sales by customer"]))
    assert sum(loaded.amounts()) == total(everything)
    assert len(customers(loaded)) == len(groups)
    assert sorted(customers(loaded).values()) == sorted(total(own) for own in groups.values())
    found = classes(loaded)
    assert found["group"] == (len(groups), 0)
    assert sum(found.get(name, (0, 0))[0] for name in ("subtotal", "total")) == len(groups) * bool(subtotal) + bool(
        grand
    )
    assert "on a line of its own" in loaded.notes


@KINDS
@pytest.mark.parametrize("closing", ["Total for {}", "Total {}", "{} Total", None])
@pytest.mark.parametrize("first", ["", "Invoice Date"])
def test_bare_names_above_rows_are_customers(tmp_path: Path, kind: str, closing: str | None, first: str) -> None:
    """As bookkeeping programs print sales by customer: names in a column of their own, or in that of the day."""
    groups = by_customer(sales(11, documents=14))
    own_column = first == ""
    head = ["", "Date", "Num", "Item", "Qty", "Price", "Amount"] if own_column else [first, *HEAD[1:]]
    rows: list[list[object]] = [list(head)]
    for name, own in groups.items():
        rows.append([name])
        rows += [[None, *line(sale)] if own_column else line(sale) for sale in own]
        if closing:
            blanks = [None] * (5 if own_column else 4)
            rows.append([closing.format(name), *blanks, total(own)])
    loaded = load(written(tmp_path, rows, kind, ["Sales by Customer Detail"]))
    assert customers(loaded) == {name: total(own) for name, own in groups.items()}
    assert classes(loaded)["group"] == (len(groups), 0)


FLAT = ["Customer", "Date", "Invoice No", "Item", "Qty", "Price", "Amount"]


def flat(sale: Sale) -> list[object]:
    return [sale.customer, *line(sale)]


@KINDS
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("customer_shown", [False, True])
def test_totals_without_a_word_are_found_by_their_sum(
    tmp_path: Path, kind: str, seed: int, *, between: bool, at_end: bool, customer_shown: bool
) -> None:
    groups = by_customer(sales(seed))
    rows: list[list[object]] = [list(FLAT)]
    for name, own in groups.items():
        rows += [flat(sale) for sale in own]
        if between:
            rows.append([name if customer_shown else None, *[None] * 5, total(own)])
    everything = [sale for own in groups.values() for sale in own]
    if at_end:
        rows.append([*[None] * 6, total(everything)])
    loaded = load(written(tmp_path, rows, kind))
    assert customers(loaded) == {name: total(own) for name, own in groups.items()}
    taken = sum(classes(loaded).get(name, (0, 0))[0] for name in ("subtotal", "total"))
    assert taken == len(groups) * between + at_end
    assert loaded.bad.is_empty()


WORDS = [
    "合计",
    "小 计",
    "Total",
    "Grand total",
    "Summe",
    "Gesamtsumme",
    "Zwischensumme",
    "Total général",
    "Suma total",
]


@KINDS
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_totals_are_known_by_their_word_in_any_column(tmp_path: Path, kind: str, word: str, place: int) -> None:
    everything = sales(3)
    end: list[object] = [None] * 6
    end[place] = word
    loaded = load(written(tmp_path, [list(FLAT), *map(flat, everything), [*end, total(everything)]], kind))
    assert sum(loaded.amounts()) == total(everything)
    assert sum(one[0] for one in classes(loaded).values()) == 1


def test_a_sale_that_equals_the_sum_above_it_stays_a_sale(tmp_path: Path) -> None:
    content = (
        "客户,日期,单据号,金额\n甲,2026-03-01,A1,10\n甲,2026-03-02,A2,20\n甲,2026-03-03,A3,30\n乙,2026-03-04,A4,60\n"
    )
    loaded = load(text_file(tmp_path, content))
    assert loaded.amounts() == [10, 20, 30, 60]
    assert classes(loaded) == {}


def test_a_row_without_customer_day_and_document_that_is_no_sum_is_not_taken_for_a_line(tmp_path: Path) -> None:
    rows = [list(FLAT), *map(flat, sales(5)), [*[None] * 6, Decimal("123456.78")]]
    loaded = load(written(tmp_path, rows, "csv"))
    assert sum(loaded.amounts()) == total(sales(5))
    assert loaded.bad["reason_code"].to_list() == ["no_customer"]


@KINDS
@pytest.mark.parametrize(
    "page", ["Page {} of 3", "第 {} 页 共 3 页", "Seite {} von 3", "Page {} sur 3", "Página {} de 3", None]
)
def test_headings_again_and_page_lines_are_left_out(tmp_path: Path, kind: str, page: str | None) -> None:
    everything = sales(9, documents=20)
    rows: list[list[object]] = []
    for number, start in enumerate(range(0, len(everything), 10), 1):
        rows += [[page.format(number)]] if page else []
        rows += [list(FLAT), *map(flat, everything[start : start + 10])]
    loaded = load(written(tmp_path, rows, kind))
    assert loaded.amounts() == [sale.amount for sale in everything]
    assert loaded.bad.is_empty()
    pages = -(-len(everything) // 10)
    assert classes(loaded)["heading"] == (pages - 1, 0)
    assert classes(loaded).get("page", (0, 0)) == ((pages - 1) if page else 0, 0)


@KINDS
def test_balances_and_sums_of_a_ledger_are_no_sales(tmp_path: Path, kind: str) -> None:
    rows: list[list[object]] = [["日期", "凭证号", "客户", "摘要", "金额"]]
    everything = sales(13, documents=8, lines=1)
    for name, own in by_customer(everything).items():
        rows.append(["2025-01-01", None, name, "期初余额", Decimal("500.00")])
        for sale in own:
            rows.append([str(sale.day), sale.document, name, "销售收入", sale.amount])
            rows.append([str(sale.day), None, name, "本月合计", sale.amount])
            rows.append([str(sale.day), None, name, "本年累计", sale.amount])
    loaded = load(written(tmp_path, rows, kind))
    assert customers(loaded) == {name: total(own) for name, own in by_customer(everything).items()}
    assert classes(loaded)["balance"] == (4, 2000)
    assert classes(loaded)["subtotal"][0] == 2 * len(everything)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_classes_are_the_same_wherever_batches_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    groups = by_customer(sales(21))
    rows: list[list[object]] = [list(HEAD)]
    for name, own in groups.items():
        rows += [[f"客户：{name}"], *map(line, own), ["小计", None, None, None, None, total(own)], list(HEAD)]
    rows.append([*[None] * 5, total([sale for own in groups.values() for sale in own])])
    file = written(tmp_path, rows, "xlsx")
    monkeypatch.setattr(layout, "BATCH_ROWS", size)
    monkeypatch.setattr(layout.in_batches, "__defaults__", (size,))
    monkeypatch.setattr(text, "BATCH_ROWS", size)
    loaded = load(file)
    assert customers(loaded) == {name: total(own) for name, own in groups.items()}
    assert classes(loaded)["subtotal"][0] == len(groups)
    assert classes(loaded)["total"] == (1, total([s for own in groups.values() for s in own]))
    assert classes(loaded)["heading"] == (len(groups), 0)


def test_the_plan_says_what_rows_are_no_lines(tmp_path: Path) -> None:
    rows = [["客户", "日期", "金额"], ["甲", "2026-03-01", 10], ["乙", "2026-03-02", 5], ["合计", None, 15]]
    said = [each.text() for each in load(written(tmp_path, rows, "xlsx")).plan.row_classes]
    assert said == ["1 rows are totals, 15.00 in all: they are read as such, not as lines."]


@KINDS
@pytest.mark.parametrize("caption", ["客户：{}", "客户名称： {}", "Customer: {}", "Kunde: {}", "Client : {}"])
@pytest.mark.parametrize("blocks", [1, 3])
def test_statements_name_their_customer_above_their_table(tmp_path: Path, kind: str, caption: str, blocks: int) -> None:
    groups = dict(list(by_customer(sales(23)).items())[:blocks])
    rows: list[list[object]] = []
    for name, own in groups.items():
        rows += [["Statement of account"], [caption.format(name)], list(HEAD), *map(line, own)]
        rows.append(["Total", None, None, None, None, total(own)])
    loaded = load(written(tmp_path, rows, kind))
    assert customers(loaded) == {name: total(own) for name, own in groups.items()}


def test_a_title_about_all_customers_names_none(tmp_path: Path) -> None:
    content = "客户：全部,,\n日期,单据号,金额\n2026-03-01,A1,5.5\n2026-03-02,A2,6.5\n2026-03-02,A3,7.5\n"
    with pytest.raises((Invalid, NeedsAnswer), match="customer"):
        load(text_file(tmp_path, content))
