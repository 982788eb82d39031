"""Watch list: who is called first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.churn import Risks
from liuke.run.stages.rules import Flagged
from liuke.run.stages.summary import Now
from liuke.signals import watch_list

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.run.known import Known


@dataclass(frozen=True)
class Ranked:
    """Positions of the customers on the list, best first."""

    positions: npt.NDArray[np.intp]


class WatchListStage(Stage):
    """The rank of every customer on the list."""

    name = "watch_list"
    needs = ("rules", "churn", "summary")
    plugins = ("liuke.signals",)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """Who is on it, best first."""
        now, risks, flagged = known.of(Now), known.of(Risks), known.of(Flagged)
        found = watch_list.rank(now.usual, np.any(flagged.fired, axis=0), now.buying, risks.chances.habit, risks.risk)
        return Finished(result=Ranked(found))

    def describe(self, known: Known) -> dict[str, Any]:
        """How many are on it."""
        return {"listed": len(known.of(Ranked).positions)}
