"""Commands about value: the list, one customer, the worksheet, the economics, service owed and given."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app import value_queries
from liuke.cli.output import Format, bold, emit, grid, put
from liuke.cli.running import customer, run_of
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, language, say, translate
from liuke.kernel.said import Said
from liuke.reports import figures, value_words
from liuke.store.workspace import Workspace
from liuke.value.worksheet import Purchase, Worksheet, fill_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from liuke.store.runs import Run
    from liuke.value.worksheet import Line

EXAMPLE = {"yearly": "2400", "years": "30"}  # the workshop's; three cars come to it
MOST_YEARS = 200
MOST_MONEY = 10**16  # what decimal(18,2) holds


def values(folder: Path, wanted: value_queries.Wanted, as_of: date | None, form: Format, out: Path | None) -> None:
    """Print customers by value."""
    if wanted.sort not in value_queries.SORTS:
        raise Usage(
            N_("The list can't be sorted by {sort}."),
            sort=wanted.sort,
            have=", ".join(value_queries.SORTS),
            fix=N_("Sort by: {have}."),
        )
    made = _run(folder, as_of)
    rows = value_queries.values(made, wanted)
    if form != "table":
        rows = value_queries.spoken(rows, made)
    emit(rows, form, lambda found: _table(found, made), out)


def _run(folder: Path, as_of: date | None) -> Run:
    return run_of(Workspace.at(folder), as_of)


def _table(rows: pl.DataFrame, made: Run) -> object:
    currency = made.info["currency"]
    titles = (N_("Customer"), N_("Grade"), N_("Stage"), N_("Next year"), N_("Range"), N_("Lifetime value"),
              N_("Share of wallet"), N_("Loyalty"))  # fmt: skip
    sides = ("left", "left", "left", "right", "right", "right", "right", "left")
    lines = [
        (
            f"{row['customer_id']} {row['name'] or ''}".strip(),
            row["grade"],
            "" if row["stage"] is None else translate(value_words.STAGES[row["stage"]]),
            value_words.money(row["next_year"], currency),
            "" if row["low"] is None else f"{figures.Money(row['low'])}–{figures.Money(row['high'])}",
            value_words.money(row["clv"], currency),
            value_words.share(row["share_of_wallet"]),
            value_words.cell(row),
        )
        for row in rows.iter_rows(named=True)
    ]
    if not lines:
        return say(N_("No customer matches."))
    basis = value_words.basis(made.info)
    said = say(N_("As of {as_of}; money is {basis}."), as_of=made.info["as_of"], basis=basis)
    title = "\n".join([said, *value_words.missing(made.info, *value_words.ESTIMATES)])
    return grid([(translate(head), side) for head, side in zip(titles, sides, strict=True)], lines, title=title)


def show(folder: Path, wanted: str, as_of: date | None, form: Format) -> None:
    """Print one customer's value."""
    made = _run(folder, as_of)
    who = customer(Workspace.at(folder), made, wanted)
    rows = value_queries.value_of(made, who["customer_code"])
    if form != "table":
        emit(value_queries.spoken(rows, made), form, str, one=True)
        return
    put(bold(f"{who['customer_id']} {who['name'] or ''}"))
    for sentence in value_queries.value_sentences(made, who["customer_code"]):
        put(f"• {sentence}")


def economics(folder: Path, bucket: bool, as_of: date | None, form: Format, out: Path | None) -> None:
    """Print the economics of keeping customers and the leaking bucket."""
    made = _run(folder, as_of)
    value_queries.check(made)
    rows = made.table("leaking_bucket" if bucket else "economics")
    if form == "table" and not bucket:
        put(_economics(rows, made.info))
        rows = made.table("leaking_bucket")
    emit(rows, form, lambda found: _bucket(found, made.info), out)


def _economics(rows: pl.DataFrame, info: Mapping[str, Any]) -> object:
    titles = (N_("Figure"), N_("Value"), N_("Range"), N_("Why there is no number"))
    lines = []
    for row in rows.iter_rows(named=True):
        ends = [value_words.figure(row[end], row["unit"], info["currency"]) for end in ("value", "low", "high")]
        why = "" if row["reason"] is None else Said.unpack(row["reason"]).text()
        spread = f"{ends[1]}–{ends[2]}" if ends[1] != ends[2] else ""
        lines.append((value_words.figure_title(row["figure"]), ends[0], spread, why))
    sides = ("left", "right", "right", "left")
    return grid([(translate(head), side) for head, side in zip(titles, sides, strict=True)], lines)


def _bucket(rows: pl.DataFrame, info: Mapping[str, Any]) -> object:
    titles = (N_("Until"), N_("Opening"), N_("New"), N_("Won back"), N_("Lost"), N_("Closing"), N_("Leak"),
              N_("Bought before"), N_("Lost with them"), N_("Bought now"))  # fmt: skip
    lines = []
    for row in rows.iter_rows(named=True):
        heads = [figures.count(row[name]) for name in ("opening", "new", "won_back", "lost", "closing")]
        names = ("opening_amount", "lost_amount", "closing_amount")
        amounts = [value_words.money(row[name], info["currency"]) for name in names]
        lines.append((str(row["to"]), *heads, "" if row["leak"] is None else figures.percent(row["leak"], 1), *amounts))
    if not lines:
        return say(N_("Too little history for a leaking bucket."))
    return grid([(translate(titles[0]), "left"), *((translate(head), "right") for head in titles[1:])], lines)


