"""A finished run as everybody sees it: its tables, its listings, one customer, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from liuke.app import run_causes, run_events
from liuke.app.reader import Reader
from liuke.app.seen_source import SeenSource
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import forms, model_card, value_words, views, words
from liuke.reports.listings import customers as of_customers
from liuke.reports.listings import money, scores
from liuke.reports.listings import value as of_value
from liuke.reports.listings import warning as of_warning
from liuke.reports.query import CUSTOMER_CAUSE, VALUES, Query, customers, view_of
from liuke.reports.renderers import json
from liuke.reports.shown import Listed
from liuke.run.cause_owners import owners_or_why_not
from liuke.run.merges import merges
from liuke.signals.churn.early import EARLY_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.query import Page
    from liuke.reports.shown import Listing
    from liuke.run.cause_owners import CauseOwned
    from liuke.signals.watch_list import View
    from liuke.store.runs import Run
    from liuke.store.workspace import Workspace

AS_OF = N_("As of {as_of}; a customer silent for {left_days} days counts as lost.")
SHOWN_METRICS = (
    "auc", "within_rate", "average_precision", "lift", "log_loss", "calibration_error", "captured_money", "policy",
)  # fmt: skip
SEGMENT_METRICS = ("auc", "calibration_error")

T = TypeVar("T")


@dataclass(frozen=True)
class OneCustomer:
    """One customer of a run: its row of `customer_now`, what it is worth, its documents, newest first."""

    row: Mapping[str, Any]  # with `reasons`, packed sentences, the leading rule's first
    value: Mapping[str, Any] | None  # its row of `customer_value`; None in a run without values
    documents: pl.DataFrame
    merged_from: str | None  # the number that was asked for, where it is merged into this one


@dataclass(frozen=True)
class RunView:
    """A finished run, read-only. Frames are Polars; `.to_pandas()` and `.to_arrow()` are theirs."""

    workspace: Workspace
    reader: Reader
    notices: tuple[Said, ...] = ()  # what stands against it: loads undone, documents loaded since, another day

    @property
    def made(self) -> Run:
        """Where it lies."""
        return self.reader.run

    @property
    def info(self) -> dict[str, Any]:
        """What went in, when, and how much came out."""
        return self.reader.info

    def table(self, name: str) -> pl.DataFrame:
        """Any table of the run; `tables` has their names."""
        return self.reader.table(name)

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return self.made.tables

    def source(self) -> Source:
        """What contexts are made from: the run itself, or only what is of the customers this view is limited to."""
        return self.made if self.reader.owners is None else SeenSource(self.reader)

    def page(self, query: Query) -> Page:
        """The rows of one page of a table, and how many there are."""
        return self.reader.page(query)

    def facets(self, column: str, query: Query) -> pl.DataFrame:
        """The values of a column among the rows of a query, with how many rows have each: value, rows; most first."""
        return self.reader.facets(column, query)

    def facets_of(self, asked: Mapping[str, Query]) -> dict[str, pl.DataFrame]:
        """The facets of several columns, each among the rows of its query."""
        return self.reader.facets_of(asked)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made of this run for who sees it, made once."""
        return self.reader.kept(key, make)

    def sums(self, query: Query, *columns: str) -> dict[str, Any]:
        """`rows` of a query, and the sum of each column over them, None where no value is known."""
        return self.reader.sums(query, *columns)

    def at_risk(self, view: View | None = None) -> pl.DataFrame:
        """Customers on the watch list, or on one view of it, best first, with their reasons as sentences.

        `view` is going (in rhythm, yet likely lost within 90 days), silent (beyond the own rhythm) or money (most at
        risk). Sentences are in the language in force.
        """
        return self.list(customers(view=view))

    def list(self, query: Query) -> pl.DataFrame:
        """Customers of a query, with their reasons as sentences in the language in force."""
        rows = self.page(query).rows
        names = ("reasons", "early_reasons")
        if view_of(query) == "going":
            rows = rows.with_columns(reasons="going_reasons")
        said = [[[forms.said(each, self.info["currency"]) for each in found] for found in rows[name].to_list()]
                for name in names]  # fmt: skip
        texts = [pl.Series(name, each, pl.List(pl.String)) for name, each in zip(names, said, strict=True)]
        return rows.drop("going_reasons").with_columns(texts)

    def show(self, customer: str) -> pl.DataFrame:
        """One customer by number or name, in one row: state, reasons, value and documents."""
        found = self.customer(customer)
        record = {
            **found.row,
            **{
                name: [forms.said(each, self.info["currency"]) for each in found.row[name]]
                for name in ("reasons", "early_reasons")
            },
            "value": found.value,
            "documents_list": found.documents.to_dicts(),
        }
        return pl.DataFrame([record], infer_schema_length=None)

    def causes(self) -> pl.DataFrame:
        """The causes in force: whose act each is, what it is judged by here, what can answer it."""
        return run_causes.cause_frame(self)

    def why(self, customer: str) -> pl.DataFrame:
        """One customer's causes, likeliest first and unknown among them, a row for every piece of evidence.

        `probability` sums to 1 over the causes; `said` is the evidence in the language in force, with its `day`,
        `table` and `row_id`. No row of who is neither lost nor at risk.
        """
        return run_causes.why_frame(self, self.customer(customer))

    def cause_owners(self) -> Mapping[str, CauseOwned]:
        """Who owns each cause today and by what it is watched, by its id; a cause without either is left out."""
        return self.owners_told[0]

    @property
    def owners_told(self) -> tuple[Mapping[str, CauseOwned], Said]:
        """The same, and why nobody is named where the file that says it can't be read; else nothing is said."""
        return owners_or_why_not(self.workspace)

    def cause_totals(self, by: str = "all", *, at_risk: bool = False) -> pl.DataFrame:
        """Causes of customers lost in the last 12 months, or of those at risk, by customers and money.

        `by` is all, month, act, region, grade or salesperson. Forbidden to who sees only some customers.
        """
        return run_causes.total_frame(self, by, at_risk=at_risk)

    def events(self, *, one_by_one: bool = False) -> pl.DataFrame:
        """What departures, price rises, products that went and tighter terms did: by kind, or event by event.

        `effect` is a share of expected sales with its 90 % range. Forbidden to who sees only some customers.
        """
        listed = run_events.events_listed(self) if one_by_one else run_events.event_effects(self)
        return run_events.told_frame(listed)

    def salespeople(self) -> pl.DataFrame:
        """What hangs on each salesperson: money, core, and what could be lost; for who sees the whole firm."""
        return run_events.told_frame(run_events.exposures_listed(self))

    def market(self, *, customers: bool = False) -> pl.DataFrame:
        """What sales changed against the year before: as the others, and own; for who sees the whole firm.

        With `customers` those one sees that are lost, shrinking or listed and buy less, and what others share of it.
        """
        listed = run_events.falls_listed(self) if customers else run_events.market_listed(self)
        return run_events.told_frame(listed)

    def diverted(self) -> pl.DataFrame:
        """Questions to a manager about customers contacted as before that buy less, a row a customer.

        Refused, with what to connect, where nobody could be judged; Forbidden to who sees only some customers.
        """
        return run_events.diverted_frame(self)

    def customer(self, wanted: str) -> OneCustomer:
        """The customer with this number or name, or the one it is merged into; NotFound with the near ones."""
        merged = merges(self.workspace)
        row = self.reader.customer(wanted, merged)
        number = row["customer_id"]
        from_ = wanted if wanted in merged and number == merged[wanted] else None
        return OneCustomer(row, self.reader.value(number), self._documents(number), from_)

    def _documents(self, customer_id: str) -> pl.DataFrame:
        """Every document of a customer the run knew, newest first: date, kind, document_id, lines, amount."""
        return self.reader.documents(customer_id)

    def watch_list(self, query: Query) -> Listed:
        """Customers of a query as a listing; one view of the list says what it is for, the whole how long each is."""
        view = view_of(query)
        listing = of_customers.watch_listing(self.info["unit"], self.info["basis"], titles=self._titles(), view=view)
        missing = Said("") if view is None else views.unknown(view, self.info)
        if query in [customers(view=view, sort=by, page=query.page, size=query.size) for by in ("", "rank")]:
            listing = replace(listing, nothing="" if missing else views.nobody_on(view))
        about = (
            Said(AS_OF, {name: self.info[name] for name in ("as_of", "left_days")}),
            views.view_counts(self.info) if view is None else views.view_heading(view, self.info),
            missing,
            Said("") if view == "going" else model_card.risk_rests_on(self.info),
        )
        return self._paged(Listed(listing, (), about=about), query)

    def values(self, query: Query) -> Listed:
        """Customers by worth as a listing."""
        listing = self._values_listing()
        basis = {"as_of": self.info["as_of"], "basis": value_words.money_basis(self.info)}
        about = (Said(N_("As of {as_of}; money is {basis}."), basis),
                 *(said for _, said in value_words.missing_reasons(self.info, *value_words.ESTIMATES)))  # fmt: skip
        return self._paged(Listed(listing, (), about=about), query)

    def service_gap(self, query: Query) -> Listed:
        """Who gets less service than owed; what is not known about that stands above."""
        rows = self.page(replace(query, page=1, size=None)).rows
        reasons = self.reader.facets("reason", Query(query.table))["value"].drop_nulls().to_list()
        known = rows.filter(pl.col("reason").is_null())
        start = (query.page - 1) * (query.size or 0)
        listing = replace(of_value.SERVICE_GAP, nothing="") if reasons else of_value.SERVICE_GAP
        about = (*map(Said.unpack, reasons), *query.said())
        return Listed(listing, known.slice(start, query.size), len(known), about, self.info["currency"])

    def families(self, query: Query) -> Listed:
        """Product families that customers still buying are about to drop."""
        card = self.info["family_model"]
        why = Said.unpack(card["reason"]) if card["rung"] is None else Said(N_("nobody is about to"))
        stands_on = Said(
            N_("Leaving a family: no purchase of it within {days} days; {rung}."),
            {"days": card["horizon_days"], "rung": Said(words.RUNGS[card["rung"]]) if card["rung"] else ""},
        )
        listed = self._paged(Listed(of_value.FAMILIES, ()), query)
        none = Said(N_("No family is about to be dropped: {why}."), {"why": why})
        return replace(listed, about=(stands_on if len(listed) else none,))

    def indicators(self, query: Query) -> Listed:
        """Rates with one definition each."""
        return self._paged(Listed(money.INDICATORS, ()), query)

    def economics(self) -> Listed:
        """What keeping customers is worth."""
        return self._whole(money.ECONOMICS, self._of_values("economics"))

    def leaking_bucket(self) -> Listed:
        """Customers and money that leak out and are filled in, period by period."""
        return self._whole(money.BUCKET, self._of_values("leaking_bucket"))

    def rule_scores(self) -> Listed:
        """How every rule did on the firm's own history."""
        return self._whole(scores.RULE_SCORES, self.table("rule_score"))

    def model_scores(self) -> Listed:
        """Every figure of the model's test."""
        return self._tested(scores.model_scores(self._titles()), self.table("model_score"))

    def model_card(self) -> tuple[Said, ...]:
        """What the model asks, learnt from and can't do, a line each."""
        pairs = model_card.card_lines(self.info)
        return tuple(Said(N_("{title}: {text}"), {"title": title, "text": text}) for title, text in pairs)

    def model_summary(self) -> Sequence[Listed]:
        """The model's test in short: scores overall for each scope, then segments, calibration and drift."""
        found = self.table("model_score")
        if found.is_empty():
            return []
        whole = found.filter(pl.col("origin").is_null())
        listings = []
        for name in model_card.SCOPES:
            part = whole.filter(pl.col("scope") == name)
            if part.is_empty():  # early warning may not have been testable
                continue
            sizes = {each: int(str(part[each].max())) for each in ("rows", "left")}
            said = Said(
                N_("{scope}: {rows} customer-months, {left} of them followed by leaving; 90 % range in brackets"),
                {"scope": Said(model_card.SCOPES[name]), **{each: f"{size:,}" for each, size in sizes.items()}},
            )
            rows = model_card.by_score(part, self._titles())
            listings.append(Listed(scores.by_metric(SHOWN_METRICS), rows, about=(said,)))
        parts = whole.filter(~pl.col("scope").is_in(list(model_card.SCOPES)), pl.col("metric").is_in(SHOWN_METRICS))
        listings.append(Listed(scores.segments(SEGMENT_METRICS), model_card.by_scope(parts)))
        return [*listings, self.warning(), self.calibration(), self.drift()]

    def warning(self) -> Listed:
        """When customers lost in the past were first named, by the list, its views, the rules and simpler ways."""
        untested = model_card.untested(self.info)
        return of_warning.past_warnings(self.table("warning"), self.table("rule_score"), self.info, untested)

    def calibration(self) -> Listed:
        """What was expected and what happened, by tenths of risk."""
        said = Said(N_("Calibration: of customers still buying, by tenths of their risk"))
        return self._tested(scores.CURVE, self.table("model_curve"), said)

    def drift(self) -> Listed:
        """How far the model's columns have moved."""
        said = Said(N_("Drift: how far the columns have moved from what was learnt from"))
        return self._tested(scores.DRIFT, self.table("model_drift"), said)

    def alone(self, customer: OneCustomer) -> Listed:
        """One customer as a listing of one row."""
        return self._whole(of_customers.CUSTOMERS, pl.DataFrame([customer.row], infer_schema_length=None))

    def value_alone(self, customer: OneCustomer) -> Listed:
        """What one customer is worth as a listing of one row."""
        return self._whole(self._values_listing(), pl.DataFrame([customer.value], infer_schema_length=None))

    def documents_of(self, customer: OneCustomer, most: int | None = None) -> Listed:
        """A customer's documents, newest first."""
        rows = customer.documents if most is None else customer.documents.head(most)
        return self._whole(of_customers.DOCUMENTS, rows)

    def record(self, customer: OneCustomer) -> dict[str, object]:
        """One customer by code: what the list has of it, its `value`, its `causes` and its `documents_list`.

        `causes` holds those of one lost or at risk with the evidence; null in a run of before causes.
        """
        (found,) = json.records(self.alone(customer))
        worth = None if customer.value is None else self.value_record(customer)
        why = run_causes.why_record(self, customer) if CUSTOMER_CAUSE in self.tables else None
        return {**found, "value": worth, "causes": why, "documents_list": [*json.records(self.documents_of(customer))]}

    def value_record(self, customer: OneCustomer) -> dict[str, object]:
        """What one customer is worth, by code."""
        (found,) = json.records(self.value_alone(customer))
        return found

    def early_sentences(self, customer: OneCustomer) -> Sequence[str]:
        """The chance that a customer in rhythm is lost soon, with its own reasons; in the language in force.

        None of who is not asked of: the overdue have their risk. Where nobody's is known, why.
        """
        row, currency = customer.row, self.info["currency"]
        if row["early"] is None:
            missing = views.unknown("going", self.info).text()
            return [missing] if missing and row["risk"] is not None else []
        chance = forms.words(of_customers.EARLY[0], row)
        said = Said(views.SOON, {"days": EARLY_DAYS, "chance": chance}).text()
        return [said, *(f"• {forms.said(each, currency)}" for each in row["early_reasons"])]

    def value_sentences(self, customer: OneCustomer) -> Sequence[str]:
        """A customer's value in sentences, in the language in force; none in a run without values."""
        return [] if customer.value is None else value_words.sentences(customer.value, self.info)

    def cause_sentences(self, customer: OneCustomer) -> Sequence[str]:
        """A customer's likeliest cause with unknown beside it, and the loudest evidence; in the language in force."""
        return run_causes.cause_sentences(self, customer)

    def _values_listing(self) -> Listing:
        self.reader.columns(VALUES)  # a run without values says what to do
        return of_value.values_listing(self.info["value"]["years"], self.info["currency"])

    def _of_values(self, name: str) -> pl.DataFrame:
        self.reader.columns(VALUES)  # a run without values says what to do
        return self.table(name)

    def _titles(self) -> dict[str, str]:
        return model_card.rule_titles(self.source().table("rule_score"))

    def _tested(self, listing: Listing, rows: pl.DataFrame, *about: Said) -> Listed:
        untested = model_card.untested(self.info)
        return self._whole(listing, rows, *((untested,) if untested.message else about))

    def _whole(self, listing: Listing, rows: pl.DataFrame, *about: Said) -> Listed:
        return Listed(listing, rows, None, about, self.info["currency"])

    def _paged(self, listed: Listed, query: Query) -> Listed:
        """A listing with the rows of a page of its query, the query in words above."""
        page = self.page(query)
        return replace(listed, rows=page.rows, total=page.total, currency=self.info["currency"],
                       about=(*listed.about, *query.said()))  # fmt: skip
