"""A served firm, read over its API under a token: the reading verbs of `liuke.open`, and notes and owners to write.

firm = liuke.connect("https://liuke.example.com", token)
firm.at_risk("going")
firm.note("C000142", "打过电话，等报价。")
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app.calling import Calls, over_http, part_of_path
from liuke.app.connected_run import ConnectedReader, ConnectedRun
from liuke.kernel import days
from liuke.kernel.errors import Refused, Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.query import Query, customers
from liuke.store.disk import own_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.app.firm import Day
    from liuke.signals.watch_list import View

SECONDS = 60.0  # an answer may take
LOOKED_EVERY = 2.0  # seconds between two looks at a job
PREVIEWED = 1000  # rows of a preview asked for at once


@dataclass(frozen=True)
class ConnectedFirm:
    """A firm that is served elsewhere. Frames are those of the local verbs, errors of the same classes and codes."""

    calls: Calls

    def read(self, as_of: Day = None) -> ConnectedRun:
        """The run everybody reads, or that of a past day, limited to the customers the token's user sees."""
        day = None if as_of is None else days.day(as_of).isoformat()
        reader = ConnectedReader(self.calls, day)
        against = tuple(Said(N_("{text}"), {"text": each}) for each in reader.told()["notices"])
        return ConnectedRun(None, reader, against)

    def current(self) -> ConnectedRun:
        """The run everybody reads; NotFound where nothing was run yet."""
        return self.read()

    def runs(self) -> list[ConnectedRun]:
        """The newest run of every day that is kept, oldest first."""
        newest = {each["as_of"]: each["run_id"] for each in self.calls.get("runs").json()}
        return [ConnectedRun(None, ConnectedReader(self.calls, day, newest[day])) for day in sorted(newest)]

    def list(self, query: Query | None = None, as_of: Day = None) -> pl.DataFrame:
        """Customers of a query, without one those at risk, best worth a call first, with their reasons."""
        return self.read(as_of).list(query or customers(size=None))

    def at_risk(self, view: View | None = None, as_of: Day = None) -> pl.DataFrame:
        """Customers on the watch list, or on one view of it (going, silent, money), best first, with their reasons."""
        return self.read(as_of).at_risk(view)

    def show(self, customer: str, as_of: Day = None) -> pl.DataFrame:
        """One customer by number or name, in one row: state, reasons, value and documents."""
        return self.read(as_of).show(customer)

    def documents(self, customer: str, as_of: Day = None) -> pl.DataFrame:
        """Every document of a customer the run knew, newest first: date, kind, document_id, lines, amount."""
        return self.read(as_of).customer(customer).documents

    def causes(self, as_of: Day = None) -> pl.DataFrame:
        """The causes in force: whose act each is, what can answer it."""
        return self.read(as_of).causes()

    def why(self, customer: str, as_of: Day = None) -> pl.DataFrame:
        """One customer's causes with the evidence for and against each, unknown among them."""
        return self.read(as_of).why(customer)

    def cause_totals(self, by: str = "all", *, at_risk: bool = False, as_of: Day = None) -> pl.DataFrame:
        """Causes of customers lost in the last 12 months, or of those at risk; for who sees the whole firm."""
        return self.read(as_of).cause_totals(by, at_risk=at_risk)

    def events(self, *, one_by_one: bool = False, as_of: Day = None) -> pl.DataFrame:
        """What departures, price rises, products that went and tighter terms did; for who sees the whole firm."""
        return self.read(as_of).events(one_by_one=one_by_one)

    def salespeople(self, as_of: Day = None) -> pl.DataFrame:
        """What hangs on each salesperson, and what could be lost; for who sees the whole firm."""
        return self.read(as_of).salespeople()

    def market(self, *, customers: bool = False, as_of: Day = None) -> pl.DataFrame:
        """What sales changed against the year before, for who sees the whole firm; or customers that buy less."""
        return self.read(as_of).market(customers=customers)

    def diverted(self, as_of: Day = None) -> pl.DataFrame:
        """Questions to a manager about customers contacted as before that buy less; for who sees the whole firm."""
        return self.read(as_of).diverted()

    def indicators(self, as_of: Day = None) -> pl.DataFrame:
        """The indicator sheet, overall and by every customer column."""
        return self.read(as_of).table("indicator")

    def rules(self) -> pl.DataFrame:
        """The rules in force, in the language in force."""
        return pl.read_ipc_stream(BytesIO(self.calls.get("rules", form="arrow").body))

    def preview(self, rule: str) -> Sequence[dict[str, Any]]:
        """Whom a rule, by its id or its TOML file, flags now among the customers one sees, the largest first."""
        path = Path(rule)
        body = {"text": own_text(path)} if path.suffix == ".toml" else {"rule": rule}
        found: list[dict[str, Any]] = []
        while True:
            page = len(found) // PREVIEWED + 1
            answer = self.calls.change(f"rules/preview?page={page}&size={PREVIEWED}", body)
            found += answer["rows"]
            if len(found) >= answer["total"] or not answer["rows"]:
                return found

    def overview(self, as_of: Day = None) -> dict[str, Any]:
        """Who is leaving, what it costs, what changed, as the overview page has it."""
        day = None if as_of is None else days.day(as_of).isoformat()
        found: dict[str, Any] = self.calls.get("overview", as_of=day).json()
        return found

    # what people write down

    def notes(self, customer: str) -> pl.DataFrame:
        """Notes on a customer, newest first: id, text, by, at (UTC)."""
        rows = self.calls.get(f"customers/{part_of_path(customer)}/notes").json()
        schema = {"id": pl.Int64, "text": pl.String, "by": pl.String, "at": pl.String}
        return pl.DataFrame(rows, schema).with_columns(pl.col("at").str.to_datetime(time_zone="UTC"))

    def note(self, customer: str, text: str) -> int:
        """Write a note; its number."""
        made = self.calls.change(f"customers/{part_of_path(customer)}/notes", {"text": text})
        return int(made["id"])

    def assign(self, customers: str | Sequence[str], owner: str, reason: str) -> int:
        """Give customers to an owner, a salesperson's number or @account; how many changed hands."""
        given = [customers] if isinstance(customers, str) else [*customers]
        made = self.calls.change("assignments", {"customers": given, "owner": owner, "reason": reason})
        return int(made["assigned"])

    def cause_draw(self) -> pl.DataFrame:
        """Lost customers whose cause is worth confirming, with what was found of them so far."""
        return pl.DataFrame(self.calls.get("cause-draw?size=1000").json()["rows"], infer_schema_length=None)

    def cause_accuracy(self) -> dict[str, Any]:
        """How often the likeliest cause was the right one, by customers drawn by lot; for who sees the whole firm."""
        found: dict[str, Any] = self.calls.get("cause-accuracy").json()
        return found

    def confirm_cause(self, customer: str, verdict: str = "is", cause: str | None = None, note: str = "") -> int:
        """Write down whether it was the likeliest cause (is, is_not, other with the cause, unclear); its number."""
        body = {"verdict": verdict, "cause": cause, "note": note}
        return int(self.calls.change(f"customers/{part_of_path(customer)}/cause-verdict", body)["id"])

    def undo_verdict(self, verdict: int) -> None:
        """Take one's own verdict on a cause back."""
        self.calls.change(f"cause-verdicts/{verdict}/undo", {})

    def run(self, as_of: Day = None, again: bool = False, seconds: float = 3600.0) -> ConnectedRun:
        """Have the server run, wait until it has, and read what came out. Refused when it failed or takes longer."""
        body = {"as_of": None if as_of is None else days.day(as_of).isoformat(), "again": again}
        job, ends = self.calls.change("runs", body), time.monotonic() + seconds
        while job["state"] in ("queued", "running"):
            if time.monotonic() > ends:
                raise Refused(N_("The run is not finished yet."), code="not_finished",
                              fix=N_("It goes on; read it later."))  # fmt: skip
            time.sleep(LOOKED_EVERY)
            job = self.calls.get(f"jobs/{job['id']}").json()
        if job["state"] != "done":
            why = job["error"] or job["state"]
            raise Refused(N_("The run ended without a result: {why}"), why=why, code="job_failed")
        return self.read(as_of)


def connect_to(url: str, token: str, *, seconds: float = SECONDS, plain: bool = False) -> ConnectedFirm:
    """The firm served at an address, under a token.

    `seconds` is how long one answer may take; `plain` allows http to another machine, where the network is private.
    """
    base, send = over_http(url, seconds, plain=plain)
    return ConnectedFirm(Calls(send, checked_token(token), base))


def checked_token(token: str) -> str:
    """The token as it goes into a header; Usage for what can be none."""
    clean = token.strip()
    if not clean or not clean.isascii() or not clean.isprintable() or " " in clean:
        raise Usage(N_("That is no token."), fix=N_("A token begins with lk_ and is made under My account."))
    return clean
