"""At or below: every one of the last periods is at or below an amount; 0 is silence, above 0 finds token orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.period import day_of
from liuke.panel.panel import shift, trailing_all, trailing_sum
from liuke.signals.measures import from_period, measure_shown, measure_values, measure_whole, noun, to_period
from liuke.signals.parameters import MEASURE, Parameter, periods_of

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Panel

TITLE = N_("At or below an amount for several periods")
SAYS = N_("Sales stayed at or below {amount} from {from_period} to {to_period}: {total} in all.")
SAYS_OF = {
    "sales": SAYS,
    "orders": N_("Orders stayed at or below {amount} from {from_period} to {to_period}: {total} in all."),
    "deliveries": N_("Deliveries stayed at or below {amount} from {from_period} to {to_period}: {total} in all."),
    "margin": N_("Margin stayed at or below {amount} from {from_period} to {to_period}: {total} in all."),
    "quantity": N_("Quantity stayed at or below {amount} from {from_period} to {to_period}: {total} in all."),
    "documents": N_("Documents stayed at or below {amount} from {from_period} to {to_period}: {total} in all."),
}
SAYS_NOTHING_OF = {
    "sales": N_("No sales from {from_period} to {to_period}; the last were on {last_on}."),
    "orders": N_("No orders from {from_period} to {to_period}; the last was on {last_on}."),
    "deliveries": N_("No deliveries from {from_period} to {to_period}; the last was on {last_on}."),
}
IDEA = "money"
PARAMETERS = {
    "amount": Parameter(
        "amount", N_("The most a period may hold, in units of the measure; 0 for nothing at all."), low=0
    ),
    "periods": periods_of(N_("For how many periods in a row.")),
    "above_zero": Parameter("flag", N_("True to ask that something was bought in these periods: token orders.")),
    "measure": MEASURE,
}


def find(
    panel: Panel, *, amount: float = 0, periods: int = 3, above_zero: bool = False, measure: str = "amount"
) -> Bool:
    """True where each of the last `periods` is at or below `amount`; (rows, periods).

    The first purchase lies before those periods. With `above_zero` they hold more than 0 together, so that with and
    without purchases split the low customers in two.
    """
    value = measure_values(panel, measure)
    found: Bool = trailing_all(value <= measure_whole(amount, measure), periods) & shift(
        panel.has_bought, periods, False
    )
    if above_zero:
        found &= trailing_sum(value, periods) > 0
    return found


def facts(
    panel: Panel,
    row: int,
    position: int,
    *,
    amount: float = 0,
    periods: int = 3,
    measure: str = "amount",
    **_: object,
) -> dict[str, object]:
    """The limit and what the periods hold together in units shown, their names, the day of the last purchase."""
    value = measure_values(panel, measure)[row]
    return {
        "periods": periods,
        "amount": measure_shown(measure_whole(amount, measure), measure),
        "total": measure_shown(value[position - periods + 1 : position + 1].sum(), measure),
        "from_period": from_period(panel, position - periods + 1),
        "to_period": to_period(panel, position),
        "last_on": day_of(int(panel.last_on[row, position])).isoformat(),
    }


def says(panel: Panel, *, amount: float = 0, measure: str = "amount", **_: object) -> str:
    """The plain "no sales" where the limit is 0."""
    word = noun(panel, measure)
    return SAYS_NOTHING_OF[word] if amount == 0 and word in SAYS_NOTHING_OF else SAYS_OF[word]


def idea(*, amount: float = 0, **_: object) -> str:
    """Nothing at all is silence; little is money."""
    return "silence" if amount == 0 else IDEA


def history(_per_year: int, *, periods: int = 3, **_: object) -> int:
    """The low periods and one before them with a purchase."""
    return periods + 1
