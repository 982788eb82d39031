"""A document's total stands beside, above or apart from its lines; it must count once."""

from __future__ import annotations

import random
from decimal import Decimal

from export_kinds import Export, family
from export_truth import Ledger, ledger, truth
from export_words import named, saved, table, usual
from export_writing import Rows, Style, csv_file, xlsx_file

TOTALS = {
    "zh": ("订单总额", "单据金额", "合计金额", "发票总额"),
    "en": ("Invoice Total", "Order Total", "Total", "Document Amount"),
    "de": ("Rechnungsbetrag netto", "Gesamtbetrag", "Belegsumme"),
    "fr": ("Total facture", "Total HT facture"),
}
LINES = {
    "zh": ("金额", "行金额", "明细金额"),
    "en": ("Line Total", "Amount", "Line Amount", "Ext. Amount"),
    "de": ("Positionsbetrag", "Betrag", "Zeilenbetrag"),
    "fr": ("Total HT ligne", "Montant ligne HT"),
}


def _led(rng: random.Random, lang: str, **more: object) -> Ledger:
    return ledger(rng, lang, **{"lines": (1, 4), "documents": (16, 24), **more})  # type: ignore[arg-type]


def _with_total(rng: random.Random, first_only: bool) -> Export:
    lang = rng.choice(("zh", "en", "de", "fr"))
    led = _led(rng, lang)
    roles = [
        "number",
        "day",
        "name",
        "product",
        "quantity",
        ("amount", rng.choice(LINES[lang])),
        ("total", rng.choice(TOTALS[lang])),
    ]
    if rng.random() < 0.5:
        roles = [*roles[:3], roles[6], *roles[3:6]]
    rows = table(rng, led, roles)
    at = next(i for i, role in enumerate(roles) if isinstance(role, tuple) and role[0] == "total")
    if first_only:
        for row, line in zip(rows[1:], led.lines, strict=True):
            row[at] = row[at] if line.line_no == 1 else None
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "the lines sum to the total beside them")


@family(seeds=3)
def total_on_every_line(rng: random.Random) -> Export:
    return _with_total(rng, first_only=False)


@family()
def total_on_first_line(rng: random.Random) -> Export:
    return _with_total(rng, first_only=True)


@family(unaided=False)
def only_total_on_every_line(rng: random.Random) -> Export:
    """Lines with a quantity, and the document's total repeated on each: the total counts once a document."""
    lang = rng.choice(("zh", "en"))
    led = _led(rng, lang, returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", ("total", rng.choice(TOTALS[lang]))])
    told = truth(led.lines, "document", rows_told=False)
    return Export([saved(rng, rows, usual(rng, lang))], [told], "equal within each document: it is the document's")


@family(unaided=False)
def only_total_on_first_line(rng: random.Random) -> Export:
    lang = rng.choice(("zh", "en"))
    led = _led(rng, lang, returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", ("total", rng.choice(TOTALS[lang]))])
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[-1] = row[-1] if line.line_no == 1 else None
    told = truth(led.lines, "document", rows_told=False)
    return Export([saved(rng, rows, usual(rng, lang))], [told], "one total a document, on its first line")


@family(unaided=False)
def head_on_first_line(rng: random.Random) -> Export:
    """Number, day and customer stand on a document's first line only."""
    lang = rng.choice(("zh", "en", "de"))
    led = _led(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "amount"])
    for row, line in zip(rows[1:], led.lines, strict=True):
        if line.line_no > 1:
            row[:3] = [None, None, None]
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "blank cells repeat the head above")