def service(folder: Path, top: int, as_of: date | None, form: Format, out: Path | None) -> None:
    """Print who gets less service than its grade and stage are owed."""
    rows = value_queries.service_gap(_run(folder, as_of))
    emit(rows.head(top or len(rows)), form, _gap, out)


def _gap(rows: pl.DataFrame) -> object:
    reasons = [Said.unpack(reason).text() for reason in rows["reason"].drop_nulls()]
    rows = rows.filter(pl.col("reason").is_null())
    if rows.is_empty():
        return "\n".join(reasons) or say(N_("Everybody got the service owed."))
    titles = (N_("Customer"), N_("Grade"), N_("Stage"), N_("Contacts owed/given"), N_("Hours owed/taken"),
              N_("Still unanswered"), N_("Next year"))  # fmt: skip
    lines = [
        (
            f"{row['customer_id']} {row['name'] or ''}".strip(),
            row["grade"],
            translate(value_words.STAGES[row["stage"]]),
            f"{row['contacts_owed']:g}/{_known(row['contacts_given'])}",
            f"{row['response_owed_hours']:g}/{_known(row['response_given_hours'])}",
            (row["unanswered_complaint"] or "").replace("[", "\\["),
            value_words.money(row["next_year"], ""),
        )
        for row in rows.iter_rows(named=True)
    ]
    sides = ("left", "left", "left", "right", "right", "left", "right")
    heads = [(translate(head), side) for head, side in zip(titles, sides, strict=True)]
    return grid(heads, lines, title="\n".join(reasons))


def _known(value: float | None) -> str:
    """A number, or a dash where there is none."""
    return "-" if value is None else f"{value:g}"


def standard(folder: Path, form: Format, out: Path | None) -> None:
    """Print the service standard in force."""
    found = value_queries.standard(Workspace.at(folder))
    rows = [
        {"grade": grade.name, "title": grade.title[language()], "share": grade.share, "stage": stage,
         "contacts_a_quarter": contacts, "response_hours": grade.response_hours}
        for grade in found.grades
        for stage, contacts in grade.contacts.items()
    ]  # fmt: skip

    def table(frame: pl.DataFrame) -> object:
        heads = (N_("Grade"), N_("First so much of the value"), N_("Stage"), N_("Contacts a quarter"),
                 N_("Answer within, hours"))  # fmt: skip
        lines = [
            (r["title"], figures.percent(r["share"]), found.stage_title(r["stage"]), f"{r['contacts_a_quarter']:g}",
             f"{r['response_hours']:g}")
            for r in frame.to_dicts()
        ]  # fmt: skip
        return grid([(translate(head), "left") for head in heads], lines)

    emit(pl.DataFrame(rows), form, table, out)


def worksheet(answers: Mapping[str, str | None], purchases: Sequence[str], form: Format, out: Path | None) -> None:
    """Print the lifetime worksheet line by line: of the answers given alone, or without any of the example."""
    lines = _filled_in(answers, purchases)
    rows = pl.DataFrame(
        [{"line": one.said.text(), "amount": one.amount, "total": one.total} for one in lines],
        schema={"line": pl.String, "amount": pl.Decimal(18, 2), "total": pl.Boolean},
    )

    def table(frame: pl.DataFrame) -> object:
        shown = [(bold(r["line"]) if r["total"] else r["line"], figures.full(r["amount"])) for r in frame.to_dicts()]
        return grid([(translate(N_("Line")), "left"), (translate(N_("Amount")), "right")], shown)

    emit(rows, form, table, out)


def _filled_in(answers: Mapping[str, str | None], purchases: Sequence[str]) -> list[Line]:
    """The worksheet's lines; Usage where answers are missing or come to more than money can be."""
    given = {name: value for name, value in answers.items() if value is not None}
    if not given and not purchases:
        given, purchases = EXAMPLE, [f"{translate(N_('Car'))}=3x100000"]
    if ("yearly" in given and "years" not in given) or not ("yearly" in given or purchases):
        raise Usage(
            N_("The worksheet needs what is bought: a year and for how many years, or a large purchase."),
            fix=N_("Give --yearly with --years, or --purchase, or nothing at all for the example."),
        )
    numbers = {name: _decimal(name, value) for name, value in ({"yearly": "0", "years": "0"} | given).items()}
    if numbers["years"] > MOST_YEARS:
        raise Usage(N_("{name}: {value} is more than {most}."), name="years", value=numbers["years"], most=MOST_YEARS)
    sheet = Worksheet(**numbers, purchases=[_purchase(one) for one in purchases])
    too_much = Usage(N_("These answers come to more than can be worked out."), fix=N_("Give smaller numbers."))
    try:
        lines = fill_in(sheet)
    except InvalidOperation:
        raise too_much from None
    if max(abs(line.amount) for line in lines) >= MOST_MONEY:
        raise too_much
    return lines


def _decimal(name: str, value: str) -> Decimal:
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Usage(N_("{name}: {value} is not a number."), name=name, value=value)
    return number


def _purchase(word: str) -> Purchase:
    """`car=3x100000`: a name, how often, the price."""
    name, equals, rest = word.partition("=")
    count, times, price = rest.partition("x")
    if not (equals and times):
        raise Usage(N_("{word} is not of the form NAME=COUNTxPRICE, such as car=3x100000."), word=word)
    return Purchase(name, _decimal(name, count), _decimal(name, price))
