"""States: the horizon at each period's end, and how many customers stood in which state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.period import period_end
from liuke.panel import states as panel_states
from liuke.panel.states import CODE, STATES
from liuke.run.contracts import day, frame, table, text, whole
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Int32
    from liuke.panel.states import States as Codes
    from liuke.run.known import Known


@dataclass(frozen=True)
class Gaps:
    """Customers by own usual gap at each period's end."""

    histogram: npt.NDArray[np.int64]

    def __add__(self, other: Gaps) -> Gaps:
        return Gaps(self.histogram + other.histogram)


@dataclass(frozen=True)
class Horizon:
    """Days of silence that count as leaving, at each period's end."""

    days: Int32
    gap: int | None = None  # days: half of the customers with a rhythm buy as often at the last one
    fixed: bool = False  # set by the firm

    @property
    def now(self) -> int:
        """At the last one."""
        return int(self.days[-1])


@dataclass(frozen=True)
class Stated:
    """The states of a chunk, as known at as_of; (customers, periods)."""

    codes: Codes


@dataclass(frozen=True)
class StateCounts:
    """Customers by period and state."""

    counts: npt.NDArray[np.int64]


STATE_COUNT = table(
    "state_count",
    "How many customers stood in which state at each period's end",
    ("period", "state"),
    period=day("Last day of the period", required=True),
    state=text("The state", *STATES, required=True),
    customers=whole("Customers in it", "customers", required=True),
)
HORIZON = table(
    "horizon",
    "Days of silence that count as leaving",
    ("period",),
    period=day("Last day of the period", required=True),
    left_days=whole("As known at its end", "days", required=True),
)


class StatesStage(Stage):
    """Every customer has one state at each period's end."""

    name = "states"
    settings = ("left_days",)
    tables = (STATE_COUNT, HORIZON)

    def learn(self, chunk: Chunk, known: Known) -> Gaps:  # noqa: ARG002
        """Own gaps."""
        return Gaps(panel_states.gap_histogram(chunk.panel))

    def fit(self, total: Gaps, known: Known) -> Horizon:
        """The horizon."""
        fixed = int(known.settings.number("left_days"))
        days = panel_states.left_days(total.histogram, fixed)
        return Horizon(days, panel_states.middle_gap(total.histogram[-1]), fixed > 0)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """States and their counts."""
        state = chunk.panel.stitch(panel_states.states(chunk.panel, known.of(Horizon).days))
        return Judged(sums=panel_states.counts(state), found=Stated(state))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`state_count`."""
        periods = known.scope.periods
        ends = [period_end(number, periods.unit) for number in periods.numbers]
        rows = [(end, state, int(passed.sums[at, n])) for at, end in enumerate(ends) for n, state in enumerate(STATES)]
        horizon = list(zip(ends, known.of(Horizon).days.tolist(), strict=True))
        made = {"state_count": frame(STATE_COUNT, rows), "horizon": frame(HORIZON, horizon)}
        return Finished(made, StateCounts(passed.sums))

    def describe(self, known: Known) -> dict[str, Any]:
        """Counts at as_of, and the horizon."""
        last = known.of(StateCounts).counts[-1]
        return {
            "customers": len(known.panels.customers),
            "never_bought": int(last[CODE["never_bought"]]),
            "lost": int(last[CODE["lost"]]),
            "left_days": known.of(Horizon).now,
        }
