"""Who a customer is, which money it is, when numbers begin anew, and the other tables."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from export_kinds import Export, family
from export_truth import Truth, ledger, truth
from export_words import named, saved, shuffled, table, usual
from export_writing import Rows, Style, csv_file, money, xlsx_file

ROLES = ["number", "day", "code", "name", "product", "amount"]


@family(unaided=False)
def placeholder_code(rng: random.Random) -> Export:
    """Guests share the code 0 and have names and addresses of their own."""
    led = ledger(rng, "en", returns=0.0, lines=(1, 1))
    guests = {each.code for each in led.customers[:3]}
    word = rng.choice(("0", "guest", "-", "0000", "WALKIN"))
    rows = table(
        rng,
        led,
        ["number", "day", ("code", "customer_id"), ("email", "customer_email"), ("name", "customer_name"), "amount"],
    )
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[2] = word if line.customer.code in guests else row[2]
    apart = truth(line for line in led.lines if line.customer.code not in guests)
    return Export([saved(rng, rows, Style("en"))], [truth(led.lines), apart], f"{word} stands for several people")


@family(unaided=False)
def walk_ins(rng: random.Random) -> Export:
    """散客, 零售客户, walk-in, cash sale among named customers: nobody to keep."""
    lang = rng.choice(("zh", "en"))
    word = rng.choice(
        ("散客", "零售客户", "普通客户") if lang == "zh" else ("Walk-in", "Cash Sale", "Guest", "WALK IN CUSTOMER")
    )
    led = ledger(rng, lang, returns=0.0)
    nobody = led.customers[0].code
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[2] = word if line.customer.code == nobody else row[2]
    apart = truth(line for line in led.lines if line.customer.code != nobody)
    return Export([saved(rng, rows, usual(rng, lang))], [apart], f"{word} is no customer: set aside or asked")


@family()
def codes_as_numbers(rng: random.Random) -> Export:
    """Codes with leading zeros, or stored as 12345.0."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    rows = table(rng, led, ROLES)
    numbers = {each.code: i for i, each in enumerate(led.customers)}
    form = rng.choice(("{:06d}", "{}.0", "1000{}"))
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[2] = form.format(numbers[line.customer.code] + 11)
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "codes of digits")


@family(unaided=False)
def codes_that_lost_digits(rng: random.Random) -> Export:
    """Nineteen digits stored as numbers: one code carries eight names."""
    led = ledger(rng, rng.choice(("zh", "en")))
    rows = table(rng, led, ROLES)
    numbers = {each.code: i for i, each in enumerate(led.customers)}
    for row, line in zip(rows[1:], led.lines, strict=True):
        row[2] = float(6228480000000001000 + numbers[line.customer.code])
    return Export([xlsx_file(rows)], [truth(led.lines)], "codes past fifteen digits are gone; the names are not")


@family()
def same_name_two_codes(rng: random.Random) -> Export:
    """Two customers of one name and different codes stay two."""
    led = ledger(rng, "zh", returns=0.0)
    first, second = led.customers[:2]
    lines = [
        replace(line, customer=replace(second, name=first.name)) if line.customer.code == second.code else line
        for line in led.lines
    ]
    return Export(
        [csv_file(table(rng, led, ROLES, lines), Style("zh"))], [truth(led.lines)], "the code tells them apart"
    )


@family(unaided=False)
def few_words_are_no_customer(rng: random.Random) -> Export:
    """The only column of words beside date and amount is Paid or Not paid."""
    led = ledger(rng, "en", returns=0.0).worded(lambda i, line: rng.choice(("Paid", "Not Paid")))
    rows = table(rng, led, ["number", "day", ("word", "Payment Status"), "amount"])
    return Export([saved(rng, rows, Style("en"))], [], "Paid is no customer")


@family()
def names_with_marks(rng: random.Random) -> Export:
    """Commas, apostrophes, dots and slashes in names change nothing."""
    led = ledger(rng, "en")
    names = (
        "O'Brien, Pat",
        "A/S Nord",
        "J. Smith Jr.",
        "Café Zoë",
        "7-Eleven #12",
        "Smith, Jones & Co.",
        "X",
        "100% Cotton",
    )
    other = {each.code: replace(each, name=name) for each, name in zip(led.customers, names, strict=False)}
    lines = [replace(line, customer=other[line.customer.code]) for line in led.lines]
    rows = table(rng, led, shuffled(rng, ["number", "day", "name", "product", "amount"]), lines)
    return Export([saved(rng, rows, usual(rng, "en"))], [truth(led.lines)], "names with marks")


