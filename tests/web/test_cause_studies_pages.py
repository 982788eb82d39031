"""Beside the causes in the browser: events, what hangs on salespeople, markets; and who may not see which."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from cast import SEES, numbers

from liuke.kernel.i18n import in_language
from liuke.reports.contexts.cause_studies import market_page
from liuke.reports.contexts.customer_falls import MOST_SHOWN
from liuke.reports.listings.events import KINDS

if TYPE_CHECKING:
    from cast import World

PAGES = ("/causes/events", "/causes/salespeople", "/causes/market-split")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_page_is_there_in_both_languages_without_holes(firm_world: World, path: str, language: str) -> None:
    found = firm_world["boss"].get(path, headers={"accept-language": language})
    assert found.status_code == 200
    assert "{" not in found.text.split("<main", 1)[1]
    assert 'aria-current="page"' in found.text.split("<main", 1)[1]


def test_every_kind_of_event_has_its_part(firm_world: World) -> None:
    found = firm_world["boss"].get("/causes/events.json").json()
    assert {part["id"] for part in found["parts"]} == set(KINDS)
    assert all(part["said"] for part in found["parts"])


def test_who_sees_some_customers_sees_only_those_that_hang(firm_world: World) -> None:
    view = firm_world.service.firm.read()
    for login in ("amy", "manager"):
        found = firm_world[login].get("/causes/salespeople.json").json()
        assert [part["id"] for part in found["parts"]] == ["customers"]
        assert found["choices"] == []
        (part,) = found["parts"]
        assert {row["customer_id"] for row in part["listed"]} <= set(numbers(SEES[login]))
        assert part["listed"]
    whole = firm_world["boss"].get("/causes/salespeople.json").json()
    assert [part["id"] for part in whole["parts"]] == ["people", "customers"]
    shown = view.table("salesperson_exposure")
    assert sum(Decimal(row["money"]) for row in whole["parts"][0]["listed"]) == shown.head(20)["money"].sum()


def test_events_and_the_market_are_the_firms(firm_world: World) -> None:
    for login in ("amy", "manager", "service"):
        assert firm_world[login].get("/causes/events").status_code == 403
    assert firm_world["amy"].get("/causes/market-split").status_code == 403
    seen = firm_world["manager"].get("/causes/market-split.json").json()
    assert [part["id"] for part in seen["parts"]] == ["questions"]


def test_the_greatest_falls_are_on_the_page_of_the_market(firm_world: World) -> None:
    held = firm_world.service.firm.read().table("customer_fall")
    assert len(held)
    parts = {part["id"]: part for part in firm_world["boss"].get("/causes/market-split.json").json()["parts"]}
    shown = parts["falls"]["listed"]
    assert len(shown) == min(len(held), MOST_SHOWN)
    assert [Decimal(row["change"]) for row in shown] == held["change"].to_list()[:MOST_SHOWN]
    assert f'/customer/{shown[0]["customer_id"]}"' in firm_world["boss"].get("/causes/market-split").text


def test_a_customers_page_says_what_others_share_of_its_fall_or_why_not(firm_world: World) -> None:
    falls = firm_world.service.firm.market(customers=True)
    fell = falls["customer_id"][0]
    found = firm_world["boss"].get(f"/customer/{fell}", headers={"accept-language": "en"}).text
    assert 'id="fall"' in found
    assert "others" in found.split('id="fall"', 1)[1][:400].lower()
    for login in ("amy", "manager"):
        mine = [each for each in falls["customer_id"] if each in numbers(SEES[login])]
        assert all('id="fall"' in firm_world[login].get(f"/customer/{each}").text for each in mine)
    everybody = firm_world.service.firm.read().table("customer_now")["customer_id"]
    other = next(each for each in everybody if each not in set(falls["customer_id"]))
    assert 'id="fall"' not in firm_world["boss"].get(f"/customer/{other}").text


def test_questions_are_for_managers_also_over_the_api(firm_world: World) -> None:
    assert "/causes/market-split" not in firm_world["amy"].get("/causes").text
    assert "/causes/market-split" in firm_world["boss"].get("/causes").text
    questions = pl.DataFrame({"salesperson_id": ["S1"]})
    told = {"asked_reason": None, "asked_of": 3, "reason": None, "periods": 3}
    with in_language("en"):
        hidden = market_page(firm_world.service.firm.read().source(), told, None, "CNY", whole=False)
    assert [(part.listed, part.said) for part in hidden.parts] == [(None, ["Only managers see these questions."])]
    shown = market_page(firm_world.service.firm.read().source(), told, questions, "CNY", whole=False)
    assert shown.parts[0].listed is not None
