"""Who sees what: everybody of the cast on every route there is, with own, foreign, merged and unowned customers.

Routes come from the app itself: a new one without a verb, or without a line in EXAMPLES, fails.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from cast import CAST, EACH, FORMER, KEPT, OWNERS, SEES, marks_of, name, number, numbers
from starlette.routing import Mount

from liuke.api.callers import VERB
from liuke.kernel.amounts import Money
from liuke.kernel.errors import LiukeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cast import World
    from httpx2 import Response

LIMITED = sorted(SEES)
PROBE = "∎"  # stands for what is looked for: a customer's number, its name, its region, who looks after it


@dataclass(frozen=True)
class Example:
    """How a route is asked: values in its path, questions after it, what a form sends."""

    path: dict[str, str] = field(default_factory=dict)
    ask: tuple[str, ...] = ("",)  # query strings; PROBE in one is tried with foreign and with made-up values
    send: dict[str, Any] | None = None  # of a change
    file: bool = False  # whether a file comes back


PUBLIC = Example()
LISTS = (
    "", "view=money&least=1", "state=lost&grade=A", "core=1", "sort=salesperson&cols=region&size=2&page=2",
    "where=risk>=1%", f"q={PROBE}", f"region={PROBE}", f"owner={PROBE}", f"where=customer_id={PROBE}",
    f"where=name={PROBE}", f"where=salesperson!={PROBE}", f"as_of={PROBE}", f"sort={PROBE}", f"rule={PROBE}",
)  # fmt: skip
SHORT = ("", "grade=A", f"q={PROBE}", f"region={PROBE}", f"owner={PROBE}")
EXAMPLES: dict[str, Example] = {
    "GET /": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": Example(send={"login": "x", "password": "wrong password"}),
    "POST /sign-out": PUBLIC,
    "GET /set-up": PUBLIC,
    "POST /set-up": Example(send={"code": "a", "login": "x", "name": "x", "password": "a long one 12"}),
    "POST /language": Example(send={"to": "en"}),
    "GET /account": Example(),
    "POST /account/password": Example(send={"old": "wrong", "new": "another good one"}),
    "POST /account/tokens": Example(send={"name": "x", "ends": "2026-01-01", "scopes": ["read"]}),
    "POST /account/tokens/{token_id}/revoke": Example(path={"token_id": "999"}),
    "GET /overview": Example(ask=("", f"as_of={PROBE}")),
    "GET /overview.json": Example(ask=("",)),
    "GET /find": Example(ask=(f"q={PROBE}", "q=", "q=Kunde", "q=C")),
    "GET /find.json": Example(ask=(f"q={PROBE}", "q=Kunde")),
    "GET /list": Example(ask=LISTS),
    "GET /list.json": Example(ask=SHORT),
    "GET /customers": Example(ask=SHORT),
    "GET /customers.json": Example(ask=LISTS),
    "GET /list/export": Example(ask=SHORT),
    "GET /customers/export": Example(ask=SHORT),
    "POST /list/export": Example(ask=("",), send={"purpose": "a test", "to": "csv"}, file=True),
    "POST /customers/export": Example(ask=("", "grade=A"), send={"purpose": "a test", "to": "json"}, file=True),
    "POST /assign": Example(send={"customer": [PROBE], "here": "customers"}),
    "POST /assign/done": Example(send={"customer": [PROBE], "count": "1", "owner": "-", "reason": "test"}),
    "GET /views": Example(),
    "POST /views": Example(send={"name": "x", "here": "list", "query": "nonsense=1"}),
    "POST /views/{view_id}": Example(path={"view_id": "999"}, send={"name": "x"}),
    "POST /views/{view_id}/remove": Example(path={"view_id": "999"}),
    "GET /users": Example(),
    "POST /users": Example(send={"login": "", "name": "x"}),
    "GET /users/{user_id}": Example(path={"user_id": "1"}),
    "POST /users/{user_id}": Example(
        path={"user_id": "1"}, send={"version": "99", "name": "x", "language": "en", "time_zone": "UTC"}
    ),
    "POST /users/{user_id}/leave": Example(path={"user_id": "999"}),
    "POST /users/{user_id}/return": Example(path={"user_id": "999"}),
    "POST /users/{user_id}/sessions": Example(path={"user_id": "999"}),
    "POST /users/{user_id}/password": Example(path={"user_id": "999"}),
    "POST /users/{user_id}/tokens/{token_id}/revoke": Example(path={"user_id": "1", "token_id": "999"}),
    "POST /teams": Example(send={"name": ""}),
    "POST /teams/{team_id}/dissolve": Example(path={"team_id": "1"}, send={"version": "99"}),
    "GET /audit": Example(ask=("", "q=assign", "verb=export", "page=2", "since=2020-01-01&until=2020-01-02")),
    "GET /audit.json": Example(),
    "POST /audit/export": Example(ask=("to=csv", "to=json", "to=xlsx"), file=True),
    "GET /customer/{customer_id:path}": Example(path={"customer_id:path": PROBE}),
    "GET /customer/{customer_id:path}/rows.xlsx": Example(path={"customer_id:path": PROBE}, file=True),
    "POST /customer/{customer_id:path}/unmask": Example(path={"customer_id:path": PROBE}, send={"purpose": "a test"}),
    "POST /customer/{customer_id:path}/note": Example(path={"customer_id:path": PROBE}, send={"text": "x"}),
    "POST /customer/{customer_id:path}/note/{note_id:int}/withdraw": Example(
        path={"customer_id:path": PROBE, "note_id:int": "999"}
    ),
    "GET /confirm": Example(ask=("", f"customer={PROBE}", f"after={PROBE}", "done=1")),
    "GET /confirm.json": Example(ask=("", f"customer={PROBE}")),
    "POST /confirm": Example(send={"customer": PROBE, "verdict": "is", "here": "customer"}),
    "POST /confirm/{verdict_id}/undo": Example(path={"verdict_id": "999"}),
    "GET /data": Example(),
    "GET /data.json": Example(),
    "POST /data/upload": Example(send={}),
    "POST /data/connect": Example(send={"place": "/no/such/file.csv"}),
    "GET /data/quarantine/{name}": Example(path={"name": "none.csv"}),
    "GET /data/undo/{load_id}": Example(path={"load_id": "9999"}),
    "POST /data/undo/{load_id}": Example(path={"load_id": "9999"}),
    "GET /data/merges": Example(),
    "GET /data/merges.json": Example(),
    "POST /data/merges/confirm": Example(send={"customer": "no such", "into": "none"}),
    "POST /data/merges/split": Example(send={"customer": "no such"}),
    "GET /data/checks": Example(),
    "GET /data/checks.json": Example(),
    "GET /data/plan/{number}": Example(path={"number": "none"}),
    "GET /data/plan/{number}.json": Example(path={"number": "none"}),
    "POST /data/plan/{number}": Example(path={"number": "none"}, send={"do": "look"}),
    "POST /data/plan/{number}/forget": Example(path={"number": "none"}),
    "POST /data/load-all": Example(send={}),
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /indicators": Example(),
    "GET /indicators.json": Example(),
    "GET /model": Example(),
    "GET /model.json": Example(),
    "GET /patterns": PUBLIC,
    "GET /rules": Example(),
    "GET /rules.json": Example(),
    "GET /rules/new": Example(),
    "GET /rules/{rule_id}": Example(path={"rule_id": "half_of_own_mean"}),
    "GET /rules/{rule_id}/try": Example(path={"rule_id": "half_of_own_mean"}),
    "GET /rules/edit": Example(),
    "POST /rules/try": Example(send={"text": "nonsense"}),
    "POST /rules/edit": Example(send={"text": "nonsense"}),
    "POST /rules/{rule_id}/switch": Example(path={"rule_id": "none"}, send={}),
    "POST /rules/{rule_id}/delete": Example(path={"rule_id": "none"}, send={}),
    "POST /rules/{rule_id}/back": Example(path={"rule_id": "none"}, send={"version": "1"}),
    "GET /runs": Example(),
    "GET /runs.json": Example(),
    "GET /runs/now": Example(),
    "POST /runs": Example(send={"as_of": "no day"}),
    "POST /runs/jobs/{job}/stop": Example(path={"job": "999"}),
    "POST /runs/jobs/{job}/retry": Example(path={"job": "999"}),
    "GET /runs/coming": Example(ask=("every=day&at=06:30&zone=UTC",)),
    "POST /runs/schedules": Example(send={"every": "cron", "cron": "nonsense"}),
    "POST /runs/schedules/{number}": Example(path={"number": "999"}, send={"do": "remove"}),
    "GET /runs/compare": Example(ask=("", "before=1&after=2")),
    "GET /runs/compare.json": Example(ask=("before=1&after=2",)),
    "GET /causes": Example(ask=("", f"region={PROBE}", f"owner={PROBE}", "judged=at_risk&by=money&core=1")),
    "GET /causes.json": Example(ask=("", f"owner={PROBE}", "act=forced")),
    "GET /causes.xlsx": Example(file=True),
    "GET /causes/side-by-side": Example(ask=("", f"a=region%3D{PROBE}", f"a=salesperson%3D{PROBE}&b=core%3Dyes")),
    "GET /causes/side-by-side.json": Example(ask=("", f"b=region%3D{PROBE}")),
    "GET /causes/events": Example(),
    "GET /causes/events.json": Example(),
    "GET /causes/salespeople": Example(ask=("", f"who={PROBE}", "page=2")),
    "GET /causes/salespeople.json": Example(ask=("", f"who={PROBE}")),
    "GET /causes/market-split": Example(),
    "GET /causes/market-split.json": Example(),
    "GET /causes/{cause}": Example(
        path={"cause": "unknown"}, ask=("", f"q={PROBE}", f"owner={PROBE}", f"region={PROBE}", "judged=at_risk")
    ),
    "POST /causes/{cause}/owner": Example(path={"cause": "price"}, send={"owner": "x", "seen_owner": "nobody"}),
    "POST /causes/{cause}/export": Example(path={"cause": "unknown"}, send={"purpose": "a test"}, file=True),
    "GET /values": Example(ask=("", f"q={PROBE}", "grade=A", "points=5")),
    "GET /values.json": Example(ask=("", f"q={PROBE}")),
    "GET /values/worksheet": Example(ask=("", "yearly=100&years=3")),
    "GET /settings": Example(),
    "POST /settings/{name}": Example(path={"name": "export_rows"}, send={"value": "no number", "seen": "20000"}),
}  # fmt: skip
FIRM_WIDE_NAMES = ("/users", "/audit", "/teams")  # pages about the firm's own people: salespeople are named there


def routes(app: Any) -> Iterator[tuple[str, Any]]:
    """Method and path of every route, with its function's dependencies; files of the program itself are no routes."""

    def walk(these: Any, before: str) -> Iterator[tuple[str, Any]]:
        for each in these:
            inner = getattr(each, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes, before + (getattr(each.include_context, "prefix", "") or ""))
            elif isinstance(each, Mount):
                assert each.path.startswith(("/static", "/api/v1")), each.path  # the API has a test of its own
            else:
                for method in sorted(each.methods - {"HEAD"}):
                    yield f"{method} {before}{each.path}", each

    yield from walk(app.routes, "")


