"""Printed lists and pivots: titles, groups, subtotals, labels not repeated, months across."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from export_kinds import Export, family
from export_truth import ledger, truth
from export_words import WORDS, named, saved, table, usual
from export_writing import Rows, Style, csv_file, day, money, text_file, xlsx_file

if TYPE_CHECKING:
    from export_truth import Line

GROUP = {
    "zh": ("客户：{}", "客户:{}", "客户名称：{}", "购货单位：{}"),
    "en": ("Customer: {}", "Customer : {}", "Client: {}"),
    "de": ("Kunde: {}",),
}
TITLE = {
    "zh": ("销售明细表", "销售出库明细"),
    "en": ("Sales by Customer Detail", "Invoice Register"),
    "de": ("Umsatzliste",),
    "fr": ("Journal des ventes",),
}
PRINTED = {
    "zh": ("制表人：张三　审核：李四　打印时间：2026-01-05", "第 1 页 共 1 页"),
    "en": ("Printed on Monday, Jan 05, 2026, 09:12, by Ann, page 1", "Accrual Basis Monday, January 5, 2026"),
    "de": ("Gedruckt am 05.01.2026 von Anke",),
    "fr": ("Imprimé le 05/01/2026",),
}


def _sum(lines: list[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def _blank(width: int, at: dict[int, object]) -> list[object]:
    return [at.get(i) for i in range(width)]


@family()
def titled(rng: random.Random) -> Export:
    """Title, period and maker above, a labelled total and a printing note below."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "amount"])
    above: Rows = [
        [rng.choice(TITLE[lang])],
        *([[]] if rng.random() < 0.5 else []),
        [
            {
                "zh": f"期间：{led.lines[0].day}至{led.lines[-1].day}",
                "en": f"From {led.lines[0].day} to {led.lines[-1].day}",
                "de": f"Zeitraum {led.lines[0].day.year}",
            }[lang]
        ],
    ]
    width = len(rows[0])
    above = [[*row, *[None] * (width - len(row))] for row in above]
    total = _blank(width, {0: named(rng, lang, "sum"), 5: _sum(led.lines)})
    below = [total, *([_blank(width, {0: rng.choice(PRINTED[lang])})] if rng.random() < 0.6 else [])]
    return Export([saved(rng, [*above, *rows, *below], usual(rng, lang))], [truth(led.lines)], "title, total, note")


@family()
def unlabelled_total(rng: random.Random) -> Export:
    """The last row holds the sum and no word."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "amount"])
    rows.append(_blank(6, {4: sum(line.quantity for line in led.lines), 5: _sum(led.lines)}))
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "the last row is the sum")


def _grouped(rng: random.Random, *, own_line: bool, labelled: bool) -> Export:
    """Lines by customer; the customer on a line of its own or in each row, a subtotal behind each group."""
    lang = rng.choice(("zh", "en", "de") if own_line else ("zh", "en"))
    led = ledger(rng, lang, returns=0.05)
    roles = (
        ["day", "number", "product", "quantity", "price", "amount"]
        if own_line
        else ["name", "day", "number", "product", "amount"]
    )
    rows = table(rng, led, roles, [])
    form, width = rng.choice(GROUP[lang]), len(roles)
    for lines in led.by_customer():
        if own_line:
            rows.append(_blank(width, {0: form.format(lines[0].customer.name)}))
        rows += table(rng, led, roles, lines)[1:]
        word = rng.choice(WORDS[lang]["subtotal"]) if labelled else None
        rows.append(_blank(width, {0: word, width - 1: _sum(lines)}))
    if rng.random() < 0.7:
        rows.append(_blank(width, {0: named(rng, lang, "sum") if labelled else None, width - 1: _sum(led.lines)}))
    if rng.random() < 0.5:
        rows.insert(0, _blank(width, {0: rng.choice(TITLE[lang])}))
    return Export(
        [saved(rng, rows, usual(rng, lang), among="csv,xlsx,xlsx,text")], [truth(led.lines)], "groups by customer"
    )


@family(unaided=False, seeds=3)
def customer_on_own_line(rng: random.Random) -> Export:
    return _grouped(rng, own_line=True, labelled=True)


@family()
def subtotals(rng: random.Random) -> Export:
    return _grouped(rng, own_line=False, labelled=True)


@family()
def unlabelled_subtotals(rng: random.Random) -> Export:
    return _grouped(rng, own_line=False, labelled=False)


@family(unaided=False)
def sums_named_total_of(rng: random.Random) -> Export:
    """QuickBooks: the customer's name on a line, its lines indented, then "Total for ..."."""
    led = ledger(rng, "en", returns=0.05)
    rows: Rows = [
        ["Sales by Customer Detail"],
        ["Acme Wholesale"],
        ["January - December"],
        [],
        [None, "Date", "Transaction Type", "Num", "Product/Service", "Qty", "Sales Price", "Amount", "Balance"],
    ]
    for lines in led.by_customer():
        rows.append([lines[0].customer.name])
        so_far = Decimal(0)
        for line in lines:
            so_far += line.amount
            kind = "Credit Memo" if line.kind == "return" else "Invoice"
            rows.append(
                [None, line.day, kind, line.number, line.product, line.quantity, line.price, line.amount, so_far]
            )
        rows.append(
            [f"Total for {lines[0].customer.name}", *[None] * 4, sum(line.quantity for line in lines), None, so_far]
        )
    rows.append(["TOTAL", *[None] * 6, _sum(led.lines)])
    file = xlsx_file(rows) if rng.random() < 0.6 else csv_file(rows, Style("en", money(","), day("%m/%d/%Y")))
    return Export([file], [truth(led.lines)], "the customer stands above, the sums below")


