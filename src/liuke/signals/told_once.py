"""One customer, one row of reasons: of sentences that would say the same thing twice the most telling one is left.

Every sentence speaks of an idea, declared where its condition or the model's idea is: silence, money, breadth, orders
and so on. Where nothing was bought in the last periods, a level of these periods (0 % of the usual, of last year, of
the products) is the silence once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from liuke.kernel.said import Said

SILENCE, MONEY, ORDERS = "silence", "money", "orders"
LEVELS = (MONEY, "breadth", ORDERS)  # ideas that hold the last periods against others


@dataclass(frozen=True)
class Sentence:
    """One sentence about a customer: who says it, its idea, and how much it tells beside others of that idea."""

    source: str  # the rule's id, or model:<idea>
    idea: str
    tells: int
    said: Said


def told_once(sentences: Sequence[Sentence], still: Collection[str] = ()) -> list[Sentence]:
    """One sentence an idea, the ideas in the order they are given in: the strongest first.

    Of an idea's sentences the most telling stays, of equal ones the first. `still` are those of LEVELS of which the
    last periods hold nothing at all: their sentences give way to the silence. Fewer orders are less money once more.
    """
    less_money = any(each.idea == MONEY for each in sentences) and MONEY not in still
    best: dict[str, tuple[tuple[bool, int], Sentence]] = {}
    for each in sentences:
        idea = SILENCE if each.idea in still else MONEY if less_money and each.idea == ORDERS else each.idea
        weight = (idea == each.idea, each.tells)
        if idea not in best or weight > best[idea][0]:
            best[idea] = (weight, replace(each, idea=idea))
    return [told for _, told in best.values()]
