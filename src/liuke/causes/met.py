"""What leavers had met when they left, and the base for how long: what `combine` learns from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.combine import Met
from liuke.causes.departed import departed
from liuke.panel.exposure import exposures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt
    import polars as pl

    from liuke.causes.departed import Departed
    from liuke.causes.taxonomy import Cause
    from liuke.panel.exposure import Events
    from liuke.panel.panel import Bool, Float, Int, Int32, Panel

AGES = (0, 45, 120, 240, 420)  # days: an event tells more or less by its age, which each firm learns
MOST = 3.0  # events of one kind weigh no more together: the tenth late delivery tells little that the third did not


@dataclass(frozen=True)
class SpeaksFor:
    """A kind of event that speaks for a cause while it is of some age; ages of one kind and cause follow each other.

    People act at once, or once the next order is due, or when a contract ends: that is no matter of the kind alone. So
    a kind that fades is taken apart by age; one that holds for as long as it holds is not (`until` is None).
    """

    kind: str
    cause: str
    since: int = 0  # days after the event
    until: int | None = None

    @property
    def expected(self) -> float:
        """What is left of an event of this age by the kind's own fading."""
        if self.until is None:
            return 1.0
        return float(np.exp(-(self.since + self.until) / 2 / exposures()[self.kind].FADE_DAYS))

    @property
    def says_outright(self) -> bool:
        """Whether an event of it settles the matter whenever it was, as a register that says "closed down"."""
        return bool(getattr(exposures()[self.kind], "SAYS_OUTRIGHT", False))

    @property
    def ends_with_buying(self) -> bool:
        """Whether an event of it counts only once something was bought after it began."""
        return bool(getattr(exposures()[self.kind], "ENDS_WITH_BUYING", False))


def speaking(causes: Iterable[Cause], told: Iterable[str]) -> tuple[SpeaksFor, ...]:
    """What speaks for each cause, of the kinds that some loaded table tells of.

    A remark is a weaker proof than the register of what it is about: a kind that stands in for others is left out where
    one of them is told of.
    """
    have = set(told)
    return tuple(
        SpeaksFor(kind, cause.id, *age)
        for cause in causes
        for kind in cause.exposures
        if kind in have and have.isdisjoint(getattr(exposures()[kind], "STANDS_IN_FOR", ()))
        for age in (pairwise(AGES) if np.isfinite(exposures()[kind].FADE_DAYS) else ((0, None),))
    )


@dataclass(frozen=True)
class Whom:
    """Customers, what they met, and when each is looked at; all (customers,) but what is said otherwise."""

    customer: Int32  # codes, ascending, each once
    events: Mapping[str, Events]  # by kind; of other customers too
    ends: Int  # day numbers of the periods' ends; (periods,)
    at: Int  # position of the period at whose end it is looked at
    bought: Int32  # day number of its last purchase by then

    @classmethod
    def of(cls, panel: Panel, at: Int, rows: Int | slice = slice(None)) -> Whom:
        """Some customers of a panel with one row a customer, `at` a position each."""
        last_on = panel.last_on[rows]
        ends = np.asarray(panel.periods.ends, np.int64)
        return cls(panel.customer[rows], panel.events, ends, at, last_on[np.arange(len(at)), at])

    def near(self, kind: str) -> Near:
        """What these customers met of a kind."""
        return _near(self.events[kind], self.customer)


@dataclass(frozen=True)
class Near:
    """Events of one kind that some customers met, as `Events` has them; (events,)."""

    row: Int  # of the customer, ascending
    day: Int32
    known_on: Int32
    until: Int32
    strength: npt.NDArray[np.float32]
    rows: pl.DataFrame  # table and row_id of these and other events
    place: Int  # of each among `rows`

    def span(self, pair: SpeaksFor) -> tuple[Int32, Int32]:
        """The day from which each is known and of the pair's age, and the first on which it is older or over."""
        if pair.until is None:
            return self.known_on, self.until
        return np.maximum(self.known_on, self.day + pair.since), np.minimum(self.until, self.day + pair.until)

    def counts(self, pair: SpeaksFor, whom: Whom) -> Bool:
        """Whether each counts when its customer is looked at; what settles the matter counts whenever it was."""
        since, until = self.span(pair)
        end = np.full(len(since), whom.ends[-1]) if pair.says_outright else whom.ends[whom.at][self.row]
        some = (since <= end) & (until > end)
        return np.asarray(some & (self.day <= whom.bought[self.row]) if pair.ends_with_buying else some)


