"""`liuke load`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from liuke.cli.options import Folder
from liuke.kernel.i18n import N_

WORDS, HELP = ("load",), N_("Load a file, folder, glob or database; every row and cent is accounted for.")


def command(
    location: Annotated[str, Argument(metavar="FILE-or-URL", help=N_("What to load."))],
    workspace: Folder = Path(),
    table: Annotated[str | None, Option(help=N_("Canonical table; found by the columns by default."))] = None,
    source: Annotated[str | None, Option(help=N_("Name of the source, so that repeats are known."))] = None,
    mapping: Annotated[Path | None, Option("--map", help=N_("Mapping file to use."))] = None,
    sheet: Annotated[str | None, Option(help=N_("Sheet of a workbook."))] = None,
    query: Annotated[str | None, Option(help=N_("Query, or table, of a database."))] = None,
    heading_row: Annotated[
        int | None, Option(min=1, help=N_("Number of the row that names the columns; found by default."))
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help=N_("Read and account, but store nothing."))] = False,
    customer: Annotated[str | None, Option(help=N_("Header of the customer's code."))] = None,
    date_column: Annotated[str | None, Option("--date", help=N_("Header of the date."))] = None,
    amount: Annotated[str | None, Option(help=N_("Header of the amount."))] = None,
    date_order: Annotated[str | None, Option(help=N_("How days are written: ymd, dmy or mdy."))] = None,
    kind: Annotated[str | None, Option(help=N_("Kind of all documents: order, delivery, invoice or return."))] = None,
    tax: Annotated[
        str | None, Option(help=N_("Tax in the amount: exclusive, inclusive, or a rate such as 0.13 to take off."))
    ] = None,
    discount: Annotated[str | None, Option(help=N_("What the discount column holds."))] = None,
    decimal: Annotated[str | None, Option(help=N_("Decimal sign of numbers: point or comma."))] = None,
    months: Annotated[str | None, Option(help=N_("Day of a month given without one: end or first."))] = None,
    currency: Annotated[str | None, Option(help=N_("Currency of the amounts."))] = None,
    answer: Annotated[
        list[str] | None, Option(metavar="KEY=VALUE", help=N_("Answer to any question, by its key; may be repeated."))
    ] = None,
    part: Annotated[str, Option(help=N_("A file holding part of a known document: ask, keep or replace."))] = "ask",
    document_key: Annotated[
        str,
        Option(help=N_("What makes a number one document: auto, or document_id with +customer_id, +year or +month.")),
    ] = "auto",
) -> None:
    """Load and print the account."""
    from liuke.app.load import Answers
    from liuke.cli import loading

    answers = Answers(
        customer_id=customer, date=date_column, amount=amount, date_order=date_order,
        kind=kind, tax=tax, discount=discount, decimal=decimal, months=months, currency=currency,
        others=loading.answers_given(answer or []),
    )  # fmt: skip
    loading.load(
        workspace, location, answers,
        table=table, source=source, mapping=mapping, sheet=sheet, query=query, heading_row=heading_row,
        dry_run=dry_run, part=part, document_key=document_key,
    )  # fmt: skip
