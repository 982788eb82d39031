"""What dated events did to the customers they befell: stacked event studies, each event alone and all together.

Each event is held against customers not yet befallen (`event_sums.py`; stacked as Cengiz et al. 2019, QJE 134), its
size and doubt against portfolios that stayed (`placebo.py`), and several events are pooled with partial shrinkage.
Salespeople may leave *because* sales fell: sales after are first put right by what portfolios with such a past go on
to do, and where the past still stands out the interval also holds the answer that lets the fall before go on along its
line (the linear case of Rambachan and Roth 2023, Rev. Econ. Stud. 90): not separable then, unless both agree.
Effects are shares of expected sales: -.15 is 15 % less. A verdict needs 95 %; intervals are 90 %.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.event_sums import DatedEvent, Portfolios, StudyWindow, compared, first_sales
from liuke.causes.placebo import (
    FEW_EVENTS,
    LEAST_GROUPS,
    draw_placebos,
    learn_stray,
    mean_effect,
    trend_rarity,
    upper_of,
)
from liuke.kernel.amounts import change_share
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.causes.event_sums import EventSums
    from liuke.causes.placebo import Mean, Stray
    from liuke.panel.panel import Float, Int, Int32

INTERVAL, SURE, POWER = 0.90, 0.95, 0.842  # the last is the normal's 80 % point
DOUBTFUL = 0.20  # tests of the months before have little power (Roth 2022): doubt begins well before proof
PARTS = (10, 40)  # portfolios made of customers at random where none are given, least and most

VERDICTS = {
    "fell": N_("{effect} of their expected sales, {low} to {high}: they fell after it."),
    "rose": N_("{effect} of their expected sales, {low} to {high}: they rose after it."),
    "before": N_("Sales moved before it already: its effect can't be told from that ({low} to {high})."),
    "one_customer": N_("One customer carries it: {effect}, without that customer {without}."),
    "cannot_tell": N_("Can't tell: {low} to {high}. Only a fall of {least} or more would have shown."),
    "cannot_tell_one": N_(
        "Can't tell from one event: {low} to {high}. Only a fall of {least} or more would have shown."
    ),
}


@dataclass(frozen=True)
class Curve:
    """Sales by expected sales less one, month by month, for a drawing; NaN outside the history."""

    month: Int  # 0 is the first month after the event
    value: Float
    low: Float  # 90 %, from how placebos stray in such a month
    high: Float


@dataclass(frozen=True)
class EventEffect:
    """One event. `effect` is what it alone shows; `shrunk` is drawn towards the mean as far as it is unsure."""

    event: DatedEvent
    customers: int
    controls: int
    left_out: int  # exposed, but befallen by another event of the kind within the window, or without sales before
    money_before: int  # cents the customers bought in the months before
    months_before: int
    months_after: int
    effect: Estimate
    shrunk: Estimate
    extrapolated: Estimate  # had the line of the months before gone on
    lost: Estimate  # cents of the months after, positive where sales fell; from `effect`
    rarity: float  # how often chance goes as far
    trend_rarity: float  # how often chance strays as far before the event
    least_seen: float  # the fall that shows in 80 of 100 cases, a positive share
    heaviest: int  # row of the customer whose absence moves the effect most
    without_it: float  # the effect without that customer
    verdict: str  # of VERDICTS
    said: Said
    curve: Curve


@dataclass(frozen=True)
class PooledEffect:
    """The mean over events. `tau` is how much effects truly differ, a standard deviation of logarithms."""

    events: int
    customers: int
    money_before: int
    effect: Estimate
    extrapolated: Estimate
    tau: float
    rarity: float
    trend_rarity: float
    least_seen: float
    verdict: str
    said: Said
    curve: Curve


@dataclass(frozen=True)
class EventStudy:
    """Events that can be estimated in the order given, those that can't with their reason, and the mean."""

    events: tuple[EventEffect, ...]
    left_out: tuple[tuple[DatedEvent, NotEstimable], ...]
    pooled: PooledEffect | NotEstimable
    placebos: int
    portfolios: int  # distinct ones that stayed
    method: str  # "portfolios", or "customers": portfolios drawn at random, which hides what salespeople have in common


