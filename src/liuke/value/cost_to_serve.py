"""What serving a customer costs: counted acts times the stated cost of one; what the margin is after it.

The costs are the firm's own (`value.toml` of the workspace, shipped with every cost at 0, which means "not stated").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from liuke.panel.panel import Int

ACTS = ("contacts", "visits", "orders", "deliveries", "returns")
TITLES = {
    "contacts": N_("Contact by telephone or message"),
    "visits": N_("Visit"),
    "orders": N_("Order taken"),
    "deliveries": N_("Delivery"),
    "returns": N_("Return handled"),
}
NO_COST = N_("No cost of service is stated; state what a visit, an order, a delivery costs in value.toml.")
UNCOUNTED = N_("A cost is stated for what the documents do not count: {acts}.")


@dataclass(frozen=True)
class Served:
    """The cost of serving in a year, whole cents, and what it is made of; all (customers,)."""

    total: Int
    by_act: Mapping[str, Int]


def uncosted(acts: Collection[str], cost: Mapping[str, int]) -> NotEstimable | None:
    """Why serving has no cost where these acts are counted: none is stated, or one for what nobody counts."""
    stated = {act for act, cents in cost.items() if cents > 0}
    if not stated:
        return NotEstimable.because(NO_COST)
    uncounted = sorted(stated - set(acts))
    return NotEstimable.because(UNCOUNTED, acts=tuple(uncounted)) if uncounted else None


def cost_to_serve(counts: Mapping[str, Int], cost: Mapping[str, int]) -> Served | NotEstimable:
    """Acts of a year, (customers,) each, times cents an act.

    Both by the names of ACTS. Acts without a stated cost cost nothing; NotEstimable when none has one, or when a cost
    is stated for acts nobody counted.
    """
    missing = uncosted(counts, cost)
    if missing is not None:
        return missing
    by_act = {act: counts[act].astype(np.int64) * cents for act, cents in cost.items() if cents > 0}
    total: Int = np.sum(list(by_act.values()), axis=0, dtype=np.int64)
    return Served(total, by_act)
