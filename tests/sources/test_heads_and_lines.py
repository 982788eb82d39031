"""A document's total beside its lines: on every line, on the first, as a row of its own, in another sheet or file."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from sheets import Sale, sales, total, written
from small_loads import load, text_file, workbook

from liuke.kernel.errors import NeedsAnswer

if TYPE_CHECKING:
    from pathlib import Path

KINDS = pytest.mark.parametrize("kind", ["xlsx", "csv"])


def whole_of(rows: list[Sale], sale: Sale) -> Decimal:
    return total([row for row in rows if row.document == sale.document])


def is_first(rows: list[Sale], k: int) -> bool:
    return k == 0 or rows[k - 1].document != rows[k].document


@KINDS
@pytest.mark.parametrize(
    "names",
    [
        ("Invoice No", "Date", "Customer", "Item", "Total HT ligne", "Total HT"),
        ("单据号", "日期", "客户", "商品", "行金额", "金额"),
        ("Réf. facture", "Date", "Client", "Produit", "Montant ligne", "Amount"),
        ("Order", "Date", "Customer", "Item", "Net", "Total"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_lines_amount_is_taken_where_the_documents_stands_beside_it(
    tmp_path: Path, kind: str, names: tuple[str, ...], seed: int
) -> None:
    everything = sales(seed, documents=15)
    order = random.Random(seed).sample(range(6), 6)
    rows: list[list[object]] = [[names[k] for k in order]]
    for sale in everything:
        cells = [sale.document, sale.day, sale.customer, sale.product, sale.amount, whole_of(everything, sale)]
        rows.append([cells[k] for k in order])
    loaded = load(written(tmp_path, rows, kind))
    assert sum(loaded.amounts()) == total(everything)
    assert loaded.good.height == len(everything)
    assert names[4] in loaded.notes
    assert names[5] in loaded.notes


@KINDS
def test_a_documents_total_alone_is_counted_once(tmp_path: Path, kind: str) -> None:
    everything = sales(4, documents=20)
    rows: list[list[object]] = [["Invoice No", "Date", "Customer", "Item", "Amount"]]
    rows += [[s.document, s.day, s.customer, s.product, whole_of(everything, s)] for s in everything]
    loaded = load(written(tmp_path, rows, kind))
    assert sum(loaded.amounts()) == total(everything)
    assert loaded.reading.reconciliation.by_class["once"].rows == len(everything) - 20
    assert "counted once" in loaded.notes


@KINDS
@pytest.mark.parametrize("ties", [True, False])
def test_a_total_on_the_first_line_is_never_added_to_worked_out_lines(tmp_path: Path, kind: str, *, ties: bool) -> None:
    everything = sales(6, documents=20)
    off = Decimal(0) if ties else Decimal("0.50")
    rows: list[list[object]] = [
        ["Name", "Created at", "Email", "Subtotal", "Lineitem quantity", "Lineitem price", "Item"]
    ]
    for k, sale in enumerate(everything):
        head = whole_of(everything, sale) - off if is_first(everything, k) else None
        rows.append([sale.document, sale.day, sale.customer, head, sale.pieces, sale.price, sale.product])
    options = {"customer_id": "Email", "date": "Created at", "amount": "Subtotal"}
    loaded = load(written(tmp_path, rows, kind), **options)
    assert sum(loaded.amounts()) == total(everything) - 20 * off
    assert "Subtotal" in loaded.notes


@KINDS
@pytest.mark.parametrize("marker", ["*", "Header", None])
@pytest.mark.parametrize("last", [False, True])
def test_a_total_as_a_row_of_its_own_is_taken_out(tmp_path: Path, kind: str, marker: str | None, *, last: bool) -> None:
    everything = sales(8, documents=15)
    other = "Line" if marker == "Header" else None
    rows: list[list[object]] = [["Mark", "Date", "Doc No", "Customer", "Item", "Qty", "Amount"]]
    for k, sale in enumerate(everything):
        head: list[object] = [marker, sale.day, sale.document, sale.customer, None, None, whole_of(everything, sale)]
        if not last and is_first(everything, k):
            rows.append(head)
        rows.append([other, sale.day, sale.document, sale.customer, sale.product, sale.pieces, sale.amount])
        if last and (k + 1 == len(everything) or is_first(everything, k + 1)):
            rows.append(head)
    loaded = load(written(tmp_path, rows, kind), customer_id="Customer")
    assert sum(loaded.amounts()) == total(everything)
    assert loaded.reading.reconciliation.by_class["head"].rows == 15
    assert "the lines count" in loaded.notes


def test_a_head_without_lines_still_counts(tmp_path: Path) -> None:
    lines = "A{0},2026-03-0{0},甲,,,30\nA{0},2026-03-0{0},甲,p,1,10\nA{0},2026-03-0{0},甲,q,2,20\n"
    content = (
        "单据号,日期,客户,商品,数量,金额\n" + "".join(lines.format(k) for k in range(1, 6)) + "A9,2026-03-09,乙,,,7\n"
    )
    loaded = load(text_file(tmp_path, content))
    assert sum(loaded.amounts()) == 5 * 30 + 7


@KINDS
def test_heads_that_differ_from_their_lines_are_asked(tmp_path: Path, kind: str) -> None:
    """As a main line that holds tax and freight, which its lines do not."""
    everything = sales(8, documents=15)
    rows: list[list[object]] = [["Date", "Doc No", "Customer", "Item", "Qty", "Amount"]]
    for k, sale in enumerate(everything):
        if is_first(everything, k):
            rows.append([sale.day, sale.document, sale.customer, None, None, whole_of(everything, sale) * 119 / 100])
        rows.append([sale.day, sale.document, sale.customer, sale.product, sale.pieces, sale.amount])
    file = written(tmp_path, rows, kind)
    with pytest.raises(NeedsAnswer, match="totals of the documents"):
        load(file)


def test_lines_repeated_for_each_tax_count_once(tmp_path: Path) -> None:
    everything = sales(10, documents=10)
    rows: list[list[object]] = [["Invoice", "Date", "Customer", "Item", "Qty", "Amount", "Tax Name", "Tax Amount"]]
    for sale in everything:
        for name, share in (("CGST", 9), ("SGST", 7)):
            tax = sale.amount * share / 100
            rows.append([sale.document, sale.day, sale.customer, sale.product, sale.pieces, sale.amount, name, tax])
    loaded = load(written(tmp_path, rows, "csv"))
    assert sum(loaded.amounts()) == total(everything)
    assert loaded.reading.reconciliation.by_class["again"].rows == len(everything)


@pytest.mark.parametrize("first", ["heads", "lines"])
def test_two_sheets_with_the_same_documents_count_once(tmp_path: Path, first: str) -> None:
    everything = sales(12, documents=10)
    heads: list[list[object]] = [["发票号码", "客户名称", "开票日期", "金额"]]
    lines: list[list[object]] = [["发票号码", "客户名称", "开票日期", "商品名称", "数量", "金额"]]
    for k, s in enumerate(everything):
        if is_first(everything, k):
            heads.append([s.document, s.customer, s.day, float(whole_of(everything, s))])
        lines.append([s.document, s.customer, s.day, s.product, s.pieces, float(s.amount)])
    sheets = {"基础信息": heads, "明细": lines}
    loaded = load(workbook(tmp_path, sheets if first == "heads" else dict(reversed(sheets.items()))))
    assert sum(loaded.amounts()) == total(everything)
    assert loaded.good.height == len(everything)
    assert "--sheet" in loaded.notes


def test_two_sheets_that_disagree_are_refused_by_name(tmp_path: Path) -> None:
    head: list[object] = ["发票号码", "客户名称", "开票日期", "金额"]
    one = [head, *([f"F{k}", "甲", f"2026-03-0{k}", 10.5 * k] for k in range(1, 8))]
    two = [head, *([f"F{k}", "甲", f"2026-03-0{k}", 11.5 * k] for k in range(1, 8))]
    with pytest.raises(NeedsAnswer, match="--sheet"):
        load(workbook(tmp_path, {"甲表": one, "乙表": two}))


def test_two_files_of_a_folder_that_overlap_count_once(tmp_path: Path) -> None:
    everything = sales(14, documents=20)
    for name, first, last in (("one", "R0000", "R0013"), ("two", "R0009", "R0019")):
        part = [s for s in everything if first <= s.document <= last]
        lines = (f"{s.document},{s.day},{s.customer},{s.product},{s.amount}" for s in part)
        text_file(tmp_path, "Invoice No,Date,Customer,Item,Amount\n" + "\n".join(lines) + "\n", f"{name}.csv")
    loaded = load(tmp_path)
    assert sum(loaded.amounts()) == total(everything)
    assert loaded.reading.reconciliation.by_class["twice"].rows == sum(
        "R0009" <= s.document <= "R0013" for s in everything
    )


def test_documents_whose_lines_lie_in_several_files_are_put_together(tmp_path: Path) -> None:
    everything = sales(15, documents=30)
    for warehouse in range(2):
        lines = (f"{s.document},{s.day},{s.customer},{s.product},{s.amount}" for s in everything[warehouse::2])
        text_file(tmp_path, "Invoice No,Date,Customer,Item,Amount\n" + "\n".join(lines) + "\n", f"{warehouse}.csv")
    assert sum(load(tmp_path).amounts()) == total(everything)


def test_the_same_numbers_of_other_months_are_other_documents(tmp_path: Path) -> None:
    head = "单据号,日期,客户,金额\n"
    for month in (1, 2, 3):
        rows = "".join(f"{n:04},2026-0{month}-0{n},甲{n % 3},{n * 10 + month}.5\n" for n in range(1, 8))
        text_file(tmp_path, head + rows, f"m{month}.csv")
    assert load(tmp_path).good.height == 21


@pytest.mark.parametrize("line_price", [True, False])
def test_a_price_of_the_line_is_told_from_a_price_of_one(tmp_path: Path, *, line_price: bool) -> None:
    draw = random.Random(5)
    prices = {f"p{k}": Decimal(draw.randint(200, 9000)) / 100 for k in range(6)}
    rows: list[list[object]] = [["order-id", "purchase-date", "buyer", "sku", "quantity", "item-price"]]
    truth = Decimal(0)
    for k in range(60):
        sku, pieces = f"p{k % 6}", draw.randint(1, 4)
        truth += pieces * prices[sku]
        rows.append(
            [f"o{k}", f"2026-03-{k % 28 + 1:02}", f"c{k % 9}", sku, pieces, prices[sku] * (pieces if line_price else 1)]
        )
    loaded = load(written(tmp_path, rows, "csv"), customer_id="buyer")
    assert sum(loaded.amounts()) == truth


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("layout", ["csv", "parquet"])
def test_plain_tables_load_whole(tmp_path: Path, seed: int, layout: str) -> None:
    """Lines with few, equal, zero and negative amounts, one or several a document, and optional columns."""
    draw = random.Random(seed)
    few = draw.choice([(10,), (10, 20), (0, 5, 5, 10), tuple(range(1, 400))])
    columns: dict[str, list[object]] = {"单据号": [], "日期": [], "客户": [], "商品": [], "数量": [], "金额": []}
    for number in range(draw.randint(5, 60)):
        day, customer = f"2026-0{draw.randint(1, 9)}-{draw.randint(1, 28):02}", f"K{draw.randrange(6)}"
        for _ in range(draw.choice([1, 1, 2, 3])):
            amount = Decimal(draw.choice(few)) * draw.choice([1, 1, 1, 1, -1])
            cells = (f"D{number}", day, customer, f"p{draw.randrange(5)}", draw.randint(1, 3), str(amount))
            for name, cell in zip(columns, cells, strict=True):
                columns[name].append(cell)
    dropped = draw.choice([(), ("商品",), ("数量",), ("商品", "数量"), ("单据号",)])
    frame = pl.DataFrame({name: values for name, values in columns.items() if name not in dropped})
    file = tmp_path / f"plain.{layout}"
    if layout == "csv":
        frame.write_csv(file)
    else:
        frame.with_columns(pl.col("金额").cast(pl.Decimal(18, 2)), pl.col("日期").str.to_date()).write_parquet(file)
    loaded = load(file)
    assert sum(loaded.amounts()) == sum(Decimal(str(v)) for v in columns["金额"])
    assert loaded.good.height == frame.height
    assert loaded.reading.reconciliation.by_class == {}
