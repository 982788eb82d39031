"""Rules tried on panels that stay in memory: whom one flags now, and what each of its conditions adds, in an instant.

What it says is what the next run would say: the same conditions on the same panels, looked at in the last period only.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.errors import Refused
from liuke.kernel.kept_answers import KeptAnswers
from liuke.kernel.kinds import RETURN
from liuke.kernel.progress import Unwatched
from liuke.panel.states import states
from liuke.panel.summary import summary
from liuke.run.first_pass import first_pass
from liuke.run.ground import Ground, known_of, rule_needs, too_little_measured
from liuke.run.output import Output
from liuke.run.panels import AT_ONCE
from liuke.run.preview import COLUMNS, UNUSABLE, horizon_of_a_run
from liuke.run.scope import resolve
from liuke.run.stages.states import Horizon, StatesStage
from liuke.signals.condition import conditions
from liuke.signals.reasons import said_of, speakers
from liuke.signals.rules.evaluate import Learnt, evaluable, evaluate_leaf, learn, still_here
from liuke.signals.rules.rules import Joined, Leaf, Rule
from liuke.store.fact_store import FactStore
from liuke.store.runs import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.kernel.progress import Progress
    from liuke.panel.panel import Bool, Panel
    from liuke.run.known import Known
    from liuke.signals.rules.rules import Node
    from liuke.store.workspace import Workspace

KEPT = 64  # conditions whose answer is kept: while one is typed at, the others stay as they are
NAMED = 8  # customers shown
LEARNERS = tuple(  # a rule of each condition that must know the base: what it asks for is learnt while panels load
    Rule(name, {}, {}, Leaf(name, kind.defaults)) for name, kind in conditions().items() if kind.learn is not None
)


@dataclass(frozen=True)
class Part:
    """What one condition of a rule does."""

    alone: int  # customers that meet it by itself
    without: int | None  # customers the rule would flag without it; None where it is the only one


@dataclass(frozen=True)
class Tried:
    """Whom a rule flags now."""

    customers: int
    usual_year: Decimal  # what they buy in a usual year, as far as that is known
    lost: int  # customers who meet it, of whom it does not speak: they count as lost
    looked_at: int  # customers it was tried on
    parts: tuple[Part, ...]  # by condition, in the order written
    rows: pl.DataFrame  # those asked for, the largest first: customer_id, name, COLUMNS and `said`
    left_days: int


@dataclass
class Trial:
    """A scope with its panels in memory. Safe to use from several threads."""

    known: Known
    needs: frozenset[str]  # of rules it can try
    panels: list[Panel]  # by chunk: one row a customer, as known now
    here: Bool  # who is not lost, in the order of `customers`
    customers: pl.DataFrame  # customer_code, customer_id, name and COLUMNS
    first: Panel  # one customer with all there is: what a rule can be evaluated on
    horizon: Horizon
    learnt: Learnt = field(default_factory=Learnt)
    _found: KeptAnswers = field(default_factory=lambda: KeptAnswers(KEPT), repr=False)  # by condition
    _lock: RLock = field(default_factory=RLock, repr=False)

    def tried(self, rule: Rule, codes: pl.Series | None = None, first: int = 0, most: int = NAMED) -> Tried:
        """Whom the rule flags now, among all customers or those with these codes; Refused with why it can't be said.

        Named are so many of them, from the `first` on by what they buy in a usual year.
        """
        why = too_little_measured(rule, self.known.panels) or evaluable(rule, self.first)
        if why is not None:
            raise Refused(UNUSABLE, rule=rule.id, why=why.reason)
        self._learn(rule)
        may = self._in_scope(rule) & self._among(codes)
        holds = [self._leaf(leaf, rule) for leaf in rule.leaves]
        meets = _joined(rule.when, iter(holds)) & may
        flags = meets & self.here
        parts = tuple(
            Part(int((hold & may & self.here).sum()), self._without(rule, holds, nth, may))
            for nth, hold in enumerate(holds)
        )
        found = self.customers.filter(pl.Series(flags))
        year = found["usual_year"].sum() or Decimal(0)
        return Tried(
            int(flags.sum()), Decimal(year), int((meets & ~flags).sum()), int(self._among(codes).sum()), parts,
            self._named(rule, flags, first, most), self.horizon.now,
        )  # fmt: skip

    def _without(self, rule: Rule, holds: Sequence[Bool], nth: int, may: Bool) -> int | None:
        if len(holds) == 1:
            return None
        left = _dropped(rule.when, iter(range(len(holds))), nth)
        assert left is not None
        others = (hold for at, hold in enumerate(holds) if at != nth)
        return int((_joined(left, others) & may & self.here).sum())

    def _among(self, codes: pl.Series | None) -> Bool:
        if codes is None:
            return np.ones(len(self.customers), bool)
        return np.isin(self.known.panels.customers, codes.to_numpy())

    def _in_scope(self, rule: Rule) -> Bool:
        found = np.concatenate([panel.has_bought[:, -1] for panel in self.panels])
        for column, values in rule.scope.items():
            found &= np.isin(self.known.panels.attributes[column].astype(object), np.array(values, object))
        return found

    def _leaf(self, leaf: Leaf, rule: Rule) -> Bool:
        """Who meets a condition now; (customers,)."""

        def found() -> Bool:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                parts = threads.map(lambda panel: evaluate_leaf(leaf, rule, panel, self.learnt)[:, -1], self.panels)
                return np.concatenate(list(parts))

        return self._found.get((repr(leaf), rule.kind), found)

    def _learn(self, rule: Rule) -> None:
        """What its conditions must know of the base, where no rule before asked for it."""
        wanted = {(leaf.condition, leaf.kind or rule.kind or self.first.basis) for leaf in rule.leaves if leaf.of.learn}
        with self._lock:
            if wanted <= self.learnt.parts.keys():
                return
            total = Learnt()
            for part in self.known.panels.each(lambda _, panel: learn((rule,), panel)):
                total += part
            self.learnt = Learnt({**total.parts, **self.learnt.parts})

    def _named(self, rule: Rule, flags: Bool, first: int, most: int) -> pl.DataFrame:
        """Customers flagged, each with the sentence of the rule."""
        places = np.flatnonzero(flags)
        found = self.customers[places].with_columns(place=pl.Series(places))
        top = found.sort("usual_year", "customer_code", descending=[True, False], nulls_last=True).slice(first, most)
        said = []
        for place in top["place"]:
            chunk = next(nth for nth in range(len(self.panels)) if place < self.known.panels.rows(nth).stop)
            mask = np.zeros(len(self.panels[chunk].customers), bool)
            mask[place - self.known.panels.rows(chunk).start] = True
            one = self.panels[chunk].of_customers(mask)
            said.append(said_of(speakers(rule, one, self.learnt), one, 0, self.learnt).pack())
        return top.select("customer_id", "name", *COLUMNS).with_columns(said=pl.Series(said, dtype=pl.String))


def open_trial(workspace: Workspace, rules: tuple[Rule, ...], progress: Progress | None = None) -> Trial:
    """Panels of the present scope with all that these rules ask of them."""
    workspace, store = workspace.snapshot(), FactStore(workspace.facts).snapshot()
    ground = Ground(workspace, store, resolve(workspace, store, None, None), rules)
    watched = progress or Unwatched()
    needs = frozenset(need for rule in rules for need in all_needs(rule))
    kinds = {need.removeprefix("kind:") for need in needs} | {ground.scope.basis, RETURN}
    with TemporaryDirectory(prefix="liuke-trial-") as folder, ThreadPoolExecutor(AT_ONCE) as threads:
        known = known_of(ground, Output(Draft(Path(folder)), {}, threads), watched, events=False)
        horizon = horizon_of_a_run(ground)
        known = first_pass([] if horizon else [StatesStage()], known.having(horizon), watched)
        days = known.of(Horizon).days

        def held(number: int, panel: Panel) -> tuple[Panel, Bool, pl.DataFrame, Panel, Learnt]:
            latest = panel.latest()
            first = latest.of_customers(np.arange(len(latest.customers)) < 1) if number == 0 else latest
            kept = replace(latest, kinds={name: each for name, each in latest.kinds.items() if name in kinds})
            kept.own_gap_days, kept.silent_days, kept.alive_from  # noqa: B018  (worked out now, not while somebody types)
            rows = summary(latest, latest.stitch(states(latest, days)), days).select("customer_code", *COLUMNS)
            return kept, still_here(latest, days)[:, -1], rows, first, learn(LEARNERS, panel)

        panels, here, facts, firsts, learnt = zip(*known.panels.each(held), strict=True)
    named = known.customers.select("customer_code", "customer_id", "name")
    told = pl.concat(facts).join(named, on="customer_code", how="left", maintain_order="left")
    return Trial(known, needs, list(panels), np.concatenate(here), told, firsts[0], known.of(Horizon),
                 sum(learnt[1:], learnt[0]))  # fmt: skip


def all_needs(rule: Rule) -> frozenset[str]:
    """What a rule asks of panels: measures, products, families, and kinds of documents other than the basis."""
    kinds = {f"kind:{kind}" for kind in (rule.kind, *(leaf.kind for leaf in rule.leaves)) if kind}
    return frozenset(rule_needs(rule) | kinds)


def _joined(node: Node, holds: object) -> Bool:
    """The answers of the leaves joined as the rule joins them; `holds` gives them in the order written."""
    if not isinstance(node, Joined):
        answer: Bool = next(holds)  # type: ignore[call-overload]
        return answer
    answers = [_joined(each, holds) for each in node.nodes]
    if node.join == "not":
        return ~answers[0]
    found: Bool = (np.logical_and if node.join == "all" else np.logical_or).reduce(answers)
    return found


def _dropped(node: Node, places: object, nth: int) -> Node | None:
    """The tree without its nth leaf; None where nothing is left."""
    if not isinstance(node, Joined):
        return None if next(places) == nth else node  # type: ignore[call-overload]
    left = tuple(each for inner in node.nodes if (each := _dropped(inner, places, nth)) is not None)
    return replace(node, nodes=left) if left else None
