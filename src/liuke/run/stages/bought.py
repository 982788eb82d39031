"""Bought: what every customer bought period by period, and who looked after it; several stages compare these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.run.looked_after import Seller, looked_after
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage

if TYPE_CHECKING:
    from liuke.panel.panel import Int, Int32
    from liuke.run.known import Known

MOST_PERIODS = 120  # ten years of months; what was before tells nothing of what an event did


@dataclass(frozen=True)
class Bought:
    """By position of the run's customers; nothing after as_of is in it."""

    amount: Int  # net cents, whole periods; (customers, periods)
    since: Int32  # position of the first purchase, 0 also where it was before; the number of periods without any
    first: int  # number of the first period
    seller: Seller


class BoughtStage(Stage):
    """What the stages of events, markets and salespeople stand on."""

    name = "bought"

    def judge(self, chunk: Chunk, known: Known) -> Judged:  # noqa: ARG002
        """Net amounts of the last periods, and when each first bought."""
        latest = chunk.latest
        has, periods = latest.has_bought, latest.shape[1]
        since = np.where(has[:, -1], has.argmax(axis=1), periods)
        start = max(0, periods - MOST_PERIODS)
        since = np.clip(since - start, 0, periods - start)
        return Judged(columns={"amount": latest.amount[:, start:].astype(np.int64), "since": since.astype(np.int32)})

    def finish(self, passed: Passed, known: Known) -> Finished:
        """Both, with who looked after whom."""
        amount = passed.columns["amount"]
        first = known.scope.periods.last + 1 - amount.shape[1]
        return Finished(result=Bought(amount, passed.columns["since"], first, looked_after(known, first)))
