"""Due and not come: a product family's service or refill interval, given or learnt, has passed without a purchase."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.kernel.period import day_of
from liuke.panel.panel import NEVER
from liuke.signals.parameters import Parameter, share_of
from liuke.signals.windows import families_of, in_blocks, sum_by_owner

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Families, Float, Panel

TITLE = N_("Due and not come")
SAYS = N_("{family} was due on {due_on} (every {interval_days} days) and is {late_days} days late.")
IDEA = "family"
SUBJECT = "family"
PARAMETERS = {
    "tolerance": share_of(N_("How late before it counts, as a share of the interval."), high=10),
    "at_most": Parameter(
        "share", N_("How many intervals late at most: what is long gone is no news."), N_("intervals"), 1, 100
    ),
    "learn_interval": Parameter(
        "flag", N_("True to learn the interval from the customer's own gaps where none is given.")
    ),
    "least_gaps": Parameter("whole", N_("How many gaps of the family are needed to learn from."), N_("gaps"), 2, 1000),
    "spread": share_of(N_("How regular they must be: spread of the gaps as a share of their mean, at most."), high=2),
}


def find(
    panel: Panel,
    *,
    tolerance: float = 0.25,
    at_most: float = 3.0,
    learn_interval: bool = True,
    least_gaps: int = 3,
    spread: float = 0.35,
) -> Bool:
    """True where any family is late by more than `tolerance` of its interval, at most by `at_most`; (rows, periods).

    The interval is the given one; where none is, the mean gap of the customer's own purchases of the family, if it has
    `least_gaps` of them and they are regular (spread at most `spread` of the mean).
    """
    families = _families(panel)
    found = np.zeros(panel.shape, bool)
    for some, owners in in_blocks(families):
        late = _late(some, intervals(some, learn_interval, least_gaps, spread), tolerance, at_most)
        found[owners] = sum_by_owner(late, some.owner, owners.stop - owners.start) > 0
    return found


def facts(
    panel: Panel,
    row: int,
    position: int,
    *,
    tolerance: float = 0.25,
    at_most: float = 3.0,
    learn_interval: bool = True,
    least_gaps: int = 3,
    spread: float = 0.35,
) -> dict[str, object]:
    """The overdue family with the most money behind it: interval, day it was due, days late."""
    families = families_of(_families(panel), row, position)
    interval = intervals(families, learn_interval, least_gaps, spread)
    late = np.flatnonzero(_late(families, interval, tolerance, at_most)[:, position])
    largest = late[np.argmax(families.panel.amount[late].sum(axis=1))]
    days = round(float(interval[largest, position]))
    due = day_of(int(families.panel.last_on[largest, position])) + timedelta(days=days)
    return {
        "family": str(families.family[largest]),
        "interval_days": days,
        "due_on": due.isoformat(),
        "late_days": int(families.panel.silent_days[largest, position]) - days,
    }


def needs(**_: object) -> tuple[str, ...]:
    """The product table with families (and their intervals, where they are not learnt)."""
    return ("families",)


def history(_per_year: int, **_: object) -> int:
    """Days decide, not periods."""
    return 2


def intervals(families: Families, learn_interval: bool, least_gaps: int, spread: float) -> Float:
    """Days between due purchases as known at each period's end, NaN where there is none; (family rows, periods)."""
    inner = families.panel
    given = np.broadcast_to(families.interval_days[:, None], inner.shape)
    if not learn_interval:
        return np.array(given)
    mean = inner.own_gap_days
    with np.errstate(invalid="ignore"):
        variance = _sum_of_squared_gaps(families) / np.maximum(inner.gaps, 1) - mean**2
        regular = (inner.gaps >= least_gaps) & (variance <= (spread * mean) ** 2)
    return np.where(np.isnan(given) & regular, mean, given)


def _late(families: Families, interval: Float, tolerance: float, at_most: float) -> Bool:
    inner = families.panel
    silent = inner.silent_days
    with np.errstate(invalid="ignore"):
        late: Bool = (silent > interval * (1 + tolerance)) & (silent <= interval * (1 + at_most))
    return late & inner.has_bought


def _sum_of_squared_gaps(families: Families) -> Float:
    """Sum of squared gaps so far; days inside a period with three or more are taken as evenly spread."""
    inner = families.panel
    measures = inner.kinds[inner.basis]
    bought = measures.occasions > 0
    before = np.full(inner.shape, NEVER, np.int32)
    before[:, 1:] = inner.last_on[:, :-1]
    between = np.where(bought & (before > NEVER), measures.first_on - before, 0).astype(np.float64)
    within = np.where(bought, measures.last_on - measures.first_on, 0).astype(np.float64)
    steps = np.maximum(measures.occasions - 1, 1)
    return np.cumsum(between**2 + within**2 / steps, axis=1)


def _families(panel: Panel) -> Families:
    if panel.by_family is None:
        raise ValueError("this panel carries no families")
    return panel.by_family
