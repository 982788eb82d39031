"""Jobs are done once, told of, stopped and taken over; what is killed leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liuke.app.jobs import process
from liuke.app.jobs.child import WAITING, ChildProgress
from liuke.app.jobs.worker import work_until
from liuke.kernel.errors import Away
from liuke.kernel.progress import Stopped
from liuke.kernel.said import Said
from liuke.work.jobs import queue, schedule

if TYPE_CHECKING:
    from conftest import Seat
    from liuke.app.jobs.worker import Worker
    from liuke.work.people.viewer import Viewer


def waits(seat: Seat, number: int, boss: Viewer) -> bool:
    """Whether a job is in its process and waits for the workspace."""
    message = seat.job(number, boss).message
    return message is not None and message.message == WAITING.message


def runs_made(seat: Seat) -> int:
    return len(seat.firm.history())


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_run_is_made_told_of_and_made_once(seat: Seat, boss: Viewer) -> None:
    worker, shares = seat.worker(), list[float]()
    first = seat.ask(key="now")
    assert seat.ask(key="now") == first, "asked for twice it is one job"

    def done() -> bool:
        job = seat.job(first, boss)
        shares.extend([job.progress] if job.state == "running" and job.progress is not None else [])
        return job.state == "done"

    seat.turn_until([worker], done)
    job = seat.job(first, boss)
    as_of = seat.firm.current().info["as_of"]
    assert job.result == {"run_id": "00001", "as_of": as_of, "new": True, "current": "00001"}
    assert (job.attempt, job.progress, job.error, worker.going) == (1, 1.0, None, {})
    assert shares == sorted(shares)
    assert seat.firm.current().info["run_id"] == "00001", "readers move to it by themselves"
    second = seat.ask(key="now")
    seat.turn_until([worker], lambda: seat.job(second, boss).state == "done")
    assert seat.job(second, boss).result["new"] is False
    assert runs_made(seat) == 1


def test_progress_never_falls_and_stops_where_asked(tmp_path: Path) -> None:
    one, two = Said("one"), Said("two")
    with (tmp_path / "told").open("w") as out:
        progress = ChildProgress(out, ((one, 1.0), (two, 3.0)))
        progress.step(one, 1, 2)
        assert progress.share == 0.125
        progress.step(two, 1, 3)
        assert progress.share == 0.5
        progress.step(one, 0, 2)
        assert progress.share == 0.5
        progress.step(Said("elsewhere"), 1, 2)
        assert progress.share == 0.5
        progress.stop.set()
        with pytest.raises(Stopped):
            progress.step(two, 3, 3)
    lines = (tmp_path / "told").read_text().splitlines()
    assert len(lines) == 4, "each stage is told when it begins"
    with (tmp_path / "told").open("w") as out:
        progress = ChildProgress(out, ())
        for part in range(1000):
            progress.step(one, part, 1000)
    assert len((tmp_path / "told").read_text().splitlines()) <= 2, "at most once a second"


def test_what_cannot_be_run_is_said_in_words(seat: Seat, boss: Viewer) -> None:
    number = seat.ask(as_of="1999-01-31")
    seat.turn_until([seat.worker()], lambda: seat.job(number, boss).state == "failed")
    error = seat.job(number, boss).error
    assert error is not None
    assert "1999-01-31" in error.text()
    assert "Traceback" not in error.text()
    assert runs_made(seat) == 0


def test_a_killed_process_leaves_its_job_to_be_tried_again(
    seat: Seat, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAUSE", timedelta(0))
    worker, number = seat.worker(), seat.ask()
    with seat.firm.workspace.held("run"):
        seat.turn_until([worker], lambda: waits(seat, number, boss))
        os.kill(worker.going["run"].pid, signal.SIGKILL)
        seat.turn_until([worker], lambda: seat.job(number, boss).error is not None)
        assert "ended before it was done" in str(seat.job(number, boss).error)
        seat.turn_until([worker], lambda: "run" in worker.going)
    seat.turn_until([worker], lambda: seat.job(number, boss).state == "done")
    assert (seat.job(number, boss).attempt, runs_made(seat)) == (2, 1)


WORKER = """
import sys, threading
from pathlib import Path
from liuke.app.jobs.worker import Worker, work_until
from liuke.work.store import WorkStore
work_until(Worker(WorkStore.open(sys.argv[1]), Path(sys.argv[2])), threading.Event())
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads processes from /proc")
def test_a_killed_worker_takes_its_process_along_and_another_takes_over(
    seat: Seat, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, path = seat.ask(), seat.store.path
    with seat.firm.workspace.held("run"):
        first = subprocess.Popen([sys.executable, "-c", WORKER, str(path), str(seat.firm.workspace.root)])
        seat.turn_until([], lambda: waits(seat, number, boss))
        (child,) = map(int, Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split() or _grown(first))
        first.kill()
        first.wait()
        seat.turn_until([], lambda: not alive(child))
    assert seat.job(number, boss).state == "running", "nobody has looked yet"
    later = seat.store.now() + queue.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(seat.store, "now", lambda: later)
    second = seat.worker()
    seat.turn_until([second], lambda: seat.job(number, boss).state == "done")
    assert (seat.job(number, boss).attempt, runs_made(seat)) == (2, 1)


def _grown(of: subprocess.Popen[bytes]) -> list[str]:
    """Children that another thread of a process has started."""
    return [
        child
        for thread in Path(f"/proc/{of.pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


def test_a_job_is_stopped_and_begun_again(seat: Seat, boss: Viewer) -> None:
    worker, number = seat.worker(), seat.ask()
    with seat.firm.workspace.held("run"):
        seat.turn_until([worker], lambda: waits(seat, number, boss))
        with seat.store.writing() as connection:
            queue.ask_stop(connection, boss, number)
        seat.turn_until([worker], lambda: seat.job(number, boss).state == "stopped")
    assert (worker.going, runs_made(seat)) == ({}, 0)
    with seat.store.writing() as connection:
        queue.retry(connection, boss, number)
    seat.turn_until([worker], lambda: seat.job(number, boss).state == "done")
    assert runs_made(seat) == 1


def test_a_process_that_does_not_hear_is_ended(seat: Seat, boss: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 0.5)
    worker, number = seat.worker(), seat.ask()
    with seat.firm.workspace.held("run"):
        seat.turn_until([worker], lambda: waits(seat, number, boss))
        os.kill(worker.going["run"].pid, signal.SIGSTOP)
        with seat.store.writing() as connection:
            queue.ask_stop(connection, boss, number)
        seat.turn_until([worker], lambda: seat.job(number, boss).state == "stopped")
    assert (worker.going, runs_made(seat)) == ({}, 0)


def test_what_another_worker_has_taken_over_is_let_go(seat: Seat, boss: Viewer) -> None:
    worker, number = seat.worker(), seat.ask()
    with seat.firm.workspace.held("run"):
        seat.turn_until([worker], lambda: waits(seat, number, boss))
        pid = worker.going["run"].pid
        taken = queue.claim(seat.store, "another", ["run"], seat.store.now() + queue.LEASE + timedelta(seconds=1))
        assert taken is not None
        seat.turn_until([worker], lambda: not worker.going)
        assert not alive(pid)
    assert seat.job(number, boss).worker == "another"


def test_a_store_that_is_away_for_a_while_ends_nothing(
    seat: Seat, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, number = seat.worker(), seat.ask()

    def away(*_: object, **__: object) -> bool:
        raise Away("away")

    with seat.firm.workspace.held("run"):
        seat.turn_until([worker], lambda: waits(seat, number, boss))
        with monkeypatch.context() as cut:
            for name in ("heartbeat", "finish_job", "claim"):
                cut.setattr(queue, name, away)
            time.sleep(1.1)
            with pytest.raises(Away):
                worker.turn()
            assert "run" in worker.going
    seat.turn_until([worker], lambda: seat.job(number, boss).state == "done")
    assert seat.job(number, boss).attempt == 1


def test_two_workers_never_do_one_job_twice(seat: Seat, boss: Viewer) -> None:
    wanted = [seat.ask(again=True, key=f"k{each}") for each in range(4)]
    ended = threading.Event()
    workers = [seat.worker(), seat.worker()]
    threads = [threading.Thread(target=work_until, args=(each, ended)) for each in workers]
    for thread in threads:
        thread.start()
    seat.turn_until([], lambda: all(seat.job(each, boss).state == "done" for each in wanted))
    ended.set()
    for thread in threads:
        thread.join()
    assert [seat.job(each, boss).attempt for each in wanted] == [1, 1, 1, 1]
    made = sorted(seat.job(each, boss).result["run_id"] for each in wanted)
    assert made == [f"{each:05d}" for each in range(1, 5)], "one run each"


def test_a_due_time_becomes_one_job_whoever_ticks(seat: Seat, boss: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    with seat.store.writing() as connection:
        schedule.set_schedule(connection, None, name="nightly", kind="run", args={}, cron="30 6 * * *",
                              time_zone="Asia/Shanghai", now=datetime(2026, 3, 1, 0, 0, tzinfo=UTC))  # fmt: skip
    monkeypatch.setattr(seat.store, "now", lambda: datetime(2026, 3, 1, 22, 30, 1, tzinfo=UTC))
    workers: list[Worker] = [seat.worker(), seat.worker()]
    barrier = threading.Barrier(2)

    def tick() -> None:
        barrier.wait()
        schedule.tick(seat.store)

    threads = [threading.Thread(target=tick) for _ in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seat.turn_until(workers, lambda: [each.state for each in _all(seat, boss)] == ["done"])
    for worker in workers:
        worker.turn()
    assert len(_all(seat, boss)) == 1


def _all(seat: Seat, boss: Viewer) -> tuple[queue.Job, ...]:
    with seat.store.reading() as connection:
        return queue.jobs(connection, boss)


def test_a_server_that_ends_gives_its_jobs_back(seat: Seat, boss: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAUSE", timedelta(0))
    first, number = seat.worker(), seat.ask()
    with seat.firm.workspace.held("run"):
        seat.turn_until([first], lambda: waits(seat, number, boss))
        pid = first.going["run"].pid
        first.close()
    job = seat.job(number, boss)
    assert (job.state, str(job.error)) == ("queued", "The server was stopped while it worked on it.")
    assert not alive(pid)
    seat.turn_until([seat.worker()], lambda: seat.job(number, boss).state == "done")
    assert runs_made(seat) == 1
