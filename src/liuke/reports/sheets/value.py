"""The sheets of value: customers by worth, the service gap, the economics of keeping them, the leaking bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.workbook import SERVICE_NOTE
from liuke.reports.renderers import sheet as listing
from liuke.reports.renderers.grid import at_right

if TYPE_CHECKING:
    from liuke.reports.contexts.workbook import Workbook
    from liuke.reports.sheet import Book, Sheet
    from liuke.reports.shown import Listed


def write_value(book: Book, context: Workbook) -> None:
    """Every customer that ever bought, most expected money first."""
    sheet = book.sheet(N_("Customer value"), f"{context.strip.line} · {context.value.basis.text()}")
    listing.render(sheet, context.value.customers)


def write_service(book: Book, context: Workbook) -> None:
    """Who got less service than its grade and stage are owed, most expected money first."""
    sheet = book.sheet(N_("Service gap"), f"{context.strip.line} · {translate(SERVICE_NOTE)}")
    listing.render(sheet, context.value.service)


def write_economics(book: Book, context: Workbook) -> None:
    """The economics with how each is counted, and the leaking bucket year by year."""
    sheet = book.sheet(N_("Keeping customers"), context.strip.line)
    listing.render(sheet, context.value.economics)
    if len(context.value.bucket):
        _bucket(sheet, context.value.bucket, "B{r}+C{r}+D{r}-E{r}-F{r}")
        _bucket(sheet, context.value.bucket_money, "SUM(B{r}:H{r})-I{r}")


def _bucket(sheet: Sheet, listed: Listed, signs: str) -> None:
    """The years, each closing by its own formula in a column behind them."""
    sheet.heading(listed.listing.title)
    columns = listed.columns("sheet")
    heads = [(shown.heading(), at_right(shown)) for shown in columns]
    sheet.header([*heads, (translate(N_("Sum of the steps − closing")), True)])
    first = sheet.row
    for row in listed.records():
        listing.write_row(sheet, columns, row)
    sheet.close(len(columns) + 1)
    strong = sheet.book.format(num_format="0.00", align="right", bold=True)
    for at in range(first, first + len(listed)):
        sheet.formula(at, len(columns), "=ROUND(" + signs.format(r=at + 1) + ",2)", 0, strong)
