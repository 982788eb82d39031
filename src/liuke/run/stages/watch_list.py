"""Watch list: who is called first, in three views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.churn import Risks
from liuke.run.stages.rules import Flagged
from liuke.run.stages.summary import Now
from liuke.signals.watch_list import VIEWS, Views, views

if TYPE_CHECKING:
    from liuke.panel.panel import Bool
    from liuke.run.known import Known

SHRINKS = "below_own_mean"  # the condition that says a customer is shrinking


class WatchListStage(Stage):
    """The rank of every customer on each view of the list."""

    name = "watch_list"
    needs = ("rules", "churn", "summary")
    plugins = ("liuke.signals",)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """Who is on them, best first."""
        now, risks, flagged = known.of(Now), known.of(Risks), known.of(Flagged)
        found = views(
            now.usual,
            np.any(flagged.fired, axis=0),
            shrinking(known, flagged.fired),
            now.buying,
            risks.chances.habit,
            risks.risk,
            risks.early,
        )
        return Finished(result=found)

    def describe(self, known: Known) -> dict[str, Any]:
        """How many are on it, and on each view."""
        found = known.of(Views)
        return {"listed": len(found.list), "listed_by_view": {view: len(found.of(view)) for view in VIEWS}}


def shrinking(known: Known, fired: Bool) -> Bool:
    """Whom a rule flags for buying less than a share of the own mean; (customers,)."""
    asks = [any(leaf.condition == SHRINKS for leaf in rule.leaves) for rule in known.rules.usable]
    found: Bool = fired[np.array(asks, bool)].any(axis=0)
    return found
