"""The page of runs: who may, what is refused in words, what is seen of others, two runs side by side."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "work"))

import pytest
from fastapi.testclient import TestClient
from people import PASSWORD, joined, looking

from firms import docs, firm_of, monthly
from liuke.app.service import Service
from liuke.kernel.said import Said
from liuke.reports.contexts.compare_page import compare_page
from liuke.reports.cron_words import cron_said
from liuke.web.app import create_app
from liuke.web.people import PLAIN_COOKIE
from liuke.work.jobs import queue, schedule
from liuke.work.people import sessions
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response


class Office:
    """A served firm and its people's browsers."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.app = create_app(service)

    def browser(self, login: str) -> TestClient:
        """A browser somebody has signed in with."""
        token = sessions.sign_in(self.service.store, login, PASSWORD, "127.0.0.1", datetime.now(UTC))
        made = TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)
        made.cookies.set(PLAIN_COOKIE, token)
        made.cookies.set("lk_lang", "en")
        made.headers.update({"sec-fetch-site": "same-origin", "accept": "text/html"})
        return made

    def job(self, login: str, **args: Any) -> int:
        """A job somebody has asked for."""
        with self.service.store.writing() as connection:
            viewer = looking(self.service.store, self.people[login])
            return queue.enqueue(connection, "run", args, viewer)

    people: dict[str, int]


