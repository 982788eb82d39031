"""What people do while `benchmarks/killed.py` kills: each change is written down before it is sent and when it is
answered, so that afterwards it is known what was promised, what was refused, and what nobody ever heard of again."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----a-file-of-somebody"
THINKS = 0.4  # seconds at most between two things a person does
FEW, MANY = 3, 600  # documents of a file that is loaded at once, and of one that a job loads
PADDING = 9_000  # characters a line of the larger file: above what is loaded while somebody waits
OPEN_RUNS = 4  # nobody asks for a fifth; those of a killed worker wait for its lease to run out
NOW = timedelta(days=1)


@dataclass
class Change:
    """Something a person asked for; `word` is like no other text and finds it again.

    `state` is sent (no answer came), confirmed (2xx or 303) or refused.
    """

    kind: str
    word: str
    about: dict[str, Any]
    state: str = "sent"
    later: Change | None = None  # what somebody did to it afterwards: a note withdrawn, a load undone
    looked_at: bool = False  # whether its page was, since it was confirmed


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


@dataclass
class Ledger:
    """Every change, and what was wrong."""

    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    asked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _words: int = 0

    def new(self, kind: str, **about: Any) -> Change:
        """A change about to be sent."""
        with self._lock:
            self._words += 1
            made = Change(kind, f"w{self._words:06d}x", about)
            self.changes.append(made)
        return made

    def count(self) -> None:
        """One more question was asked."""
        with self._lock:
            self.asked += 1

    def of(self, kind: str, state: str = "") -> list[Change]:
        """The changes of a kind, in one state or all."""
        return [each for each in list(self.changes) if each.kind == kind and state in ("", each.state)]


def ask(port: int, token: str, path: str, given: Mapping[str, Any] | None = None, file: tuple[str, bytes] | None = None,
        patience: float = 60) -> Answer:  # fmt: skip
    """Ask for a page, or change something as a form of a page does; OSError or HTTPException where nothing comes back.

    Where the answer has begun it counts: what it says in its first line is what was promised.
    """
    headers = {"cookie": f"lk_session={token}", "accept": "text/html", "accept-language": "en",
               "sec-fetch-site": "same-origin"}  # fmt: skip
    method, body = "GET", None
    if file is not None:
        name, content = file
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        method, body = "POST", head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers["content-type"] = f"multipart/form-data; boundary={BOUNDARY}"
    elif given is not None:
        method, body = "POST", urlencode(given, doseq=True).encode()
        headers["content-type"] = FORM
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        link.request(method, path, body, headers)
        answer = link.getresponse()
        text = b""
        if method == "GET":
            text = answer.read()
        else:
            with suppress(OSError, http.client.HTTPException):
                text = answer.read()
        return Answer(answer.status, answer.headers.get("location", ""), text.decode("utf-8", "replace"))
    finally:
        link.close()


@dataclass
class Office:
    """A served firm and the people at work in it."""

    port: int
    tokens: list[str]
    customers: list[str]
    owners: dict[str, str]  # names by salesperson
    days: list[date]  # to run as of, none twice
    ledger: Ledger
    ended: threading.Event = field(default_factory=threading.Event)
    leaving: bool = False  # whether the server is being killed: an answer that does not come is no fault
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, seed: int) -> None:
        """Let everybody work."""
        self.ended.clear()
        self.leaving = False
        self._threads = [
            threading.Thread(target=self._work, args=(nth, token, random.Random(f"{seed}-{nth}")))
            for nth, token in enumerate(self.tokens)
        ]
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        """Let everybody end what he is at."""
        self.ended.set()
        for each in self._threads:
            each.join()

    def _work(self, nth: int, token: str, chance: random.Random) -> None:
        person = Person(self, nth, token, chance)
        acts = [*ACTS]
        try:
            if nth == 0:
                person.start_run()
            while not self.ended.is_set():
                chance.choices(acts, list(ACTS.values()))[0](person)
                self.ended.wait(chance.uniform(0, THINKS))
        except (OSError, http.client.HTTPException) as error:
            if not self.leaving:
                self.ledger.faults.append(f"nobody answered while nothing was killed: {error!r}")


@dataclass
class Person:
    """One of them."""

    office: Office
    nth: int
    token: str
    chance: random.Random

    def get(self, path: str) -> Answer:
        """A page."""
        self.office.ledger.count()
        return ask(self.office.port, self.token, path)

    def data(self, path: str) -> dict[str, Any]:
        """A page as a program reads it."""
        answer = self.get(path)
        if answer.status != 200:
            self.office.ledger.faults.append(f"{path}: {answer.status}")
            return {}
        found: dict[str, Any] = json.loads(answer.text)
        return found

    def send(self, change: Change, path: str, given: Mapping[str, Any] | None = None,
             file: tuple[str, bytes] | None = None) -> Answer | None:  # fmt: skip
        """Ask for a change; the answer where it was confirmed, None where it was refused in words (409)."""
        self.office.ledger.count()
        answer = ask(self.office.port, self.token, path, given or {}, file)
        if answer.status in (200, 201, 204, 303):
            change.state = "confirmed"
            return answer
        change.state = "refused"
        if answer.status != 409:
            self.office.ledger.faults.append(f"{change.kind} {path}: {answer.status} {_said(answer.text)}")
        return None

    def own(self, kind: str) -> list[Change]:
        """Confirmed changes of this person to which nothing was done yet."""
        found = self.office.ledger.of(kind, "confirmed")
        return [each for each in found if each.about["by"] == self.nth and each.later is None]

    def new(self, kind: str, **about: Any) -> Change:
        """A change of this person."""
        return self.office.ledger.new(kind, by=self.nth, **about)

    # what people do

    def write_note(self) -> None:
        """A note at a customer."""
        change = self.new("note", customer=self.chance.choice(self.office.customers))
        path = f"/customer/{quote(change.about['customer'], safe='')}/note"
        self.send(change, path, {"text": f"Called, will call again. {change.word}"})

    def withdraw_note(self) -> None:
        """Withdraw one of one's own."""
        mine = self.own("note")
        if not mine:
            return
        note = self.chance.choice(mine[-20:])
        path = f"/customer/{quote(note.about['customer'], safe='')}"
        events = self.data(f"{path}.json?kind=note&size=200").get("line", {}).get("events", [])
        number = next((each["note"] for each in events if note.word in each["text"]), None)
        if number is None:
            self.office.ledger.faults.append(f"the note {note.word} is not on {path}")
            return
        note.later = self.new("withdrawal", note=note.word)
        self.send(note.later, f"{path}/note/{number}/withdraw")

    def assign_owner(self) -> None:
        """Give a customer of one's own share of them to somebody."""
        customer = self.chance.choice(self.office.customers[self.nth :: len(self.office.tokens)])
        had = {
            each.about["owner"] for each in self.office.ledger.of("assignment") if each.about["customer"] == customer
        }
        others = sorted(self.office.owners.keys() - had)  # who has her already keeps her, and nothing is written
        if not others:
            return
        change = self.new("assignment", customer=customer, owner=self.chance.choice(others))
        given = {"customer": change.about["customer"], "count": 1, "owner": change.about["owner"],
                 "reason": f"She knows them. {change.word}", "here": "customers"}  # fmt: skip
        self.send(change, "/assign/done", given)

    def save_view(self) -> None:
        """A list under a name."""
        change = self.new("view")
        query = f"least={self.chance.choice([10, 20, 30])}&sort=usual_year"
        self.send(change, "/views", {"name": change.word, "here": "list", "query": query, "shared": "1"})

    def add_schedule(self) -> None:
        """A run once a year."""
        change = self.new("schedule")
        given = {"name": change.word, "every": "cron", "cron": "0 3 1 1 *", "zone": "Asia/Shanghai"}
        self.send(change, "/runs/schedules", given)

    def save_rule(self) -> None:
        """Another version of one's own rule."""
        rule = f"tried_by_{self.nth}"
        known = self.get(f"/rules/{rule}?mode=text")
        base = re.search(r'name="base" value="([^"]*)"', known.text) if known.status == 200 else None
        change = self.new("rule", rule=rule)
        change.about["text"] = (
            f'id = "{rule}"\ntitle = {{ zh = "试 {change.word}", en = "Tried {change.word}" }}\nseverity = 1\n\n'
            f'[[when.all]]\ncondition = "below_own_mean"\nperiods = 3\nshare = {self.chance.randint(5, 60) / 100}\n'
        )
        given = {"do": "save", "mode": "text", "id": rule if base else "", "base": base[1] if base else "",
                 "text": change.about["text"]}  # fmt: skip
        self.send(change, "/rules/edit", given)

    def start_run(self) -> None:
        """A run, as of a day nobody asked for yet."""
        going = [each for each in self.data("/runs.json").get("going", []) if each["kind"] == "run"]
        if len(going) >= OPEN_RUNS or not self.office.days:
            return
        day = self.office.days.pop(self.chance.randrange(len(self.office.days)))
        self.send(self.new("run", key=f"run:{day}:1"), "/runs", {"as_of": day.isoformat(), "again": "1"})

    def load_file(self) -> None:
        """Send a small file, and load it."""
        self._loaded(FEW, "")

    def load_larger_file(self) -> None:
        """Send one that a job loads."""
        self._loaded(MANY, "x" * PADDING)

    def _loaded(self, documents: int, padding: str) -> None:
        change = self.new("upload", documents=documents)
        answer = self.send(change, "/data/upload", file=(f"sales-{change.word}.csv", self._file(change, padding)))
        if answer is None:
            return
        change.about["number"] = answer.location.rpartition("/")[2]
        load = self.new("load", upload=change, documents=documents, by_job=bool(padding))
        change.later = load
        self.load(load)

    def load(self, load: Change) -> None:
        """Load what was sent, or try that again; nothing is asked of such a file."""
        place = f"/data/plan/{load.about['upload'].about['number']}"
        plan = self.data(f"{place}.json")
        if plan.get("done") is not None or plan.get("going"):  # done, though nobody heard of it
            load.state = "confirmed"
            return
        if plan.get("wrong") or plan.get("asked") or plan.get("which"):
            asked = plan.get("wrong") or plan.get("asked") or plan.get("which")
            self.office.ledger.faults.append(f"{place}: {asked}")
            return
        self.send(load, place, {"version": plan["version"], "do": "load"})

    def undo_load(self) -> None:
        """Undo a load of one's own that is done."""
        mine = [each for each in self.own("load") if not each.about["by_job"]]
        if not mine:
            return
        load = self.chance.choice(mine)
        done = self.data(f"/data/plan/{load.about['upload'].about['number']}.json").get("done")
        if done is None:
            self.office.ledger.faults.append(f"the load {load.word} was confirmed and is not done")
            return
        if not done["load_id"]:  # loaded by an attempt that was killed: that load has the number
            return
        load.later = self.new("undo", load=done["load_id"])
        self.send(load.later, f"/data/undo/{done['load_id']}")
        if load.later.state == "refused":  # another load is at work
            load.later = None

    def look(self) -> None:
        """Look at pages, as everybody does between two changes."""
        path = self.chance.choice(["/overview", "/list?size=20", "/data", "/runs", "/rules"])
        answer = self.get(path)
        if answer.status != 200:
            self.office.ledger.faults.append(f"{path}: {answer.status}")

    def _file(self, change: Change, padding: str) -> bytes:
        rows = ["document_id,kind,customer_id,date,amount,remark"]
        for nth in range(change.about["documents"]):
            on = date(2025, 10, 1) + NOW * self.chance.randrange(28)
            rows.append(f"{change.word}-{nth},invoice,{self.chance.choice(self.office.customers)},{on},"
                        f"{self.chance.randint(100, 90_000) / 100},{padding}")  # fmt: skip
        return "\n".join(rows).encode() + b"\n"


