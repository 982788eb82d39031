"""How programs write: numbers, days and whole files, byte for byte."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Cell = object  # str, int, Decimal, date or None
Rows = list[list[Cell]]

MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}


def grouped(digits: str, mark: str, indian: bool = False) -> str:
    """Whole digits with a mark between groups."""
    head, tail = digits[:-3], digits[-3:]
    size = 2 if indian else 3
    parts = []
    while head:
        parts.append(head[-size:])
        head = head[:-size]
    return mark.join([*reversed(parts), tail])


def money(
    mark: str = "",
    point: str = ".",
    *,
    minus: str = "lead",
    places: int = 2,
    indian: bool = False,
    before: str = "",
    after: str = "",
    plus: str = "",
) -> Callable[[Decimal], str]:
    """A way of writing amounts; `minus` is lead, trail, paren, behind (a word behind credits is `after_minus`)."""

    def write(value: Decimal) -> str:
        whole, _, part = f"{abs(value):.{places}f}".partition(".")
        text = grouped(whole, mark, indian) if mark else whole
        text = text + (point + part if part else "")
        text = before + text + after
        if value >= 0:
            return text + plus
        forms = {
            "lead": f"-{text}",
            "trail": f"{text}-",
            "paren": f"({text})",
            "unicode": f"−{text}",
            "inside": f"{before}-{text.removeprefix(before)}",
        }
        return forms.get(minus) or text + minus

    return write


def day(form: str, lang: str = "en") -> Callable[[dt.date], str]:
    """A way of writing days: strftime, where %B is the month in the file's language and %e, %n have no zero."""

    def write(value: dt.date) -> str:
        names = MONTHS.get(lang, MONTHS["en"])
        text = form.replace("%B", names[value.month - 1]).replace("%e", str(value.day)).replace("%n", str(value.month))
        return value.strftime(text.replace("%q", str((value - dt.date(1899, 12, 30)).days)))

    return write


@dataclass
class Style:
    """How one file writes its cells."""

    lang: str = "en"
    money: Callable[[Decimal], str] = field(default_factory=money)
    day: Callable[[dt.date], str] = field(default_factory=lambda: day("%Y-%m-%d"))

    def text(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, Decimal):
            return self.money(cell)
        return self.day(cell) if isinstance(cell, dt.date) else str(cell)

    def texts(self, rows: Rows) -> list[list[str]]:
        return [[self.text(cell) for cell in row] for row in rows]


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


def csv_file(
    rows: Rows,
    style: Style,
    name: str = "export.csv",
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    quoting: int = csv.QUOTE_MINIMAL,
    newline: str = "\n",
) -> File:
    """Delimited text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=newline)
    writer.writerows(style.texts(rows))
    return File(name, out.getvalue().encode(encoding))


def text_file(lines: Sequence[str], name: str = "list.txt", *, encoding: str = "utf-8", newline: str = "\n") -> File:
    """Lines as they are."""
    return File(name, (newline.join(lines) + newline).encode(encoding))


def html_file(rows: Rows, style: Style, name: str = "export.xls", encoding: str = "utf-8") -> File:
    """What many programs save as xls: a table of HTML."""
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(style.text(cell))}</td>" for cell in row) + "</tr>\n" for row in rows
    )
    page = f'<html><head><meta charset="{encoding}"></head><body><table border="1">\n{body}</table></body></html>'
    return File(name, page.encode(encoding))


def xlsx_file(
    sheets: dict[str, Rows] | Rows,
    name: str = "export.xlsx",
    *,
    style: Style | None = None,
    date_1904: bool = False,
    merges: Sequence[tuple[int, int, int, int]] = (),
    serials: bool = False,
) -> File:
    """A workbook with true numbers and days; with a style every cell is text instead."""
    out = io.BytesIO()
    held = sheets if isinstance(sheets, dict) else {"Sheet1": sheets}
    origin = dt.date(1904, 1, 1) if date_1904 else dt.date(1899, 12, 30)
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": date_1904}) as book:
        shown = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in held.items():
            sheet = book.add_worksheet(title)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if cell is None:
                        continue
                    if style:
                        sheet.write_string(r, c, style.text(cell))
                    elif isinstance(cell, dt.date):
                        number = (cell - origin).days
                        sheet.write_number(r, c, number, None if serials else shown)
                    elif isinstance(cell, (Decimal, int, float)):
                        sheet.write_number(r, c, float(cell))
                    else:
                        sheet.write_string(r, c, str(cell))
            for first_row, first, last_row, last in merges:
                sheet.merge_range(first_row, first, last_row, last, str(rows[first_row][first]))
    return File(name, out.getvalue())
