"""The sheets of customers: overview, list, trends, documents behind the flags, core customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_, language, say, translate
from liuke.kernel.period import period_end, period_number
from liuke.reports import figures, words
from liuke.reports.context import Said
from liuke.reports.overview import ranked
from liuke.reports.sheet import BAR, MOST_ROWS, Column, Forms
from liuke.reports.value_words import core_ahead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.context import Overview, RuleLine, Run
    from liuke.reports.sheet import Book, Sheet

LIST, TRENDS = N_("Watch list"), N_("Trends")
TREND = 24  # periods in a sparkline
MOST_SPARKS = 20_000
MOST_TRENDS = 100_000
DESCRIBED = ("grade", "region", "industry", "channel", "tier", "salesperson")


def names(o: Overview) -> str:
    """What every sheet says under its title: firm, date, measure, what is left out."""
    parts = [
        o.firm,
        say(N_("As of {day}"), day=o.as_of),
        translate(words.KINDS[o.basis]),
        translate(N_("net of tax")),
        figures.currency_word(o.currency) if language() == "zh" else o.currency,
    ]
    if o.partial_period:
        parts.append(say(N_("{period} is incomplete and is left out"), period=o.partial_period))
    return " · ".join(part for part in parts if part)


def has_year_before(o: Overview) -> bool:
    """Whether the documents reach back two years: else the year before is unknown, not 0."""
    return not isinstance(o.ledger, NotEstimable) and o.ledger.full_year


def write_overview(book: Book, o: Overview) -> None:
    """The answer, what changed, and how the load reconciles."""
    sheet = book.sheet(N_("Overview"), names(o))
    columns = [Column("", "text", 26), *[Column("", "text", 18)] * 7]
    sheet.widths([each.width for each in columns])
    big = {"font_size": 14}
    answer = Said(o.answer.message, dict(o.answer.data) | words.NO_LINKS).text()
    sheet.worksheet.set_row(sheet.row, 44)
    sheet.worksheet.merge_range(sheet.row, 0, sheet.row, 7, "", book.format(text_wrap=True, **big))
    sheet.line(answer, text_wrap=True, **big)
    if o.second.message:
        sheet.line(o.second.text(), font_color="#4C5957")
    if o.warning.message:
        sheet.line(o.warning.text(), font_color="#A84A08", bold=True)
    sheet.row += 1
    sheet.heading(N_("Customer states"))
    sheet.table(
        [
            Column(N_("State")),
            Column(N_("Customers"), "whole"),
            Column(N_("Against a year ago"), "signed"),
            Column(N_("On the list"), "whole"),
        ],
        (
            (
                translate(words.STATES[line.state]),
                line.now,
                None if line.year_ago is None else line.now - line.year_ago,
                o.state_totals.get(line.state, 0),
            )
            for line in o.states
        ),
        forms={(at, 0): f"state_{line.state}" for at, line in enumerate(o.states)},
    )
    sheet.heading(N_("Data health"))
    sheet.table(
        [
            Column(N_("Source")),
            Column(N_("File")),
            Column(N_("Rows read"), "whole"),
            Column(N_("Rows loaded"), "whole"),
            Column(N_("Rows kept apart"), "whole"),
            Column(N_("Amount read"), "money"),
            Column(N_("Amount loaded"), "money"),
            Column(N_("Amount kept apart"), "money"),
        ],
        (
            (
                one.source,
                one.file,
                *(one.rows.get(key) for key in ("read", "loaded", "quarantined")),
                *(one.amounts.get(key) for key in ("read", "loaded", "quarantined")),
            )
            for one in o.sources
        ),
    )
    _check_sources(sheet, o)


def _check_sources(sheet: Sheet, o: Overview) -> None:
    """read - loaded - kept apart - rounding, worked out by a formula that shows 0.00."""
    for line in o.sources:
        if line.amounts.get("read") is None:
            continue
        got = [line.amounts.get(key) or 0 for key in ("read", "loaded", "quarantined", "rounding")]
        label = say(
            N_("{source}: read − loaded − kept apart − rounding {rounding}"), source=line.source, rounding=got[3]
        )
        sheet.text(sheet.row, 0, label, sheet.book.format(font_color="#586562"))
        numbers = "-".join(f"({value})" for value in got)
        difference = float(got[0] - got[1] - got[2] - got[3])
        sheet.formula(sheet.row, 6, f"=ROUND({numbers},2)", difference, sheet.book.format(num_format="0.00", bold=True))
        sheet.row += 1


def write_list(book: Book, o: Overview, run: Run) -> None:
    """Everybody on the list, best first, with the columns of the last periods in a cell."""
    rows = ranked(run.table("customer_now")).head(MOST_ROWS)
    note = names(o)
    if o.listed_total > len(rows):
        note = f"{note} · {say(N_('the first {n} of {total}'), n=len(rows), total=o.listed_total)}"
    sheet = book.sheet(LIST, note)
    unit = figures.currency_word(o.currency) if language() == "zh" else figures.symbol(o.currency).strip()
    known = [name for name in DESCRIBED if name in rows.columns and rows[name].null_count() < len(rows)]
    ahead = o.core_ahead is not None
    columns = [
        Column(N_("Rank"), "whole", 6),
        Column(N_("Customer number"), "text", 14),
        Column(N_("Customer"), "name", 22),
        Column(N_("State"), "text", 13),
        Column(N_("Since"), "date", 11),
        Column(N_("Core"), "text", 7),
        *([Column(N_("Core by expectation"), "text", 8)] if ahead else []),
        Column(N_("Why it is on the list"), "wrap", 56 if language() == "zh" else 86),
        Column(say(N_("Last {n} {periods}"), n=TREND, periods=translate(words.PERIODS[o.unit])), "text", 26),
        Column(N_("Risk of leaving"), "share", 9),
        Column(N_("Range"), "text", 10),
        Column(N_("Rests on"), "note", 22),
        Column(N_("At stake"), "money", 14, unit),
        Column(N_("Usual year"), "money", 14, unit),
        Column(N_("12 months"), "money", 14, unit),
        Column(N_("12 before"), "money", 14, unit),
        Column(N_("Last purchase"), "date", 11),
        Column(N_("Days silent"), "whole", 8),
        Column(N_("Usual gap, days"), "one", 12),
        Column(N_("Chance of so long a silence"), "rate", 11),
        *[Column(words.COLUMNS[name], "text", 11) for name in known],
    ]
    sheet.widths([each.width for each in columns])
    reasons = _reasons(run, rows)
    titles = {line.rule: line for line in o.rules}
    forms: Forms = {(at, 3): f"state_{state}" for at, state in enumerate(rows["state"])}
    first = sheet.row + 1
    if not has_year_before(o):
        rows = rows.with_columns(amount_before_12=pl.lit(None, pl.Decimal(18, 2)))
    rows = rows.join(core_ahead(run), on="customer_code", how="left", maintain_order="left")
    body = (
        (*_list_row(row, reasons, titles, ahead), *(row[name] for name in known)) for row in rows.iter_rows(named=True)
    )
    sheet.table(columns, body, freeze=3, forms=forms, height=30)
    _sparklines(sheet, first, min(len(rows), MOST_SPARKS), 8 if ahead else 7)


def _list_row(
    row: dict[str, Any], reasons: Mapping[int, list[str]], titles: Mapping[str, RuleLine], ahead: bool
) -> tuple[object, ...]:
    scored = row["risk"] is not None and row["risk_basis"] != "none"
    why = reasons.get(row["customer_code"]) or [str(titles[rule].title) for rule in row["rules"] if rule in titles]
    return (
        row["rank"],
        row["customer_id"],
        row["name"] or row["customer_id"],
        translate(words.STATES[row["state"]]),
        row["state_since"],
        translate(N_("core")) if row["core"] else None,
        *([translate(N_("core")) if row["core_next_year"] else None] if ahead else []),
        "\n".join(why[:2]),
        None,
        row["risk"] if scored else None,
        figures.span(row["risk_low"], row["risk_high"]) if scored and row["risk_low"] is not None else None,
        _basis(row["risk_basis"] if scored else "none", titles),
        row["at_stake"],
        row["usual_year"],
        row["amount_12"],
        row["amount_before_12"],
        row["last_on"],
        row["silent_days"],
        row["own_gap_days"] if row["own_gap_days"] == row["own_gap_days"] else None,
        row.get("silence_chance"),  # a run of an earlier version has no such column
    )


def _basis(basis: str, titles: Mapping[str, RuleLine]) -> str:
    """What a risk rests on, in words."""
    if basis == "none":
        return translate(words.NO_RISK)
    if basis == "base_rate":
        return translate(N_("share of all customers that leave"))
    if basis.startswith("model:"):
        return translate(words.RUNGS[basis.removeprefix("model:")])
    rule = basis.removeprefix("rule:")
    return str(titles[rule].title) if rule in titles else rule


def _reasons(run: Run, rows: pl.DataFrame) -> dict[int, list[str]]:
    """Sentences by customer, the leading rule's first."""
    lead = rows.select("customer_code", "lead_rule")
    found: dict[int, list[str]] = {}
    joined = run.table("reason").join(lead, on="customer_code", how="inner")
    for row in joined.sort(pl.col("rule") != pl.col("lead_rule"), maintain_order=True).iter_rows(named=True):
        text = Said(row["message"], figures.fields(row["data"])).text()
        found.setdefault(row["customer_code"], []).append(text)
    return found


