"""Whether it lives and can answer, what is written down of requests, and a store that is away for a while."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from liuke.app.service import Service
from liuke.kernel.errors import Away
from liuke.web.app import create_app
from liuke.web.request_log import RequestLog
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cast import World


@contextmanager
def store_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The work store does not answer within the block."""

    @contextmanager
    def away(_: WorkStore) -> Iterator[None]:
        raise Away("The work store does not answer.", fix="Try again.")
        yield

    with monkeypatch.context() as patch:
        for unit in ("reading", "writing"):
            patch.setattr(WorkStore, unit, away)
        yield


def logged(world: World, login: str = "", level: str = "info") -> tuple[TestClient, list[dict[str, Any]]]:
    """A browser whose requests are written into a list, with somebody's cookie."""
    lines: list[dict[str, Any]] = []
    app = RequestLog(create_app(world.service), level, lambda line: lines.append(json.loads(line)))  # type: ignore[arg-type]
    client = TestClient(app, headers={"accept": "text/html", "accept-language": "en"}, follow_redirects=False)
    if login:
        client.cookies = world[login].cookies
    return client, lines


def test_it_lives_and_is_ready(firm_world: World) -> None:
    client, lines = logged(firm_world)
    assert client.get("/healthz").json() == {"alive": True}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "store": True, "workspace": True})
    assert ready.headers["cache-control"] == "no-store"
    assert lines == [], "who watches over it fills no log"


def test_it_is_not_ready_without_its_store_and_is_again(firm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, lines = logged(firm_world, "boss")
    assert client.get("/overview").status_code == 200
    with store_away(monkeypatch):
        assert client.get("/healthz").status_code == 200
        away = client.get("/readyz")
        assert (away.status_code, away.json()) == (503, {"ready": False, "store": False, "workspace": True})
        for path in ("/overview", "/list", "/list.json", "/find?q=a"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "does not answer" in answer.text
            assert "Traceback" not in answer.text
    assert client.get("/readyz").status_code == 200
    assert client.get("/overview").status_code == 200
    assert {line["status"] for line in lines} == {200, 503}


def test_it_is_not_ready_without_its_workspace(firm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Service) -> None:
        raise FileNotFoundError(2, "gone", str(firm_world.service.firm.workspace.root))

    monkeypatch.setattr(Service, "workspace_answers", gone)
    client, _ = logged(firm_world)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "store": True, "workspace": False})
    assert str(firm_world.service.firm.workspace.root) not in answer.text


def test_a_line_says_what_was_asked_and_nothing_of_whom(firm_world: World) -> None:
    client, lines = logged(firm_world, "boss")
    client.get("/list", params={"q": "Secret Ltd"})
    number = client.get("/list.json").json()
    assert number
    customer = client.get("/find.json", params={"q": "c"}).json()
    client.get(f"/customer/{customer[0]['customer_id']}")
    client.get("/no/such/page-Secret")
    assert {"time", "level", "number", "method", "route", "status", "ms", "user"} == set(lines[0])
    assert [line["route"] for line in lines[:3]] == ["/list", "/list.json", "/find.json"]
    assert lines[3]["route"].endswith("}")
    assert lines[4]["route"] == ""
    assert all(isinstance(line["user"], int) for line in lines[:4])
    told = json.dumps(lines)
    assert "Secret" not in told
    assert "boss" not in told


def test_what_nobody_foresaw_has_a_number_on_the_page_and_in_the_log(
    firm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("Secret Ltd")

    monkeypatch.setattr(Service, "seen", broken)
    client, lines = logged(firm_world, "boss")
    page = client.get("/overview")
    assert page.status_code == 500
    assert "Traceback" not in page.text
    assert "Secret" not in page.text
    where = next(line for line in lines if "error" in line)
    assert where["number"] in page.text
    assert where["error"] == "KeyError"
    assert where["at"][-1].endswith("broken")
    assert lines[-1] | {"time": "", "ms": 0} == {"time": "", "level": "error", "number": where["number"],
                                                 "method": "GET", "route": "/overview", "status": 500, "ms": 0,
                                                 "user": lines[-1]["user"]}  # fmt: skip
    assert "Secret" not in json.dumps(lines)
    data = client.get("/list.json", headers={"accept": "application/json"})
    assert data.status_code == 500
    assert lines[-1]["number"] in data.json()["fix"] + data.text


def test_only_errors_are_written_where_that_is_asked_for(firm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, lines = logged(firm_world, "boss", "warning")
    client.get("/list")
    assert lines == []
    with store_away(monkeypatch):
        client.get("/list")
    assert [line["status"] for line in lines] == [503]
