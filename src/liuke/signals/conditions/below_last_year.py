"""Below last year: the last periods together hold less than a share of the same periods a year earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.panel import shift, trailing_sum
from liuke.signals.measures import from_period, measure_percent, measure_shown, measure_values, to_period
from liuke.signals.parameters import MEASURE, periods_of, share_of
from liuke.signals.windows import PARTS, parts

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Panel

TITLE = N_("Below a share of the same periods last year")
SAYS = N_("Sales from {from_period} to {to_period} are {percent}% of a year earlier: {now} instead of {before}.")
SAYS_OF = {
    "sales": SAYS,
    "orders": N_(
        "Orders from {from_period} to {to_period} are {percent}% of a year earlier: {now} instead of {before}."
    ),
    "deliveries": N_(
        "Deliveries from {from_period} to {to_period} are {percent}% of a year earlier: {now} instead of {before}."
    ),
    "margin": N_(
        "Margin from {from_period} to {to_period} is {percent}% of a year earlier: {now} instead of {before}."
    ),
    "quantity": N_(
        "Quantity from {from_period} to {to_period} is {percent}% of a year earlier: {now} instead of {before}."
    ),
    "documents": N_(
        "Documents from {from_period} to {to_period} are {percent}% of a year earlier: {now} instead of {before}."
    ),
}
IDEA = "money"
TELLS = 2
PARAMETERS = {
    "periods": periods_of(N_("How many of the last periods are taken together.")),
    "share": share_of(N_("Below which share of the same periods last year.")),
    "measure": MEASURE,
}


def find(panel: Panel, *, periods: int = 3, share: float = 0.5, measure: str = "amount") -> Bool:
    """True where the last `periods` lie strictly below `share` of the same periods a year before; (rows, periods).

    The first of last year's periods is not before the customer's first purchase and their sum is above 0.
    """
    year = panel.periods.per_year
    recent = trailing_sum(measure_values(panel, measure), periods)
    before = shift(recent, year)
    bought_then = shift(panel.has_bought, year + periods - 1, False)
    found: Bool = bought_then & (before > 0)
    recent = recent * PARTS
    return found & (recent < before * parts(share))


def facts(
    panel: Panel, row: int, position: int, *, periods: int = 3, measure: str = "amount", **_: object
) -> dict[str, object]:
    """Both sums in units shown and the one in per cent of the other."""
    value = measure_values(panel, measure)[row]
    then = position - panel.periods.per_year
    recent, before = (int(value[end - periods + 1 : end + 1].sum()) for end in (position, then))
    return {
        "periods": periods,
        "percent": measure_percent(recent, before),
        "now": measure_shown(recent, measure),
        "before": measure_shown(before, measure),
        "from_period": from_period(panel, position - periods + 1),
        "to_period": to_period(panel, position),
    }


def history(per_year: int, *, periods: int = 3, **_: object) -> int:
    """A year and the periods compared."""
    return per_year + periods
