"""Early warning: who is in rhythm and who is lost, by hand; priors and data; changes that mean nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from churn_base import asked, base, sample
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import day_number
from liuke.panel.exposure import Events
from liuke.panel.panel import NEVER, Measures, Panel
from liuke.signals.churn import early
from liuke.signals.churn.question import Asked
from liuke.signals.churn.rows import ModelRows, model_rows
from liuke.signals.rhythm import Rhythm, rhythm_tail
from liuke.signals.watch_list import HAPPENED
from panels import panel

NEW = "a_kind_of_the_firm"  # of exposure, that no prior knows


def monthly(name: str, first: str, last: str, day: int = 10, cents: int = 100) -> str:
    """A purchase a month in the short text of panels."""
    at, until = (int(each[:4]) * 12 + int(each[5:]) - 1 for each in (first, last))
    return " | ".join(f"{name} {m // 12}-{m % 12 + 1:02d}-{day:02d} {cents}" for m in range(at, until + 1))


def at_end(seen: Panel, position: int) -> ModelRows:
    return model_rows(seen, [position])


def question(seen: Panel, at: int | None = None) -> Asked:
    return Asked(90, seen.periods.ends, len(seen.periods) - 1 if at is None else at, begun=seen.export_start)


def test_in_rhythm_by_hand() -> None:
    """Purchases at random (k = 1), rates Gamma(2, 60): a silence of e days has the chance (s / (s + e)) to the power
    of r + n, s being alpha and the days of the n gaps."""
    text = " | ".join(
        [
            monthly("a", "2023-01", "2023-10"),  # silent 21 days
            monthly("b", "2023-01", "2023-07"),  # silent 113 days
            "c 2023-09-10 1 | c 2023-10-10 1",  # in its rhythm, were two purchases one
            "d 2023-01-10 1 | d 2023-04-10 1 | d 2023-07-10 1",  # silent 113 days, and buys each quarter
        ]
    )
    rows = at_end(panel(text, until="2023-10"), 9)
    k, r, alpha = 1.0, 2.0, 60.0
    held = early.in_rhythm(rows, lambda _: (k, r, alpha))
    spans, gaps, silent = np.array([273.0, 181.0, 30.0, 181.0]), np.array([9, 6, 1, 2]), np.array([21, 113, 21, 113])
    tail = ((alpha + spans) / (alpha + spans + silent)) ** (r + gaps)
    assert rhythm_tail(k, r, alpha, gaps, spans, silent) == pytest.approx(tail)
    assert (tail >= early.IN_RHYTHM).tolist() == [True, False, True, True]
    assert held.tolist() == [True, False, False, True], "two purchases are no rhythm"
    assert rows.silent.tolist() == silent.tolist()


def test_nobody_is_in_rhythm_while_there_is_none() -> None:
    rows = at_end(panel(monthly("a", "2023-01", "2023-10"), until="2023-10"), 9)
    assert early.in_rhythm(rows, lambda _: (np.inf, np.inf, np.inf)).tolist() == [False]


FIVE = " | ".join(
    [
        monthly("a", "2023-01", "2025-06"),  # stays
        monthly("b", "2023-01", "2023-12"),  # gone after the last end: lost
        monthly("c", "2023-01", "2024-02"),  # gone within the coming quarter: lost
        monthly("d", "2023-01", "2024-05"),  # still buys after the coming quarter: not lost
        monthly("e", "2023-01", "2024-01") + " | " + monthly("e", "2024-10", "2025-06"),  # back after half a year
    ]
)


def test_five_customers_asked_at_the_end_of_2023() -> None:
    """The coming quarter ends on 2024-03-31; of a gap of a month the silence after it that is a loss is 92 days."""
    seen = panel(FIVE, until="2025-06")
    rows = at_end(seen, 11)
    assert early.lost_early(rows).tolist() == [False, True, True, False, True]
    known_from = [p for p in range(11, 30) if early.early_closed(rows, question(seen), p)[0]]
    assert str(seen.periods.starts[known_from[0]].astype("datetime64[D]")) == "2024-07-01", "92 days after 2024-03-31"
    assert early.early_closed(rows, question(seen), 29).all()


def test_what_is_a_loss_by_hand() -> None:
    """Three own gaps where those are longer than a quarter: 182.4 days of who buys every 60.8."""
    twice = " | ".join(f"a 2023-{month:02d}-15 1" for month in (1, 3, 5, 7, 9, 11))
    for back, lost in (("2024-09-29", False), ("2024-09-30", True)):
        seen = panel(f"{twice} | a {back} 1", until="2025-12")
        rows = at_end(seen, 11)
        gap = (day_number(date(2023, 11, 15)) - day_number(date(2023, 1, 15))) / 5
        days = day_number(date.fromisoformat(back)) - day_number(date(2024, 3, 31))
        assert (days > 3 * gap) == lost
        assert early.lost_early(rows).tolist() == [lost]


def test_a_rest_of_every_year_is_no_loss() -> None:
    """Buys monthly from March to August, each year; asked in July, the rest has begun when the quarter is over.

    A rest as long as that of the year before is none, one of a quarter more is.
    """
    season = " | ".join(monthly("a", f"{year}-03", f"{year}-08") for year in (2022, 2023, 2024))
    again = panel(f"{season} | {monthly('a', '2025-03', '2025-08')}", until="2026-12")
    gone = panel(season, until="2026-12")
    july = 2 * 12 + 4  # 2024-07, counted from 2022-03
    for seen, lost in ((again, False), (gone, True)):
        assert early.lost_early(at_end(seen, july)).tolist() == [lost]
    longest = day_number(date(2023, 3, 10)) - day_number(date(2022, 8, 10))
    known = day_number(date(2024, 10, 31)) + early.BEYOND_LONGEST * longest
    at = [p for p in range(july, 58) if early.early_closed(at_end(again, july), question(again), p)[0]]
    assert again.periods.ends[at[0]] >= known - 1e-6 > again.periods.ends[at[0] - 1]


def in_it(seen: Panel) -> tuple[ModelRows, np.ndarray, Asked]:
    """The customer-months of a base, which of them are in rhythm, and the question."""
    rows = sample(seen)
    return rows, early.in_rhythm(rows, Rhythm.of(seen).parameters), replace(asked(seen), begun=seen.export_start)


def fitted(rows: ModelRows, still: np.ndarray, question_: Asked) -> early.EarlyModel:
    found = early.fit(rows, still, question_)
    assert isinstance(found, early.EarlyModel)
    return found


Base = tuple[ModelRows, np.ndarray, Asked]


@pytest.fixture(scope="module")
def large() -> Base:
    return in_it(base(1500))


def test_the_parts_add_up_to_the_log_odds(large: Base) -> None:
    rows, still, asked_ = large
    model = fitted(rows, still, asked_)
    few = rows.pick(np.flatnonzero(still)[:300])
    rest = model.linear.level + model.level.coming
    assert model.parts(few).shape == (300, len(model.columns))
    assert rest + model.parts(few).sum(axis=1) == pytest.approx(model.log_odds(few))
    assert model.happened(few) == pytest.approx(model.parts(few)[:, len(early.HABIT) :].sum(axis=1))
    assert model.columns[: len(early.HABIT)] == early.HABIT


def test_chances_lie_within_their_ranges_and_come_near_what_came(large: Base) -> None:
    """Of customers who leave by chance: they get older, and the priors think the better of them for it.

    The level is up to five points too low (10.9 % said, 14.8 % came eight months after the last month learnt from), but
    inside the mean range.
    """
    rows, still, asked_ = large
    then = replace(asked_, at=20)
    model = fitted(rows.pick(rows.position <= 20), still[rows.position <= 20], then)
    test = rows.pick(still & (rows.position == 22) & early.early_closed(rows, asked_, asked_.at))
    chance = model.chance(test)
    assert (chance.low > 0).all()
    assert (chance.low < chance.risk).all()
    assert (chance.risk < chance.high).all()
    assert (chance.high < 1).all()
    came = early.lost_early(test).mean()
    assert chance.risk.mean() == pytest.approx(came, abs=0.05)
    assert chance.low.mean() < came < chance.high.mean()


def test_few_lost_give_no_model_but_a_reason() -> None:
    rows, still, asked_ = in_it(base(60, monthly=0.005, seed=3))
    found = early.fit(rows, still, asked_)
    assert isinstance(found, NotEstimable)
    known = rows.pick(still & early.early_closed(rows, asked_, asked_.at) & (rows.position >= 2))
    lost = len(np.unique(known.customer[early.lost_early(known)]))
    assert found == NotEstimable.because(early.FEW_LOST, need=early.LEAST_LOST, have=lost)
    assert 0 < lost < early.LEAST_LOST
    assert isinstance(early.fit(rows, np.zeros(len(rows), bool), asked_), NotEstimable)


def test_the_prior_speaks_where_few_were_lost_and_the_data_where_many(large: Base) -> None:
    """The share of prior falls, and slopes lie further from it, in widths of the prior."""
    few = fitted(*in_it(base(90, seed=5)))
    many = fitted(*large)
    assert few.lost < 100
    assert many.lost > 500
    assert many.prior_share < few.prior_share - 0.1
    prior = early.slope_prior(many.columns)
    apart = [float(np.abs((model.linear.slopes - prior.mean) / prior.sd).mean()) for model in (few, many)]
    assert apart[0] < apart[1], "the data move slopes further, the more there are"


def test_permuted_outcomes_leave_slopes_near_the_priors_or_near_nothing(large: Base) -> None:
    """What tells nothing moves no slope away from both: it stays between its prior and zero, up to chance."""
    rows, still, asked_ = large
    chosen = still & early.early_closed(rows, asked_, asked_.at)
    mixed = rows.days_after_quarter.copy()
    mixed[chosen] = np.random.default_rng(2).permutation(mixed[chosen])
    model = fitted(replace(rows, days_after_quarter=mixed), still, asked_)
    prior = early.slope_prior(model.columns)
    low, high = np.minimum(prior.mean, 0), np.maximum(prior.mean, 0)
    luck = 3 * np.sqrt(np.diag(model.linear.covariance)[1:])
    assert ((model.linear.slopes >= low - luck) & (model.linear.slopes <= high + luck)).all()
    few = fitted(*in_it(base(90, seed=5)))
    assert np.abs((few.linear.slopes - prior.mean) / prior.sd).max() < 2.5


def test_a_kind_nobody_has_learnt_yet_starts_narrow_around_nothing() -> None:
    prior = early.slope_prior((NEW, "complaint_made"))
    assert (prior.mean[0], prior.sd[0]) == (0.0, early.UNKNOWN_SD)
    held = early.prior_slopes()["complaint_made"]
    assert (prior.mean[1], prior.sd[1], prior.centre[1], prior.scale[1]) == (
        held.mean, held.sd, held.centre, held.scale
    )  # fmt: skip


def complaints(known_after: int, seen: Panel) -> Events:
    """A complaint of every third customer each half year, known so many days after it was made."""
    who = np.repeat(seen.customer[::3], len(seen.periods) // 6)
    day = np.tile(seen.periods.starts[3::6], len(seen.customer[::3])).astype(np.int32)
    rows = pl.DataFrame({"table": ["complaint"] * len(who), "row_id": [str(n) for n in range(len(who))]})
    return Events(
        who.astype(np.int32), day, day + known_after, day + 400, np.ones(len(who), np.float32), rows, 90.0,
        int(seen.periods.starts[0]),
    )  # fmt: skip


def test_events_known_later_change_nothing() -> None:
    """Complaints that became known only after the last end: the rows are those of customers who made none."""
    seen = base(400, seed=7)
    late, none = complaints(10_000, seen), complaints(10_000, seen).pick(np.zeros(len(complaints(0, seen)), bool))
    told = complaints(0, seen)
    late_rows, none_rows, told_rows = (
        in_it(replace(seen, events={"complaint_made": each})) for each in (late, none, told)
    )
    designs = [early.early_design(rows) for rows, _, _ in (late_rows, none_rows, told_rows)]
    assert np.array_equal(designs[0], designs[1], equal_nan=True)
    assert not np.array_equal(designs[0], designs[2], equal_nan=True), "known in time they are seen"
    chances = [fitted(*each).chance(late_rows[0].pick(late_rows[1])).risk for each in (late_rows, none_rows)]
    assert np.array_equal(*chances)


def test_outcomes_after_the_day_asked_change_nothing(large: Base) -> None:
    rows, still, asked_ = large
    then = replace(asked_, at=20)
    past = rows.position <= 20
    unknown = past & ~early.early_closed(rows, then, 20)
    assert (unknown & still).any()
    other = np.where(unknown, 1, rows.days_after_quarter).astype(np.int32)
    mine, theirs = (
        fitted(one.pick(past), still[past], then) for one in (rows, replace(rows, days_after_quarter=other))
    )
    assert np.array_equal(mine.linear.slopes, theirs.linear.slopes)
    assert (mine.level.coming, mine.lost) == (theirs.level.coming, theirs.lost)


def rarer(seen: Panel, who: np.ndarray, months: int) -> Panel:
    """In the last months (even) these customers' purchases of two months come together in the later one."""
    made = {
        name: getattr(seen.kinds["invoice"], name).copy() for name in ("amount", "occasions", "first_on", "last_on")
    }
    last = len(seen.periods)
    for at in range(last - months, last, 2):
        both = who & (made["occasions"][:, at : at + 2] > 0).all(axis=1)
        made["amount"][both, at + 1] += made["amount"][both, at]
        for name, nothing in (("amount", 0), ("occasions", 0), ("first_on", NEVER), ("last_on", NEVER)):
            made[name][both, at] = nothing
    return replace(seen, kinds={"invoice": Measures(documents=made["occasions"], **made)})


@pytest.mark.parametrize("months", [4, 6])
def test_half_the_orders_of_twice_the_money_are_no_alarm(months: int) -> None:
    """A third begins to send its orders together; who leaves in this base does so by chance."""
    seen = base(2500, monthly=0.015, seed=11)
    who = np.arange(2500) % 3 == 0
    changed = rarer(seen, who, months)
    assert (changed.amount.sum(axis=1) == seen.amount.sum(axis=1)).all()
    rows, still, asked_ = in_it(changed)
    model = fitted(rows, still, asked_)
    now = rows.pick(still & (rows.position == asked_.at))
    rate = np.exp(early.early_design(now)[:, early.early_columns(now).index("occasion_rate_3")]) - 0.1
    fewer = who[now.customer] & (rate < 0.75)
    assert fewer.sum() > 50
    happened = model.happened(now)
    assert (happened[fewer] < np.log(HAPPENED)).all()
