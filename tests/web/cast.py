"""A small firm with the people of product.md's table, for the tests of who sees what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from argon2 import PasswordHasher
from starlette.testclient import TestClient

import liuke
from firms import Doc, load, monthly
from liuke.app.service import Service
from liuke.web.app import create_app
from liuke.work.people.teams import set_team
from liuke.work.people.users import add_user
from liuke.work.people.viewer import viewer_of
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from fastapi import FastAPI

    from liuke.work.people.viewer import Viewer

PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OWNERS = ("SA1", "SA2", "SB1", "SD1", "")  # two of team A, one of team B, a distributor, nobody
EACH = 5  # customers of each
CAST = {  # login: roles, salesperson
    "boss": (("owner",), None),
    "director": (("director",), None),
    "manager": (("manager",), None),  # of team A
    "amy": (("account_manager",), "SA1"),  # of team A
    "bob": (("account_manager",), "SB1"),  # of team B
    "service": (("service",), None),
    "analyst": (("analyst",), None),
    "marketing": (("marketing",), None),
    "dealer": (("distributor",), "SD1"),
    "admin": (("admin",), None),
    "nobody": ((), None),
}
SEES = {  # whose customers each sees; the others everybody's
    "manager": {"SA1", "SA2"}, "amy": {"SA1"}, "bob": {"SB1"}, "dealer": {"SD1"}, "admin": set(), "nobody": set(),
}  # fmt: skip
FORMER, KEPT = "FORMERSB1", "CSB10"  # one of team B's customers came to be counted under another of them


@dataclass
class World:
    """The firm, served, with somebody of each kind signed in."""

    service: Service
    app: FastAPI
    users: dict[str, int]
    clients: dict[str, TestClient] = field(default_factory=dict)

    def __getitem__(self, login: str) -> TestClient:
        """A browser in which somebody is signed in; `stranger` is not."""
        if login not in self.clients:
            self.clients[login] = browser(self.app)
            if login != "stranger":
                given = {"login": login, "password": PASSWORD}
                assert self.clients[login].post("/sign-in", data=given).status_code == 303
        return self.clients[login]

    def viewer(self, login: str) -> Viewer:
        """Who somebody is now."""
        with self.service.store.reading() as connection:
            return viewer_of(connection, self.users[login])

    def kept(self) -> dict[str, list[Any]]:
        """Everything the work store and the settings file hold, but for sessions and attempts to sign in."""
        from sqlalchemy import select

        from liuke.work.tables import METADATA

        with self.service.store.reading() as connection:
            found = {
                name: [tuple(row) for row in connection.execute(select(table))]
                for name, table in METADATA.tables.items()
                if name not in ("session", "sign_in_attempt")
            }
        return {**found, "liuke.toml": [(self.service.firm.workspace.root / "liuke.toml").read_text("utf-8")]}


def browser(app: FastAPI, **headers: str) -> TestClient:
    """A browser that asks for pages and does not go where it is sent."""
    given = {"accept": "text/html", "accept-language": "en", "sec-fetch-site": "same-origin", **headers}
    return TestClient(app, headers=given, follow_redirects=False)


def number(owner: str, nth: int) -> str:
    """The number of a customer."""
    return f"C{owner or 'FREE'}{nth}"


def name(owner: str, nth: int) -> str:
    """Its name, like no other text of a page."""
    return f"Kunde{owner or 'FREE'}{'abcdefgh'[nth]}"


def numbers(owners: set[str] | None) -> set[str]:
    """The customers of some owners, all without."""
    return {number(each, nth) for each in OWNERS for nth in range(EACH) if owners is None or each in owners}


def marks_of(owners: set[str]) -> set[str]:
    """Texts that tell of the customers of owners: numbers, names, regions, who looks after them."""
    found = {text for each in owners for nth in range(EACH) for text in (number(each, nth), name(each, nth))}
    found |= {f"Region{each or 'FREE'}" for each in owners} | {f"Verkauf{each}" for each in owners if each}
    return found | ({FORMER} if "SB1" in owners else set())


def documents() -> list[Doc]:
    """Two years of invoices: of each owner's customers some fall silent, some fall, some go on."""
    made: list[Doc] = []
    for place, owner in enumerate(OWNERS):
        for nth in range(EACH):
            level = 1000 * (place + 1) + 100 * nth
            months = [level] * (24 if nth > 2 else 18) + ([level / 10] * 6 if nth == 2 else [])
            made += [Doc(each.number, each.customer, each.on, each.lines, salesperson=owner or None)
                     for each in monthly(number(owner, nth), months)]  # fmt: skip
    return [*made, *(Doc(each.number, each.customer, each.on, each.lines, salesperson="SB1")
                     for each in monthly(FORMER, [700] * 20))]  # fmt: skip


def world(folder: Path) -> World:
    """The firm loaded, merged and run; its people added."""
    firm = liuke.open(folder / "firm")
    load(firm, documents())
    rows = [{"customer_id": number(owner, nth), "name": name(owner, nth), "region": f"Region{owner or 'FREE'}",
             "grade": "AB"[nth % 2]} for owner in OWNERS for nth in range(EACH)]  # fmt: skip
    rows.append({"customer_id": FORMER, "name": "KundeFormer", "region": "RegionSB1", "grade": "A"})
    pl.DataFrame(rows).write_csv(folder / "customers.csv")
    firm.load(folder / "customers.csv", table="customer", source="customers", loaded_on=date(2026, 3, 1))
    people = [{"salesperson_id": each, "name": f"Verkauf{each}", "team": each[1]} for each in OWNERS if each]
    pl.DataFrame(people).write_csv(folder / "salespeople.csv")
    firm.load(folder / "salespeople.csv", table="salesperson", source="salespeople", loaded_on=date(2026, 3, 1))
    firm.merge(FORMER, KEPT)
    firm.run()
    service = Service(firm, WorkStore.open(folder / "work.sqlite"))
    made: dict[str, int] = {}
    with service.store.writing() as connection:
        for login, (roles, salesperson) in CAST.items():
            made[login] = add_user(connection, None, login=login, name=f"Mensch {login}", roles=roles, language="en",
                                   password_hash=QUICK.hash(PASSWORD.encode()), salesperson_id=salesperson,
                                   now=datetime.now(UTC)).id  # fmt: skip
        second = add_user(connection, None, login="ann", name="Mensch ann", roles=["account_manager"],
                          password_hash=QUICK.hash(PASSWORD.encode()), salesperson_id="SA2").id  # fmt: skip
        set_team(connection, None, name="A", manager_id=made["manager"], members=[made["amy"], second])
        set_team(connection, None, name="B", members=[made["bob"]])
    return World(service, create_app(service), made)