@family()
def one_currency(rng: random.Random) -> Export:
    """A currency column with one currency in it."""
    lang = rng.choice(("zh", "en", "de"))
    led = ledger(rng, lang)
    rows = table(rng, led, ["number", "day", "name", "currency", "product", "amount"])
    return Export([saved(rng, rows, usual(rng, lang))], [truth(led.lines)], "one currency")


@family(unaided=False)
def mixed_currencies(rng: random.Random) -> Export:
    """Dollars, euros and yen in one column or one file: rates are needed."""
    led = ledger(rng, "en", returns=0.0, lines=(1, 1)).worded(lambda i, line: ("USD", "EUR", "JPY")[i % 3])
    how = rng.choice(("column", "cell", "sign"))
    rows = table(rng, led, ["number", "day", "name", *([("word", "Currency")] if how == "column" else []), "amount"])
    signs = {"USD": "$", "EUR": "€", "JPY": "¥"}
    write = money(",")
    for row, line in zip(rows[1:], led.lines, strict=True):
        if how == "cell":
            row[-1] = f"{line.word} {write(line.amount)}"
        if how == "sign":
            row[-1] = signs[line.word] + write(line.amount)
    return Export([csv_file(rows, Style("en"))], [], "several currencies without rates")


@family(unaided=False)
def a_currency_each_file(rng: random.Random) -> Export:
    """Two files of one firm in two currencies: the second must be refused."""
    files = []
    for code in ("USD", "EUR"):
        led = ledger(rng, "en", returns=0.0, lines=(1, 1), numbering=code[0] + "{n5}").worded(
            lambda i, line, code=code: code
        )  # type: ignore[misc]
        rows = table(
            rng,
            led,
            [
                ("number", "Invoice No"),
                ("day", "Date"),
                ("name", "Customer"),
                ("word", "Currency"),
                ("amount", "Amount"),
            ],
        )
        files.append(csv_file(rows, Style("en"), f"shop_{code.lower()}.csv"))
    return Export(files, [], "the second file is of another currency")


@family(unaided=False)
def numbers_begin_anew(rng: random.Random) -> Export:
    """A file a month, each numbering its documents from 0001."""
    lang = rng.choice(("zh", "en"))
    files, lines, year = [], [], 2025
    for month in (1, 2, 3):
        led = ledger(
            rng,
            lang,
            documents=(8, 11),
            returns=0.0,
            year=year,
            months=(month, month),
            numbering="{n:04d}",
            lines=(1, 2),
        )
        roles = (
            [("day", "日期"), ("number", "单号"), ("name", "客户名称"), ("product", "商品"), ("amount", "金额")]
            if lang == "zh"
            else [
                ("day", "Date"),
                ("number", "Invoice No"),
                ("name", "Customer"),
                ("product", "Item"),
                ("amount", "Amount"),
            ]
        )
        files.append(
            csv_file(
                table(rng, led, roles), Style(lang), f"{'销售明细' if lang == 'zh' else 'sales '}{year}-{month:02d}.csv"
            )
        )
        lines += [
            replace(line, number=f"{month}/{line.number}", customer=replace(line.customer, code=line.customer.name))
            for line in led.lines
        ]
    return Export(files, [truth(lines)], "numbers begin anew each month: all months stay")


@family(unaided=False)
def numbers_begin_anew_in_one_file(rng: random.Random) -> Export:
    """Three months in one file, numbers from 1 in each."""
    lang = rng.choice(("zh", "en"))
    lines = []
    for month in (1, 2, 3):
        led = ledger(
            rng, lang, documents=(8, 11), returns=0.0, year=2025, months=(month, month), numbering="{n}", lines=(1, 2)
        )
        lines += led.lines
    rows = table(rng, led, ["number", "day", "name", "product", "amount"], lines)
    told = truth(
        replace(
            line, number=f"{line.day.month}/{line.number}", customer=replace(line.customer, code=line.customer.name)
        )
        for line in lines
    )
    return Export([saved(rng, rows, Style(lang))], [told], "one number, three months: three documents")


@family()
def exports_that_overlap(rng: random.Random) -> Export:
    """January to June, then January to August under the same name: what is held counts once."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, year=2025)
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    short = [rows[0], *[row for row, line in zip(rows[1:], led.lines, strict=True) if line.day.month <= 6]]
    stem = "销售明细" if lang == "zh" else "sales"
    files = [
        csv_file(short, Style(lang), f"{stem}2025-06-30.csv"),
        csv_file(rows, Style(lang), f"{stem}2025-12-31.csv"),
    ]
    return Export(files, [truth(led.lines)], "the longer export holds the shorter")


@family()
def monthly_files(rng: random.Random) -> Export:
    """A file a month with numbers that go on."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang, year=2025, months=(1, 3), documents=(24, 30))
    rows = table(rng, led, ["number", "day", "name", "product", "amount"])
    files = []
    for month in (1, 2, 3):
        part = [row for row, line in zip(rows[1:], led.lines, strict=True) if line.day.month == month]
        files.append(
            csv_file([rows[0], *part], Style(lang), f"{'出库单' if lang == 'zh' else 'invoices_'}2025{month:02d}.csv")
        )
    return Export(files, [truth(led.lines)], "numbers go on")


