"""A server or a job that is killed leaves nothing to mend: the next one answers, who was signed in still is, and what
was confirmed is there once. `benchmarks/killed.py` does the same at many random points."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psutil
import pytest
from cast import World, number, world
from sqlalchemy import select, update

from liuke.app.firm import doctor
from liuke.store.runs import Runs
from liuke.work import audit
from liuke.work.jobs.queue import LEASE
from liuke.work.store import WorkStore
from liuke.work.tables import AUDIT, JOB, NOTE, SAVED_VIEW
from servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow
SERVE = "import sys; sys.argv[0] = 'liuke'; from liuke.cli import main; main()"
KILLS = 3
PATIENCE = 60.0  # seconds until a test gives up on what should come


def asked(port: int, path: str, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"cookie": cookie, "accept": "text/html", "sec-fetch-site": "same-origin"}
    if form is None:
        link.request("GET", path, headers=headers)
    else:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        link.request("POST", path, urlencode(form), {**headers, **kind})
    answer = link.getresponse()
    found = answer.status, answer.read().decode()
    link.close()
    return found


def started(root: Path, store: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SERVE, "serve", "-w", str(root), "--store", str(store), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            if asked(port, "/readyz")[0] == 200:
                return server
        except OSError:
            time.sleep(0.2)
    server.kill()
    server.wait()
    raise AssertionError("the server never became ready")


def test_a_killed_server_starts_again_without_a_hand(tmp_path: Path) -> None:
    made: World = world(tmp_path)
    cookie = "; ".join(f"{name}={value}" for name, value in made["boss"].cookies.items())
    root, store = made.service.firm.workspace.root, made.service.store.path
    assert store is not None
    made.service.store.close()
    port = free_port()
    for _ in range(KILLS):
        server = started(root, store, port)
        status, page = asked(port, "/overview", cookie)
        assert status == 200, page[:300]
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    server = started(root, store, port)
    try:
        assert asked(port, "/list", cookie)[0] == 200
    finally:
        server.terminate()
        server.wait(30)


class Desk:
    """The served firm, what one person was promised, and the jobs."""

    def __init__(self, made: World) -> None:
        self.cookie = "; ".join(f"{name}={value}" for name, value in made["boss"].cookies.items())
        assert made.service.store.path is not None
        self.root, self.path, self.port = made.service.firm.workspace.root, made.service.store.path, free_port()
        self.server: subprocess.Popen[bytes]
        self.promised: dict[str, list[str]] = {"note": [], "view": []}
        self.unanswered: list[str] = []

    def start(self) -> None:
        self.server = started(self.root, self.path, self.port)

    def kill(self) -> None:
        os.kill(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def post(self, path: str, **form: str) -> None:
        assert asked(self.port, path, self.cookie, form)[0] == 303

    def child(self) -> psutil.Process:
        """The process of the job that goes on."""
        return until(lambda: next(iter(psutil.Process(self.server.pid).children()), None))

    def rows(self, query: Any) -> list[Any]:
        store = WorkStore.open(self.path, prepare=False)
        try:
            with store.reading() as connection:
                assert audit.verify(connection) is None
                return list(connection.execute(query).all())
        finally:
            store.close()

    def job(self) -> Any:
        """The only job there ever was."""
        (found,) = self.rows(select(JOB))
        return found

    def write(self) -> None:
        """Notes and views one after another until nobody answers."""
        for nth in range(10_000):
            kind, word = ("note", "view")[nth % 2], f"w{nth:05d}x"
            self.unanswered.append(word)
            forms = {"note": (f"/customer/{number('SA1', nth % 5)}/note", {"text": f"Called. {word}"}),
                     "view": ("/views", {"name": word, "here": "list", "query": "sort=name"})}  # fmt: skip
            path, form = forms[kind]
            try:
                status, page = asked(self.port, path, self.cookie, form)
            except (OSError, http.client.HTTPException):
                return
            assert status == 303, page[:300]
            self.promised[kind].append(self.unanswered.pop())

    def all_is_there(self) -> None:
        """Everything promised is held once, in the store, in the audit log and on the pages; nothing is half done."""
        texts = Counter(row.text.split()[-1] for row in self.rows(select(NOTE.c.text)))
        names = Counter(row.name for row in self.rows(select(SAVED_VIEW.c.name)))
        for kind, held in (("note", texts), ("view", names)):
            assert {word: held[word] for word in self.promised[kind]} == dict.fromkeys(self.promised[kind], 1)
        assert (texts + names).keys() - {*self.promised["note"], *self.promised["view"]} <= set(self.unanswered)
        verbs = Counter(row.verb for row in self.rows(select(AUDIT.c.verb)))
        assert (verbs["note"], verbs["save_view"]) == (texts.total(), names.total())
        pages = "".join(asked(self.port, f"/customer/{number('SA1', nth)}?kind=note&size=200", self.cookie)[1]
                        for nth in range(5))  # fmt: skip
        assert all(pages.count(word) == 1 for word in self.promised["note"])
        views = asked(self.port, "/views", self.cookie)[1]
        assert all(views.count(f">{word}</a>") == 1 for word in self.promised["view"])
        assert [said for *said, fine in doctor(self.root) if not fine] == []
        Runs(self.root / "runs").current().check()
        for path in ("/overview", "/list", "/runs"):
            assert asked(self.port, path, self.cookie)[0] == 200


def until(found: Callable[[], Any]) -> Any:
    """What is found as soon as something is."""
    end = time.monotonic() + PATIENCE
    while not (it := found()):
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)
    return it


def test_what_was_confirmed_outlives_a_killed_job_and_a_killed_server(tmp_path: Path) -> None:
    made = world(tmp_path)
    desk = Desk(made)
    made.service.store.close()
    desk.start()
    try:
        desk.post("/runs", as_of="", again="1")
        writer = threading.Thread(target=desk.write)
        writer.start()
        desk.child().kill()  # the job alone: it waits a while, with a reason, and the pages go on
        job = until(lambda: found if (found := desk.job()).state != "running" else None)
        assert (job.state, job.attempt) == ("queued", 1)
        assert job.error
        assert job.run_after is not None
        until(lambda: len(desk.promised["view"]) >= 5)
        desk.kill()
        writer.join()
        desk.start()
        desk.all_is_there()
        child = desk.child()  # the next attempt, begun by the next server
        desk.kill()
        child.wait(PATIENCE)  # a job ends with its server
        job = desk.job()
        assert (job.state, job.attempt) == ("running", 2)
        assert job.lease_until - job.started_at <= LEASE + timedelta(seconds=30)
        store = WorkStore.open(desk.path, prepare=False)
        with store.writing() as connection:  # as if its lease's minute were over
            connection.execute(update(JOB).values(lease_until=job.started_at))
        store.close()
        desk.start()
        until(lambda: desk.job().state == "done")
        assert desk.job().attempt == 3
        desk.all_is_there()
    finally:
        desk.server.kill()
        desk.server.wait()
