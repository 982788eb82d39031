"""The ledger sheet: customers and money from opening to closing, with formulas that show the difference of 0.00."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.reports import words
from liuke.reports.renderers import sheet as listing
from liuke.reports.sheet import INK_3

if TYPE_CHECKING:
    from liuke.reports.contexts.workbook import Workbook
    from liuke.reports.sheet import Book, Sheet

OPEN_END = N_("Sum of the steps − closing")


def write_ledger(book: Book, context: Workbook) -> None:
    """The ledger of the window, of each period, and the documents it must equal."""
    ledger = context.ledger
    sheet = book.sheet(N_("Ledger"), context.strip.line)
    sheet.widths([28, 14, 20, 14, 14, 14])
    if ledger.missing.message:
        sheet.line(ledger.missing.text())
        return
    sheet.line(ledger.spans.text(), font_color=INK_3)
    if not ledger.full_year:
        sheet.line(translate(words.HALVES))
    closing = _window(sheet, context)
    _documents(sheet, context, closing)
    if len(context.documents.periods):
        _periods(sheet, context)


def _strong(sheet: Sheet) -> object:
    return sheet.book.format(bold=True, num_format="0.00", align="right")


def _label(sheet: Sheet, message: str) -> None:
    sheet.row -= 1  # on the free row below the table
    sheet.text(sheet.row, 0, translate(message), sheet.book.format(font_color=INK_3))


def _window(sheet: Sheet, context: Workbook) -> int:
    """The steps and two differences; answers the row of the closing figure, as Excel counts."""
    written = listing.render(sheet, context.ledger.listed, widths=False)
    first, last = written.first + 1, written.last + 1
    _label(sheet, OPEN_END)
    sheet.formula(sheet.row, 1, f"=SUM(B{first}:B{last - 1})-B{last}", 0, sheet.book.format(bold=True, align="right"))
    sheet.formula(sheet.row, 2, f"=ROUND(SUM(C{first}:C{last - 1})-C{last},2)", 0, _strong(sheet))
    sheet.row += 2
    return last


def _documents(sheet: Sheet, context: Workbook, closing: int) -> None:
    """The documents of the window by period, and their sum against the closing figure."""
    listed = context.documents.window
    sheet.heading(listed.listing.title)
    written = listing.render(sheet, listed, widths=False)
    total = sum((row["amount"] for row in listed.records()), Decimal(0))
    difference = float(context.ledger.amount("closing") - total)
    _label(sheet, N_("Closing − documents"))
    last = max(written.last, written.first) + 1
    formula = f"=ROUND(C{closing}-SUM(C{written.first + 1}:C{last}),2)"
    sheet.formula(sheet.row, 2, formula, difference, _strong(sheet))
    sheet.row += 2


def _periods(sheet: Sheet, context: Workbook) -> None:
    """Customers from period to period; each row closes by its own formula."""
    listed = context.documents.periods
    sheet.heading(listed.listing.title)
    written = listing.render(sheet, listed, widths=False)
    first, last = written.first + 1, written.last + 1
    _label(sheet, OPEN_END)
    formula = f"=SUM(B{first}:E{last})-SUM(F{first}:F{last})"
    sheet.formula(sheet.row, 5, formula, 0, sheet.book.format(bold=True, align="right"))
    sheet.row += 2
