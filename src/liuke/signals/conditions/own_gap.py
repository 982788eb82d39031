"""Own gap: silent for longer than so many of the customer's own usual gaps between purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.signals.parameters import Parameter
from liuke.signals.windows import PARTS, parts

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Panel

TITLE = N_("Silent for longer than its own gaps")
SAYS = N_("No purchase for {silent_days} days; the usual gap is {own_gap_days}.")
IDEA = "silence"
TELLS = 2
PARAMETERS = {
    "factor": Parameter("share", N_("Silent for more than how many usual gaps."), N_("gaps"), 1, 100),
    "least_gaps": Parameter("whole", N_("How many gaps must be known before a usual one exists."), N_("gaps"), 1, 1000),
    "least_days": Parameter(
        "whole", N_("Never before so many silent days, for customers who buy daily."), N_("days"), 0, 3650
    ),
}


def find(panel: Panel, *, factor: float = 2.0, least_gaps: int = 3, least_days: int = 0) -> Bool:
    """True where the silence exceeds `factor` mean gaps between the customer's own purchase days; (rows, periods).

    At least `least_gaps` gaps are known and the silence lasts at least `least_days`.
    """
    silent = panel.silent_days
    span = (panel.last_on - panel.first_on).astype(np.int64)  # gaps x mean gap
    found: Bool = (panel.gaps >= least_gaps) & (silent >= least_days)
    span *= parts(factor)
    return found & (silent.astype(np.int64) * panel.gaps * PARTS > span)


def facts(panel: Panel, row: int, position: int, **_: object) -> dict[str, object]:
    """Days of silence and the usual gap in days, one decimal."""
    return {
        "silent_days": int(panel.silent_days[row, position]),
        "own_gap_days": round(float(panel.own_gap_days[row, position]), 1),
    }


def history(_per_year: int, **_: object) -> int:
    """Days decide, not periods: one period can hold several gaps."""
    return 2
