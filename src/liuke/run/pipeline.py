"""The run: scope → panel → states, rules, labels → back-test, core, ranking → the tables of one immutable run.

Customers stream in chunks: what a chunk yields is either sums that add up (tallies) or a few columns a customer, so
memory does not grow with the lines and hardly with the customers.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.kernel.amounts import Share
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.period import period_end, period_start
from liuke.ledger import indicators, waterfall
from liuke.panel.coverage import LEAST
from liuke.run import predicting, valuing
from liuke.run import tables as run_tables
from liuke.run.customers import customer_frame
from liuke.run.first_pass import Taught, taught
from liuke.run.merges import merges
from liuke.run.panels import AT_ONCE, Panels, Wanted, open_panels
from liuke.run.rule_files import workspace_rules
from liuke.run.scope import Scope, resolve
from liuke.run.second_pass import Passed, judged
from liuke.run.value_fit import value_standard
from liuke.signals import backtest, combine
from liuke.signals.churn import families
from liuke.signals.churn import model as churn
from liuke.signals.rules.evaluate import evaluable
from liuke.store.disk import refusing
from liuke.store.documents import Span, documents, owners_of
from liuke.store.fact_store import FactStore
from liuke.store.partials import thin
from liuke.store.runs import Draft, Run, Runs
from liuke.value.core import core_customers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    import numpy.typing as npt

    from liuke.signals.rules.rules import Rule
    from liuke.store.workspace import Workspace

UNWRITTEN = (
    N_("The run could not be written: {detail}. The last good run is still in place."),
    N_("Free some space, then run again."),
)
INDICATOR_COLUMNS = ("grade", "industry", "region", "channel", "tier", "salesperson")
TOO_THIN = {
    "margin": N_("needs margins: {share} of the money of the last two years carries one, {least} is needed"),
    "quantity": N_("needs quantities: {share} of the money of the last two years carries one, {least} is needed"),
}
DOCUMENTS_EACH = 60  # newest documents of two years behind a flag, a customer
MOST_VALUES = 60  # a column with more values is no way to split an indicator


@dataclass
class Setup(Taught):
    """Everything a run works with besides what the base taught it."""

    store: FactStore
    scope: Scope
    customers: pl.DataFrame
    panels: Panels
    rules: list[Rule]  # those that can be evaluated
    refused: dict[str, NotEstimable]  # the others, with the reason
    every_rule: list[Rule]
    core_measure: str
    indicator_columns: list[str]


def run(
    workspace: Workspace,
    *,
    as_of: date | None = None,
    known_by: date | None = None,
    again: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[Run, bool]:
    """Make a run, or find the one already made from the same inputs; (run, whether it was made now).

    A run of the newest complete period becomes the current one; a run of an earlier day stands beside it. Raises
    Refused when there is nothing to run on.
    """
    with workspace.locked(), refusing(*UNWRITTEN):
        store = FactStore(workspace.facts)
        runs = Runs(workspace.runs)
        scope = resolve(workspace, store, as_of, known_by)
        newest = scope.as_of == resolve(workspace, store, None, None).as_of
        rules = workspace_rules(workspace)
        key = fingerprint(workspace, store, scope, rules)
        made = None if again else runs.same(key)
        if made is not None:
            if newest:
                runs.make_current(made.root.name)
            return made, False
        run_id = runs.next_id()
        with runs.draft(run_id) as draft:
            used = write_run(workspace, store, scope, rules, draft, {"key": key, "run_id": run_id}, progress)
        if newest:
            thin(workspace.partials, used)
        if newest or not runs.has_current:
            runs.make_current(run_id)
        runs.thin(int(workspace.settings.number("keep_runs")))
        return Run(runs.root / run_id), True


def fingerprint(workspace: Workspace, store: FactStore, scope: Scope, rules: Sequence[Rule]) -> str:
    """What decides a run's result, in short: documents, small tables, settings, rules, merges, as_of, version."""
    return scope.key(
        sorted(workspace.settings.values.items()),
        [repr(rule) for rule in rules],
        [load.token for load in store.loads()],
        merges(workspace),
        value_standard(workspace),
    )


def write_run(
    workspace: Workspace,
    store: FactStore,
    scope: Scope,
    rules: list[Rule],
    draft: Draft,
    named: dict[str, str],
    progress: Callable[[str, int, int], None],
) -> set[Path]:
    """Compute everything and write it to a draft; `named` are the key and id its `run.json` bears.

    Returns the cached partials it stands on.
    """
    started = time.perf_counter()
    setup = _prepare(workspace, store, scope, rules, progress)
    passed = judged(setup, draft, progress)
    info = _write(draft, workspace, setup, passed, progress)
    draft.finish({**named, **info, "seconds": round(time.perf_counter() - started, 2)})
    return setup.panels.paths


def _prepare(
    workspace: Workspace,
    store: FactStore,
    scope: Scope,
    rules: list[Rule],
    progress: Callable[[str, int, int], None],
) -> Setup:
    """Open the panel and learn what needs the whole base: the horizon and the rules' own knowledge."""
    customers = customer_frame(workspace, store, scope)
    core_measure = workspace.settings.text("core_measure")
    needs = {need for rule in rules for need in _needs(rule)}
    wanted = Wanted(
        margin=scope.has_margin,
        quantity=scope.has_quantity and (core_measure == "quantity" or "quantity" in needs),
        products=scope.has_products and "products" in needs,
        families=scope.has_products and "families" in needs,
    )
    panels = open_panels(workspace, store, scope, customers, wanted, progress)
    first = panels.chunk(0)
    reasons = {rule.id: _too_thin(rule, panels) or evaluable(rule, first) for rule in rules}
    usable = [rule for rule in rules if reasons[rule.id] is None]
    columns = [c for c in INDICATOR_COLUMNS if c in panels.attributes and customers[c].n_unique() <= MOST_VALUES]
    return Setup(
        **vars(taught(workspace, store, customers, panels, usable, progress)),
        store=store,
        scope=scope,
        customers=customers,
        panels=panels,
        rules=usable,
        refused={rule_id: why for rule_id, why in reasons.items() if why is not None},
        every_rule=rules,
        core_measure=_measure(core_measure, panels),
        indicator_columns=columns,
    )


