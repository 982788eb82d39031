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


def speaking(causes: Iterable[Cause], told: Iterable[str]) -> tuple[SpeaksFor, ...]:
    """What speaks for each cause, of the kinds that some loaded table tells of."""
    have = set(told)
    return tuple(
        SpeaksFor(kind, cause.id, *age)
        for cause in causes
        for kind in cause.exposures
        if kind in have
        for age in (pairwise(AGES) if np.isfinite(exposures()[kind].FADE_DAYS) else ((0, None),))
    )


@dataclass(frozen=True)
class Whom:
    """Customers, what they met, and the period ends at which one may ask."""

    customer: Int32  # codes, ascending, each once
    events: Mapping[str, Events]  # by kind; of other customers too
    ends: Int  # day numbers

    def near(self, kind: str) -> Near:
        """What these customers met of a kind."""
        every = self.events[kind].between(self.customer)
        row = np.searchsorted(self.customer, every.customer)
        mine = np.flatnonzero(self.customer[row] == every.customer)
        return Near(row[mine], every.day[mine], every.known_on[mine], every.until[mine], every.strength[mine],
                    every.rows, mine)  # fmt: skip


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

    def counts(self, pair: SpeaksFor, end: Int) -> Bool:
        """Whether each counts on a day of its own."""
        since, until = self.span(pair)
        return np.asarray((since <= end) & (until > end))


def met_by(panel: Panel, pairs: Sequence[SpeaksFor]) -> Met:
    """What the customers of a panel with one row a customer teach."""
    gone = departed(panel)
    who = np.flatnonzero(gone.left)
    whom = Whom(panel.customer, panel.events, np.asarray(panel.periods.ends, np.int64))
    leavers = Whom(panel.customer[who], panel.events, whom.ends)
    exposure = np.zeros(len(pairs))
    for kind, ages in _by_kind(pairs).items():
        near = whom.near(kind)
        for pair, nths in ages.items():
            exposure[nths] = _exposure(near, pair, gone, whom.ends)
    there = (gone.there(panel.shape[1]) & gone.teaches[:, None]).sum(axis=0).astype(float)
    weight = weights_at(leavers, pairs, gone.missed[who])
    return Met(there, exposure, panel.customer[who].astype(np.int64), gone.missed[who], weight, gone.teaches[who])


def weights_at(whom: Whom, pairs: Sequence[SpeaksFor], at: Int) -> Float:
    """What weighs of each pair's kind on each customer at a period position of its own; (customers, pairs)."""
    found = np.zeros((len(whom.customer), len(pairs)))
    for kind, ages in _by_kind(pairs).items():
        near = whom.near(kind)
        end = whom.ends[at][near.row]
        for pair, nths in ages.items():
            if pair.says_outright:
                weight = _told(near, whom.ends, len(found))
            else:
                some = near.counts(pair, end)
                weight = np.minimum(np.bincount(near.row[some], near.strength[some], len(found)), MOST)
            found[:, nths] = weight[:, None]
    return found


def _by_kind(pairs: Sequence[SpeaksFor]) -> dict[str, dict[SpeaksFor, list[int]]]:
    """The positions of pairs by kind and age, for any cause: what several causes share is worked out once."""
    found: dict[str, dict[SpeaksFor, list[int]]] = {}
    for nth, pair in enumerate(pairs):
        found.setdefault(pair.kind, {}).setdefault(replace(pair, cause=""), []).append(nth)
    return found


def _exposure(near: Near, pair: SpeaksFor, gone: Departed, ends: Int) -> float:
    """What weighs of a pair over the periods in which customers who teach were there to leave, MOST at most in each."""
    if pair.says_outright:
        return float((_told(near, ends, len(gone.left)) * gone.teaches).sum())
    since, until = near.span(pair)
    begins = np.maximum(np.searchsorted(ends, since), gone.first[near.row] + 1)
    over = np.minimum(np.searchsorted(ends, until), gone.until[near.row] + 1)
    some = np.flatnonzero(gone.teaches[near.row] & (begins < over))
    if not len(some):
        return 0.0
    many = (over - begins)[some]
    each = np.repeat(some, many)
    at = np.arange(len(each)) - np.repeat(np.cumsum(many) - many, many) + begins[each]
    met = np.cumsum(np.diff(near.row[each], prepend=near.row[each[0]]) > 0)  # customers who met it, numbered
    return float(np.minimum(np.bincount(met * len(ends) + at, near.strength[each]), MOST).sum())


def _told(near: Near, ends: Int, customers: int) -> Float:
    """1 where any event is known at the last period's end and not over; (customers,)."""
    some = (near.known_on <= ends[-1]) & (near.until > ends[-1])
    return (np.bincount(near.row[some], minlength=customers) > 0).astype(float)
