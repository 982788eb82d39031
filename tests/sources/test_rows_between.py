"""Rows of tax, lines that come back by their number, group totals beside other columns, and tables below tables."""

from decimal import Decimal

import pytest
from small_loads import load, text_file

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language

LINES = [(f"A{k // 2}", f"2026-03-{k // 2 + 1:02d}", f"Firm {k // 2 % 3}", 10.5 + k) for k in range(12)]
WHOLE = Decimal("192.00")


def text(head, rows):
    return "\n".join([head, *rows]) + "\n"


@pytest.mark.parametrize("word", ["VAT 20%", "Sales Tax", "MwSt. 19 %", "TVA (20%)", "增值税 13%"])
def test_rows_of_tax_are_no_sales(tmp_path, word):
    rows = []
    for k, (number, day, who, amount) in enumerate(LINES):
        rows.append(f"{number},{day},{who},Oil {k % 4},1,{amount}")
        if k % 2:
            rows.append(f"{number},{day},{who},{word},,{(amount + LINES[k - 1][3]) * 0.2:.2f}")
    found = load(text_file(tmp_path, text("Invoice No,Date,Customer,Description,Qty,Amount", rows)))
    assert sum(found.amounts()) == WHOLE
    assert found.reading.reconciliation.by_class["tax"].rows == 6


def test_a_product_with_tax_in_its_name_is_a_sale(tmp_path):
    rows = [
        f"{number},{day},{who},{('Tax advice', 'Oil')[k % 2]},1,{a}" for k, (number, day, who, a) in enumerate(LINES)
    ]
    found = load(text_file(tmp_path, text("Invoice No,Date,Customer,Description,Qty,Amount", rows)))
    assert sum(found.amounts()) == WHOLE


@pytest.mark.parametrize("names", ["Payment Method,Paid", "Warehouse,Batch"])
def test_a_line_whose_number_comes_back_counts_once(tmp_path, names):
    rows = [
        f"{number},{day},{who},{k % 2 + 1},Oil {k % 4},2,{amount},{way},{share}"
        for k, (number, day, who, amount) in enumerate(LINES)
        for way, share in (("one", 3.5), ("two", 4.5))
    ]
    with in_language("en"):
        found = load(text_file(tmp_path, text(f"Order No,Date,Customer,Line,Product,Qty,Net,{names}", rows)))
        assert sum(found.amounts()) == WHOLE
        assert "each counts once" in found.notes


def test_the_total_of_a_group_beside_a_column_of_customers_is_no_line(tmp_path):
    rows = []
    for who in ("Firm 0", "Firm 1", "Firm 2"):
        own = [line for line in LINES if line[2] == who]
        rows.append(f"{who},,,,,")
        rows += [f",Invoice,{day},{number},{name},{amount}" for number, day, name, amount in own]
        rows.append(f"Total {who},,,,,{sum(line[3] for line in own)}")
    found = load(text_file(tmp_path, text(",Type,Date,Num,Customer,Amount", rows)))
    assert sum(found.amounts()) == WHOLE
    assert found.reading.reconciliation.by_class["subtotal"].rows == 3


@pytest.mark.parametrize("head", ["Receipt No,Date,Customer,Amount", "Voucher,Paid on,Payer,Sum"])
def test_another_table_below_is_refused_with_its_row_and_columns(tmp_path, head):
    rows = [",".join(map(str, line)) for line in LINES]
    more = [f"P{k},2026-04-{k + 1:02d},Firm {k % 3},{5 + k}" for k in range(6)]
    path = text_file(tmp_path, text("Invoice No,Date,Customer,Amount", [*rows, "", "Payments,,,", head, *more]))
    with in_language("en"), pytest.raises(Invalid) as refused:
        load(path)
    assert "row 16: another table seems to begin there" in refused.value.text()
    assert head.split(",", maxsplit=1)[0] in refused.value.text()


def test_rows_that_end_early_keep_their_delimiter(tmp_path):
    ends = ("", ",0", ",0,ok", ",0,ok,x")
    rows = [",".join(map(str, line)) + ends[k % 4] for k, line in enumerate(LINES)]
    found = load(text_file(tmp_path, text("Invoice No,Date,Customer,Amount,Extra,Note,Ref", rows)))
    assert sum(found.amounts()) == WHOLE


def test_no_break_spaces_within_numbers_tell_a_western_text(tmp_path):
    rows = [f"{number};{day};Lefèvre {who};1\u00a0{200 + k},50" for k, (number, day, who, _) in enumerate(LINES)]
    content = text("N° facture;Date;Client;Montant HT", rows)
    found = load(text_file(tmp_path, content, encoding="cp1252"))
    assert sum(found.amounts()) == Decimal("14472.00")
    assert found.column("customer_id")[0] == "Lefèvre Firm 0"


def test_a_list_in_columns_with_thousands_commas_is_cut_at_its_blanks(tmp_path):
    rows = [
        f"{number:<10}{day:<12}{who:<14}{1000 + amount:>14,.2f}"
        if k % 3
        else f"{number:<10}{day:<12}{who:<14}{amount:>14.2f}"
        for k, (number, day, who, amount) in enumerate(LINES)
    ]
    content = text(f"{'Invoice':<10}{'Date':<12}{'Customer':<14}{'Amount':>14}", rows)
    assert sum(load(text_file(tmp_path, content, "list.txt")).amounts()) == WHOLE + 8000
