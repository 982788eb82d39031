"""The overview of a firm, or of the customers somebody may see: then without what is about the firm as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from liuke.reports import figures
from liuke.reports.contexts import answer, changes, customers, health, ledger, scores, states, strip, totals
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.first_causes import FirstCauses, first_causes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.kernel.said import Said
    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.changes import Leads
    from liuke.reports.shown import Listed


@dataclass(frozen=True)
class WholeFirm(Context):
    """What is about the firm as a whole."""

    ledger: Annotated[ledger.Ledger, "customers and money from opening to closing"]
    states: Annotated[states.States, "customers by state over time"]
    indicators: Annotated[scores.Indicators, "rates over all customers"]
    health: Annotated[health.Health, "how sound the data are"]


@dataclass(frozen=True)
class OverviewPage(Context):
    """Who is leaving, what it costs, what to look at."""

    strip: Annotated[strip.Strip, "whose numbers, as of when"]
    answer: Annotated[answer.Answer, "the first sentences"]
    whole: Annotated[WholeFirm | None, "of the firm; None for who sees some of its customers"]
    causes: Annotated[FirstCauses | None, "first causes of core customers at risk; None where nobody knows any"]
    changes: Annotated[changes.Changes, "what changed in the last period"]
    leads: Annotated[Leads, "what put customers on the list"]
    core: Annotated[Listed, "core customers on the list, the most urgent first"]
    core_note: Annotated[Said, "how many of all core customers are on the list"]
    trend: Annotated[Said, "heading of the drawings of sales"]
    scale: Annotated[figures.Scale, "how amounts at stake are written"]
    scored: Annotated[bool, "whether any risk is known"]
    by_state: Annotated[Sequence[tuple[str, int]], "customers on the list by state, those of leaving first"]


def overview_page(source: Source, *, whole: bool, top: int) -> OverviewPage:
    """The overview, with at most `top` core customers; `whole` is whether the firm as a whole is shown."""
    head, sums = strip.strip(source), totals.totals(source)
    base = answer.active(source) if whole else []
    money = ledger.ledger(source, head) if whole else None
    on_list = customers.watch_trend(source, head)
    core = customers.core_on_list(source, head, sums, None, top)
    stakes = [row["at_stake"] for row in core.listed.records() if row["at_stake"] is not None]
    years = [row["usual_year"] for row in core.listed.records() if row["usual_year"] is not None]
    return OverviewPage(
        strip=head,
        answer=answer.answer(head, sums, money, base),
        whole=WholeFirm(
            ledger=money,
            states=states.state_cells(source, head, base, sums.by_state),
            indicators=scores.indicators(source),
            health=health.health(source, head),
        )
        if money is not None
        else None,
        causes=first_causes(source),
        changes=changes.changes(source, head),
        leads=changes.leads(totals.lead_counts(source), sums.listed, scores.titles(source)),
        core=core.listed,
        core_note=core.note,
        trend=on_list,
        scale=figures.scale_for(stakes or years, head.currency),
        scored=sums.at_stake is not None,
        by_state=sorted(sums.by_state.items(), key=lambda each: -each[1]),
    )
