"""A small firm with a run, served to a few people, each with a token."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "work"))

import pytest
from fastapi.testclient import TestClient
from people import joined, looking

import liuke
from firms import Doc, load, monthly
from liuke.app.service import Service
from liuke.web.app import create_app
from liuke.work.people.api_tokens import make_token
from liuke.work.people.roles import VERBS
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator

MINE, OTHERS = ("m1", "m2"), ("o1", "o2", "o3")


@pytest.fixture(scope="module")
def served_firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Five customers over 20 months: two of salesperson S1, three of S2."""
    root = tmp_path_factory.mktemp("served")
    firm = liuke.open(root / "firm")
    bought: list[Doc] = []
    for customer in (*MINE, *OTHERS):
        who = "S1" if customer in MINE else "S2"
        amounts = [900 + 10 * ord(customer[1])] * (14 if customer == "m2" else 20)
        bought += [replace(each, salesperson=who) for each in monthly(customer, amounts)]
    load(firm, bought)
    firm.run()
    service = Service(firm, WorkStore.open(root / "work.sqlite"))
    for login, role, person in (("boss", "owner", None), ("wu", "account_manager", "S1"), ("it", "admin", None)):
        joined(service.store, login, role, salesperson_id=person)
    yield service
    service.store.close()


@pytest.fixture(scope="module")
def client(served_firm: Service) -> Iterator[TestClient]:
    """The app, asked without a browser."""
    with TestClient(create_app(served_firm), base_url="http://127.0.0.1") as made:
        yield made


@pytest.fixture(scope="module")
def token(served_firm: Service) -> dict[str, dict[str, str]]:
    """Headers with a token of each user that may all the user may."""
    from datetime import UTC, datetime

    found = {}
    for user, login in enumerate(("boss", "wu", "it"), 1):
        viewer = looking(served_firm.store, user)
        assert viewer.login == login
        with served_firm.store.writing() as connection:
            ends = datetime.now(UTC) + timedelta(days=30)
            _, text = make_token(connection, viewer, "test", viewer.verbs & VERBS.keys(), ends)
        found[login] = {"authorization": f"Bearer {text}", "accept-language": "en"}
    return found
