"""Why one customer left or may leave: its likeliest causes, what speaks for and against each, where that is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.kinds import LINES
from liuke.kernel.said import Said, Wordings
from liuke.reports import stored
from liuke.reports.cause_words import cause_title, what_it_is_not
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customer_line import KINDS
from liuke.reports.contexts.data_page import table_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.customer_line import LineEvent

MOST = 4  # causes shown beside unknown
MOST_EVIDENCE = 4  # sentences for a cause, and as many against
KIND_OF = {"complaint": "complaint", "promise": "promise", "contact": "contact", "exit_note": "interview",
           "assignment": "owner"}  # tables whose rows stand on the line of what happened, by kind there  # fmt: skip


@dataclass(frozen=True)
class ToldThere(Context):
    """Where on the line of what happened the row of an evidence stands."""

    kind: Annotated[str, "of the line"]
    on: Annotated[date, "the day it stands under"]


@dataclass(frozen=True)
class EvidenceLine(Context):
    """One sentence for or against a cause."""

    said: Annotated[Said, "the sentence"]
    row: Annotated[Said, "the table and the row that tells of it; nothing for what people say and for silence"]
    there: Annotated[ToldThere | None, "its place on the line of what happened, where it has one"]


@dataclass(frozen=True)
class CauseWhy(Context):
    """One cause of a customer."""

    cause: Annotated[str, "its id"]
    title: Annotated[Wordings, "what it is called"]
    unknown: Annotated[bool, "whether it is what none explains"]
    probability: Annotated[float, "that it is this one"]
    speaking: Annotated[Sequence[EvidenceLine], "what speaks for it, the strongest first"]
    against: Annotated[Sequence[EvidenceLine], "what speaks against it"]
    beside: Annotated[Sequence[EvidenceLine], "why it is thought of though no row speaks for it"]
    is_not: Annotated[Wordings | None, "what is taken for it and is another one"]


@dataclass(frozen=True)
class CustomerWhy(Context):
    """Why a customer left or may leave."""

    lost: Annotated[bool, "whether it has left; else it may"]
    on: Annotated[date | None, "end of the period in which its next purchase failed to come"]
    audited: Annotated[bool, "whether somebody checked and confirmed the cause"]
    stated: Annotated[Wordings | None, "the cause notes or interviews name"]
    causes: Annotated[Sequence[CauseWhy], "the likeliest, unknown among them"]
    others: Annotated[float, "the probability of all that is not shown"]


def customer_why(
    causes: pl.DataFrame, evidence: pl.DataFrame, card: pl.DataFrame, events: Sequence[LineEvent], currency: str
) -> CustomerWhy | None:
    """The causes of one customer by its rows of `customer_cause` and `cause_evidence`; None where none are argued."""
    if causes.is_empty():
        return None
    named = {row["cause"]: row for row in card.iter_rows(named=True)}
    rows = causes.sort("place").to_dicts()
    shown = [row for row in rows if row["cause"] != UNKNOWN][:MOST] + [row for row in rows if row["cause"] == UNKNOWN]
    shown.sort(key=lambda row: row["place"])
    places = _places(events)
    found = []
    for row in shown:
        of = evidence.filter(pl.col("cause") == row["cause"]).sort("place")
        told = {
            speaks: [_evidence(each, places, events, currency)
                     for each in of.filter(pl.col("speaks") == speaks).head(MOST_EVIDENCE).iter_rows(named=True)]
            for speaks in ("for", "against", "neither")
        }  # fmt: skip
        about = named[row["cause"]]
        found.append(CauseWhy(row["cause"], cause_title(about), row["cause"] == UNKNOWN, row["probability"],
                              told["for"], told["against"], told["neither"], what_it_is_not(about)))  # fmt: skip
    first = rows[0]
    stated = cause_title(named[first["stated"]]) if first["stated"] in named else None
    others = max(0.0, 1.0 - sum(row["probability"] for row in shown))
    return CustomerWhy(first["judged"] == "lost", first["on"], bool(first["audited"]), stated, found, others)


def _places(events: Sequence[LineEvent]) -> Mapping[tuple[str, str], date]:
    return {(each.kind, each.number): each.on for each in events if each.number}


def _evidence(
    row: Mapping[str, Any], places: Mapping[tuple[str, str], date], events: Sequence[LineEvent], currency: str
) -> EvidenceLine:
    said = stored.stored_sentence(row["said"], currency)
    if row["table"] is None:
        return EvidenceLine(said, Said(""), None)
    if row["table"] == LINES:
        kind, _, number = row["row_id"].partition(" ")
    else:
        kind, number = KIND_OF.get(row["table"], ""), row["row_id"]
    on = places.get((kind, number))
    if on is None:  # a row without a number on the line is known by its day, which its grain may end with
        days = {str(each.on): each.on for each in events if each.kind == kind}
        on = days.get(number.rpartition(" ")[2], days.get(str(row["day"])))
    title = Said(KINDS[kind]) if row["table"] == LINES and kind in KINDS else table_title(row["table"])
    where = Said("{table} {row}", {"table": title, "row": number})
    return EvidenceLine(said, where, ToldThere(kind, on) if on else None)
