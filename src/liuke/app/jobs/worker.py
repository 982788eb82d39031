"""The loop that sees to jobs: begins what waits, says how far it is, stops what is asked to stop, ticks the schedules.

Several workers may share a work store: a job is claimed by one. Each kind runs one job at a time, in a process that
ends with its worker; what a worker that was killed had begun is taken over when its lease has run out.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from liuke.app.cause_audits import written_out
from liuke.app.jobs.kinds import job_kinds
from liuke.app.jobs.kinds.run import KIND as RUN
from liuke.app.jobs.process import JobProcess
from liuke.kernel.errors import Conflict, LiukeError, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.store.workspace import Workspace
from liuke.work.jobs import queue, schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liuke.work.store import WorkStore

LOOKS_EVERY = 0.5  # seconds between two looks at what waits and what goes on
BEATS_EVERY = 1.0  # seconds between two heartbeats
TICKS_EVERY = 5.0  # seconds between two looks at the schedules
ENDED = Said(N_("The server was stopped while it worked on it."))
LOG = logging.getLogger("liuke.jobs")


def worker_name() -> str:
    """A name no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@dataclass
class Worker:
    """One worker of the firm in a folder; `turn` again and again is all it does."""

    store: WorkStore
    folder: Path
    name: str = field(default_factory=worker_name)
    going: dict[str, JobProcess] = field(default_factory=dict)  # by kind
    _beat: float = 0.0
    _ticked: float = float("-inf")

    def turn(self) -> None:
        """One look at everything. Refused where the work store does not answer: what goes on goes on."""
        now = time.monotonic()
        beats = now - self._beat >= BEATS_EVERY
        if beats:
            self._beat = now
        for kind, process in list(self.going.items()):
            self._see_to(kind, process, beats=beats)
        self._begin()
        if now - self._ticked >= TICKS_EVERY:
            self._ticked = now
            schedule.tick(self.store)

    def _begin(self) -> None:
        while free := job_kinds().keys() - self.going.keys():
            job = queue.claim(self.store, self.name, free)
            if job is None:
                return
            if job.kind == RUN:
                try:  # what people found of causes is read by runs from the workspace
                    written_out(Workspace.at(self.folder), self.store)
                except LiukeError as error:
                    with self.store.writing() as connection:
                        queue.fail_job(connection, job, error.said, again=True, now=self.store.now())
                    continue
            self.going[job.kind] = JobProcess(job, self.folder)

    def _see_to(self, kind: str, process: JobProcess, *, beats: bool) -> None:
        """Record the end of a job, or that it goes on; a job that was taken away is ended."""
        try:
            if process.is_over:
                self._record(process)
                process.close()
                del self.going[kind]
            elif beats and queue.heartbeat(self.store, process.job, process.share, process.message):
                process.stop()
        except Conflict:  # another worker has it: this one was away for longer than its lease
            LOG.warning("job %s was taken over by another worker", process.job.id)
            process.kill()
            del self.going[kind]

    def _record(self, process: JobProcess) -> None:
        ended, now = process.how_it_ended(), self.store.now()
        with self.store.writing() as connection:
            if "result" in ended:
                queue.finish_job(connection, process.job, ended["result"], now)
            elif "error" in ended:
                error = Said.unpack(ended["error"])
                queue.fail_job(connection, process.job, error, again=ended["again"], now=now)
            else:
                queue.stop_job(connection, process.job, now)

    def close(self) -> None:
        """End what goes on; it is begun again by the next worker."""
        for kind, process in list(self.going.items()):
            process.kill()
            try:
                if process.ending is not None:
                    self._record(process)
                else:
                    with self.store.writing() as connection:
                        queue.fail_job(connection, process.job, ENDED, again=True, now=self.store.now())
            except Refused as error:  # its lease will run out instead
                LOG.warning("job %s could not be given back: %s", process.job.id, error.code)
            del self.going[kind]


def work_until(worker: Worker, ended: threading.Event) -> None:
    """Turn until told to end; a store that is away is asked again."""
    away = False
    while not ended.is_set():
        try:
            worker.turn()
            away = False
        except LiukeError as error:
            if not away:
                LOG.warning("jobs wait: %s", error.code)
            away = True
        except Exception:
            LOG.exception("a turn of the worker failed")
            ended.wait(TICKS_EVERY)
        ended.wait(LOOKS_EVERY)
    worker.close()


@contextmanager
def working(store: WorkStore, folder: Path) -> Iterator[Worker]:
    """A worker beside the block, which ends with it."""
    worker, ended = Worker(store, folder), threading.Event()
    thread = threading.Thread(target=work_until, args=(worker, ended), name="liuke-jobs", daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        ended.set()
        thread.join()
