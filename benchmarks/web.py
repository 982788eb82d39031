"""The web app's server time over a million customers, and fifty people at work on a hundred thousand.

    python benchmarks/web.py [--customers 1000000] [--times 40]
    python benchmarks/web.py --load [--customers 100000] [--people 50] [--seconds 120]

A small simulated firm is loaded and run; the tables of its run are tiled to the size asked for (numbers and names of
the copies are their own, figures shaken a little), put in place as a further run, and served. What a page takes is
measured in the server's process from request to the last byte, over the whole stack (session, access, queries,
template), with another query each time where the page has one; ETags are not sent. The overview has none: after its
first answer, whose time is printed apart, what it shows of a run is kept. Three questions of a kind are not counted.
The load part starts `liuke serve` in a process of its own and asks over HTTP, each person with a session, thinking five
seconds between two pages; runs of the small firm's documents go on beside them, one after another.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
from sqlalchemy import select
from starlette.testclient import TestClient

from liuke.app.firm import Firm
from liuke.app.service import Service
from liuke.store.manifest import Manifest
from liuke.store.runs import Runs
from liuke.web.app import create_app
from liuke.work.people.passwords import hashed_anew, hashed_secret
from liuke.work.people.users import add_user
from liuke.work.store import WorkStore, store_place
from liuke.work.tables import JOB, SESSION
from reading import small_run, tiled

if TYPE_CHECKING:
    from collections.abc import Callable

BARS = {"overview": 300, "list": 150, "customer": 100, "suggestions": 80}  # ms, p95, at 1,000,000 customers
LOAD_BAR = 500  # ms, p95, 50 people at 100,000 customers
THINKS = 5.0  # seconds
PORT = 8471


def prepared(folder: Path, customers: int) -> tuple[Path, list[str]]:
    """A workspace whose current run has so many customers, and tokens of sessions of people who see all of it."""
    run = small_run(folder)
    root = folder / "firm"
    large = tiled(run, folder / "tiled", customers)
    info = json.loads((large.root / "run.json").read_text("utf-8"))
    info["counts"] = {**info.get("counts", {}), "customers": customers}
    (large.root / "run.json").write_text(json.dumps(info, ensure_ascii=False), "utf-8")
    Manifest.write(large.root)
    runs = Runs(root / "runs")
    name = runs.next_id()
    shutil.move(large.root, root / "runs" / name)
    runs.make_current(name)
    store = WorkStore.open(store_place(root))
    tokens = [f"{nth:043d}" for nth in range(50)]
    now = datetime.now(UTC)
    with store.writing() as connection:
        user = add_user(connection, None, login="boss", name="Boss", password_hash=hashed_anew("not signed in with"),
                        roles=["owner"])  # fmt: skip
        for token in tokens:
            connection.execute(SESSION.insert().values(
                token_hash=hashed_secret(token), user_id=user.id, made_at=now, seen_at=now, address="",
                expires_at=now + timedelta(days=1)))  # fmt: skip
    store.close()
    return root, tokens


def questions(numbers: list[str], regions: list[str], pages: int) -> dict[str, Callable[[random.Random], str]]:
    """What is asked, by name; the part before the comma names its bar."""
    return {
        "overview": lambda _: "/overview",
        "list, first page": lambda chance: f"/list?size=50&q={chance.randrange(10)}",
        "list, filtered and sorted": lambda chance: (
            f"/list?region={quote(chance.choice(regions))}&least={chance.choice(['10', '20', '30'])}&sort=usual_year"
            f"&size=50&q={chance.randrange(100)}"
        ),
        "list, deep page": lambda chance: f"/list?page={1 + chance.randrange(pages)}&size=50",
        "list, everybody by name": lambda chance: f"/customers?sort=name&page={1 + chance.randrange(pages)}&size=50",
        "customer": lambda chance: f"/customer/{quote(chance.choice(numbers), safe='')}",
        "suggestions": lambda chance: f"/find?q={chance.randrange(1_000)}",
    }


def asked_of(root: Path) -> tuple[list[str], list[str]]:
    """Customers to look at, and the regions there are."""
    table = Runs(root / "runs").current().scan("customer_now").select("customer_id", "region").collect()
    return table.sample(500, seed=1)["customer_id"].to_list(), sorted(table["region"].drop_nulls().unique())


def percentiles(taken: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, milliseconds."""
    return float(np.percentile(taken, 50) * 1e3), float(np.percentile(taken, 95) * 1e3)