def _sparklines(sheet: Sheet, first: int, count: int, column: int) -> None:
    """Columns in a cell, one a customer, from the same row of the trend sheet."""
    if not count:
        return
    from xlsxwriter.utility import xl_rowcol_to_cell

    trends = translate(TRENDS)
    start, end = 4, 3 + TREND
    cells = [xl_rowcol_to_cell(first + at, column) for at in range(count)]
    ranges = [
        f"'{trends}'!{xl_rowcol_to_cell(first + at, start)}:{xl_rowcol_to_cell(first + at, end)}" for at in range(count)
    ]
    sheet.worksheet.add_sparkline(
        0, 0, {"location": cells, "range": ranges, "type": "column", "series_color": BAR, "min": 0, "axis": True}
    )


def write_trends(book: Book, o: Overview, run: Run) -> None:
    """Net amounts of the last periods, those on the list first and in its order, warm where the flag began."""
    now = run.table("customer_now")
    on_list = ranked(now).head(MOST_ROWS)
    others = now.filter(~pl.col("listed")).sort("amount_12", "customer_code", descending=[True, False])
    rows = pl.concat([on_list, others.head(max(MOST_TRENDS - len(on_list), 0))])
    note = names(o)
    if len(rows) < len(now):
        note = f"{note} · {say(N_('the first {n} of {total}'), n=len(rows), total=len(now))}"
    sheet = book.sheet(TRENDS, note)
    last = period_number(o.as_of, o.unit)  # type: ignore[arg-type]
    ends = [period_end(last - back, o.unit) for back in range(TREND - 1, -1, -1)]  # type: ignore[arg-type]
    columns = [
        Column(N_("Rank"), "whole", 6),
        Column(N_("Customer number"), "text", 14),
        Column(N_("Customer"), "name", 22),
        Column(N_("State"), "text", 13),
        *[Column(f"{end:%Y-%m}" if o.unit != "week" else str(end), "money", 12) for end in ends],
    ]
    sheet.widths([each.width for each in columns])
    forms: Forms = {}
    for at, (trend, flag) in enumerate(on_list.select("trend", "flag_at").iter_rows()):
        if flag is not None:
            missing = TREND - len(trend)
            forms |= {(at, 4 + missing + k): "hot" for k in range(flag, len(trend))}
    sheet.table(columns, (_trend_row(row) for row in rows.iter_rows(named=True)), freeze=4, forms=forms)


