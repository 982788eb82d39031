"""`liuke.connect`: what a served firm answers is what the same firm answers here; errors are of the same classes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest
import uvicorn
from people import looking
from polars.testing import assert_frame_equal

import liuke
from liuke.app.calling import Calls, Returned, error_of
from liuke.app.connected import ConnectedFirm
from liuke.kernel.errors import Away, Conflict, Forbidden, Invalid, LiukeError, NotFound, NoToken, Refused, Usage
from liuke.kernel.i18n import in_language
from liuke.reports.query import Condition, Query, customers, values
from liuke.web.app import create_app
from servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.app.service import Service

Tokens = dict[str, dict[str, str]]
CODE = "customer_code"


@pytest.fixture(scope="module")
def address(served_firm: Service) -> Iterator[str]:
    """Where the firm is served, by a server as `liuke serve` has it."""
    port = free_port()
    config = uvicorn.Config(create_app(served_firm), host="127.0.0.1", port=port, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def far(address: str, token: Tokens) -> dict[str, ConnectedFirm]:
    """The firm as each user's program sees it."""
    return {login: liuke.connect(address, bearer(headers)) for login, headers in token.items()}


def bearer(headers: dict[str, str]) -> str:
    """The token of a header."""
    return headers["authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_frames_are_those_of_the_firm_itself(far: dict[str, ConnectedFirm], served_firm: Service, spoken: str) -> None:
    here, there = served_firm.firm, far["boss"]
    view, other = here.current(), there.current()
    with in_language(spoken):
        assert_frame_equal(there.list(Query(size=None)), here.list(Query(size=None)))
        for asked in (None, "going", "silent", "money"):
            assert_frame_equal(there.at_risk(asked), here.at_risk(asked))
        for customer in ("m1", "m2", "o3"):
            assert_frame_equal(there.show(customer), here.show(customer))
            assert_frame_equal(there.documents(customer), view.customer(customer).documents)
        assert_frame_equal(there.indicators(), here.indicators())
        assert_frame_equal(there.rules(), here.rules())
        assert [each.text() for each in other.model_card()] == [each.text() for each in view.model_card()]
    for name in set(view.tables) - {"document"}:
        assert_frame_equal(other.table(name), view.table(name))
    assert set(other.tables) == set(view.tables) - {"document"}


def test_listings_facets_and_sums_are_those_of_the_firm_itself(
    far: dict[str, ConnectedFirm], served_firm: Service
) -> None:
    here, there = served_firm.firm.current(), far["boss"].current()
    for made in ("watch_list", "values"):
        query = customers(search="o") if made == "watch_list" else values()
        one, other = (getattr(view, made)(query) for view in (here, there))
        assert_frame_equal(other.rows, one.rows)
        assert (other.total, other.said, other.listing.name) == (one.total, one.said, one.listing.name)
    for made in ("economics", "leaking_bucket", "rule_scores"):
        assert_frame_equal(getattr(there, made)().rows, getattr(here, made)().rows)
    asked = Query(where=(Condition("salesperson_id", "S2"), Condition("usual_year", 1, ">=")))
    assert there.sums(asked, "usual_year", "risk") == here.sums(asked, "usual_year", "risk")
    assert_frame_equal(there.facets("state", asked), here.facets("state", asked))
    assert_frame_equal(there.page(Query(sort="name", size=2, page=2)).rows,
                       here.page(Query(sort="name", size=2, page=2)).rows)  # fmt: skip


def test_pages_are_put_together(
    far: dict[str, ConnectedFirm], served_firm: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liuke.app.connected_run.AT_ONCE", 2)
    assert_frame_equal(far["boss"].list(Query(size=None)), served_firm.firm.list(Query(size=None)))
    page = Query(size=3, page=2)
    assert_frame_equal(far["boss"].current().page(page).rows, served_firm.firm.current().page(page).rows)


def test_who_sees_some_customers_has_their_rows_and_nothing_of_the_firm(
    far: dict[str, ConnectedFirm], served_firm: Service
) -> None:
    here, mine = served_firm.firm.list(Query(size=None)), far["wu"]
    found = mine.list(Query(size=None))
    assert found.schema == here.schema
    assert found[CODE].null_count() == 2  # the numbers of a run say how many customers the firm has
    only = here.filter(here["customer_id"].is_in(["m1", "m2"]))
    assert_frame_equal(found.drop(CODE), only.drop(CODE))
    view = mine.current()
    assert (view.info["customers"], view.reader.whole) == (2, False)
    assert "base_rate" not in view.info
    assert view.sums(Query(), "usual_year")["rows"] == 2
    assert len(view.values(values()).rows) == 2
    assert view.watch_list(customers(search="m")).total == 2
    whole = [lambda: view.table("indicator"), lambda: view.table("customer_now"), mine.indicators, mine.rules]
    sums = [lambda: view.page(Query("model_score")), lambda: view.facets("rule", Query("rule_score"))]
    for refused in (*whole, *sums):
        with pytest.raises((Forbidden, NotFound)):
            refused()
    with pytest.raises(NotFound) as other:
        mine.show("o1")
    with pytest.raises(NotFound) as none:
        mine.show("xx")
    assert str(other.value).replace("o1", "xx") == str(none.value)


def test_notes_and_owners_are_written(far: dict[str, ConnectedFirm]) -> None:
    number = far["wu"].note("m1", "电话 {x}\n第二行")
    (row,) = far["boss"].notes("m1").filter(far["boss"].notes("m1")["id"] == number).to_dicts()
    assert (row["text"], row["at"].tzinfo is not None) == ("电话 {x}\n第二行", True)
    with pytest.raises(NotFound):
        far["wu"].note("o1", "x")
    with pytest.raises(Forbidden):
        far["wu"].assign("m1", "S2", "x")
    assert far["boss"].assign(["o2"], "S1", "交接") == 1
    assert "o2" in far["wu"].list(Query(size=None))["customer_id"]
    assert far["boss"].assign("o2", "S2", "退回") == 1
    assert "o2" not in far["wu"].list(Query(size=None))["customer_id"]


def test_a_rule_is_tried_on_the_customers_one_sees(far: dict[str, ConnectedFirm], served_firm: Service) -> None:
    here = served_firm.firm.preview("half_of_own_mean")
    assert {row["customer_id"] for row in far["boss"].preview("half_of_own_mean")} == set(
        pl.DataFrame(here.rows)["customer_id"]
    )
    with pytest.raises(Forbidden):
        far["wu"].preview("half_of_own_mean")
    with pytest.raises(NotFound):
        far["boss"].preview("no_such_rule")


def test_runs_and_days(far: dict[str, ConnectedFirm], served_firm: Service) -> None:
    (one,) = far["boss"].runs()
    assert one.info["run_id"] == served_firm.firm.current().info["run_id"]
    day = one.info["as_of"]
    assert_frame_equal(far["boss"].list(as_of=day), served_firm.firm.list(as_of=day))
    with pytest.raises(LiukeError) as far_off:
        far["boss"].list(as_of="1999-01-31")
    with pytest.raises(LiukeError) as near:
        served_firm.firm.list(as_of="1999-01-31")
    assert (type(far_off.value), far_off.value.code) == (type(near.value), near.value.code)


@pytest.mark.parametrize(
    "query",
    [Query("no_table"), Query(sort="no_column"), Query(where=(Condition("no_column", 1),)),
     Query(where=(Condition("state", "gone"),)), Query(where=(Condition("risk", "x"),)),
     Query(where=(Condition("region", "1", ">="),))],
)  # fmt: skip
def test_a_refusal_is_of_the_same_class_and_code_and_says_the_same(
    far: dict[str, ConnectedFirm], served_firm: Service, query: Query
) -> None:
    with in_language("en"):
        with pytest.raises(LiukeError) as here:
            served_firm.firm.current().page(query)
        with pytest.raises(LiukeError) as there:
            far["boss"].current().page(query)
        assert (type(there.value), there.value.code) == (type(here.value), here.value.code)
        if query.table != "no_table":  # of tables the API names those it has
            assert str(there.value) == str(here.value)


def test_no_token_no_server_and_what_is_no_liuke(address: str) -> None:
    with pytest.raises(NoToken):
        liuke.connect(address, "lk_wrong").runs()
    with pytest.raises(Away):
        liuke.connect(f"http://127.0.0.1:{free_port()}", "lk_x", seconds=2).runs()
    for status, kind in ((302, Refused), (404, Refused), (502, Away)):
        odd = Calls(lambda _, status=status: Returned(status, {}, b"<html>"), "lk_x", "here")  # type: ignore[misc]
        with pytest.raises(kind) as found:
            ConnectedFirm(odd).runs()
        assert found.value.code == "not_liuke"


@pytest.mark.parametrize("url", ["", "liuke.example.com", "ftp://x", "http://", "http://u:p@x", "https://x:port"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Usage):
        liuke.connect(url, "lk_x")


def test_a_token_is_not_sent_in_the_clear_or_into_a_header_it_would_break() -> None:
    with pytest.raises(Usage):
        liuke.connect("http://liuke.example.com", "lk_x")
    assert liuke.connect("http://liuke.example.com", "lk_x", plain=True).calls.address == "http://liuke.example.com"
    for token in ("", " ", "a b", "a\r\nhost: x", "密"):
        with pytest.raises(Usage):
            liuke.connect("https://liuke.example.com", token)


def test_a_lost_line_is_tried_again_under_the_same_key() -> None:
    sent: list[dict[str, str]] = []

    def send(asked: tuple[str, str, dict[str, str], bytes | None]) -> Returned:
        sent.append(asked[2])
        if len(sent) == 1:
            raise ConnectionResetError
        return Returned(201, {}, b'{"id": 7}')

    assert ConnectedFirm(Calls(send, "lk_x")).note("m1", "x") == 7
    assert sent[0]["idempotency-key"] == sent[1]["idempotency-key"]


def test_what_did_not_change_is_not_sent_again(far: dict[str, ConnectedFirm]) -> None:
    calls = far["boss"].calls
    seen: list[int] = []

    def send(asked: tuple[str, str, dict[str, str], bytes | None]) -> Returned:
        answer = calls.send(asked)
        seen.append(answer.status)
        return answer

    watched = ConnectedFirm(Calls(send, calls.token, calls.address))
    assert_frame_equal(watched.indicators(), watched.indicators())
    assert sorted(seen) == [200, 200, 304, 304]


def test_a_run_that_changes_meanwhile_is_said() -> None:
    parts = iter([("00001", b""), ("00002", b"")])

    def send(_: object) -> Returned:
        run, _body = next(parts)
        return Returned(200, {"x-liuke-run": run, "x-liuke-total": "0"}, b"")

    from liuke.app.connected_run import ConnectedReader

    reader = ConnectedReader(Calls(send, "lk_x"))
    reader._asked("tables/customer_now")
    with pytest.raises(Conflict) as found:
        reader._asked("tables/customer_now")
    assert found.value.code == "run_changed"


def test_every_class_of_error_comes_back_as_itself() -> None:
    from liuke.api.problems import problem_of
    from liuke.kernel.errors import OF_KIND

    for kind in OF_KIND.values():
        made = kind("There is no {what}.", what="x{y}", code="some_code", fix="Ask {what}.")
        answer = problem_of(made)
        back = error_of(Returned(answer.status_code, {}, bytes(answer.body)))
        assert (type(back), back.code, str(back)) == (kind, "some_code", str(made))
    assert type(error_of(Returned(422, {}, b'{"title": "x", "detail": "y"}'))) is Refused
    assert issubclass(Invalid, Refused)


def test_causes_are_of_the_customers_one_sees_and_sums_of_the_firm(
    far: dict[str, ConnectedFirm], served_firm: Service
) -> None:
    here = served_firm.firm
    assert_frame_equal(far["boss"].why("m2"), here.why("m2"))
    assert_frame_equal(far["boss"].cause_totals("salesperson"), here.cause_totals("salesperson"))
    assert_frame_equal(far["boss"].causes(), here.causes())
    mine = far["wu"]
    assert not here.why("m2").is_empty()
    assert_frame_equal(mine.why("m2").drop(CODE), here.why("m2").drop(CODE))
    rows = mine.current().page(Query("customer_cause", size=None)).rows
    assert set(rows["customer_id"]) <= {"m1", "m2"}
    assert rows[CODE].null_count() == len(rows)
    assert set(mine.current().page(Query("cause_evidence", size=None)).rows["customer_id"]) <= {"m1", "m2"}
    named = mine.causes()
    assert named["title"].to_list() == here.causes()["title"].to_list()
    assert named["events"].null_count() == len(named)
    for refused in (mine.cause_totals, lambda: mine.current().page(Query("cause_total")),
                    lambda: mine.current().page(Query("direction")), lambda: mine.current().table("cause_card"),
                    lambda: mine.why("o1")):  # fmt: skip
        with pytest.raises((Forbidden, NotFound)):
            refused()
    with pytest.raises(Forbidden):
        served_firm.seen(looking(served_firm.store, 2)).cause_totals()


def test_falls_are_of_the_customers_one_sees(far: dict[str, ConnectedFirm], served_firm: Service) -> None:
    here = served_firm.firm.market(customers=True)
    assert here["customer_id"].to_list() == ["m2"]
    assert_frame_equal(far["boss"].market(customers=True), here)
    assert far["wu"].market(customers=True)["customer_id"].to_list() == ["m2"]
    assert "{" not in "".join(here["said"])
    assert [*far["wu"].read().info["falls"]] == ["reason"]  # no count of the firm's


def test_causes_are_confirmed_by_who_may_over_the_line(far: dict[str, ConnectedFirm], served_firm: Service) -> None:
    boss, mine = far["boss"], far["wu"]
    assert boss.cause_draw()["customer_id"].to_list() == ["m2"]
    number = boss.confirm_cause("m2", "other", "price", "问过")
    (row,) = boss.cause_draw().to_dicts()
    assert (row["verdict"], row["found"], row["who"], row["mine"]) == ("other", "price", "Boss", number)
    assert mine.cause_draw()["mine"].to_list() == [None]
    told = boss.cause_accuracy()
    assert (told["audited"], told["right"], told["share"]) == (1, 0, None)
    assert "1 of 30 audited cases" in " ".join(told["said"])
    for refused in (lambda: mine.confirm_cause("m2"), lambda: mine.undo_verdict(number), mine.cause_accuracy):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(NotFound):
        boss.undo_verdict(number + 1)
    boss.undo_verdict(number)
    assert boss.cause_draw()["verdict"].to_list() == [None]
    assert (served_firm.firm.workspace.root / "cause_audits.json").exists()
