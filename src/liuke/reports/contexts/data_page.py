"""What is loaded and what would be: the data page, and a load plan as a form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from liuke.facts import LINES, contracts
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.panel.exposure import exposures
from liuke.panel.line_tables import line_tables
from liuke.reports.contexts.base import Context
from liuke.sources.values import IN_SHORT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from liuke.kernel.contract import Column
    from liuke.reports.shown import Listed
    from liuke.sources.reconcile import Reconciliation

TABLES: Mapping[str, str] = {
    "document_line": N_("Orders, deliveries, invoices, returns"),
    "customer": N_("List of customers"),
    "product": N_("List of products"),
    "salesperson": N_("List of salespeople"),
    "assignment": N_("Who looks after whom"),
    "contact": N_("Visits and calls"),
    "complaint": N_("Complaints"),
    "promise": N_("Promises and rebates"),
    "survey_answer": N_("Survey answers"),
    "receivable": N_("Money owed"),
    "contract": N_("Yearly agreements"),
    "list_price": N_("Price list"),
    "wallet": N_("What customers spend in all"),
    "need": N_("Customers' needs"),
    "exit_note": N_("Exit interviews"),
    "inspection": N_("Inspections"),
    "stock_out": N_("Products out of stock"),
    "company_change": N_("Changes the firm made"),
    "competitor_observation": N_("What rivals do"),
}
MOST_TOLD = 6  # columns named of a table that tells of no event
KEYS = ("customer_id", "recorded_on", "source")


DOCUMENTS_WITH = N_("documents with {columns}")


def table_title(table: str) -> Said:
    """What a person calls a canonical table."""
    if table in line_tables():  # told by columns of documents
        lines = contracts()[LINES].columns
        needs = tuple(column_title(name, lines[name]) for name in line_tables()[table].NEEDS)
        return Said(DOCUMENTS_WITH, {"columns": needs}) if needs else Said(N_("Returns and credit notes"))
    return Said(TABLES.get(table, contracts()[table].meaning if table in contracts() else table))


def column_title(name: str, column: Column) -> Wordings:
    """What a person calls a column: in Chinese the name most exports have for it, in English its own, written out."""
    zh = next((each for each in column.names[:1] if not each.isascii()), "")
    en = re.sub("_id$", " code", name).replace("_", " ") if name != "document_id" else "document number"
    return Wordings(zh or _in("zh", Said(column.meaning)), en)


def _in(language: str, said: Said) -> str:
    from liuke.kernel.i18n import in_language

    with in_language(language):
        return said.text()


@dataclass(frozen=True)
class WouldAdd(Context):
    """A table of which nothing is loaded, and what it would tell."""

    table: Annotated[str, "canonical table"]
    title: Annotated[Said, "what a person calls it"]
    says: Annotated[Said, "what it would tell"]


def would_add(held: Collection[str]) -> list[WouldAdd]:
    """Tables that are not loaded, those that tell of what befalls customers first."""
    told: dict[str, list[Said]] = {}
    for kind in exposures().values():
        for table in getattr(kind, "TOLD_BY", kind.READS):
            told.setdefault(table, []).append(Said(kind.TITLE))
    found = []
    for table, contract in contracts().items():
        if table in held:
            continue
        columns = [
            Said(column.meaning)
            for name, column in contract.columns.items()
            if name not in contract.grain and name not in KEYS and not name.endswith("_id")
        ]
        events = tuple(told.get(table, ()))
        says = Said(N_("Would show {what}."), {"what": events}) if events else Said(
            N_("Would tell {what}."), {"what": tuple(columns[:MOST_TOLD])})  # fmt: skip
        found.append((not events, WouldAdd(table, table_title(table), says)))
    order = {table: place for place, table in enumerate(TABLES)}
    found.sort(key=lambda each: (each[1].table != LINES, each[0], order.get(each[1].table, len(order))))
    return [each for _, each in found]


@dataclass(frozen=True)
class AccountLine(Context):
    """One line of an account."""

    name: Annotated[Said, "what it counts"]
    rows: Annotated[int | None, "rows; None where it has none of its own"]
    amount: Annotated[Decimal | None, "in the firm's currency; None for rows without money"]
    way: Annotated[str, "sum, part or end: how it stands in the table"] = "part"


@dataclass(frozen=True)
class NotUsed(Context):
    """Rows that can't be used for one reason."""

    reason: Annotated[Said, "what stands against them"]
    rows: Annotated[int, "how many"]
    amount: Annotated[Decimal, "their amount, as far as it can be read"]
    cells: Annotated[str, "some cells that were at fault, by column"]