@pytest.fixture(scope="module")
def firm_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm with runs of two days; c3 of S2 stops buying three months before the end: the later list has it."""
    folder = tmp_path_factory.mktemp("runs")
    bought = []
    for customer, who, months in (("c1", "S1", 30), ("c2", "S1", 30), ("c3", "S2", 27), ("c4", "S2", 30)):
        for one in monthly(customer, [1000.0] * months):
            bought += docs(f"{one.number} {one.customer} {one.on} {one.cents / 100} by={who}")
    firm = firm_of(bought, folder)
    firm.run(as_of="2025-12-31")
    firm.run()
    return firm.workspace.root


@pytest.fixture
def office(firm_root: Path, tmp_path: Path) -> Iterator[Office]:
    import liuke

    shutil.copytree(firm_root, tmp_path / "firm")
    service = Service(liuke.open(tmp_path / "firm"), WorkStore.open(tmp_path / "work.sqlite"))
    office = Office(service)
    office.people = {
        login: joined(service.store, login, role, salesperson_id=person).id
        for login, role, person in (
            ("boss", "owner", None), ("lin", "director", None), ("it", "admin", None), ("wu", "account_manager", "S1"),
        )
    }  # fmt: skip
    yield office
    service.store.close()


def text(answer: Response) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_who_may_not_run_sees_nothing_of_it(office: Office) -> None:
    with office.browser("wu") as browser:
        for path in ("/runs", "/runs.json", "/runs/now", "/runs/coming", "/runs/compare?a=00001&b=00002"):
            assert browser.get(path).status_code == 403, path
        for path in ("/runs", "/runs/jobs/1/stop", "/runs/jobs/1/retry", "/runs/schedules"):
            assert browser.post(path).status_code == 403, path
        assert 'href="/runs"' not in browser.get("/overview").text


def test_a_run_is_asked_for_once_and_shown_until_it_is_over(office: Office) -> None:
    with office.browser("boss") as browser:
        assert browser.post("/runs", data={"again": "1"}).headers["location"] == "/runs"
        browser.post("/runs", data={"again": "1"})
        page = browser.get("/runs")
        assert page.text.count('class="lk-job"') == 1, "asked for twice it is one job"
        assert 'hx-trigger="every 2s"' in page.text
        store = office.service.store
        job = queue.claim(store, "w", ["run"])
        assert job is not None
        queue.heartbeat(store, job, 0.42, Said("fitting the model"))
        part = browser.get("/runs/now")
        assert "42%" in text(part)
        assert "fitting the model" in text(part)
        assert 'aria-valuenow="42"' in part.text
        assert "hx-refresh" not in part.headers
        with store.writing() as connection:
            queue.finish_job(connection, job, {"run_id": "00003", "new": True})
        assert browser.get("/runs/now").headers["hx-refresh"] == "true"
        assert "run 00003 was made" in text(browser.get("/runs"))


def test_a_job_is_stopped_told_why_it_failed_and_begun_again(office: Office) -> None:
    store, number = office.service.store, office.job("boss", as_of="2025-12-31")
    with office.browser("boss") as browser:
        assert browser.post(f"/runs/jobs/{number}/stop").status_code == 303
        assert "Run as of 2025-12-31" in text(browser.get("/runs"))
        assert "stopped" in text(browser.get("/runs"))
        assert browser.post(f"/runs/jobs/{number}/retry").status_code == 303
        job = queue.claim(store, "w", ["run"])
        assert job is not None
        assert job.id == number
        browser.post(f"/runs/jobs/{number}/stop")
        assert "stopping" in text(browser.get("/runs/now"))
        with store.writing() as connection:
            queue.fail_job(connection, job, Said("There is no run {run}.", {"run": "<b>7"}))
        assert "There is no run &lt;b&gt;7." in browser.get("/runs").text
        again = office.job("boss", as_of="2025-12-31")
        refused = browser.post(f"/runs/jobs/{again}/retry")
        assert refused.status_code == 409
        assert "Only what failed or was stopped can be started again." in text(refused)


def test_jobs_are_seen_by_who_started_them_and_by_who_looks_after_accounts(office: Office) -> None:
    number = office.job("boss", as_of="2025-12-31")
    with office.browser("lin") as browser:
        assert "Run as of" not in text(browser.get("/runs"))
        assert browser.get("/runs.json").json()["going"] == []
        for verb in ("stop", "retry"):
            foreign, absent = (browser.post(f"/runs/jobs/{each}/{verb}") for each in (number, 999))
            assert (foreign.status_code, absent.status_code) == (404, 404)
            assert browser.post(f"/runs/jobs/{10**30}/{verb}").status_code == 422
    with office.browser("it") as browser:
        assert "Run as of 2025-12-31" in text(browser.get("/runs"))
        assert browser.post(f"/runs/jobs/{number}/stop").status_code == 303


def test_a_day_that_is_none_or_still_to_come_is_refused_in_words(office: Office) -> None:
    with office.browser("boss") as browser:
        later = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
        for typed, said in ((later, "is still to come"), ("31/12", "is not a day")):
            refused = browser.post("/runs", data={"as_of": typed})
            assert 400 <= refused.status_code < 500
            assert said in text(refused)
            assert typed in refused.text, "what was typed is still there"
        assert browser.get("/runs.json").json()["going"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"every": "cron", "cron": "0 0 30 2 *", "zone": "Asia/Shanghai"}, "never comes"),
        ({"every": "cron", "cron": "whenever", "zone": "Asia/Shanghai"}, "no time that can be kept to"),
        ({"every": "cron", "cron": "", "zone": "Asia/Shanghai"}, "no time that can be kept to"),
        ({"every": "day", "time": "06:30", "zone": "Asia/Atlantis"}, "There is no time zone Asia/Atlantis"),
        ({"every": "day", "time": "25:00", "zone": "Asia/Shanghai"}, "25:00 is no time of day"),
    ],
)
def test_a_schedule_that_never_comes_is_refused_in_words(office: Office, given: dict[str, str], said: str) -> None:
    with office.browser("boss") as browser:
        refused = browser.post("/runs/schedules", data=given)
        assert refused.status_code == 422
        assert said in text(refused)
        assert said in text(browser.get("/runs/coming", params=given)), "and said while it is typed"
        assert browser.get("/runs.json").json()["schedules"] == []


def test_a_schedule_says_when_it_comes_pauses_and_goes(office: Office) -> None:
    with office.browser("boss") as browser:
        made = browser.post("/runs/schedules", data={"every": "workdays", "time": "06:30", "zone": "Europe/Berlin"})
        assert made.headers["location"] == "/runs#schedules"
        (found,) = browser.get("/runs.json").json()["schedules"]
        assert (found["name"], found["cron"]) == ("Monday to Friday at 6:30", "30 6 * * 1-5")
        assert len(found["coming"]) == 3
        for moment in found["coming"]:
            assert re.search(r"06:30:00\+0[12]:00$", moment)
            assert datetime.fromisoformat(moment).weekday() < 5
        old = {"version": found["version"]}
        assert browser.post(f"/runs/schedules/{found['id']}", data={**old, "to": "pause"}).status_code == 303
        assert "pauses" in text(browser.get("/runs"))
        late = browser.post(f"/runs/schedules/{found['id']}", data={**old, "to": "remove"})
        assert late.status_code == 409
        assert "was changed meanwhile" in text(late)
        now = {"version": found["version"] + 1}
        browser.post(f"/runs/schedules/{found['id']}", data={**now, "to": "resume"})
        browser.post(f"/runs/schedules/{found['id']}", data={"version": now["version"] + 1, "to": "remove"})
        with office.service.store.reading() as connection:
            assert schedule.schedules(connection) == ()


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("30 6 * * *", "Every day at 6:30"),
        ("5 6 * * 1-5", "Monday to Friday at 6:05"),
        ("0 7 * * 1,sun", "Monday, Sunday at 7:00"),
        ("0 7 * * 7", "Sunday at 7:00"),
        ("0 7 1 * *", "On day 1 of every month at 7:00"),
        ("0 7 L * *", "On the last day of every month at 7:00"),
        ("15 * * * *", "Every hour at minute 15"),
        ("*/5 7 1 1 1#2", "Minute */5, hour 7, day 1, month 1, weekday 1#2; * stands for every one"),
        ("0 7 1 * 1", "Minute 0, hour 7, day 1, month *, weekday 1; * stands for every one"),
    ],
)
def test_an_expression_is_said_in_words(cron: str, said: str) -> None:
    schedule.next_due(cron, "Asia/Shanghai", datetime(2026, 1, 1, tzinfo=UTC))  # it can be kept to
    assert cron_said(cron).text() == said


def test_runs_are_listed_those_that_cannot_be_read_with_the_reason(office: Office) -> None:
    root = office.service.firm.workspace.runs
    info = json.loads((root / "00001" / "run.json").read_text())
    (root / "00001" / "run.json").write_text(json.dumps({**info, "format": 1}))
    with office.browser("boss") as browser:
        rows = browser.get("/runs.json").json()["runs"]
        assert [(row["run_id"], row["current"]) for row in rows] == [("00002", True), ("00001", False)]
        assert "was made by an older Liuke" in rows[1]["problem"]
        assert (rows[1]["as_of"], rows[0]["problem"]) == ("2025-12-31", "")
        page = browser.get("/runs")
        assert "was made by an older Liuke" in text(page)
        assert "/runs/compare" not in page.text, "one run alone is compared with none"
        assert browser.get("/runs/compare?a=00001&b=00002").status_code == 409
        (root / "00001" / "run.json").write_text("{")
        assert browser.get("/runs.json").json()["runs"][1]["as_of"] is None
        assert browser.get("/runs/compare?a=00002&b=00009").status_code == 404
    with office.browser("it") as browser:
        assert "On the list" not in text(browser.get("/runs")), "figures of the firm are for who may see them"


def test_two_runs_compared_tie_to_their_lists(office: Office) -> None:
    lists = []
    for run in office.service.firm.history()[::-1]:
        rows = office.service.firm.numbered(run.run_id).table("customer_now")
        lists.append(set(rows.filter("listed")["customer_id"]))
    with office.browser("boss") as browser:
        page = browser.get("/runs/compare.json?a=00002&b=00001").json()
        assert (page["before"]["run_id"], page["after"]["run_id"]) == ("00001", "00002")
        assert {row["customer_id"] for row in page["entered"]["rows"]} == lists[1] - lists[0]
        assert {row["customer_id"] for row in page["left"]["rows"]} == lists[0] - lists[1]
        assert lists == [set(), {"c3"}]
        sums = {row["title"]: (row["before"], row["after"]) for row in page["totals"]}
        assert sums["On the list"] == tuple(map(len, lists))
        assert sum(sides["after"] for _, sides in page["states"]) == 4
        assert browser.get("/runs/compare?a=00001&b=00002").status_code == 200
    with office.browser("it") as browser:
        assert browser.get("/runs/compare?a=00001&b=00002").status_code == 403, "who sees no customers compares none"


def test_two_runs_compared_name_nobody_elses_customers(office: Office) -> None:
    for salesperson, entered, customers in (("S1", [], 2), ("S2", ["c3"], 2)):
        viewer = replace(looking(office.service.store, office.people["wu"]), owners=frozenset({salesperson}))
        page = compare_page(*(office.service.seen_run(viewer, each).source() for each in ("00001", "00002")))
        assert [row.customer_id for row in page.entered.rows] == entered
        assert page.totals[0].after == customers
        assert sum(sides.after or 0 for _, sides in page.states) == customers
