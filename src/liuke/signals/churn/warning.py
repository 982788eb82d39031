"""Back-test of warning: when past losses first stood on a list, against their last order and the day they were lost.

A loss is a customer who bought and was then silent for longer than the horizon; it is lost a horizon after its last
order. Every way of making a list is a matrix of chances to be named, customers by the ends at which lists were made: 0
or 1 for a list there was, the share named of those still buying for one drawn by lot. All ways are counted by the same
lines, each list made of what was known at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Answer, Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float, Int, Int32

WHEN = ("before", "within_30", "within_60", "within_90", "later", "never")
DAYS = (30, 60, 90)  # after the last order
MONEY = "_money"  # behind a name of WHEN: the share of the losses' money instead of that of the losses
FALSE_NAMES = "false_names"
LEAST_LOST = 20
YEAR_DAYS = 365
HORIZONS = 2.0  # a name is false when its customer is not lost within so many
FEW_LOST = N_("needs {need} customers lost while there were lists to warn of them; there are {have}")
FEW_FOLLOWED = N_(
    "needs {need} customers lost within two horizons after a list whose two horizons are over; there are {have}"
)
NOBODY_RIGHT = N_("it named nobody who was lost")
NO_MONEY = N_("they had bought for nothing in the year before")


@dataclass(frozen=True)
class PastLists:
    """The ends at which lists were made, ascending, and their customers; arrays (customers, lists) but `ends`."""

    ends: Int32  # day numbers; (lists,)
    buying: Bool  # counted as buying then, so could be named
    last_on: Int32  # day of the last order up to then, NEVER before any; as known today
    next_on: Int32  # day of the first one after, far away where none is known; as known today
    money: Int  # cents of the year up to then


@dataclass(frozen=True)
class Losses:
    """Customers lost by today; all (losses,). A customer lost twice stands twice."""

    customer: npt.NDArray[np.intp]  # row of the lists
    last_on: Int32  # day of the last order
    before: npt.NDArray[np.intp]  # how many lists had been made before that day
    money: Int  # cents of the year up to the first end on or after it, 0 at least

    def pick(self, chosen: Bool) -> Losses:
        """Some of them."""
        return Losses(self.customer[chosen], self.last_on[chosen], self.before[chosen], self.money[chosen])


@dataclass(frozen=True)
class WarningScore:
    """One way of making lists: how long they are, and when they first named the lost."""

    way: str
    names: float  # customers on a list, in the mean
    share: float  # of those still buying
    lost: int  # losses counted
    money: int  # cents of the year before them
    answers: Mapping[str, Answer]  # by name of WHEN, alone and with MONEY behind it, and FALSE_NAMES


def losses(lists: PastLists, horizon: int, today: int) -> Losses:
    """Every loss that is over by today: its last order up to an end was followed by more than a horizon of silence."""
    gone = (lists.last_on > NEVER) & (lists.next_on.astype(np.int64) - lists.last_on > horizon)
    gone &= lists.last_on + np.int64(horizon) <= today
    first = gone.copy()
    first[:, 1:] &= ~gone[:, :-1] | (lists.last_on[:, 1:] != lists.last_on[:, :-1])
    customer, at = np.nonzero(first)
    last_on = lists.last_on[customer, at]
    before = np.searchsorted(lists.ends, last_on, side="left")
    return Losses(customer, last_on, before, np.maximum(lists.money[customer, at], 0))


def looked_at(found: Losses, ahead: int, horizon: int, today: int) -> Losses:
    """The losses of the last year that is over, before whose last order at least `ahead` lists had been made."""
    return found.pick((found.last_on > today - horizon - YEAR_DAYS) & (found.before >= ahead))


def first_named(named: Float, found: Losses, ends: Int32, ahead: int, horizon: int) -> Float:
    """How probably each loss first stood on a list at each time of WHEN; (losses, WHEN), rows sum to 1.

    Looked at are the `ahead` lists before the last order and those after it up to the day of the loss: who stood on one
    of the former was named before its last order.
    """
    days = ends[None, :].astype(np.int64) - found.last_on[:, None]
    when = np.where(days < 0, 0, 1 + np.searchsorted(DAYS, days, side="left"))
    counts = (np.arange(len(ends))[None, :] >= found.before[:, None] - ahead) & (days <= horizon)
    chance = np.where(counts, named[found.customer], 0.0)
    still_not = np.cumprod(1 - chance, axis=1)
    first = chance * np.concatenate([np.ones((len(chance), 1)), still_not[:, :-1]], axis=1)
    shares = [np.where(when == nth, first, 0.0).sum(axis=1) for nth in range(len(WHEN) - 1)]
    return np.column_stack([*shares, np.maximum(1 - np.sum(shares, axis=0), 0.0)])


def lost_soon(found: Losses, lists: PastLists, horizon: int) -> Bool:
    """Whether each loss comes within HORIZONS horizons after each end; (losses, lists)."""
    days = found.last_on[:, None] + np.int64(horizon) - lists.ends[None, :]
    return np.asarray((days > 0) & (days <= HORIZONS * horizon))


def names_counted(named: Float, found: Losses, soon: Bool, over: Bool) -> tuple[float, float]:
    """Names that were false, and losses rightly named before they came, over the lists of `over` (lists,).

    A name is an unbroken run of lists a customer stands on; it is false when no loss follows its first list `soon`.
    """
    begun = named.copy()
    begun[:, 1:] *= 1 - named[:, :-1]
    follows = np.zeros(named.shape, bool)
    np.logical_or.at(follows, found.customer, soon)
    false = float(np.where(follows | ~over[None, :], 0.0, begun).sum())
    missed = np.prod(np.where(soon & over[None, :], 1 - named[found.customer], 1.0), axis=1)
    return false, float((1 - missed).sum())


def warning_scores(
    ways: Mapping[str, Float], lists: PastLists, horizon: int, today: int, ahead: int
) -> list[WarningScore]:
    """A score a way; each is (customers, lists), the chance that a list named the customer.

    Figures of when are of losses looked at, false names of lists two horizons before today. Each is absent, with its
    reason, where it would rest on fewer than LEAST_LOST losses.
    """
    every = losses(lists, horizon, today)
    counted = looked_at(every, ahead, horizon, today)
    soon, over = lost_soon(every, lists, horizon), lists.ends + HORIZONS * horizon <= today
    followed = int((soon & over[None, :]).any(axis=1).sum())
    buying = max(float(lists.buying.sum()), 1.0)
    found, money = [], int(counted.money.sum())
    for way, named in ways.items():
        answers = _when(named, counted, lists.ends, ahead, horizon)
        answers[FALSE_NAMES] = _false_names(named, every, soon, over, followed)
        sums = float(named.sum())
        found.append(WarningScore(way, sums / len(lists.ends), sums / buying, len(counted.last_on), money, answers))
    return found


def _when(named: Float, counted: Losses, ends: Int32, ahead: int, horizon: int) -> dict[str, Answer]:
    """The shares of WHEN, of losses and of their money."""
    names = [*WHEN, *(f"{when}{MONEY}" for when in WHEN)]
    count, money = len(counted.last_on), float(counted.money.sum())
    if count < LEAST_LOST:
        return dict.fromkeys(names, NotEstimable.because(FEW_LOST, need=LEAST_LOST, have=count))
    shares = first_named(named, counted, ends, ahead, horizon)
    found: list[Answer] = [Estimate(float(share)) for share in shares.mean(axis=0)]
    if money > 0:
        found += [Estimate(float(share)) for share in counted.money @ shares / money]
    else:
        found += [NotEstimable.because(NO_MONEY)] * len(WHEN)
    return dict(zip(names, found, strict=True))


def _false_names(named: Float, every: Losses, soon: Bool, over: Bool, followed: int) -> Answer:
    """False names a loss rightly named."""
    if followed < LEAST_LOST:
        return NotEstimable.because(FEW_FOLLOWED, need=LEAST_LOST, have=followed)
    false, right = names_counted(named, every, soon, over)
    return Estimate(false / right) if right > 0 else NotEstimable.because(NOBODY_RIGHT)


def same_length(score: Float, buying: Bool, lengths: Int) -> Float:
    """At each end the so many customers still buying of the highest score, ties by row; (customers, lists) of 0 and 1.

    Whose score is NaN comes last.
    """
    named = np.zeros(score.shape)
    for at, length in enumerate(lengths):
        rows = np.flatnonzero(buying[:, at])
        best = rows[np.lexsort((rows, -np.nan_to_num(score[rows, at], nan=-np.inf)))][:length]
        named[best, at] = 1.0
    return named


def by_lot(buying: Bool, lengths: Int) -> Float:
    """The chance to be named of who draws lots among those still buying at each end; (customers, lists)."""
    share = np.minimum(lengths / np.maximum(buying.sum(axis=0), 1), 1.0)
    return np.where(buying, share[None, :], 0.0)