@dataclass(frozen=True)
class Account(Context):
    """Where every row and cent has gone."""

    lines: Annotated[Sequence[AccountLine], "from what was read to the difference"]
    not_used: Annotated[Sequence[NotUsed], "reasons, the most frequent first"]
    notes: Annotated[Sequence[Said], "of the file's own total, and of rows without a readable amount"]
    loaded: Annotated[int, "rows that are, or would be, loaded"]
    quarantined: Annotated[int, "rows kept apart"]
    ties: Annotated[bool, "whether no row and no cent is missing"]


def account_of(account: Reconciliation, *, money: bool) -> Account:
    """The account of a load, of one to come as well; `money` is whether its rows have amounts."""

    def line(name: str, rows: int | None, amount: Decimal, way: str = "part") -> AccountLine:
        return AccountLine(Said(name), rows, amount if money else None, way)

    lines = [
        line(N_("Read"), account.rows_read, account.sum_read, "sum"),
        line(N_("Loaded"), account.rows_loaded, account.sum_loaded),
        line(N_("Quarantined"), account.rows_quarantined, account.sum_quarantined),
    ]
    if money:
        lines.append(line(N_("Rounding"), None, account.rounding))
        if account.turned:
            lines.append(line(N_("Returns given a minus"), None, account.turned))
        if account.given_back or account.returns_made:
            more = -account.returns_made if account.returns_made else None
            lines.append(line(N_("Refunds in a column of their own"), more, account.given_back))
    lines.append(line(N_("Difference"), account.rows_missing, account.difference, "end"))
    notes = []
    if account.off_file_total is not None:
        off = N_("The file's own total is {total}, {off} away from its rows.")
        said = off if account.off_file_total else N_("The file's own total, {total}, equals its rows.")
        notes.append(Said(said, {"total": account.file_total, "off": account.off_file_total}))
    if account.unknown and money:
        notes.append(Said(N_("{count} quarantined rows have no readable amount and are in no sum."),
                          {"count": account.unknown}))  # fmt: skip
    not_used = [
        NotUsed(Said(IN_SHORT[code]), one.rows, one.amount, one.cells)
        for code, one in sorted(account.by_reason.items(), key=lambda each: -each[1].rows)
    ]
    ties = not account.rows_missing and not account.difference
    return Account(lines, not_used, notes, account.rows_loaded, account.rows_quarantined, ties)


@dataclass(frozen=True)
class Waiting(Context):
    """A file that was sent and is not loaded yet."""

    id: Annotated[str, "of the upload"]
    name: Annotated[str, "of the file, or where it is"]
    size: Annotated[int, "bytes; 0 for what lies elsewhere"]
    at: Annotated[str, "when it came, UTC"]


@dataclass(frozen=True)
class KeptApart(Context):
    """A file of rows that could not be used, or that are loaded and doubtful."""

    name: Annotated[str, "of the file"]
    size: Annotated[int, "bytes"]
    doubtful: Annotated[bool, "whether its rows are loaded all the same"]


@dataclass(frozen=True)
class DataPage(Context):
    """What is loaded, what waits, what more there could be."""

    waiting: Annotated[Sequence[Waiting], "files sent and not loaded yet, in the order they came"]
    loads: Annotated[Listed, "everything loaded, with its account"]
    titles: Annotated[Mapping[str, Said], "what a person calls the tables loaded"]
    more: Annotated[Sequence[WouldAdd], "tables that are not loaded"]
    apart: Annotated[Sequence[KeptApart], "files of rows kept apart"]
    most: Annotated[int, "MB: the largest file that may be sent"]
    run_id: Annotated[str, "the run everybody reads, empty where there is none"]
    notices: Annotated[Sequence[Said], "what stands against that run: documents loaded since"]
    may_run: Annotated[bool, "whether the viewer may run"]
    may_connect: Annotated[bool, "whether the viewer may name paths on the server and databases"]
    going: Annotated[Sequence[Any], "loads that wait or go on, as jobs"]
    said: Annotated[Sequence[Said], "what was done just now"] = ()
    wrong: Annotated[Sequence[Any], "errors of what was just tried"] = ()