def event_study(
    outcome: Int | Float,
    events: Sequence[DatedEvent],
    *,
    group: Int | Int32 | None = None,
    strata: Int | Int32 | None = None,
    others: Sequence[DatedEvent] = (),
    window: StudyWindow | None = None,
    by_leads: bool = True,
    seed: int = 0,
) -> EventStudy:
    """Study events of one kind.

    `outcome` is cents (customers, months) up to the last whole month known; `group`, `strata` as in `compared`.
    `others` are events of the kind that are not studied but spoil controls. `by_leads`: put right by the past.
    ValueError where an id comes twice.
    """
    if len({event.id for event in (*events, *others)}) < len(events) + len(others):
        raise ValueError("an event's id stands twice")
    window = window or StudyWindow()
    method = "customers" if group is None else "portfolios"
    held = _parts(len(outcome), events, seed) if group is None else group
    every = [*events, *others]
    first = first_sales(outcome)
    made = [(e, compared(outcome, e, every, group=held, strata=strata, window=window, first=first)) for e in events]
    out = tuple((event, found) for event, found in made if isinstance(found, NotEstimable))
    told = [found for _, found in made if not isinstance(found, NotEstimable)]
    if not told:
        return EventStudy((), out, _usual_reason([reason for _, reason in out]), 0, 0, method)
    placebos = _stacked([each.placebos for each in told])
    portfolios = len(np.unique(placebos.group))
    if portfolios < LEAST_GROUPS:
        reason = NotEstimable.because(
            N_("Needs {need} portfolios that nothing of the kind befell, to see what chance does; there are {have}."),
            need=LEAST_GROUPS,
            have=portfolios,
        )
        return EventStudy(
            (), (*out, *((each.event, reason) for each in told)), reason, len(placebos.post), portfolios, method
        )
    effects, pooled = _judged(told, placebos, window, by_leads, seed)
    return EventStudy(effects, out, pooled, len(placebos.post), portfolios, method)


def fake_events(
    group: Int | Int32,
    events: Sequence[DatedEvent],
    months: Sequence[int],
    *,
    window: StudyWindow | None = None,
    seed: int = 0,
) -> tuple[DatedEvent, ...]:
    """Dates on which nothing happened, one for each of `months`: negative controls, studied with `events` as others.

    Each is a portfolio of `group` (customers, months) that no event took away or befell within the window. Months
    without one are left out.
    """
    window, rng, made = window or StudyWindow(), np.random.default_rng(seed), list[DatedEvent]()
    for at, month in enumerate(months):
        held = group if group.ndim == 1 else group[:, month - 1]
        near = [e for e in (*events, *made) if abs(e.month - month) < window.before + window.after]
        spoilt = {e.group for e in near} | {int(g) for e in near for g in held[e.rows]}
        free = sorted({int(g) for g in np.unique(held)} - spoilt - {-1})
        if free:
            taken = int(rng.choice(free))
            made.append(DatedEvent(f"fake {at}", int(month), np.flatnonzero(held == taken), taken))
    return tuple(made)


def _usual_reason(reasons: Sequence[NotEstimable]) -> NotEstimable:
    """The reason most events share, as the last of them has it."""
    if not reasons:
        return NotEstimable.because(N_("No event can be studied."))
    counted = Counter(each.reason.message for each in reasons)
    most = max(counted.values())
    return next(each for each in reversed(reasons) if counted[each.reason.message] == most)


