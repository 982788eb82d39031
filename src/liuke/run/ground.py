"""What a run stands on before it looks at a customer: scope, rules, customers, and the panel opened."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.kernel.amounts import Share
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.version import __version__
from liuke.panel.coverage import LEAST
from liuke.run.cause_files import CauseWords
from liuke.run.customers import customer_frame
from liuke.run.known import Known, RuleBook
from liuke.run.panels import Panels, Wanted, open_panels
from liuke.run.value_fit import value_standard
from liuke.signals.rules.evaluate import evaluable

if TYPE_CHECKING:
    from liuke.causes.audited import Verdict
    from liuke.causes.taxonomy import Cause
    from liuke.kernel.progress import Progress
    from liuke.run.output import Output
    from liuke.run.scope import Scope
    from liuke.signals.rules.rules import Rule
    from liuke.store.fact_store import FactStore
    from liuke.store.workspace import Workspace

TOO_THIN = {
    "margin": N_("needs margins: {share} of the money of the last two years carries one, {least} is needed"),
    "quantity": N_("needs quantities: {share} of the money of the last two years carries one, {least} is needed"),
}


@dataclass(frozen=True)
class Ground:
    """The inputs of a run."""

    workspace: Workspace
    store: FactStore
    scope: Scope
    rules: tuple[Rule, ...]
    causes: tuple[Cause, ...] = ()
    audits: tuple[Verdict, ...] = ()  # recorded by the scope's day
    cause_words: CauseWords = field(default_factory=CauseWords)

    def info(self) -> dict[str, Any]:
        """What `run.json` says of them."""
        scope, settings = self.scope, self.workspace.settings
        return {
            "as_of": scope.as_of.isoformat(),
            "known_by": scope.known_by.isoformat(),
            "known": scope.known.isoformat(),
            "unit": scope.periods.unit,
            "basis": scope.basis,
            "loads": [load.token for load in scope.loads],
            "measured_at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "firm": settings.text("firm"),
            "currency": settings.text("currency"),
            "attribution": settings.text("attribution"),
            "first_document_on": scope.first_on.isoformat(),
            "last_document_on": scope.last_on.isoformat(),
            "partial_period": scope.partial,
            "settings": settings.values,
            "sources": [_source(load) for load in self.store.loads()],
            "versions": _versions(),
        }


def known_of(ground: Ground, output: Output, progress: Progress, *, events: bool = True) -> Known:
    """Read the customers and open the panel with all that rules and settings ask of it, with or without `events`."""
    scope, settings = ground.scope, ground.workspace.settings
    facts = scope.facts(ground.store)
    customers = customer_frame(ground.workspace, facts, scope)
    needs = {need for rule in ground.rules for need in rule_needs(rule)}
    wanted = Wanted(
        margin=scope.has_margin,
        quantity=scope.has_quantity and (settings.text("core_measure") == "quantity" or "quantity" in needs),
        products=scope.has_products and "products" in needs,
        families=scope.has_products and "families" in needs,
        events=events,
    )
    panels = open_panels(ground.workspace, facts, scope, customers, wanted, progress)
    customers = customers.filter(
        pl.coalesce("merged_into", "customer_code").is_in(panels.customers)
    )  # heard of by then
    return Known(
        scope, settings, value_standard(ground.workspace), ground.store, facts, customers, panels,
        rule_book(ground.rules, panels), output, ground.causes,
        ground.audits, ground.cause_words,
    )  # fmt: skip


def rule_book(rules: tuple[Rule, ...], panels: Panels) -> RuleBook:
    """Which of the rules can be evaluated on these panels, and why the others can't."""
    first = panels.chunk(0)
    reasons = {rule.id: too_little_measured(rule, panels) or evaluable(rule, first) for rule in rules}
    usable = tuple(rule for rule in rules if reasons[rule.id] is None)
    return RuleBook(rules, usable, {rule_id: why for rule_id, why in reasons.items() if why is not None})


def rule_needs(rule: Rule) -> set[str]:
    """What a rule's conditions ask of the panel."""
    found = set()
    for leaf in rule.leaves:
        for parameters in (leaf.parameters, *(leaf.by.parameters.values() if leaf.by else ())):
            found |= set(leaf.of.needs(**parameters))
    return found


def too_little_measured(rule: Rule, panels: Panels) -> NotEstimable | None:
    """Why a rule can't stand on a measure that is there, but for too little of the money."""
    for name in sorted(rule_needs(rule) & panels.coverage.keys()):
        found = panels.coverage[name]
        if 0 < found.share < LEAST:
            return NotEstimable.because(TOO_THIN[name], share=Share(found.share, 1), least=Share(LEAST))
    return None


def _source(load: Any) -> dict[str, Any]:
    return {
        "source": load.source,
        "table": load.table,
        "file": ", ".join(load.files),
        "loaded_on": load.loaded_on,
        "read": load.rows_read,
        "loaded": load.rows_loaded,
        "quarantined": load.rows_quarantined,
        "amount_read": load.sum_read,
        "amount_loaded": load.sum_loaded,
        "amount_quarantined": load.sum_quarantined,
        "rounding": load.rounding,
    }


def _versions() -> dict[str, str]:
    import duckdb

    return {
        "liuke": __version__,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "polars": pl.__version__,
        "numpy": np.__version__,
    }
