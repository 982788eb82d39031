"""Customer grades from present and potential value, held steady; life-cycle stages; owed service against given (E5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.i18n import N_
from liuke.panel.states import CODE, LEAVING, is_one_of
from liuke.value.core import smallest_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Bool, Float, Int
    from liuke.panel.states import States
    from liuke.value.standard import Standard

    Float32 = npt.NDArray[np.float32]

Codes = npt.NDArray[np.int8]

STAGES = ("new", "growing", "mature", "declining", "lost")
GROWN, SHRUNK = 1.2, 0.8  # of the year before: what is called growing or declining among active customers
REASONS = (
    N_("{present} is expected of it next year: it is among those who make the first {share} of the value."),
    N_(
        "{present} is expected of it next year and {potential} of its wallet is within reach: together it is among "
        "those who make the first {share} of the value."
    ),
    N_(
        "{present} is expected of it next year, which alone would make it a {plain}; a grade changes only when the bar "
        "is missed or passed by {hold}."
    ),
    N_("Nothing is expected of it next year."),
    N_(
        "It brought {present} in the last 12 months; the history is too short to expect next year's. It is among those "
        "who make the first {share} of the value."
    ),
    N_(
        "{present} is expected of it next year, judged by one day of purchase: that says little, and the next purchase "
        "may well change the grade."
    ),
)
PRESENT, POTENTIAL, HELD, NOTHING, PAST, ONCE = range(6)


@dataclass(frozen=True)
class Grades:
    """Each customer's grade as a position in the standard, 0 is the best, and why; all (customers,)."""

    grade: Codes
    plain: Codes  # without holding on to the grade it had
    reason: Codes  # position in REASONS
    bars: Float  # least worth of each grade but the last, cents


def grades(worths: Sequence[Float], present: Float, standard: Standard, was: Codes | None = None) -> Grades:
    """Grades at the last of several period ends.

    `worths` are cents at each end, oldest first: present value plus what is within reach. `present` is the last
    present value alone. A grade is kept until the worth is `hold` beyond the bar. `was` are grades before the first
    end.
    """
    held = was
    for worth in worths:
        bars = _bars(worth, standard)
        plain = _under(worth, bars)
        if held is None:
            held = plain
        best, least = _under(worth, bars * (1 - standard.hold)), _under(worth, bars * (1 + standard.hold))
        held = np.clip(held, best, least)
    assert held is not None
    last = worths[-1]
    reason = np.where(_under(present, bars) != plain, POTENTIAL, PRESENT)
    reason = np.where(held != plain, HELD, reason)
    return Grades(held, plain, np.where(last <= 0, NOTHING, reason).astype(np.int8), bars)


def worth(present: Float | Float32, wallet_gap: Float | Float32, standard: Standard) -> Float:
    """Present value and the part of the unwon wallet within reach, cents; `wallet_gap` is NaN where unknown."""
    gap = np.maximum(np.nan_to_num(wallet_gap), 0).astype(np.float64)
    total: Float = np.maximum(present, 0) + standard.potential * gap
    return total


def _bars(worth: Float, standard: Standard) -> Float:
    """The least worth of each grade but the last: that of the smallest set that makes its share of the whole."""
    found = []
    for grade in standard.grades[:-1]:
        inside = smallest_set(worth.astype(np.float32), grade.share)
        found.append(worth[inside].min() if inside.any() else np.inf)
    return np.array(found)


def _under(worth: Float, bars: Float) -> Codes:
    """How many bars are missed: the grade's position."""
    return np.asarray((worth[:, None] < bars[None, :]).sum(axis=1), dtype=np.int8)


def stages(state: States, now: Int, before: Int) -> Codes:
    """The stage of each customer as a position in STAGES, -1 for who never bought; (customers,).

    `state` is that of the last period, `now` and `before` cents of the last year and of the one before. A customer
    won back begins anew; among the active those who buy a fifth more than the year before grow, a fifth less decline.
    """
    growing = now >= GROWN * np.maximum(before, 0)
    shrinking = (before > 0) & (now <= SHRUNK * before)
    active = np.where(growing, STAGES.index("growing"), STAGES.index("mature"))
    active = np.where(shrinking, STAGES.index("declining"), active)
    new = is_one_of(state, ("new", "won_back"))
    leaving = is_one_of(state, LEAVING)
    found = np.where(new, STAGES.index("new"), active)
    found = np.where(leaving, STAGES.index("declining"), found)
    found = np.where(state == CODE["lost"], STAGES.index("lost"), found)
    return np.where(state == CODE["never_bought"], -1, found).astype(np.int8)


def owed(grade: Codes, stage: Codes, standard: Standard) -> tuple[Float, Float]:
    """Contacts owed a quarter and hours within which to respond, 0 and NaN for who never bought; (customers,)."""
    contacts = np.array([[one.contacts[stage] for stage in STAGES] for one in standard.grades], dtype=np.float64)
    hours = np.array([one.response_hours for one in standard.grades])
    known = stage >= 0
    return np.where(known, contacts[grade, stage], 0.0), np.where(known, hours[grade], np.nan)


def neglected(owed_contacts: Float, given: Float, owed_hours: Float, hours: Float) -> Bool:
    """Who got less than owed: fewer contacts in the quarter, or a later answer; NaN is nothing owed or known.

    Hours are those until the answer, or until now where none has come.

    A day is the finest the rows know, so an answer within the next day is not called late.
    """
    late = hours > np.maximum(owed_hours, 24)
    found: Bool = (given < owed_contacts) | late
    return found
