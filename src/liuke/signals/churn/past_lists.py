"""The lists of past ends as they would have been made, and other ways to make lists of the same length.

The models are those fitted at the tested origins, each used there and at the ends until the next; what a list asks
beside them was known at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from liuke.panel.panel import NEVER
from liuke.signals.churn.chances import Early, habit
from liuke.signals.churn.early import EarlyModel, in_rhythm
from liuke.signals.churn.rolling import RULE
from liuke.signals.churn.warning import PastLists, by_lot, same_length
from liuke.signals.combine import FEW_LEAVERS, MODEL, Risk
from liuke.signals.watch_list import VIEWS, Views, views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float, Int, Int32
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rolling import Fitted
    from liuke.signals.churn.rows import ModelRows
    from liuke.signals.rhythm import Rhythm

T = TypeVar("T", bound=np.generic)

LIST = "list"  # all views together
OVERDUE, LARGEST, LOT = "own_gap", "largest", "random"  # as many names a list as on all views together
VIEW = "view:"


@dataclass(frozen=True)
class Standing:
    """What a list asks of sampled rows beside the models, as known at each row's end; all (rows,)."""

    usual: Int  # cents of a usual year, 0 at least
    shrinking: Bool  # buys less than a share of its own mean
    buying: Bool
    flags: Mapping[str, Bool]  # by rule
    last_on: Int32  # day of the last order up to the end, as known today: nothing a list is made of

    def pick(self, rows: npt.NDArray[np.intp] | Bool) -> Standing:
        """Some of the rows."""
        flags = {rule: fired[rows] for rule, fired in self.flags.items()}
        return Standing(self.usual[rows], self.shrinking[rows], self.buying[rows], flags, self.last_on[rows])

    @classmethod
    def joined(cls, parts: Sequence[Standing]) -> Standing:
        """Rows of several chunks under one another."""
        flags = {rule: np.concatenate([part.flags[rule] for part in parts]) for rule in parts[0].flags}
        usual, shrinking, buying, last_on = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("usual", "shrinking", "buying", "last_on")
        )
        return cls(usual, shrinking, buying, flags, last_on)


def views_at(rows: ModelRows, standing: Standing, fitted: Fitted, rhythm: Rhythm) -> Views:
    """The list and its views at the one period end all rows are of, by these models."""
    count, model = len(rows), fitted.model
    flagged = np.any([np.zeros(count, bool), *standing.flags.values()], axis=0)
    own = habit(rows, rhythm.parameters(int(rows.position[0])), model.asked) if count else np.zeros(0)
    chance = model.risk(rows)
    basis, lead = np.full(count, f"{MODEL}{model.rung}", object), np.full(count, -1, np.int32)
    risk = Risk(chance, chance, chance, basis, lead, lists=model.rung != FEW_LEAVERS)  # no range is asked for
    soon = _early(rows, fitted, rhythm)
    return views(standing.usual, flagged, standing.shrinking, standing.buying, own, risk, soon)


def _early(rows: ModelRows, fitted: Fitted, rhythm: Rhythm) -> Early:
    """The early chances of rows in rhythm, ranges left out; nothing where leaving is a fall, or none can be had."""
    from scipy.special import expit

    found = Early.unknown(len(rows))
    if fitted.model.asked.fall is not None or not isinstance(fitted.early, EarlyModel):
        return found
    still = in_rhythm(rows, rhythm.parameters)
    asked = rows.pick(still)
    found.chance[still] = expit(fitted.early.log_odds(asked))
    found.happened[still] = fitted.early.happened(asked)
    return found


def past_lists(
    rows: ModelRows, standing: Standing, models: Sequence[Fitted], rhythm: Rhythm, asked: Asked
) -> tuple[PastLists, dict[str, Float]]:
    """The past ends from the first origin on, and every way to name customers still buying: (customers, lists) a way.

    Ways are LIST, each of VIEWS behind VIEW, each rule behind RULE; and at the length of LIST those longest overdue by
    their own gap, the largest, and those drawn by lot.
    """
    since = rows.position >= models[0].origin
    rows, standing = rows.pick(since), standing.pick(since)
    positions = np.unique(rows.position)
    customers, who = np.unique(rows.customer, return_inverse=True)
    at = np.searchsorted(positions, rows.position)
    shape = (len(customers), len(positions))

    def wide(values: npt.NDArray[T], fill: float = 0) -> npt.NDArray[T]:
        """Values of rows at their customer and list; `fill` where there is no row."""
        found = np.full(shape, fill, values.dtype)
        found[who, at] = values
        return found

    lists = PastLists(
        ends=asked.ends[positions].astype(np.int32),
        buying=wide(standing.buying),
        last_on=wide(standing.last_on, int(NEVER)),
        next_on=wide((asked.ends[rows.position] + rows.days_to_next).astype(np.int32)),
        money=wide(rows.money),
    )
    named = {LIST: np.zeros(shape), **{f"{VIEW}{view}": np.zeros(shape) for view in VIEWS}}
    origins = np.array([each.origin for each in models])
    for nth, position in enumerate(positions):
        there = np.flatnonzero((at == nth) & standing.buying)
        by = models[int(np.searchsorted(origins, position, side="right")) - 1]
        found = views_at(rows.pick(there), standing.pick(there), by, rhythm)
        named[LIST][who[there[found.list]], nth] = 1.0
        for view in VIEWS:
            named[f"{VIEW}{view}"][who[there[found.of(view)]], nth] = 1.0
    lengths = named[LIST].sum(axis=0).astype(np.int64)
    span = (rows.tenure - rows.silent).astype(np.float64)
    gaps = np.where(rows.occasions > 1, span / np.maximum(rows.occasions - 1, 1), np.nan)
    overdue: Float = rows.silent / np.maximum(gaps, 1.0)
    fired = {rule: flags & standing.buying for rule, flags in standing.flags.items()}
    return lists, {
        **named,
        **{f"{RULE}{rule}": wide(flags.astype(np.float64)) for rule, flags in fired.items()},
        OVERDUE: same_length(wide(overdue, np.nan), lists.buying, lengths),
        LARGEST: same_length(wide(standing.usual.astype(np.float64)), lists.buying, lengths),
        LOT: by_lot(lists.buying, lengths),
    }  # fmt: skip


def ahead(year: int) -> int:
    """How many lists are made in a quarter, a year having so many periods: they come before a last order."""
    return max(year // 4 // max(year // 12, 1), 1)