def verb_of(route: Any) -> str | None:
    """The verb a route asks for, None for a public one; AssertionError where it says neither."""
    found = [getattr(each.call, VERB) for each in route.dependant.dependencies if hasattr(each.call, VERB)]
    assert len(found) == 1, route.path
    verb: str | None = found[0]
    return verb


def asked(world: World, login: str, key: str, probe: str = "no such", to: str = "text/html") -> Iterator[Response]:
    """The answers to a route's examples, whoever asks."""
    example = EXAMPLES[key]
    method, _, path = key.partition(" ")
    address = path
    for slot, value in example.path.items():
        address = address.replace(f"{{{slot}}}", quote(value.replace(PROBE, probe), safe=""))
    for query in example.ask:
        where = f"{address}?{query.replace(PROBE, quote(probe))}" if query else address
        data = json.loads(json.dumps(example.send).replace(json.dumps(PROBE)[1:-1], probe)) if example.send else None
        yield world[login].request(method, where, data=data, headers={"accept": to})


def text_of(answer: Response) -> str:
    """Everything an answer tells: headers and body, of a workbook the texts of its sheets."""
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(each) for each in book.namelist())
    return f"{dict(answer.headers)}\n{html.unescape(body.decode('utf-8', 'replace'))}"


def test_every_route_states_its_verb_and_is_tried(firm_world: World) -> None:
    found = dict(routes(firm_world.app))
    assert {key for key in found if key not in EXAMPLES} == set(), "add a line to EXAMPLES"
    assert {key for key in EXAMPLES if key not in found} == set()
    for route in found.values():
        verb_of(route)


