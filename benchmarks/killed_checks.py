"""What must be so after `benchmarks/killed.py` killed something: looked at in the stores and on the pages."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl
from sqlalchemy import func, select

from killed_people import ask
from liuke.app.firm import doctor
from liuke.run.rule_versions import rule_source, rule_versions
from liuke.store.fact_store import FactStore
from liuke.store.runs import Runs
from liuke.store.workspace import Workspace
from liuke.work import audit
from liuke.work.jobs.queue import LEASE
from liuke.work.store import WorkStore, store_place
from liuke.work.tables import ASSIGNMENT, AUDIT, JOB, NOTE, SAVED_VIEW, SCHEDULE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from killed_people import Change, Office

ROWS = {  # the verb of the audit log for each row of a table
    "note": NOTE, "save_view": SAVED_VIEW, "assign": ASSIGNMENT, "start_job": JOB, "set_schedule": SCHEDULE,
}  # fmt: skip
LATE = timedelta(seconds=15)  # after its lease a job whose worker is gone is begun again, unless its kind is busy
PAGES = 4  # customers looked at, each time
PAGE = ("/overview", "/list", "/customers", "/rules", "/runs", "/data", "/views", "/audit", "/settings")


def faults(root: Path, office: Office, *, all_pages: bool = False) -> list[str]:
    """Everything that is not as it must be while nobody works; jobs may go on."""
    found = [*_of_file(root), *_of_store(root, office), *_of_rules(root, office), *_of_loads(root, office)]
    return [*found, *_of_run(root), *_of_doctor(root), *_of_pages(office, all_pages=all_pages)]


def _of_file(root: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{store_place(root)}?mode=ro", uri=True)) as link:
        said = link.execute("PRAGMA integrity_check").fetchall()
        broken = link.execute("PRAGMA foreign_key_check").fetchall()
    if said != [("ok",)] or broken:
        yield f"SQLite: {said[:3]} {broken[:3]}"


def _of_store(root: Path, office: Office) -> list[str]:
    """Rows of the work store against what was promised, and against the audit log."""
    store = WorkStore.open(store_place(root), prepare=False)
    try:
        with store.reading() as connection:
            found: list[str] = []
            if (wrong := audit.verify(connection)) is not None:
                found.append(f"the audit log is broken at {wrong}")
            verbs = Counter(connection.execute(select(AUDIT.c.verb)).scalars())
            for verb, table in ROWS.items():
                rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
                if rows != verbs[verb]:
                    found.append(f"{rows} rows of {table.name}, {verbs[verb]} entries {verb}")
            found += _of_rows(connection, office)
            found += _of_jobs(connection)
            return found
    finally:
        store.close()


def _of_rows(connection: Any, office: Office) -> Iterator[str]:
    ledger = office.ledger
    notes = connection.execute(select(NOTE.c.text, NOTE.c.withdrawn_at)).all()
    told = Counter(re.findall(r"w\d{6}x", " ".join(row.text for row in notes)))
    gone = {each for row in notes if row.withdrawn_at for each in re.findall(r"w\d{6}x", row.text)}
    yield from _counted(ledger.of("note"), told)
    for change in ledger.of("withdrawal"):
        if change.state == "confirmed" and change.about["note"] not in gone:
            yield f"the note {change.about['note']} was withdrawn and is back"
    asked = {change.about["note"] for change in ledger.of("withdrawal")}
    if gone - asked:
        yield f"notes nobody withdrew are withdrawn: {gone - asked}"
    yield from _counted(ledger.of("view"), Counter(connection.execute(select(SAVED_VIEW.c.name)).scalars()))
    yield from _counted(ledger.of("schedule"), Counter(connection.execute(select(SCHEDULE.c.name)).scalars()))
    given = connection.execute(select(ASSIGNMENT.c.reason)).scalars().all()
    words = Counter(re.findall(r"w\d{6}x", " ".join(given)))
    yield from _counted(ledger.of("assignment"), words)
    keys = Counter(connection.execute(select(JOB.c.key).where(JOB.c.kind == "run")).scalars())
    for change in ledger.of("run"):
        if keys[change.about["key"]] != 1 and not (change.state == "sent" and not keys[change.about["key"]]):
            yield f"the run {change.about['key']} ({change.state}) is there {keys[change.about['key']]} times"


def _counted(changes: list[Change], found: Counter[str]) -> Iterator[str]:
    """Once where confirmed, once at most where nobody answered, never where refused."""
    may = {"confirmed": (1,), "sent": (0, 1), "refused": (0,)}
    for change in changes:
        if found[change.word] not in may[change.state]:
            yield f"{change.kind} {change.word} ({change.state}) is there {found[change.word]} times"


def _of_jobs(connection: Any) -> Iterator[str]:
    now, busy = datetime.now(UTC), set()
    running = connection.execute(select(JOB).where(JOB.c.state == "running")).all()
    busy = {row.kind for row in running if row.lease_until >= now}
    for row in running:
        if row.lease_until > now + LEASE:
            yield f"the job {row.id} has a lease until {row.lease_until}"
        if row.lease_until < now - LATE and row.kind not in busy:
            yield f"the job {row.id} goes on for ever: nobody has it since {row.lease_until}"
    for row in connection.execute(select(JOB).where(JOB.c.state == "failed")):
        if not row.error:
            yield f"the job {row.id} failed without a reason"


def _of_rules(root: Path, office: Office) -> Iterator[str]:
    workspace = Workspace.at(root)
    for rule in sorted({change.about["rule"] for change in office.ledger.of("rule")}):
        versions = [each.text for each in rule_versions(workspace, rule) if each.what == "saved"]
        mine = [change for change in office.ledger.of("rule") if change.about["rule"] == rule]
        yield from _counted(mine, Counter(re.findall(r"Tried (w\d{6}x)", " ".join(versions))))
        if versions and versions[0] != (text := rule_source(workspace, rule).text):
            unheard = [each for each in mine if each.state == "sent" and each.about["text"] == versions[0]]
            if not unheard or text not in versions:  # the version is written first: killed between, it waits there
                yield f"the rule {rule} is not what its last version says"


def _of_loads(root: Path, office: Office) -> Iterator[str]:
    """Documents held of each file: all of them or none, each once, and as often as its lines."""
    loads = office.ledger.of("load")
    if not loads:
        return
    store = FactStore(root / "facts")
    files = {name: store.paths(name, store.loads("document_line")) for name in ("document", "document_line")}
    held = pl.scan_parquet(files["document"]).filter(pl.col("document_id").str.contains(r"^w\d{6}x-"))
    codes = held.select("document_code", "document_id").collect()
    lines = pl.scan_parquet(files["document_line"]).select("document_code").collect()
    twice = lines.join(codes, on="document_code").group_by("document_code").len().filter(pl.col("len") > 1)
    if len(twice) or codes["document_id"].is_duplicated().any():
        yield "documents are held twice"
    words = Counter(codes["document_id"].str.slice(0, 8).to_list())
    with_lines = Counter(codes.join(lines, on="document_code")["document_id"].str.slice(0, 8).to_list())
    for load in loads:
        word, whole = load.about["upload"].word, load.about["documents"]
        may = {0, whole}
        if load.state == "confirmed" and not load.about["by_job"]:
            undone = "" if load.later is None else load.later.state
            may = {"": {whole}, "confirmed": {0}, "sent": {0, whole}}[undone]
        if words[word] not in may or with_lines[word] != words[word]:
            yield f"load {load.word} ({load.state}) of {whole}: {words[word]} documents, {with_lines[word]} lines"
        card = root / "uploads" / load.about["upload"].about.get("number", "?") / "upload.json"
        if not card.is_file():
            yield f"the upload of the load {load.word} is gone"


def _of_run(root: Path) -> Iterator[str]:
    run = Runs(root / "runs").current()
    run.check()
    rows = {name: len(run.table(name)) for name in run.tables}
    if not rows.get("customer_now"):
        yield f"the current run holds nobody: {rows}"


def _of_doctor(root: Path) -> Iterator[str]:
    """What `liuke doctor` says; a run may be taken away while it is looked at, so that it looks twice."""
    wrong = [(title, said) for title, said, fine in doctor(root) if not fine]
    if wrong:
        time.sleep(2)
        yield from (f"doctor: {title}: {said}" for title, said, fine in doctor(root) if not fine)


def _of_pages(office: Office, *, all_pages: bool) -> Iterator[str]:
    """What was confirmed since the last look, as the pages show it."""
    texts: dict[str, str] = {}

    def page(path: str, by: int = 0) -> str:
        if path not in texts:
            answer = ask(office.port, office.tokens[by], path)
            texts[path] = answer.text if answer.status == 200 else f"{answer.status}"
        return texts[path]

    for path in PAGE:
        if len(page(path)) < 100:
            yield f"{path}: {page(path)}"
    ledger = office.ledger
    for change in ledger.of("view", "confirmed"):
        if page("/views").count(f">{change.word}</a>") != 1:
            yield f"the view {change.word} is not on its page once"
    planned = json.loads(page("/runs.json"))["schedules"]
    names = Counter(each["name"] for each in planned)
    yield from (f"the schedule {each.word} is not on its page once" for each in ledger.of("schedule", "confirmed")
                if names[each.word] != 1)  # fmt: skip
    newest = {change.about["rule"]: change for change in ledger.of("rule") if change.state != "refused"}
    for rule, change in newest.items():
        if change.state == "confirmed" and change.word not in page(f"/rules/{rule}?mode=text"):
            yield f"the rule {rule} does not say {change.word} on its page"
    fresh = [each for each in ledger.of("note", "confirmed") if all_pages or not each.looked_at]
    customers = sorted({each.about["customer"] for each in fresh})
    for customer in customers if all_pages else customers[:PAGES]:
        path = f"/customer/{quote(customer, safe='')}?kind=note&size=200"
        for note in (each for each in fresh if each.about["customer"] == customer):
            note.looked_at = True
            shown, gone = page(path).count(note.word), note.later is not None and note.later.state == "confirmed"
            if shown != (0 if gone else 1) and not (note.later is not None and note.later.state == "sent"):
                yield f"the note {note.word} is {shown} times on {path}"
    for load in ledger.of("load", "confirmed"):
        if not load.looked_at or all_pages:
            load.looked_at = True
            plan = json.loads(page(f"/data/plan/{load.about['upload'].about['number']}.json", load.about["by"]))
            if plan["done"] is None and (all_pages or not load.about["by_job"]):
                yield f"the load {load.word} is not done on its page: {plan['wrong']} {plan['asked']}"
    yield from _of_owner(office, page)


def _of_owner(office: Office, page: Any) -> Iterator[str]:
    """Who looks after the customers given away last, on their pages."""
    last = {change.about["customer"]: change for change in office.ledger.of("assignment")}
    certain = [each for each in last.values() if each.state == "confirmed"][-PAGES:]
    for change in certain:
        owner = json.loads(page(f"/customer/{quote(change.about['customer'], safe='')}.json"))["owner"]
        if owner["name"] != office.owners[change.about["owner"]] or not owner["by_hand"]:
            yield f"{change.about['customer']} was given to {change.about['owner']}, its page says {owner}"
