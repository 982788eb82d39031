"""Below own mean: the last periods together hold less than a share of what the customer's own past makes usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.signals.measures import from_period, mean_shown, measure_percent, measure_values, to_period
from liuke.signals.parameters import MEASURE, periods_of, share_of
from liuke.signals.windows import windows

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Panel

TITLE = N_("Below a share of the customer's own past mean")
SAYS = N_("Sales from {from_period} to {to_period} are {percent}% of the usual: {now} a period instead of {usual}.")
SAYS_OF = {
    "sales": SAYS,
    "orders": N_(
        "Orders from {from_period} to {to_period} are {percent}% of the usual: {now} a period instead of {usual}."
    ),
    "deliveries": N_(
        "Deliveries from {from_period} to {to_period} are {percent}% of the usual: {now} a period instead of {usual}."
    ),
    "margin": N_(
        "Margin from {from_period} to {to_period} is {percent}% of the usual: {now} a period instead of {usual}."
    ),
    "quantity": N_(
        "Quantity from {from_period} to {to_period} is {percent}% of the usual: {now} a period instead of {usual}."
    ),
    "documents": N_(
        "Documents from {from_period} to {to_period} are {percent}% of the usual: {now} a period instead of {usual}."
    ),
}
IDEA = "money"
TELLS = 2
PARAMETERS = {
    "periods": periods_of(N_("How many of the last periods are taken together.")),
    "share": share_of(N_("Below which share of the usual level.")),
    "history": periods_of(N_("How many periods before those make the usual level, at most."), high=120),
    "least_history": periods_of(N_("How many of them the customer must have had since its first purchase.")),
    "measure": MEASURE,
}


def find(
    panel: Panel,
    *,
    periods: int = 3,
    share: float = 0.5,
    history: int = 12,
    least_history: int = 6,
    measure: str = "amount",
) -> Bool:
    """True where the last `periods` lie strictly below `share` of the mean of the `history` before; (rows, periods).

    Only periods since the first purchase make the mean, at least `least_history` of them; it must be above 0.
    """
    return windows(measure_values(panel, measure), panel, periods, history).below(share, periods, least_history)


def facts(
    panel: Panel,
    row: int,
    position: int,
    *,
    periods: int = 3,
    history: int = 12,
    measure: str = "amount",
    **_: object,
) -> dict[str, object]:
    """Level of the last periods and usual level, per period in units shown, and the one in per cent of the other."""
    value = measure_values(panel, measure)[row]
    recent = int(value[position - periods + 1 : position + 1].sum())
    from_column = max(int(panel.alive_from[row]), position - periods - history + 1)
    length = position - periods - from_column + 1
    past = int(value[max(position - periods - history + 1, 0) : position - periods + 1].sum())
    return {
        "periods": periods,
        "percent": measure_percent(recent * length, past * periods),
        "now": mean_shown(recent, periods, measure),
        "usual": mean_shown(past, length, measure),
        "from_period": from_period(panel, position - periods + 1),
        "to_period": to_period(panel, position),
    }


def history(_per_year: int, *, periods: int = 3, least_history: int = 6, **_: object) -> int:
    """The last periods and the least of own past before them."""
    return periods + least_history
