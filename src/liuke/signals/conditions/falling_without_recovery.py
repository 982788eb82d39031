"""Falling without recovery: the measure dropped and no period since has come back near the level before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.panel.panel import shift, trailing_all
from liuke.signals.measures import measure_shown, measure_values, period_name
from liuke.signals.parameters import MEASURE, periods_of, share_of
from liuke.signals.windows import PARTS, parts

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Panel

TITLE = N_("Fell and has not come back")
SAYS = N_("Sales fell after {from_period} ({before}) and have not come back: {best} at most since.")
SAYS_OF = {
    "sales": SAYS,
    "orders": N_("Orders fell after {from_period} ({before}) and have not come back: {best} at most since."),
    "deliveries": N_("Deliveries fell after {from_period} ({before}) and have not come back: {best} at most since."),
    "margin": N_("Margin fell after {from_period} ({before}) and has not come back: {best} at most since."),
    "quantity": N_("Quantity fell after {from_period} ({before}) and has not come back: {best} at most since."),
    "documents": N_("Documents fell after {from_period} ({before}) and have not come back: {best} at most since."),
}
IDEA = "money"
PARAMETERS = {
    "periods": periods_of(N_("For how many periods the measure has stayed below.")),
    "least_fall": share_of(N_("How far below the level before it must stay, as a share of that level.")),
    "measure": MEASURE,
}


def find(panel: Panel, *, periods: int = 3, least_fall: float = 0.2, measure: str = "amount") -> Bool:
    """True where each of the last `periods` is at least `least_fall` below the period before them; (rows, periods).

    That period's level must be above 0 and every later one strictly below it. False until `periods` + 1 columns exist.
    """
    value = measure_values(panel, measure)
    level = shift(value, periods)
    found: Bool = (level > 0) & shift(panel.has_bought, periods, False)
    level = level * (PARTS - parts(least_fall))
    scaled = value * PARTS
    for back in range(periods):
        then = shift(scaled, back)
        found &= then < level if not least_fall else then <= level
    return found & trailing_all(np.ones(value.shape, bool), periods)


def facts(
    panel: Panel, row: int, position: int, *, periods: int = 3, measure: str = "amount", **_: object
) -> dict[str, object]:
    """The level before the fall, its period's name, and the best period since; units shown."""
    value = measure_values(panel, measure)[row]
    return {
        "periods": periods,
        "before": measure_shown(value[position - periods], measure),
        "best": measure_shown(value[position - periods + 1 : position + 1].max(), measure),
        "from_period": period_name(panel, position - periods),
    }


def history(_per_year: int, *, periods: int = 3, **_: object) -> int:
    """The periods below and the level before them."""
    return periods + 1