def _other(
    rng: random.Random, name: str, heads: list[str], row: object, stem: str, many: tuple[int, int] = (15, 25)
) -> Export:
    """A file of another table: right when it is loaded as that table with all its rows."""
    lang = "zh" if any("\u4e00" <= ch <= "\u9fff" for ch in "".join(heads)) else "en"
    led = ledger(rng, lang)
    rows: Rows = [list(heads), *[row(i, led.lines[i % len(led.lines)]) for i in range(rng.randint(*many))]]  # type: ignore[operator]
    told = Truth(tuple((led.lines[0].day, "", Decimal(0), "") for _ in rows[1:]))
    return Export([saved(rng, rows, usual(rng, lang), stem, among="csv,xlsx")], [told], f"a list of {name}", table=name)


@family()
def table_visits(rng: random.Random) -> Export:
    if rng.random() < 0.5:
        heads = ["拜访日期", "客户编码", "客户名称", "拜访人", "拜访方式", "拜访内容", "拜访结果"]
        words = ("陈静", "上门", "介绍新品", "有意向")
    else:
        heads, words = (
            ["Visit Date", "Customer No", "Customer", "Visited By", "Channel", "Notes", "Outcome"],
            ("Ann", "on site", "new range", "will order"),
        )
    return _other(
        rng,
        "contact",
        heads,
        lambda i, line: [line.day, line.customer.code, line.customer.name, *words],
        "拜访记录" if "拜访日期" in heads else "visits",
    )


@family()
def table_complaints(rng: random.Random) -> Export:
    heads = ["投诉编号", "投诉日期", "客户编码", "客户名称", "投诉类别", "投诉内容", "关闭日期"]
    words = ("质量", "漏油")
    return _other(
        rng,
        "complaint",
        heads,
        lambda i, line: [f"TS{i:04d}", line.day, line.customer.code, line.customer.name, *words, line.day],
        "客户投诉",
    )


@family()
def table_prices(rng: random.Random) -> Export:
    heads = (
        ["存货编码", "存货名称", "生效日期", "价格"]
        if rng.random() < 0.5
        else ["Item No.", "Item", "Valid From", "List Price"]
    )
    return _other(
        rng,
        "list_price",
        heads,
        lambda i, line: [f"P{i:03d}", line.product, line.day, line.price],
        "价格表" if heads[0] == "存货编码" else "price_list",
    )


@family()
def table_exits(rng: random.Random) -> Export:
    heads = ["客户编码", "客户名称", "访谈日期", "流失原因", "去向", "竞争对手"]
    return _other(
        rng,
        "exit_note",
        heads,
        lambda i, line: [f"K{i:03d}", line.customer.name, line.day, "价格", "换供应商", "某某公司"],
        "流失访谈",
    )


@family()
def table_customers(rng: random.Random) -> Export:
    zh = rng.random() < 0.5
    heads = (
        ["客户编码", "客户名称", "客户等级", "所属行业", "地区", "联系电话"]
        if zh
        else ["Customer No", "Customer Name", "Grade", "Industry", "Region", "Phone"]
    )
    return _other(
        rng,
        "customer",
        heads,
        lambda i, line: [
            f"K{i:03d}",
            f"{line.customer.name}{i}",
            "A",
            "制造" if zh else "Retail",
            "华东" if zh else "North",
            line.customer.phone,
        ],
        "客户档案" if zh else "customers",
    )


@family()
def table_products(rng: random.Random) -> Export:
    zh = rng.random() < 0.5
    heads = (
        ["存货编码", "存货名称", "产品大类", "上市日期"]
        if zh
        else ["Item No.", "Item Name", "Product Family", "Launched On"]
    )
    return _other(
        rng,
        "product",
        heads,
        lambda i, line: [f"P{i:03d}", f"{line.product}{i}", "整机" if zh else "Parts", line.day],
        "存货档案" if zh else "items",
    )


@family(unaided=False)
def sales_not_understood(rng: random.Random) -> Export:
    """Sales whose amount is unreadable: refused as sales, never taken for master data."""
    led = ledger(rng, "zh")
    rows = table(rng, led, ["code", "name", "number", "day", "product", "amount"])
    kept = [rows[0], *[[*row[:-1], "见附件"] for row in rows[1:]]]
    return Export([saved(rng, kept, Style("zh"))], [], f"{named(rng, 'zh', 'amount')} can't be read")
