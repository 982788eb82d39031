"""Summary: what the panel alone says of each customer now; `customer_now` is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.panel.summary import summary
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Horizon, Stated

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.panel.panel import Bool, Int
    from liuke.run.known import Known


@dataclass(frozen=True)
class Now:
    """Of all customers; the summaries of chunks are on disk until they are taken."""

    usual: Int  # cents of a usual year, 0 at least; (customers,)
    buying: Bool  # has bought and been silent for at most the horizon; (customers,)
    frames: tuple[Path, ...]


class SummaryStage(Stage):
    """State, sums and trend of each customer."""

    name = "summary"
    needs = ("states",)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """One row a customer."""
        latest, horizon = chunk.latest, known.of(Horizon)
        found = summary(latest, chunk.of(Stated).codes, horizon.days)
        usual = np.maximum((found["usual_year"] * 100).cast(pl.Int64).to_numpy(), 0)
        buying = latest.has_bought[:, -1] & (latest.silent_days[:, -1] <= horizon.now)
        return Judged(columns={"usual": usual, "buying": buying}, frame=found)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """The columns other stages compare customers by."""
        return Finished(result=Now(passed.columns["usual"], passed.columns["buying"], passed.frames))
