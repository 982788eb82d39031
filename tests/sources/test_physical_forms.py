"""One table written in many physical ways gives the same rows and the same sum; whatever is done to its lines, none
vanishes: it is a row, an unusable row, or said."""

from __future__ import annotations

import csv
import io
import random
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_loads import Loaded, load, text_file

from liuke.kernel.errors import Refused
from liuke.sources.files import open_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = ["invoice_no", "customer_id", "date", "customer_name", "quantity", "unit_price", "amount"]
NAMES = ["Acme & Sons", "Birch Trading", "Cedar", "Dogwood Works", "恒远机械", "三江电子厂"]


def rows_of(count: int = 40, seed: int = 0) -> list[list[str]]:
    chosen = random.Random(seed)
    rows = []
    for k in range(count):
        quantity, price = chosen.randint(1, 40), chosen.randint(100, 99999)
        day = f"2025-{k % 12 + 1:02d}-{k % 27 + 2:02d}"
        money = f"{quantity * price / 100:.2f}"
        rows.append([f"R{k:04d}", f"K{k % 6}", day, NAMES[k % 6], str(quantity), f"{price / 100:.2f}", money])
    return rows


def total(rows: list[list[str]]) -> Decimal:
    return sum((Decimal(row[-1]) for row in rows), Decimal(0))


def lines(rows: list[list[str]], delimiter: str = ",", **dialect: object) -> list[str]:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n", **dialect).writerows([HEAD, *rows])  # type: ignore[arg-type]
    return text.getvalue().splitlines()


def framed(rows: list[list[str]], bar: str = "|", ruler: Callable[[list[int]], str] | None = None) -> list[str]:
    widths = [max(_places(row[k]) for row in [HEAD, *rows]) for k in range(len(HEAD))]
    draw = ruler or (lambda widths: "-" * (sum(widths) + len(widths) + 1))
    body = [bar + bar.join(_padded(c, w) for c, w in zip(row, widths, strict=True)) + bar for row in [HEAD, *rows]]
    return [draw(widths), body[0], draw(widths), *body[1:], draw(widths)]


def in_columns(rows: list[list[str]], gap: str = "  ", ruler: bool = False) -> list[str]:
    widths = [max(_places(row[k]) for row in [HEAD, *rows]) for k in range(len(HEAD))]
    body = [gap.join(_padded(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in [HEAD, *rows]]
    return [body[0], *([gap.join("-" * w for w in widths)] if ruler else []), *body[1:]]


def _places(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _places(text))


def crossed(widths: list[int]) -> str:
    return "+" + "+".join("-" * w for w in widths) + "+"


FORMS: dict[str, Callable[[list[list[str]]], str]] = {
    **{f"cut by {d!r}": lambda rows, d=d: "\n".join(lines(rows, d)) for d in (",", ";", "\t", "|", "^", "~", "\x1f")},
    "all in marks": lambda rows: "\n".join(lines(rows, quoting=csv.QUOTE_ALL)),
    "no end at the last line": lambda rows: "\r\n".join(lines(rows)),
    "old line ends": lambda rows: "\r".join(lines(rows)) + "\r",
    "blank lines between": lambda rows: "\n\n".join(lines(rows)) + "\n\n\n",
    "a delimiter behind": lambda rows: ",\n".join(lines(rows)) + ",\n",
    "marks around whole lines": lambda rows: "\n".join(f'"{line}"' for line in lines(rows)),
    "a frame": lambda rows: "\n".join(framed(rows)),
    "crosses and a count": lambda rows: "\n".join([*framed(rows, ruler=crossed), f"({len(rows)} rows)"]),
    "boxes": lambda rows: "\n".join(framed(rows, "│", lambda w: "├" + "─" * (sum(w) + len(w) - 1) + "┤")),
    "markdown": lambda rows: "\n".join(framed(rows, ruler=lambda w: "|" + "|".join("-" * n for n in w) + "|")[1:-1]),
    "columns": lambda rows: "\n".join(in_columns(rows)),
    "columns under a ruler": lambda rows: "\n".join(in_columns(rows, " ", ruler=True)),
    "names of rows": lambda rows: "\n".join([lines(rows)[0], *(f"{k},{x}" for k, x in enumerate(lines(rows)[1:], 1))]),
    "two delimiters": lambda rows: "\n".join(line.replace(",", "||") for line in lines(rows)),
    "sep": lambda rows: "sep=;\n" + "\n".join(lines(rows, ";")),
    "end of a DOS file": lambda rows: "\r\n".join(lines(rows)) + "\r\n\x1a",
    "form feeds": lambda rows: "\f" + "\n\f".join(lines(rows)) + "\n",
    "NULs": lambda rows: "\n".join(line.replace("K", "K\0") for line in lines(rows)),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_in_any_form_gives_the_same_rows_and_sum(form: str, tmp_path: Path) -> None:
    rows = rows_of()
    loaded = load(text_file(tmp_path, FORMS[form](rows), "list.txt"))
    assert sum(loaded.amounts()) == total(rows)
    assert loaded.column("document_id") == [row[0] for row in rows]
    assert loaded.column("customer_id") == [row[1] for row in rows]
    assert loaded.column("customer_name") == [row[3] for row in rows]
    assert loaded.bad.is_empty()


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", ["cut by ','", "cut by '\\t'", "a frame", "columns", "all in marks"])
def test_the_same_table_in_any_encoding_gives_the_same_rows(form: str, encoding: str, tmp_path: Path) -> None:
    rows = rows_of()
    loaded = load(text_file(tmp_path, FORMS[form](rows), "list.txt", encoding))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), len(rows))
    assert loaded.column("customer_name") == [row[3] for row in rows]


def test_traditional_characters_in_big5_are_told_from_gb18030(tmp_path: Path) -> None:
    names = ["臺灣電子股份有限公司", "遠東機械廠", "國際貿易商行", "華南實業"]
    rows = [[*row[:3], names[k % 4], *row[4:]] for k, row in enumerate(rows_of())]
    text = "\n".join(lines(rows))
    for encoding in ("big5", "gb18030"):
        assert load(text_file(tmp_path, text, encoding=encoding)).column("customer_name") == [row[3] for row in rows]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "utf-8"])
