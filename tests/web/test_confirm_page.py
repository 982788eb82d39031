"""The queue of causes worth confirming: one case after the next, undone by a click, and only by who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cast import numbers

from liuke.app.cause_audits import all_verdicts, find_out, take_back
from liuke.run.cause_audits import audit_rows

if TYPE_CHECKING:
    from cast import World


def queue(world: World, login: str = "boss", ask: str = "") -> dict[str, Any]:
    found = world[login].get(f"/confirm.json{ask}")
    assert found.status_code == 200
    audit: dict[str, Any] = found.json()
    return audit


def verdicts(world: World) -> list[tuple[str, str]]:
    rows = all_verdicts(world.service.firm.workspace, world.service.store)
    return [(row.customer_id, row.verdict) for row in rows]


def test_a_verdict_leads_to_the_next_case_and_is_undone_by_another_row(firm_world: World) -> None:
    before, count = verdicts(firm_world), queue(firm_world)
    first = count["case"]["customer_id"]
    assert count["done"] == len(before) == 0
    assert count["drawn"] > 2
    answer = firm_world["boss"].post("/confirm", data={"customer": first, "verdict": "unclear", "note": "没人接电话"})
    assert answer.status_code == 303
    page = firm_world["boss"].get(answer.headers["location"])
    assert f"1 of {count['drawn']} drawn cases are confirmed" in page.text
    assert "not enough data: 0 of 30 audited cases" in page.text
    assert "Undo" in page.text
    after = queue(firm_world, ask=f"?{answer.headers['location'].partition('?')[2]}")
    assert after["case"]["customer_id"] != first
    assert after["last"][0] == first
    mine = after["last"][1]["mine"]
    assert firm_world["director"].post(f"/confirm/{mine}/undo").status_code == 404, "it is another's"
    back = firm_world["boss"].post(f"/confirm/{mine}/undo")
    assert (back.status_code, back.headers["location"]) == (303, f"/confirm?customer={first}")
    assert queue(firm_world)["done"] == 0
    assert verdicts(firm_world) == [(first, "unclear"), (first, "undone")]
    assert [row.verdict for row in audit_rows(firm_world.service.firm.workspace)] == ["unclear", "undone"]
    assert firm_world["boss"].post(f"/confirm/{mine}/undo").status_code == 409


def test_what_was_found_bears_the_seal_on_the_customer_s_page(firm_world: World) -> None:
    customer = queue(firm_world)["case"]["customer_id"]
    assert "Did it leave for none of the causes here?" in firm_world["boss"].get(f"/customer/{customer}").text
    sent = {"customer": customer, "verdict": "other", "cause": "price", "here": "customer"}
    answer = firm_world["boss"].post("/confirm", data=sent)
    assert answer.headers["location"] == f"/customer/{customer}#causes"
    page = firm_world["boss"].get(f"/customer/{customer}").text
    assert "lk-seal" in page
    assert "Found to be: Price" in page
    seen = firm_world["analyst"].get(f"/customer/{customer}").text
    assert "Found to be: Price" in seen
    assert 'action="/confirm' not in seen, "who may not confirm is not asked"
    past = firm_world.service.firm.current().info["as_of"]
    assert "lk-seal" not in firm_world["boss"].get(f"/customer/{customer}?as_of={past}").text


@pytest.mark.parametrize("login", ["amy", "bob", "analyst", "marketing", "dealer", "admin", "nobody"])
def test_who_may_not_confirm_does_not_come_in(firm_world: World, login: str) -> None:
    before = verdicts(firm_world)
    assert firm_world[login].get("/confirm").status_code == 403
    customer = queue(firm_world)["listed"][0]["customer_id"]
    assert firm_world[login].post("/confirm", data={"customer": customer, "verdict": "is"}).status_code == 403
    assert verdicts(firm_world) == before


def test_a_manager_sees_and_confirms_the_own_team_s_alone(firm_world: World) -> None:
    before = verdicts(firm_world)
    mine = {row["customer_id"] for row in queue(firm_world, "manager")["listed"]}
    every = {row["customer_id"] for row in queue(firm_world)["listed"]}
    team = numbers({"SA1", "SA2"})
    assert mine == every & team != every
    assert queue(firm_world, "manager")["accuracy"] == []
    other = min(every - team)
    for path, data in (("/confirm", {"customer": other, "verdict": "is"}),):
        assert firm_world["manager"].post(path, data=data).status_code == 404
    assert firm_world["manager"].get(f"/confirm?customer={other}").status_code == 404
    assert verdicts(firm_world) == before


def test_what_is_no_verdict_is_refused_and_nothing_kept(firm_world: World) -> None:
    before, customer = verdicts(firm_world), queue(firm_world)["case"]["customer_id"]
    for sent, code in (
        ({"verdict": "perhaps"}, 422), ({"verdict": "other", "cause": ""}, 422),
        ({"verdict": "other", "cause": "x"}, 404),
        ({"verdict": "is", "note": "x" * 1001}, 422), ({"verdict": "is", "customer": "nobody"}, 404),
    ):  # fmt: skip
        answer = firm_world["boss"].post("/confirm", data={"customer": customer, **sent})
        assert answer.status_code == code, sent
    assert verdicts(firm_world) == before


def test_when_every_case_is_done_the_page_says_so(firm_world: World) -> None:
    for row in queue(firm_world)["listed"]:
        sent = {"customer": row["customer_id"], "verdict": "unclear"}
        assert firm_world["service"].post("/confirm", data=sent).status_code == 303
    assert queue(firm_world)["case"] is None
    assert "Every case drawn is done" in firm_world["boss"].get("/confirm").text


def test_it_was_a_cause_the_run_did_not_say_is_kept_as_another_one(firm_world: World) -> None:
    case = queue(firm_world)["listed"][-1]
    other = next(each for each in ("late_delivery", "price") if each != case["cause"])
    boss, service = firm_world.viewer("boss"), firm_world.service
    number = find_out(service, boss, case["customer_id"], "is", other)
    row = next(each for each in all_verdicts(service.firm.workspace, service.store) if each.id == number)
    assert (row.verdict, row.cause) == ("other", other)
    take_back(service, boss, number)
    number = find_out(service, boss, case["customer_id"], "other", row.said)
    assert all_verdicts(service.firm.workspace, service.store)[-1].verdict == "is"
    take_back(service, boss, number)
