"""The sheet that opens the workbook: the answer, the states, how the load reconciles; and the notes that close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, say
from liuke.reports.renderers import sheet as listing
from liuke.reports.sheet import INK_2, INK_3, WARN

if TYPE_CHECKING:
    from liuke.reports.contexts.health import Health
    from liuke.reports.contexts.workbook import Workbook
    from liuke.reports.sheet import Book, Sheet

SUMS = ("amount_read", "amount_loaded", "amount_quarantined", "rounding")


def write_overview(book: Book, context: Workbook) -> None:
    """The answer, the states, and what became of every row read."""
    sheet = book.sheet(N_("Overview"), context.strip.line)
    sheet.widths([26, *[18] * 7])
    sheet.worksheet.set_row(sheet.row, 44)
    sheet.worksheet.merge_range(sheet.row, 0, sheet.row, 7, "", book.format(text_wrap=True, font_size=14))
    sheet.line(context.answer.plain.text(), text_wrap=True, font_size=14)
    if context.answer.second.message:
        sheet.line(context.answer.second.text(), font_color=INK_2)
    if context.answer.alarm.message:
        sheet.line(context.answer.alarm.text(), font_color=WARN, bold=True)
    sheet.row += 1
    sheet.heading(context.states.listed.listing.title)
    listing.render(sheet, context.states.listed, widths=False)
    sheet.heading(context.health.listed.listing.title)
    listing.render(sheet, context.health.listed, widths=False)
    _check_sources(sheet, context.health)


def _check_sources(sheet: Sheet, health: Health) -> None:
    """read - loaded - kept apart - rounding, worked out by a formula that shows 0.00."""
    for row in health.listed.records():
        if row["amount_read"] is None:
            continue
        got = [row[name] or 0 for name in SUMS]
        label = say(
            N_("{source}: read − loaded − kept apart − rounding {rounding}"), source=row["source"], rounding=got[3]
        )
        sheet.text(sheet.row, 0, label, sheet.book.format(font_color=INK_3))
        numbers = "-".join(f"({value})" for value in got)
        difference = float(got[0] - got[1] - got[2] - got[3])
        sheet.formula(sheet.row, 6, f"=ROUND({numbers},2)", difference, sheet.book.format(num_format="0.00", bold=True))
        sheet.row += 1


def write_notes(book: Book, context: Workbook) -> None:
    """Definitions, sources and licences."""
    listing.render(book.sheet(N_("Notes"), context.strip.line), context.notes.listed)