def test_nobody_comes_in_without_signing_in(firm_world: World) -> None:
    before = firm_world.kept()
    for key, route in routes(firm_world.app):
        if verb_of(route) is None:
            continue
        for answer in asked(firm_world, "stranger", key):
            sent = answer.headers.get("location", "").startswith("/sign-in")
            assert (answer.status_code, sent) in ((303, True), (401, False)), key
            assert not [mark for mark in marks_of(set(OWNERS)) if mark in text_of(answer)], key
    assert firm_world.kept() == before


@pytest.mark.parametrize("login", [*CAST])
def test_who_may_not_is_refused_and_changes_nothing(firm_world: World, login: str) -> None:
    world = firm_world
    assert world[login].get("/account").status_code == 200
    before, verbs = world.kept(), world.viewer(login).verbs
    for key, route in routes(world.app):
        verb = verb_of(route)
        if not verb or verb in verbs:
            continue
        for answer in asked(world, login, key):
            assert answer.status_code == 403, (key, answer.status_code)
            assert not [mark for mark in marks_of(set(OWNERS)) if mark in text_of(answer)], key
    assert world.kept() == before


def foreign(login: str, key: str) -> set[str]:
    """What somebody must not be told on a route."""
    marks = marks_of(set(OWNERS) - SEES[login])
    if key.partition(" ")[2].startswith(FIRM_WIDE_NAMES):
        marks = {each for each in marks if not each.startswith("Verkauf")}
    return marks


