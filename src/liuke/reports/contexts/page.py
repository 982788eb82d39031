"""The one-file page: every part of it, each a page of its own in the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from liuke.reports.contexts import answer, changes, customers, health, ledger, notes, scores, states, strip, totals
from liuke.reports.contexts.base import Context

if TYPE_CHECKING:
    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.changes import Leads
    from liuke.reports.contexts.scores import Indicators, Warnings


@dataclass(frozen=True)
class RunPage(Context):
    """Answer, ledger, states, list, and how far to trust them."""

    strip: Annotated[strip.Strip, "whose numbers, as of when"]
    totals: Annotated[totals.Totals, "the list in sums"]
    answer: Annotated[answer.Answer, "the first sentences"]
    ledger: Annotated[ledger.Ledger, "customers and money from opening to closing"]
    changes: Annotated[changes.Changes, "what changed in the last period"]
    leads: Annotated[Leads, "what put customers on the list"]
    states: Annotated[states.States, "customers by state"]
    core: Annotated[customers.CoreOnList, "core customers on the list"]
    list: Annotated[customers.WatchList, "the list, best first"]
    scores: Annotated[scores.Scores, "how the rules did"]
    warnings: Annotated[Warnings, "how early the list warned in the past"]
    indicators: Annotated[Indicators, "rates over all customers"]
    health: Annotated[health.Health, "how sound the data are"]
    notes: Annotated[notes.Notes, "definitions and sources"]


def page(source: Source, top: int) -> RunPage:
    """The page of a run with at most `top` customers of each view of the list."""
    head, sums = strip.strip(source), totals.totals(source)
    money, base = ledger.ledger(source, head), answer.active(source)
    listed = customers.listed_rows(source, head, sums, top)
    return RunPage(
        strip=head,
        totals=sums,
        answer=answer.answer(head, sums, money, base),
        ledger=money,
        changes=changes.changes(source, head),
        leads=changes.leads(totals.lead_counts(source), sums.listed, scores.titles(source)),
        states=states.state_cells(source, head, base, sums.by_state),
        core=customers.core_on_list(source, head, sums, listed),
        list=listed,
        scores=scores.rule_scores(source, head),
        warnings=scores.warnings(source),
        indicators=scores.indicators(source),
        health=health.health(source, head),
        notes=notes.all_notes(source),
    )
