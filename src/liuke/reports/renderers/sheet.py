"""A listing as a table of a workbook: title, what it stands on, frozen header, rows, filter."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from liuke.kernel.workbook import plain_workbook
from liuke.reports import forms
from liuke.reports.renderers.grid import at_right
from liuke.reports.sheet import INK_3, LINE_HEIGHT, MOST_ROWS, STATE_COLORS, Book, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.sheet import Sheet
    from liuke.reports.shown import Listed, Row, Shown

MANY_ROWS = 20_000  # from here on rows are written through to disk instead of being held


class Written(NamedTuple):
    """Where the rows of a table stand, counted from 0; `last` is before `first` where there are none."""

    first: int
    last: int


def render(
    sheet: Sheet, listed: Listed, *, height: float | None = None, codes: bool = False, widths: bool = True
) -> Written:
    """Write what the rows stand on, then the table; `widths` sets those of the sheet's columns. Answers where it is."""
    columns = listed.columns("sheet")
    if widths:
        sheet.widths([shown.room for shown in columns])
    for text in listed.said:
        sheet.line(text, font_color=INK_3)
    top = sheet.row
    freeze = listed.listing.freeze or None
    sheet.header([(shown.column if codes else shown.heading(listed.currency), at_right(shown)) for shown in columns],
                 freeze=freeze)  # fmt: skip
    first = sheet.row
    for number, row in enumerate(listed.records()):
        if number == MOST_ROWS:
            break
        write_row(sheet, columns, row, height=height, currency=listed.currency)
    rows = sheet.row - first
    if listed.foot is not None:
        write_row(sheet, columns, listed.foot, height=height, currency=listed.currency)
    sheet.close(len(columns))
    last = first + rows - 1
    if freeze is not None and last >= first:
        sheet.worksheet.autofilter(top, 0, last, len(columns) - 1)
    return Written(first, last)


def write_row(
    sheet: Sheet, columns: Sequence[Shown], row: Row, *, height: float | None = None, currency: str = ""
) -> None:
    """Write one row at the sheet's place."""
    cells = [(forms.form_cell(shown, row, currency), _format(shown, row), shown.room) for shown in columns]
    tall = height or LINE_HEIGHT * lines_of(cells)
    if tall > LINE_HEIGHT:  # not every program makes room for wrapped text by itself
        sheet.worksheet.set_row(sheet.row, tall)
    for at, (value, name, _) in enumerate(cells):
        sheet.cell(sheet.row, at, value, sheet.book.form(name))
    sheet.row += 1


def _format(shown: Shown, row: Row) -> str:
    if shown.form == "state" and shown.value(row) in STATE_COLORS:
        return f"state_{shown.value(row)}"
    return forms.form(shown, row).format


def workbook(listed: Listed, *, codes: bool = False, properties: Mapping[str, str] | None = None) -> bytes:
    """A workbook of one sheet, with properties such as `title` and `comments`."""
    held = BytesIO()
    made = plain_workbook(held, constant_memory=len(listed) > MANY_ROWS)
    if properties:
        made.set_properties(dict(properties))
    book = Book(made)
    render(book.sheet(listed.listing.title), listed, codes=codes)
    made.close()
    return held.getvalue()