def test_accents_are_read_alike(encoding: str, tmp_path: Path) -> None:
    names = ["Müller & Söhne", "Café Noël", "Señor Núñez", "Weiß"]
    rows = [[*row[:3], names[k % 4], *row[4:]] for k, row in enumerate(rows_of())]
    text = "\n".join(lines(rows, ";"))
    assert load(text_file(tmp_path, text, encoding=encoding)).column("customer_name") == [row[3] for row in rows]


def test_thousands_commas_without_marks_are_put_together(tmp_path: Path) -> None:
    rows = rows_of(60)
    large = [[*row[:-1], f"{Decimal(row[-1]):,.2f}"] for row in rows]
    loaded = load(text_file(tmp_path, "\n".join(",".join(row) for row in [HEAD, *large])))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), 60)
    assert "put together again" in loaded.notes


def test_decimal_commas_without_marks_are_put_together_where_quantity_times_price_proves_it(tmp_path: Path) -> None:
    rows = rows_of(60)
    cut = [[*row[:-2], row[-2].replace(".", ","), row[-1].replace(".", ",")] for row in rows]
    loaded = load(text_file(tmp_path, "\n".join(",".join(row) for row in [HEAD, *cut])))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), 60)


def test_numbers_cut_in_ways_that_nothing_decides_are_refused(tmp_path: Path) -> None:
    rows = [f"R{k},2025-01-{k + 10},1,{234 + k},5,{678 + k}" for k in range(12)]
    path = text_file(tmp_path, "\n".join(["invoice_no,date,discount,amount", *rows]))
    with pytest.raises(Refused, match="commas may cut numbers in two"):
        load(path)


def test_names_cut_by_their_own_commas_keep_their_rows(tmp_path: Path) -> None:
    rows = rows_of(60)
    for k in range(0, 60, 7):
        rows[k][3] = "Acme, Inc."
    loaded = load(text_file(tmp_path, "\n".join(",".join(row) for row in [HEAD, *rows])))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), 60)


def test_a_field_of_any_length_is_read(tmp_path: Path) -> None:
    rows = rows_of()
    rows[3][3] = "x" * 300_000
    rows[7][3] = 'y "' * 100_000
    loaded = load(text_file(tmp_path, "\n".join(lines(rows))))
    assert sum(loaded.amounts()) == total(rows)


