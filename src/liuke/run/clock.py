"""Since when what was loaded or confirmed counts: the clock of all that bears no day of its own (decision 0006).

Documents say when they were recorded. A first file of a source, a first grade, a merge do not; read by the day they
came, the list people are working on would not know of them, since its as_of lies before that day. So they count from
the list that was the newest when they came: that list sees them, every older day stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from liuke.kernel.kinds import LINES, RETURN, SALES
from liuke.kernel.period import last_complete_period, period_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.kernel.period import Unit
    from liuke.store.fact_store import Load
    from liuke.store.workspace import Workspace


def bases(setting: str, loads: Sequence[Load]) -> list[str]:
    """The kinds the list may stand on that are loaded, the one to be preferred first."""
    held = {kind for load in loads for kind in load.kinds}
    return [kind for kind in ((setting,) if setting != "auto" else SALES[::-1]) if kind in held]


def span(loads: Sequence[Load], basis: str) -> tuple[date, date]:
    """First document of the basis, and the last of it or of what came back."""
    first = min(load.kinds[basis][0] for load in loads if basis in load.kinds)
    last = max(load.kinds[kind][1] for load in loads for kind in (basis, RETURN) if kind in load.kinds)
    return date.fromisoformat(first), date.fromisoformat(last)


@dataclass(frozen=True)
class Clock:
    """The loads of a workspace, what the list stands on and its periods."""

    loads: Sequence[Load]
    setting: str
    unit: Unit

    @cached_property
    def founded(self) -> date:
        """The day on which the first documents were loaded: what came by then tells of the past as they do."""
        return next((loaded_day(load) for load in self.loads if load.table == LINES), date.max)

    def newest(self, day: date) -> date:
        """The as_of of the newest list on a day, by the documents loaded by then; date.min before there was one."""
        held = [load for load in self.loads if loaded_day(load) <= day]
        for basis in bases(self.setting, held):
            complete = last_complete_period(*span(held, basis), self.unit)
            if complete is not None:
                return period_end(complete, self.unit)
        return date.min

    @cached_property
    def counts_from(self) -> dict[str, date]:
        """By load id, the as_of from which what came first with the load counts."""
        lists = {day: date.min if day <= self.founded else self.newest(day) for day in map(loaded_day, self.loads)}
        return {load.load_id: min(lists[loaded_day(load)], loaded_day(load)) for load in self.loads}

    def seen(self, known: date) -> frozenset[str]:
        """Ids of the loads of which anything was known by a day: of documents, those whose source was connected."""
        first: dict[tuple[str, str], Load] = {}
        for load in self.loads:
            first.setdefault((load.table, load.source), load)
        return frozenset(
            load.load_id
            for load in self.loads
            if self.counts_from[(first[load.table, load.source] if load.table == LINES else load).load_id] <= known
        )


def clock_of(workspace: Workspace, loads: Sequence[Load]) -> Clock:
    """The clock of a workspace with these loads."""
    unit: Unit = workspace.settings.text("period")  # type: ignore[assignment]  # checked when the settings are read
    return Clock(loads, workspace.settings.text("basis"), unit)


def loaded_day(load: Load) -> date:
    """The day a load was made."""
    return date.fromisoformat(load.loaded_on)
