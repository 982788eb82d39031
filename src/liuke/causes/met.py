"""What leavers had met when they left, and the base for how long: what `combine` learns from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.combine import Met
from liuke.causes.departed import departed
from liuke.panel.exposure import exposures
from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from liuke.causes.taxonomy import Cause
    from liuke.panel.exposure import Events
    from liuke.panel.panel import Float, Int, Panel

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

    def events(self, panel: Panel) -> Events:
        """The events of the kind that the panel's customers met, told while they are of this age and unfaded."""
        every = panel.events[self.kind].between(panel.customer)
        if self.until is None:
            return every
        known = np.maximum(every.known_on, every.day + self.since).astype(np.int32)
        until = np.minimum(every.until, every.day + self.until).astype(np.int32)
        return replace(every, known_on=known, until=until, fade_days=np.inf)

    @property
    def says_outright(self) -> bool:
        """Whether an event of it settles the matter whenever it was, as a register that says "closed down"."""
        return bool(getattr(exposures()[self.kind], "SAYS_OUTRIGHT", False))


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


def met_by(panel: Panel, pairs: Sequence[SpeaksFor]) -> Met:
    """What the customers of a panel with one row a customer teach."""
    gone = departed(panel)
    who = np.flatnonzero(gone.left)
    there = gone.there(panel.shape[1]) & gone.teaches[:, None]
    exposure, weight = np.zeros(len(pairs)), np.zeros((len(who), len(pairs)))
    for nth, pair in enumerate(pairs):
        if pair.says_outright:
            told = _told(panel, pair.kind)
            exposure[nth], weight[:, nth] = (told * gone.teaches).sum(), told[who]
        else:
            rows, found = weights_over_time(panel, pair)
            exposure[nth] = (found * there[rows]).sum()
            mine = gone.left[rows]
            left = rows[mine]
            weight[np.searchsorted(who, left), nth] = found[mine, gone.missed[left]]
    here = there.sum(axis=0).astype(float)
    return Met(here, exposure, panel.customer[who].astype(np.int64), gone.missed[who], weight, gone.teaches[who])


def weights_at(panel: Panel, pairs: Sequence[SpeaksFor], at: Int) -> Float:
    """What weighs of each pair's kind on each row at a period position of its own; (rows, pairs)."""
    found = np.zeros((len(panel.customer), len(pairs)))
    for nth, pair in enumerate(pairs):
        if pair.says_outright:
            found[:, nth] = _told(panel, pair.kind)
        else:
            rows, weight = weights_over_time(panel, pair)
            found[rows, nth] = weight[np.arange(len(rows)), at[rows]]
    return found


def weights_over_time(panel: Panel, pair: SpeaksFor) -> tuple[Int, Float]:
    """The rows that met anything of a pair, and what weighs of it at every period's end, MOST at most; (met, periods).

    Most customers meet nothing of most kinds: of those no zeros are worked out.
    """
    events = pair.events(panel)
    rows = np.flatnonzero(np.isin(panel.customer, events.customer))
    met = events.weigh(panel.customer[rows], np.asarray(panel.periods.ends, np.int32))
    found = np.minimum(met.weight, MOST)
    if getattr(exposures()[pair.kind], "ENDS_WITH_BUYING", False):
        found = np.where(met.last_on <= panel.last_on[rows], found, 0.0)
    return rows, np.asarray(found)


def _told(panel: Panel, kind: str) -> Float:
    """1 where any event of a kind is known at the last period's end; (rows,)."""
    last = np.asarray(panel.periods.ends[-1:], np.int32)
    return np.asarray((panel.events[kind].weigh(panel.customer, last).last_on[:, 0] > NEVER).astype(float))
