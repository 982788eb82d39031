"""Whom a rule finds: its conditions evaluated on a panel and joined, for every period at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals.condition import conditions
from liuke.signals.rules.rules import Joined, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from liuke.panel.panel import Bool, Int32, Panel
    from liuke.signals.rules.rules import Node, Rule

_MISSING = {
    "margin": N_("needs margins: give the column margin of the table document_line"),
    "quantity": N_("needs quantities: give the column quantity of the table document_line"),
    "products": N_("needs products: give the column product_id of the table document_line"),
    "families": N_("needs product families: load the table product with the column family"),
}
_MISSING_KIND = N_("needs documents of the kind {kind}: load them into the table document_line")
_MISSING_COLUMN = N_("needs the column {column} of the table customer")
_TOO_SHORT = N_("needs {need} complete periods of history; there are {have}")


@dataclass(frozen=True)
class Learnt:
    """What conditions know of the whole base, by condition and document kind; of chunks it adds up with `+`."""

    parts: Mapping[tuple[str, str], Any] = field(default_factory=dict)

    def __add__(self, other: Learnt) -> Learnt:
        """What both chunks taught."""
        both = dict(self.parts)
        for key, part in other.parts.items():
            both[key] = both[key] + part if key in both else part
        return Learnt(both)


def learn(rules: Iterable[Rule], panel: Panel) -> Learnt:
    """What the rules' conditions must know of the customers of this panel, before any is evaluated."""
    parts: dict[tuple[str, str], Any] = {}
    for rule in rules:
        if evaluable(rule, panel) is not None:
            continue
        for leaf in rule.leaves:
            kind = leaf.kind or rule.kind or panel.basis
            teach = leaf.of.learn
            if teach is not None and (leaf.condition, kind) not in parts:
                parts[leaf.condition, kind] = teach(panel.on(kind))
    return Learnt(parts)


def warm_up(rule: Rule, per_year: int) -> int:
    """Periods a panel must have before the rule can fire on anybody."""
    return max(leaf.of.history(per_year, **parameters) for leaf in rule.leaves for parameters in _all_parameters(leaf))


def evaluable(rule: Rule, panel: Panel) -> NotEstimable | None:
    """Why the rule can't be evaluated on this panel, naming the table and column to connect; None when it can."""
    for leaf in rule.leaves:
        kind = leaf.kind or rule.kind or panel.basis
        needs = {need for parameters in _all_parameters(leaf) for need in leaf.of.needs(**parameters)}
        for need in (f"kind:{kind}", *sorted(needs)):
            missing = _missing(need, kind, panel)
            if missing is not None:
                return missing
    columns = [*rule.scope, *(leaf.by.column for leaf in rule.leaves if leaf.by is not None)]
    for column in columns:
        if column not in panel.attributes:
            return NotEstimable.because(_MISSING_COLUMN, column=column)
    need_periods = warm_up(rule, panel.periods.per_year)
    if panel.shape[1] < need_periods:
        return NotEstimable.because(_TOO_SHORT, need=need_periods, have=panel.shape[1])
    return None


def evaluate(rule: Rule, panel: Panel, left_days: Int32, learnt: Learnt | None = None) -> Bool:
    """Where the rule fires: for customers who meet it (`met`) and are `still_here`; (rows, periods)."""
    return met(rule, panel, learnt) & still_here(panel, left_days)


def still_here(panel: Panel, left_days: Int32) -> Bool:
    """Who is not lost: silent for no more than `left_days` (periods,), the horizon known at each period's end.

    Of others no rule speaks; (rows, periods).
    """
    return np.asarray(panel.silent_days <= left_days[None, :])


def met(rule: Rule, panel: Panel, learnt: Learnt | None = None) -> Bool:
    """Where customers who have bought meet a rule's conditions, be they lost or not; (rows, periods).

    `learnt` comes from all chunks where the panel is one of several. A rule
    that `evaluable` refuses must not be evaluated.
    """
    found = _node(rule.when, rule, panel, learnt or Learnt())
    found &= panel.has_bought
    for column, values in rule.scope.items():
        found &= np.isin(panel.attributes[column].astype(object), np.array(values, object))[:, None]
    return found


def evaluate_leaf(leaf: Leaf, rule: Rule, panel: Panel, learnt: Learnt) -> Bool:
    """Where one condition of a rule holds, thresholds by customer column applied; (rows, periods)."""
    seen = panel.on(leaf.kind or rule.kind or panel.basis)
    found = _find(leaf, leaf.parameters, seen, learnt)
    if leaf.by is not None:
        column = panel.attributes[leaf.by.column]
        for value, parameters in leaf.by.parameters.items():
            rows = column == value
            if rows.any():
                found[rows] = _find(leaf, parameters, seen, learnt)[rows]
    return found


def parameters_of(leaf: Leaf, panel: Panel, row: int) -> Mapping[str, object]:
    """The parameters that hold for one customer."""
    if leaf.by is None:
        return leaf.parameters
    return leaf.by.parameters.get(panel.attributes[leaf.by.column][row], leaf.parameters)


def context_of(leaf: Leaf, panel: Panel, learnt: Learnt) -> dict[str, Any]:
    """What the condition must know of the base, as a keyword for `find` and `facts`; `panel` shows the leaf's kind."""
    if leaf.of.learn is None:
        return {}
    part = learnt.parts.get((leaf.condition, panel.basis))
    return {"learnt": leaf.of.learn(panel) if part is None else part}


def _find(leaf: Leaf, parameters: Mapping[str, object], panel: Panel, learnt: Learnt) -> Bool:
    return conditions()[leaf.condition].find(panel, **parameters, **context_of(leaf, panel, learnt))


def _node(node: Node, rule: Rule, panel: Panel, learnt: Learnt) -> Bool:
    if not isinstance(node, Joined):
        return evaluate_leaf(node, rule, panel, learnt)
    found = _node(node.nodes[0], rule, panel, learnt)
    if node.join == "not":
        return ~found
    for other in node.nodes[1:]:
        also = _node(other, rule, panel, learnt)
        found = found & also if node.join == "all" else found | also
    return found


def _all_parameters(leaf: Leaf) -> list[Mapping[str, object]]:
    return [leaf.parameters, *(leaf.by.parameters.values() if leaf.by is not None else ())]


def _missing(need: str, kind: str, panel: Panel) -> NotEstimable | None:
    if need.startswith("kind:"):
        name = need.removeprefix("kind:")
        return None if name in panel.kinds else NotEstimable.because(_MISSING_KIND, kind=name)
    if need == "families":
        there = panel.by_family is not None
    elif need == "products":
        there = panel.products is not None
    else:
        there = panel.on(kind).measure(need) is not None
    return None if there else NotEstimable.because(_MISSING[need])
