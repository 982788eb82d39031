"""The eight states of a customer at a period's end: exclusive, total, and fixed by what was known then (B7).

The first that holds, in this order: never_bought, lost, won_back, dormant, token, falling, new, active.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.i18n import N_
from liuke.panel.panel import NEVER, Bool, Float, Int32, Panel, shift, trailing_sum

if TYPE_CHECKING:
    from collections.abc import Iterable

States = npt.NDArray[np.int8]

STATES = ("never_bought", "new", "active", "won_back", "falling", "token", "dormant", "lost")
CODE = {name: number for number, name in enumerate(STATES)}
TITLES = {
    "never_bought": N_("Never bought"),
    "new": N_("New"),
    "active": N_("Active"),
    "won_back": N_("Won back"),
    "falling": N_("Falling"),
    "token": N_("Token orders"),
    "dormant": N_("Dormant"),
    "lost": N_("Lost"),
}
LEAVING = ("falling", "token", "dormant")


@dataclass(frozen=True)
class Bounds:
    """Where one state ends and the next begins. Days are calendar days, shares are of the customer's own past mean."""

    new_days: int = 90  # a quarter: two or three orders of a typical monthly buyer
    won_back_days: int = 90  # as long as a new customer stays new
    dormant_gaps: float = 2.0  # twice the own rhythm: a random buyer is silent that long one time in seven
    dormant_least_gaps: int = 3  # with fewer gaps there is no rhythm to be out of
    token_share: float = 0.10  # "象征性下单": a tenth of the usual
    token_periods: int = 3
    falling_share: float = 0.50  # half of the usual over a quarter; methods.md section 1.2 measures what that catches
    falling_periods: int = 3
    base_periods: int = 12  # the usual is the mean of a year, so that seasons cancel
    least_base_periods: int = 6  # half a year of history before anything is called usual
    least_left_days: int = 60  # a horizon is never shorter than two months …
    most_left_days: int = 365  # … nor longer than a year
    left_gaps: float = 3.0  # three median gaps of the base


BOUNDS = Bounds()
GAP_BINS = 4000  # days; own gaps are counted in whole days so that a median over millions is exact


def gap_histogram(panel: Panel, bounds: Bounds = BOUNDS) -> npt.NDArray[np.int64]:
    """Customers by own mean gap in whole days at each period's end, those with enough gaps; (periods, GAP_BINS)."""
    gap = panel.stitch(usual_gaps(panel, bounds))
    return np.stack([gap_counts(gap[:, position]) for position in range(gap.shape[1])])


def usual_gaps(panel: Panel, bounds: Bounds = BOUNDS) -> Float:
    """Own mean gap in days at each period's end, NaN before there are enough gaps; (rows, periods)."""
    return np.where(panel.gaps >= bounds.dormant_least_gaps, panel.own_gap_days, np.nan)


def gap_counts(days: Float) -> npt.NDArray[np.int64]:
    """How many gaps there are of each number of whole days, NaN left out; (GAP_BINS,)."""
    whole = np.minimum(np.rint(days[~np.isnan(days)]), GAP_BINS - 1).astype(np.int64)
    return np.bincount(whole, minlength=GAP_BINS)


