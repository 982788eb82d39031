"""Orders that never came to be stand among the others, told by a word."""

from __future__ import annotations

import datetime as dt
import random

from export_kinds import Export, family
from export_truth import ledger, truth
from export_words import saved, shuffled, table, usual
from export_writing import Style

HEADINGS = {
    "zh": ("订单状态", "单据状态", "状态"),
    "en": ("Status", "Order Status", "State"),
    "de": ("Status",),
    "fr": ("Statut", "État"),
}
GOOD = {
    "zh": (("交易成功", "已完成"), ("已审核", "已审核"), ("已发货", "已签收"), ("正常", "正常")),
    "en": (
        ("completed", "processing"),
        ("Posted", "Posted"),
        ("Paid", "Shipped"),
        ("PAID", "AUTHORISED"),
        ("closed", "delivered"),
    ),
    "de": (("Bezahlt", "Versendet"), ("Gebucht", "Gebucht"), ("Abgeschlossen", "Geliefert")),
    "fr": (("Payée", "Validée"), ("Terminée", "Expédiée")),
}
NEVER = {
    "zh": ("交易关闭", "已取消", "待付款", "等待买家付款", "草稿", "未审核", "已作废", "已删除", "已驳回"),
    "en": ("cancelled", "failed", "draft", "Voided", "pending payment", "Rejected", "expired", "DELETED", "Quotation"),
    "de": ("Storniert", "Entwurf", "Abgelehnt", "Gelöscht"),
    "fr": ("Annulée", "Brouillon", "Refusée"),
}


def _listed(rng: random.Random, lang: str, never: tuple[str, ...], good: tuple[str, str]) -> Export:
    bad = {i for i in range(40) if rng.random() < 0.25} | {1}
    led = ledger(rng, lang, returns=0.0, lines=(1, 2)).worded(lambda i, line: rng.choice(never if i in bad else good))
    kept = [line for line in led.lines if line.word not in never]
    rows = table(
        rng, led, shuffled(rng, ["number", "day", "name", "product", "amount", ("word", rng.choice(HEADINGS[lang]))])
    )
    return Export([saved(rng, rows, usual(rng, lang))], [truth(kept)], f"{', '.join(never)} never came to be")


@family(seeds=3)
def status_zh(rng: random.Random) -> Export:
    return _listed(rng, "zh", tuple(rng.sample(NEVER["zh"], rng.randint(1, 3))), rng.choice(GOOD["zh"]))


@family(seeds=3)
def status_en(rng: random.Random) -> Export:
    return _listed(rng, "en", tuple(rng.sample(NEVER["en"], rng.randint(1, 3))), rng.choice(GOOD["en"]))


@family()
def status_de(rng: random.Random) -> Export:
    return _listed(rng, "de", tuple(rng.sample(NEVER["de"], rng.randint(1, 2))), rng.choice(GOOD["de"]))


@family()
def status_fr(rng: random.Random) -> Export:
    return _listed(rng, "fr", tuple(rng.sample(NEVER["fr"], rng.randint(1, 2))), rng.choice(GOOD["fr"]))


@family()
def status_all_good(rng: random.Random) -> Export:
    """Every order is done, delivered or paid: no reason to ask."""
    lang = rng.choice(("zh", "en"))
    good = rng.choice(GOOD[lang])
    led = ledger(rng, lang).worded(lambda i, line: rng.choice(good))
    rows = table(rng, led, ["number", "day", "name", "amount", ("word", rng.choice(HEADINGS[lang]))])
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "all came to be")


@family(unaided=False)
def status_numbers(rng: random.Random) -> Export:
    """Status 1, 2, 5: what they mean only the program knows."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, returns=0.0).worded(lambda i, line: rng.choice(("1", "2", "5")))
    rows = table(rng, led, ["number", "day", "name", "amount", ("word", rng.choice(HEADINGS[lang]))])
    return Export([saved(rng, rows, Style(lang))], [], "what is status 5?")


@family(unaided=False)
def status_unknown_word(rng: random.Random) -> Export:
    """A word of the firm's own on a fifth of the orders."""
    lang, word = rng.choice((("en", "Bananas"), ("zh", "二审待定"), ("en", "Zurückgestellt"), ("en", "On review B")))
    led = ledger(rng, lang, returns=0.0).worded(
        lambda i, line: word if i % 5 == 1 else ("completed" if lang == "en" else "已完成")
    )
    rows = table(rng, led, ["number", "day", "name", "amount", ("word", rng.choice(HEADINGS[lang]))])
    return Export([saved(rng, rows, Style(lang))], [], f"what is {word}?")


@family(unaided=False)
def flag_column(rng: random.Random) -> Export:
    """Voided Yes or No, 是否作废 是 or 否, a deleted flag of 0 and 1."""
    lang, heading, words = rng.choice(
        (
            ("en", "Voided", ("No", "Yes")),
            ("zh", "是否作废", ("否", "是")),
            ("en", "is_deleted", ("0", "1")),
            ("en", "Cancelled", ("FALSE", "TRUE")),
            ("zh", "作废标志", ("", "作废")),
            ("de", "Storno", ("", "X")),
        )
    )
    led = ledger(rng, lang, returns=0.0, lines=(1, 2)).worded(lambda i, line: words[i % 6 == 2])
    kept = [line for line in led.lines if line.word != words[1]]
    rows = table(rng, led, ["number", "day", "name", "amount", ("word", heading)])
    return Export([saved(rng, rows, usual(rng, lang))], [truth(kept)], f"{heading}: {words[1]} does not count")


@family(unaided=False)
def cancelled_day(rng: random.Random) -> Export:
    """A column Cancelled at, filled where the order was cancelled."""
    lang = rng.choice(("en", "zh"))
    led = ledger(rng, lang, returns=0.0, lines=(1, 2))
    gone = {line.number for line in led.lines if rng.random() < 0.15} | {led.lines[3].number}
    rows = table(rng, led, ["number", "day", "name", "amount"])
    kept = [[*rows[0], "Cancelled at" if lang == "en" else "取消时间"]]
    kept += [[*row, row[1] + dt.timedelta(1) if row[0] in gone else None] for row in rows[1:]]  # type: ignore[operator]
    told = truth(line for line in led.lines if line.number not in gone)
    return Export([saved(rng, kept, Style(lang))], [told], "a day in Cancelled at: the order was cancelled")


@family(unaided=False)
def two_statuses(rng: random.Random) -> Export:
    """Order done, refund done: the money went back."""
    led = ledger(rng, "zh", returns=0.0, lines=(1, 1)).worded(
        lambda i, line: "退款成功" if i % 5 == 3 else "无售后或售后取消"
    )
    rows = table(rng, led, ["number", "day", "name", "amount", ("word", "售后状态")])
    kept = [[*row, "已签收" if i else "订单状态"] for i, row in enumerate(rows)]
    told = truth((line for line in led.lines if line.word != "退款成功"), rows_told=False, numbered=False)
    return Export([saved(rng, kept, Style("zh"))], [told], "退款成功: the money went back")
