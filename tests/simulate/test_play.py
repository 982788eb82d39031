"""A policy can be played, month by month, on the luck of the firm."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from liuke.kernel.errors import Refused
from liuke.simulate import play
from liuke.simulate.firm import Life, SimulatedFirm
from liuke.simulate.state import AWAY

NOTHING = pl.DataFrame(schema={"customer": pl.Int64, "treatment": pl.String, "month": pl.Int64})


def everyone_away(life: Life, treatment: str) -> pl.DataFrame:
    who = np.flatnonzero(life.at_end.status == AWAY)
    return pl.DataFrame({"customer": who, "treatment": [treatment] * len(who), "month": [0] * len(who)})


def gain(game: tuple[SimulatedFirm, Life], plan: pl.DataFrame, months: int) -> float:
    """Margin over months, net of cost, against doing nothing."""
    made, life = game
    found = [play.advance(made, life, one, months)[2] for one in (plan, NOTHING)]
    nets = [(seen["margin_yuan"] - seen["cost_yuan"]).to_numpy().sum(dtype=np.float64) for seen in found]
    return float(nets[0] - nets[1])


def test_doing_nothing_is_the_future_that_was_drawn() -> None:
    made, life = play.begin("base", 400, 18, 3)
    _, on, seen = play.advance(made, life, NOTHING, 6)
    assert np.array_equal(on.path.sales[:, :24], life.path.sales[:, :24])
    assert seen["sales_yuan"].to_numpy().sum() == pytest.approx(life.path.sales[:, 18:24].sum(), rel=1e-5)
    assert seen["cost_yuan"].sum() == 0


def test_two_quarters_are_the_same_in_one_go_and_one_by_one() -> None:
    made, life = play.begin("base", 400, 18, 3)
    plan = everyone_away(life, "win_back_promotion")
    _, once, _ = play.advance(made, life, plan, 6)
    grown, first, _ = play.advance(made, life, plan, 3)
    assert grown.months == 21
    _, second, _ = play.advance(grown, first, NOTHING, 3)
    assert np.array_equal(once.path.sales, second.path.sales)
    assert np.array_equal(once.plan, second.plan)


def test_eight_quarters_can_be_played_and_no_more() -> None:
    made, life = play.begin("small_firm", 100, 12, 1)
    for _ in range(play.QUARTERS):
        made, life, _ = play.advance(made, life, everyone_away(life, "win_back_relationship"))
    assert made.months == 12 + 24
    with pytest.raises(Refused):
        play.advance(made, life, NOTHING)


def test_a_plan_with_an_unknown_treatment_or_month_is_refused() -> None:
    made, life = play.begin("small_firm", 100, 12, 1)
    with pytest.raises(Refused, match="gift"):
        play.advance(made, life, pl.DataFrame({"customer": [1], "treatment": ["gift"], "month": [0]}))
    with pytest.raises(Refused, match="40"):
        play.advance(made, life, pl.DataFrame({"customer": [1], "treatment": ["repair"], "month": [40]}))


def test_the_two_hotels_price_leads_early_and_relationship_wins_over_two_years() -> None:
    """product.md F3: price promotion leads early and is trapped later. Whoever is away is offered one or the other."""
    leads = {}
    for months in (3, 24):
        for name in ("win_back_promotion", "win_back_relationship"):
            games = (play.begin("two_hotels", 1500, 36, seed) for seed in (1, 2, 3))
            leads[months, name] = sum(gain(game, everyone_away(game[1], name), months) for game in games)
    assert leads[3, "win_back_promotion"] > leads[3, "win_back_relationship"]
    assert leads[24, "win_back_relationship"] > 1.3 * leads[24, "win_back_promotion"] > 0
