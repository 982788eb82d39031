"""A small firm with documents and a work store, and workers that are turned by hand."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "work"))

import pytest
from people import joined, looking

from firms import firm_of, monthly
from liuke.app.jobs.worker import Worker
from liuke.work.jobs import queue
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liuke.app.firm import Firm
    from liuke.work.jobs.queue import Job
    from liuke.work.people.viewer import Viewer

PATIENCE = 120.0  # seconds until a test gives up on a process


class Seat:
    """One firm, its work store, and what a test does with its jobs."""

    def __init__(self, firm: Firm, store: WorkStore) -> None:
        self.firm, self.store = firm, store
        self.workers: list[Worker] = []

    def worker(self) -> Worker:
        self.workers.append(Worker(self.store, self.firm.workspace.root))
        return self.workers[-1]

    def ask(self, *, key: str | None = None, **args: Any) -> int:
        with self.store.writing() as connection:
            return queue.enqueue(connection, "run", args, None, key)

    def job(self, number: int, viewer: Viewer) -> Job:
        with self.store.reading() as connection:
            return queue.job_of(connection, viewer, number)

    def turn_until(self, workers: list[Worker], reached: Callable[[], bool]) -> None:
        """Let workers turn one after another until something is so."""
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, "it never came to that"
            for worker in workers:
                worker.turn()
            time.sleep(0.05)


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    """Three customers over twenty months, nothing run yet."""
    bought = [each for name, amount in (("c1", 900), ("c2", 500), ("c3", 200)) for each in monthly(name, [amount] * 20)]
    store = WorkStore.open(tmp_path / "work.sqlite")
    seat = Seat(firm_of(bought, tmp_path), store)
    yield seat
    for worker in seat.workers:
        worker.close()
    store.close()


@pytest.fixture
def boss(seat: Seat) -> Viewer:
    """Somebody who sees every job."""
    return looking(seat.store, joined(seat.store, "boss", "owner"))
