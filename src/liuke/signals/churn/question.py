"""What is asked of a churn model, and the shape of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.kernel.period import Days
    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.rows import ModelRows

MOST_SILENT = 3  # horizons: who is silent for longer is gone, and nobody asks how probably
INTERVAL_Z = 1.6448536269514722  # 90 %


@dataclass(frozen=True)
class Asked:
    """The question, seen from the end of one period: who of those buying at a period's end leaves after it.

    Leaving is no purchase within so many days; or, where `fall` is set, a quarter of periods that brings less than
    1 - fall of what a quarter of the year before did.
    """

    horizon: int  # days
    ends: Days  # day number of every period's end
    at: int  # position the question is asked at: outcomes after its end are unknown
    year: int = 12  # periods
    fall: float | None = None
    begun: int = -(2**30)  # day number of the first document of the whole export
    kind: str = ""  # of documents that say who buys; the basis where it is empty

    def seasoned(self, rows: ModelRows) -> Bool:
        """Whether a whole horizon of history lies behind a row's end; (rows,)."""
        return np.asarray(self.ends[rows.position] - self.begun >= self.horizon)

    def closed(self, rows: ModelRows) -> Bool:
        """Whether a row's outcome was known at the end the question is asked at; (rows,)."""
        return self.closed_by(rows, self.at)

    def closed_by(self, rows: ModelRows, position: int) -> Bool:
        """Whether a row's outcome was known at a period's end; (rows,)."""
        if self.fall is not None:
            return np.asarray(rows.position + self.year // 4 <= position)
        return np.asarray(self.ends[rows.position] + self.horizon <= self.ends[position])

    def left(self, rows: ModelRows) -> Bool:
        """Whether the customer left after the row's end; means nothing before the row is closed; (rows,)."""
        if self.fall is not None:
            return np.asarray(rows.after < (1 - self.fall) * rows.usual)
        return rows.days_to_next > self.horizon

    def asked_of(self, rows: ModelRows) -> Bool:
        """Whether leaving is a question for the row at all: not silent for horizons, and something to fall from."""
        if self.fall is not None:
            return self.buying(rows) & (rows.usual > 0)
        return rows.silent <= MOST_SILENT * self.horizon

    def buying(self, rows: ModelRows) -> Bool:
        """Whether the row still counts as buying: silent for at most the horizon; (rows,)."""
        return rows.silent <= self.horizon


@dataclass(frozen=True)
class Chance:
    """Probabilities of leaving with their 90 % interval, each (rows,); NaN where the question is not asked."""

    risk: Float
    low: Float
    high: Float
