"""Plain lists: one row a line, in five languages and two scripts."""

from __future__ import annotations

import random
from decimal import Decimal

from export_kinds import Export, family
from export_truth import Truth, ledger, truth
from export_words import named, saved, shuffled, table, usual

NEEDED = ["number", "day", "name", "amount"]
EXTRA = ["code", "product", "quantity", "seller", "unit", "remark"]


def _plain(rng: random.Random, lang: str) -> Export:
    led = ledger(rng, lang)
    roles = shuffled(rng, NEEDED + rng.sample(EXTRA, rng.randint(0, 4)))
    newest_first = [line for doc in reversed(led.documents()) for line in doc]
    rows = table(rng, led, roles, newest_first if rng.random() < 0.2 else None)
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "a plain list")


@family(seeds=3)
def plain_zh(rng: random.Random) -> Export:
    return _plain(rng, "zh")


@family(seeds=3)
def plain_en(rng: random.Random) -> Export:
    return _plain(rng, "en")


@family(seeds=3)
def plain_de(rng: random.Random) -> Export:
    return _plain(rng, "de")


@family()
def plain_fr(rng: random.Random) -> Export:
    return _plain(rng, "fr")


@family()
def plain_es(rng: random.Random) -> Export:
    return _plain(rng, "es")


@family()
def plain_tw(rng: random.Random) -> Export:
    return _plain(rng, "tw")


@family(seeds=3)
def many_columns(rng: random.Random) -> Export:
    """Net, tax and gross, cost, margin, balance, weight, phone: much that is a number and no amount."""
    lang = rng.choice(("zh", "en", "de", "en", "zh", "fr"))
    led = ledger(rng, lang)
    extra = [
        "price",
        "quantity",
        "tax",
        "gross",
        "cost",
        "margin",
        "phone",
        "weight",
        "seller",
        "code",
        "due",
        "sku",
        "unit",
    ]
    net = {"zh": "不含税金额", "en": "Net Amount", "de": "Nettobetrag", "fr": "Montant HT"}[lang]
    roles = [
        ("amount", net) if r == "amount" else r for r in shuffled(rng, NEEDED + rng.sample(extra, rng.randint(6, 12)))
    ]
    return Export([saved(rng, table(rng, led, roles), usual(rng, lang))], [truth(led.lines)], "the net amount counts")


@family()
def quantity_and_price(rng: random.Random) -> Export:
    """No amount at all: quantity and price of a unit."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang)
    roles = shuffled(rng, ["number", "day", "name", "product", "quantity", "price"])
    return Export([saved(rng, table(rng, led, roles), usual(rng, lang))], [truth(led.lines)], "quantity times price")


@family(unaided=False)
def gross_and_tax(rng: random.Random) -> Export:
    """Only the amount with tax, and the tax: the net is their difference."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang)
    roles = shuffled(rng, ["number", "day", "name", "product", "tax", "gross"])
    return Export([saved(rng, table(rng, led, roles), usual(rng, lang))], [truth(led.lines)], "gross less tax")


@family()
def no_number(rng: random.Random) -> Export:
    """No document number: a row is a sale."""
    lang = rng.choice(("zh", "en", "fr"))
    led = ledger(rng, lang)
    roles = shuffled(rng, ["day", "name", "product", "quantity", "amount"])
    told = truth(led.lines, numbered=False)
    return Export([saved(rng, table(rng, led, roles), usual(rng, lang))], [told], "no numbers")


@family()
def abbreviated(rng: random.Random) -> Export:
    """Headings of a database: snake, camel or capitals."""
    led = ledger(rng, "en")
    forms = (
        {
            "number": "invoice_no",
            "day": "invoice_date",
            "code": "customer_id",
            "name": "customer_name",
            "sku": "item_code",
            "quantity": "qty",
            "price": "unit_price",
            "amount": "net_amount",
        },
        {
            "number": "invoiceNumber",
            "day": "invoiceDate",
            "code": "customerCode",
            "name": "customerName",
            "sku": "sku",
            "quantity": "quantity",
            "price": "unitPrice",
            "amount": "lineAmount",
        },
        {
            "number": "DOC_NO",
            "day": "DOC_DATE",
            "code": "CUST_CODE",
            "name": "CUST_NAME",
            "sku": "ITEM_CODE",
            "quantity": "QTY",
            "price": "UNIT_PRICE",
            "amount": "NET_AMT",
        },
    )
    names = rng.choice(forms)
    rows = table(rng, led, [(role, names[role]) for role in shuffled(rng, list(names))])
    return Export([saved(rng, rows, usual(rng, "en"))], [truth(led.lines)], "a database's headings")


@family()
def free_samples(rng: random.Random) -> Export:
    """Some lines are worth nothing: they are rows, and change no sum."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "amount"])
    at = rng.randint(3, len(rows) - 3)
    free = [*rows[at][:-1], Decimal("0.00")]
    rows.insert(at, free)
    held = truth(led.lines)
    more = Truth(
        (*held.rows, (led.lines[at - 1].day, led.lines[at - 1].customer.code, Decimal(0), led.lines[at - 1].number))
    )
    return Export([saved(rng, rows, usual(rng, lang))], [more, held], "a line of 0.00 is a row of no money")


@family(unaided=False)
def no_customer(rng: random.Random) -> Export:
    """A daily takings list: a number, a day, a till and money, and no customer: nothing can be said of customers."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang).worded(
        lambda i, line: rng.choice(("1号机", "2号机") if lang == "zh" else ("Till 1", "Till 2"))
    )
    heading = {"zh": "收银机", "en": "Register"}[lang]
    rows = table(rng, led, ["number", "day", ("word", heading), "amount"])
    return Export([saved(rng, rows, usual(rng, lang))], [], f"{heading} is no customer")


@family(unaided=False)
def several_amounts(rng: random.Random) -> Export:
    """Amount 1 and amount 2 with no word which: it must be asked."""
    led = ledger(rng, "en")
    rows = table(rng, led, ["number", "day", "name", ("amount", "Value A"), ("cost", "Value B")])
    return Export([saved(rng, rows, usual(rng, "en"))], [], "nothing says whether Value A or Value B is the sale")


@family()
def sales_are_no_master_data(rng: random.Random) -> Export:
    """Customer columns in plenty, and still a list of sales."""
    led = ledger(rng, "zh")
    roles = ["code", "name", "phone", ("email", "电子邮箱"), "seller", "number", "day", "product", "amount"]
    return Export(
        [saved(rng, table(rng, led, roles), usual(rng, "zh"))], [truth(led.lines)], named(rng, "zh", "amount")
    )