def met_by(panel: Panel, pairs: Sequence[SpeaksFor]) -> Met:
    """What the customers of a panel with one row a customer teach."""
    gone = departed(panel)
    who = np.flatnonzero(gone.left)
    exposure = np.zeros(len(pairs))
    for kind, ages in _by_kind(pairs).items():
        near = _near(panel.events[kind], panel.customer)
        for pair, nths in ages.items():
            exposure[nths] = _exposure(near, pair, panel, gone)
    there = (gone.there(panel.shape[1]) & gone.teaches[:, None]).sum(axis=0).astype(float)
    weight = weights_at(Whom.of(panel, gone.missed[who], who), pairs)
    return Met(there, exposure, panel.customer[who].astype(np.int64), gone.missed[who], weight, gone.teaches[who])


def weights_at(whom: Whom, pairs: Sequence[SpeaksFor]) -> Float:
    """What weighs of each pair's kind on each customer when it is looked at, MOST at most; (customers, pairs)."""
    found = np.zeros((len(whom.customer), len(pairs)))
    for kind, ages in _by_kind(pairs).items():
        near = whom.near(kind)
        for pair, nths in ages.items():
            some = near.counts(pair, whom)
            found[:, nths] = _weight(pair, near.row[some], near.strength[some], len(found))[:, None]
    return found


def _by_kind(pairs: Sequence[SpeaksFor]) -> dict[str, dict[SpeaksFor, list[int]]]:
    """The positions of pairs by kind and age, for any cause: what several causes share is worked out once."""
    found: dict[str, dict[SpeaksFor, list[int]]] = {}
    for nth, pair in enumerate(pairs):
        found.setdefault(pair.kind, {}).setdefault(replace(pair, cause=""), []).append(nth)
    return found


def _near(events: Events, customers: Int32) -> Near:
    """What customers (codes ascending, each once) met."""
    every = events.between(customers)
    row = np.searchsorted(customers, every.customer)
    mine = np.flatnonzero(customers[row] == every.customer)
    return Near(row[mine], every.day[mine], every.known_on[mine], every.until[mine], every.strength[mine], every.rows,
                mine)  # fmt: skip


def _weight(pair: SpeaksFor, cell: Int, strength: npt.NDArray[np.float32], cells: int) -> Float:
    """What events weigh together in each of some cells: 1 where any settles the matter, else MOST at most."""
    if pair.says_outright:
        return (np.bincount(cell, minlength=cells) > 0).astype(float)
    return np.minimum(np.bincount(cell, strength, cells), MOST)


def _exposure(near: Near, pair: SpeaksFor, panel: Panel, gone: Departed) -> float:
    """What weighs of a pair over the periods in which customers who teach were there to leave.

    Of what settles the matter: how many such customers met it.
    """
    ends = np.asarray(panel.periods.ends, np.int64)
    if pair.says_outright:
        met = near.row[(near.known_on <= ends[-1]) & (near.until > ends[-1])]
        return float(gone.teaches[np.unique(met)].sum())
    since, until = near.span(pair)
    begins = np.maximum(np.searchsorted(ends, since), gone.first[near.row] + 1)
    over = np.minimum(np.searchsorted(ends, until), gone.until[near.row] + 1)
    if pair.ends_with_buying:
        begins = np.maximum(begins, (panel.last_on[near.row] < near.day[:, None]).sum(axis=1))
    some = np.flatnonzero(gone.teaches[near.row] & (begins < over))
    many = (over - begins)[some]
    each = np.repeat(some, many)
    at = np.arange(len(each)) - np.repeat(np.cumsum(many) - many, many) + begins[each]
    customer = np.cumsum(np.diff(near.row[each], prepend=-1) > 0) - 1  # those who met it, numbered
    return float(_weight(pair, customer * len(ends) + at, near.strength[each], 0).sum())
