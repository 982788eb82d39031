"""What leavers had met when they left, and the base for how long: what `combine` learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.combine import Met
from liuke.causes.departed import departed
from liuke.panel.exposure import exposures
from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from liuke.causes.taxonomy import Cause
    from liuke.panel.panel import Float, Int, Panel

MOST = 3.0  # events of one kind weigh no more together: the tenth late delivery tells little that the third did not


@dataclass(frozen=True)
class SpeaksFor:
    """A kind of event that speaks for a cause; one pair each."""

    kind: str
    cause: str

    @property
    def says_outright(self) -> bool:
        """Whether an event of it settles the matter whenever it was, as a register that says "closed down"."""
        return bool(getattr(exposures()[self.kind], "SAYS_OUTRIGHT", False))


def speaking(causes: Iterable[Cause], told: Iterable[str]) -> tuple[SpeaksFor, ...]:
    """The pairs of kind and cause, of the kinds that some loaded table tells of."""
    have = set(told)
    return tuple(SpeaksFor(kind, cause.id) for cause in causes for kind in cause.exposures if kind in have)


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
            found = weights_over_time(panel, pair.kind)
            exposure[nth], weight[:, nth] = found[there].sum(), found[who, gone.missed[who]]
    here = there.sum(axis=0).astype(float)
    return Met(here, exposure, panel.customer[who].astype(np.int64), gone.missed[who], weight, gone.teaches[who])


def weights_at(panel: Panel, pairs: Sequence[SpeaksFor], at: Int) -> Float:
    """What weighs of each pair's kind on each row at a period position of its own; (rows, pairs)."""
    rows = np.arange(len(panel.customer))
    found = np.zeros((len(rows), len(pairs)))
    for nth, pair in enumerate(pairs):
        outright = pair.says_outright
        found[:, nth] = _told(panel, pair.kind) if outright else weights_over_time(panel, pair.kind)[rows, at]
    return found


def weights_over_time(panel: Panel, kind: str) -> Float:
    """What weighs of a kind at every period's end, MOST at most; (rows, periods)."""
    found = panel.events[kind].weigh(panel.customer, np.asarray(panel.periods.ends, np.int32)).weight
    return np.asarray(np.minimum(found, MOST))


def _told(panel: Panel, kind: str) -> Float:
    """1 where any event of a kind is known at the last period's end; (rows,)."""
    last = np.asarray(panel.periods.ends[-1:], np.int32)
    return np.asarray((panel.events[kind].weigh(panel.customer, last).last_on[:, 0] > NEVER).astype(float))
