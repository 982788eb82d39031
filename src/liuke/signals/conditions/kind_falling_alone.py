"""A kind falls alone: one document kind is well below its usual level while another still runs at its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.kernel.kinds import SALES
from liuke.signals.measures import from_period, measure_percent, measure_values
from liuke.signals.parameters import Parameter, periods_of, share_of
from liuke.signals.windows import PARTS, parts, windows

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Panel

TITLE = N_("One document kind falls, another not yet")
SAYS = N_("Orders since {from_period} are {percent}% of the usual; invoices still are {steady_percent}%.")
SAYS_OF_KINDS = {
    ("order", "invoice"): SAYS,
    ("order", "delivery"): N_(
        "Orders since {from_period} are {percent}% of the usual; deliveries still are {steady_percent}%."
    ),
    ("delivery", "invoice"): N_(
        "Deliveries since {from_period} are {percent}% of the usual; invoices still are {steady_percent}%."
    ),
    ("delivery", "order"): N_(
        "Deliveries since {from_period} are {percent}% of the usual; orders still are {steady_percent}%."
    ),
    ("invoice", "order"): N_(
        "Invoices since {from_period} are {percent}% of the usual; orders still are {steady_percent}%."
    ),
    ("invoice", "delivery"): N_(
        "Invoices since {from_period} are {percent}% of the usual; deliveries still are {steady_percent}%."
    ),
}
SAYS_ONE_KIND = N_("Since {from_period} the level is {percent}% of the usual.")
IDEA = "orders"
PARAMETERS = {
    "falling": Parameter("choice", N_("The document kind that falls."), choices=SALES),
    "steady": Parameter("choice", N_("The document kind that does not fall yet."), choices=SALES),
    "periods": periods_of(N_("How many of the last periods are taken together.")),
    "share": share_of(N_("The falling kind is below this share of its usual level.")),
    "steady_share": share_of(N_("The steady kind is at or above this share of its usual level."), high=10),
    "history": periods_of(N_("How many periods before those make the usual level, at most."), high=120),
    "least_history": periods_of(N_("How many of them the customer must have had since its first purchase.")),
}


def find(
    panel: Panel,
    *,
    falling: str = "order",
    steady: str = "invoice",
    periods: int = 2,
    share: float = 0.6,
    steady_share: float = 0.8,
    history: int = 12,
    least_history: int = 6,
) -> Bool:
    """True where one kind's amount is below `share` of its usual while the other's is not below `steady_share`.

    (rows, periods). Both levels are means of the customer's own past since its first document of that kind.
    """
    first, second = panel.on(falling), panel.on(steady)
    down = windows(measure_values(first, "amount"), first, periods, history).below(share, periods, least_history)
    other = windows(measure_values(second, "amount"), second, periods, history)
    level = other.past * (parts(steady_share) * periods)
    stays: Bool = (other.recent * other.length * PARTS >= level) & (other.past > 0)
    return down & stays & (other.length >= np.int32(least_history))


def facts(
    panel: Panel,
    row: int,
    position: int,
    *,
    falling: str = "order",
    steady: str = "invoice",
    periods: int = 2,
    history: int = 12,
    **_: object,
) -> dict[str, object]:
    """Both kinds' levels in per cent of their usual ones."""
    return {
        "percent": _percent_of_usual(panel.on(falling), row, position, periods, history),
        "steady_percent": _percent_of_usual(panel.on(steady), row, position, periods, history),
        "from_period": from_period(panel, position - periods + 1),
        "falling": falling,
        "steady": steady,
    }


def says(_panel: Panel, *, falling: str = "order", steady: str = "invoice", **_: object) -> str:
    """The sentence that names both kinds."""
    return SAYS_OF_KINDS.get((falling, steady), SAYS_ONE_KIND)


def needs(*, falling: str = "order", steady: str = "invoice", **_: object) -> tuple[str, ...]:
    """Documents of both kinds."""
    return (f"kind:{falling}", f"kind:{steady}")


def history(_per_year: int, *, periods: int = 2, least_history: int = 6, **_: object) -> int:
    """The last periods and the least of own past before them."""
    return periods + least_history


def _percent_of_usual(panel: Panel, row: int, position: int, periods: int, history: int) -> int:
    value = panel.amount[row]
    length = min(position - periods - int(panel.alive_from[row]) + 1, history)
    past = int(value[max(position - periods - history + 1, 0) : position - periods + 1].sum())
    return measure_percent(int(value[position - periods + 1 : position + 1].sum()) * length, past * periods)
