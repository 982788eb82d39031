"""The sheets of value: customers by worth, the economics of keeping them, the leaking bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.i18n import N_, language, say, translate
from liuke.reports import figures, value_words, words
from liuke.reports.excel_customers import names
from liuke.reports.sheet import INK_3, MOST_ROWS, Column, Forms
from liuke.value import economics, loyalty

if TYPE_CHECKING:
    from liuke.reports.context import Overview, Run
    from liuke.reports.sheet import Book, Sheet

FORMS = {"money": "money", "share": "rate", "ratio": "ratio", "years": "one"}
SERVICE_NOTE = N_("contacts of the last quarter, waits for an answer to complaints of the last year")
BUCKET = (
    ("opening", N_("Opening")),
    ("new", N_("New")),
    ("won_back", N_("Won back")),
    ("lost", N_("Lost")),
    ("closing", N_("Closing")),
)
MONEY = (
    ("opening_amount", N_("Bought before")),
    ("new_amount", N_("New")),
    ("won_back_amount", N_("Won back")),
    ("more_amount", N_("Bought more")),
    ("less_amount", N_("Bought less")),
    ("lost_amount", N_("Lost")),
    ("late_amount", N_("Late documents")),
    ("closing_amount", N_("Bought now")),
)


def write_value(book: Book, o: Overview, run: Run) -> None:
    """Every customer that ever bought, most expected money first; nothing for a run without values."""
    about = run.info.get("value")
    if not about:
        return
    who = run.table("customer_now").select("customer_code", "customer_id", "name", "state")
    rows = run.table("customer_value").filter(pl.col("stage").is_not_null()).join(who, on="customer_code")
    rows = rows.sort("next_year", "clv", "customer_code", descending=[True, True, False], nulls_last=True)
    money = figures.currency_word(o.currency) if language() == "zh" else figures.symbol(o.currency).strip()
    basis = say(N_("money to come in {basis}"), basis=value_words.basis(run.info))
    sheet = book.sheet(N_("Customer value"), f"{names(o)} · {basis}")
    columns = [
        Column(N_("Customer number"), "text", 14),
        Column(N_("Customer"), "name", 22),
        Column(N_("State"), "text", 13),
        Column(N_("Grade"), "text", 7),
        Column(N_("Stage"), "text", 10),
        Column(N_("Why this grade"), "wrap", 54),
        *([Column(N_("Core by expectation"), "text", 9)] if o.core_ahead is not None else []),
        Column(N_("Next year"), "money", 14, money),
        Column(N_("from"), "money", 13, money),
        Column(N_("to"), "money", 13, money),
        Column(say(N_("Next {years} years"), years=f"{about['years']:g}"), "money", 14, money),
        Column(N_("from"), "money", 13, money),
        Column(N_("to"), "money", 13, money),
        Column(N_("At stake, next year"), "money", 14, money),
        Column(N_("Wallet"), "money", 14, money),
        Column(N_("from"), "money", 13, money),
        Column(N_("to"), "money", 13, money),
        Column(N_("Known from"), "note", 20),
        Column(N_("Share of wallet"), "share", 9),
        Column(N_("Purchases"), "text", 12),
        Column(N_("Loyalty"), "text", 14),
        *(Column(loyalty.TITLES[cell], "share", 9) for cell in loyalty.CELLS),
        Column(N_("Purchase days, coming year"), "one", 11),
        Column(N_("Ever buys again"), "share", 9),
        Column(N_("Slowing"), "share", 9),
        Column(N_("Contacts owed a quarter"), "one", 10),
        Column(N_("Contacts given"), "whole", 10),
        Column(N_("Service cost"), "money", 13, money),
    ]
    sheet.widths([each.width for each in columns])
    for why in value_words.missing(run.info, *value_words.ESTIMATES):
        sheet.line(why, font_color=INK_3)
    rows = rows.head(MOST_ROWS)
    forms: Forms = {(at, 2): f"state_{state}" for at, state in enumerate(rows["state"])}
    body = (_value_row(row, o) for row in rows.iter_rows(named=True))
    sheet.table(columns, body, freeze=2, forms=forms)


def _value_row(row: dict[str, Any], o: Overview) -> tuple[object, ...]:
    ahead = translate(N_("core")) if row["core_next_year"] else None
    return (
        row["customer_id"],
        row["name"] or row["customer_id"],
        translate(words.STATES[row["state"]]),
        row["grade"],
        translate(value_words.STAGES[row["stage"]]),
        value_words.grade_reason(row, o.currency),
        *([ahead] if o.core_ahead is not None else []),
        *(row[name] for name in ("next_year", "low", "high", "clv", "clv_low", "clv_high", "at_stake_next_year")),
        *(row[name] for name in ("wallet", "wallet_low", "wallet_high")),
        value_words.source(row),
        row["share_of_wallet"],
        translate(value_words.SPREAD[row["spread"]]),
        value_words.cell(row),
        *(row[f"p_{cell}"] for cell in loyalty.CELLS),
        row.get("purchases_year"),  # a run of an earlier version has no such columns
        row.get("p_alive"),
        row["slowing"],
        row["contacts_owed"],
        None if row["contacts_given"] is None else int(row["contacts_given"]),
        row["service_cost"],
    )


def write_service(book: Book, o: Overview, run: Run) -> None:
    """Who got less service than its grade and stage are owed, most expected money first; nothing without values."""
    if not run.info.get("value"):
        return
    gap = run.table("service_gap")
    sheet = book.sheet(N_("Service gap"), f"{names(o)} · {translate(SERVICE_NOTE)}")
    money = figures.currency_word(o.currency) if language() == "zh" else figures.symbol(o.currency).strip()
    columns = [
        Column(N_("Customer number"), "text", 14),
        Column(N_("Customer"), "name", 22),
        Column(N_("Grade"), "text", 7),
        Column(N_("Stage"), "text", 10),
        Column(N_("Contacts owed a quarter"), "one", 12),
        Column(N_("Contacts given"), "whole", 12),
        Column(N_("Contacts missing"), "one", 12),
        Column(N_("Answer owed within, hours"), "whole", 14),
        Column(N_("Longest wait, hours"), "whole", 14),
        Column(N_("Still unanswered"), "text", 18),
        Column(N_("Next year"), "money", 14, money),
    ]
    sheet.widths([each.width for each in columns])
    for why in gap["reason"].drop_nulls():
        sheet.line(translate(why), font_color=INK_3)
    who = run.table("customer_now").select("customer_code", "customer_id", "name")
    rows = gap.filter(pl.col("reason").is_null()).join(who, on="customer_code", how="left", maintain_order="left")
    sheet.table(columns, (_service_row(row) for row in rows.head(MOST_ROWS).iter_rows(named=True)), freeze=2)


def _service_row(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["customer_id"],
        row["name"] or row["customer_id"],
        row["grade"],
        translate(value_words.STAGES[row["stage"]]),
        row["contacts_owed"],
        row["contacts_given"],
        row["contacts_missing"],
        row["response_owed_hours"],
        row["response_given_hours"],
        row.get("unanswered_complaint"),  # a run of an earlier version has no such column
        row["next_year"],
    )


def write_economics(book: Book, o: Overview, run: Run) -> None:
    """The economics with how each is counted, and the leaking bucket year by year; nothing without values."""
    if not run.info.get("value"):
        return
    sheet = book.sheet(N_("Keeping customers"), names(o))
    columns = [
        Column(N_("Figure"), "name", 34),
        Column(N_("Value"), "money", 16),
        Column(N_("from"), "money", 16),
        Column(N_("to"), "money", 16),
        Column(N_("Why there is no number"), "note", 44),
        Column(N_("How it is counted"), "note", 70),
    ]
    sheet.widths([each.width for each in columns])
    frame = run.table("economics")
    forms: Forms = {(at, column): FORMS[unit] for at, unit in enumerate(frame["unit"]) for column in (1, 2, 3)}
    sheet.table(columns, (_figure_row(row) for row in frame.iter_rows(named=True)), forms=forms)
    _bucket(sheet, run)


def _figure_row(row: dict[str, Any]) -> tuple[object, ...]:
    why = None if row["reason"] is None else say(row["reason"], **figures.fields(row["reason_data"]))
    ends = (row["low"], row["high"]) if row["low"] != row["high"] else (None, None)
    formula = translate(economics.FORMULAS[row["figure"]])
    return (value_words.figure_title(row["figure"]), row["value"], *ends, why, formula)


def _bucket(sheet: Sheet, run: Run) -> None:
    """Customers and money of each year, each table closing by its own formula."""
    frame = run.table("leaking_bucket")
    if frame.is_empty():
        return
    for title, parts, form, signs in (
        (N_("The leaking bucket, customers"), BUCKET, "whole", "B{r}+C{r}+D{r}-E{r}-F{r}"),
        (N_("The leaking bucket, money"), MONEY, "money", "SUM(B{r}:H{r})-I{r}"),
    ):
        sheet.heading(title)
        columns = [
            Column(N_("Until"), "date", 34),
            *(Column(words_, form, 16) for _, words_ in parts),
            Column(N_("Sum of the steps − closing"), "money", 16),
        ]
        first = sheet.row + 1
        sheet.header_of(columns)
        sheet.rows(columns, ((row["to"], *(row[name] for name, _ in parts)) for row in frame.iter_rows(named=True)))
        strong = sheet.book.format(num_format="0.00", align="right", bold=True)
        for at in range(len(frame)):
            formula = "=ROUND(" + signs.format(r=first + at + 1) + ",2)"
            sheet.formula(first + at, len(parts) + 1, formula, 0, strong)
