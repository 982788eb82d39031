"""The bytes: encodings, delimiters, quotation, short and long rows, guards."""

from __future__ import annotations

import csv
import random
from itertools import pairwise

from export_kinds import Export, family
from export_truth import Ledger, ledger, truth
from export_words import saved, shuffled, table, usual
from export_writing import File, Rows, Style, csv_file, day, html_file, money, text_file, xlsx_file

ROLES = ["number", "day", "name", "product", "amount"]


def _list(rng: random.Random, lang: str, roles: list[str] = ROLES, **more: object) -> tuple[Ledger, Rows]:
    led = ledger(rng, lang, **more)  # type: ignore[arg-type]
    return led, table(rng, led, roles)


@family(seeds=3)
def encodings(rng: random.Random) -> Export:
    lang, encoding = rng.choice(
        (
            ("zh", "gb18030"),
            ("zh", "utf-16"),
            ("tw", "big5"),
            ("de", "cp1252"),
            ("zh", "utf-8-sig"),
            ("fr", "latin-1"),
            ("es", "cp1252"),
            ("zh", "utf-16-le"),
            ("de", "utf-16"),
            ("fr", "utf-8"),
        )
    )
    led, rows = _list(rng, lang)
    style = Style(
        lang,
        money("", ",") if lang in {"de", "fr", "es"} else money(),
        day("%d.%m.%Y" if lang == "de" else "%d/%m/%Y" if lang in {"fr", "es"} else "%Y-%m-%d"),
    )
    file = csv_file(
        rows,
        style,
        delimiter=";" if lang in {"de", "fr", "es"} else "\t" if "16" in encoding else ",",
        encoding=encoding,
    )
    return Export([file], [truth(led.lines)], encoding)


@family()
def delimiters(rng: random.Random) -> Export:
    led, rows = _list(rng, rng.choice(("zh", "en")))
    delimiter = rng.choice((";", "\t", "|", ","))
    file = csv_file(
        rows,
        Style(led.lang, money(",")),
        delimiter=delimiter,
        quoting=rng.choice((csv.QUOTE_ALL, csv.QUOTE_MINIMAL)),
        newline=rng.choice(("\n", "\r\n", "\r")),
    )
    return Export([file], [truth(led.lines)], f"delimiter {delimiter!r}")


@family()
def excel_separator_line(rng: random.Random) -> Export:
    led, rows = _list(rng, "en")
    file = csv_file(rows, Style("en"), delimiter=";")
    return Export(
        [File(file.name, b"sep=;\r\n" + file.content)], [truth(led.lines)], "the first line says the delimiter"
    )