def middle_gap(counts: npt.NDArray[np.int64]) -> int | None:
    """The median own gap in days, at least 1, of customers counted by it (GAP_BINS,); None where nobody has one."""
    total = int(counts.sum())
    return max(int((np.cumsum(counts) >= (total + 1) // 2).argmax()), 1) if total else None


def left_days(histogram: npt.NDArray[np.int64], fixed: int = 0, bounds: Bounds = BOUNDS) -> Int32:
    """H at each period's end: a fixed number of days, or 3 median own gaps of the base within 60-365; (periods,)."""
    if fixed:
        return np.full(len(histogram), fixed, np.int32)
    total = histogram.sum(axis=1)
    middle = (np.cumsum(histogram, axis=1) >= (total[:, None] + 1) // 2).argmax(axis=1)
    days = np.clip(np.rint(bounds.left_gaps * middle), bounds.least_left_days, bounds.most_left_days)
    return np.where(total > 0, days, bounds.most_left_days).astype(np.int32)


def states(panel: Panel, horizon: Int32, bounds: Bounds = BOUNDS) -> States:
    """The state of each row at each period's end as a code into STATES; (rows, periods)."""
    ends = panel.periods.ends[None, :]
    state = np.full(panel.shape, CODE["active"], np.int8)
    chosen = np.zeros(panel.shape, bool)

    def put(name: str, holds: Bool) -> None:
        take = holds & ~chosen
        state[take] = CODE[name]
        chosen[take] = True

    put("never_bought", ~panel.has_bought)
    put("lost", panel.silent_days > horizon[None, :])
    put("won_back", ends - came_back_on(panel, horizon) <= bounds.won_back_days)
    with np.errstate(invalid="ignore"):
        rhythm = panel.gaps >= bounds.dormant_least_gaps
        put("dormant", rhythm & (panel.silent_days > bounds.dormant_gaps * panel.own_gap_days))
        put("token", is_token(panel, bounds))
        put("falling", is_falling(panel, bounds))
    put("new", (ends - panel.first_on <= bounds.new_days) & ~truncated(panel, horizon))
    return state


def perhaps_older(panel: Panel, first_on: Int32, days: Int32 | int) -> Bool:
    """True where a customer first seen on a day may be older than the export, and so is not genuinely new.

    First seen within `days` of the export's first day, and not on file as a customer only since then; the shape of
    `first_on`, (rows,) or (rows, periods).
    """
    start: np.int32 | Int32 = np.int32(panel.export_start)
    if panel.export_started is not None and first_on.ndim > 1:
        start = panel.export_started[None, :]
    early = first_on - start < days
    since = panel.attributes.get("since")
    if since is None:
        return np.asarray(early)
    on_file = since.astype("datetime64[D]")
    began = (on_file[:, None] if early.ndim > 1 else on_file) >= np.asarray(start).astype("datetime64[D]")
    return np.asarray(early & ~began)  # a customer since an unknown day began at no known time


def truncated(panel: Panel, horizon: Int32) -> Bool:
    """True where a customer that bought may be older than the export, H being the days; (rows, periods)."""
    return perhaps_older(panel, panel.first_on, horizon[None, :]) & panel.has_bought


def came_back_on(panel: Panel, horizon: Int32) -> Int32:
    """Day of the last purchase after a silence longer than H, NEVER without one; (rows, periods)."""
    kind = panel.kinds[panel.basis]
    before = shift(panel.last_on, 1, NEVER)
    limit = shift(np.broadcast_to(horizon, panel.shape), 1, 2**29)
    back = (kind.first_on > NEVER) & (before > NEVER) & (kind.first_on - before > limit)
    days: Int32 = np.maximum.accumulate(np.where(back, kind.first_on, NEVER), axis=1)
    return days


def own_mean(panel: Panel, skip: int, bounds: Bounds = BOUNDS) -> Float:
    """Mean cents a period over the year before the last `skip` periods; NaN with under half a year; (rows, periods)."""
    lived = np.maximum(np.arange(panel.shape[1])[None, :] - panel.alive_from[:, None] + 1, 0)
    total = shift(trailing_sum(panel.amount, bounds.base_periods), skip).astype(np.float64)
    length = np.minimum(shift(lived, skip), bounds.base_periods)
    mean: Float = np.divide(total, length, out=np.full(panel.shape, np.nan), where=length >= bounds.least_base_periods)
    return mean


def is_token(panel: Panel, bounds: Bounds = BOUNDS) -> Bool:
    """Above nothing but at most a tenth of the own mean, each of the last three periods; (rows, periods)."""
    usual = own_mean(panel, bounds.token_periods, bounds)
    recent = np.stack([shift(panel.amount, back) for back in range(bounds.token_periods)])
    return np.asarray(((recent > 0) & (recent <= bounds.token_share * usual)).all(axis=0))


def is_falling(panel: Panel, bounds: Bounds = BOUNDS) -> Bool:
    """The last three periods together bring less than half of what they usually would; (rows, periods)."""
    usual = own_mean(panel, bounds.falling_periods, bounds)
    recent = trailing_sum(panel.amount, bounds.falling_periods)
    return np.asarray((recent < bounds.falling_share * bounds.falling_periods * usual) & (usual > 0))


def since(state: States) -> Int32:
    """Position of the period in which the current run of the last state began; (rows,)."""
    last = state[:, -1:]
    same = state == last
    run: Int32 = (state.shape[1] - np.argmin(same[:, ::-1], axis=1)).astype(np.int32)
    return np.where(same.all(axis=1), 0, run).astype(np.int32)


def counts(state: States) -> npt.NDArray[np.int64]:
    """Customers in each state at each period's end; (periods, states)."""
    return np.stack([np.bincount(state[:, p], minlength=len(STATES)) for p in range(state.shape[1])])


def is_one_of(state: States, names: Iterable[str]) -> Bool:
    """True where the state is one of these; same shape."""
    return np.isin(state, [CODE[name] for name in names])