@pytest.mark.parametrize("login", LIMITED)
def test_no_answer_tells_of_customers_of_others(firm_world: World, login: str) -> None:
    for key, route in routes(firm_world.app):
        if key == "POST /sign-out":
            continue
        verb_of(route)
        for to in ("text/html", "application/json") if login == "amy" else ("text/html",):
            for answer in asked(firm_world, login, key, to=to):
                told = text_of(answer)
                assert {mark for mark in foreign(login, key) if mark in told} == set(), (key, str(answer.url))
                assert answer.status_code < 500, (key, str(answer.url))


PROBES = {  # made-up values of the same length, and what others have
    number("SB1", 0): "CXX90", name("", 0): "KundeXXXXa", "RegionSB1": "RegionXX9", "VerkaufSB1": "VerkaufXX9",
    FORMER: "FORMERXX9", "SB1": "XX9",
}  # fmt: skip


@pytest.mark.parametrize("login", ["manager", "amy"])
def test_what_is_of_others_is_answered_as_what_does_not_exist(firm_world: World, login: str) -> None:
    for key, _ in routes(firm_world.app):
        example = EXAMPLES[key]
        if PROBE not in json.dumps([example.path, example.ask, example.send], ensure_ascii=False):
            continue
        for theirs, made_up in PROBES.items():
            pairs = zip(asked(firm_world, login, key, theirs), asked(firm_world, login, key, made_up), strict=True)
            for real, none in pairs:
                assert real.status_code == none.status_code, (key, str(real.url))
                same = [each.text.replace(quote(probe), "?").replace(probe, "?").replace(probe.lower(), "?")
                        for each, probe in ((real, theirs), (none, made_up))]  # fmt: skip
                assert same[0] == same[1], (key, str(real.url))


