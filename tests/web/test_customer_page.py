"""A customer's page: whose it may be, what it knew when, what is masked, what people write on it, odd numbers."""

from __future__ import annotations

import sys
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1] / "work"))

import polars as pl
import pytest
from people import PASSWORD, joined, looking

import liuke
from firms import Doc, load, monthly
from liuke.app.service import Service
from liuke.reports.contexts.customer_page import masked, year_start
from liuke.web.app import create_app
from liuke.work import assignments, audit, notes
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

ODD = "a/b 甲?#%&\"'<x>"
JSON_LIKE = "c9.json"
HOSTILE = "<script>alert(1)</script>\"' onload="
LOADED = date(2026, 3, 2)


def bought() -> list[Doc]:
    """Two years of four customers: one of Wang's that stops, one of Li's, and two with odd numbers."""
    made = [
        *monthly("c1", [900] * 24),
        Doc("back-1", "c1", date(2025, 6, 20), ((-10_000, "p0", -1),), "return"),
        *monthly("c2", [500] * 26),
        *monthly(ODD, [700] * 26),
        *monthly(JSON_LIKE, [300] * 26),
        *monthly("old1", [100] * 20),
        *monthly("late", [400] * 3, "2025-12"),
        Doc("last", "c2", date(2026, 2, 28), ((100, "p0", 1),)),
    ]
    owner = {"c2": "S2", "late": "S2"}
    return [Doc(each.number, each.customer, each.on, each.lines, each.kind, None, owner.get(each.customer, "S1"))
            for each in made]  # fmt: skip


def files() -> dict[str, pl.DataFrame]:
    """What other tables say, some of it after the end of 2025."""
    return {
        "customer": pl.DataFrame({
            "customer_id": ["c1", "c2", ODD], "name": ["Jin Shun", "Other Ltd", HOSTILE],
            "contact_name": ["王小明", "李四", None], "phone": ["13812340000", None, None],
            "email": ["wang@jin.cn", None, None], "address": ["苏州市工业园区 1 号", None, None],
        }),
        "complaint": pl.DataFrame({
            "complaint_id": ["T1", "T2"], "customer_id": ["c1", "c1"],
            "opened_on": [date(2025, 8, 9), date(2026, 1, 20)], "kind": ["oil", "price"],
            "text": [HOSTILE, "too dear"], "replied_on": [date(2026, 1, 5), None],
            "resolved_on": [date(2026, 1, 9), None], "verdict": ["furious", None],
        }),
        "promise": pl.DataFrame({
            "promise_id": ["P1"], "customer_id": ["c1"], "kind": ["rebate"], "promised_on": [date(2025, 3, 12)],
            "due_on": [date(2025, 6, 30)], "kept_on": [date(2026, 2, 3)],
        }),
        "contact": pl.DataFrame({
            "contact_id": ["V1", "V2"], "customer_id": ["c1", "c1"], "at": [date(2025, 11, 3), date(2026, 2, 10)],
            "channel": ["visit", "visit"], "text": ["asked for the rebate", "gone elsewhere"],
        }),
        "assignment": pl.DataFrame({
            "customer_id": ["c1", "c1"], "from_on": [date(2024, 1, 1), date(2025, 7, 1)],
            "salesperson_id": ["S2", "S1"],
        }),
        "salesperson": pl.DataFrame({"salesperson_id": ["S1", "S2"], "name": ["Wang", "Li"]}),
    }  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("customer")
    firm = liuke.open(folder / "firm")
    load(firm, bought(), loaded_on=LOADED)
    for table, rows in files().items():
        rows.write_parquet(folder / f"{table}.parquet")
        firm.load(folder / f"{table}.parquet", source=table, table=table, loaded_on=LOADED)
    firm.run(as_of="2024-06-30")
    firm.run(as_of="2025-12-31")
    firm.merge("old1", "c1")
    firm.run()
    store = WorkStore.open(folder / "work.sqlite")
    for login, role, more in [("boss", "owner", {}), ("wang", "account_manager", {"salesperson_id": "S1"}),
                              ("li", "account_manager", {"salesperson_id": "S2"}), ("desk", "service", {}),
                              ("shop", "distributor", {"salesperson_id": "S1"})]:  # fmt: skip
        joined(store, login, role, **more)
    yield Service(firm, store)
    store.close()


