"""Why customers left, or would leave, as a run says it: frames for Python, listings for every face."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.app.missing import BOUNDS, CARD, CAUSES, EVIDENCE, TOTALS
from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.errors import Forbidden
from liuke.kernel.i18n import N_, language
from liuke.kernel.said import Said
from liuke.reports import cause_words, forms
from liuke.reports.contexts import causes as of_runs
from liuke.reports.listings import causes as listings
from liuke.reports.query import CUSTOMERS, Condition, Query
from liuke.reports.renderers import json
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.app.run_view import OneCustomer, RunView
    from liuke.reports.shown import Row

SHOWN_FOR, SHOWN_AGAINST = 3, 2  # pieces of evidence that stand beside a customer's first cause
FOR, AGAINST = N_("For it: {said} ({row})"), N_("Against it: {said}")


def cause_list(view: RunView) -> Listed:
    """Every cause in force: whose act, what it is judged by here, what can answer it."""
    about = (cause_words.few_audited(view.info), view.owners_told[1])
    return Listed(listings.CAUSES, _owned_card(view), None, about)


def cause_frame(view: RunView) -> pl.DataFrame:
    """The same as a frame, with `title` in the language in force."""
    return _in_words(_owned_card(view))


def cause_totals(view: RunView, by: str = listings.ALL, *, at_risk: bool = False) -> Listed:
    """Causes added up by one of `listings.GROUPS`, or where lost customers went, by `direction`, or by
    `bounds` how far those who say nothing could move each share.

    Usage for another; Forbidden to who sees only some customers.
    """
    of_runs.check_group(by, at_risk=at_risk)
    if by in (listings.DIRECTION, listings.BOUNDS):
        view.reader.columns(CAUSES)  # a run without causes says what to do
        if by == listings.BOUNDS:
            return of_runs.listed_bounds(view.table(BOUNDS), _card(view))
        return of_runs.listed_directions(view.table(by), view.info, of_runs.lost_in_all(view.table(TOTALS)))
    listed = of_runs.listed_totals(_totals(view, by, at_risk), _card(view), view.info, by, at_risk=at_risk)
    return replace(listed, about=(*listed.about, view.owners_told[1]))


def pareto(view: RunView) -> Listed:
    """The lost of the last 12 months by cause, with the few columns a glance needs."""
    return replace(cause_totals(view), listing=listings.short_totals())


def total_frame(view: RunView, by: str = listings.ALL, *, at_risk: bool = False) -> pl.DataFrame:
    """The same as a frame, with `title` in the language in force; of `direction` the table."""
    of_runs.check_group(by, at_risk=at_risk)
    if by in (listings.DIRECTION, listings.BOUNDS):
        view.reader.columns(CAUSES)
        return view.table(by if by == listings.DIRECTION else BOUNDS)
    return _in_words(_totals(view, by, at_risk))


def reasons_of(view: RunView, found: OneCustomer) -> tuple[Listed, Listed]:
    """The causes of one customer, likeliest first, unknown among them; and the evidence for and against each."""
    causes, evidence = _rows(view, CAUSES, found), _rows(view, EVIDENCE, found)
    card = _card(view)
    counted = of_runs.with_counts(causes, evidence, card)
    places = causes.select("cause", among="place")
    told = of_runs.titled(evidence, card).join(places, on="cause").sort("among", "place", maintain_order=True)
    about = (cause_words.first_cause(counted.to_dicts()), cause_words.few_audited(view.info))
    return Listed(listings.REASONS_OF_ONE, counted, None, about), Listed(listings.EVIDENCE_OF_ONE, told)


def why_listed(view: RunView, found: OneCustomer) -> Listed:
    """The same in one listing: every cause with every piece of its evidence."""
    rows = of_runs.why_of(_rows(view, CAUSES, found), _rows(view, EVIDENCE, found), _card(view))
    return Listed(listings.WHY_OF_ONE, rows, None, (cause_words.few_audited(view.info),), view.info["currency"])


def why_frame(view: RunView, found: OneCustomer) -> pl.DataFrame:
    """The same as a frame, `said` in the language in force; no row of who is neither lost nor at risk."""
    rows = why_listed(view, found).rows
    if not isinstance(rows, pl.DataFrame):
        raise AssertionError("causes are listed from frames")
    currency = view.info["currency"]
    told = [None if each is None else forms.said(each, currency) for each in rows["said"].to_list()]
    return _in_words(rows.with_columns(said=pl.Series(told, dtype=pl.String)))


def why_record(view: RunView, found: OneCustomer) -> dict[str, object]:
    """One customer's causes by code: who, the first cause in words, every cause, every piece of evidence."""
    causes, evidence = reasons_of(view, found)
    first = causes.rows.row(0, named=True) if isinstance(causes.rows, pl.DataFrame) and len(causes) else {}
    about = {name: forms.plain_value(first.get(name)) for name in ("judged", "on", "money", "audited", "stated")}
    return {"customer_id": found.row["customer_id"], "name": found.row["name"], **about,
            "said": causes.about[0].text(), "causes": [*json.records(causes)],
            "evidence": [*json.records(evidence)]}  # fmt: skip