def _trend_row(row: dict[str, Any]) -> tuple[object, ...]:
    amounts = [cents / 100 for cents in row["trend"] or []]
    return (
        row["rank"],
        row["customer_id"],
        row["name"] or row["customer_id"],
        translate(words.STATES[row["state"]]),
        *[None] * (TREND - len(amounts)),
        *amounts,
    )


def write_documents(book: Book, o: Overview, run: Run) -> None:
    """The documents behind the flags of the best-ranked customers."""
    sheet = book.sheet(N_("Documents"), names(o))
    columns = [
        Column(N_("Rank"), "whole", 6),
        Column(N_("Customer number"), "text", 14),
        Column(N_("Customer"), "name", 24),
        Column(N_("Date"), "date", 12),
        Column(N_("Kind"), "text", 10),
        Column(N_("Document"), "text", 24),
        Column(N_("Amount"), "money", 16),
    ]
    sheet.widths([each.width for each in columns])
    who = run.table("customer_now").select("customer_code", "customer_id", "name", "rank")
    papers = run.table("flag_document").join(who, on="customer_code", how="left")
    papers = papers.sort("rank", "date", "document_id", descending=[False, True, False], nulls_last=True).head(
        MOST_ROWS
    )
    rows = (
        (
            row["rank"],
            row["customer_id"],
            row["name"] or row["customer_id"],
            row["date"],
            translate(words.KINDS.get(row["kind"], row["kind"])),
            row["document_id"],
            row["amount"],
        )
        for row in papers.iter_rows(named=True)
    )
    sheet.table(columns, rows, freeze=3)