def _said(text: str) -> str:
    """What a page of an error says, roughly."""
    found = re.search(r"<main.*?</main>", text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[0] if found else text).split())[:300]


ACTS: dict[Callable[[Person], None], float] = {
    Person.write_note: 5, Person.withdraw_note: 1, Person.assign_owner: 2, Person.save_view: 2, Person.look: 2,
    Person.add_schedule: 0.7, Person.save_rule: 0.7, Person.start_run: 1.5, Person.load_file: 1.2,
    Person.load_larger_file: 0.4, Person.undo_load: 0.4,
}  # fmt: skip


def settled(office: Office, token: str, least: float) -> tuple[float, int]:
    """Wait until no job waits or goes on, what failed repeated as a person repeats it: seconds it took, how many."""
    person, began, again = Person(office, 0, token, random.Random(0)), time.monotonic(), 0
    while time.monotonic() - began < least:
        page = person.data("/runs.json")
        failed = [each["id"] for each in page.get("over", []) if each["state"] == "failed"]
        for number in failed:
            if ask(office.port, token, f"/runs/jobs/{number}/retry", {}).status != 303:
                office.ledger.faults.append(f"the job {number} failed and could not be started again")
            again += 1
        if not page.get("going") and not failed:
            return time.monotonic() - began, again
        time.sleep(0.5)
    office.ledger.faults.append(f"jobs never came to an end: {page.get('going')}")
    return time.monotonic() - began, again