@pytest.fixture
def come(service: Service) -> Iterator[object]:
    """Signs somebody in: a client of the app, in English."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.testclient import TestClient

    def signed_in(login: str) -> TestClient:
        client = TestClient(create_app(service), base_url="http://liuke.test",
                            headers={"origin": "http://liuke.test", "accept": "text/html"})  # fmt: skip
        client.cookies.set("lk_lang", "en")
        answer = client.post("/sign-in", data={"login": login, "password": PASSWORD}, follow_redirects=False)
        assert answer.status_code == 303
        return client

    return signed_in


def path_of(number: str) -> str:
    return f"/customer/{quote(number, safe='')}"


def told(service: Service, verb: str) -> list[audit.AuditEntry]:
    with service.store.reading() as connection:
        return list(audit.entries(connection, verb=verb, size=500).rows)


def test_the_page_says_what_happened_and_every_sum_is_that_of_its_documents(service: Service, come) -> None:
    client = come("boss")
    page = client.get("/customer/c1")
    assert page.status_code == 200
    assert "Jin Shun" in page.text
    data = client.get("/customer/c1.json").json()
    assert data["said"]["said"] if isinstance(data["said"], dict) else data["said"]
    for column in data["trend"]["columns"]:
        shown = client.get(f"/customer/c1.json?kind=sales&since={column['since']}&until={column['until']}").json()
        assert shown["line"]["total"] == column["documents"]
        if column["documents"]:
            assert float(shown["line"]["amount"]) == float(column["amount"])
    row = service.firm.read().customer("c1").row
    drawn = [round(float(each["amount"] or 0) * 100) for each in data["trend"]["columns"]]
    assert drawn[-len(row["trend"]) :] == list(row["trend"])
    june = next(each for each in data["trend"]["columns"] if each["label"] == "2025-06")
    assert float(june["amount"]) == 900.0 + 100.0 - 100.0  # its own, that of the number merged into it, the return


def test_families_by_month_add_up_to_the_months(come) -> None:
    data = come("boss").get("/customer/c1.json?families=1").json()
    families = [each["amounts"] for each in data["trend"]["families"] if each["amounts"]]
    assert families
    for place, column in enumerate(data["trend"]["columns"]):
        assert sum(float(each[place]) for each in families) == pytest.approx(float(column["amount"] or 0))


def test_one_who_is_not_seen_and_one_who_does_not_exist_are_answered_alike(come) -> None:
    client = come("li")
    assert client.get("/customer/c2").status_code == 200
    for suffix in ("", ".json"):
        hidden, nobody = (client.get(f"/customer/{number}{suffix}") for number in ("c1", "zz"))
        assert hidden.status_code == nobody.status_code == 404
        assert hidden.text.replace("c1", "zz") == nobody.text
    old, late = client.get("/customer/old1"), client.get("/customer/c1?as_of=2025-12-31")
    assert old.status_code == late.status_code == 404
    assert "counted under" not in old.text
    assert "Jin" not in late.text
    for path, data in (("note", {"text": "mine"}), ("unmask", {"purpose": "call him"}), ("note/1/withdraw", {})):
        assert client.post(f"/customer/c1/{path}", data=data).status_code == 404
    assert client.get("/customer/c1/rows.xlsx").status_code == 404


def test_what_a_role_may_not_do_is_refused_and_not_shown(come) -> None:
    shop, desk = come("shop"), come("desk")
    assert shop.get("/customer/c1/rows.xlsx").status_code == 403
    assert shop.post("/customer/c1/unmask", data={"purpose": "to call"}).status_code == 403
    page = shop.get("/customer/c1").text
    assert "rows.xlsx" not in page
    assert "/unmask" not in page
    assert "/note" in page
    wang, boss = come("wang").get("/customer/c1.json").json(), come("boss").get("/customer/c1.json").json()
    assert [each["rule"] for each in wang["flags"]] == [each["rule"] for each in boss["flags"]]
    assert boss["flags"]
    assert {each["right"] for each in wang["flags"]} == {None}
    assert {each["flags"] for each in wang["flags"]} == {None}
    assert any(each["flags"] is not None for each in boss["flags"])
    assert desk.get("/customer/c2").status_code == 200


def test_a_former_number_shows_the_customer_it_is_counted_under_and_says_so(come) -> None:
    client = come("wang")
    page = client.get("/customer/old1")
    assert page.status_code == 200
    assert "old1 is counted under c1 now" in page.text
    assert client.get("/customer/c1.json").json()["formers"] == ["old1"]
    past = client.get("/customer/old1.json?as_of=2024-06-30").json()
    assert past["row"]["customer_id"] == "old1"  # before the merge it was a customer of its own
    assert past["merged_from"] is None


def test_a_past_day_shows_nothing_of_later(come) -> None:
    client = come("boss")
    data = client.get("/customer/c1.json?as_of=2025-12-31&size=200").json()
    days = [each["on"] for each in data["line"]["events"]]
    assert max(days) <= "2025-12-31"
    assert "2025-11-03" in days
    text = client.get("/customer/c1?as_of=2025-12-31&size=200").text
    for later in ("too dear", "gone elsewhere", "furious", "2026-01-05", "2026-02-03"):
        assert later not in text
    assert "days late and not kept" in text
    now = client.get("/customer/c1?size=200").text
    for known in ("too dear", "gone elsewhere", "furious", "2026-02-03"):
        assert known in now
    assert client.get("/customer/c2.json?as_of=2024-06-30&size=200").json()["line"]["events"][0]["on"] <= "2024-06-30"


def test_a_customer_of_later_was_unknown_then_and_days_lead_to_each_other(come) -> None:
    client = come("boss")
    answer = client.get("/customer/late?as_of=2024-06-30")
    assert answer.status_code == 404
    assert "was not known yet" in answer.text
    assert "was not known yet" not in client.get("/customer/zz?as_of=2024-06-30").text
    assert "was not known yet" not in come("wang").get("/customer/late?as_of=2024-06-30").text
    now = client.get("/customer/c1").text
    assert "as_of=2025-12-31" in now
    middle = client.get("/customer/c1?as_of=2025-12-31").text
    assert "as_of=2024-06-30" in middle
    assert "as_of=2026-02-28" in middle


def test_contact_details_are_masked_until_asked_for_and_asking_is_recorded_once(service: Service, come) -> None:
    client = come("wang")
    for address in ("/customer/c1", "/customer/c1.json", "/customer/c1?as_of=2025-12-31"):
        text = client.get(address).text
        for plain in ("王小明", "13812340000", "wang@jin.cn", "工业园区"):
            assert plain not in text
    assert "138****0000" in client.get("/customer/c1").text
    before = len(told(service, "unmask"))
    refused = client.post("/customer/c1/unmask", data={"purpose": " \x00 "})
    assert refused.status_code == 422
    assert "13812340000" not in refused.text
    assert len(told(service, "unmask")) == before
    shown = client.post("/customer/c1/unmask", data={"purpose": "call about <b>the rebate</b>"})
    assert "13812340000" in shown.text
    assert "王小明" in shown.text
    assert "&lt;b&gt;the rebate" in shown.text
    assert shown.headers["cache-control"] == "private, no-store"
    (entry, *_) = told(service, "unmask")
    assert len(told(service, "unmask")) == before + 1
    assert (entry.login, entry.object) == ("wang", "customer:c1")
    assert entry.facts["purpose"] == "call about <b>the rebate</b>"
    assert set(entry.facts["fields"]) == {"contact_name", "phone", "email", "address"}
    assert "13812340000" not in client.get("/customer/c1").text


def test_notes_are_written_shown_and_withdrawn_by_their_own_writer_alone(service: Service, come) -> None:
    wang, boss = come("wang"), come("boss")
    assert wang.post("/customer/c1/note", data={"text": HOSTILE}, follow_redirects=False).status_code == 303
    page = wang.get("/customer/c1").text
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)" in page
    empty = wang.post("/customer/c1/note", data={"text": "  "})
    assert empty.status_code == 422
    assert "1 to 4000" in empty.text
    long = wang.post("/customer/c1/note", data={"text": "x" * 4001})
    assert long.status_code == 422
    assert "x" * 4001 in long.text  # what was typed is not lost
    with service.store.reading() as connection:
        (note,) = notes.customer_notes(connection, ["c1"])
    assert f"note/{note.id}/withdraw" in page
    assert f"note/{note.id}/withdraw" not in boss.get("/customer/c1").text
    assert boss.post(f"/customer/c1/note/{note.id}/withdraw").status_code == 404
    assert "alert(1)" not in wang.get("/customer/c1?as_of=2025-12-31&kind=note").text.split('id="line"')[1]
    wang.post(f"/customer/c1/note/{note.id}/withdraw")
    with service.store.reading() as connection:
        assert notes.customer_notes(connection, ["c1"]) == ()


@pytest.mark.parametrize("number", [ODD, JSON_LIKE])
def test_numbers_of_any_characters_have_a_page_and_forms(come, number: str) -> None:
    client = come("boss")
    page = client.get(path_of(number))
    assert page.status_code == 200
    assert "<x>" not in page.text
    assert "<script>alert" not in page.text
    data = client.get(f"{path_of(number)}.json").json()
    assert data["row"]["customer_id"] == number
    assert client.get(f"{path_of(number)}/rows.xlsx").content[:2] == b"PK"
    answer = client.post(f"{path_of(number)}/note", data={"text": "seen"})
    assert answer.status_code == 200
    assert "seen" in answer.text


def test_rows_go_out_with_who_took_them_and_are_recorded_with_their_count(service: Service, come) -> None:
    answer = come("wang").get("/customer/c1/rows.xlsx")
    documents = service.firm.read().customer("c1").documents
    (entry, *_) = told(service, "export")
    assert (entry.login, entry.object, entry.facts["rows"]) == ("wang", "customer:c1", 1 + len(documents))
    sheet = pl.read_excel(answer.content, sheet_id=0, engine="calamine", has_header=False)
    every = [str(cell) for frame in sheet.values() for row in frame.iter_rows() for cell in row]
    assert any("Exported by Wang" in cell for cell in every)
    assert all(number in every for number in documents["document_id"])


def test_a_change_of_owner_shows_at_once_and_the_page_before_is_no_longer_the_same(service: Service, come) -> None:
    boss, li = come("boss"), come("li")
    before = boss.get("/customer/late")
    mark = before.headers["etag"]
    assert boss.get("/customer/late", headers={"if-none-match": mark}).status_code == 304
    with service.store.writing() as connection:
        assignments.assign(connection, looking(service.store, 1), ["late"], "S1", "<i>ill</i>", now=datetime.now(UTC))
    after = boss.get("/customer/late", headers={"if-none-match": mark})
    assert after.status_code == 200
    assert "gave the customer to Wang: &lt;i&gt;ill&lt;/i&gt;" in after.text
    assert li.get("/customer/late").status_code == 404
    with service.store.writing() as connection:
        assignments.assign(connection, looking(service.store, 1), ["late"], None, "well again", now=datetime.now(UTC))


def test_the_list_one_came_from_leads_to_the_neighbours_and_a_wrong_one_nowhere(come) -> None:
    client = come("boss")
    order = [each["customer_id"] for each in client.get("/customers.json?sort=name").json()["listed"]]
    back = quote("customers?sort=name&size=1&page=2", safe="")
    page = client.get(f"{path_of(order[1])}?back={back}").text
    assert f"{path_of(order[0])}?back=customers%3Fsort%3Dname" in page
    assert "Next: " in page
    for wrong in ("https://evil.example/", "//evil", "list?sort=nonsense", "customers?page=zero", "data"):
        text = client.get(f"{path_of(order[1])}?back={quote(wrong, safe='')}").text
        assert "evil" not in text.replace(quote(wrong, safe=""), "")
        assert "Next: " not in text


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        ("contact_name", "王小明", "王**"),
        ("phone", "13812340000", "138****0000"),
        ("phone", "+86 138-1234-0000", "+86 1**-****-0000"),
        ("phone", "12345", "*****"),
        ("phone", "1234567", "***4567"),
        ("email", "wang@jin.cn", "w***@jin.cn"),
        ("contact_name", "王 13812340000", "王 138****0000"),
        ("address", "苏州市工业园区 1 号", "苏州市***"),
    ],
)
def test_masking_leaves_no_more_than_it_says(name: str, given: str, shown: str) -> None:
    assert masked(name, given) == shown


def test_the_year_up_to_a_day_begins_the_day_after_the_same_day_before() -> None:
    assert year_start(date(2026, 10, 31)) == date(2025, 11, 1)
    assert year_start(date(2024, 2, 29)) == date(2023, 3, 1)
