"""How amounts are written: marks, signs, symbols, units."""

from __future__ import annotations

import csv
import random
from decimal import Decimal

from export_kinds import Export, family
from export_truth import ledger, truth
from export_words import shuffled, table
from export_writing import Rows, Style, csv_file, day, money, text_file, xlsx_file

ROLES = ["number", "day", "name", "product", "quantity", "amount"]
DAYS = {"en": "%Y-%m-%d", "de": "%d.%m.%Y", "fr": "%d/%m/%Y", "zh": "%Y-%m-%d"}


def _written(rng: random.Random, lang: str, write: object, *, note: str, delimiter: str = "", **more: object) -> Export:
    """A plain list whose amounts are written in this way, as text in a csv or a workbook."""
    led = ledger(rng, lang, **{"returns": 0.15, **more})  # type: ignore[arg-type]
    rows = table(rng, led, shuffled(rng, ROLES))
    style = Style(lang, write, day(DAYS[lang], lang))  # type: ignore[arg-type]
    if rng.random() < 0.25:
        return Export([xlsx_file(rows, style=style)], [truth(led.lines)], note)
    comma = delimiter or (";" if lang in {"de", "fr"} else ",")
    return Export([csv_file(rows, style, delimiter=comma)], [truth(led.lines)], note)


@family(seeds=3)
def num_english(rng: random.Random) -> Export:
    write = money(
        ",", minus=rng.choice(("lead", "paren", "trail", "unicode")), before=rng.choice(("", "$", "£", "US$ "))
    )
    return _written(rng, "en", write, note="1,234.56 with a sign or parentheses")


@family()
def num_dollar_inside(rng: random.Random) -> Export:
    return _written(
        rng, "en", money(",", before="$", minus=rng.choice(("inside", "paren", "lead"))), note="-$5.00, $-5.00"
    )


@family()
def num_english_whole(rng: random.Random) -> Export:
    """Thousands commas and no decimals, quoted; some below a thousand."""
    write = money(",", places=0)
    return _written(rng, "en", write, note="1,234 is one thousand two hundred", whole=True, high=90000, lines=(1, 1))


@family()
def num_unquoted_commas(rng: random.Random) -> Export:
    """Thousands commas without quotation in a comma file, the amount last: some rows have a field more."""
    led = ledger(rng, "en", returns=0.0, high=9000)
    rows = table(rng, led, ["number", "day", "name", "quantity", "amount"])
    style = Style("en", money(","))
    lines = [",".join(style.texts([row])[0]) for row in rows]
    return Export([text_file(lines, "export.csv")], [truth(led.lines)], "a thousands comma splits the amount in two")


@family()
def num_european(rng: random.Random) -> Export:
    write = money(".", ",", minus=rng.choice(("lead", "trail")), after=rng.choice(("", " €", " EUR")))
    return _written(rng, "de", write, note="1.234,56, trailing minus")


@family()
def num_european_whole(rng: random.Random) -> Export:
    """Thousands points and no decimals anywhere, in a German file."""
    more = {"whole": True, "high": 90000, "lines": (1, 1)}
    return _written(rng, "de", money(".", ",", places=0), note="1.234 is one thousand two hundred", **more)


@family()
def num_dash_cents(rng: random.Random) -> Export:
    write = money(".", ",", places=0, after=",-")
    return _written(rng, "de", write, note="1.234,- is whole", whole=True, high=40000, returns=0.0)


@family()
def num_plain_comma(rng: random.Random) -> Export:
    return _written(rng, "de", money("", ","), note="1234,56")


@family()
def num_french(rng: random.Random) -> Export:
    write = money(rng.choice((" ", "\xa0", "\u202f")), ",", after=rng.choice(("", " €")))
    return _written(rng, "fr", write, note="1 234,56")


@family()
def num_swiss(rng: random.Random) -> Export:
    write = money(rng.choice(("'", "’")), ".", before=rng.choice(("", "CHF ", "Fr. ")))
    return _written(rng, "de", write, note="1'234.50")


@family()
def num_indian(rng: random.Random) -> Export:
    write = money(",", indian=True, before=rng.choice(("", "₹", "Rs. ", "₹ ")))
    return _written(rng, "en", write, note="1,23,456.00", high=900000)


@family()
def num_credits(rng: random.Random) -> Export:
    word = rng.choice((" CR", "CR", " Cr", " Cr."))
    plus = rng.choice(("", word.replace("CR", "DR").replace("Cr", "Dr")))
    return _written(rng, "en", money(",", minus=word, plus=plus), note="CR is minus", returns=0.2)


@family()
def num_currency_word(rng: random.Random) -> Export:
    before, after = rng.choice(
        (
            ("USD ", ""),
            ("", " USD"),
            ("EUR ", ""),
            ("", " EUR"),
            ("HK$", ""),
            ("NT$", ""),
            ("", " zł"),
            ("kr ", ""),
            ("R$ ", ""),
            ("₩", ""),
            ("S$", ""),
            ("A$ ", ""),
        )
    )
    return _written(rng, "en", money(",", before=before, after=after), note="one currency in every cell")


@family()
def num_yuan(rng: random.Random) -> Export:
    before, after = rng.choice((("¥", ""), ("￥", ""), ("", "元"), ("RMB ", ""), ("人民币", ""), ("CNY", "")))
    return _written(
        rng, "zh", money(rng.choice(("", ",")), before=before, after=after), note="one currency in every cell"
    )