@family(unaided=False)
def label_not_repeated(rng: random.Random) -> Export:
    """A pivot: the customer on the first row of its group, day and number on each."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["name", "day", "number", "amount"], [])
    for lines in led.by_customer():
        part = table(rng, led, ["name", "day", "number", "amount"], lines)[1:]
        rows += [part[0], *[[None, *row[1:]] for row in part[1:]]]
    return Export(
        [saved(rng, rows, usual(rng, lang), among="csv,xlsx")], [truth(led.lines)], "blank repeats the one above"
    )


@family(unaided=False)
def merged_labels(rng: random.Random) -> Export:
    """The same with merged cells in a workbook."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["name", "day", "number", "amount"], [])
    merges = []
    for lines in led.by_customer():
        part = table(rng, led, ["name", "day", "number", "amount"], lines)[1:]
        if len(part) > 1:
            merges.append((len(rows), 0, len(rows) + len(part) - 1, 0))
        rows += [part[0], *[[None, *row[1:]] for row in part[1:]]]
    return Export([xlsx_file(rows, merges=merges)], [truth(led.lines)], "merged cells hold for all their rows")


@family()
def repeated_headings(rng: random.Random) -> Export:
    """The heading and a page line come again every 15 rows."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "currency", "product", "amount"])
    kept: Rows = []
    for i, row in enumerate(rows):
        if i and i % 15 == 0:
            page = f"第{i // 15}页" if lang == "zh" else f"Page {i // 15} of 5"
            kept += [[page, *[None] * 5], rows[0]]
        kept.append(row)
    return Export([saved(rng, kept, usual(rng, lang), among="csv,xlsx")], [truth(led.lines)], "headings come again")


@family(unaided=False)
def two_heading_rows(rng: random.Random) -> Export:
    """Groups of headings above the headings, merged."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "code", "name", "product", "quantity", "amount"])
    top = (
        ["单据", None, "客户信息", None, "商品信息", None, None]
        if lang == "zh"
        else ["Document", None, "Customer", None, "Goods", None, None]
    )
    merges = [(0, 0, 0, 1), (0, 2, 0, 3), (0, 4, 0, 6)]
    return Export(
        [xlsx_file([top, *rows], merges=merges if rng.random() < 0.6 else ())],
        [truth(led.lines)],
        "the second row is the heading",
    )


@family()
def units_below_headings(rng: random.Random) -> Export:
    """A row of units under the heading."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "amount"])
    units = [None, None, None, None, "件", "元"] if lang == "zh" else [None, None, None, None, "pcs", "USD"]
    return Export(
        [saved(rng, [rows[0], units, *rows[1:]], usual(rng, lang), among="csv,xlsx")],
        [truth(led.lines)],
        "the row of units is no sale",
    )


@family(unaided=False)
def months_across(rng: random.Random) -> Export:
    """Customers down, months across: refused with the way, or melted on request."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    form = rng.choice(("{y}-{m:02d}", "{m}月", "{y}年{m}月") if lang == "zh" else ("{y}-{m:02d}", "{b} {y}", "{b}"))
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    head = [form.format(y=led.lines[0].day.year, m=m, b=names[m - 1]) for m in range(1, 13)]
    rows: Rows = [[named(rng, lang, "name"), *head, named(rng, lang, "sum")]]
    for lines in led.by_customer():
        sums = [_sum([line for line in lines if line.day.month == m]) for m in range(1, 13)]
        rows.append([lines[0].customer.name, *[s or None for s in sums], _sum(lines)])
    return Export([saved(rng, rows, Style(lang), among="csv,xlsx")], [], "months across have no day")


