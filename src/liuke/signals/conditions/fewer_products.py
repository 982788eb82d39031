"""Fewer products: where the customer still buys, a period holds fewer different products, or families, than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.panel.panel import shift, trailing_sum
from liuke.signals.measures import from_period
from liuke.signals.parameters import Parameter, periods_of, share_of
from liuke.signals.windows import PARTS, parts, sum_by_owner

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Int, Panel

TITLE = N_("Buys fewer different products")
SAYS = N_("Since {from_period} a period with purchases holds {now} products; before it held {before}.")
SAYS_FAMILIES = N_("Since {from_period} a period with purchases holds {now} product families; before it held {before}.")
IDEA = "breadth"
PARAMETERS = {
    "of": Parameter("choice", N_("What is counted: products or product families."), choices=("products", "families")),
    "periods": periods_of(N_("How many of the last periods are taken together.")),
    "history": periods_of(N_("How many periods before those are compared."), high=120),
    "share": share_of(N_("Below which share of the number before.")),
    "least": Parameter(
        "number", N_("How many different ones a period held before, at least."), N_("products"), 1, 10_000
    ),
}


def find(
    panel: Panel, *, of: str = "products", periods: int = 3, history: int = 12, share: float = 0.6, least: float = 3
) -> Bool:
    """True where the mean number of different products per period with purchases fell below `share`; (rows, periods).

    Compared are the last `periods` with the `history` before; both hold purchases, so silence alone never counts, and
    the period mean before is at least `least`.
    """
    count = _counts(panel, of)
    bought = (count > 0).astype(np.int64)
    now, now_in = trailing_sum(count, periods), trailing_sum(bought, periods)
    before = shift(trailing_sum(count, history), periods)
    before_in = shift(trailing_sum(bought, history), periods)
    found: Bool = (now_in > 0) & (before_in > 0) & (before >= before_in * least)
    return found & (now * before_in * PARTS < before * now_in * parts(share))


def facts(
    panel: Panel,
    row: int,
    position: int,
    *,
    of: str = "products",
    periods: int = 3,
    history: int = 12,
    **_: object,
) -> dict[str, object]:
    """Mean number of different ones per period with purchases, now and before; one decimal."""
    count = _counts(panel, of)[row]
    recent = count[position - periods + 1 : position + 1]
    past = count[max(position - periods - history + 1, 0) : position - periods + 1]
    return {
        "now": round(float(recent[recent > 0].mean()), 1),
        "before": round(float(past[past > 0].mean()), 1),
        "from_period": from_period(panel, position - periods + 1),
    }


def says(_panel: Panel, *, of: str = "products", **_: object) -> str:
    """Products or families, as asked."""
    return SAYS_FAMILIES if of == "families" else SAYS


def needs(*, of: str = "products", **_: object) -> tuple[str, ...]:
    """Product numbers on the lines, and the product table for families."""
    return (of,)


def history(_per_year: int, *, periods: int = 3, **_: object) -> int:
    """The last periods and one before."""
    return periods + 1


def _counts(panel: Panel, of: str) -> Int:
    """Different products or families bought in each period; (rows, periods)."""
    if of == "products":
        if panel.products is None:
            raise ValueError("this panel carries no products")
        return panel.products.astype(np.int64, copy=False)
    if panel.by_family is None:
        raise ValueError("this panel carries no families")
    families = panel.by_family
    return sum_by_owner(families.panel.occasions > 0, families.owner, len(panel.customer)).astype(np.int64)
