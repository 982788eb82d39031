"""How much of a firm's history a model can learn from: what too little of it is due to, and what would give more.

A model learns at period ends that are followed by a whole horizon. A long horizon, long periods and a young history
leave few of them; which of these it is decides what is to be done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.period import Periods, period_end, period_number, period_start
from liuke.kernel.said import Said
from liuke.signals.churn.rows import LEAST_HISTORY, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.kernel.period import Unit
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows

FEW_ENDS = 6  # half a year of month ends: fewer may all lie in one season
FEW_PERIODS = 6  # so many a customer's usual level, the core and most rules need
FINER: dict[Unit, tuple[tuple[Unit, int], ...]] = {  # by unit, shorter ones and the usual gap in days they suit
    "quarter": (("month", 62), ("week", 14)),
    "month": (("week", 14),),
    "week": (),
}
HORIZONS = (240, 180, 150, 120, 90, 75, 60, 45, 30, 21, 14, 7)  # days that may be proposed
PERIOD = {12: N_("month"), 52: N_("week"), 4: N_("quarter")}  # by how many make a year
PERIODS = {"month": N_("{count} months"), "week": N_("{count} weeks"), "quarter": N_("{count} quarters")}
ENDS = {"month": N_("{count} month ends"), "week": N_("{count} week ends"), "quarter": N_("{count} quarter ends")}

_TOO_YOUNG = N_("a model needs a {period} end with {need} of them before it; the whole history is {have}")
_NOBODY = N_("by the last {period} end whose outcome is known nobody had bought")
_NOT_CLOSED = N_("no {period} end is yet followed by a whole horizon of {days} days: the history ends {after} days "
                 "after the first that could be learnt from")  # fmt: skip
_QUARTER = N_("no {period} end is yet followed by a whole quarter, from which a fall could be seen")
_ALL_SILENT = N_(
    "at the {period} ends followed by a whole horizon of {days} days every customer had been silent for more than "
    "{silent} days: nobody was left to leave"
)
_NO_FALL = N_("at the {period} ends followed by a whole quarter no customer still bought anything it could fall from")
UNLEARNT = frozenset({_TOO_YOUNG, _NOBODY, _NOT_CLOSED, _QUARTER, _ALL_SILENT, _NO_FALL})

_COSTS = N_("{have} of history and a horizon of {days} days: {ends} can be learnt from.")
_COSTS_AS_SET = N_(
    "{have} of history and a horizon of {days} days, which left_days in liuke.toml sets: {ends} can be learnt from."
)
_SHORTER = N_(
    "With left_days = {shorter} in liuke.toml there would be {more}; then {shorter} days of silence count as leaving, "
    "and half of the customers buy every {gap} days or oftener."
)
_BY_FINER = N_(
    "Most figures need {need} periods, and there are {have}. Half of the customers buy every {gap} days or oftener, so "
    'period = "{unit}" in liuke.toml suits them: that makes {more}.'
)


def unlearnt(rows: ModelRows, asked: Asked) -> NotEstimable:
    """Why no row can be learnt from at the period the question is asked at, where that is so."""
    period = Said(PERIOD[asked.year])
    looked_at = origins(asked.at + 1, asked.year)
    if not looked_at:
        have = Said(PERIODS[_unit(asked)], {"count": asked.at + 1})
        return NotEstimable.because(_TOO_YOUNG, period=period, need=LEAST_HISTORY - 1, have=have)
    closed = rows.pick(asked.closed(rows) & (rows.position >= LEAST_HISTORY - 1))
    if len(closed) and asked.fall is None:
        silent = int(closed.silent.min()) - 1
        return NotEstimable.because(_ALL_SILENT, period=period, days=asked.horizon, silent=silent)
    if len(closed):
        return NotEstimable.because(_NO_FALL, period=period)
    after = int(asked.ends[asked.at] - asked.ends[looked_at[0]])
    known = asked.horizon <= after if asked.fall is None else looked_at[0] + asked.year // 4 <= asked.at
    if known:
        return NotEstimable.because(_NOBODY, period=period)
    if asked.fall is not None:
        return NotEstimable.because(_QUARTER, period=period)
    return NotEstimable.because(_NOT_CLOSED, period=period, days=asked.horizon, after=after)


def notices(periods: Periods, horizon: int, gap: int | None, *, closes: bool = True, fixed: bool = False) -> list[Said]:
    """What a short history costs and which settings would give more; nothing where it is long enough.

    `gap` is the usual gap of the base in days, None while unknown: nothing shorter than that is proposed. `closes` is
    False where leaving is not silence for a horizon, `fixed` says that the horizon was set and not found.
    """
    return [*(_of_horizon(periods, horizon, gap, fixed) if closes else ()), *_of_unit(periods, gap)]


def ends_learnt(periods: Periods, horizon: int) -> int:
    """How many of the period ends a model looks at are followed by a whole horizon."""
    ends, at = periods.ends, origins(len(periods), periods.per_year)
    return int((ends[at] + horizon <= ends[-1]).sum()) if at else 0


def _of_horizon(periods: Periods, horizon: int, gap: int | None, fixed: bool) -> Iterator[Said]:
    ends = ends_learnt(periods, horizon)
    if ends >= FEW_ENDS:
        return
    have = Said(PERIODS[periods.unit], {"count": len(periods)})
    costs = _COSTS_AS_SET if fixed else _COSTS
    yield Said(costs, {"have": have, "days": horizon, "ends": Said(ENDS[periods.unit], {"count": ends})})
    if gap is None:
        return
    shorter = {days: ends_learnt(periods, days) for days in HORIZONS if gap < days < horizon}
    most = max(shorter.values(), default=0)
    if most > ends:
        days = next(days for days, found in shorter.items() if found >= min(most, FEW_ENDS))
        more = Said(ENDS[periods.unit], {"count": shorter[days]})
        yield Said(_SHORTER, {"shorter": days, "more": more, "gap": gap})


def _of_unit(periods: Periods, gap: int | None) -> Iterator[Said]:
    if len(periods) >= FEW_PERIODS or gap is None:
        return
    have = Said(PERIODS[periods.unit], {"count": len(periods)})
    for unit, bearable in FINER[periods.unit]:
        count = len(_in(unit, periods))
        if count >= FEW_PERIODS and gap <= bearable:
            more = Said(PERIODS[unit], {"count": count})
            yield Said(_BY_FINER, {"need": FEW_PERIODS, "have": have, "gap": gap, "unit": unit, "more": more})
            return


def _in(unit: Unit, periods: Periods) -> Periods:
    """The whole periods of another length within these."""
    first, last = period_start(periods.first, periods.unit), period_end(periods.last, periods.unit)
    low, high = period_number(first, unit), period_number(last, unit)
    return Periods(unit, low + (period_start(low, unit) < first), high - (period_end(high, unit) > last))


def _unit(asked: Asked) -> Unit:
    units: dict[int, Unit] = {12: "month", 52: "week", 4: "quarter"}
    return units[asked.year]
