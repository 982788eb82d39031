"""Falling: the measure is lower than in the period before, so many periods in a row."""

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

TITLE = N_("Falling several periods in a row")
SAYS = N_("Sales fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}.")
SAYS_OF = {
    "sales": SAYS,
    "orders": N_("Orders fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}."),
    "deliveries": N_("Deliveries fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}."),
    "margin": N_("Margin fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}."),
    "quantity": N_("Quantity fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}."),
    "documents": N_("Documents fell {periods} times in a row: {before} in {from_period}, {now} in {to_period}."),
}
IDEA = "money"
PARAMETERS = {
    "periods": periods_of(N_("How many falls in a row.")),
    "least_fall": share_of(N_("Least size of the whole fall, as a share of the level it began from; 0 for any size.")),
    "measure": MEASURE,
}


def find(panel: Panel, *, periods: int = 3, least_fall: float = 0.0, measure: str = "amount") -> Bool:
    """True where each of the last `periods` is strictly below the one before it; (rows, periods).

    The level the fall began from must be above 0, at or after the first purchase, and the whole fall at least
    `least_fall` of it. False until `periods` + 1 columns exist.
    """
    value = measure_values(panel, measure)
    down = np.zeros(value.shape, bool)
    np.less(value[:, 1:], value[:, :-1], out=down[:, 1:])
    before = shift(value, periods)
    found: Bool = trailing_all(down, periods) & shift(panel.has_bought, periods, False) & (before > 0)
    if least_fall:
        found &= (before - value) * PARTS >= before * parts(least_fall)
    return found


def facts(
    panel: Panel, row: int, position: int, *, periods: int = 3, measure: str = "amount", **_: object
) -> dict[str, object]:
    """Level before the first fall and now, in units shown, with the names of both periods."""
    value = measure_values(panel, measure)[row]
    return {
        "periods": periods,
        "before": measure_shown(value[position - periods], measure),
        "now": measure_shown(value[position], measure),
        "from_period": period_name(panel, position - periods),
        "to_period": period_name(panel, position),
    }


def history(_per_year: int, *, periods: int = 3, **_: object) -> int:
    """The falls and the level they began from."""
    return periods + 1
