"""What is known of one customer beside its documents, at the clock of a run: never what came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from liuke.app.run_view import OneCustomer, RunView
from liuke.facts import contracts
from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import LINES
from liuke.kernel.period import label, period_number
from liuke.reports.contexts.customer_line import ToldOfOne
from liuke.run import customers as known_customers
from liuke.run.clock import Clock
from liuke.run.merges import merges, merges_at
from liuke.store.customer_lines import LINE_SUMS, customer_lines
from liuke.store.documents import Span
from liuke.store.fact_store import FactStore
from liuke.store.of_customers import of_customers
from liuke.store.runs import Runs
from liuke.work.merged import current_id, with_former

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from liuke.app.firm import Firm
    from liuke.kernel.period import Unit
    from liuke.store.runs import Run
    from liuke.store.workspace import Workspace

NOBODY = N_("You see no customer with the number {wanted}.")
LATER = N_("On {as_of} the customer {wanted} was not known yet.")
FAMILY = ("family", "silent_days", "own_gap_days", "risk", "risk_low", "risk_high", "amount_12")  # of family_now
MOST_RUNS = 12  # earlier runs looked into for the states a customer had
AFTERWARDS: dict[
    str, dict[str, tuple[str, ...]]
] = {  # days of what came of it; what bears no day of its own goes with one of them
    "complaint": {"replied_on": (), "resolved_on": ("verdict", "reopened")},
    "promise": {"kept_on": ()},
    "assignment": {"to_on": ()},
}
HAPPENED = {
    "complaint": "opened_on",
    "promise": "promised_on",
    "contact": "at",
    "assignment": "from_on",
    "exit_note": "on",
}


def seen_customer(view: RunView, wanted: str, today: RunView | None = None) -> OneCustomer:
    """The customer of exactly this number, or the one it is counted under.

    NotFound alike for one that is not there and one the viewer does not see; where `today` shows it, the sentence says
    that it was not known at the view's day yet.
    """
    into = merges(view.workspace)
    for number in dict.fromkeys((wanted, current_id(wanted, into))):
        row = view.reader.numbered(number)
        if row is not None:
            documents = view.reader.documents(number)
            return OneCustomer(row, view.reader.value(number), documents, None if number == wanted else wanted)
    if today is not None and any(
        today.reader.numbered(each) is not None for each in (wanted, current_id(wanted, into))
    ):
        raise NotFound(LATER, wanted=wanted, as_of=view.info["as_of"], fix=N_("Choose a later day."))
    raise NotFound(NOBODY, wanted=wanted, fix=N_("Look for it by name, or ask whoever looks after it."))


def _days(view: RunView) -> tuple[date, date]:
    """The run's as_of and the last day whose knowledge counts."""
    return date.fromisoformat(view.info["as_of"]), date.fromisoformat(view.info["known"])


class FactsKnown(NamedTuple):
    """The facts as the run's day knew them, and what of them is the same on every customer's page."""

    store: FactStore
    clock: Clock
    people: Mapping[str, str]  # salespeople's names by number
    tells: frozenset[tuple[str, str]]  # days of what came of it that any row tells: a blank elsewhere says nothing


def _facts(view: RunView) -> FactsKnown:
    """The facts a page of this run may tell of."""
    workspace = view.workspace
    settings = workspace.settings
    tokens = frozenset(FactStore(workspace.facts).tokens())
    unit: Unit = settings.text("period")  # type: ignore[assignment]  # checked when the settings are read
    return _facts_known(workspace, tokens, unit, settings.text("basis"), _days(view)[1])


@lru_cache(maxsize=8)
def _facts_known(workspace: Workspace, tokens: frozenset[str], unit: Unit, basis: str, known: date) -> FactsKnown:
    """The same, kept while no load comes or goes and no setting of the clock changes."""
    store = FactStore(workspace.facts)
    whole = replace(store, held=tuple(load for load in store.loads() if load.token in tokens))
    clock = Clock(whole.loads(), basis, unit)
    seen = replace(whole, only=clock.seen(known), counts_from=clock.counts_from)
    people = seen.master(contracts()["salesperson"], known).drop_nulls("name").select("salesperson_id", "name")
    return FactsKnown(seen, clock, dict(people.iter_rows()), frozenset(_told_at_all(seen)))


def told_about(view: RunView, row: Mapping[str, Any]) -> ToldOfOne:
    """What the small tables say of a customer, by its row, and of those counted under it, as of the run's day.

    Whether the viewer sees the customer is for the caller to have asked.
    """
    workspace, customer_id = view.workspace, row["customer_id"]
    as_of, known = _days(view)
    facts = _facts(view)
    ids = with_former([customer_id], merges_at(workspace, facts.clock, known))
    store = of_customers(facts.store, ids)
    asked = [_happened(store, name, ids, as_of, known) for name in HAPPENED]
    rows = dict(zip(HAPPENED, pl.collect_all(asked), strict=True))
    file = store.master(contracts()["customer"], known).filter(pl.col("customer_id") == customer_id)
    return ToldOfOne(
        file=None if file.is_empty() else file.row(0, named=True),
        complaints=rows["complaint"],
        promises=rows["promise"],
        contacts=rows["contact"],
        assignments=rows["assignment"],
        interviews=rows["exit_note"],
        people=facts.people,
        formers=tuple(sorted(ids - {customer_id})),
        tells=facts.tells,
        states=_states(workspace, view.made, row),
    )


