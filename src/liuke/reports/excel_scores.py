"""The sheets of rule scores, indicators and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, say, translate
from liuke.ledger.rates import BY_NAME
from liuke.reports import figures, words
from liuke.reports.context import Said
from liuke.reports.excel_customers import names
from liuke.reports.notes import notes
from liuke.reports.sheet import Column, Forms

if TYPE_CHECKING:
    from typing import Any

    from liuke.reports.context import Overview, Run
    from liuke.reports.sheet import Book

FORM_OF = {"share": "rate", "ratio": "ratio", "customers": "whole"}


def write_rules(book: Book, o: Overview) -> None:
    """How each rule did on the firm's own history, beside flagging as many by value and at random."""
    sheet = book.sheet(N_("Rule scores"), names(o))
    columns = [
        Column(N_("Rule"), "name", 30),
        Column(N_("Flags now"), "whole", 9),
        Column(N_("Flagged"), "whole", 10),
        Column(N_("Then left"), "whole", 10),
        Column(N_("Hit rate"), "rate", 9),
        Column(N_("from"), "rate", 8),
        Column(N_("to"), "rate", 8),
        Column(N_("Leavers found"), "rate", 9),
        Column(N_("Warning, months"), "one", 10),
        Column(N_("Money caught"), "money", 16),
        Column(N_("False alarms per 100 customer-months"), "one", 16),
        Column(N_("By value"), "rate", 10),
        Column(N_("At random"), "rate", 10),
        Column(N_("Why there is no score"), "note", 44),
    ]
    sheet.widths([each.width for each in columns])
    rows = []
    for line in o.rules:
        risk = line.precision
        share = (risk.value, risk.low, risk.high) if risk else (None, None, None)
        shown = (
            line.recall,
            line.warning_months,
            line.caught if risk else None,
            line.false_alarms,
            line.by_value,
            line.at_random,
        )
        why = line.reason.text() if line.reason else None
        rows.append((str(line.title), line.now, line.flags, line.hits, *share, *shown, why))
    sheet.table(columns, rows, freeze=1)
    sheet.line(translate(words.COUNTED_BY_MONTH), font_color="#586562")


def write_indicators(book: Book, o: Overview, run: Run) -> None:
    """Every indicator for all customers, for each year and for each value of each customer column."""
    note = names(o)
    if o.window:
        note = f"{note} · {say(N_('{start} to {end}'), start=o.window[0], end=o.window[1])}"
    sheet = book.sheet(N_("Indicators"), note)
    columns = [
        Column(N_("Indicator"), "name", 20),
        Column(N_("Scope"), "text", 12),
        Column(N_("Value of it"), "text", 14),
        Column(N_("From"), "date", 11),
        Column(N_("To"), "date", 11),
        Column(N_("Now"), "rate", 11),
        Column(N_("A year earlier"), "rate", 11),
        Column(N_("Target"), "rate", 9),
        Column(N_("Numerator"), "money", 16),
        Column(N_("Denominator"), "money", 16),
        Column(N_("Why there is no number"), "note", 40),
        Column(N_("How it is counted"), "note", 60),
    ]
    sheet.widths([each.width for each in columns])
    frame = run.table("indicator")
    forms: Forms = {}
    for at, name in enumerate(frame["indicator"]):
        what = BY_NAME[name]
        forms |= {(at, column): FORM_OF[what.unit] for column in (5, 6, 7)}
        if not what.money:
            forms |= {(at, column): "whole" for column in (8, 9)}
    sheet.table(columns, (_indicator_row(row) for row in frame.iter_rows(named=True)), freeze=1, forms=forms)


def _indicator_row(row: dict[str, Any]) -> tuple[object, ...]:
    what = BY_NAME[row["indicator"]]
    reasons = [
        Said(row[name], figures.fields(row[f"{name}_data"])).text()
        for name in ("reason", "last_year_reason")
        if row[name]
    ]
    scope = row["scope"]
    unknown = translate(N_("unknown")) if scope not in {"all", "year"} and row["scope_value"] is None else None
    return (
        translate(what.title),
        translate(words.COLUMNS.get(scope, scope)),
        row["scope_value"] or unknown,
        row["window_from"],
        row["window_to"],
        row["value"],
        row["last_year"],
        row["target"],
        row["numerator"],
        row["denominator"],
        " ".join(dict.fromkeys(reasons)) or None,
        translate(what.formula),
    )


def write_notes(book: Book, o: Overview) -> None:
    """Definitions, sources and licences."""
    sheet = book.sheet(N_("Notes"), names(o))
    columns = [Column(N_("Word"), "name", 24), Column(N_("Meaning"), "wrap", 110)]
    sheet.widths([each.width for each in columns])
    sheet.table(columns, ((title.text(), text.text()) for title, text in notes(o)))
