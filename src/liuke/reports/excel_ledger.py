"""The ledger sheet: customers and money from opening to closing, with formulas that show the difference of 0.00."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_, say, translate
from liuke.ledger.waterfall import TITLES
from liuke.reports import words
from liuke.reports.excel_customers import names
from liuke.reports.sheet import Column

if TYPE_CHECKING:
    from liuke.reports.context import Ledger, Overview, Run
    from liuke.reports.sheet import Book, Sheet

COLUMNS = [
    Column(N_("Step"), "name", 28),
    Column(N_("Customers"), "signed", 14),
    Column(N_("Amount"), "money_signed", 20),
    Column(N_("Customers behind it"), "whole", 14),
    Column("", "text", 14),
    Column("", "text", 14),
]
PERIOD_STEPS = ("opening", "new", "won_back", "lost", "closing")


def write_ledger(book: Book, o: Overview, run: Run) -> None:
    """The ledger of the window, of each period, and the documents it must equal."""
    sheet = book.sheet(N_("Ledger"), names(o))
    sheet.widths([each.width for each in COLUMNS])
    if isinstance(o.ledger, NotEstimable):
        sheet.line(o.ledger.text())
        return
    sheet.line(
        say(
            N_("{start} to {end}, money against {before_start} to {before_end}"),
            start=o.ledger.span[0],
            end=o.ledger.span[1],
            before_start=o.ledger.before[0],
            before_end=o.ledger.before[1],
        ),
        font_color="#586562",
    )
    if not o.ledger.full_year:
        sheet.line(translate(words.HALVES))
    closing = _window(sheet, o.ledger)
    _documents(sheet, o, run, closing)
    _periods(sheet, run)


def _window(sheet: Sheet, ledger: Ledger) -> int:
    """The steps and two differences; answers the row of the closing figure, as Excel counts."""
    steps = [step for step in ledger.steps if step.step != "late" or step.amount]
    first = sheet.row + 2
    forms = {(at, 1): "whole" for at in (0, len(steps) - 1)} | {(at, 2): "money" for at in (0, len(steps) - 1)}
    sheet.header_of(COLUMNS[:4])
    body = [(translate(TITLES[s.step]), s.customers, s.amount, s.behind) for s in steps]
    sheet.rows(COLUMNS[:4], body, forms)
    sheet.row -= 1
    last = first + len(steps) - 1
    strong = sheet.book.format(bold=True, num_format="0.00", align="right")
    sheet.text(sheet.row, 0, translate(N_("Sum of the steps − closing")), sheet.book.format(font_color="#586562"))
    sheet.formula(sheet.row, 1, f"=SUM(B{first}:B{last - 1})-B{last}", 0, sheet.book.format(bold=True, align="right"))
    sheet.formula(sheet.row, 2, f"=ROUND(SUM(C{first}:C{last - 1})-C{last},2)", 0, strong)
    sheet.row += 2
    return last


def _documents(sheet: Sheet, o: Overview, run: Run, closing: int) -> None:
    """The documents of the window by period and kind, and their sum against the closing figure."""
    assert not isinstance(o.ledger, NotEstimable)
    start, end = o.ledger.span
    kinds = [o.basis, "return"]
    months = run.table("money_month").filter(pl.col("period").is_between(start, end) & pl.col("kind").is_in(kinds))
    by_period = months.group_by("period").agg(pl.col("amount").sum()).sort("period")
    sheet.heading(N_("The documents of the window"))
    columns = [Column(N_("Period"), "date", 28), Column("", "text", 14), Column(N_("Amount"), "money", 20)]
    first = sheet.row + 2
    sheet.header_of(columns)
    written = sheet.rows(columns, ((period, None, amount) for period, amount in by_period.iter_rows()))
    sheet.row -= 1
    total = sum(by_period["amount"].to_list(), Decimal(0))
    difference = float((o.ledger.step("closing").amount or Decimal(0)) - total)
    strong = sheet.book.format(bold=True, num_format="0.00", align="right")
    sheet.text(sheet.row, 0, translate(N_("Closing − documents")), sheet.book.format(font_color="#586562"))
    formula = f"=ROUND(C{closing}-SUM(C{first}:C{first + max(written - 1, 0)}),2)"
    sheet.formula(sheet.row, 2, formula, difference, strong)
    sheet.row += 2


def _periods(sheet: Sheet, run: Run) -> None:
    """Customers from period to period; each row closes by its own formula."""
    frame = run.table("waterfall").filter(pl.col("scope") == "period")
    if frame.is_empty():
        return
    sheet.heading(N_("Customers, period by period"))
    wide = frame.pivot("step", index="to", values="customers").sort("to")
    columns = [
        Column(N_("Period"), "date", 28),
        Column(TITLES["opening"], "whole"),
        Column(TITLES["new"], "signed"),
        Column(TITLES["won_back"], "signed"),
        Column(TITLES["lost"], "signed"),
        Column(TITLES["closing"], "whole"),
    ]
    first = sheet.row + 2
    sheet.header_of(columns)
    written = sheet.rows(columns, wide.select("to", *PERIOD_STEPS).iter_rows())
    sheet.row -= 1
    last = first + written - 1
    sheet.text(sheet.row, 0, translate(N_("Sum of the steps − closing")), sheet.book.format(font_color="#586562"))
    formula = f"=SUM(B{first}:E{last})-SUM(F{first}:F{last})"
    sheet.formula(sheet.row, 5, formula, 0, sheet.book.format(bold=True, align="right"))
    sheet.row += 2
