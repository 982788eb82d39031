"""Worlds are read, checked and refused with their line."""

from __future__ import annotations

import pytest

from liuke.kernel.errors import Invalid, Refused
from liuke.simulate import dials, world


def test_every_world_that_comes_along_can_be_read() -> None:
    asked = {"base", "confounded", "unlisted_cause", "biased_notes", "crisis", "price_war", "two_hotels", "small_firm"}
    assert set(world.names()) == {*asked, "null", "heavy_tail"}
    for name in world.names():
        assert world.read_world(name).says, name


def test_what_a_world_does_not_set_is_as_in_the_base_world() -> None:
    made = world.parse("follow_share = 0.5\n", "mine.toml")
    assert made["follow_share"] == 0.5
    assert made["season"] == dials.BY_NAME["season"].default
    assert made.name == "mine"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("season = 0.1\nfolow_share = 0.2\n", 2, "follow_share"),
        ("\n\nseason = 7\n", 3, "0 to 1"),
        ("season = true\n", 1, "True"),
        ('[[event]]\nkind = "entri"\nmonth = 3\n', 2, "entry"),
        ('[[event]]\nkind = "entry"\nmonth = 3\n\n[[event]]\nkind = "terms"\nmonth = 4\nsiez = 1\n', 8, "size"),
        ('[[event]]\nkind = "terms"\nmonth = 4\nscope = "smal"\n', 4, "small"),
        ('trade = "hotels"\n', 1, "hotel"),
    ],
)
def test_a_wrong_line_is_named_with_a_proposal(text: str, line: int, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        world.parse(text, "mine.toml")
    assert f"line {line}:" in caught.value.text()
    assert said in caught.value.text()


def test_an_unknown_world_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(Refused) as caught:
        world.read_world("two_hotel")
    assert "two_hotels" in caught.value.text()


def test_every_default_lies_within_its_bounds() -> None:
    for dial in dials.DIALS:
        assert dial.low <= dial.default <= dial.high, dial.name
