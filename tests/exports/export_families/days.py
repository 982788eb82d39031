"""How days are written."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from export_kinds import Export, family
from export_truth import Ledger, Truth, ledger, truth
from export_words import named, saved, shuffled, table
from export_writing import Style, csv_file, day, money, xlsx_file

ROLES = ["number", "day", "name", "product", "amount"]


def _written(rng: random.Random, lang: str, form: str, note: str, **more: object) -> Export:
    led = ledger(rng, lang, **more)  # type: ignore[arg-type]
    rows = table(rng, led, shuffled(rng, ROLES))
    write = money(".", ",") if lang in {"de", "fr", "es"} else money()
    style = Style(lang, write, day(form, lang))
    return Export([saved(rng, rows, style, among="csv,csv,text")], [truth(led.lines)], note)


@family()
def day_first(rng: random.Random) -> Export:
    return _written(
        rng, "en", rng.choice(("%d/%m/%Y", "%e/%n/%Y", "%d-%m-%Y", "%d.%m.%Y")), "days past the twelfth stand first"
    )


@family()
def month_first(rng: random.Random) -> Export:
    return _written(rng, "en", rng.choice(("%m/%d/%Y", "%n/%e/%Y", "%m-%d-%Y")), "days past the twelfth stand second")


@family()
def day_two_digit_year(rng: random.Random) -> Export:
    lang, form = rng.choice(
        (
            ("en", "%y-%m-%d"),
            ("de", "%d.%m.%y"),
            ("en", "%m/%d/%y"),
            ("zh", "%y/%m/%d"),
            ("fr", "%d/%m/%y"),
            ("zh", "%y.%m.%d"),
            ("en", "%d/%m/%y"),
        )
    )
    return _written(rng, lang, form, "the year is 24 or 25 in every row")


@family()
def day_month_names(rng: random.Random) -> Export:
    lang, form = rng.choice(
        (
            ("en", "%e %B %Y"),
            ("en", "%B %e, %Y"),
            ("de", "%e. %B %Y"),
            ("fr", "%e %B %Y"),
            ("es", "%e de %B de %Y"),
            ("en", "%d-%B-%y"),
            ("en", "%a, %d %B %Y"),
        )
    )
    return _written(rng, lang, form, "months by name")


@family()
def day_chinese(rng: random.Random) -> Export:
    return _written(rng, "zh", rng.choice(("%Y年%m月%d日", "%Y年%n月%e日", "%Y.%n.%e", "%Y%m%d")), "Chinese days")


@family()
def day_with_time(rng: random.Random) -> Export:
    form = rng.choice(
        (
            "%Y-%m-%dT08:30:00Z",
            "%Y-%m-%d 23:59:59",
            "%m/%d/%Y 4:29 PM",
            "%Y-%m-%d 10:11:12 +0200",
            "%Y/%n/%e 9:05",
            "%d/%m/%Y 18:45",
            "%Y-%m-%d 00:00:00.000",
        )
    )
    return _written(rng, "en", form, "the time of day changes nothing")


@family()
def day_serials(rng: random.Random) -> Export:
    """Days as Excel counts them, in a csv."""
    return _written(rng, rng.choice(("zh", "en")), "%q", "days as numbers of Excel")


@family()
def day_1904(rng: random.Random) -> Export:
    """A workbook of a Mac: its days count from 1904, some without a format."""
    led = ledger(rng, rng.choice(("zh", "en")))
    rows = table(rng, led, shuffled(rng, ROLES))
    return Export(
        [xlsx_file(rows, date_1904=True, serials=rng.random() < 0.6)],
        [truth(led.lines)],
        "the workbook counts from 1904",
    )


@family()
def day_in_three_columns(rng: random.Random) -> Export:
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    year, month, of_month = ("年", "月", "日") if lang == "zh" else ("Year", "Month", "Day")
    rows = table(rng, led, ["day", "number", "name", "product", "amount"])
    kept = [[year, month, of_month, *rows[0][1:]]]
    kept += [[row[0].year, row[0].month, row[0].day, *row[1:]] for row in rows[1:]]  # type: ignore[attr-defined]
    return Export([saved(rng, kept, Style(lang))], [truth(led.lines)], "year, month and day stand apart")


def _early(led: Ledger) -> Ledger:
    """The same with every day up to the twelfth: nothing says which is the month."""
    moved = [replace(line, day=line.day.replace(day=line.day.day % 12 + 1)) for line in led.lines]
    return Ledger(led.lang, led.customers, moved)


@family(unaided=False)
def day_or_month_shuffled(rng: random.Random) -> Export:
    """03/04/2025 in any order of rows: nothing decides; to be asked, or by chance right."""
    led = _early(ledger(rng, "en", returns=0.0))
    docs = led.documents()
    rng.shuffle(docs)
    led = Ledger("en", led.customers, [line for doc in docs for line in doc])
    rows = table(rng, led, ROLES)
    return Export([csv_file(rows, Style("en", money(), day("%d/%m/%Y")))], [], "day or month first: nothing says")


@family()
def day_dots_are_day_first(rng: random.Random) -> Export:
    """A German file whose days are all up to the twelfth: dots stand day first."""
    led = _early(ledger(rng, "de"))
    rows = table(rng, led, ROLES)
    style = Style("de", money(".", ","), day("%d.%m.%Y"))
    return Export(
        [csv_file(rows, style, delimiter=";")], [truth(led.lines)], "03.04.2025 is the third of April in German"
    )


@family(unaided=False)
def day_half_swapped(rng: random.Random) -> Export:
    """US days opened in a European Excel: up to the twelfth days whose month changed place, the rest text."""
    led = ledger(rng, "en")
    rows = table(rng, led, ["number", "day", "name", "amount"])

    def spoilt(value: dt.date) -> object:
        return value.replace(month=value.day, day=value.month) if value.day <= 12 else value.strftime("%m/%d/%Y")

    kept = [rows[0], *[[row[0], spoilt(row[1]), *row[2:]] for row in rows[1:]]]  # type: ignore[arg-type]
    return Export([xlsx_file(kept)], [truth(led.lines)], "told by both halves: month first in the text")


@family(unaided=False)
def months_alone(rng: random.Random) -> Export:
    """2025-01: a month is no day. Refused, or asked, or put on the month's end and said."""
    led = ledger(rng, rng.choice(("zh", "en")))
    rows = table(rng, led, ["number", "day", "name", "amount"])
    form = rng.choice(("%Y-%m", "%Y/%m", "%Y%m", "%Y年%n月") if led.lang == "zh" else ("%Y-%m", "%m/%Y", "%B %Y"))

    def month_end(value: dt.date) -> dt.date:
        return (value.replace(day=28) + dt.timedelta(4)).replace(day=1) - dt.timedelta(1)

    ends = tuple((month_end(when), who, amount, number) for when, who, amount, number in truth(led.lines).rows)
    return Export(
        [saved(rng, rows, Style(led.lang, money(), day(form, led.lang)), among="csv,text")],
        [Truth(ends)],
        "months, not days",
    )


