"""Left truncation: histories that begin before the export does, and which customers to fit on.

A customer who already bought before the first day of the export shows no first purchase: its x, t_x and T are those of
a shorter life, and such lives are the lasting ones. Fit on customers who entered while watched, and predict for all
(the others' T counted from their first purchase seen, which understates their age).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_ENTERED = 200
LEAST_REPEATERS = 50


@dataclass(frozen=True)
class Entered:
    """Whom to fit on: a mask (customers,), how many that is, of how many; `warning` where all had to be taken."""

    rows: NDArray[np.bool_]
    customers: int
    of: int
    warning: NotEstimable | None


def entered(first_on: ArrayLike, x: ArrayLike, export_start: int, quiet_days: int) -> Entered:
    """Customers whose first purchase came at least `quiet_days` after the export began: hardly older than they look.

    first_on: day number of the first purchase seen; x: repeat occasions; (customers,). `quiet_days` should be long
    beside the gaps of the base (the horizon of leaving will do). With fewer than 200 such customers, or 50 who bought
    again, everybody is taken and the warning says so.
    """
    rows = np.asarray(first_on) >= export_start + quiet_days
    chosen, of = int(rows.sum()), len(rows)
    again = int((np.asarray(x)[rows] > 0).sum())
    if chosen >= LEAST_ENTERED and again >= LEAST_REPEATERS:
        return Entered(rows, chosen, of, None)
    said = N_(
        "Only {entered} of {customers} customers surely began after the export did: all were fitted, and those older "
        "than the export look younger than they are."
    )
    return Entered(np.ones(of, bool), of, of, NotEstimable.because(said, entered=chosen, customers=of))
