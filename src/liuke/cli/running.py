"""Commands that run the pipeline and read its runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app import queries, value_queries
from liuke.cli.output import Format, bold, emit, grid, put, tell
from liuke.cli.progress import progress
from liuke.kernel.errors import NotFound, Usage
from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.contexts.customers import core_ahead
from liuke.reports.model_card import risk_rests_on
from liuke.reports.notes import too_thin
from liuke.reports.value_words import CORE
from liuke.reports.words import KINDS, STATES
from liuke.run import pipeline
from liuke.run.merges import merges
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.store.runs import Run

SHOWN_DOCUMENTS = 15


def pairs(given: list[str]) -> dict[str, str]:
    """`column=value` words as a dictionary."""
    wrong = next((word for word in given if "=" not in word), None)
    if wrong is not None:
        raise Usage(N_("{word} is not of the form column=value."), word=wrong)
    return dict(word.split("=", 1) for word in given)


def run(folder: Path, as_of: date | None, known_by: date | None, again: bool) -> None:
    """Run and say what came out."""
    workspace = Workspace.at(folder)
    with progress() as step:
        made, new = pipeline.run(workspace, as_of=as_of, known_by=known_by, again=again, progress=step)
    info = made.info
    if not new:
        current = queries.current(workspace).info
        if current["run_id"] == info["run_id"]:
            tell(N_("Nothing changed since run {run_id}; that run is current."), **info)
        else:
            tell(
                N_("Nothing changed since run {run_id} of {as_of}; the current one is still run {current}."),
                **info,
                current=current["run_id"],
            )
        return
    tell(
        N_("Run {run_id} in {seconds} s: {customers} customers, {documents} documents, as of {as_of}."),
        **_counted(info),
    )
    if info["partial_period"]:
        tell(N_("{partial_period} has documents only until {last_document_on} and is left out."), **info)
    if info["late"] not in ("0", "0.00"):
        tell(
            N_(
                "Documents worth {late} became known only after {known_by}: they stand in the ledger, not in the list."
                " To take them in: liuke run --known-by {today}"
            ),
            late=figures.Money(Decimal(info["late"]), info["currency"]),
            known_by=info["known_by"],
            today=date.today(),
        )
    for thin in too_thin(info["coverage"]):
        tell(thin.message, **thin.fields)
    tell(N_("{listed} customers on the watch list. See them: liuke list"), listed=figures.count(info["listed"]))


def _counted(info: dict[str, Any]) -> dict[str, Any]:
    return {**info, **{name: figures.count(info[name]) for name in ("customers", "documents")}}


def run_of(workspace: Workspace, as_of: date | None) -> Run:
    """The current run, or the one of a past day, made now when there is none."""
    if as_of is None:
        current = queries.current(workspace)
        if queries.holds_undone(workspace, current):
            tell(N_("This run holds a load that was undone since. Run again: liuke run"))
        return current
    made = queries.made_at(workspace, as_of)
    if made is None or queries.holds_undone(workspace, made):
        with progress() as step:
            made, _ = pipeline.run(workspace, as_of=as_of, progress=step)
    if made.info["as_of"] != as_of.isoformat():
        tell(N_("The last complete period up to {asked} ends on {as_of}."), asked=as_of, as_of=made.info["as_of"])
    return made


def watch_list(folder: Path, wanted: queries.Filter, as_of: date | None, form: Format, out: Path | None) -> None:
    """Print the list."""
    if wanted.sort not in queries.SORTS:
        raise Usage(
            N_("The list can't be sorted by {sort}."),
            sort=wanted.sort,
            have=", ".join(queries.SORTS),
            fix=N_("Sort by: {have}."),
        )
    made = run_of(Workspace.at(folder), as_of)
    rows = queries.watch_list(made, wanted)
    emit(
        rows if form == "table" else queries.spoken(rows, made.info["currency"]),
        form,
        lambda found: list_table(found, made),
        out,
    )


def list_table(rows: pl.DataFrame, made: Run) -> object:
    """The list for a terminal: one line a customer, and what it stands on beneath."""
    info = made.info
    currency = info["currency"]
    columns = [
        ("#", "right"),
        (translate(N_("Customer")), "left"),
        (translate(N_("State")), "left"),
        (translate(N_("Why on the list")), "left"),
        (translate(N_("Last purchase")), "right"),
        (translate(N_("Risk")), "right"),
        (translate(N_("Usual year")), "right"),
        (translate(N_("At stake")), "right"),
    ]
    ahead = dict(core_ahead(made).select("customer_code", "core_next_year").collect().iter_rows())
    lines = []
    for row in rows.iter_rows(named=True):
        said = queries.sentences(row, made.info["currency"])
        name = row["customer_id"] + (f" {row['name']}" if row["name"] else "")
        word = CORE.get((row["core"], ahead.get(row["customer_code"])))
        mark = f" [{translate(word)}]" if word else ""
        lines.append(
            (
                str(row["rank"] or ""),
                name + mark,
                translate(STATES[row["state"]]),
                said[0] if said else "",
                str(row["last_on"] or ""),
                _risk(row),
                str(figures.Money(row["usual_year"], currency)),
                "" if row["at_stake"] is None else str(figures.Money(row["at_stake"], currency)),
            )
        )
    if not lines:
        return say(N_("No customer matches. Widen the conditions; `liuke list --state active` has the buying ones."))
    return grid(columns, lines, title=heading(info))


def _risk(row: dict[str, Any]) -> str:
    if row["risk"] is None:
        return translate(N_("not enough data"))
    return f"{figures.percent(row['risk'])} ({figures.span(row['risk_low'], row['risk_high'])})"


def heading(info: dict[str, Any]) -> str:
    """What the list stands on: as_of, basis, what is left out, and why there may be no risk."""
    lost = say(N_("As of {as_of}; a customer silent for {left_days} days counts as lost."), **info)
    return f"{lost}\n{risk_rests_on(info).text()}"


def customer(workspace: Workspace, made: Run, wanted: str) -> dict[str, Any]:
    """The customer asked for; of one merged into another it is said, and the other given."""
    merged = merges(workspace)
    row = queries.find_customer(made, wanted, merged)
    if wanted in merged and row["customer_id"] == merged[wanted]:
        tell(N_("{customer} is merged into {into}: {into} is shown."), customer=wanted, into=merged[wanted])
    return row


def show(folder: Path, wanted: str, as_of: date | None, form: Format) -> None:
    """Print one customer."""
    workspace = Workspace.at(folder)
    made = run_of(workspace, as_of)
    row = customer(workspace, made, wanted)
    info = made.info
    papers = queries.papers(workspace, made, row["customer_id"])
    currency = info["currency"]
    said = queries.sentences(row, made.info["currency"])
    if form != "table":
        emit(queries.customer_record(made, row, papers), form, str, one=True)
        return
    put(bold(f"{row['customer_id']} {row['name'] or ''}").append(f"  {translate(STATES[row['state']])}", "not bold"))
    put(
        say(
            N_(
                "As of {as_of}: {documents} documents, last purchase {last_on}, {silent_days} days ago; usual gap"
                " {gap}."
            ),
            as_of=info["as_of"],
            documents=row["documents"],
            last_on=row["last_on"] or "-",
            silent_days="-" if row["silent_days"] is None else row["silent_days"],
            gap="-" if row["own_gap_days"] is None else say(N_("{days} days"), days=f"{row['own_gap_days']:.0f}"),
        )
    )
    put(
        say(
            N_("Last 12 months {now}, the 12 before {before}; usual year {usual}; risk {risk}; at stake {stake}."),
            now=figures.Money(row["amount_12"], currency),
            before=figures.Money(row["amount_before_12"], currency),
            usual=figures.Money(row["usual_year"], currency),
            risk=_risk(row),
            stake="-" if row["at_stake"] is None else figures.Money(row["at_stake"], currency),
        )
    )
    for text in said:
        put(f"• {text}")
    for text in value_queries.value_sentences(made, row["customer_code"]):
        put(f"  {text}")
    put(bars(row["trend"]))
    put(_papers(papers.head(SHOWN_DOCUMENTS)))
    if len(papers) > SHOWN_DOCUMENTS:
        put(say(N_("{count} documents in all; --format json has every one."), count=len(papers)))


def bars(trend: list[int]) -> str:
    """Monthly sales as a row of block characters, newest at the right; an empty month is a dot."""
    highest = max([*trend, 1])
    return "".join("·" if cents <= 0 else "▁▂▃▄▅▆▇█"[min(7, cents * 8 // highest)] for cents in trend)


def _papers(papers: pl.DataFrame) -> object:
    columns = [
        (translate(N_("Date")), "left"),
        (translate(N_("Kind")), "left"),
        (translate(N_("Document")), "left"),
        (translate(N_("Lines")), "right"),
        (translate(N_("Amount")), "right"),
    ]
    rows = [
        (
            str(r["date"]),
            translate(KINDS[r["kind"]]),
            r["document_id"] or "",
            str(r["lines"]),
            figures.full(r["amount"]),
        )
        for r in papers.iter_rows(named=True)
    ]
    return grid(columns, rows)


def report(folder: Path, out: Path, as_of: date | None) -> None:
    """Write the workbook and the page."""
    from liuke.reports.excel import write_workbook
    from liuke.reports.page import write_page

    made = run_of(Workspace.at(folder), as_of)
    if not out.is_dir():
        raise NotFound(N_("There is no folder {path}."), path=out)
    from liuke.kernel.i18n import language

    name = f"liuke-{made.info['as_of']}"
    for path in (
        write_workbook(made, out / f"{name}.xlsx", language()),
        write_page(made, out / f"{name}.html", language()),
    ):
        tell(N_("Written: {path}"), path=path)


def indicators(folder: Path, as_of: date | None, form: Format, out: Path | None) -> None:
    """Print the indicator sheet."""
    from liuke.ledger.rates import BY_NAME

    made = run_of(Workspace.at(folder), as_of)

    def table(rows: pl.DataFrame) -> object:
        columns = [
            (translate(N_("Indicator")), "left"),
            (translate(N_("Value")), "right"),
            (translate(N_("A year before")), "right"),
            (translate(N_("Target")), "right"),
            (translate(N_("Note")), "left"),
        ]
        lines = []
        for row in rows.filter(pl.col("scope") == "all").iter_rows(named=True):
            unit = BY_NAME[row["indicator"]].unit
            lines.append(
                (
                    translate(BY_NAME[row["indicator"]].title),
                    *(_value(row[name], unit) for name in ("value", "last_year", "target")),
                    Said.unpack(row["reason"]).text() if row["reason"] else "",
                )
            )
        return grid(columns, lines)

    emit(made.table("indicator"), form, table, out)


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return figures.percent(value, 1)
    return figures.count(value) if unit == "customers" else f"{value:,.2f}"
