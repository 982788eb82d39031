"""The sheet of the model: its card, how it did at past period ends, its calibration and its drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_, language, say, translate
from liuke.reports import model_card
from liuke.reports.excel_customers import names
from liuke.reports.sheet import Column, Forms
from liuke.signals.churn.reasons import silence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.context import Overview, Run
    from liuke.reports.sheet import Book

MOST_FAMILIES = 5_000  # lines of the sheet
UNTESTED = N_("The model could not be tested: no month lies far enough back.")
NUMBERS = ("auc", "within_rate", "lift", "log_loss", "empc", "empb")  # the other figures are shares


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
    sheet.widths(columns)
    for title, text in model_card.lines(run.info):
        sheet.line(model_card.line(title, text))
    sheet.row += 1
    if run.table("model_score").is_empty():
        sheet.line(translate(UNTESTED), font_color="#586562")
        return
    figures = run.table("model_score").filter(run.table("model_score")["origin"].is_null())
    rows = [row for row in figures.iter_rows(named=True) if row["metric"] in model_card.METRICS]
    forms: Forms = {
        (at, column): "ratio_3" for at, row in enumerate(rows) if row["metric"] in NUMBERS for column in (3, 4, 5)
    }
    sheet.table(
        columns,
        (
            (
                scope(row["scope"]),
                score(row["score"], run),
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


def scope(name: str) -> str:
    """A scope of the test in words: all, still buying, or column and value."""
    column, equals, value = name.partition("=")
    if not equals:
        return translate(model_card.SCOPES[name])
    from liuke.reports import words

    title = model_card.COLUMNS.get(column) or words.COLUMNS.get(column, column)
    return say(N_("{title}: {text}"), title=translate(title), text=translate(YES_NO.get(value, value)))


def score(name: str, run: Run) -> str:
    """A score of the test in words; a rule has its title."""
    if name in model_card.SCORES:
        return translate(model_card.SCORES[name])
    rule = name.removeprefix("rule:")
    titles = run.table("rule_score").filter(run.table("rule_score")["rule"] == rule)[f"title_{language()}"]
    return str(titles[0]) if len(titles) else rule


def family_reason(row: Mapping[str, Any]) -> str:
    """Why a family is about to be dropped, in one sentence."""
    message, fields = silence(row["own_gap_days"], row["silent_days"])
    return say(message, **fields)


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
    sheet.widths(columns)
    rows = run.table("family_now").head(MOST_FAMILIES)
    sheet.table(
        columns,
        (
            (row["customer_id"], row["name"] or row["customer_id"], row["family"], family_reason(row),
             *(row[name] for name in ("risk", "risk_low", "risk_high", "amount_12", "at_stake")))
            for row in rows.iter_rows(named=True)
        ),
        freeze=2,
    )  # fmt: skip


YES_NO = {"yes": N_("yes"), "no": N_("no")}
