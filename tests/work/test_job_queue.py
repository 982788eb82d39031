"""Jobs: one worker at a time, killed ones taken over, clocks set back, stops, repeats, who sees them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from people import NOW, joined, looking

from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.said import Said
from liuke.work.audit import entries, record
from liuke.work.jobs.queue import (
    ATTEMPTS,
    LEASE,
    ask_stop,
    claim,
    enqueue,
    fail_job,
    finish_job,
    heartbeat,
    job_of,
    jobs,
    retry,
    stop_job,
)

if TYPE_CHECKING:
    from datetime import datetime

    from liuke.work.jobs.queue import Job
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

SOURCE = Path(__file__).parents[2] / "src"
SECOND = timedelta(seconds=1)
BROKE = Said("The rule {rule} can't be read.", {"rule": "x"})


@pytest.fixture
def boss(store: WorkStore) -> Viewer:
    return looking(store, joined(store, "boss", "owner"))


def queued(store: WorkStore, by: Viewer | None, kind: str = "run", key: str | None = None, at: datetime = NOW) -> int:
    with store.writing() as connection:
        return enqueue(connection, kind, {"as_of": "2026-10-31"}, by, key, now=at)


def now_of(store: WorkStore, viewer: Viewer, job_id: int) -> Job:
    with store.reading() as connection:
        return job_of(connection, viewer, job_id)


def claimed(store: WorkStore, worker: str = "w1", at: datetime = NOW) -> Job:
    job = claim(store, worker, ["run"], at)
    assert job is not None
    return job


def test_a_job_from_its_start_to_its_end(store: WorkStore, boss: Viewer) -> None:
    first, second = queued(store, boss), queued(store, boss)
    queued(store, boss, "load")
    job = claimed(store)
    assert (job.id, job.state, job.attempt, job.worker, job.by) == (first, "running", 1, "w1", "Boss")
    assert job.args == {"as_of": "2026-10-31"}
    assert not heartbeat(store, job, 0.5, Said("Reading {table}", {"table": "invoice"}), NOW + SECOND)
    seen = now_of(store, boss, first)
    assert (seen.progress, seen.message) == (0.5, Said("Reading {table}", {"table": "invoice"}))
    with store.writing() as connection:
        finish_job(connection, job, {"run": "2026-10"}, NOW + 2 * SECOND)
    seen = now_of(store, boss, first)
    assert (seen.state, seen.progress, seen.result) == ("done", 1.0, {"run": "2026-10"})
    assert claimed(store).id == second
    assert claim(store, "w1", ["run"], NOW) is None


def test_asked_for_twice_it_is_done_once(store: WorkStore, boss: Viewer) -> None:
    first = queued(store, boss, key="2026-10")
    assert queued(store, boss, key="2026-10") == first
    assert queued(store, boss, key="2026-11") != first
    assert queued(store, boss, "load", key="2026-10") != first
    job = claimed(store)
    with store.writing() as connection:
        finish_job(connection, job)
    assert queued(store, boss, key="2026-10") > first
    other = looking(store, joined(store, "ana", "analyst"))
    with pytest.raises(Conflict, match="under way already, started by Boss"):
        queued(store, other, key="2026-10")


def test_of_many_workers_each_job_has_one(store: WorkStore, boss: Viewer) -> None:
    made = {queued(store, boss) for _ in range(20)}
    taken: list[int] = []
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            while (job := claim(store, name, ["run"], NOW)) is not None:
                with store.writing() as connection:
                    record(connection, None, "effect", f"job:{job.id}")
                    finish_job(connection, job)
                taken.append(job.id)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(taken) == sorted(made)


def test_a_worker_killed_while_it_works_loses_its_job_and_nothing_is_done_twice(
    store: WorkStore, place: str, boss: Viewer
) -> None:
    """kill -9 of another process that has claimed: its lease runs out, another takes over, the old one is fenced."""
    job_id = queued(store, boss)
    script = (
        "import sys, time; from liuke.work.store import WorkStore; from liuke.work.jobs.queue import claim\n"
        "job = claim(WorkStore.open(sys.argv[1]), 'doomed', ['run']); print(job.id, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCE)}) as doomed:
        assert doomed.stdout is not None
        assert int(doomed.stdout.readline()) == job_id
        doomed.send_signal(signal.SIGKILL)
    real = store.now()
    dead = now_of(store, boss, job_id)
    assert (dead.state, dead.worker) == ("running", "doomed")
    assert claim(store, "w2", ["run"], real) is None, "the lease still holds"
    again = claimed(store, "w2", real + LEASE + SECOND)
    assert (again.id, again.attempt) == (job_id, 2)
    with pytest.raises(Conflict) as told, store.writing() as connection:
        finish_job(connection, dead, record(connection, None, "effect", "twice"))
    assert told.value.code == "job_lost"
    with pytest.raises(Conflict):
        heartbeat(store, dead)
    with store.writing() as connection:
        finish_job(connection, again)
    assert now_of(store, boss, job_id).state == "done"
    with store.reading() as connection:
        assert entries(connection, verb="effect").count == 0


def test_a_job_whose_workers_all_die_is_marked_and_can_be_repeated(store: WorkStore, boss: Viewer) -> None:
    job_id, at = queued(store, boss, key="k"), NOW
    for attempt in range(1, ATTEMPTS + 1):
        assert claimed(store, at=at).attempt == attempt
        at += LEASE + SECOND
    assert claim(store, "w", ["other"], at) is None, "a worker for other kinds marks it too"
    failed = now_of(store, boss, job_id)
    assert (failed.state, str(failed.error)) == (
        "failed",
        "The program that worked on it ended; it was tried 3 times.",
    )
    with store.writing() as connection:
        assert retry(connection, boss, job_id).state == "queued"
    assert claimed(store, at=at).attempt == ATTEMPTS + 1
    with pytest.raises(Conflict), store.writing() as connection:
        retry(connection, boss, job_id)


def test_a_living_worker_keeps_its_job_as_long_as_it_says_so(store: WorkStore, boss: Viewer) -> None:
    queued(store, boss)
    job, at = claimed(store), NOW
    for _ in range(5):
        at += LEASE - SECOND
        assert not heartbeat(store, job, now=at)
        assert claim(store, "w2", ["run"], at) is None


def test_a_clock_set_back_frees_no_living_worker_s_job_and_keeps_no_dead_one_s(store: WorkStore, boss: Viewer) -> None:
    queued(store, boss)
    job = claimed(store)
    back = NOW - timedelta(hours=5)
    assert claim(store, "w2", ["run"], back) is None
    heartbeat(store, job, now=back + 30 * SECOND)
    assert claim(store, "w2", ["run"], back + LEASE + SECOND) is None, "it lives"
    back -= timedelta(hours=5)
    assert claim(store, "w2", ["run"], back) is None
    assert claimed(store, "w2", back + LEASE + SECOND).attempt == 2, "it was silent for a lease"


def test_a_clock_set_back_keeps_no_waiting_job_waiting(store: WorkStore, boss: Viewer) -> None:
    queued(store, boss)
    job = claimed(store)
    with store.writing() as connection:
        fail_job(connection, job, BROKE, again=True, now=NOW)
    assert claim(store, "w1", ["run"], NOW + SECOND) is None, "it pauses"
    assert claimed(store, at=NOW - timedelta(days=1)).attempt == 2


def test_a_failed_job_says_why_and_is_tried_again_only_where_that_helps(store: WorkStore, boss: Viewer) -> None:
    job_id, at = queued(store, boss), NOW
    for _ in range(ATTEMPTS - 1):
        job = claimed(store, at=at)
        with store.writing() as connection:
            fail_job(connection, job, BROKE, again=True, now=at)
        assert now_of(store, boss, job_id).state == "queued"
        at += timedelta(minutes=10)
    job = claimed(store, at=at)
    with store.writing() as connection:
        fail_job(connection, job, BROKE, again=True, now=at)
    seen = now_of(store, boss, job_id)
    assert (seen.state, str(seen.error), seen.ended_at) == ("failed", "The rule x can't be read.", at)
    other = queued(store, boss)
    job = claimed(store, at=at)
    with store.writing() as connection:
        fail_job(connection, job, BROKE, now=at)
    assert now_of(store, boss, other).state == "failed"


def test_a_stop_reaches_what_waits_and_what_runs(store: WorkStore, boss: Viewer) -> None:
    waits = queued(store, boss, key="k")
    with store.writing() as connection:
        assert ask_stop(connection, boss, waits).state == "stopped"
    runs = queued(store, boss, key="k")
    job = claimed(store)
    with store.writing() as connection:
        assert ask_stop(connection, boss, runs).state == "running"
    assert heartbeat(store, job, now=NOW)
    with store.writing() as connection:
        stop_job(connection, job)
        assert ask_stop(connection, boss, runs).state == "stopped"
    dies = queued(store, boss, key="k")
    claimed(store)
    with store.writing() as connection:
        ask_stop(connection, boss, dies)
    assert claim(store, "w2", ["run"], NOW + LEASE + SECOND) is None, "what was to be stopped is not begun again"
    assert now_of(store, boss, dies).state == "stopped"
    queued(store, boss, key="k")
    with pytest.raises(Conflict), store.writing() as connection:
        retry(connection, boss, dies)


def test_a_job_is_seen_by_who_started_it_and_by_those_who_manage(store: WorkStore, boss: Viewer) -> None:
    ana, dan = (looking(store, joined(store, login, "analyst")) for login in ("ana", "dan"))
    mine, other = queued(store, ana), queued(store, dan, "load")
    with store.writing() as connection:
        assert [job.id for job in jobs(connection, ana)] == [mine]
        assert [job.id for job in jobs(connection, boss)] == [other, mine]
        assert [job.id for job in jobs(connection, boss, kind="run", limit=1)] == [mine]
        for act in (job_of, ask_stop, retry):
            with pytest.raises(NotFound) as foreign:
                act(connection, ana, other)
            with pytest.raises(NotFound) as absent:
                act(connection, ana, 99)
            assert foreign.value.said.message == absent.value.said.message
