"""Smaller traps: units of money, discounts, second tables, cells of two kinds, numbers shared by two kinds."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from xml.sax.saxutils import escape

from export_kinds import Export, family
from export_truth import CENT, Line, Truth, ledger, truth
from export_words import WORDS, named, saved, shuffled, table, usual
from export_writing import File, Rows, Style, csv_file, day, money, xlsx_file


@family()
def subtotal_tax_total(rng: random.Random) -> Export:
    """Subtotal, tax and total on each row: the subtotal is the net."""
    led = ledger(rng, "en", lines=(1, 1))
    roles = [
        "number",
        "day",
        "name",
        ("amount", rng.choice(("Subtotal", "Sub Total", "Untaxed Amount"))),
        ("tax", "Tax"),
        ("gross", "Total"),
    ]
    return Export([saved(rng, table(rng, led, roles), usual(rng, "en"))], [truth(led.lines)], "Total holds the tax")


@family()
def total_is_the_line(rng: random.Random) -> Export:
    """Qty, price, total: the total of the line is all there is."""
    lang = rng.choice(("en", "fr", "es", "zh"))
    led = ledger(rng, lang)
    heading = {"en": "Total", "fr": "Total", "es": "Total", "zh": "合计"}[lang]
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "price", ("amount", heading)])
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "quantity times price is the total")


@family()
def discounted(rng: random.Random) -> Export:
    """Before discount, discount, after discount: the last counts."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0)
    before, off, after = rng.choice(
        (("金额", "折扣额", "折后金额"), ("原价金额", "优惠金额", "实收金额"))
        if lang == "zh"
        else (("Gross Amount", "Discount Amount", "Net Amount"), ("List Amount", "Discount", "Net Sales"))
    )
    rows = table(rng, led, ["number", "day", "name", "product"])
    kept = [[*rows[0], before, off, after]]
    for row, line in zip(rows[1:], led.lines, strict=True):
        less = (line.amount * rng.choice((0, 0, 5, 10)) / 100).quantize(CENT)
        kept.append([*row, line.amount + less, less, line.amount])
    return Export([saved(rng, kept, usual(rng, lang))], [truth(led.lines)], f"{after} is what was sold")


@family(unaided=False)
def discount_to_take_off(rng: random.Random) -> Export:
    """Amount and discount, and no net: the discount is off, or still to be taken off."""
    led = ledger(rng, "en", returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "quantity", "price"])
    kept = [[*rows[0], "Discount", "Amount"]]
    told = []
    for row, line in zip(rows[1:], led.lines, strict=True):
        less = (line.amount * rng.choice((0, 5, 10)) / 100).quantize(CENT)
        kept.append([*row, less, line.amount - less])
        told.append(replace(line, amount=line.amount - less))
    return Export(
        [saved(rng, kept, Style("en"))],
        [truth(told)],
        "quantity times price less discount is the amount: it is off already",
    )


@family(unaided=False)
def cents_and_thousands(rng: random.Random) -> Export:
    """Amounts in cents or in thousands, said in the heading alone."""
    lang, heading, unit = rng.choice(
        (
            ("zh", "金额（分）", "0.01"),
            ("zh", "金额（千元）", "1000"),
            ("en", "Amount (cents)", "0.01"),
            ("en", "amount_cents", "0.01"),
            ("en", "Net Sales ($000)", "1000"),
            ("de", "Umsatz in TEUR", "1000"),
        )
    )
    led = ledger(rng, lang, whole=unit == "1000", high=90000 if unit == "1000" else 3000)
    rows = table(rng, led, ["number", "day", "name", "product", ("amount", heading)])
    for row in rows[1:]:
        scaled = row[-1] / Decimal(unit)  # type: ignore[operator]
        row[-1] = f"{scaled.normalize():f}".replace(".", "," if lang == "de" else ".")
    style = Style(lang, money(), day("%d.%m.%Y" if lang == "de" else "%Y-%m-%d"))
    return Export(
        [csv_file(rows, style, delimiter=";" if lang == "de" else ",")],
        [truth(led.lines)],
        f"the unit stands in {heading}",
    )


