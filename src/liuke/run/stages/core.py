"""Core: the few customers that reliably make most of the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.run.packed import reason_of
from liuke.run.panels import measured_by
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.value.core import Core, core_customers

if TYPE_CHECKING:
    from liuke.run.known import Known

MOST_PERIODS = 36


class CoreStage(Stage):
    """Resampled over the last three years, so that one big order decides nothing."""

    name = "core"
    settings = ("core_share", "core_measure")

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """What each brought, period by period."""
        latest = chunk.latest
        values = latest.measure(measured_by(known.settings, known.panels))
        if values is None:  # none in this chunk
            values = np.zeros(latest.shape, np.int64)
        return Judged(columns={"values": values[:, -MOST_PERIODS:]})

    def finish(self, passed: Passed, known: Known) -> Finished:
        """Who belongs to it."""
        year, share = known.scope.periods.per_year, known.settings.number("core_share")
        return Finished(result=core_customers(passed.columns["values"], year=year, share=share))

    def describe(self, known: Known) -> dict[str, Any]:
        """What it is measured by."""
        return {
            "core_measure": measured_by(known.settings, known.panels),
            "coverage": {name: round(found.share, 4) for name, found in known.panels.coverage.items() if found.share},
            "core_reason": reason_of(known.of(Core).probability),
        }