def _happened(store: FactStore, name: str, ids: set[str], as_of: date, known: date) -> pl.LazyFrame:
    """Rows of what happened and was entered by then; what came of it later is blank."""
    contract, day = contracts()[name], HAPPENED[name]
    rows = store.lazily(contract, known).filter(pl.col("customer_id").is_in(sorted(ids)), pl.col(day) <= as_of)
    if "recorded_on" in contract.columns:
        rows = rows.filter(pl.col("recorded_on").fill_null(pl.col(day)) <= known)
    for later, undated in AFTERWARDS.get(name, {}).items():
        yet = pl.col(later) <= as_of
        rows = rows.with_columns(pl.when(yet).then(pl.col(each)) for each in (*undated, later))
    return rows


def _told_at_all(store: FactStore) -> Iterator[tuple[str, str]]:
    """The days of what came of it that any row of these tables tells."""
    for name in ("complaint", "promise"):
        for load in store.loads(name):
            held = pl.scan_parquet(store.folder(load.load_id) / f"{name}.parquet", glob=False)
            columns = [each for each in AFTERWARDS[name] if each in held.collect_schema()]
            told = held.select(pl.col(each).is_not_null().any() for each in columns).collect()
            yield from ((name, each) for each in columns if told[each].item())


def _states(workspace: Workspace, made: Run, row: Mapping[str, Any]) -> list[tuple[date, str]]:
    """Since when which state, oldest first, by this run and the newest ones of earlier days."""
    earlier = reversed(_earlier(workspace, made)[-MOST_RUNS:])
    told = [(row["state_since"], row["state"]), *(each for run in earlier for each in _state_in(run, row))]
    found: dict[date, str] = {}
    for since, state in told:
        if since is not None:
            found.setdefault(since, state)
    ordered = sorted(found.items())
    return [each for at, each in enumerate(ordered) if at == 0 or ordered[at - 1][1] != each[1]]


def _state_in(run: Run, row: Mapping[str, Any]) -> Iterator[tuple[date | None, str]]:
    """state_since and state of a customer in an earlier run; its code is another one where it was loaded anew."""
    columns, mine = ("customer_id", "state_since", "state"), pl.col("customer_id") == row["customer_id"]
    rows = run.of_customer("customer_now", row["customer_code"], columns).filter(mine)
    if rows.is_empty() and row["first_on"] is not None and str(row["first_on"]) <= run.info["as_of"]:
        rows = run.scan("customer_now").filter(mine).select(columns).collect()
    yield from rows.select("state_since", "state").iter_rows()


def _earlier(workspace: Workspace, made: Run) -> list[Run]:
    """The newest run of each earlier day, oldest first."""
    by_day = {run.info["as_of"]: run for run in Runs(workspace.runs).all() if run.info["as_of"] < made.info["as_of"]}
    return [by_day[day] for day in sorted(by_day)]


def kept_days(firm: Firm) -> list[str]:
    """The days of the runs that are kept and can be read as of, oldest first."""
    runs = Runs(firm.workspace.runs)
    newest = runs.current().info["as_of"]
    days = {run.info["as_of"] for run in runs.all() if run.info["as_of"] == run.info["known"]}
    return sorted(days | {newest})


def clock_mark(view: RunView) -> str:
    """What a page of facts hangs on beside the run: the loads there are and the merges in force."""
    tokens = sorted(FactStore(view.workspace.facts).tokens())
    return "\x1f".join([*tokens, *(f"{one}>{into}" for one, into in merges(view.workspace).items())])


def no_lines() -> pl.DataFrame:
    """No lines of any family."""
    return pl.DataFrame(schema={**LINE_SUMS, "family": pl.String()})


def lines_by_family(view: RunView, told: ToldOfOne, code: int, since: date) -> pl.DataFrame:
    """The lines of a customer since a day, from the loads the run read: date, kind, document_id, family, amount.

    A product of no family has none. No rows where the products have no families, or a load of the run is undone.
    """
    info = view.info
    until, known = _days(view)
    seen = _facts(view).store
    loads = [load for load in seen.loads(LINES) if load.token in set(info["loads"])]
    product = seen.master(contracts()["product"], known).select("product_id", "family")
    if len(loads) < len(info["loads"]) or product["family"].is_null().all():
        return no_lines()
    months = [label(each, "month") for each in range(period_number(since, "month"), period_number(until, "month") + 1)]
    codes = [code]
    if told.formers:
        held = known_customers.codes(seen)
        codes += held.filter(pl.col("customer_id").is_in(list(told.formers)))["customer_code"].to_list()
    rows = customer_lines(seen, loads, codes, months, Span(since, until, known))
    return rows.join(product, on="product_id", how="left", maintain_order="left")


def families_bought(view: RunView, code: int) -> pl.DataFrame:
    """The product families of a customer that still buys, most at stake first; the customer is one that is seen."""
    if "family_now" not in view.tables:
        return pl.DataFrame()
    return view.made.of_customer("family_now", code, FAMILY)


def scores_of(view: RunView, *, whole: bool) -> pl.DataFrame:
    """How every rule did; without `whole` only what each is called: what it caught is about the whole firm."""
    scores = view.made.table("rule_score")
    named = ("rule", "title_zh", "title_en")
    if whole:
        return scores
    return scores.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in scores.schema.items() if name not in named
    )


PERSONAL = tuple(name for name, column in contracts()["customer"].columns.items() if column.personal)
