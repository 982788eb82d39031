"""What stands before every page: where changes come from, headers, sizes, sessions, and doors that look like doors."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from cast import PASSWORD, QUICK, browser, number
from starlette.testclient import TestClient

from liuke.web.app import MOST_BYTES, create_app
from liuke.web.guard import HEADERS, Guard
from liuke.work.people import sessions
from liuke.work.people.users import add_user, leave, rejoin, reset_password, user

if TYPE_CHECKING:
    from cast import World

TYPED = {"content-type": "application/x-www-form-urlencoded"}
FORM = {"to": "en", "back": "/overview"}


def bare(world: World, login: str = "") -> TestClient:
    """A browser that says nothing of where a form came from, with somebody's cookie."""
    client = TestClient(world.app, headers={"accept": "text/html"}, follow_redirects=False)
    if login:
        client.cookies = world[login].cookies
    return client


@pytest.mark.parametrize(
    ("headers", "signed_in", "let_in"),
    [
        ({"sec-fetch-site": "same-origin"}, True, True),
        ({"sec-fetch-site": "none"}, True, True),
        ({"sec-fetch-site": "same-site"}, True, False),
        ({"sec-fetch-site": "cross-site"}, True, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, True, False),
        ({"sec-fetch-site": "cross-site"}, False, False),
        ({"origin": "http://testserver"}, True, True),
        ({"origin": "http://elsewhere.example"}, True, False),
        ({"origin": "http://testserver.elsewhere.example"}, True, False),
        ({"origin": "http://elsewhere.example#testserver"}, True, False),
        ({"origin": "http://testserver:81"}, True, False),
        ({"origin": "null"}, True, False),
        ({"origin": ""}, True, False),
        ({"origin": "http://["}, True, False),
        ({}, True, False),
        ({}, False, True),
        ({"cookie": "a=b; \x01=("}, False, False),  # cookies nobody can read are cookies
    ],
)
def test_a_change_is_let_in_by_where_it_comes_from(
    firm_world: World, headers: dict[str, str], signed_in: bool, let_in: bool
) -> None:
    client = bare(firm_world, "boss" if signed_in else "")
    answer = client.post("/language", data=FORM, headers=headers)
    assert (answer.status_code != 403) is let_in
    if not let_in:
        assert "set-cookie" not in answer.headers
        assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PROPFIND"])
