"""The sheets of rule scores, model, families and indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.reports import model_card
from liuke.reports.renderers import sheet as listing
from liuke.reports.sheet import INK_3

if TYPE_CHECKING:
    from liuke.reports.contexts.workbook import Workbook
    from liuke.reports.sheet import Book


def write_rules(book: Book, context: Workbook) -> None:
    """How each rule did on the firm's own history, beside flagging as many by value and at random."""
    sheet = book.sheet(N_("Rule scores"), context.strip.line)
    listing.render(sheet, context.scores.rules)
    sheet.line(context.scores.counted.text(), font_color=INK_3)


def write_model(book: Book, context: Workbook) -> None:
    """The card, then every figure of the test for all origins together, calibration by tenths, drift by month."""
    sheet, model = book.sheet(N_("Model"), context.strip.line), context.model
    sheet.widths([shown.room for shown in model.scores.columns("sheet")])
    for title, text in model.card:
        sheet.line(model_card.card_line(title, text))
    sheet.row += 1
    if model.untested.message:
        sheet.line(model.untested.text(), font_color=INK_3)
        return
    listing.render(sheet, model.scores, widths=False)
    for listed in (model.curve, model.drift):
        sheet.heading(listed.listing.title)
        listing.render(sheet, listed, widths=False)


def write_warning(book: Book, context: Workbook) -> None:
    """When customers lost in the past were first named, by every way."""
    sheet, warnings = book.sheet(N_("Warning"), context.strip.line), context.warnings
    if warnings.untested.message:
        sheet.line(warnings.untested.text(), font_color=INK_3)
        return
    listing.render(sheet, warnings.listed)


def write_families(book: Book, context: Workbook) -> None:
    """Product families that customers still buying are about to drop."""
    listing.render(book.sheet(N_("Families"), context.strip.line), context.model.families)


def write_indicators(book: Book, context: Workbook) -> None:
    """Every indicator for all customers, for each year and for each value of each customer column."""
    parts = (context.strip.line, context.indicators.window.text())
    listing.render(book.sheet(N_("Indicators"), " · ".join(filter(None, parts))), context.indicators.listed)
