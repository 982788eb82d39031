"""The API: the numbers of the pages, limited to what a token's user may see, and made for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.routing import Mount

from liuke.api.callers import VERB
from liuke.work.people.roles import VERBS

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from liuke.app.service import Service

FUZZ = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
Tokens = dict[str, dict[str, str]]


def test_every_route_says_which_verb_it_needs(client: TestClient) -> None:
    (api,) = (each.app for each in client.app.routes if isinstance(each, Mount) and each.path == "/api/v1")  # type: ignore[attr-defined]
    found = {}
    for router in api.routes:  # type: ignore[attr-defined]
        for route in getattr(router, "original_router", api).routes if hasattr(router, "original_router") else ():
            verbs = {getattr(each.call, VERB) for each in route.dependant.dependencies if hasattr(each.call, VERB)}
            assert len(verbs) == 1, route.path
            assert verbs <= VERBS.keys(), route.path
            found[route.path] = verbs
    assert len(found) >= 10


def test_without_a_token_and_with_a_wrong_one_nothing_is_told(client: TestClient) -> None:
    for headers in ({}, {"authorization": "Bearer lk_wrong"}, {"authorization": "Basic Ym9zczpib3Nz"}):
        answer = client.get("/api/v1/customers", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["title"] == "token"


def test_a_list_is_of_the_customers_the_user_may_see(client: TestClient, token: Tokens) -> None:
    for login, seen in (("boss", {"m1", "m2", "o1", "o2", "o3"}), ("wu", {"m1", "m2"})):
        found = client.get("/api/v1/customers?listed=false", headers=token[login]).json()
        assert ({row["customer_id"] for row in found["rows"]}, found["total"]) == (seen, len(seen))
    assert client.get("/api/v1/customers", headers=token["it"]).status_code == 403


def test_a_customer_of_others_answers_as_one_that_is_not_there(client: TestClient, token: Tokens) -> None:
    other, none = (client.get(f"/api/v1/customers/{who}", headers=token["wu"]) for who in ("o1", "xx"))
    assert (other.status_code, none.status_code) == (404, 404)
    assert other.json() == {**none.json(), "detail": none.json()["detail"].replace("xx", "o1")}
    assert client.get("/api/v1/customers/o1/documents", headers=token["wu"]).status_code == 404
    assert client.post("/api/v1/customers/o1/notes", headers=token["wu"], json={"text": "x"}).status_code == 404


def test_sums_of_the_firm_are_not_for_who_sees_some_of_it(client: TestClient, token: Tokens) -> None:
    for path in ("indicators", "rules", "rules/scores", "model"):
        assert client.get(f"/api/v1/{path}", headers=token["boss"]).status_code == 200
        assert client.get(f"/api/v1/{path}", headers=token["wu"]).status_code == 403
    whole, own = (client.get("/api/v1/overview", headers=token[login]).json() for login in ("boss", "wu"))
    assert whole["whole"] is not None
    assert own["whole"] is None
    assert own["strip"]["customers"] == 2
    assert client.get("/api/v1/runs/current", headers=token["wu"]).json()["customers"] == 2


def test_an_answer_one_has_is_not_sent_again_and_no_two_users_share_one(client: TestClient, token: Tokens) -> None:
    first = client.get("/api/v1/customers", headers=token["boss"])
    again = client.get("/api/v1/customers", headers={**token["boss"], "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/api/v1/customers", headers={**token["wu"], "if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_pages_together_are_the_whole_list(client: TestClient, token: Tokens) -> None:
    pages = [client.get(f"/api/v1/customers?listed=false&size=2&page={n}", headers=token["boss"]).json()["rows"]
             for n in (1, 2, 3)]  # fmt: skip
    numbers = [row["customer_id"] for part in pages for row in part]
    assert (len(numbers), len(set(numbers))) == (5, 5)


def test_a_change_under_a_key_is_made_once(client: TestClient, token: Tokens, served_firm: Service) -> None:
    headers = {**token["boss"], "idempotency-key": "k-1"}
    first, second = (client.post("/api/v1/customers/m1/notes", headers=headers, json={"text": "一次"}) for _ in "ab")
    assert first.json() == second.json()
    told = client.get("/api/v1/customers/m1/notes", headers=token["boss"]).json()
    assert [each["text"] for each in told] == ["一次"]
    other = client.post("/api/v1/customers/m1/notes", headers=headers, json={"text": "另一次"})
    assert (other.status_code, other.json()["title"]) == (409, "key_reused")


def test_who_gets_a_customer_sees_it_at_once(client: TestClient, token: Tokens) -> None:
    assert client.get("/api/v1/customers/o3", headers=token["wu"]).status_code == 404
    body = {"customers": ["o3"], "owner": "S1", "reason": "handover"}
    assert client.post("/api/v1/assignments", headers=token["wu"], json=body).status_code == 403
    assert client.post("/api/v1/assignments", headers=token["boss"], json=body).json() == {"assigned": 1}
    assert client.get("/api/v1/customers/o3", headers=token["wu"]).status_code == 200
    body["owner"] = "S2"
    client.post("/api/v1/assignments", headers=token["boss"], json=body)
    assert client.get("/api/v1/customers/o3", headers=token["wu"]).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("view=none", 422), ("page=0", 422), ("size=100000", 422), ("where=nonsense", 400), ("where=risk>=x", 422),
     ("sort=customer_code", 422), ("where=customer_code=1", 422), ("state=gone", 404), ("as_of=1999-01-31", 409)],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem_in_words(
    client: TestClient, token: Tokens, query: str, status: int
) -> None:
    answer = client.get(f"/api/v1/customers?{query}", headers=token["boss"])
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert "Traceback" not in answer.text


@pytest.mark.slow
def test_no_request_breaks_the_description(client: TestClient, token: Tokens) -> None:
    import schemathesis
    from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

    # access has tests of its own; a day without a run, or a column nobody has, fits the schema and is refused in words
    left_out = [ignored_auth, positive_data_acceptance]

    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(FUZZ)
        @given(case=operation.as_strategy())
        def kept(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=token["boss"], excluded_checks=left_out)

        kept()
        tried += 1
    assert tried >= 12


@pytest.mark.parametrize(("query", "fix"), [
    ("size=0", "size must be 1 or more."), ("page=x", "page must be a whole number."),
    ("form=xml", "form must be one of these: json, arrow."), ("as_of=soon", ""),
])  # fmt: skip
def test_a_value_that_does_not_fit_is_told_what_it_must_be(
    client: TestClient, token: Tokens, query: str, fix: str
) -> None:
    english = token["boss"] | {"accept-language": "en"}
    refused = client.get(f"/api/v1/tables/customer_now?{query}", headers=english)
    assert (refused.status_code, refused.json()["fix"]) == (422, fix)


@pytest.mark.parametrize(("query", "fix"), [("wher=region=north", "Do you mean where?"), ("bogus=1", "It takes: ")])
def test_a_misspelt_filter_is_refused(client: TestClient, token: Tokens, query: str, fix: str) -> None:
    english = token["boss"] | {"accept-language": "en"}
    refused = client.get(f"/api/v1/tables/customer_now?{query}", headers=english)
    assert (refused.status_code, refused.json()["title"]) == (422, "unknown_name")
    assert refused.json()["fix"].startswith(fix)
