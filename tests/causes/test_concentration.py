"""What hangs on each salesperson: exact sums, evidence that moves, flags, and departures of our own making."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from liuke.causes.concentration import (
    USUAL_TIE,
    Concentration,
    Ties,
    concentration,
    person_losses,
    tie_chance,
)
from liuke.kernel.estimate import NotEstimable

MONEY = np.array([10**16 + 1, 3, 5, 700, 11, 0, -50])
WHO = np.array([0, 0, 1, 1, 2, -1, 2])
CORE = np.array([True, False, False, True, False, False, False])


def by_code(found: Concentration) -> dict[int, tuple[int, int, int]]:
    return {each.salesperson: (each.customers, each.money, each.core_money) for each in found.people}


def test_sums_are_exact_to_the_cent_and_hhi_is_that_of_the_shares() -> None:
    found = concentration(MONEY, WHO, CORE)
    assert by_code(found) == {0: (2, 10**16 + 4, 10**16 + 1), 1: (2, 705, 700), 2: (2, 11, 0)}
    assert (found.money, found.nobodys) == (10**16 + 720, 0)
    even = concentration(np.full(8, 100), np.arange(8) % 4, np.zeros(8, bool))
    assert even.hhi == pytest.approx(0.25)
    assert even.effective == pytest.approx(4)
    assert sum(each.money for each in even.people) == even.money == 800
    assert all(np.isnan(each.core_share) for each in even.people)


def test_the_same_seed_says_the_same_and_another_salesperson_moves_nothing() -> None:
    rng = np.random.default_rng(1)
    money, who = rng.integers(1, 10**7, 300), rng.integers(0, 6, 300)
    core = money > 5 * 10**6
    one, two = concentration(money, who, core, seed=4), concentration(money, who, core, seed=4)
    assert one == two
    assert [each.loss_95 for each in one.people] == sorted((each.loss_95 for each in one.people), reverse=True)
    changed = money.copy()
    changed[who == 3] *= 2
    others = {e.salesperson: e.loss for e in concentration(changed, who, core, seed=4).people}
    assert all(others[each.salesperson] == each.loss for each in one.people if each.salesperson != 3)
    assert concentration(money, who, core, seed=5) != one


def test_the_mean_is_fifteen_percent_where_nothing_is_known_whatever_the_shock() -> None:
    money = np.full(200, 1_000)
    for shock in (0.0, 0.45, 0.8):
        losses = person_losses(money, np.full(200, USUAL_TIE), share=0.15, shock=shock, seed=2)
        assert losses.mean() == pytest.approx(0.15 * 200_000, rel=0.04)
    alone = person_losses(money, np.full(200, 0.5), share=0.15, shock=0.0, seed=2)
    together = person_losses(money, np.full(200, 0.5), share=0.15, shock=0.45, seed=2)
    assert together.std() > 3 * alone.std()


def test_signs_of_a_tie_raise_it_and_a_second_contact_lowers_it() -> None:
    yes, no = np.array([True]), np.array([False])
    plain = tie_chance(Ties(), 1)[0]
    assert plain == USUAL_TIE
    assert tie_chance(Ties(single_contact=yes), 1)[0] > plain
    assert tie_chance(Ties(followed_before=yes), 1)[0] > tie_chance(Ties(single_contact=yes), 1)[0]
    assert tie_chance(Ties(second_contact=yes), 1)[0] < plain
    assert tie_chance(Ties(orders_alone=yes), 1)[0] < plain
    assert tie_chance(Ties(single_contact=no), 1)[0] == plain
    years = tie_chance(Ties(tenure=np.array([0.5, 3, 8, 40, 10, np.nan])), 6)
    assert years[0] < years[1] < years[2] < years[3] == years[4]
    assert years[5] == plain


def test_flags_are_raised_by_the_core_s_share_and_by_the_year_s_profit() -> None:
    money, who, core = np.full(10, 1_000), np.arange(10) // 2, np.arange(10) < 3
    found = {each.salesperson: each for each in concentration(money, who, core, profit=400).people}
    assert "large_share" in found[0].flags
    assert "large_share" in found[1].flags
    assert found[4].flags == ("large_loss",)
    assert {f for e in concentration(money, who, core, profit=10**9).people for f in e.flags} == {"large_share"}
    assert {f for e in concentration(money, who, core).people for f in e.flags} == {"large_share"}


def test_single_contacts_are_counted_or_said_to_be_unknown() -> None:
    single = np.array([True, True, False, True, False, True, False])
    found = {each.salesperson: each for each in concentration(MONEY, WHO, CORE, Ties(single_contact=single)).people}
    assert [found[code].single_contact for code in (0, 1, 2)] == [2, 1, 0]
    assert isinstance(concentration(MONEY, WHO, CORE).people[0].single_contact, NotEstimable)


def test_nobody_nothing_and_one_person_are_no_error() -> None:
    nothing = concentration(np.array([], np.int64), np.array([], np.int64), np.array([], bool))
    assert nothing.people == ()
    assert np.isnan(nothing.hhi)
    unserved = concentration(np.array([5]), np.array([-1]), np.array([True]))
    assert (unserved.people, unserved.nobodys) == ((), 5)
    alone = concentration(np.array([0, 0]), np.array([0, 0]), np.array([False, False]))
    assert alone.people[0].loss.value == 0
    only = concentration(np.array([7]), np.array([0]), np.array([True]))
    assert (only.hhi, only.effective, only.people[0].core_share) == (1, 1, 1)


def test_ranges_hold_the_losses_of_departures_made_otherwise() -> None:
    """Losses as Shi et al. found them, in a world of its own: shares of whole portfolios and of single customers.

    How a departure goes is lognormal and multiplies every customer's loss; which customers go hangs on nothing we see.
    """
    rng = np.random.default_rng(3)
    held = below = total = 0
    for person in range(220):
        money = np.exp(rng.normal(12, 1.3, rng.integers(15, 90))).astype(np.int64)
        found = concentration(money, np.full(len(money), person), np.zeros(len(money), bool), seed=7).people[0]
        goes = rng.lognormal(np.log(0.15) - 0.125, 0.5)
        lost = (money * np.where(rng.random(len(money)) < 0.4, np.minimum(1, goes / 0.4 * rng.gamma(2, 0.5)), 0)).sum()
        low, high = found.loss.ends
        total += 1
        held += bool(low <= lost <= high)
        below += bool(lost <= high)
    interval = stats.binomtest(held, total).proportion_ci(0.99)
    assert interval.high >= 0.85, f"{held} of {total}"
    assert below / total >= 0.90
