"""The sheets of causes: added up with what can answer each, and customers with the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.reports.renderers import sheet as listing
from liuke.reports.sheet import INK_3

if TYPE_CHECKING:
    from liuke.reports.contexts.workbook import Workbook
    from liuke.reports.sheet import Book, Sheet
    from liuke.reports.shown import Listed


def write_causes(book: Book, context: Workbook) -> None:
    """Causes of customers lost and at risk, where the lost went, and which causes can't be judged here."""
    sheet, found = book.sheet(N_("Causes in sum"), context.strip.line), context.causes
    _write(sheet, found.lost)
    for listed in (found.at_risk, found.months, found.bounds, found.directions):
        if len(listed):
            sheet.heading(listed.listing.title)
            listing.render(sheet, listed, widths=False)
    for title, why in found.not_judged:
        sheet.line(f"{title}: {why}", font_color=INK_3)


def write_evidence(book: Book, context: Workbook) -> None:
    """Customers listed and lost lately: the likeliest cause, unknown beside it, a row for every piece of evidence."""
    _write(book.sheet(N_("Evidence of causes"), context.strip.line), context.causes.evidence)


def write_events(book: Book, context: Workbook) -> None:
    """What each kind of event did, and the events one by one."""
    sheet, found = book.sheet(N_("Events studied"), context.strip.line), context.studies
    _write(sheet, found.effects)
    if len(found.events):
        sheet.heading(found.events.listing.title)
        listing.render(sheet, found.events, widths=False)


def write_salespeople(book: Book, context: Workbook) -> None:
    """What hangs on each salesperson, and what sales changed with the market."""
    sheet, found = book.sheet(N_("Salespeople and market"), context.strip.line), context.studies
    _write(sheet, found.people)
    sheet.heading(found.split.listing.title)
    if len(found.split):
        listing.render(sheet, found.split, widths=False)
    else:
        for text in found.split.said or (translate(found.split.listing.nothing),):
            sheet.line(text, font_color=INK_3)


def write_falls(book: Book, context: Workbook) -> None:
    """Customers that buy less than a year before, and how much of it others share."""
    _write(book.sheet(N_("Falls shared with others"), context.strip.line), context.studies.falls)


def _write(sheet: Sheet, listed: Listed) -> None:
    """The table, or why there is none."""
    if len(listed):
        listing.render(sheet, listed)
        return
    for text in listed.said or (translate(listed.listing.nothing),):
        sheet.line(text, font_color=INK_3)