def _needs(rule: Rule) -> set[str]:
    """What a rule's conditions ask of the panel."""
    return {need for leaf in rule.leaves for need in leaf.of.needs(**leaf.parameters)}


def _too_thin(rule: Rule, panels: Panels) -> NotEstimable | None:
    """Why a rule can't stand on a measure that is there, but for too little of the money."""
    for name in sorted(_needs(rule) & panels.coverage.keys()):
        found = panels.coverage[name]
        if 0 < found.share < LEAST:
            return NotEstimable.because(TOO_THIN[name], share=Share(found.share, 1), least=Share(LEAST))
    return None


def _measure(asked: str, panels: Panels) -> str:
    """What core customers are measured by: what was asked for where enough of the money carries it, else amounts."""
    usable = {name for name, found in panels.coverage.items() if found.enough}
    if asked == "auto":
        asked = "margin"
    return asked if asked in usable else "amount"


def _write(
    draft: Draft,
    workspace: Workspace,
    setup: Setup,
    passed: Passed,
    progress: Callable[[str, int, int], None],
) -> dict[str, Any]:
    """Score, rank and write every table, some at once; the contents of `run.json`."""
    scope, settings = setup.scope, workspace.settings
    scores = {score.rule: score for score in backtest.scores(passed.tally)} if setup.rules else {}
    scores |= {rule_id: backtest.no_score(rule_id, why) for rule_id, why in setup.refused.items()}
    base = backtest.base_rate(passed.tally)
    risk = combine.risk(passed.fired, passed.buying, [scores[rule.id] for rule in setup.rules], base)
    if isinstance(setup.churn, churn.ChurnModel):
        risk = combine.by_model(passed.chances.risk, passed.chances.low, passed.chances.high, setup.churn.rung, risk)
    core = core_customers(passed.core_values, year=scope.periods.per_year, share=settings.number("core_share"))
    ranked = run_tables.rank(passed, risk)
    recount = run_tables.recount(setup.store, scope, passed.ledger.window)
    progress("write", 0, 4)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        tasks = [
            threads.submit(run_tables.write_now, draft, setup, passed, risk, core, ranked),
            threads.submit(valuing.write, draft, setup, passed, recount, settings, risk),
            threads.submit(_write_model, draft, setup, passed, settings.number("core_share")),
            threads.submit(_write_listed, draft, setup, passed, ranked),
        ]
        for done, task in enumerate(tasks, 1):
            task.result()
            progress("write", done, 4)
    draft.write("rule_score", run_tables.rule_scores(setup, scores, passed))
    draft.write("state_count", run_tables.state_counts(scope, passed.counts))
    draft.write("waterfall", waterfall.table(passed.ledger, recount.late, recount.spans))
    target = settings.number("churn_target")
    draft.write("indicator", indicators.table(passed.indicators, {"absolute_churn": target} if target else None))
    draft.write("money_month", recount.by_month)
    said = run_tables.info(workspace, setup, passed, base, core, recount, len(ranked))
    return {**said, **valuing.info(draft, setup.value)}


def _write_model(draft: Draft, setup: Setup, passed: Passed, core_share: float) -> None:
    """Write how the model did at past ends, and the families about to be dropped."""
    described = _as_described(setup)
    found = predicting.tables(setup.sample, setup.churn, setup.tested, setup.scope, described, core_share)
    for name, table in found.items():
        draft.write(name, table)
    draft.write("family_now", families.table(passed.families, setup.customers))


def _as_described(setup: Setup) -> pl.DataFrame:
    """customer_code, position and the customer columns as known then, of those the model was tested on.

    A grade given later follows what came of the customer; the salesperson of today says nothing of then.
    """
    lasting = [name for name in setup.indicator_columns if name != "salesperson"]
    schema = {"customer_code": pl.Int32, "position": pl.Int32, **dict.fromkeys(lasting, pl.String)}
    found = [pl.DataFrame(schema=schema)]
    tested = setup.tested
    if isinstance(tested, NotEstimable):
        return found[0]
    some = setup.customers.filter(pl.col("customer_code").is_in(np.unique(tested.rows.customer)))
    for position in tested.origins:
        day = period_end(setup.scope.periods.first + position, setup.scope.periods.unit)
        then = setup.store.master(contracts()["customer"], day).select("customer_id", *lasting)
        named = some.select("customer_code", "customer_id").join(then, on="customer_id", how="left")
        found.append(named.select("customer_code", pl.lit(position, pl.Int32).alias("position"), *lasting))
    return pl.concat(found)


def _write_listed(draft: Draft, setup: Setup, passed: Passed, ranked: npt.NDArray[np.intp]) -> None:
    """Write the reasons of the best-ranked and the documents behind them."""
    scope, chosen = setup.scope, run_tables.chosen(ranked)
    draft.write("reason", run_tables.reasons(setup, passed, ranked, chosen))
    codes = setup.panels.customers[chosen].tolist()
    owners = owners_of(setup.customers).filter(pl.col("owner_code").is_in(codes))
    earliest = max(scope.periods.first, scope.periods.last - 2 * scope.periods.per_year + 1)
    span = Span(period_start(earliest, scope.periods.unit), scope.as_of, scope.known, each=DOCUMENTS_EACH)
    draft.write("flag_document", documents(setup.store, owners, span))
