"""Two salespeople of one name: every control carries the number, and shows it where the name is double."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from firms import firm_of, monthly
from liuke.app.cause_sides import sides_listed
from liuke.kernel.i18n import in_language
from liuke.reports.contexts.cause_sides import side_picker
from liuke.reports.contexts.causes_page import Picked, cause_slots, causes_page
from liuke.reports.contexts.list_page import list_page
from liuke.reports.contexts.salesperson_choices import Salespeople
from liuke.reports.query import customers

if TYPE_CHECKING:
    from liuke.app.firm import Firm

PEOPLE = {"S1": "王芳", "S2": "王芳", "S3": "Li Lei"}


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    folder = tmp_path_factory.mktemp("doubled")
    docs = [doc for n in range(60) for doc in monthly(f"c{n}", [100] * (20 if n % 2 else 12 + n % 4), "2024-01")]
    firm = firm_of(docs, folder)
    rows = "\n".join(f"{number},{name}" for number, name in PEOPLE.items())
    (folder / "people.csv").write_text(f"salesperson_id,name\n{rows}", "utf-8")
    firm.load(folder / "people.csv", table="salesperson", loaded_on=date(2026, 3, 1))
    served = "\n".join(f"c{n},2024-01-01,S{n % 3 + 1}" for n in range(60))
    (folder / "served.csv").write_text(f"customer_id,from_on,salesperson_id\n{served}", "utf-8")
    firm.load(folder / "served.csv", table="assignment", loaded_on=date(2026, 3, 1))
    firm.run(date(2025, 8, 31), date(2026, 3, 1))
    return firm


def test_each_choice_of_each_control_is_one_person(doubled: Firm) -> None:
    seen = doubled.read()
    slot = next(each for each in cause_slots(seen, Picked()) if each.name == "owner")
    of_list = list_page(seen, customers(everybody=True, size=5), {}, customers(everybody=True))
    on_list = next(each for each in of_list.slots if each.name == "owner")
    sides = {value.partition("=")[2]: text for _, group in side_picker(seen, "a", "", "", ()).groups
             for value, text in group if value.startswith("salesperson=")}  # fmt: skip
    with in_language("en"):
        shown = {value: label.text() for value, label, _ in slot.choices}
        listed = {each.value: each.label.text() for each in on_list.choices}
    assert listed == {"S1": "王芳 (S1)", "S2": "王芳 (S2)", "S3": "Li Lei"}
    assert shown.keys() <= listed.keys()
    assert shown == sides == {number: listed[number] for number in shown}
    assert {"S1", "S2"} <= shown.keys()


def test_whoever_is_chosen_is_answered(doubled: Firm) -> None:
    seen = doubled.read()
    for _, choices in side_picker(seen, "a", "", "", ()).groups:
        for value, _ in choices:
            assert sides_listed(doubled, (value, ""), seen).said
    lost = [causes_page(seen, Picked(slots={"owner": number}), whole=True, owned={}) for number in ("S1", "S2")]
    assert all(each.bars for each in lost)
    slots = [next(slot for slot in each.slots if slot.name == "owner") for each in lost]
    assert [each.value for each in slots] == ["S1", "S2"]
    with in_language("en"):
        said = sides_listed(doubled, ("salesperson=S1", "salesperson=S2"), seen).said
    assert "王芳 (S1)" in said[0]
    assert "王芳 (S2)" in said[1]


def test_a_name_of_one_person_still_chooses_that_person(doubled: Firm) -> None:
    page = causes_page(doubled.read(), Picked(slots={"owner": "Li Lei"}), whole=True, owned={})
    slot = next(each for each in page.slots if each.name == "owner")
    assert slot.value == "S3"
    assert sum(value == "S3" for value, *_ in slot.choices) == 1


def test_labels() -> None:
    people = Salespeople({**PEOPLE, "王芳芳": "王芳芳"})
    assert [people.label(each) for each in ("S1", "S3", "王芳芳", "S9")] == ["王芳 (S1)", "Li Lei", "王芳芳", "S9"]
    assert [people.chosen(each) for each in ("王芳", "Li Lei", "S2", "")] == ["王芳", "S3", "S2", ""]
