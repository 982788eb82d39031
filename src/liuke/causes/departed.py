"""When a customer left, as far as its own rhythm tells, and for how long it had been there to leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Int, Panel

GAPS = 3.5  # a silence of so many own gaps is taken for the end, and
LEAST_DAYS = 90  # no shorter one
MISSED_DAYS = 90  # the next purchase is missed after one own gap, at the latest after so many days
RHYTHM = 4  # purchases from which the gap between two is known well enough to learn from
OFTEN_DAYS = 75.0  # and so short that it is known when a purchase failed to come


@dataclass(frozen=True)
class Departed:
    """Per customer; (customers,)."""

    left: Bool  # silent so long that it counts as gone
    missed: Int  # position of the period in which the next purchase failed to come; the last one where it may come yet
    first: Int  # position of the period of the first purchase; the number of periods where it never bought
    until: Int  # position of the last period of which it is known whether it left in it, -1 of none
    teaches: Bool  # whether its rhythm says so well when it left that others can learn from it

    def there(self, periods: int) -> Bool:
        """Whether a customer was there to leave in a period, and would be known to have done so; (customers, periods)."""
        at = np.arange(periods)
        return np.asarray((at > self.first[:, None]) & (at <= self.until[:, None]))


def departed(panel: Panel) -> Departed:
    """What the latest knowledge says of each row of a panel with one row a customer.

    A customer without a gap of its own counts with the middle one of the others; where nobody has one, with LEAST_DAYS.
    """
    periods = panel.shape[1]
    ends = np.asarray(panel.periods.ends, np.int64)
    last, own = panel.last_on[:, -1].astype(np.int64), np.asarray(panel.own_gap_days, float)
    own = own[:, -1] if own.ndim > 1 else own
    has_gap = np.isfinite(own) & (own > 0)
    middle = float(np.median(own[has_gap])) if has_gap.any() else float(LEAST_DAYS)
    gap = np.where(has_gap, own, middle)
    bought = last > NEVER
    silence, wait = np.maximum(GAPS * gap, LEAST_DAYS), np.minimum(gap, MISSED_DAYS)
    left = bought & (ends[-1] - last > silence)
    missed = np.minimum(np.searchsorted(ends, last + wait.astype(np.int64)), periods - 1)
    known = np.searchsorted(ends, ends[-1] - (silence - wait).astype(np.int64), side="right") - 1
    until = np.where(left, missed, known)
    some = panel.occasions > 0
    first = np.where(some.any(axis=1), some.argmax(axis=1), periods)
    often = has_gap & (gap <= OFTEN_DAYS) & (panel.occasions.sum(axis=1) >= RHYTHM)
    return Departed(left, missed, first, until, often)
