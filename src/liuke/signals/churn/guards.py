"""Guards against leaks, run with every model: what a row says must be what stood in the past alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_
from liuke.signals.churn.rows import ARRAYS, model_rows

if TYPE_CHECKING:
    from liuke.panel.panel import Panel
    from liuke.signals.churn.rows import ModelRows

CHECKED = 200  # customers built again
OUTCOMES = ("days_to_next", "days_after_quarter", "after")  # what a row may know of later days
ROUNDING = 1e-6  # of a sum whose parts were added up in another order


class Leak(LiukeError):  # noqa: N818  (what was found)
    """A figure of a past month changed when later months were taken away: a fault of the program."""


def check_rebuild(panel: Panel, taken: ModelRows, kind: str = "") -> None:
    """Build the rows of some customers again from a panel that ends at their period; raises Leak where they differ."""
    if not len(taken):
        return
    position = int(np.sort(taken.position)[len(taken) // 2])
    held = taken.pick(taken.position == position)
    few = np.isin(panel.customers, held.customer[:CHECKED])
    again = model_rows(panel.of_customers(few).until(position), [position], kind)
    held = held.pick(np.isin(held.customer, again.customer))
    for name in ARRAYS:
        if name in OUTCOMES:
            continue
        mine, theirs = getattr(held, name), getattr(again, name)
        if not np.allclose(mine, theirs, rtol=ROUNDING, atol=ROUNDING, equal_nan=True):
            raise Leak(
                N_("The figure {name} of past months depends on later ones; no model was fitted."),
                name=name,
                fix=N_("This is a fault of the program: please report it with the version that `liuke doctor` shows."),
            )
