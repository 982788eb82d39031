"""How sound the data are: what became of every row that was read, and what the history reaches."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.contexts.base import Context
from liuke.reports.listings.upkeep import SOURCES
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip

FEW = 3  # tables without amounts that are named one by one
ROWS = N_("{read} rows read = {loaded} loaded + {apart} kept apart.")
AMOUNTS = N_("Amounts: {read} = {loaded} + {apart} + {rounding} rounding.")
OTHERS = N_("{tables} tables: {read} rows read = {loaded} loaded + {apart} kept apart.")
DOCUMENTS = N_("{n} documents of {customers} customers; up to {day} they come to {amount} net.")
HISTORY = N_("Documents from {first} to {last}. Silent for {days} days counts as lost.")
LEFT_OUT = N_("{period} is incomplete: a fall that is only a missing half month would be a false alarm.")
SUMS = ("amount_read", "amount_loaded", "amount_quarantined", "rounding")


@dataclass(frozen=True)
class LoadedSource(Context):
    """What became of one source's rows, in words."""

    source: Annotated[str, "name of the source"]
    file: Annotated[str, "the files it came in"]
    text: Annotated[Sequence[Said], "rows, and amounts where there are any"]


@dataclass(frozen=True)
class Health(Context):
    """How sound the data are."""

    sources: Annotated[Sequence[LoadedSource], "sources with amounts; those without where they are few"]
    others: Annotated[Said, "the sources without amounts where they are many; else nothing"]
    documents: Annotated[Said, "documents, customers and what they come to"]
    history: Annotated[Said, "how far the documents reach, and what counts as lost"]
    left_out: Annotated[Said, "the period left out because it is incomplete; else nothing"]
    listed: Annotated[Listed, "every source with its rows and amounts"]


def health(source: Source, strip: Strip) -> Health:
    """How sound a run's data are."""
    info = source.info
    rows = [_row(each) for each in info["sources"]]
    plain = [row for row in rows if row["amount_read"] is None]
    many = len(plain) > FEW
    named = [row for row in rows if not (many and row["amount_read"] is None)]
    sums = {name: figures.count(sum(row[name] for row in plain)) for name in ("read", "loaded", "quarantined")}
    others = {"tables": len(plain), "read": sums["read"], "loaded": sums["loaded"], "apart": sums["quarantined"]}
    return Health(
        sources=[LoadedSource(row["source"], row["file"], _told(row)) for row in named],
        others=Said(OTHERS, others) if many else Said(""),
        documents=Said(
            DOCUMENTS,
            {"n": figures.count(info["documents"]), "customers": figures.count(strip.customers), "day": strip.as_of,
             "amount": figures.full(Decimal(info["amount_total"]))},
        ),
        history=Said(
            HISTORY, {"first": strip.first_document_on, "last": strip.last_document_on, "days": strip.left_days}
        ),
        left_out=Said(LEFT_OUT, {"period": strip.partial_period}) if strip.partial_period else Said(""),
        listed=Listed(SOURCES, rows, currency=strip.currency),
    )  # fmt: skip


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    """A source's numbers; the other tables hold no amounts that add up."""
    adds_up = one["table"] == "document_line"
    amounts = {name: Decimal(str(one[name])) if adds_up and one[name] is not None else None for name in SUMS}
    rows = {name: one[name] for name in ("read", "loaded", "quarantined")}
    file = figures.printable(one["file"])
    return {"source": figures.printable(one["source"]), "file": file, **rows, **amounts}


def _told(row: Mapping[str, Any]) -> list[Said]:
    rows = {"read": row["read"], "loaded": row["loaded"], "apart": row["quarantined"]}
    said = [Said(ROWS, {name: figures.count(value) for name, value in rows.items()})]
    if row["amount_read"] is not None:
        names = dict(zip(("read", "loaded", "apart", "rounding"), SUMS, strict=True))
        said.append(Said(AMOUNTS, {name: figures.exact(row[column] or 0) for name, column in names.items()}))
    return said