def server_time(root: Path, token: str, customers: int, times: int) -> int:
    """Measure every question in this process; how many missed their bar."""
    service = Service(Firm.at(root), WorkStore.open(store_place(root)))
    client = TestClient(create_app(service), headers={"accept": "text/html"}, follow_redirects=False)
    client.cookies.set("lk_session", token)
    chance, missed = random.Random(1), 0
    began = time.perf_counter()
    client.get("/overview")
    print(f"{customers:,} customers; first overview, tables opened, after {time.perf_counter() - began:.1f} s")
    for name, ask in questions(*asked_of(root), max(customers // 500, 1)).items():
        taken, largest = [], 0
        for nth in range(times + 3):
            path = ask(chance)
            began = time.perf_counter()
            answer = client.get(path)
            spent = time.perf_counter() - began
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code} {answer.text[:500]}")
            largest = max(largest, len(answer.content))
            if nth >= 3:  # what is opened at the first question is not a page's time
                taken.append(spent)
        half, most = percentiles(taken)
        bar = BARS[name.partition(",")[0]]
        missed += most > bar
        said = "" if most <= bar else "  MISSED"
        print(
            f"{name:28} p50 {half:7.1f} ms  p95 {most:7.1f} ms  bar {bar} ms  {largest / 1e3:6.1f} kB{said}", flush=True
        )
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB at most")
    service.store.close()
    return missed


def one_person(token: str, until: float, ask: list[Callable[[random.Random], str]], seed: int,
               taken: list[float], statuses: Counter[int]) -> None:  # fmt: skip
    """Page after page until the time is over."""
    chance = random.Random(seed)
    time.sleep(chance.random() * THINKS)
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
            link.request(
                "GET", chance.choice(ask)(chance), headers={"cookie": f"lk_session={token}", "accept": "text/html"}
            )
            answer = link.getresponse()
            answer.read()
            statuses[answer.status] += 1
            link.close()
        except OSError:
            statuses[0] += 1
        taken.append(time.perf_counter() - began)
        time.sleep(THINKS)


def runs_beside(root: Path, token: str, ended: threading.Event, states: list[str]) -> None:
    """One run after another, each started as a person starts it, until there is nobody left; how each ended."""
    store = WorkStore.open(store_place(root))
    newest = select(JOB.c.state).order_by(JOB.c.id.desc()).limit(1)
    while not ended.is_set():
        link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        headers = {"cookie": f"lk_session={token}", "content-type": "application/x-www-form-urlencoded",
                   "sec-fetch-site": "same-origin", "origin": f"http://127.0.0.1:{PORT}"}  # fmt: skip
        link.request("POST", "/runs", "as_of=2026-08-31&again=1", headers)
        if link.getresponse().status != 303:
            raise SystemExit("a run could not be started: see served.log")
        state = "queued"
        while state in ("queued", "running") and not ended.wait(0.5):
            with store.reading() as connection:
                state = connection.execute(newest).scalar_one()
        states.append(state)
    store.close()


def under_load(root: Path, tokens: list[str], customers: int, people: int, seconds: float) -> int:
    """Fifty people beside runs; 1 where the bar was missed or anything went wrong."""
    code = "import sys; sys.argv[0] = 'liuke'; from liuke.cli import main; main()"
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    states: list[str] = []
    ended = threading.Event()
    with (root / "served.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-c", code, "serve", "-w", str(root), "--port", str(PORT)],
                                  stderr=log, stdout=log)  # fmt: skip
        try:
            _wait_until_ready(server)
            ask = list(questions(*asked_of(root), max(customers // 500, 1)).values())
            for path in {each(random.Random(0)).partition("?")[0] for each in ask}:  # opened once, as on any day
                _get(path, tokens[0])
            beside = threading.Thread(target=runs_beside, args=(root, tokens[0], ended, states))
            beside.start()
            until = time.monotonic() + seconds
            crowd = [
                threading.Thread(target=one_person, args=(tokens[n % len(tokens)], until, ask, n, taken, statuses))
                for n in range(people)
            ]
            for each in crowd:
                each.start()
            for each in crowd:
                each.join()
            ended.set()
            beside.join()
            status = Path(f"/proc/{server.pid}/status")
            memory = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
        finally:
            ended.set()
            server.terminate()
            server.wait()
    half, most = percentiles(taken)
    bad = sum(count for status_code, count in statuses.items() if status_code != 200)
    runs = ", ".join(f"{count} {state}" for state, count in sorted(Counter(states).items()))
    print(f"{people} people, {THINKS:g} s of thought, {seconds:g} s, {customers:,} customers, runs one after another "
          f"beside them ({runs}): {len(taken):,} pages, {bad} errors, p50 {half:.0f} ms, p95 {most:.0f} ms, "
          f"bar {LOAD_BAR} ms, 0 errors"
          + (f", server memory {int(memory[1]) / 2**20:.2f} GB" if memory else ""))  # fmt: skip
    return int(most > LOAD_BAR or bad > 0)


def _get(path: str, token: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    link.request("GET", path, headers={"cookie": f"lk_session={token}", "accept": "text/html"})
    return link.getresponse().status


def _wait_until_ready(server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("the server ended: see served.log")
        try:
            if _get("/readyz", "") == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server never became ready")


def main() -> None:
    """Make the run, serve it, print what was measured beside the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=0, help="1,000,000, or 100,000 with --load")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    given = parser.parse_args()
    customers = given.customers or (100_000 if given.load else 1_000_000)
    with tempfile.TemporaryDirectory(prefix="liuke-web-") as name:
        root, tokens = prepared(Path(name), customers)
        if given.load:
            sys.exit(under_load(root, tokens, customers, given.people, given.seconds))
        sys.exit(min(server_time(root, tokens[0], customers, given.times), 1))


if __name__ == "__main__":
    main()