@family(unaided=False)
def ranges_are_no_days(rng: random.Random) -> Export:
    led = ledger(rng, "zh")
    rows = table(rng, led, ["number", "day", "name", "amount"])
    style = Style("zh", money(), lambda value: f"{value:%Y-%m}-01~{value:%Y-%m}-28")
    return Export([csv_file(rows, style)], [], "a span of days is no day")


@family(unaided=False)
def days_without_year(rng: random.Random) -> Export:
    led = ledger(rng, rng.choice(("de", "zh")))
    rows = table(rng, led, ["number", "day", "name", "amount"])
    form = "%d%m" if led.lang == "de" else "%n月%e日"
    return Export([csv_file(rows, Style(led.lang, money(), day(form)))], [], "no year anywhere")


@family(unaided=False)
def day_of_the_republic(rng: random.Random) -> Export:
    """民國 114/01/05 is 2025: right or asked, never the year 114 or 2014."""
    led = ledger(rng, "tw")
    rows = table(rng, led, ROLES)
    style = Style("tw", money(), lambda value: f"{value.year - 1911}/{value:%m/%d}")
    return Export([csv_file(rows, style)], [truth(led.lines)], "years of the Republic")


@family()
def optional_days_unread(rng: random.Random) -> Export:
    """The delivery day is 0000-00-00, open or empty: the sale stays."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    heading = rng.choice(
        ("交货日期", "发货日期", "付款日期") if lang == "zh" else ("Delivery Date", "Paid on", "Due Date")
    )
    bad = rng.choice(("0000-00-00", "0000-00-00 00:00:00", "-", "N/A", "未定" if lang == "zh" else "tbc"))
    rows = table(rng, led, ["number", "day", "code", "name", "amount"])
    kept = [[*rows[0], heading]]
    kept += [[*row, bad if rng.random() < 0.5 else row[1]] for row in rows[1:]]
    return Export([saved(rng, kept, Style(lang))], [truth(led.lines)], f"{heading} may be unread")


@family()
def several_days(rng: random.Random) -> Export:
    """Order, invoice, due and payment dates: the invoice's is meant."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang)
    headings = {
        "zh": ("开票日期", "到期日", "收款日期"),
        "en": ("Invoice Date", "Due Date", "Payment Date"),
        "de": ("Rechnungsdatum", "Fälligkeitsdatum", "Zahldatum"),
    }[lang]
    rows = table(rng, led, ["number", "day", "name", "amount"])
    kept = [[rows[0][0], *headings, *rows[0][2:]]]
    for row in rows[1:]:
        paid = None if rng.random() < 0.4 else row[1] + dt.timedelta(rng.randint(1, 40))  # type: ignore[operator]
        kept.append([row[0], row[1], row[1] + dt.timedelta(30), paid, *row[2:]])  # type: ignore[operator]
    style = Style(lang, money(".", ",") if lang == "de" else money(), day("%d.%m.%Y" if lang == "de" else "%Y-%m-%d"))
    return Export(
        [saved(rng, kept, style)], [truth(led.lines)], f"{headings[0]} is the day of {named(rng, lang, 'number')}"
    )