def rows_of(world: World, login: str) -> dict[str, Any]:
    answer = world[login].get("/customers.json?size=200")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("login", ["boss", "director", "manager", "amy", "bob", "service", "dealer"])
def test_counts_sums_and_facets_are_of_ones_own_customers(firm_world: World, login: str) -> None:
    mine = SEES.get(login)
    run = firm_world.service.firm.read().table("customer_now")
    own = run.filter(run["customer_id"].is_in(numbers(mine)))
    found = rows_of(firm_world, login)
    assert {row["customer_id"] for row in found["listed"]} == numbers(mine)
    assert found["total"] == len(own) == (len(OWNERS) if mine is None else len(mine)) * EACH
    assert found["usual_year"] == f"{Money(own['usual_year'].sum(), 'CNY')} in a usual year"
    tally = {tab["value"]: int(tab["rows"]) for tab in found["states"]}
    assert tally == {"": len(own), **dict(own["state"].value_counts().iter_rows())}
    for slot in found["slots"]:
        assert sum(choice["rows"] for choice in slot["choices"]) <= len(own)
    listed = firm_world[login].get("/list.json?size=200").json()
    assert listed["total"] == len(own.filter(own["listed"]))
    page = firm_world[login].get("/customers").text
    assert f"all <b>{len(run)}" not in page or mine is None


def test_two_viewers_never_share_a_mark(firm_world: World) -> None:
    """An ETag of one is none of another, even of two who may see the same; and it says nothing to the other."""
    for path in ("/overview", "/list", "/customers", "/list.json", "/overview.json"):
        found: dict[str, str] = {}
        for login in ("boss", "director", "manager", "amy", "bob", "service", "analyst", "marketing", "dealer"):
            answer = firm_world[login].get(path)
            assert answer.status_code == 200
            mark = answer.headers["etag"]
            assert mark not in found, (path, login, found.get(mark))
            for other in found:
                assert firm_world[login].get(path, headers={"if-none-match": other}).status_code == 200
            assert firm_world[login].get(path, headers={"if-none-match": mark}).status_code == 304
            assert "private" in answer.headers["cache-control"]
            assert "cookie" in answer.headers.get("vary", "cookie").lower()
            found[mark] = login


@pytest.mark.parametrize("login", ["boss", "manager", "amy", "bob"])
@pytest.mark.parametrize("to", ["csv", "json", "xlsx"])
def test_a_file_holds_ones_own_customers_and_says_whose_it_is(firm_world: World, login: str, to: str) -> None:
    answer = firm_world[login].post("/customers/export", data={"purpose": "=1+1 review", "to": to})
    told = text_of(answer)
    assert answer.status_code == 200
    mine = SEES.get(login)
    assert {each for each in numbers(None) if re.search(rf"\b{each}\b", told)} == numbers(mine)
    assert f"Mensch {login}" in told
    assert "no-store" in answer.headers["cache-control"]
    with firm_world.service.store.reading() as connection:
        from liuke.work.audit import entries

        last = entries(connection, verb="export", size=1).rows[0]
    assert (last.login, last.facts["rows"], last.facts["purpose"]) == (login, len(numbers(mine)), "=1+1 review")


def test_a_merged_customer_is_one_of_those_who_own_it(firm_world: World) -> None:
    found = {row["customer_id"] for row in rows_of(firm_world, "bob")["listed"]}
    assert KEPT in found
    assert FORMER not in {row["customer_id"] for row in rows_of(firm_world, "boss")["listed"]}


# what changes access; last, for others look at the same firm


def given(world: World, login: str, customers: list[str], owner: str, count: int | None = None) -> Response:
    data = {"customer": customers, "count": str(count or len(customers)), "owner": owner, "reason": "a test"}
    return world[login].post("/assign/done", data=data)


def seen_by(world: World, login: str) -> set[str]:
    return {row["customer_id"] for row in rows_of(world, login)["listed"]}


