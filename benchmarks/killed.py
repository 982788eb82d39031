"""kill -9 of the server, its worker and its jobs at random points, while five people work: nothing confirmed is lost.

    python benchmarks/killed.py [--points 50] [--seed 1] [--customers 200] [--months 24] [--keep FOLDER]

A small simulated firm is loaded, run and served by `liuke serve`. Five people write and withdraw notes, give customers
away, save views, rules and schedules, start runs, send files, load and undo them; each change that is answered with a
success is written down here as confirmed. At a random moment the server (its worker is a thread of it), the server with
its jobs, the process of one job, or a server that is just starting is killed. Nobody mends anything: the server is
started again, and while nobody works everything confirmed so far must be there exactly once, in the stores and on the
pages; of what was never answered all or nothing; SQLite, the audit chain, the current run and `liuke doctor` must be
sound, and no job may go on for ever. At the end every job has come to its end, and all of it is looked at once more.
Printed are the points, what was confirmed, what it took to be there again, and every fault; the exit code is 1 for any.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import psutil

import liuke
from killed_checks import faults
from killed_people import Ledger as Written
from killed_people import Office, Person, ask, settled
from liuke.simulate import export
from liuke.work.people.passwords import hashed_anew, hashed_secret
from liuke.work.people.users import add_user
from liuke.work.store import WorkStore, store_place
from liuke.work.tables import SESSION

PEOPLE = 5
SERVE = "import sys; sys.argv[0] = 'liuke'; from liuke.cli import main; main()"
WHAT = {"server": 4, "server and jobs": 2, "job": 3, "starting": 1}  # what is killed, how often
READY = 60.0  # seconds a server has to answer
ORPHANS = 10.0  # seconds a job has to end after its server
JOB_COMES = 10.0  # seconds a point waits for a job to be there
SOME = 5  # changes most points wait for before their random moment
MOST_WORK = 5.0  # seconds of work at most before a point
SETTLED = 400.0  # seconds the jobs that are left have, the lease of a dead worker among them


@dataclass
class Measured:
    """What the points did and took."""

    killed: Counter[str] = field(default_factory=Counter)
    jobs_killed: int = 0
    ready: list[float] = field(default_factory=list)
    orphans: list[float] = field(default_factory=list)


def prepared(folder: Path, customers: int, months: int) -> tuple[Path, Office]:
    """A firm loaded and run, and the people who work in it, signed in."""
    export.simulate(folder / "exports", folder / "truth", "base", customers, months, 1, "zh", False, "parquet")
    firm = liuke.open(folder / "firm")
    for file in sorted((folder / "exports").iterdir()):
        firm.load(file)
    run = firm.run().made
    known = run.table("customer_now").select("customer_id", "salesperson_id", "salesperson")
    owners = {number: name for _, number, name in known.iter_rows() if number and name}
    store = WorkStore.open(store_place(firm.workspace.root))
    tokens, now = [f"{nth:043d}" for nth in range(PEOPLE)], datetime.now(UTC)
    with store.writing() as connection:
        for nth, token in enumerate(tokens):
            user = add_user(connection, None, login=f"person{nth}", name=f"Person {nth}", roles=["owner"],
                            password_hash=hashed_anew("not signed in with"), language="en")  # fmt: skip
            connection.execute(SESSION.insert().values(
                token_hash=hashed_secret(token), user_id=user.id, made_at=now, seen_at=now, address="",
                expires_at=now + timedelta(days=1)))  # fmt: skip
    store.close()
    last = date.fromisoformat(run.info["as_of"])
    days = [last + timedelta(days=back) for back in range(-120, (date.today() - last).days)]
    return firm.workspace.root, Office(0, tokens, known["customer_id"].sort().to_list(), owners, days, Written())


@dataclass
class Served:
    """The firm under `liuke serve`, one process after another on one port."""

    root: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it; it does not answer yet."""
        command = [sys.executable, "-c", SERVE, "serve", "-w", str(self.root), "--port", str(self.port)]
        with (self.root.parent / "served.log").open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def ready(self) -> float:
        """Wait until it answers: seconds it took. SystemExit where it ends or never does."""
        began = time.monotonic()
        while time.monotonic() - began < READY:
            assert self.process is not None
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended by itself: see {self.root.parent / 'served.log'}")
            try:
                if ask(self.port, "", "/readyz", patience=5).status == 200:
                    return time.monotonic() - began
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise SystemExit("the server was never ready again")

    def jobs(self) -> list[psutil.Process]:
        """The processes of its jobs."""
        assert self.process is not None
        try:
            children = psutil.Process(self.process.pid).children()
            return [each for each in children if "liuke.app.jobs.child" in " ".join(each.cmdline())]
        except psutil.NoSuchProcess:
            return []

    def kill(self, jobs: list[psutil.Process]) -> None:
        """kill -9 of the server, and of these jobs first."""
        assert self.process is not None
        for each in jobs:
            _killed(each)
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _killed(job: psutil.Process) -> bool:
    """Kill a job; whether it was still there."""
    try:
        job.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def _a_job(served: Served) -> list[psutil.Process]:
    """The jobs there are, waited for a while."""
    until = time.monotonic() + JOB_COMES
    while not (found := served.jobs()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _work_done(office: Office) -> None:
    """Wait until some changes were confirmed since now."""
    before, until = len(office.ledger.changes), time.monotonic() + JOB_COMES
    while len(office.ledger.changes) < before + SOME and time.monotonic() < until:
        time.sleep(0.1)


def _gone(jobs: list[psutil.Process], office: Office) -> float:
    """How long the jobs of a killed server went on."""
    began = time.monotonic()
    _, alive = psutil.wait_procs(jobs, ORPHANS)
    if alive:
        office.ledger.faults.append(f"jobs outlive their server: {alive}")
    return time.monotonic() - began


def one_point(served: Served, office: Office, chance: random.Random, measured: Measured) -> str:
    """Work, a kill, and a server that is there again; what was killed."""
    what = chance.choices(list(WHAT), list(WHAT.values()))[0]
    if what == "starting":
        assert served.process is not None
        jobs = served.jobs()
        served.kill([])
        measured.orphans.append(_gone(jobs, office))
        served.begin()
        time.sleep(chance.uniform(0.1, 5))
        served.kill([])
        served.begin()
        measured.ready.append(served.ready())
        return what
    office.begin(chance.randrange(10**9))
    if what != "server":
        _a_job(served)
    elif chance.random() < 0.7:  # else it may still be at its first pages
        _work_done(office)
    time.sleep(chance.uniform(0.3, MOST_WORK))
    jobs = served.jobs()
    if what == "job":
        jobs = jobs or _a_job(served)
        measured.jobs_killed += bool(jobs) and _killed(chance.choice(jobs))
        time.sleep(1)
        office.stop()
        return what if jobs else "no job came"
    office.leaving = True
    office.ended.set()
    served.kill(jobs if what == "server and jobs" else [])
    measured.jobs_killed += len(jobs)
    office.stop()
    if what == "server":
        measured.orphans.append(_gone(jobs, office))
    served.begin()
    measured.ready.append(served.ready())
    return what


def again(office: Office) -> None:
    """What loads nobody heard the end of: people look, and load again what is not loaded."""
    for load in office.ledger.of("load", "sent"):
        person = Person(office, load.about["by"], office.tokens[load.about["by"]], random.Random(0))
        person.load(load)


def under_fire(root: Path, office: Office, points: int, seed: int) -> Measured:
    """Point after point; faults are written down in the ledger."""
    measured, chance = Measured(), random.Random(seed)
    served = Served(root, office.port)
    served.begin()
    try:
        served.ready()
        for nth in range(points):
            began = time.monotonic()
            what = one_point(served, office, chance, measured)
            there = time.monotonic()
            measured.killed[what] += 1
            found = faults(root, office)
            again(office)
            office.ledger.faults += [f"point {nth + 1}, {what}: {each}" for each in found]
            states = Counter(each.state for each in office.ledger.changes)
            looked = time.monotonic() - there
            print(f"point {nth + 1:2}: {what:16} {len(served.jobs())} jobs go on, {states['confirmed']} confirmed, "
                  f"{states['sent']} unanswered, {len(office.ledger.faults)} faults; {there - began:.0f} s, looked at "
                  f"in {looked:.0f} s", flush=True)  # fmt: skip
            for each in office.ledger.faults[-3:] if found else []:
                print(f"    {each}", flush=True)
        took, repeated = settled(office, office.tokens[0], SETTLED)
        office.ledger.faults += [f"at the end: {each}" for each in faults(root, office, all_pages=True)]
        print(f"jobs left were over {took:.0f} s after the last point; {repeated} had failed and were started again")
    finally:
        if served.process is not None and served.process.poll() is None:
            served.process.terminate()
            served.process.wait(60)
    said = subprocess.run([sys.executable, "-c", SERVE, "doctor", "-w", str(root)], capture_output=True, text=True,
                          check=False)  # fmt: skip
    if said.returncode:
        office.ledger.faults.append(f"liuke doctor: {said.stdout}{said.stderr}")
    return measured


def told(office: Office, measured: Measured) -> None:
    """Print what was found."""
    kinds = Counter((each.kind, each.state) for each in office.ledger.changes)
    killed = ", ".join(f"{count} {what}" for what, count in measured.killed.most_common())
    print(f"killed: {killed}; {measured.jobs_killed} jobs died with it or alone")
    for kind in sorted({kind for kind, _ in kinds}):
        print(f"  {kind:11} {kinds[kind, 'confirmed']:5} confirmed, {kinds[kind, 'refused']} refused in words, "
              f"{kinds[kind, 'sent']} never answered")  # fmt: skip
    print(f"{office.ledger.asked:,} questions; ready again after {median(measured.ready):.1f} s, "
          f"{max(measured.ready):.1f} s at most; jobs ended {max(measured.orphans, default=0):.1f} s at most after "
          "their server")  # fmt: skip
    for each in office.ledger.faults:
        print(f"FAULT {each}")
    print(f"{len(office.ledger.faults)} faults")


def main() -> None:
    """Make the firm, kill, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--port", type=int, default=8472)
    parser.add_argument("--keep", type=Path, help="an empty folder in which everything stays, to be looked at")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liuke-killed-") as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        root, office = prepared(folder, given.customers, given.months)
        office.port = given.port
        print(f"{given.customers} customers, ready after {time.monotonic() - began:.0f} s", flush=True)
        began = time.monotonic()
        measured = under_fire(root, office, given.points, given.seed)
        told(office, measured)
        print(f"{given.points} points in {time.monotonic() - began:.0f} s")
    sys.exit(bool(office.ledger.faults))


if __name__ == "__main__":
    main()
