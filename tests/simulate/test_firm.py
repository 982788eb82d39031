"""The same luck whatever is asked for: streams, horizons, causes taken away."""

from __future__ import annotations

import numpy as np
from living import lived

from liuke.simulate import firm, world
from liuke.simulate.causes import CAUSES, CODE
from liuke.simulate.chance import stream, uniform
from liuke.simulate.customers import correlation
from liuke.simulate.state import BUYING


def test_a_stream_does_not_depend_on_how_much_is_drawn_from_it_or_from_others() -> None:
    few = uniform(7, "leave", 3, 10)
    stream(7, "return", 3).random(1000)
    assert np.array_equal(few, uniform(7, "leave", 3, 1000)[:10])
    for other in (uniform(8, "leave", 3, 10), uniform(7, "leave", 4, 10), uniform(7, "return", 3, 10)):
        assert not np.array_equal(few, other)


def test_the_copula_has_a_proper_correlation_matrix() -> None:
    assert np.linalg.eigvalsh(correlation()).min() > 0.05


def test_a_longer_horizon_leaves_the_months_before_it_as_they_were() -> None:
    chosen = world.read_world("base")
    short, long = (firm.live(firm.build(chosen, 300, 18, 4, ahead=ahead)).path for ahead in (3, 24))
    assert np.array_equal(short.sales, long.sales[:, :21])
    assert np.array_equal(short.status, long.status[:, :21])


def test_a_bigger_firm_begins_with_the_customers_of_the_smaller_one() -> None:
    chosen = world.read_world("base")
    small, big = (firm.build(chosen, size, 12, 4).customers for size in (100, 150))
    assert np.array_equal(small.wallet, big.wallet[:100])
    assert np.array_equal(small.joined, big.joined[:100])


def test_a_rerun_with_nothing_taken_away_is_what_happened() -> None:
    made, life = lived("base")
    keep = np.ones((len(CAUSES), len(made.customers)), dtype=bool)
    _, again = firm.run_months(made, life.departures, life.plan, keep=keep, until=40)
    assert np.array_equal(again.sales, life.path.sales[:, :40])


def test_taking_a_cause_away_changes_only_those_it_met() -> None:
    made, life = lived("base")
    keep = np.ones((len(CAUSES), len(made.customers)), dtype=bool)
    keep[CODE["channel_conflict"]] = False
    _, again = firm.run_months(made, life.departures, life.plan, keep=keep, until=36)
    met = made.happenings.shock[CODE["channel_conflict"], :, :36].any(axis=1)
    assert np.array_equal(again.sales[~met], life.path.sales[~met, :36])
    assert again.sales[met].sum() > life.path.sales[met, :36].sum()


def test_a_rerun_from_the_end_of_the_history_continues_it() -> None:
    made, life = lived("base")
    _, ahead = firm.run_months(made, life.departures, life.plan, start=life.at_end)
    assert ahead.first == made.months
    assert np.array_equal(ahead.sales, life.path.sales[:, made.months :])


def test_who_has_closed_or_been_dropped_never_buys_again() -> None:
    _, life = lived("base")
    status = life.path.status
    for month in range(1, status.shape[1]):
        gone = status[:, month - 1] > 2
        assert (status[gone, month] == status[gone, month - 1]).all()
    assert (life.path.sales[status != BUYING] == 0).all()


def test_salespeople_leave_failing_portfolios_in_the_confounded_world() -> None:
    """Sales before the departure, against a year before it: worse than others' only where the dial is turned."""
    fallen = {}
    for name in ("base", "confounded"):
        ratios = []
        for seed in range(1, 5):
            _, life = lived(name, 2000, seed)
            sales, owner = life.path.sales, life.departures.salesperson
            for one in np.flatnonzero((life.departures.left >= 15) & (life.departures.left < 36)):
                month = int(life.departures.left[one])
                theirs = owner[:, month - 1] == one
                now, then = (sales[:, month - k - 3 : month - k] for k in (0, 12))
                ratios.append(now[theirs].sum() / then[theirs].sum() / (now[~theirs].sum() / then[~theirs].sum()))
        fallen[name] = np.median(ratios)
    assert fallen["confounded"] < fallen["base"] - 0.05