def test_a_mark_that_never_closes_swallows_no_row(tmp_path: Path) -> None:
    rows = rows_of()
    text = lines(rows)
    for at in (5, 9, 20):
        text[at] = text[at].replace(",2025", ',"2025', 1) if at != 9 else '"' + text[at]
    loaded = load(text_file(tmp_path, "\n".join(text)))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), len(rows))
    assert "a quotation mark stands alone" in loaded.notes


def test_fields_of_several_lines_stay_one_row(tmp_path: Path) -> None:
    rows = rows_of()
    for k in range(0, 40, 3):
        rows[k][3] = "first line\nsecond, line\n\nlast"
    loaded = load(text_file(tmp_path, "\n".join(lines(rows))))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), len(rows))


PAGES = [
    "02.01.2026          Dynamic List Display            {}",
    "Sales journal, Acme Ltd, printed Monday, Jan 5, 2026, {}",
]


@pytest.mark.parametrize("form", ["a frame", "cut by ','", "columns"])
def test_page_heads_and_footers_are_said_and_not_taken_for_rows(form: str, tmp_path: Path) -> None:
    rows = rows_of(60)
    text = FORMS[form](rows).splitlines()
    heads = ["", PAGES[0 if form != "cut by ','" else 1].format(2), ""]
    broken = [*text[:30], *heads, *text[30:50], *heads, *text[50:]]
    loaded = load(text_file(tmp_path, "\n".join(broken), "list.txt"))
    assert (sum(loaded.amounts()), loaded.good.height) == (total(rows), 60)


def mutilated(text: list[str], seed: int) -> list[str]:
    """The lines after one to six small misfortunes."""
    chosen = random.Random(seed)
    text = list(text)
    for _ in range(chosen.randint(1, 6)):
        at = chosen.randrange(1, len(text))
        line = text[at]
        place = chosen.randrange(len(line) + 1)
        what = chosen.randrange(7)
        if what == 0:
            text[at] = line[:place] + '"' + line[place:]
        elif what == 1:
            text[at] = line[:place] + "," + line[place:]
        elif what == 2:
            text[at] = line[:place] + "\n" + line[place:]
        elif what == 3:
            text[at] = line[:place]
        elif what == 4:
            text[at] = line + ",,,"
        elif what == 5:
            text.insert(at, chosen.choice(["", "-----", "Page 2 of 3", "a, b, c, d, e, f, g, h, i", '"']))
        else:
            text[at] = '"' + line.replace(",", '","') + chosen.choice(['"', ""])
    return text


def outcome(path: Path) -> Loaded | Refused:
    try:
        return load(path)
    except Refused as error:
        return error


@pytest.mark.parametrize("seed", range(120))
def test_no_line_vanishes_whatever_is_done_to_it(seed: int, tmp_path: Path) -> None:
    rows = rows_of(40, seed)
    path = text_file(tmp_path, "\n".join(mutilated(lines(rows), seed)))
    loaded = outcome(path)
    if isinstance(loaded, Refused):
        assert path.name in loaded.text()
        return
    told = _numbers_of(loaded)
    lost = [row[0] for row in rows if row[0] not in told]
    assert len(lost) <= 6, "only a row whose own number was touched may bear another"
    assert _accounted(loaded)


def _numbers_of(loaded: Loaded) -> str:
    """All that was loaded, set aside or said, as one text."""
    return " ".join([str(loaded.good.rows()), str(loaded.bad.rows()), loaded.notes])


def _accounted(loaded: Loaded) -> bool:
    (table,) = loaded.plan.tables
    assert table.physical is not None
    table.physical.check("f")
    account = loaded.reading.reconciliation
    return account.rows_read == account.rows_loaded + account.rows_quarantined


def test_the_account_of_lines_adds_up(tmp_path: Path) -> None:
    text = [
        "List of sales",
        "",
        *lines(rows_of(10)),
        "-----",
        "",
        "a,b,c,d,e,f,g,h,i",
        "R9,K1,2025-01-01,a,b,1,2,3,x,y",
    ]
    (table,) = open_source(str(text_file(tmp_path, "\n".join(text)))).tables
    account = table.physical
    assert account is not None
    assert (account.lines, account.above, account.rows, account.blank) == (17, 3, 10, 1)
    assert (account.rulers, account.apart) == (1, 2)
    assert [line.row for line in table.apart] == [17]
