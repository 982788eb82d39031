"""What a list says where nobody is on it: why the view is empty; that nobody fits only where something narrows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cast import World


def said_of_nobody(world: World, query: str) -> str:
    found = world["boss"].get(f"/list.json?{query}").json()
    assert found["listed"] == []
    return str(found["nobody"])


def test_a_view_without_anybody_says_why_and_not_that_nobody_fits(firm_world: World) -> None:
    assert firm_world.service.firm.read().info["listed_by_view"]["going"] == 0
    assert "early chance is not known" in said_of_nobody(firm_world, "view=going")
    for narrowed in ("view=going&core=1", "view=going&q=Kunde", "view=going&least=1"):
        assert said_of_nobody(firm_world, narrowed) == "No customer matches"