@family(unaided=False)
def products_across(rng: random.Random) -> Export:
    """A day and a customer a row, a column of money each product, their sum at the end."""
    led = ledger(rng, rng.choice(("zh", "en")), returns=0.0)
    goods = sorted({line.product for line in led.lines})
    rows: Rows = [
        [
            named(rng, led.lang, "number"),
            named(rng, led.lang, "day"),
            named(rng, led.lang, "name"),
            *goods,
            named(rng, led.lang, "sum"),
        ]
    ]
    for doc in led.documents():
        sums = [_sum([line for line in doc if line.product == each]) or None for each in goods]
        rows.append([doc[0].number, doc[0].day, doc[0].customer.name, *sums, _sum(doc)])
    told = truth(led.lines, "document", rows_told=False)
    return Export([saved(rng, rows, Style(led.lang), among="csv,xlsx")], [told], "the last column sums up the row")


@family()
def sap_list(rng: random.Random) -> Export:
    """A list of SAP saved unconverted: pipes, rulers, a page head, the minus behind."""
    led = ledger(rng, "de", returns=0.1, lines=(1, 1), numbering="00900{n5}", high=900)
    heads = (
        ["Billing Doc.", "BillT", "Bill. Date", "Sold-To Pt", "Name 1", "Net Value", "Curr."]
        if rng.random() < 0.5
        else ["Faktura", "FkArt", "Fakturadatum", "Auftraggeber", "Name 1", "Nettowert", "Währg"]
    )
    widths = [12, 6, 12, 12, 24, 14, 6]
    write = money(".", ",", minus="trail")
    ruler = "-" * (sum(widths) + 8)

    def line_of(cells: list[str]) -> str:
        return (
            "|"
            + "|".join(c.rjust(w) if i == 5 else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True)))
            + "|"
        )

    page = ["02.01.2026" + " " * 30 + "Dynamic List Display" + " " * 20, "", ruler, line_of(heads), ruler]
    lines = list(page)
    for i, line in enumerate(led.lines):
        if i and i % 20 == 0 and rng.random() < 0.7:
            lines += [ruler, *page]
        kind = "RE" if line.kind == "return" else "F2"
        lines.append(
            line_of(
                [
                    line.number,
                    kind,
                    f"{line.day:%d.%m.%Y}",
                    line.customer.code.zfill(10),
                    line.customer.name,
                    write(line.amount),
                    "EUR",
                ]
            )
        )
    lines.append(ruler)
    if rng.random() < 0.5:
        lines += [line_of(["*", "", "", "", "", write(_sum(led.lines)), "EUR"]), ruler]
    return Export(
        [text_file(lines, "vf05.txt", encoding=rng.choice(("utf-8", "cp1252")))], [truth(led.lines)], "pipes and rulers"
    )


@family(unaided=False)
def fixed_width(rng: random.Random) -> Export:
    """A mainframe list in columns of blanks, with page heads."""
    led = ledger(rng, "en", lines=(1, 1), returns=0.1)
    widths = [16, 12, 26, 14]
    write = money(",", minus="trail")

    def line_of(cells: list[str]) -> str:
        return "".join(
            c.rjust(w) if i == 3 else c.ljust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    head = line_of(["INVOICE NO", "DATE", "CUSTOMER NAME", "NET AMOUNT"])
    lines = ["ACME CORP                SALES REGISTER              PAGE   1", "", head, "-" * sum(widths)]
    for i, line in enumerate(led.lines):
        if i and i % 22 == 0:
            lines += [
                "\f" + f"ACME CORP                SALES REGISTER              PAGE   {i // 22 + 1}",
                "",
                head,
                "-" * sum(widths),
            ]
        lines.append(line_of([line.number, f"{line.day:%Y-%m-%d}", line.customer.name, write(line.amount)]))
    lines += ["-" * sum(widths), line_of(["TOTAL", "", "", write(_sum(led.lines))])]
    return Export([text_file(lines, "register.txt")], [truth(led.lines)], "columns of blanks")
