"""The sheets of customers: list, trends, documents behind the flags, core customers."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, say, translate
from liuke.panel.summary import TREND_PERIODS
from liuke.reports.renderers import sheet as listing
from liuke.reports.sheet import BAR

if TYPE_CHECKING:
    from liuke.reports.contexts.workbook import Workbook
    from liuke.reports.renderers.sheet import Written
    from liuke.reports.sheet import Book, Sheet
    from liuke.reports.shown import Listed

LIST, TRENDS = N_("Watch list"), N_("Trends")
MOST_SPARKS = 20_000
TRENDS_FROM = 4  # row of the trend sheet, counted from 0, in which its first customer stands
LIST_HEIGHT = 30  # points: two lines of reasons


def note_below(context: Workbook, listed: Listed) -> str:
    """The strip, and how many rows there are where these are not all."""
    if listed.total is None or listed.total <= len(listed):
        return context.strip.line
    return f"{context.strip.line} · {say(N_('the first {n} of {total}'), n=len(listed), total=listed.total)}"


def write_views(book: Book, context: Workbook) -> None:
    """The three views of the list, a sheet each: what it is for, then its customers in its order."""
    for listed in context.customers.views:
        _write_listed(book, context, listed.listing.title, listed)


def write_list(book: Book, context: Workbook) -> None:
    """Everybody on the list, best first, with the columns of the last periods in a cell."""
    _write_listed(book, context, LIST, context.customers.listed)


def _write_listed(book: Book, context: Workbook, title: str, listed: Listed) -> None:
    sheet = book.sheet(title, note_below(context, listed))
    written = listing.render(sheet, listed, height=LIST_HEIGHT)
    column = [shown.column for shown in listed.columns("sheet")].index("trend")
    first_amount = len(context.customers.trends.columns("sheet")) - TREND_PERIODS
    ranks = [row["rank"] for row in islice(listed.records(), MOST_SPARKS)]
    _sparklines(sheet, written, column, first_amount, ranks)


def _sparklines(sheet: Sheet, written: Written, column: int, first_amount: int, ranks: list[int]) -> None:
    """Columns in a cell, one a customer, from its row of the trend sheet, where rank 1 of the list stands first."""
    if not ranks:
        return
    from xlsxwriter.utility import xl_rowcol_to_cell

    trends, last = translate(TRENDS), first_amount + TREND_PERIODS - 1
    cells = [xl_rowcol_to_cell(written.first + nth, column) for nth in range(len(ranks))]
    at = [TRENDS_FROM + rank - 1 for rank in ranks]
    ranges = [f"'{trends}'!{xl_rowcol_to_cell(row, first_amount)}:{xl_rowcol_to_cell(row, last)}" for row in at]
    sheet.worksheet.add_sparkline(
        0, 0, {"location": cells, "range": ranges, "type": "column", "series_color": BAR, "min": 0, "axis": True}
    )


def write_trends(book: Book, context: Workbook) -> None:
    """Net amounts of the last periods, warm where the flag began."""
    listing.render(book.sheet(TRENDS, note_below(context, context.customers.trends)), context.customers.trends)


def write_documents(book: Book, context: Workbook) -> None:
    """The documents behind the flags."""
    listing.render(
        book.sheet(N_("Documents"), note_below(context, context.customers.documents)), context.customers.documents
    )


def write_core(book: Book, context: Workbook) -> None:
    """Core customers, looking back and looking ahead, each with its probability, and the plain set beside them."""
    count = say(N_("{n} core customers"), n=context.customers.core_count)
    sheet = book.sheet(N_("Core customers"), f"{note_below(context, context.customers.core)} · {count}")
    listing.render(sheet, context.customers.core)
