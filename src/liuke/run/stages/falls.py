"""Falls: of customers lost, shrinking or on the watch list, how much of what they buy less their peers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.panel.states import STATES
from liuke.run.fall_tables import Peers, fall_frame
from liuke.run.like_customers import coded, segment_column
from liuke.run.people_contract import CUSTOMER_FALL
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.markets import MarketFound
from liuke.run.stages.rules import Flagged
from liuke.run.stages.states import Stated
from liuke.run.stages.watch_list import shrinking
from liuke.signals.watch_list import Views

if TYPE_CHECKING:
    from liuke.run.known import Known


class FallsStage(Stage):
    """What of customers' falls goes with their peers, by the panel model."""

    name = "falls"
    needs = ("states", "rules", "churn", "summary", "watch_list", "bought", "markets")
    plugins = ("liuke.causes",)
    tables = (CUSTOMER_FALL,)

    def judge(self, chunk: Chunk, known: Known) -> Judged:  # noqa: ARG002
        """Who is lost."""
        return Judged(columns={"lost": chunk.of(Stated).codes[:, -1] == STATES.index("lost")})

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`customer_fall`; without rows where there is no year before to compare with."""
        asked = passed.columns["lost"] | shrinking(known, known.of(Flagged).fired)
        asked[known.of(Views).list] = True
        column = segment_column(known)
        peers = Peers(column, *(coded(known, each)[0] >= 0 for each in (column, "region")))
        found = fall_frame(np.asarray(known.panels.customers), known.of(MarketFound).fallen, asked, peers)
        return Finished({"customer_fall": found})

    def describe(self, known: Known) -> dict[str, Any]:
        """Why nobody can be compared, where that is so; counts are of the rows, which not everybody sees all of."""
        reason = known.of(MarketFound).split_reason
        return {"falls": {"reason": None if reason is None else reason.plain()}}