def cause_sentences(view: RunView, found: OneCustomer) -> Sequence[str]:
    """A customer's likeliest cause with unknown beside it, and the loudest evidence, in the language in force.

    None of who is neither lost nor at risk; of a run of before causes, that it is one.
    """
    if CAUSES not in view.tables:
        return [Said(cause_words.BEFORE_CAUSES).text()]
    causes, evidence = reasons_of(view, found)
    rows = [*causes.records()]
    if not rows:
        return []
    named = [row["cause"] for row in rows if row["cause"] != UNKNOWN]
    told = [row for row in evidence.records() if named and row["cause"] == named[0]]
    speaking = [row for row in told if row["speaks"] != "against"][:SHOWN_FOR]
    against = [row for row in told if row["speaks"] == "against"][:SHOWN_AGAINST]
    return [causes.about[0].text(), *(f"• {_told(row)}" for row in (*speaking, *against))]


def first_with_evidence(view: RunView) -> str | None:
    """The customer at risk, or else lost, of whose likeliest cause the most rows speak; None where no row speaks."""
    rows = view.page(Query(EVIDENCE, (Condition("speaks", "for"),), size=None)).rows
    causes = view.page(Query(CAUSES, (Condition("place", 1),), size=None)).rows
    first = causes.filter(pl.col("cause") != UNKNOWN).join(rows, on=("customer_id", "cause"))
    most = first.group_by("customer_id", "judged", "probability").len()
    ordered = most.sort("judged", "len", "probability", "customer_id", descending=[False, True, True, False])
    return None if ordered.is_empty() else str(ordered["customer_id"][0])


def _told(row: Row) -> str:
    said, place = forms.said(row["said"]), cause_words.told_in(row)
    if row["speaks"] == "against":
        return Said(AGAINST, {"said": said}).text()
    return Said(FOR, {"said": said, "row": place}).text() if place else said


def _owned_card(view: RunView) -> pl.DataFrame:
    """The card with who owns each cause and by what it is watched."""
    card = _card(view)
    try:
        total = of_runs.lost_by_cause(view.source().table(TOTALS))
    except Forbidden:  # sums of the firm are not for who sees some of its customers
        total = pl.DataFrame(schema={"cause": pl.String, "customers": pl.Float64, "before": pl.Float64})
    return cause_words.with_owners(card, card, view.cause_owners(), total)


def _card(view: RunView) -> pl.DataFrame:
    view.reader.columns(CAUSES)  # a run without causes says what to do
    return view.source().table(CARD)


def _totals(view: RunView, by: str, at_risk: bool) -> pl.DataFrame:
    view.reader.columns(CAUSES)
    total, people = view.table(TOTALS), None
    if by == listings.SALESPERSON:
        people = view.source().scan(CUSTOMERS).select("salesperson_id", "salesperson").collect()
    rows = of_runs.totals_by(total, _card(view), by, at_risk=at_risk, people=people)
    return cause_words.with_owners(rows, _card(view), view.cause_owners(), of_runs.lost_by_cause(total))


def _rows(view: RunView, table: str, found: OneCustomer) -> pl.DataFrame:
    mine = Query(table, (Condition("customer_id", found.row["customer_id"]),), size=None)
    if not view.sums(mine, "place")["rows"]:  # a page of a customer without rows is refused as one of nobody
        return view.page(Query(table, size=1)).rows.clear()
    return view.page(mine).rows


def _in_words(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(title=pl.col(f"title_{language()}"))