@family(unaided=False)
def main_line(rng: random.Random) -> Export:
    """A row with the document's total stands above its lines, without product and quantity."""
    lang = rng.choice(("zh", "en"))
    led = _led(rng, lang, returns=0.0)
    rows: Rows = [[named(rng, lang, role) for role in ("number", "day", "name", "product", "quantity", "amount")]]
    below = rng.random() < 0.3
    for doc in led.documents():
        first = doc[0]
        head = [[first.number, first.day, first.customer.name, None, None, led.totals[first.number]]]
        lines = [[line.number, line.day, line.customer.name, line.product, line.quantity, line.amount] for line in doc]
        rows += lines + head if below else head + lines
    return Export(
        [saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "each document twice: its total, then its lines"
    )


@family(unaided=False)
def two_sheets(rng: random.Random) -> Export:
    """One sheet of invoices, one of their lines."""
    lang = rng.choice(("zh", "en"))
    led = _led(rng, lang)
    names = ("发票信息", "发票明细") if lang == "zh" else ("Invoices", "Invoice Lines")
    words = {role: named(rng, lang, role) for role in ("number", "day", "name", "product", "quantity", "amount")}
    heads = table(
        rng,
        led,
        [(r, words[r]) for r in ("number", "day", "name")] + [("total", words["amount"])],
        [doc[0] for doc in led.documents()],
    )
    lines = table(rng, led, [(r, words[r]) for r in words])
    sheets = {names[0]: heads, names[1]: lines}
    if rng.random() < 0.4:
        sheets = dict(reversed(sheets.items()))
    return Export(
        [xlsx_file(sheets)], [truth(led.lines), truth(led.lines, "document")], "both sheets write the same documents"
    )


@family(unaided=False)
def two_files(rng: random.Random) -> Export:
    """The heads in one file, the lines in the next: they must not add up."""
    lang = rng.choice(("zh", "en"))
    led = _led(rng, lang)
    words = {role: named(rng, lang, role) for role in ("number", "day", "name", "product", "amount")}
    heads = table(
        rng,
        led,
        [(r, words[r]) for r in ("number", "day", "name")] + [("total", words["amount"])],
        [doc[0] for doc in led.documents()],
    )
    lines = table(rng, led, list(words.items()))
    style = Style(lang)
    files = [
        csv_file(heads, style, "发票汇总.csv" if lang == "zh" else "invoice_heads.csv"),
        csv_file(lines, style, "销售明细.csv" if lang == "zh" else "item_details.csv"),
    ]
    return Export(
        files,
        [truth(led.lines), truth(led.lines, "document")],
        "the second file writes the first one's documents again",
    )


@family(unaided=False)
def a_row_each_tax(rng: random.Random) -> Export:
    """Each line stands once a tax: city and state, with the same net amount."""
    led = _led(rng, "en", lines=(1, 2), returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "line_no", "product", "quantity", "amount"])
    kept = [[*rows[0], "Tax Name", "Tax Amount"]]
    for row, line in zip(rows[1:], led.lines, strict=True):
        kept.append([*row, "State", (line.amount / 20).quantize(Decimal("0.01"))])
        kept.append([*row, "City", (line.amount / 50).quantize(Decimal("0.01"))])
    told = truth(led.lines, rows_told=False)
    return Export([saved(rng, kept, Style("en"))], [told], "a line number that repeats, once for each tax")


@family(unaided=False)
def price_of_line_or_unit(rng: random.Random) -> Export:
    """A column called Price beside a quantity and a document total: the total tells whether it is the unit's."""
    led = _led(rng, "en", returns=0.0, lines=(2, 4))
    by_line = rng.random() < 0.5
    rows = table(
        rng,
        led,
        [
            "number",
            "day",
            "name",
            "product",
            "quantity",
            ("amount" if by_line else "price", "Price"),
            ("total", "Order Total"),
        ],
    )
    told = [truth(led.lines), truth(led.lines, "document", rows_told=False)]
    return Export([saved(rng, rows, Style("en"))], told, "Order Total proves what Price is")


@family()
def running_sum(rng: random.Random) -> Export:
    """A column that sums up all before it."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    so_far = Decimal(0)
    kept = [[*rows[0], "累计金额" if lang == "zh" else "Running Total"]]
    for row, line in zip(rows[1:], led.lines, strict=True):
        so_far += line.amount
        kept.append([*row, so_far])
    return Export([saved(rng, kept, Style(lang))], [truth(led.lines)], "the running sum is no amount")
