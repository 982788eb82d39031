"""How well each rule did on the firm's own history, beside flagging as many by value and at random."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.estimate import Answer, Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import from_cents
from liuke.signals.tally import RuleTallies, RuleTally, first_counted, tally

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int
    from liuke.signals.tally import MonthMoney

__all__ = [
    "LEAST_CUSTOMERS",
    "LEAST_PERIODS",
    "RuleScore",
    "RuleTallies",
    "base_rate",
    "no_score",
    "score_row",
    "scores",
    "tally",
]

LEAST_PERIODS = 3  # periods counted whose outcome is known: fewer are one season's luck
LEAST_CUSTOMERS = 10  # different customers flagged, and different customers who left
DAYS_PER_MONTH = 30.436875
METHOD = "clustered"  # customer-months, clustered by customer
QUARTILES = "quartiles"  # the middle value and the quartiles around it
_TOO_SHORT = N_("needs {need} periods with known outcome beyond the first {skipped}; there are {have}")
_FEW_FLAGS = N_("needs {need} different customers flagged; there were {have}")
_FEW_LEAVERS = N_("needs {need} different customers who left; there were {have}")


@dataclass(frozen=True)
class RuleScore:
    """One rule's score; grain: one row a rule. Shares are of customer-months unless they say otherwise.

    An answer is a number or the reason why there is none; counts are always given.
    """

    rule: str
    months: int  # periods counted
    flags: int  # flagged customer-months
    hits: int  # those after which the customer left
    flagged_customers: int
    leavers: int  # different customers who left
    effective_flags: float  # independent flags that would be as sure as these
    episodes: int
    true_episodes: int
    departures: int
    departures_caught: int
    money_caught: Decimal  # 12-month money at the first flag of each true episode
    money_lost: Decimal  # 12-month money of every departure
    precision: Answer
    recall: Answer
    base_rate: Answer
    lift: Answer  # precision over base rate
    warning_months: Answer  # median; low and high are the quartiles
    money_share: Answer  # of the money of all departures, the share of those flagged
    false_alarms: Answer  # per 100 customer-months
    by_value: Answer  # precision of as many flags a month given to the largest by 12-month money
    by_value_money_share: Answer  # of the money of leaving customer-months, the share so flagged
    hit_money_share: Answer  # the same for the rule
    at_random: Answer  # precision of as many flags a month given at random, its exact expectation


def base_rate(counted: RuleTallies) -> Answer:
    """Share of the customer-months counted after which the customer left, whatever the rules."""
    short = _too_short(counted, first_counted(counted.periods))
    if short is not None:
        return short
    if counted.leavers < LEAST_CUSTOMERS:
        return NotEstimable.because(_FEW_LEAVERS, need=LEAST_CUSTOMERS, have=counted.leavers)
    return counted.base.estimate(METHOD)


def scores(counted: RuleTallies) -> list[RuleScore]:
    """The score of every rule tallied, in the order given."""
    value = _by_value(counted)
    return [_score(rule, counted.rules[rule], first, counted, value[rule]) for rule, first in counted.start]


def no_score(rule: str, why: NotEstimable) -> RuleScore:
    """The score of a rule that could not be evaluated: the reason in every place of a number."""
    nothing: dict[str, Any] = {"rule": rule, "money_caught": from_cents(0), "money_lost": from_cents(0)}
    for each in fields(RuleScore):
        nothing.setdefault(each.name, why if each.type == "Answer" else 0)
    return RuleScore(**nothing)


def score_row(score: RuleScore) -> dict[str, object]:
    """A score as one flat row: every answer as `name`, `name_low`, `name_high` (None without a number), and the reason.

    `reason` is the first one met, packed; None when every number exists.
    """
    row: dict[str, object] = {}
    why: NotEstimable | None = None
    for name, value in vars(score).items():
        if isinstance(value, Estimate):
            low, high = value.ends
            row |= {name: value.value, f"{name}_low": low, f"{name}_high": high}
        elif isinstance(value, NotEstimable):
            row |= {name: None, f"{name}_low": None, f"{name}_high": None}
            why = why or value
        else:
            row[name] = value
    return {**row, "reason": why.reason.pack() if why else None}


def _too_short(counted: RuleTallies, first: int) -> NotEstimable | None:
    have = max(counted.known_until - first, 0)
    if have < LEAST_PERIODS:
        return NotEstimable.because(_TOO_SHORT, need=LEAST_PERIODS, skipped=first, have=have)
    return None


def _score(rule: str, sums: RuleTally, first: int, counted: RuleTallies, value: _Value) -> RuleScore:
    answers = _answers(sums, first, counted, value)
    return RuleScore(
        rule=rule,
        months=max(counted.known_until - first, 0),
        flags=int(sums.precision.x),
        hits=int(sums.precision.y),
        flagged_customers=sums.precision.customers,
        leavers=sums.recall.customers,
        effective_flags=sums.precision.effective,
        episodes=sums.episodes,
        true_episodes=sums.true_episodes,
        departures=sums.departures,
        departures_caught=sums.departures_caught,
        money_caught=from_cents(sums.money_caught),
        money_lost=from_cents(sums.money_lost),
        **answers,
    )


def _answers(sums: RuleTally, first: int, counted: RuleTallies, value: _Value) -> dict[str, Answer]:
    """Every number that may not exist, with its reason where it does not."""
    none = _too_short(counted, first)
    leavers = none
    if leavers is None and sums.recall.customers < LEAST_CUSTOMERS:
        leavers = NotEstimable.because(_FEW_LEAVERS, need=LEAST_CUSTOMERS, have=sums.recall.customers)
    flags = none
    if flags is None and sums.precision.customers < LEAST_CUSTOMERS:
        flags = NotEstimable.because(_FEW_FLAGS, need=LEAST_CUSTOMERS, have=sums.precision.customers)
    both = flags or leavers
    base, precision = sums.base, sums.precision
    lead = flags if sums.true_episodes == 0 and flags is not None else _warning(sums.leads)
    return {
        "precision": flags or precision.estimate(METHOD),
        "recall": leavers or sums.recall.estimate(METHOD),
        "base_rate": leavers or base.estimate(METHOD),
        "lift": both or _over(precision.estimate(METHOD), base.share),
        "warning_months": both or lead,
        "money_share": both or _exact(sums.money_lost_caught, sums.money_lost),
        "false_alarms": flags or _exact(100 * (precision.x - precision.y), base.x),
        "by_value": both or _exact(value.hits, precision.x),
        "by_value_money_share": both or _exact(min(value.money, value.all_money), value.all_money),
        "hit_money_share": both or _exact(min(sums.hit_money, value.all_money), value.all_money),
        "at_random": both or _exact(value.random, precision.x),
    }


def _exact(part: float, whole: float) -> Answer:
    """A share that is counted, not estimated; without a whole there is none."""
    if whole <= 0:
        return NotEstimable.because(N_("nothing to take a share of"))
    share = float(part) / float(whole)
    return Estimate(share)


def _over(precision: Estimate, base: float) -> Answer:
    if base <= 0:
        return NotEstimable.because(N_("nothing to take a share of"))
    low, high = precision.ends
    return Estimate(precision.value / base, low / base, high / base, METHOD)


def _warning(leads: Int) -> Answer:
    """Median and quartiles of the warning in months."""
    total = int(leads.sum())
    if total == 0:
        return NotEstimable.because(N_("no flag was followed by a departure"))
    so_far = np.cumsum(leads)
    low, middle, high = (int(np.searchsorted(so_far, share * total)) / DAYS_PER_MONTH for share in (0.25, 0.5, 0.75))
    return Estimate(middle, low, high, QUARTILES)


@dataclass(frozen=True)
class _Ranked:
    """One month's customers by falling money, with running sums from 0; ties are shared out evenly."""

    money: Float  # falling
    hits: Float  # leavers among the first n; (customers + 1,)
    hit_money: Float  # their money; (customers + 1,)

    @property
    def count(self) -> int:
        """Customers counted in the month."""
        return len(self.money)

    def among_first(self, n: int) -> tuple[float, float]:
        """Expected leavers, and their money, among the n with the most money; equal ones are drawn at random."""
        n = min(n, self.count)
        if n == 0:
            return 0.0, 0.0
        edge = self.money[n - 1]
        begin = int(np.searchsorted(-self.money, -edge, side="left"))
        end = int(np.searchsorted(-self.money, -edge, side="right"))
        part = (n - begin) / (end - begin)
        return tuple(  # type: ignore[return-value]
            float(sums[begin] + part * (sums[end] - sums[begin])) for sums in (self.hits, self.hit_money)
        )