@family(unaided=False)
def second_table_below(rng: random.Random) -> Export:
    """Below the list a summary by customer under a heading of its own."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    name, total = named(rng, lang, "name"), named(rng, lang, "sum")
    rows += [[None] * 5, [name, total, None, None, None]]
    for lines in led.by_customer():
        rows.append([lines[0].customer.name, sum((line.amount for line in lines), Decimal(0)), None, None, None])
    return Export([saved(rng, rows, Style(lang), among="csv,xlsx")], [truth(led.lines)], "the summary below is no sale")


@family()
def total_row_on_top(rng: random.Random) -> Export:
    """The sum stands in the first row under the heading."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    total = [rng.choice(WORDS[lang]["sum"]), None, None, None, sum((line.amount for line in led.lines), Decimal(0))]
    return Export(
        [saved(rng, [rows[0], total, *rows[1:]], usual(rng, lang))], [truth(led.lines)], "the first row is the sum"
    )


@family()
def cells_of_two_kinds(rng: random.Random) -> Export:
    """A workbook in which half of the amounts and days are text, the others true numbers and days."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    style = Style(lang, money(rng.choice(("", ","))), day("%Y-%m-%d"))
    for row in rows[1:]:
        row[1] = style.text(row[1]) if rng.random() < 0.4 else row[1]
        row[4] = style.text(row[4]) if rng.random() < 0.4 else row[4]
    return Export([xlsx_file(rows)], [truth(led.lines)], "text and numbers in one column")


@family(unaided=False)
def days_of_two_forms(rng: random.Random) -> Export:
    """2025-03-04 beside 04/03/2025: two programs wrote the list."""
    led = ledger(rng, "en")
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    forms = (day("%Y-%m-%d"), day("%d/%m/%Y"))
    for row in rows[1:]:
        row[1] = rng.choice(forms)(row[1])  # type: ignore[arg-type]
    return Export(
        [csv_file(rows, Style("en"))], [truth(led.lines)], "days past the twelfth stand first where slashes are"
    )


@family()
def num_accounting(rng: random.Random) -> Export:
    """Excel's accounting format as text: $ 1,234.50, (1,234.50) and a dash for nothing."""
    led = ledger(rng, "en", returns=0.15)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    write = money(",", before=" $ ", minus="none")

    def cell(value: Decimal) -> str:
        return f" $ ({money(',')(abs(value))})" if value < 0 else write(value) + " "

    at = rng.randrange(3, len(rows))
    zero = led.lines[at - 1]
    texts = [rows[0], *[[*row[:-1], cell(row[-1])] for row in rows[1:]]]  # type: ignore[arg-type]
    texts.insert(at, [*rows[at][:-1], " $ -   "])
    held = truth(led.lines)
    more = Truth((*held.rows, (zero.day, zero.customer.code, Decimal(0), zero.number)))
    return Export([csv_file(texts, Style("en"))], [held, more], "accounting format; the dash is nothing")


@family()
def name_varies_under_code(rng: random.Random) -> Export:
    """One code, its name written in two ways: the code identifies."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "code", "name", "product", "amount"])
    for row in rows[1:]:
        row[3] = str(row[3]).upper() + " " if rng.random() < 0.3 else row[3]
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "the code identifies")


@family()
def same_number_two_kinds(rng: random.Random) -> Export:
    """Invoices and credit notes are numbered apart, from the same first number on."""
    led = ledger(rng, "en", returns=0.3, lines=(1, 2))
    numbers: dict[str, int] = {}
    count: dict[str, int] = defaultdict(lambda: 1000)
    for doc in led.documents():
        count[doc[0].kind] += 1
        numbers[doc[0].number] = count[doc[0].kind]
    rows = table(rng, led, ["number", "day", "name", ("word", "Document Type"), "product", "amount"])
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[0] = numbers[line.number]
        row[3] = "Credit Note" if line.kind == "return" else "Invoice"
    return Export([saved(rng, rows, usual(rng, "en"))], [truth(led.lines)], "a number is one of its kind")


@family(unaided=False)
def numbers_of_each_branch(rng: random.Random) -> Export:
    """Each branch numbers its documents from 1."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0, lines=(1, 2))
    branches = ("城东店", "城西店") if lang == "zh" else ("North", "South")
    count: dict[str, int] = defaultdict(int)
    head: dict[str, tuple[int, str]] = {}
    for doc in led.documents():
        branch = rng.choice(branches)
        count[branch] += 1
        head[doc[0].number] = (count[branch], branch)
    rows = table(
        rng, led, ["number", "day", ("word", "门店" if lang == "zh" else "Branch"), "name", "product", "amount"]
    )
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[0], row[2] = head[line.number]
    return Export(
        [saved(rng, rows, Style(lang))], [truth(led.lines)], "number 7 of the one branch is not number 7 of the other"
    )


