"""Guards against leaks, run with every model: what a row says must be what stood in the past alone."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_
from liuke.signals.churn.rows import ModelRows, model_rows

if TYPE_CHECKING:
    from liuke.panel.panel import Panel

CHECKED = 200  # customers built again
OUTCOMES = ("days_to_next", "after")  # what a row may know of later days


class Leak(LiukeError):  # noqa: N818  (what was found)
    """A figure of a past month changed when later months were taken away: a fault of the program."""


def check_rebuild(panel: Panel, taken: ModelRows) -> None:
    """Build the rows of some customers again from a panel that ends at their period; raises Leak where they differ."""
    if not len(taken):
        return
    position = int(np.sort(taken.position)[len(taken) // 2])
    held = taken.pick(taken.position == position)
    few = np.isin(panel.customers, held.customer[:CHECKED])
    again = model_rows(panel.of_customers(few).until(position), [position])
    held = held.pick(np.isin(held.customer, again.customer))
    for each in fields(ModelRows):
        if each.name in OUTCOMES:
            continue
        mine, theirs = getattr(held, each.name), getattr(again, each.name)
        if not np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"):
            raise Leak(
                N_("The figure {name} of past months depends on later ones; no model was fitted."),
                name=each.name,
                fix=N_("This is a fault of the program: please report it with the version that `liuke doctor` shows."),
            )
