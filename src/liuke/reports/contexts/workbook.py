"""The workbook: every listing of a run, whole, sheet by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.period import period_end, period_number
from liuke.kernel.said import Said
from liuke.panel.summary import TREND_PERIODS
from liuke.reports import figures, model_card, stored, value_words, views
from liuke.reports.contexts import answer, cause_studies, causes, health, ledger, notes, scores, states, strip, totals
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customers import complete, core_ahead, year_before
from liuke.reports.listings import customers, money, value
from liuke.reports.listings import scores as score_listings
from liuke.reports.sheet import MOST_ROWS
from liuke.reports.shown import Listed
from liuke.signals.watch_list import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.scores import Indicators, Warnings
    from liuke.reports.contexts.strip import Strip
    from liuke.run.cause_owners import CauseOwned
    from liuke.signals.watch_list import View

MOST_TRENDS, MOST_FAMILIES = 100_000, 5_000
DOCUMENTS_EACH = 60  # newest documents of a listed customer; all of them stand on its own page
SERVICE_NOTE = N_("contacts of the last quarter, waits for an answer to complaints of the last year")
TO_COME = N_("money to come in {basis}")


@dataclass(frozen=True)
class Customers(Context):
    """The sheets of customers."""

    views: Annotated[Sequence[Listed], "each view of the list, best first, with what it is for"]
    listed: Annotated[Listed, "everybody on the list, best first"]
    trends: Annotated[Listed, "sales by period: those on the list in its order, then the others by size"]
    documents: Annotated[Listed, "documents behind the flags"]
    core: Annotated[Listed, "core customers, back and ahead"]
    core_count: Annotated[int, "all core customers"]


@dataclass(frozen=True)
class Value(Context):
    """The sheets of value."""

    customers: Annotated[Listed, "customers that ever bought, most expected money first"]
    basis: Annotated[Said, "what money to come is counted in"]
    service: Annotated[Listed, "who got less service than owed"]
    economics: Annotated[Listed, "what keeping customers is worth"]
    bucket: Annotated[Listed, "customers year by year"]
    bucket_money: Annotated[Listed, "money year by year"]


@dataclass(frozen=True)
class Model(Context):
    """The sheet of the model."""

    card: Annotated[Sequence[tuple[Said, Said]], "title and text of every line of the card"]
    untested: Annotated[Said, "why nobody knows how it did; nothing where it was tested"]
    scores: Annotated[Listed, "every figure of the test, all origins together"]
    curve: Annotated[Listed, "calibration by tenths"]
    drift: Annotated[Listed, "drift by period"]
    families: Annotated[Listed, "families about to be dropped"]


@dataclass(frozen=True)
class Documents(Context):
    """What the ledger must equal."""

    window: Annotated[Listed, "the documents of the window by period"]
    periods: Annotated[Listed, "customers from period to period"]


@dataclass(frozen=True)
class Workbook(Context):
    """The whole workbook."""

    strip: Annotated[strip.Strip, "whose numbers, as of when"]
    answer: Annotated[answer.Answer, "the first sentences"]
    states: Annotated[states.States, "customers by state"]
    health: Annotated[health.Health, "how sound the data are"]
    customers: Annotated[Customers, "list, trends, documents, core"]
    value: Annotated[Value, "value, service, economics"]
    causes: Annotated[causes.CauseSheets, "causes added up, evidence of customers"]
    studies: Annotated[cause_studies.StudySheets, "events, what hangs on salespeople, market against own"]
    scores: Annotated[scores.Scores, "how the rules did"]
    model: Annotated[Model, "the model and its test"]
    warnings: Annotated[Warnings, "how early the list warned in the past"]
    indicators: Annotated[Indicators, "rates, for each year and each customer column too"]
    ledger: Annotated[ledger.Ledger, "customers and money from opening to closing"]
    documents: Annotated[Documents, "what the ledger must equal"]
    notes: Annotated[notes.Notes, "definitions and sources"]


def workbook_context(source: Source, owned: Mapping[str, CauseOwned], notice: Said | None = None) -> Workbook:
    """The workbook of a run; `owned` is who owns each cause and by what it is watched, `notice` why nobody is named."""
    head, sums = strip.strip(source), totals.totals(source)
    books, base = ledger.ledger(source, head), answer.active(source)
    about = notes.all_notes(source)
    return Workbook(
        strip=head,
        answer=answer.answer(head, sums, books, base),
        states=states.state_cells(source, head, base, sums.by_state),
        health=health.health(source, head),
        customers=_customers(source, head, about.defined.core_share),
        value=_value(source, head),
        causes=causes.cause_sheets(source, owned, notice),
        studies=cause_studies.study_sheets(source),
        scores=scores.rule_scores(source, head),
        model=_model(source, head),
        warnings=scores.warnings(source),
        indicators=scores.indicators(source, everything=True),
        ledger=books,
        documents=_documents(source, books, head),
        notes=about,
    )


def _customers(source: Source, head: Strip, core_share: float) -> Customers:
    now = source.table("customer_now")
    ranked = now.filter("listed").sort("rank")
    first = complete(source, ranked.head(MOST_ROWS))
    others = now.filter(~pl.col("listed")).sort("amount_12", "customer_id", descending=[True, False])
    trends = pl.concat([ranked, others]).head(max(MOST_TRENDS, min(len(ranked), MOST_ROWS)))
    who = first.select("customer_code", "customer_id", "name", "rank")
    behind = source.scan("document").filter(pl.col("customer_code").is_in(who["customer_code"].implode())).collect()
    ordered = behind.join(who, on="customer_code").sort("rank", "date", "document_id", descending=[False, True, False])
    papers = ordered.group_by("customer_code", maintain_order=True).head(DOCUMENTS_EACH)
    core = year_before(source, now).join(core_ahead(source).collect(), on="customer_code", how="left")
    core = core.filter(pl.any_horizontal("core", "raw_core", "core_next_year"))
    titles = model_card.rule_titles(source.table("rule_score"))
    listing = customers.watch_listing(head.unit, head.basis, titles=titles)
    return Customers(
        views=[_view(source, head, view, first, titles) for view in VIEWS],
        listed=Listed(listing, first, len(ranked), currency=head.currency),
        trends=Listed(customers.trends(_periods(head)), trends, len(now)),
        documents=Listed(customers.LISTED_DOCUMENTS, papers.head(MOST_ROWS), len(papers)),
        core=Listed(
            customers.core_listing(figures.percent(core_share)),
            core.sort("amount_12", "customer_id", descending=[True, False]).head(MOST_ROWS),
            len(core),
        ),
        core_count=int(now["core"].sum()),
    )


def _view(source: Source, head: Strip, view: View, listed: pl.DataFrame, titles: Mapping[str, str]) -> Listed:
    """One view of the list, of the rows of the whole list."""
    place = f"{view}_rank"
    rows = listed.filter(pl.col(place).is_not_null()).sort(place)
    scored = bool(listed["at_stake"].null_count() < len(listed))
    about = (views.what_for(view, scored=scored), views.why_empty(view, source.info) if rows.is_empty() else Said(""))
    listing = customers.watch_listing(head.unit, head.basis, titles=titles, view=view)
    return Listed(listing, rows, source.info["listed_by_view"][view], about, head.currency)


def _periods(head: Strip) -> list[str]:
    """Headings of the last periods, oldest first."""
    last = period_number(head.as_of, head.unit)
    ends = [period_end(last - back, head.unit) for back in range(TREND_PERIODS - 1, -1, -1)]
    return [str(end) if head.unit == "week" else f"{end:%Y-%m}" for end in ends]


def _value(source: Source, head: Strip) -> Value:
    info = source.info
    who = source.table("customer_now").select("customer_code", "customer_id", "name", "state")
    rows = source.table("customer_value").filter(pl.col("stage").is_not_null()).join(who, on="customer_code")
    rows = rows.sort("next_year", "clv", "customer_id", descending=[True, True, False], nulls_last=True)
    ahead = core_ahead(source).select("customer_code", "core_next_year").collect()
    rows = rows.drop("core_next_year").join(ahead, on="customer_code", how="left", maintain_order="left")
    missing = tuple(said for _, said in value_words.missing_reasons(info, *value_words.ESTIMATES))
    gap = source.table("service_gap")
    owed = gap.filter(pl.col("reason").is_null()).join(who, on="customer_code", how="left", maintain_order="left")
    bucket = source.table("leaking_bucket")
    listing = value.values_listing(info["value"]["years"], head.currency)
    return Value(
        customers=Listed(listing, rows.head(MOST_ROWS), len(rows), missing, head.currency),
        basis=Said(TO_COME, {"basis": value_words.money_basis(info)}),
        service=Listed(
            value.SERVICE_GAP, owed.head(MOST_ROWS), len(owed),
            tuple(stored.stored_sentence(reason) for reason in gap["reason"].drop_nulls()), head.currency,
        ),
        economics=Listed(money.ECONOMICS, source.table("economics")),
        bucket=Listed(money.BUCKET_CUSTOMERS, bucket),
        bucket_money=Listed(money.BUCKET_MONEY, bucket),
    )  # fmt: skip


def _model(source: Source, head: Strip) -> Model:
    figures_ = source.table("model_score")
    tested = figures_.filter(pl.col("origin").is_null() & pl.col("metric").is_in(list(model_card.METRICS)))
    families = source.table("family_now")
    return Model(
        card=model_card.card_lines(source.info),
        untested=model_card.untested(source.info),
        scores=Listed(score_listings.model_scores(model_card.rule_titles(source.table("rule_score"))), tested),
        curve=Listed(score_listings.CURVE, source.table("model_curve")),
        drift=Listed(score_listings.DRIFT, source.table("model_drift")),
        families=Listed(value.FAMILIES, families.head(MOST_FAMILIES), len(families), currency=head.currency),
    )


def _documents(source: Source, books: ledger.Ledger, head: Strip) -> Documents:
    months = source.table("money_month").filter(pl.col("kind").is_in([head.basis, "return"]))
    if books.span:
        months = months.filter(pl.col("period").is_between(*books.span))
    by_period = months.group_by("period").agg(pl.col("amount").sum()).sort("period")
    moves = source.table("waterfall").filter(pl.col("scope") == "period")
    wide = moves.pivot("step", index="to", values="customers").sort("to") if len(moves) else moves
    return Documents(Listed(money.LEDGER_MONTHS, by_period), Listed(money.LEDGER_PERIODS, wide))
