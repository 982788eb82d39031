"""Why a rule fired for one customer, in one sentence with the customer's own numbers. A signal is never a cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.signals.rules.evaluate import Learnt, context_of, evaluate_leaf, parameters_of
from liuke.signals.rules.rules import Leaf
from liuke.signals.told_once import Sentence
from liuke.signals.windows import families_of

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Int32, Panel
    from liuke.signals.rules.rules import Node, Rule

MET = N_("It meets the rule: {rule}.")


@dataclass(frozen=True)
class Spoken:
    """Of a rule over some customers: which condition's sentence stands for it; (rows,)."""

    rule: Rule
    leaves: tuple[Leaf, ...]
    holds: Bool
    speaker: Int32  # place in `leaves`, -1 where no condition can speak


def speakers(rule: Rule, panel: Panel, learnt: Learnt) -> Spoken:
    """Which condition speaks for each row at the panel's last period; `learnt` holds what `learn` taught of the base.

    Of conditions joined by all or any the first written that holds speaks. What holds because something else does not
    has no sentence of its own; where nothing else speaks, the rule's title does.
    """
    leaves = tuple(rule.leaves)
    holds, speaker = _speaker(rule.when, rule, leaves, panel, learnt)
    return Spoken(rule, leaves, holds, speaker)


def said_of(spoken: Spoken, one: Panel, row: int, learnt: Learnt) -> Said:
    """The sentence of a rule about a row at its last period; `one` is the panel of that row alone (`only`).

    Raises ValueError where the rule does not hold.
    """
    rule, position = spoken.rule, one.shape[1] - 1
    if not spoken.holds[row]:
        raise ValueError(f"rule {rule.id} does not hold for row {row} at position {position}")
    if spoken.speaker[row] < 0:
        return Said(MET, {"rule": Wordings(**rule.title)})
    leaf = spoken.leaves[spoken.speaker[row]]
    parameters = parameters_of(leaf, one, 0)
    seen = one.on(leaf.kind or rule.kind or one.basis)
    context = context_of(leaf, seen, learnt)
    return Said(leaf.of.sentence(seen, **parameters), leaf.of.facts(seen, 0, position, **parameters, **context))


def rule_sentence(spoken: Spoken, one: Panel, row: int, learnt: Learnt) -> Sentence:
    """What `said_of` says, with what it speaks of and how much it tells beside others of that idea.

    A rule only its title stands for is an idea of its own.
    """
    said = said_of(spoken, one, row, learnt)
    if spoken.speaker[row] < 0:
        return Sentence(spoken.rule.id, spoken.rule.id, 1, said)
    leaf = spoken.leaves[spoken.speaker[row]]
    idea = leaf.of.idea(**parameters_of(leaf, one, 0))
    if leaf.of.subject:
        idea = f"{idea}:{said.fields[leaf.of.subject]}"
    return Sentence(spoken.rule.id, idea, leaf.of.tells, said)


def reason(rule: Rule, panel: Panel, row: int, position: int, learnt: Learnt | None = None) -> Said:
    """The sentence for one row where the rule fired at a period, as `speakers` and `said_of` give it for many.

    `learnt` is taken from the panel where it is not given.
    """
    known = _complete(rule, panel, learnt or Learnt())
    one = only(panel, row, position)
    return said_of(speakers(rule, one, known), one, 0, known)


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


def _speaker(node: Node, rule: Rule, leaves: tuple[Leaf, ...], panel: Panel, learnt: Learnt) -> tuple[Bool, Int32]:
    """Where a node holds at the last period, and the condition whose sentence stands for it, -1 for none."""
    if isinstance(node, Leaf):
        holds = evaluate_leaf(node, rule, panel, learnt)[:, -1]
        place = next(nth for nth, leaf in enumerate(leaves) if leaf is node)
        return holds, np.where(holds, np.int32(place), np.int32(-1))
    inner = [_speaker(each, rule, leaves, panel, learnt) for each in node.nodes]
    if node.join == "not":
        return ~inner[0][0], np.full(panel.shape[0], -1, np.int32)
    joined = np.logical_and if node.join == "all" else np.logical_or
    speaker = inner[0][1]
    for _, other in inner[1:]:
        speaker = np.where(speaker < 0, other, speaker)
    return joined.reduce([holds for holds, _ in inner]), speaker
