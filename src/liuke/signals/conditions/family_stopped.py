"""Family stopped: a product family bought regularly has stopped while the customer goes on buying others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.panel.panel import trailing_sum
from liuke.signals.conditions.own_gap import find as longer_than_own_gaps
from liuke.signals.parameters import Parameter, periods_of
from liuke.signals.windows import families_of, in_blocks, sum_by_owner

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Families, Panel

TITLE = N_("A product family has stopped")
SAYS = N_("No {family} for {silent_days} days, usually every {own_gap_days}; other products are still bought.")
IDEA = "family"
SUBJECT = "family"
PARAMETERS = {
    "periods": periods_of(N_("For how many periods the family has not been bought, at least.")),
    "at_most": periods_of(N_("For how many periods at most: what stopped long ago is no news."), high=240),
    "factor": Parameter(
        "share", N_("Silent for more than how many of the family's own usual gaps."), N_("gaps"), 1, 100
    ),
    "least_gaps": Parameter("whole", N_("How many gaps the family must have had to be regular."), N_("gaps"), 1, 1000),
}


def find(panel: Panel, *, periods: int = 3, at_most: int = 12, factor: float = 2.0, least_gaps: int = 3) -> Bool:
    """True where a family has stopped while another was bought in the last periods; (rows, periods)."""
    families = _families(panel)
    found = np.zeros(panel.shape, bool)
    for some, owners in in_blocks(families):
        count = owners.stop - owners.start
        found[owners] = sum_by_owner(_stopped(some, count, periods, at_most, factor, least_gaps), some.owner, count) > 0
    return found


def facts(
    panel: Panel,
    row: int,
    position: int,
    *,
    periods: int = 3,
    at_most: int = 12,
    factor: float = 2.0,
    least_gaps: int = 3,
) -> dict[str, object]:
    """The stopped family with the most money behind it: its name, its silence and usual gap in days."""
    families = families_of(_families(panel), row, position)
    inner = families.panel
    stopped = np.flatnonzero(_stopped(families, 1, periods, at_most, factor, least_gaps)[:, position])
    largest = stopped[np.argmax(inner.amount[stopped].sum(axis=1))]
    return {
        "family": str(families.family[largest]),
        "silent_days": int(inner.silent_days[largest, position]),
        "own_gap_days": round(float(inner.own_gap_days[largest, position]), 1),
    }


def needs(**_: object) -> tuple[str, ...]:
    """The product table with families."""
    return ("families",)


def history(_per_year: int, *, periods: int = 3, **_: object) -> int:
    """The silent periods and one before."""
    return periods + 1


def _families(panel: Panel) -> Families:
    if panel.by_family is None:
        raise ValueError("this panel carries no families")
    return panel.by_family


def _stopped(families: Families, owners: int, periods: int, at_most: int, factor: float, least_gaps: int) -> Bool:
    """Silent for `periods` to `at_most`, beyond its own gaps, others going on; (family rows, periods)."""
    inner = families.panel
    bought = inner.occasions > 0
    silent_for = _periods_since(bought)
    going_on = sum_by_owner(trailing_sum(bought.astype(np.int32), periods) > 0, families.owner, owners) > 0
    long = longer_than_own_gaps(inner, factor=factor, least_gaps=least_gaps)
    found: Bool = long & (silent_for >= periods) & (silent_for <= at_most) & going_on[families.owner]
    return found


def _periods_since(bought: Bool) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """How many periods ago the family was last bought, counted from the start where it never was."""
    columns = np.arange(bought.shape[1], dtype=np.int32)
    last = np.maximum.accumulate(np.where(bought, columns, np.int32(-1)), axis=1)
    return columns - last