@family()
def lines_of_a_document_apart(rng: random.Random) -> Export:
    """Sorted by product: the lines of a document don't stand together."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    lines = sorted(led.lines, key=lambda line: (line.product, line.day))
    rows = table(rng, led, ["product", "number", "day", "name", "quantity", "amount"], lines)
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "sorted by product")


@family(unaided=False)
def purchases_inside(rng: random.Random) -> Export:
    """All stock movements: sales, purchases and transfers, all positive."""
    lang = rng.choice(("zh", "en"))
    words = ("销售出库", "采购入库", "调拨出库") if lang == "zh" else ("Sale", "Purchase", "Transfer")
    led = ledger(rng, lang, returns=0.0).worded(lambda i, line: words[0] if i % 4 else rng.choice(words[1:]))
    rows = table(
        rng,
        led,
        ["number", "day", ("word", "业务类型" if lang == "zh" else "Transaction Type"), "name", "product", "amount"],
    )
    kept = truth(line for line in led.lines if line.word == words[0])
    return Export([saved(rng, rows, usual(rng, lang))], [kept], f"{words[1]} is no sale")


@family()
def own_company(rng: random.Random) -> Export:
    """The seller's own name in every row, beside the customer's."""
    lang = rng.choice(("zh", "en"))
    own, heading = (
        ("某某压缩机有限公司", rng.choice(("销方名称", "公司", "开票单位")))
        if lang == "zh"
        else ("Acme Compressors Ltd", rng.choice(("Company", "Seller Name", "Legal Entity")))
    )
    led = ledger(rng, lang).worded(lambda i, line: own)
    rows = table(rng, led, shuffled(rng, ["number", "day", ("word", heading), "name", "product", "amount"]))
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], f"{heading} is the firm itself")


@family(unaided=False)
def numbers_in_powers_of_ten(rng: random.Random) -> Export:
    """Document numbers saved by Excel as 2.53E+19: all are one number now."""
    led = ledger(rng, "zh", returns=0.0, lines=(1, 1))
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    for row in rows[1:]:
        row[0] = "2.5312E+19"
    told = truth(replace(line, number=f"{line.day}{line.customer.code}") for line in led.lines)
    return Export(
        [csv_file(rows, Style("zh"))], [told], "the numbers are gone: a row is a document of its customer and day"
    )


@family()
def errors_in_optional_cells(rng: random.Random) -> Export:
    """#N/A and #REF! in columns nobody needs."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "price", "amount", "cost"])
    for row in rows[1:]:
        for at in (4, 5, 7):
            row[at] = rng.choice(("#N/A", "#REF!", "#DIV/0!")) if rng.random() < 0.15 else row[at]
    return Export([saved(rng, rows, Style(lang), among="csv,text")], [truth(led.lines)], "the amounts are whole")


@family()
def equal_rows_are_sales(rng: random.Random) -> Export:
    """Without a number, two equal rows are two sales."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0, lines=(1, 1))
    lines: list[Line] = []
    for line in led.lines:
        lines += [line] * rng.choice((1, 1, 1, 2, 3))
    rows = table(rng, led, ["day", "name", "product", "quantity", "amount"], lines)
    return Export([saved(rng, rows, usual(rng, lang))], [truth(lines, numbered=False)], "equal rows are counted each")


@family(unaided=False)
def opening_balance_row(rng: random.Random) -> Export:
    """Balances carried forward stand among the invoices."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0, lines=(1, 1))
    word = "期初余额" if lang == "zh" else "Opening balance"
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    first = [
        [None, led.lines[0].day.replace(month=1, day=1), each.name, word, Decimal(rng.randint(900, 9000))]
        for each in led.customers[:3]
    ]
    return Export([saved(rng, [rows[0], *first, *rows[1:]], Style(lang))], [truth(led.lines)], f"{word} is no sale")


@family(unaided=False)
def xml_spreadsheet(rng: random.Random) -> Export:
    """A workbook as XML of 2003, which old programs call xls."""
    led = ledger(rng, rng.choice(("zh", "en")))
    rows: Rows = table(rng, led, ["number", "day", "name", "product", "amount"])

    def cell(value: object) -> str:
        kind = "Number" if isinstance(value, Decimal) else "String"
        return f'<Cell><Data ss:Type="{kind}">{escape(Style().text(value))}</Data></Cell>'

    body = "".join("<Row>" + "".join(map(cell, row)) + "</Row>\n" for row in rows)
    space = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    )
    page = '<?xml version="1.0" encoding="utf-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    page += f'<Workbook {space}><Worksheet ss:Name="Sheet1"><Table>\n{body}</Table></Worksheet></Workbook>'
    return Export([File("export.xls", page.encode())], [truth(led.lines)], "XML of 2003")
