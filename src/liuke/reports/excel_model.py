"""The sheet of the model: its card, how it did at past period ends, its calibration and its drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.reports import model_card
from liuke.reports.excel_customers import names
from liuke.reports.sheet import Column, Forms

if TYPE_CHECKING:
    from liuke.reports.context import Overview, Run
    from liuke.reports.sheet import Book

MOST_FAMILIES = 5_000  # lines of the sheet
NUMBERS = ("auc", "within_rate", "lift", "log_loss", "empc", "empb", "policy")  # the other figures are shares


def write_model(book: Book, o: Overview, run: Run) -> None:
    """The card, then every figure of the test for all origins together, calibration by tenths, drift by month."""
    sheet = book.sheet(N_("Model"), names(o))
    columns = [
        Column(N_("Scope"), "name", 30),
        Column(N_("Score"), "text", 26),
        Column(N_("Figure"), "text", 34),
        Column(N_("Value"), "rate", 11),
        Column(N_("from"), "rate", 9),
        Column(N_("to"), "rate", 9),
        Column(N_("Customer-months"), "whole", 14),
        Column(N_("Then left"), "whole", 10),
    ]
    sheet.widths([each.width for each in columns])
    for title, text in model_card.lines(run.info):
        sheet.line(model_card.line(title, text))
    sheet.row += 1
    if run.table("model_score").is_empty():
        sheet.line(model_card.untested(run.info).text(), font_color="#586562")
        return
    figures = run.table("model_score").filter(run.table("model_score")["origin"].is_null())
    titles = model_card.rule_titles(run.table("rule_score"))
    rows = [row for row in figures.iter_rows(named=True) if row["metric"] in model_card.METRICS]
    forms: Forms = {
        (at, column): "ratio_3" for at, row in enumerate(rows) if row["metric"] in NUMBERS for column in (3, 4, 5)
    }
    sheet.table(
        columns,
        (
            (
                model_card.scope(row["scope"]),
                model_card.score(row["score"], titles),
                translate(model_card.METRICS[row["metric"]]),
                *(row[name] for name in ("value", "low", "high", "rows", "left")),
            )
            for row in rows
        ),
        forms=forms,
    )
    sheet.heading(N_("Calibration"))
    curve = [
        Column(N_("Tenth by risk"), "name", 30),
        Column(N_("Expected to leave"), "rate", 26),
        Column(N_("Really left"), "rate", 34),
        Column(N_("Customer-months"), "whole", 11),
    ]
    sheet.table(curve, (tuple(row) for row in run.table("model_curve").iter_rows()))
    sheet.heading(N_("Drift"))
    drift = [
        Column(N_("Period"), "date", 30),
        Column(N_("Column that moved most"), "text", 26),
        Column(N_("PSI"), "ratio", 34),
        Column(N_("Expected to leave"), "rate", 11),
        Column(N_("Really left"), "rate", 9),
    ]
    moved = run.table("model_drift").iter_rows()
    sheet.table(drift, ((day, translate(model_card.FEATURES[name]), *rest) for day, name, *rest in moved))


def write_families(book: Book, o: Overview, run: Run) -> None:
    """Product families that customers still buying are about to drop."""
    sheet = book.sheet(N_("Families"), names(o))
    columns = [
        Column(N_("Code"), "text", 14),
        Column(N_("Customer"), "name", 30),
        Column(N_("Family"), "text", 20),
        Column(N_("Why"), "note", 44),
        Column(N_("Risk"), "rate", 9),
        Column(N_("from"), "rate", 9),
        Column(N_("to"), "rate", 9),
        Column(N_("Last 12 months"), "money", 16),
        Column(N_("At stake"), "hot", 16),
    ]
    sheet.widths([each.width for each in columns])
    rows = run.table("family_now").head(MOST_FAMILIES)
    sheet.table(
        columns,
        (
            (row["customer_id"], row["name"] or row["customer_id"], row["family"], model_card.family_reason(row),
             *(row[name] for name in ("risk", "risk_low", "risk_high", "amount_12", "at_stake")))
            for row in rows.iter_rows(named=True)
        ),
        freeze=2,
    )  # fmt: skip