@family()
def num_full_width(rng: random.Random) -> Export:
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    write = money(rng.choice(("", ",")))
    return _written(rng, "zh", lambda value: write(value).translate(wide), note="full-width digits")


@family()
def num_wan_heading(rng: random.Random) -> Export:
    """Amounts in ten thousands, said in the heading."""
    led = ledger(rng, "zh", high=90000)
    rows = table(
        rng,
        led,
        ["number", "day", "name", "product", ("amount", rng.choice(("金额（万元）", "销售金额(万元)", "金额/万元")))],
    )
    kept = [rows[0], *[[*row[:-1], f"{row[-1] / 10000:f}"] for row in rows[1:]]]  # type: ignore[operator]
    return Export([csv_file(kept, Style("zh"))], [truth(led.lines)], "万元: ten thousands")


@family()
def num_wan_cells(rng: random.Random) -> Export:
    """3.2万 beside 4500: the unit stands in the cell."""
    led = ledger(rng, "zh", high=90000, whole=True)

    def write(value: Decimal) -> str:
        return f"{value / 10000:f}".rstrip("0").rstrip(".") + "万" if abs(value) >= 10000 else f"{value:.0f}"

    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    return Export([csv_file(rows, Style("zh", write))], [truth(led.lines)], "万 in the cell")


@family(unaided=False)
def num_arithmetic(rng: random.Random) -> Export:
    """Some cells hold a sum or two numbers: they are no number, and must not become another one."""
    led = ledger(rng, "zh", returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    spoilt = {rng.randrange(1, len(rows)) for _ in range(2)}
    bad = rng.choice(("100+20", "5元6", "120/130", "1200(含运费)", "约300"))
    kept = [[*row[:-1], bad] if i in spoilt else row for i, row in enumerate(rows)]
    lines = [line for i, line in enumerate(led.lines, 1) if i not in spoilt]
    told = truth(lines, numbered=False)
    return Export([csv_file(kept, Style("zh"))], [told], f"{bad} is no number: set aside or asked")


@family()
def num_unit_in_quantity(rng: random.Random) -> Export:
    """The quantity is "4 box": an optional cell, the sale stays."""
    led = ledger(rng, "en", returns=0.0)
    rows = table(rng, led, ["number", "day", "name", "product", "quantity", "amount"])
    unit = rng.choice((" box", " pcs", " x 12", "箱"))
    kept = [rows[0], *[[*row[:4], f"{row[4]}{unit}", row[5]] for row in rows[1:]]]
    return Export([csv_file(kept, Style("en"))], [truth(led.lines)], "the quantity has a unit; the amount is plain")


@family()
def num_mixed_point_comma(rng: random.Random) -> Export:
    """A German file in which whole thousands have no decimals: 1.234 beside 99,50."""
    led = ledger(rng, "de", returns=0.1, high=9000, lines=(1, 2))
    plain, whole = money(".", ","), money(".", ",", places=0)
    rows = table(rng, led, shuffled(rng, ROLES))
    style = Style("de", lambda value: whole(value) if value == value.to_integral() else plain(value), day("%d.%m.%Y"))
    return Export([csv_file(rows, style, delimiter=";")], [truth(led.lines)], "the comma is the decimal mark")


@family()
def num_stripped_zeros(rng: random.Random) -> Export:
    """Amounts as a program prints them: 12, 12.5, 12.55."""
    led = ledger(rng, rng.choice(("zh", "en")))
    rows = table(rng, led, shuffled(rng, ROLES))
    style = Style(led.lang, lambda value: f"{value.normalize():f}")
    return Export([csv_file(rows, style)], [truth(led.lines)], "no trailing zeros")


@family()
def num_three_decimals(rng: random.Random) -> Export:
    """Every amount with three decimals after a point in an English file: 1234.560 is not a million."""
    led = ledger(rng, "en", lines=(1, 2))
    rows = table(rng, led, shuffled(rng, ROLES))
    return Export([csv_file(rows, Style("en", money(places=3)))], [truth(led.lines)], "three decimals")


@family()
def num_three_decimals_comma(rng: random.Random) -> Export:
    """1234,560 in a German file: three decimals."""
    led = ledger(rng, "de", lines=(1, 2))
    rows = table(rng, led, shuffled(rng, ROLES))
    style = Style("de", money("", ",", places=3), day("%d.%m.%Y"))
    return Export([csv_file(rows, style, delimiter=";", quoting=csv.QUOTE_ALL)], [truth(led.lines)], "three decimals")


@family(unaided=False)
def num_may_be_either(rng: random.Random) -> Export:
    """Amounts below ten thousand, all 1.234 in an English workbook of text: one or a thousand? It must be asked."""
    led = ledger(rng, "en", whole=True, returns=0.0, lines=(1, 1))
    rows: Rows = table(rng, led, ["number", "day", "name", "amount"])
    kept = [rows[0], *[[*row[:-1], f"{rng.randint(1, 9)}.{rng.randint(100, 999)}"] for row in rows[1:]]]
    return Export([csv_file(kept, Style("en"))], [], "1.234 may be one or one thousand")