def _ranked(month: MonthMoney) -> _Ranked:
    money, left = np.concatenate(month.money), np.concatenate(month.left)
    order = np.argsort(money)[::-1]
    sorted_money = money[order].astype(np.float64)
    hits = left[order].astype(np.float64)
    return _Ranked(
        sorted_money,
        np.r_[0.0, np.cumsum(hits)],
        np.r_[0.0, np.cumsum(hits * sorted_money)],
    )


@dataclass
class _Value:
    """What as many flags a month would have hit: by value with its money, and at random; summed over months."""

    hits: float = 0.0
    money: float = 0.0
    all_money: float = 0.0
    random: float = 0.0


def _by_value(counted: RuleTallies) -> dict[str, _Value]:
    """For each rule what as many flags by value, or at random, would have hit; one month in memory at a time."""
    found = {rule: _Value() for rule, _ in counted.start}
    for at, month in counted.months.items():
        ranked = _ranked(month)
        if ranked.count == 0:
            continue
        for rule, first in counted.start:
            if at < first:
                continue
            flags, value = int(counted.rules[rule].flags[at]), found[rule]
            hits, money = ranked.among_first(flags)
            value.hits += hits
            value.money += money
            value.all_money += float(ranked.hit_money[-1])
            value.random += flags * float(ranked.hits[-1]) / ranked.count
    return found