def test_customers_of_others_can_not_be_given_away_nor_to_others(firm_world: World) -> None:
    before = firm_world.kept()
    assert given(firm_world, "manager", [number("SB1", 0)], "SA1").status_code == 404
    assert given(firm_world, "manager", [number("SA1", 0), number("SB1", 0)], "SA2").status_code == 404
    assert given(firm_world, "manager", ["none at all"], "SA1").status_code == 404
    assert given(firm_world, "manager", [number("SA1", 0)], "SB1").status_code == 404
    assert given(firm_world, "manager", [number("SA1", 0)], "@nobody-here").status_code == 404
    assert given(firm_world, "boss", [number("SA1", 0)], "no such").status_code == 404
    assert given(firm_world, "boss", [number("SA1", 0)], "SA2", 7).status_code == 409
    assert firm_world.kept() == before


def test_who_sees_a_customer_follows_its_owner_at_once_and_back(firm_world: World) -> None:
    one = number("SA1", 1)
    assert one in seen_by(firm_world, "amy")
    assert one not in seen_by(firm_world, "bob")
    before = firm_world["bob"].get("/customers").headers["etag"]
    assert given(firm_world, "boss", [one], "SB1").status_code == 303
    assert one not in seen_by(firm_world, "amy")
    assert one not in seen_by(firm_world, "manager")
    assert one in seen_by(firm_world, "bob")
    assert firm_world["bob"].get("/customers", headers={"if-none-match": before}).status_code == 200
    assert name("SA1", 1) not in firm_world["amy"].get("/find?q=Kunde").text
    shown = firm_world["boss"].get(f"/customers.json?where=customer_id={one}").json()["listed"][0]
    assert shown["salesperson"] == "VerkaufSB1"
    assert one in firm_world["boss"].post("/customers/export?owner=VerkaufSB1", data={"purpose": "x", "to": "csv"}).text
    assert given(firm_world, "boss", [one], "@boss").status_code == 303
    assert one not in seen_by(firm_world, "bob")
    assert given(firm_world, "boss", [one], "-").status_code == 303
    assert one in seen_by(firm_world, "amy")
    assert one not in seen_by(firm_world, "bob")


def test_what_nobody_owns_is_seen_once_somebody_owns_it(firm_world: World) -> None:
    one = number("", 0)
    assert not any(one in seen_by(firm_world, login) for login in ("manager", "amy", "bob", "dealer"))
    assert given(firm_world, "director", [one], "SD1").status_code == 303
    assert one in seen_by(firm_world, "dealer")
    assert given(firm_world, "director", [one], "-").status_code == 303
    assert one not in seen_by(firm_world, "dealer")


def test_all_that_match_are_given_and_no_more(firm_world: World) -> None:
    data = {"every": "1", "query": "region=RegionSA2", "here": "customers", "owner": "SA1", "reason": "leaves",
            "count": str(EACH)}  # fmt: skip
    assert f"{EACH} customers" in re.sub("<.*?>", "", firm_world["manager"].post("/assign", data=data).text)
    assert firm_world["manager"].post("/assign/done", data=data).status_code == 303
    assert seen_by(firm_world, "amy") == numbers({"SA1", "SA2"})


def test_an_older_run_is_seen_with_the_owners_of_today(firm_world: World) -> None:
    service = firm_world.service
    service.firm.run(as_of="2025-06-30")
    one = number("SA1", 2)
    assert given(firm_world, "boss", [one], "SB1").status_code == 303
    then = firm_world["amy"].get("/customers.json?as_of=2025-06-30&size=200").json()
    assert one not in {row["customer_id"] for row in then["listed"]}
    assert one in {row["customer_id"] for row in
                   firm_world["bob"].get("/customers.json?as_of=2025-06-30&size=200").json()["listed"]}  # fmt: skip


def test_the_program_itself_refuses_who_does_not_go_through_a_page(firm_world: World) -> None:
    from liuke.app.ownership import assign_customers

    with pytest.raises(LiukeError):
        assign_customers(firm_world.service, firm_world.viewer("amy"), [number("SA1", 0)], "SA1", "x")
