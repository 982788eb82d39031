"""Returns, refunds, payments: the sign stands elsewhere than before the amount."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from export_kinds import Export, family
from export_truth import Ledger, Line, Truth, ledger, truth
from export_words import named, saved, shuffled, table, usual
from export_writing import Rows, Style, csv_file, day, money, xlsx_file


def positive(led: Ledger) -> list[Line]:
    """The lines with returns written without a minus."""
    return [replace(line, amount=abs(line.amount), quantity=abs(line.quantity)) for line in led.lines]


def _marked(
    rng: random.Random, lang: str, words: tuple[str, str], heading: str, note: str, *, minus: bool = False
) -> Export:
    """A column of kinds or signs beside amounts, positive unless `minus`."""
    led = ledger(rng, lang, returns=0.25, lines=(1, 2)).worded(lambda i, line: words[line.kind == "return"])
    lines = led.lines if minus else positive(led)
    rows = table(rng, led, shuffled(rng, ["number", "day", "name", ("word", heading), "amount"]), lines)
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], note)


@family(seeds=3)
def kind_words(rng: random.Random) -> Export:
    """Invoice and credit note in words, amounts without a minus."""
    lang, heading, words = rng.choice(
        (
            ("en", "Type", ("Invoice", "Credit Note")),
            ("en", "Document Type", ("Invoice", "Credit Memo")),
            ("zh", "单据类型", ("销售出库单", "销售退货单")),
            ("zh", "业务类型", ("销售", "退货")),
            ("de", "Belegart", ("Rechnung", "Gutschrift")),
            ("fr", "Type", ("Facture", "Avoir")),
            ("en", "Transaction Type", ("Sale", "Return")),
            ("en", "Type", ("Sale", "Refund")),
            ("zh", "类型", ("销货单", "销退单")),
        )
    )
    return _marked(rng, lang, words, heading, f"{words[1]} is a return")


@family()
def kind_words_with_minus(rng: random.Random) -> Export:
    """The same with the minus written already: it counts once."""
    lang, heading, words = rng.choice(
        (
            ("en", "Type", ("Invoice", "Credit Note")),
            ("zh", "单据类型", ("销售发票", "红字发票")),
            ("de", "Belegart", ("Rechnung", "Gutschrift")),
            ("en", "Type", ("ARINV", "ARCRN")),
        )
    )
    return _marked(rng, lang, words, heading, "the minus is written already", minus=True)


@family(unaided=False, seeds=3)
def sign_column(rng: random.Random) -> Export:
    """D and C, S and H, + and -, 借 and 贷 beside amounts without a sign."""
    lang, heading, words = rng.choice(
        (
            ("en", "D/C", ("D", "C")),
            ("en", "Dr/Cr", ("DR", "CR")),
            ("de", "Soll/Haben-Kennzeichen", ("S", "H")),
            ("de", "S/H", ("S", "H")),
            ("zh", "方向", ("借", "贷")),
            ("en", "Sign", ("+", "-")),
            ("zh", "收发标志", ("发", "退")),
            ("de", "SHKZG", ("S", "H")),
            ("en", "Debit/Credit", ("Debit", "Credit")),
            ("zh", "红蓝字", ("蓝字", "红字")),
        )
    )
    return _marked(rng, lang, words, heading, f"{words[1]} is minus")


@family(unaided=False)
def kind_codes(rng: random.Random) -> Export:
    """SI and SC, RE and GU, F2 and RE, IN and CN: codes of programs, without a minus."""
    lang, heading, words = rng.choice(
        (
            ("en", "Type", ("SI", "SC")),
            ("de", "BelArt", ("RE", "GU")),
            ("de", "FKART", ("F2", "RE")),
            ("en", "Doc Type", ("IN", "CN")),
            ("en", "Trx Type", ("1", "4")),
            ("en", "Type", ("INV", "CRN")),
        )
    )
    return _marked(rng, lang, words, heading, f"{words[1]} is a credit")


@family(unaided=False)
def kinds_with_receipts(rng: random.Random) -> Export:
    """Sales, credits, receipts and payments on account in one list, all without a minus."""
    led = ledger(rng, "en", returns=0.15, lines=(1, 1))
    words = rng.choice(
        (
            {"invoice": "SI", "return": "SC", "paid": "SR", "ahead": "SA"},
            {"invoice": "Invoice", "return": "Credit Note", "paid": "Payment", "ahead": "Prepayment"},
            {"invoice": "ACCREC", "return": "ACCRECCREDIT", "paid": "RECEIVE", "ahead": "PREPAYMENT"},
        )
    )
    listed: list[Line] = []
    for n, line in enumerate(positive(led)):
        listed.append(replace(line, word=words[line.kind]))
        if line.kind == "invoice" and rng.random() < 0.5:
            paid = replace(
                line, word=words[rng.choice(("paid", "paid", "ahead"))], number=f"R{n}", amount=line.amount + line.tax
            )
            listed.append(paid)
    rows = table(rng, led, ["number", "day", "code", "name", ("word", "Type"), "amount"], listed)
    return Export([saved(rng, rows, usual(rng, "en"))], [truth(led.lines)], "receipts are no sales")


@family()
def debit_and_credit(rng: random.Random) -> Export:
    """Sales in the debit column, credit notes in the credit column, nothing else."""
    lang = rng.choice(("en", "zh", "de", "fr"))
    led = ledger(rng, lang, returns=0.2, lines=(1, 1))
    heads = {
        "en": ("Debit", "Credit"),
        "zh": ("借方金额", "贷方金额"),
        "de": ("Soll", "Haben"),
        "fr": ("Débit", "Crédit"),
    }[lang]
    if rng.random() < 0.5:
        words = {
            "en": ("Invoice", "Credit note"),
            "zh": ("销售", "退货"),
            "de": ("Rechnung", "Gutschrift"),
            "fr": ("Facture", "Avoir"),
        }[lang]
    else:
        words = ("", "")
    rows = table(rng, led, ["number", "day", "name", "remark"])
    kept = [[*rows[0], *heads]]
    zero = rng.choice((None, Decimal("0.00")))
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[3] = words[line.kind == "return"] or None
        kept.append([*row, zero, -line.amount] if line.kind == "return" else [*row, line.amount, zero])
    return Export([saved(rng, kept, usual(rng, lang))], [truth(led.lines)], "debit less credit")


@family(unaided=False)
def customer_ledger(rng: random.Random) -> Export:
    """Opening balance, sales in debit, receipts in credit, sums of the period, running balance."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0, lines=(1, 1))
    words = {
        "zh": (
            "凭证号",
            "日期",
            "客户名称",
            "摘要",
            "借方",
            "贷方",
            "余额",
            "期初余额",
            "销售收入",
            "收款",
            "本期合计",
        ),
        "en": (
            "Voucher",
            "Date",
            "Customer",
            "Description",
            "Debit",
            "Credit",
            "Balance",
            "Opening balance",
            "Sales invoice",
            "Receipt",
            "Total of the period",
        ),
    }[lang]
    rows: Rows = [list(words[:7])]
    for lines in led.by_customer():
        name, owed = lines[0].customer.name, Decimal(rng.randint(10, 900))
        rows.append([None, lines[0].day.replace(day=1, month=1), name, words[7], None, None, owed])
        for i, line in enumerate(lines):
            owed += line.amount
            rows.append([line.number, line.day, name, words[8], line.amount, None, owed])
            if rng.random() < 0.6:
                owed -= line.amount
                rows.append([f"P{i}-{line.number}", line.day, name, words[9], None, line.amount, owed])
        total = sum((line.amount for line in lines), Decimal(0))
        rows.append([None, None, name, words[10], total, None, owed])
    return Export(
        [saved(rng, rows, Style(lang))], [truth(led.lines)], "sales are the debits that are no opening, no sum"
    )