def _parts(size: int, events: Sequence[DatedEvent], seed: int) -> Int:
    usual = np.median([max(1, len(event.rows)) for event in events]) if events else 1
    count = int(np.clip(size // usual, *PARTS))
    return np.random.default_rng(seed).integers(0, count, size)


def _stacked(tables: list[Portfolios]) -> Portfolios:
    return Portfolios(*(np.concatenate([getattr(t, f) for t in tables]) for f in Portfolios.__dataclass_fields__))


@dataclass(frozen=True)
class _Sides:
    """All that verdicts are made of: what chance does, to the effect and to the one along the line; (events,)."""

    told: list[EventSums]
    own: Portfolios
    stray: Stray
    line: Stray
    effect: Float
    variance: Float
    along: Float
    line_variance: Float
    mean: Mean
    placebos: Portfolios
    drawn: Int
    by_month: Float  # variance of a month by that of all months after; (months,)


def _judged(
    told: list[EventSums], placebos: Portfolios, window: StudyWindow, by_leads: bool, seed: int
) -> tuple[tuple[EventEffect, ...], PooledEffect]:
    own = _stacked([each.exposed for each in told])
    of_event = np.repeat(np.arange(len(told)), [len(each.placebos.post) for each in told])
    reach = np.array([each.reach for each in told])
    stray = learn_stray(placebos, placebos.post, by_leads=by_leads)
    line = learn_stray(placebos, placebos.post - placebos.slope * reach[of_event], by_leads=False)
    effect, variance = stray.left(own.leads, own.post), stray.variance(own.spread)
    known = ~np.isnan(placebos.months)
    strays = np.where(known, placebos.months, 0.0) ** 2 / stray.variance(placebos.spread)[:, None]
    by_month = np.divide(strays.sum(axis=0), known.sum(axis=0), out=np.ones(known.shape[1]), where=known.any(axis=0))
    sides = _Sides(
        told,
        own,
        stray,
        line,
        effect,
        variance,
        along=line.left(own.leads, own.post - own.slope * reach),
        line_variance=line.variance(own.spread),
        mean=mean_effect(effect, variance),
        placebos=placebos,
        drawn=draw_placebos(of_event, len(told), seed),
        by_month=by_month,
    )
    return tuple(_one(sides, at, window) for at in range(len(told))), _all(sides, window)


def _one(sides: _Sides, at: int, window: StudyWindow) -> EventEffect:
    made, stray = sides.told[at], sides.stray
    error = np.sqrt(sides.variance[at] + stray.doubt(sides.own.leads[at]))
    value, lines = sides.effect[at], np.sqrt(sides.line_variance[at])
    extrapolated = _estimate(sides.along[at], sides.line.critical(INTERVAL) * lines, "line")
    rarity = stray.rarity(value / error)
    trend = trend_rarity(
        sides.own.leads[at : at + 1], sides.own.spread[at : at + 1], sides.placebos, stray, sides.drawn[:, at : at + 1]
    )
    effect = _widened(_estimate(value, stray.critical(INTERVAL) * error, "event_study"), extrapolated, trend)
    least = 1 - np.exp(-(stray.critical(SURE) + POWER) * error)
    without = made.without_it + value - made.exposed.post[0]
    lonely = abs(without) < stray.critical(SURE) * error
    verdict = _verdict(effect, rarity, trend, lonely=bool(lonely), one=True)
    return EventEffect(
        event=made.event, customers=made.customers, controls=made.controls, left_out=made.left_out,
        money_before=made.money_before, months_before=made.months_before, months_after=made.months_after,
        effect=effect, shrunk=_shrunk(sides, at, error), extrapolated=extrapolated,
        lost=_money_lost(effect, made.expected),
        rarity=rarity, trend_rarity=trend, least_seen=float(least), heaviest=made.heaviest,
        without_it=float(np.expm1(without)), verdict=verdict,
        said=_said(verdict, effect, float(least), float(np.expm1(without))),
        curve=_curve(made.exposed.months, sides.variance[at : at + 1], np.ones(1), sides, window),
    )  # fmt: skip


def _shrunk(sides: _Sides, at: int, error: float) -> Estimate:
    """Normal-normal posterior of one event's effect, the mean's doubt included."""
    tau2 = float(sides.mean.tau2[0])
    if len(sides.told) == 1:
        return _estimate(sides.effect[at], sides.stray.critical(INTERVAL) * error, "alone")
    keep = tau2 / (tau2 + error**2)
    value = keep * sides.effect[at] + (1 - keep) * float(sides.mean.value[0])
    spread = np.sqrt(keep * error**2 + ((1 - keep) * float(sides.mean.error[0])) ** 2)
    return _estimate(value, sides.stray.critical(INTERVAL) * spread, "shrunk")


def _all(sides: _Sides, window: StudyWindow) -> PooledEffect:
    from scipy import stats

    count, mean, weight = len(sides.told), sides.mean, sides.mean.weight[0]
    null = mean_effect(sides.stray.scores[sides.drawn] * np.sqrt(sides.variance), sides.variance)
    chance = null.value / null.error
    doubt = float(sides.stray.doubt(weight @ sides.own.leads))
    error, value = np.sqrt(float(mean.error[0]) ** 2 + doubt), float(mean.value[0])

    def critical(level: float) -> float:
        few = sides.stray.critical(level) if count == 1 else stats.norm.ppf((1 + level) / 2)
        tail = stats.t.ppf((1 + level) / 2, count - 1) if count >= FEW_EVENTS else few
        return float(max(upper_of(chance, level), tail))

    along = mean_effect(sides.along, sides.line_variance)
    line_error = np.sqrt(float(along.error[0]) ** 2 + float(sides.line.doubt(weight @ sides.own.leads)))
    extrapolated = _estimate(float(along.value[0]), critical(INTERVAL) * line_error, "line")
    trend = trend_rarity(sides.own.leads, sides.own.spread, sides.placebos, sides.stray, sides.drawn)
    effect = _widened(_estimate(value, critical(INTERVAL) * error, "event_study"), extrapolated, trend)
    rarity = float((1 + (np.abs(chance) >= abs(value / error)).sum()) / (1 + len(chance)))
    if count == 1:
        rarity = max(rarity, sides.stray.rarity(value / error))
    least = float(1 - np.exp(-(critical(SURE) + POWER) * error))
    sure = rarity if abs(value) > critical(SURE) * error else max(rarity, 1 - SURE + 1e-9)
    verdict = _verdict(effect, sure, trend, lonely=False, one=count == 1)
    return PooledEffect(
        events=count, customers=sum(e.customers for e in sides.told),
        money_before=sum(e.money_before for e in sides.told),
        effect=effect, extrapolated=extrapolated, tau=float(np.sqrt(mean.tau2[0])), rarity=rarity, trend_rarity=trend,
        least_seen=least, verdict=verdict, said=_said(verdict, effect, least, effect.value),
        curve=_curve(sides.own.months, sides.variance, weight, sides, window),
    )  # fmt: skip


def _estimate(value: float, reach: float, method: str) -> Estimate:
    """Logarithms as shares of expected sales."""
    return Estimate(float(np.expm1(value)), float(np.expm1(value - reach)), float(np.expm1(value + reach)), method)


def _money_lost(effect: Estimate, expected: float) -> Estimate:
    low, high = effect.ends
    return Estimate(-effect.value * expected, -high * expected, -low * expected, "event_study")


def _widened(effect: Estimate, extrapolated: Estimate, trend: float) -> Estimate:
    """Where the months before stray, the interval holds both answers."""
    if trend > DOUBTFUL:
        return effect
    low, high = zip(effect.ends, extrapolated.ends, strict=True)
    return Estimate(effect.value, min(low), max(high), "event_study_or_line")


def _verdict(effect: Estimate, rarity: float, trend: float, *, lonely: bool, one: bool) -> str:
    low, high = effect.ends
    if trend <= 1 - SURE and low <= 0 <= high:
        return "before"
    if rarity > 1 - SURE or low <= 0 <= high:
        return "cannot_tell_one" if one else "cannot_tell"
    if lonely:
        return "one_customer"
    return "fell" if effect.value < 0 else "rose"


def _said(verdict: str, effect: Estimate, least: float, without: float) -> Said:
    low, high = effect.ends
    told = {"effect": effect.value, "low": low, "high": high, "least": least, "without": without}
    message = VERDICTS[verdict]
    return Said(message, {name: change_share(value) for name, value in told.items() if f"{{{name}}}" in message})


def _curve(months: Float, variance: Float, weight: Float, sides: _Sides, window: StudyWindow) -> Curve:
    """The weighted mean of events whose window holds the month, and its range."""
    known = ~np.isnan(months)
    shares = np.where(known, weight[:, None], 0)
    total = shares.sum(axis=0)
    some = total > 0
    shares = shares / np.where(some, total, 1)
    value = np.where(some, (shares * np.where(known, months, 0)).sum(axis=0), np.nan)
    spread = np.sqrt((shares**2 * variance[:, None]).sum(axis=0) * sides.by_month) * sides.stray.critical(INTERVAL)
    return Curve(
        np.arange(-window.before, window.after), np.expm1(value), np.expm1(value - spread), np.expm1(value + spread)
    )