@family()
def short_rows(rng: random.Random) -> Export:
    """Trailing empty fields are left off, in some or all rows."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    words = ("备注", "其他") if lang == "zh" else ("Remark", "Ref")
    rows = table(rng, led, [*ROLES, ("remark", words[0]), ("remark", words[1])])
    texts = Style(lang).texts(rows)
    lines = [",".join(texts[0]), *[",".join(row[: rng.choice((5, 5, 6, 7))]) for row in texts[1:]]]
    return Export([text_file(lines, "export.csv")], [truth(led.lines)], "missing fields are blank")


@family()
def long_rows(rng: random.Random) -> Export:
    """Rows end with delimiters the heading does not have."""
    led, rows = _list(rng, rng.choice(("zh", "en")))
    tail = "," * rng.choice((1, 2, 3))
    texts = Style(led.lang).texts(rows)
    some = rng.random() < 0.5
    lines = [
        ",".join(texts[0]),
        *[",".join(row) + (tail if not some or rng.random() < 0.5 else "") for row in texts[1:]],
    ]
    return Export([text_file(lines, "export.csv")], [truth(led.lines)], "empty fields too many")


@family()
def wide_footer(rng: random.Random) -> Export:
    lang = rng.choice(("zh", "en"))
    led, rows = _list(rng, lang)
    texts = Style(lang).texts(rows)
    foot = (
        "打印时间：2026-01-05, 09:12, 打印人：张三, 第1页, 共1页, 完"
        if lang == "zh"
        else "Printed on Monday, Jan 05, 2026, 09:12, by Ann, page 1"
    )
    lines = [*[",".join(row) for row in texts], *([""] if rng.random() < 0.5 else []), foot]
    if rng.random() < 0.3:
        lines.insert(
            0,
            "Sales of Acme, Inc., Springfield, IL, USA, all branches, all reps"
            if lang == "en"
            else "销售明细,某公司,全部,全部,全部,全部,全部",
        )
    return Export([text_file(lines, "export.csv")], [truth(led.lines)], "a line of words wider than the table")


@family()
def guards(rng: random.Random) -> Export:
    """Every cell, or the codes alone, written ="..."; or codes with an apostrophe or a tab."""
    lang = rng.choice(("zh", "en"))
    led, rows = _list(rng, lang, ["number", "day", "code", "name", "amount"])
    texts = Style(lang).texts(rows)
    how = rng.choice(("all", "codes", "apostrophe", "tab"))

    def cell(i: int, text: str) -> str:
        if how in {"all", "codes"}:
            return f'="{text}"' if how == "all" or i in {0, 2} else text
        mark = "'" if how == "apostrophe" else "\t"
        return (mark + text if how == "apostrophe" else text + mark) if i in {0, 2} else text

    body = [[cell(i, text) for i, text in enumerate(row)] for row in texts[1:]]
    quoted = rng.random() < 0.5
    file = (
        csv_file([list(texts[0]), *[list(row) for row in body]], Style(lang), quoting=csv.QUOTE_MINIMAL)
        if quoted
        else text_file([",".join(row) for row in [texts[0], *body]], "export.csv")
    )
    return Export([file], [truth(led.lines)], f"guards of Excel: {how}")


@family(unaided=False)
def stray_quotes(rng: random.Random) -> Export:
    """Inches and nicknames: a quotation mark inside or before a name, without being doubled."""
    led, rows = _list(rng, "en", returns=0.0)
    texts = Style("en").texts(rows)
    for i in rng.sample(range(1, len(texts)), 3):
        texts[i][3] = rng.choice(('Pipe 3/4" steel', '"Best" Valve', 'TV 42"', 'Valve "old'))
    if rng.random() < 0.4:
        texts[rng.randrange(2, len(texts) - 5)][3] = '"Filter'
    lines = [",".join(row) for row in texts]
    return Export(
        [text_file(lines, "export.csv")], [truth(led.lines)], "a quotation mark is part of the text; no row may vanish"
    )


@family()
def blank_rows_and_columns(rng: random.Random) -> Export:
    lang = rng.choice(("zh", "en"))
    led, rows = _list(rng, lang)
    at = rng.randrange(0, 4)
    wide = [[*row[:at], None, *row[at:], None] for row in rows]
    kept: Rows = []
    for row in wide:
        kept.append(row)
        if rng.random() < 0.15:
            kept.append([None] * len(row))
    if rng.random() < 0.5:
        kept = [[None] * len(wide[0])] * 2 + kept
    return Export([saved(rng, kept, usual(rng, lang), among="csv,xlsx")], [truth(led.lines)], "blank rows and columns")


@family()
def line_breaks_in_cells(rng: random.Random) -> Export:
    lang = rng.choice(("zh", "en"))
    led, rows = _list(rng, lang, ["number", "day", "name", "remark", "amount"])
    for row in rows[1:]:
        if rng.random() < 0.3:
            row[3] = rng.choice(("two\nlines", "a, b; c", 'say "hi"', "送货\n上门"))
    rows[0] = [
        str(cell) + ("\n(USD)" if i == 4 and rng.random() < 0.3 and lang == "en" else "")
        for i, cell in enumerate(rows[0])
    ]
    return Export([saved(rng, rows, Style(lang), among="csv,xlsx")], [truth(led.lines)], "line breaks inside cells")


@family()
def html_called_xls(rng: random.Random) -> Export:
    led, rows = _list(rng, rng.choice(("zh", "en")))
    encoding = rng.choice(("utf-8", "gb18030")) if led.lang == "zh" else "utf-8"
    return Export([html_file(rows, usual(rng, led.lang), encoding=encoding)], [truth(led.lines)], "HTML called xls")


@family()
def text_called_xls(rng: random.Random) -> Export:
    led, rows = _list(rng, rng.choice(("zh", "en")))
    encoding = rng.choice(("utf-16", "gb18030", "utf-8")) if led.lang == "zh" else rng.choice(("utf-16", "utf-8"))
    return Export(
        [csv_file(rows, Style(led.lang), "export.xls", delimiter="\t", encoding=encoding)],
        [truth(led.lines)],
        "tabbed text called xls",
    )


@family()
def padded_cells(rng: random.Random) -> Export:
    """Blanks before and behind every value, no-break ones too."""
    led, rows = _list(rng, rng.choice(("zh", "en")), ["number", "day", "code", "name", "amount"])
    texts = [
        [rng.choice(("  ", " ", "\xa0", "")) + cell + rng.choice(("", " ", "   ", "\xa0")) for cell in row]
        for row in Style(led.lang).texts(rows)
    ]
    return Export(
        [csv_file([list(row) for row in texts], Style(led.lang))], [truth(led.lines)], "blanks around the values"
    )


@family()
def hidden_marks(rng: random.Random) -> Export:
    """Zero-width and control characters, a byte order mark inside."""
    led, rows = _list(rng, rng.choice(("zh", "en")), ["number", "day", "code", "name", "amount"])
    mark = rng.choice(("\u200b", "\u200e", "\ufeff"))
    texts = [
        [mark + cell if i in {0, 3} else cell for i, cell in enumerate(row)] for row in Style(led.lang).texts(rows)
    ]
    return Export([csv_file([list(row) for row in texts], Style(led.lang))], [truth(led.lines)], "marks nobody sees")


@family()
def second_sheet_is_a_note(rng: random.Random) -> Export:
    lang = rng.choice(("zh", "en"))
    led, rows = _list(rng, lang, shuffled(rng, ROLES))
    note: Rows = [["说明"], ["本表由系统导出"]] if lang == "zh" else [["Notes"], ["Exported by the system"]]
    sheets = {"Notes": note, "Data": rows} if rng.random() < 0.5 else {"Data": rows, "Notes": note}
    return Export([xlsx_file(sheets)], [truth(led.lines)], "a sheet of words beside the list")


@family()
def a_sheet_each_month(rng: random.Random) -> Export:
    """The same columns on three sheets: all of them are the list."""
    lang = rng.choice(("zh", "en"))
    led = ledger(rng, lang)
    roles = ["number", "day", "name", "product", "amount"]
    rows = table(rng, led, roles)
    third = sorted({line.number: i for i, line in enumerate(led.lines)}.values())
    cuts = [0, third[len(third) // 3], third[2 * len(third) // 3], len(led.lines) - 1]
    sheets = {
        f"{i + 1}{'月' if lang == 'zh' else ' Q'}": [rows[0], *rows[1:][a + (i > 0) : b + 1]]
        for i, (a, b) in enumerate(pairwise(cuts))
    }
    return Export([xlsx_file(sheets)], [truth(led.lines)], "a sheet each month, none of them twice")