def test_no_other_method_slips_through(firm_world: World, method: str) -> None:
    client = bare(firm_world, "boss")
    assert client.request(method, "/settings/firm", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.request(method, "/settings/firm", headers={"sec-fetch-site": "same-origin"}).status_code == 405


def test_behind_a_proxy_the_public_address_is_ones_own(firm_world: World) -> None:
    app = create_app(firm_world.service, "https://liuke.example.com")
    client = TestClient(app, follow_redirects=False)
    assert client.post("/language", data=FORM, headers={"origin": "https://liuke.example.com"}).status_code == 303
    assert client.post("/language", data=FORM, headers={"origin": "https://example.com"}).status_code == 403


def test_every_answer_bears_the_headers_of_safety(firm_world: World) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("a secret of the inside")

    app = create_app(firm_world.service)
    app.add_route("/broken", broken)
    app.router.routes.insert(0, app.router.routes.pop())
    client = TestClient(app, headers={"accept": "text/html", "sec-fetch-site": "same-origin"}, follow_redirects=False,
                        raise_server_exceptions=False)  # fmt: skip
    answers = [
        client.get("/sign-in"), client.get("/no such page"), client.get("/static/app.css"),
        client.get("/static/../app.py"), client.get("/overview"), client.post("/language", data={}),
        client.post("/language", content=b"x" * (MOST_BYTES + 1), headers=TYPED), client.get("/broken"),
    ]  # fmt: skip
    assert [each.status_code for each in answers] == [200, 404, 200, 404, 303, 422, 413, 500]
    for each in answers:
        assert {name: each.headers.get(name) for name in HEADERS} == HEADERS, each.url
    assert "secret" not in answers[-1].text
    assert "<h1>" in answers[-1].text
    asked = client.get("/broken", headers={"accept": "application/json"})
    assert (asked.status_code, asked.json()["status"]) == (500, 500)


def test_over_tls_browsers_are_told_to_stay_there(firm_world: World) -> None:
    client = TestClient(firm_world.app, base_url="https://testserver", follow_redirects=False,
                        headers={"sec-fetch-site": "same-origin"})  # fmt: skip
    answer = client.post("/sign-in", data={"login": "boss", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-lk_session=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("chunked", [True, False])
def test_too_large_a_body_is_refused_in_words(firm_world: World, chunked: bool) -> None:
    piece = b"a" * 100_000
    body: Any = (piece for _ in range(21)) if chunked else piece * 21
    answer = firm_world["boss"].post("/language", content=body,
                                     headers=TYPED)  # fmt: skip
    assert answer.status_code == 413
    assert "too large" in answer.text
    fits = firm_world["boss"].post("/language", data={**FORM, "more": "a" * 1_000_000})
    assert fits.status_code == 303


def test_a_path_that_takes_files_has_a_limit_of_its_own() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        read, more = 0, True
        while more:
            message = await receive()
            read, more = read + len(message["body"]), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(read).encode()})

    guarded = Guard(app, most=lambda path: 50 if path == "/up" else 10)
    client = TestClient(guarded, headers={"sec-fetch-site": "same-origin"})
    assert client.post("/up", content=b"x" * 40).text == "40"
    for path, size in (("/up", 51), ("/down", 11), ("/up/../down", 11)):
        with pytest.raises(Exception, match="413"):
            client.post(path, content=b"x" * size)


# sessions


def fresh(world: World, login: str, **more: Any) -> int:
    """Somebody new."""
    with world.service.store.writing() as connection:
        return add_user(connection, None, login=login, name=login, roles=["owner"],
                        password_hash=QUICK.hash(PASSWORD.encode()), **more).id  # fmt: skip


def entered(world: World, login: str) -> TestClient:
    client = browser(world.app)
    assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return client


def inside(client: TestClient) -> bool:
    return client.get("/overview").status_code == 200


def test_a_form_sent_again_after_signing_out_changes_nothing(firm_world: World) -> None:
    fresh(firm_world, "outgoing")
    client = entered(firm_world, "outgoing")
    cookies = dict(client.cookies)
    assert client.post("/views", data={"name": "one", "here": "list"}).status_code == 303
    assert client.post("/sign-out").status_code == 303
    before = firm_world.kept()
    again = browser(firm_world.app)
    again.cookies.update(cookies)
    answer = again.post("/views", data={"name": "two", "here": "list"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?back=&lost=1")
    assert not inside(again)
    assert firm_world.kept() == before


def test_a_session_ends_by_itself_and_a_foreign_one_is_none(firm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from liuke.web import people as asking

    fresh(firm_world, "idle")
    client = entered(firm_world, "idle")
    assert inside(client)
    for later, there in ((timedelta(hours=11), True), (timedelta(hours=11) + sessions.IDLE, False)):
        moment = datetime.now(UTC) + later
        monkeypatch.setattr(asking, "now", lambda moment=moment: moment)
        assert inside(client) is there
    monkeypatch.undo()
    for made_up in ("", "x", "0" * 43, "../etc", "'; DROP TABLE session; --"):
        stranger = browser(firm_world.app, cookie=f"lk_session={made_up}")
        assert stranger.get("/overview").status_code == 303


def test_a_clock_set_back_neither_opens_nor_breaks(firm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from liuke.web import people as asking
    from liuke.web.pages import account, sign_in

    fresh(firm_world, "early")
    client = entered(firm_world, "early")
    past = datetime.now(UTC) - timedelta(days=400)
    for module in (asking, account, sign_in):
        monkeypatch.setattr(module, "now", lambda: past)
    assert client.get("/account").status_code in (200, 303)
    answer = client.post("/account/tokens", data={"name": "x", "ends": "2026-11-01", "scopes": ["read"]})
    assert answer.status_code in (200, 303, 422)
    monkeypatch.undo()
    assert client.get("/audit").status_code in (200, 303)  # seen so long ago, the session may have ended
    wrong = browser(firm_world.app)
    for _ in range(12):
        last = wrong.post("/sign-in", data={"login": "early", "password": "not this one at all"})
    assert last.status_code == 429


def test_somebody_removed_is_out_at_the_next_step(firm_world: World) -> None:
    user = fresh(firm_world, "leaver")
    client = entered(firm_world, "leaver")
    assert inside(client)
    with firm_world.service.store.writing() as connection:
        leave(connection, None, user)
    assert client.get("/overview").headers["location"].startswith("/sign-in")
    assert client.post("/views", data={"name": "late", "here": "list"}).headers["location"] == "/sign-in?back=&lost=1"
    with firm_world.service.store.writing() as connection:
        rejoin(connection, None, user)
    assert not inside(client)  # the old session stays ended


def test_a_given_password_opens_nothing_but_its_change(firm_world: World) -> None:
    answer = firm_world["boss"].post("/users", data={"login": "newcomer", "name": "New", "roles": ["owner"]})
    assert answer.status_code == 200
    password = answer.text.split('lk-once">')[1].split("<")[0]
    client = browser(firm_world.app)
    assert client.post("/sign-in", data={"login": "newcomer", "password": password}).status_code == 303
    for path in ("/overview", "/list", "/users", "/audit", "/settings"):
        assert client.get(path).headers["location"] == "/account", path
    assert client.get("/list.json", headers={"accept": "application/json"}).status_code == 403
    made = client.post("/account/tokens", data={"name": "x", "ends": "2099-01-01", "scopes": ["read"]})
    assert made.headers.get("location") == "/account"
    assert client.post("/users", data={"login": "another", "name": "x"}).headers["location"] == "/account"
    changed = client.post("/account/password", data={"old": password, "new": "my very own words"})
    assert changed.status_code == 200
    assert inside(client)
    assert password not in firm_world["boss"].get("/audit?q=newcomer").text


def test_a_new_password_ends_what_was_open(firm_world: World) -> None:
    user = fresh(firm_world, "forgetful")
    client = entered(firm_world, "forgetful")
    with firm_world.service.store.writing() as connection:
        reset_password(connection, None, user, QUICK.hash(b"another password"))
    assert not inside(client)


# addresses that are not what they seem


@pytest.mark.parametrize(
    "back",
    [
        "//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "javascript:alert(1)",
        "\\\\x.example", "/\t/elsewhere.example", "/\r\nset-cookie: a=b", "http:elsewhere", " //elsewhere.example",
        "/../..//x.example", "",
    ],
)  # fmt: skip
def test_back_leads_to_a_page_of_ours_alone(firm_world: World, back: str) -> None:
    for path, data in (("/language", {"to": "en", "back": back}),
                       ("/sign-in", {"login": "boss", "password": PASSWORD, "back": back})):  # fmt: skip
        answer = browser(firm_world.app).post(path, data=data)
        assert answer.headers["location"] in ("/overview", "/../..//x.example"), back
    again = firm_world["boss"].get("/sign-in", params={"back": back})
    assert again.headers["location"] in ("/overview", "/../..//x.example")


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver@elsewhere.example", "a b", "x" * 300, "[::1", ""])
def test_a_host_header_leads_nowhere(firm_world: World, host: str) -> None:
    client = browser(firm_world.app, host=host)
    for answer in (client.get("/overview"), client.get("/"), client.get("/no such"), client.get("/overview/")):
        assert answer.status_code < 500
        assert "elsewhere" not in answer.headers.get("location", "")
        assert "elsewhere" not in answer.text
    forged = browser(firm_world.app, **{"x-forwarded-host": "elsewhere.example", "x-forwarded-proto": "https"})
    assert "elsewhere" not in forged.get("/overview").headers["location"]


def test_a_language_or_time_zone_that_does_not_exist(firm_world: World) -> None:
    client = browser(firm_world.app)
    assert "set-cookie" not in client.post("/language", data={"to": "xx"}).headers
    for made_up in ("xx", "../../etc", "zh_CN", "", "\x00"):
        odd = browser(firm_world.app, cookie=f"lk_lang={made_up}", **{"accept-language": "xx;q=9,**,,"})
        assert odd.get("/sign-in").status_code == 200
    user = firm_world.users["service"]
    page = firm_world["boss"].get(f"/users/{user}").text
    version = page.split('name="version" value="')[1].split('"')[0]
    kept = firm_world.kept()
    for changes in (
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": ""},
        {"language": "xx"},
    ):
        data = {"version": version, "name": "S", "language": "en", "time_zone": "UTC", "roles": ["service"], **changes}
        assert firm_world["boss"].post(f"/users/{user}", data=data).status_code == 422, changes
    assert firm_world.kept() == kept


# what people do at the same time


def test_two_who_change_one_person_are_told_of_each_other(firm_world: World) -> None:
    user = firm_world.users["marketing"]
    page = firm_world["boss"].get(f"/users/{user}").text
    version = page.split('name="version" value="')[1].split('"')[0]
    base = {"version": version, "language": "en", "time_zone": "UTC"}
    first = firm_world["admin"].post(f"/users/{user}", data={**base, "name": "First", "roles": ["marketing"]})
    assert first.status_code == 303
    second = firm_world["boss"].post(f"/users/{user}", data={**base, "name": "Second", "roles": ["analyst"]})
    assert second.status_code == 409
    assert "admin" in second.text
    assert "First" in second.text
    assert firm_world.viewer("marketing").name == "First"


def test_two_who_change_one_setting_are_told_of_each_other(firm_world: World) -> None:
    path = firm_world.service.firm.workspace.root / "liuke.toml"
    path.write_text("# ours\nkeep_runs = 30  # as agreed with Wang\n", "utf-8")
    assert firm_world["boss"].post("/settings/keep_runs", data={"value": "31", "seen": "30"}).status_code == 303
    assert path.read_text("utf-8") == "# ours\nkeep_runs = 31  # as agreed with Wang\n"
    late = firm_world["analyst"].post("/settings/keep_runs", data={"value": "5", "seen": "30"})
    assert late.status_code == 409
    assert "boss" in late.text
    assert "31" in late.text
    for wrong in ("0", "-1", "many", "1e99", "inf", "nan", "3.5\n[x]", "1.5"):
        assert firm_world["boss"].post("/settings/keep_runs", data={"value": wrong, "seen": "31"}).status_code == 422
    assert firm_world["boss"].post("/settings/nothing", data={"value": "1", "seen": ""}).status_code == 422
    odd = 'A "firm"\\ # 甲\u2028'
    assert firm_world["boss"].post("/settings/firm", data={"value": odd, "seen": ""}).status_code == 303
    assert firm_world.service.firm.workspace.settings.text("firm") == odd.strip()
    assert "# ours" in path.read_text("utf-8")
    assert firm_world["boss"].post("/settings/keep_runs", data={"default": "1", "seen": "31"}).status_code == 303
    assert firm_world.service.firm.workspace.settings.number("keep_runs") == 12
    assert "# as agreed with Wang" in path.read_text("utf-8")


def test_an_export_above_the_setting_is_refused_whole(firm_world: World) -> None:
    boss = firm_world["boss"]
    assert boss.post("/settings/export_rows", data={"value": "3", "seen": "20000"}).status_code == 303
    kept = firm_world.kept()
    answer = boss.post("/customers/export", data={"purpose": "all", "to": "csv"})
    assert answer.status_code == 409
    assert "25 customers match" in answer.text
    assert boss.post("/customers/export?q=Kunde", data={"purpose": " ", "to": "csv"}).status_code == 422
    assert firm_world.kept() == kept
    assert boss.post("/settings/export_rows", data={"default": "1", "seen": "3"}).status_code == 303


def test_nothing_typed_becomes_a_formula_or_markup(firm_world: World) -> None:
    purpose = '=HYPERLINK("http://x")<script>alert(1)</script>'
    told = firm_world["boss"].post("/customers/export", data={"purpose": purpose, "to": "csv"}).text
    assert not [line for line in told.splitlines() if line.lstrip('"').startswith(("=", "+", "-", "@"))]
    page = firm_world["boss"].get("/audit").text
    assert "<script>alert" not in page
    assert number("SA1", 0) in told


@pytest.mark.parametrize("taken_off", [False, True])
def test_behind_a_proxy_that_keeps_its_path_or_takes_it_off(firm_world: World, taken_off: bool) -> None:
    client = TestClient(create_app(firm_world.service, root_path="/liuke"), headers={"accept": "text/html"},
                        follow_redirects=False)  # fmt: skip
    before = "" if taken_off else "/liuke"
    assert client.get(f"{before}/static/app.css").headers["content-type"].startswith("text/css")
    assert client.get(f"{before}/api/v1/openapi.json").status_code == 200
    location = client.get(f"{before}/list?core=yes").headers["location"]
    assert location == "/liuke/sign-in?back=%2Fliuke%2Flist%3Fcore%3Dyes"
    page = client.get(f"{before}/sign-in").text
    assert 'name="back" value="/liuke/sign-in"' in page


@pytest.mark.parametrize("path", ["/users/{row}", "/audit?person={row}"])
@pytest.mark.parametrize("row", [2**31, 2**63, 10**30])
def test_a_number_no_row_can_have_is_refused(firm_world: World, path: str, row: int) -> None:
    assert firm_world["boss"].get(path.format(row=row)).status_code == 422


def test_what_a_request_lacks_is_said(firm_world: World) -> None:
    answer = firm_world["boss"].get("/runs/compare")
    assert answer.status_code == 422
    assert "请求里缺少：a, b。" in answer.text or "The request lacks: a, b." in answer.text


def test_a_form_sent_after_the_session_ended_is_said_to_be_lost_and_leads_back_to_its_page(firm_world: World) -> None:
    client = TestClient(firm_world.app, headers={"accept": "text/html"}, follow_redirects=False)
    for referer, back in (("http://testserver/list?core=yes", "%2Flist%3Fcore%3Dyes"), ("http://elsewhere/list", "")):
        answer = client.post("/views", data={"name": "late", "here": "list"}, headers={"referer": referer})
        assert answer.headers["location"] == f"/sign-in?back={back}&lost=1"
    assert "not saved" in client.get("/sign-in?lost=1", headers={"accept-language": "en"}).text


def test_the_language_of_an_answer_to_a_change_leads_to_the_page_before(firm_world: World) -> None:
    wrong = {"name": "", "login": "", "language": "en"}
    page = firm_world["boss"].post("/users", data=wrong, headers={"referer": "http://testserver/audit?page=1"}).text
    assert 'name="back" value="/audit?page=1"' in page


def test_head_is_answered_as_get_without_what_it_would_show(firm_world: World) -> None:
    client = firm_world["boss"]
    routes = [path for path in PAGES if client.get(path).status_code == 200]
    assert len(routes) > 10
    for path in [*routes, "/list.json", "/static/app.css", "/no-such-page", "/rules/none-such"]:
        shown, told = client.get(path), client.head(path)
        assert told.status_code == shown.status_code, path
        assert told.content == b"", path
        assert told.headers["content-length"] == str(len(shown.content)), path
        assert told.headers.get("etag") == shown.headers.get("etag"), path
        assert told.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert firm_world["stranger"].head("/list").status_code == 303
    assert firm_world["amy"].head("/users").status_code == 403


PAGES = (
    "/overview", "/list", "/customers", f"/customer/{number('SA1', 1)}", "/values", "/values/worksheet", "/rules",
    "/indicators", "/model", "/data", "/data/checks", "/data/merges", "/runs", "/settings", "/users", "/audit",
    "/account", "/views", "/list/export", "/sign-in", "/healthz",
)  # fmt: skip


def test_a_page_passes_over_what_messengers_add_to_its_address(firm_world: World) -> None:
    client = firm_world["boss"]
    added = "utm_source=wecom&from=timeline&isappinstalled=0&utm_source=again"
    for path in PAGES:
        join = "&" if "?" in path else "?"
        assert client.get(f"{path}{join}{added}").status_code == client.get(path).status_code, path
    narrowed = client.get(f"/customers?{added}&region=RegionSA1&cols=region")
    assert number("SA1", 1) in narrowed.text
    assert number("SB1", 1) not in narrowed.text
    links = re.findall(r'href="([^"]*)"', narrowed.text)
    assert any("region=RegionSA1" in each for each in links)
    assert not any("utm_source" in each for each in links)


def test_what_takes_rows_away_takes_nothing_it_does_not_know(firm_world: World) -> None:
    client = firm_world["boss"]
    for path in ("/list.json", "/customers.json", "/values.json"):
        refused = client.get(f"{path}?regoin=RegionSA1")
        assert refused.status_code == 422, path
        assert "regoin" in refused.text
    sent = client.post("/customers/export?regoin=RegionSA1", data={"purpose": "a test", "to": "csv"})
    assert sent.status_code == 422


@pytest.mark.parametrize("query", ["page=0", "page=x", "view=none", "core=2", f"q={'x' * 81}", "size=100000"])
def test_a_value_that_does_not_fit_is_said_by_its_name(firm_world: World, query: str) -> None:
    refused = firm_world["boss"].get(f"/list?{query}&utm_source=wecom")
    assert refused.status_code == 422
    assert f"not known here: {query.split('=', maxsplit=1)[0]}." in refused.text


def test_an_address_that_takes_forms_alone_leads_back_to_their_page(firm_world: World) -> None:
    client = firm_world["boss"]
    for path, page in (
        ("/rules/edit", "/rules"), ("/runs/schedules", "/runs"), ("/data/upload", "/data"),
        ("/account/password", "/account"), ("/assign", "/"),
    ):  # fmt: skip
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("location")) == (303, page), path
        assert client.get(page).status_code in (200, 303)
    assert client.get("/data/upload", headers={"accept": "application/json"}).status_code == 405


def test_a_past_run_leads_to_the_list_as_it_was_then(firm_world: World) -> None:
    client, firm = firm_world["boss"], firm_world.service.firm
    firm.run(as_of="2025-06-30")
    days = {each.as_of for each in firm.history()}
    assert len(days) == 2
    shown = client.get("/runs").text
    current = firm.current().info["as_of"]
    for day in days - {current}:
        assert f"/overview?as_of={day}" in shown
        assert day in client.get(f"/list?as_of={day}").text
    firm.run(as_of="2025-06-30", again=True)
    again = client.get("/runs").text
    assert again.count("/overview?as_of=2025-06-30") == 1
    assert "another run of that day is shown" in again


def test_the_checks_say_when_the_run_was_made_in_the_time_of_who_looks(firm_world: World) -> None:
    made = datetime.fromisoformat(firm_world.service.firm.current().info["measured_at"])
    with firm_world.service.store.reading() as connection:
        zone = user(connection, firm_world.users["boss"]).time_zone
    shown = firm_world["boss"].get("/data/checks").text
    assert f"{made.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" in shown
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:", shown)
