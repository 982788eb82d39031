"""What the faces ask of a run: the list, one customer, the rules' scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app import value_queries
from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, with_currency
from liuke.panel.states import STATES
from liuke.run.customers import owners
from liuke.store.documents import Span, documents
from liuke.store.fact_store import FactStore
from liuke.store.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.store.runs import Run
    from liuke.store.workspace import Workspace

SORTS = ("rank", "at_stake", "risk", "usual_year", "silent_days", "amount_12", "customer_id")


@dataclass(frozen=True)
class Filter:
    """Which customers of a run to list; empty means no restriction. Without state or rule: the watch list."""

    state: str | None = None
    core: bool = False
    owner: str | None = None
    rule: str | None = None
    where: dict[str, str] = field(default_factory=dict)  # customer column -> value
    sort: str = "rank"
    top: int | None = None


def watch_list(run: Run, wanted: Filter) -> pl.DataFrame:
    """Rows of `customer_now` that match, best first, with `reasons`: (rule, said) of those explained."""
    if wanted.state is not None and wanted.state not in STATES:
        raise NotFound(
            N_("There is no state {state}."), state=wanted.state, have=", ".join(STATES), fix=N_("States are: {have}.")
        )
    _refuse_unknown(run, wanted)
    rows = run.scan("customer_now")
    if wanted.state is not None:
        rows = rows.filter(pl.col("state") == wanted.state)
    elif not wanted.rule:  # whom a rule flags is asked of everybody
        rows = rows.filter(pl.col("listed"))
    if wanted.core:
        rows = rows.filter(pl.col("core"))
    if wanted.rule:
        rows = rows.filter(pl.col("rules").list.contains(wanted.rule))
    for column, value in {**wanted.where, **({"salesperson": wanted.owner} if wanted.owner else {})}.items():
        rows = rows.filter(pl.col(column) == value)
    if wanted.sort == "rank":
        rows = rows.sort(["rank", "usual_year"], descending=[False, True], nulls_last=True)
    else:
        rows = rows.sort(wanted.sort, descending=wanted.sort != "customer_id", nulls_last=True)
    if wanted.top is not None:
        rows = rows.head(wanted.top)
    return with_reasons(run, rows.collect())


def _refuse_unknown(run: Run, wanted: Filter) -> None:
    """Refuse a column or rule the run does not have: an empty list would look like an answer."""
    texts = [name for name, dtype in run.scan("customer_now").collect_schema().items() if dtype == pl.String]
    unknown = next((column for column in wanted.where if column not in texts), None)
    if unknown is not None:
        raise NotFound(
            N_("Customers have no column {column} to select by."),
            column=unknown,
            have=", ".join(texts),
            fix=N_("Columns are: {have}."),
        )
    rules = run.table("rule_score")["rule"].to_list() if wanted.rule else []
    if wanted.rule and wanted.rule not in rules:
        raise NotFound(
            N_("There is no rule {rule}."), rule=wanted.rule, have=", ".join(rules), fix=N_("Rules are: {have}.")
        )


def with_reasons(run: Run, customers: pl.DataFrame) -> pl.DataFrame:
    """The customers with a column `reasons`: a list of {rule, said}, the leading rule's first."""
    reason = run.scan("reason").filter(pl.col("customer_code").is_in(customers["customer_code"].implode())).collect()
    lead = customers.select("customer_code", "lead_rule")
    packed = (
        reason.join(lead, on="customer_code")
        .sort(pl.col("rule") != pl.col("lead_rule"), maintain_order=True)
        .group_by("customer_code", maintain_order=True)
        .agg(reasons=pl.struct("rule", "said"))
    )
    return customers.join(packed, on="customer_code", how="left", maintain_order="left")


def sentences(row: dict[str, Any], currency: str) -> list[str]:
    """Why a customer of `with_reasons` is on the list, in the language in force, the leading rule's sentence first."""
    return [with_currency(Said.unpack(one["said"]), currency).text() for one in row.get("reasons") or []]


def spoken(rows: pl.DataFrame, currency: str) -> pl.DataFrame:
    """The rows of `with_reasons` with their reasons as sentences, in the language in force."""
    said = [sentences(row, currency) for row in rows.to_dicts()]
    return rows.with_columns(reasons=pl.Series(said, dtype=pl.List(pl.String)))


def customer_record(run: Run, row: dict[str, Any], papers: pl.DataFrame) -> pl.DataFrame:
    """One row: a customer of `find_customer` with reasons in sentences, its `value` and its `documents_list`."""
    worth = value_queries.value_record(run, row["customer_code"])
    record = {
        **row,
        "reasons": sentences(row, run.info["currency"]),
        "value": worth,
        "documents_list": papers.to_dicts(),
    }
    return pl.DataFrame([record], infer_schema_length=None)


def current(workspace: Workspace) -> Run:
    """The run everybody reads; Refused with the way to make one."""
    return Runs(workspace.runs).current()


def holds_undone(workspace: Workspace, run: Run) -> bool:
    """Whether a run stands on documents that have been taken back since."""
    held = {load.token for load in FactStore(workspace.facts).loads()}
    return not held.issuperset(run.info.get("loads", ()))


def made_at(workspace: Workspace, day: date) -> Run | None:
    """The newest run of a day that knows nothing later, None where nobody made one."""
    return Runs(workspace.runs).at(day.isoformat())


def papers(workspace: Workspace, run: Run, customer_id: str) -> pl.DataFrame:
    """Every document of a customer a run knew, newest first: date, kind, document_id, lines, amount."""
    store = FactStore(workspace.facts)
    span = Span(None, date.fromisoformat(run.info["as_of"]), date.fromisoformat(run.info["known"]))
    return documents(store, owners(workspace, store, customer_id), span).drop("customer_code")


def find_customer(run: Run, wanted: str, merged: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The one customer with this id or name, or the one it is merged into; Refused with the near ones otherwise."""
    rows = run.scan("customer_now")
    for code in (wanted, (merged or {}).get(wanted, wanted)):
        exact = with_reasons(run, rows.filter(pl.col("customer_id") == code).collect())
        if len(exact) == 1:
            return exact.row(0, named=True)
    named = rows.filter(
        (pl.col("name") == wanted)
        | pl.col("name").str.contains(wanted, literal=True)
        | pl.col("customer_id").str.contains(wanted, literal=True)
    ).collect()
    if len(named) == 1:
        return with_reasons(run, named).row(0, named=True)
    near = ", ".join(f"{r['customer_id']} {r['name'] or ''}".strip() for r in named.head(5).iter_rows(named=True))
    raise NotFound(
        N_("No customer is called {wanted}.") if named.is_empty() else N_("{count} customers match {wanted}: {near}."),
        wanted=wanted,
        count=len(named),
        near=near,
        fix=N_("Use the customer code as the documents have it."),
    )
