"""Why a rule fired for one customer, in one sentence with the customer's own numbers. A signal is never a cause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.signals.rules.evaluate import Learnt, context_of, evaluate_leaf, parameters_of
from liuke.signals.rules.rules import Leaf
from liuke.signals.windows import families_of

if TYPE_CHECKING:
    from liuke.panel.panel import Panel
    from liuke.signals.rules.rules import Node, Rule

MET = N_("It meets the rule: {rule}.")


def reason(rule: Rule, panel: Panel, row: int, position: int, learnt: Learnt | None = None) -> Said:
    """The sentence about a row where the rule fired at a period; amounts know no currency yet.

    Of conditions joined by all or any the first written that holds speaks. What holds because something else does not
    has no sentence of its own; where nothing else speaks, the rule's title does. `learnt` is what `learn` returned for
    the whole base. Raises ValueError where the rule does not hold.
    """
    known = learnt or Learnt()
    one = only(panel, row, position)
    holds, leaf = _speaker(rule.when, rule, one, _complete(rule, panel, known))
    if not holds:
        raise ValueError(f"rule {rule.id} does not hold for row {row} at position {position}")
    if leaf is None:
        return Said(MET, {"rule": Wordings(**rule.title)})
    parameters = parameters_of(leaf, one, 0)
    seen = one.on(leaf.kind or rule.kind or panel.basis)
    context = context_of(leaf, seen, _complete(rule, panel, known))
    facts = leaf.of.facts(seen, 0, position, **parameters, **context)
    return Said(leaf.of.sentence(seen, **parameters), facts)


def only(panel: Panel, row: int, position: int) -> Panel:
    """The panel of one row up to a period, so that a sentence costs a row and not the base."""
    rows = np.array([row], np.int32)
    keep = slice(0, position + 1)

    return replace(
        panel,
        periods=replace(panel.periods, last=panel.periods.first + position),
        customer=panel.customer[rows],
        kinds={name: kind.pick(rows, keep) for name, kind in panel.kinds.items()},
        known_from=None,
        products=None if panel.products is None else panel.products[rows][:, keep],
        attributes={name: a[rows] for name, a in panel.attributes.items()},
        by_family=None if panel.by_family is None else families_of(panel.by_family, row, position),
        events={name: each.between(panel.customer[rows]) for name, each in panel.events.items()},
    )


def _complete(rule: Rule, panel: Panel, learnt: Learnt) -> Learnt:
    """What the rule's conditions must know of the base, taken from the whole panel where it was not given."""
    parts = dict(learnt.parts)
    for leaf in rule.leaves:
        kind = leaf.kind or rule.kind or panel.basis
        if leaf.of.learn is not None and (leaf.condition, kind) not in parts:
            parts[leaf.condition, kind] = leaf.of.learn(panel.on(kind))
    return Learnt(parts)


def _speaker(node: Node, rule: Rule, one: Panel, learnt: Learnt) -> tuple[bool, Leaf | None]:
    """Whether a node holds at the last period, and the condition whose sentence stands for it, if one can."""
    if isinstance(node, Leaf):
        holds = bool(evaluate_leaf(node, rule, one, learnt)[0, -1])
        return holds, node if holds else None
    inner = [_speaker(each, rule, one, learnt) for each in node.nodes]
    if node.join == "not":
        return not inner[0][0], None
    joined = all if node.join == "all" else any
    return joined(holds for holds, _ in inner), next((leaf for _, leaf in inner if leaf is not None), None)