def write_core(book: Book, o: Overview, run: Run) -> None:
    """Core customers, looking back and looking ahead, each with its probability, and the plain set beside them."""
    note = f"{names(o)} · {say(N_('{n} core customers'), n=o.core_customers)}"
    sheet = book.sheet(N_("Core customers"), note)
    ahead = o.core_ahead is not None
    columns = [
        Column(N_("Customer number"), "text", 14),
        Column(N_("Customer"), "name", 24),
        Column(N_("State"), "text", 14),
        Column(N_("On the list"), "text", 10),
        Column(N_("Core"), "text", 8),
        Column(N_("Probability"), "share", 10),
        Column(say(N_("Plain {share}"), share=figures.percent(o.defined.core_share)), "text", 11),
        *([Column(N_("Core by expectation"), "text", 10), Column(N_("Its probability"), "share", 10)] if ahead else []),
        Column(N_("12 months"), "money", 16),
        Column(N_("12 before"), "money", 16),
        Column(N_("Margin, 12 months"), "money", 16),
    ]
    sheet.widths([each.width for each in columns])
    now = run.table("customer_now").join(core_ahead(run), on="customer_code", how="left")
    now = now.filter(pl.any_horizontal("core", "raw_core", "core_next_year"))
    if not has_year_before(o):
        now = now.with_columns(amount_before_12=pl.lit(None, pl.Decimal(18, 2)))
    now = now.sort("amount_12", "customer_code", descending=[True, False]).head(MOST_ROWS)
    yes = translate(N_("yes"))
    rows = (
        (
            row["customer_id"],
            row["name"] or row["customer_id"],
            translate(words.STATES[row["state"]]),
            yes if row["listed"] else None,
            yes if row["core"] else None,
            row["core_probability"],
            yes if row["raw_core"] else None,
            *([yes if row["core_next_year"] else None, row["core_next_year_probability"]] if ahead else []),
            row["amount_12"],
            row["amount_before_12"],
            row["margin_12"],
        )
        for row in now.iter_rows(named=True)
    )
    forms: Forms = {(at, 2): f"state_{state}" for at, state in enumerate(now["state"])}
    sheet.table(columns, rows, freeze=2, forms=forms)