@family(unaided=False)
def refund_column(rng: random.Random) -> Export:
    """What was given back stands in a column of its own on the sale's row."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0, lines=(1, 1))
    heading = rng.choice(("退款金额", "已退款") if lang == "zh" else ("Refunded Amount", "Refund", "Amount Refunded"))
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    kept, told = [[*rows[0], heading]], []
    for row, line in zip(rows[1:], led.lines, strict=True):
        back = rng.choice((0, 0, 0, 1, 2))
        given = (Decimal(0), line.amount, (line.amount / 4).quantize(Decimal("0.01")))[back]
        kept.append([*row, given])
        told.append((line.day, line.customer.code, line.amount - given, line.number))
    net = Truth(tuple(told), rows_told=False, numbered=False)
    return Export([saved(rng, kept, Style(lang))], [net], "sales less refunds")


@family()
def return_by_quantity(rng: random.Random) -> Export:
    """Returns by a negative quantity and amount, price positive: the plainest of all."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang, returns=0.25)
    rows = table(rng, led, shuffled(rng, ["number", "day", "name", "product", "quantity", "price", "amount"]))
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "negative quantity, negative amount")


@family(unaided=False)
def return_by_quantity_alone(rng: random.Random) -> Export:
    """The quantity of a return is negative, its amount is not: they contradict each other."""
    led = ledger(rng, rng.choice(("zh", "en")), returns=0.25, lines=(1, 2))
    lines = [replace(line, amount=abs(line.amount)) for line in led.lines]
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "price", "amount"], lines)
    return Export([saved(rng, rows, Style(led.lang))], [truth(led.lines)], "quantity below zero, amount above")


@family()
def payment_method_is_no_kind(rng: random.Random) -> Export:
    """Cash, card, transfer: a column of few words that changes nothing."""
    lang = rng.choice(("zh", "en"))
    words, heading = (
        (("现金", "刷卡", "转账"), "结算方式")
        if lang == "zh"
        else (("Cash", "Card", "Bank transfer"), "Payment Method")
    )
    led = ledger(rng, lang).worded(lambda i, line: rng.choice(words))
    rows = table(rng, led, ["number", "day", "name", ("word", heading), "product", "amount"])
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], f"{heading} is neither kind nor status")


@family()
def german_datev(rng: random.Random) -> Export:
    """A posting list with S and H whose heading is a sentence, days with a year."""
    led = ledger(rng, "de", returns=0.2, lines=(1, 1)).worded(lambda i, line: "H" if line.kind == "return" else "S")
    roles = [
        ("amount", "Umsatz (ohne Soll/Haben-Kz)"),
        ("word", "Soll/Haben-Kennzeichen"),
        ("code", "Konto"),
        ("day", "Belegdatum"),
        ("number", "Belegfeld 1"),
        ("name", "Buchungstext"),
    ]
    rows = table(rng, led, roles, positive(led))
    style = Style("de", money("", ","), day("%d.%m.%Y"))
    return Export(
        [csv_file(rows, style, delimiter=";", encoding="cp1252")],
        [truth(led.lines)],
        "H is minus on a debtor's account",
    )


@family(unaided=False)
def unknown_kinds(rng: random.Random) -> Export:
    """Codes nobody knows that split the money in two: to be asked."""
    led = ledger(rng, "en", returns=0.0).worded(lambda i, line: "ZX7" if i % 3 else "ZQ2")
    rows = table(rng, led, ["number", "day", "name", ("word", "Transaction Type"), "amount"])
    return Export([xlsx_file(rows)], [], f"what are ZX7 and ZQ2 in {named(rng, 'en', 'kind')}?")
