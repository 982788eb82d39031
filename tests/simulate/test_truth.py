"""Causes by taking them away, effects by doing it."""

from __future__ import annotations

import numpy as np
import pytest
from living import causes, lived

from liuke.simulate.causes import CAUSES, CODE
from liuke.simulate.state import AWAY, BUYING, CLOSED, PRUNED
from liuke.simulate.truth import LOST, SHRUNK, treatment_effects


def test_shares_are_whole_where_a_cause_made_the_difference_and_nothing_elsewhere() -> None:
    found = causes("base")
    total = found.share.sum(axis=1)
    named = found.primary >= 0
    assert total[named] == pytest.approx(1.0)
    assert (total[~named] == 0).all()
    assert (found.share.argmax(axis=1)[named] == found.primary[named]).all()
    assert (found.primary[found.kind == 0] == -1).all()


def test_the_lost_do_not_buy_and_the_shrunken_do() -> None:
    made, life = lived("base")
    status = life.path.status[:, made.months - 1]
    kind = causes("base").kind
    assert np.isin(status[kind == LOST], (AWAY, CLOSED, PRUNED)).all()
    assert (status[kind == SHRUNK] == BUYING).all()
    assert 0.1 < (kind == LOST).mean() < 0.6


def test_who_closed_down_while_buying_was_lost_to_that_alone() -> None:
    made, life = lived("base")
    found = causes("base")
    status = life.path.status
    shut = np.flatnonzero(status[:, made.months - 1] == CLOSED)
    month = (status[shut] == CLOSED).argmax(axis=1)
    direct = shut[(month > 0) & (status[shut, np.maximum(month - 1, 0)] == BUYING)]
    assert len(direct) > 10
    assert (found.primary[direct] == CODE["unavoidable"]).mean() > 0.9


def test_the_unlisted_cause_acts_only_where_it_is_planted() -> None:
    hidden = CODE["unlisted"]
    assert causes("base").share[:, hidden].sum() == 0
    found = causes("unlisted_cause")
    assert (found.primary[found.kind > 0] == hidden).mean() > 0.08


def test_many_causes_matter_and_none_alone_rules() -> None:
    found = causes("base")
    primary = np.bincount(found.primary[found.primary >= 0], minlength=len(CAUSES)) / (found.primary >= 0).sum()
    assert (primary > 0.01).sum() >= 8
    assert primary.max() < 0.3


def test_price_leads_in_a_price_war_and_quality_in_a_crisis() -> None:
    for name, cause in (("price_war", "price"), ("crisis", "quality")):
        told, usual = (causes(world) for world in (name, "base"))
        share = [(f.primary[f.kind > 0] == CODE[cause]).mean() for f in (told, usual)]
        assert share[0] > 1.5 * share[1], name


def test_treatments_help_some_and_hurt_others() -> None:
    made, life = lived("base")
    effects = treatment_effects(made, life)
    buying = life.at_end.status == BUYING
    relationship = effects["relationship"][buying]
    cold = made.customers.affect[buying] < made.world["sleeping_below"]
    assert relationship[cold, 2].mean() < 0 < relationship[~cold, 2].mean()  # sleeping dogs
    promotion = effects["promotion"][buying]
    assert ((promotion[:, 0] > 0) & (promotion[:, 2] < 0)).mean() > 0.05  # help now, hurt later
    hurt = life.at_end.scar[[CODE["complaint_badly_handled"], CODE["promise_broken"]]][:, buying].sum(axis=0) > 0.5
    sales = made.customers.orders[buying] * made.customers.size[buying]
    repair = effects["repair"][buying, 2] / sales
    assert repair[hurt].mean() > repair[~hurt].mean() + 0.02
