"""One dated event against its controls: pooled sales of those it befell by what like customers did in these months.

The estimator is a ratio of sums: sales of the exposed by what they would have been had each kept step with the
controls of its own cell (stratum, size band, newcomer or not). For two periods and one cell it is difference in
differences of a Poisson regression with fixed effects of customer and period, to the digit (tests do both), so
zeros and rare buyers need no care. The same is done for every portfolio that stayed, each against the others: these
*placebos* are what inference in `event_study.py` stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Bool, Float, Int, Int32

LEAST_CUSTOMERS = 5  # of a portfolio, exposed or not: below, one purchase is the result
LEAST_CONTROLS = 20
LEAST_EFFECTIVE = 5.0  # customers a cell's growth rests on, one over the sum of squared shares
FLOOR = 0.02  # a ratio below is taken as this: a portfolio that buys nothing has no logarithm
MOST_PLACEBOS = 120  # portfolios of one event that tell what chance does: more tell hardly more and take time
THIRDS = 3
KEEPING_STEP = 2  # months after the window's start within which whoever buys first is no newcomer


@dataclass(frozen=True)
class DatedEvent:
    """Something that befell some customers at a date.

    `month` is the first month counted as after it; `group` the code of the salesperson (or whatever portfolios are)
    it took away, -1 if none; `began` the first month of that group where known: who leaves before is a wrong record.
    """

    id: str
    month: int
    rows: Int  # positions of the customers exposed
    group: int = -1
    began: int | None = None


@dataclass(frozen=True)
class StudyWindow:
    """Months an event is looked at, and size bands customers are compared within."""

    before: int = 12
    after: int = 12
    least_before: int = 6
    least_after: int = 6
    bands: int = 3


@dataclass(frozen=True)
class Portfolios:
    """What became of portfolios against their controls, one a row; logs of ratios of sums, 0 is "as expected"."""

    group: Int  # code of the group, -1 for the event itself
    months: Float  # by month of the window, NaN outside the history; (portfolios, before + after)
    leads: Float  # by third of the time before; (portfolios, 3)
    post: Float  # all months after
    slope: Float  # of the ratio before the event, a month
    spread: Float  # sum of squared shares of money, own and controls': 1/n were n customers equal

    def pick(self, rows: Int | slice) -> Portfolios:
        """Some of them."""
        return Portfolios(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class EventSums:
    """One event's exposed customers against controls, and the placebos of the same months."""

    event: DatedEvent
    exposed: Portfolios  # one row
    placebos: Portfolios
    customers: int  # exposed, compared
    controls: int
    left_out: int  # exposed customers that another event of the kind befell within the window, or too new to compare
    money_before: int  # of those compared, in the months before; the unit of `outcome`
    expected: float  # of those compared, in the months after, had nothing happened
    months_before: int
    months_after: int
    heaviest: int  # the customer whose absence moves the result most
    without_it: float  # the ratio's logarithm without it

    @property
    def reach(self) -> float:
        """Months between the middle of the time before and the middle of the time after."""
        return (self.months_before + self.months_after) / 2


@dataclass(frozen=True)
class _Cells:
    """Customers of one event, ready for sums: cells from the finest to all together."""

    seen: Float  # sales in the window; (customers, months)
    base: Float  # sales before; (customers,)
    codes: tuple[Int, ...]  # cell of each customer, a level each
    level: Int  # the finest level whose cell has controls enough
    before: int


@dataclass(frozen=True)
class _Members:
    """Customers of some portfolios, one portfolio after another."""

    rows: Int  # among those of `_Cells`; (members,)
    of: Int  # the portfolio of each, by number, ascending; (members,)
    codes: Int  # (portfolios,)


@dataclass(frozen=True)
class _Growth:
    """What the controls of each portfolio did, by cell of one level."""

    rate: Float  # sales a month by their sales before; (portfolios, cells, months)
    thin: Float  # sum of their squared shares; (portfolios, cells)


def first_sales(outcome: Int | Float) -> Int:
    """The first month with sales of each customer, the number of months where there is none; (customers,)."""
    sold = outcome != 0
    return np.asarray(np.where(sold.any(axis=1), sold.argmax(axis=1), outcome.shape[1]))


def compared(
    outcome: Int | Float,
    event: DatedEvent,
    others: Sequence[DatedEvent],
    *,
    group: Int | Int32 | None = None,
    strata: Int | Int32 | None = None,
    window: StudyWindow | None = None,
    first: Int | None = None,
) -> EventSums | NotEstimable:
    """`event` against customers whom neither it nor any of `others` befell within the window.

    `outcome` is (customers, months); `group` says who looked after whom, (customers,) or (customers, months), -1
    nobody; `strata` is a code of segment, region or both, (customers,); `first` is `first_sales`, where many events of
    one outcome are compared. IndexError for rows there are not.
    """
    window = window or StudyWindow()
    size, months = outcome.shape
    start, end = max(0, event.month - window.before), min(months, event.month + window.after)
    trouble = _trouble(event, start, end, window)
    if trouble is not None:
        return trouble
    rows = np.unique(event.rows)
    befallen, tainted = np.zeros(size, bool), np.zeros(size, bool)
    befallen[rows] = True
    for other in others:
        if other.id != event.id and start <= other.month < end:
            tainted[other.rows] = True
    base = outcome[:, start : event.month].sum(axis=1).astype(np.float64)
    first = first_sales(outcome) if first is None else first
    usable = ~tainted & (base > 0) & (first <= event.month - window.least_before)
    held = _held(group, size, event.month)
    if not (~befallen & (base > 0)).any():
        return NotEstimable.because(
            N_("It befell every customer who bought in the year before: nobody is left to compare with.")
        )
    exposed = befallen & usable
    control = ~befallen & usable & ((held != event.group) | (event.group < 0))
    if exposed.sum() < LEAST_CUSTOMERS:
        return NotEstimable.because(
            N_("Needs {need} customers who bought before and whom nothing else of the kind befell; there are {have}."),
            need=LEAST_CUSTOMERS,
            have=int(exposed.sum()),
        )
    if control.sum() < LEAST_CONTROLS:
        return NotEstimable.because(
            N_("Needs {need} customers to compare with whom nothing of the kind befell; there are {have}."),
            need=LEAST_CONTROLS,
            have=int(control.sum()),
        )
    who = np.flatnonzero(exposed | control)
    fresh = first[who] > start + KEEPING_STEP
    levels = _levels(base[who], None if strata is None else strata[who], fresh, window.bands)
    seen = outcome[:, start:end][who].astype(np.float64)
    cells = _cells(seen, base[who], levels, control[who], event.month - start)
    return _sums(event, cells, exposed[who], held[who], who, outcome, rows, window)


def _trouble(event: DatedEvent, start: int, end: int, window: StudyWindow) -> NotEstimable | None:
    """Why the event can't be looked at, whoever it befell."""
    if event.began is not None and event.month <= event.began:
        return NotEstimable.because(N_("The records say it ended before it began."))
    if len(event.rows) == 0:
        return NotEstimable.because(N_("No customer was exposed to it."))
    if event.month - start < window.least_before:
        return NotEstimable.because(
            N_("Needs {need} months of sales before it; there are {have}."),
            need=window.least_before,
            have=max(0, event.month - start),
        )
    if end - event.month < window.least_after:
        return NotEstimable.because(
            N_("Needs {need} months of sales after it; there are {have}."),
            need=window.least_after,
            have=max(0, end - event.month),
        )
    return None


def _held(group: Int | Int32 | None, size: int, month: int) -> Int:
    if group is None:
        return np.full(size, -1)
    return np.asarray(group if group.ndim == 1 else group[:, month - 1], np.int64)


def _levels(base: Float, strata: Int | Int32 | None, fresh: Bool, bands: int) -> tuple[Int, ...]:
    """Cells from fine to coarse: stratum, band and newcomers; band and newcomers; all."""
    edges = np.quantile(base, np.linspace(0, 1, bands + 1)[1:-1])
    band = np.searchsorted(edges, base, side="right") * 2 + fresh
    kind = np.zeros(len(base), np.int64) if strata is None else np.unique(strata, return_inverse=True)[1].ravel()
    fine = np.unique(kind * 2 * bands + band, return_inverse=True)[1].ravel()
    return fine, np.unique(band, return_inverse=True)[1].ravel(), np.zeros(len(base), np.int64)


def _cells(seen: Float, base: Float, codes: tuple[Int, ...], control: Bool, before: int) -> _Cells:
    level = np.full(len(base), len(codes) - 1)
    for depth in reversed(range(len(codes) - 1)):
        code, cells = codes[depth], int(codes[depth].max()) + 1
        squares = np.bincount(code[control], base[control] ** 2, cells)
        total = np.bincount(code[control], base[control], cells)
        effective = np.divide(total**2, squares, out=np.zeros(cells), where=squares > 0)
        level[effective[code] >= LEAST_EFFECTIVE] = depth
    return _Cells(seen, base, codes, level, before)


def _sums(
    event: DatedEvent,
    cells: _Cells,
    exposed: Bool,
    held: Int,
    who: Int,
    outcome: Int | Float,
    rows: Int,
    window: StudyWindow,
) -> EventSums:
    control, theirs = np.flatnonzero(~exposed), np.flatnonzero(exposed)
    totals = _totals(cells, _alone(control))
    growth = _growth(totals)
    own = _expected(cells, _alone(theirs), growth)
    stayed = _stayed(held[control], control, event.month)
    others = _growth([all_ - part for all_, part in zip(totals, _totals(cells, stayed), strict=True)])
    after, due = cells.seen[theirs, cells.before :].sum(axis=1), own[:, cells.before :].sum(axis=1)
    total, expected_after = after.sum(), due.sum()
    left = expected_after - due
    whole = np.log(max(FLOOR, total / expected_after))
    ratio = np.divide(total - after, left, out=np.ones(len(theirs)), where=left > 0)
    alone = np.log(np.maximum(FLOOR, ratio))
    heaviest = int(np.argmax(np.abs(alone - whole)))
    return EventSums(
        event=event,
        exposed=_portfolios(cells, _alone(theirs), own, growth, window),
        placebos=_portfolios(cells, stayed, _expected(cells, stayed, others), others, window),
        customers=len(theirs),
        controls=len(control),
        left_out=len(rows) - len(theirs),
        money_before=int(np.rint(outcome[who[theirs], event.month - cells.before : event.month].sum())),
        expected=float(expected_after),
        months_before=cells.before,
        months_after=cells.seen.shape[1] - cells.before,
        heaviest=int(who[theirs[heaviest]]),
        without_it=float(alone[heaviest]),
    )


def _alone(rows: Int) -> _Members:
    """One portfolio, of the event itself or of all controls."""
    return _Members(rows, np.zeros(len(rows), np.int64), np.array([-1]))


def _stayed(held: Int, control: Int, seed: int) -> _Members:
    """The portfolios of controls to learn chance from: all, or of very many some at random, others for another month.

    `held` says who looks after each of the controls. Portfolios that can't be compared are left out.
    """
    codes, of, many = np.unique(held, return_inverse=True, return_counts=True)
    chosen = codes[codes >= 0]
    if len(chosen) > MOST_PLACEBOS:
        chosen = np.random.default_rng(seed).choice(chosen, MOST_PLACEBOS, replace=False)
    used = np.isin(codes, chosen) & (many >= LEAST_CUSTOMERS) & (len(control) - many >= LEAST_CONTROLS)
    some = np.flatnonzero(used[of])
    some = some[np.argsort(of[some], kind="stable")]
    return _Members(control[some], np.cumsum(used)[of[some]] - 1, codes[used])


def _totals(cells: _Cells, members: _Members) -> list[Float]:
    """By level: customers, sales before, their squares, then sales of each month; (portfolios, cells, 3 + months)."""
    from scipy.sparse import csr_array

    base, size = cells.base[members.rows], len(members.rows)
    columns = np.column_stack([np.ones(size), base, base**2, cells.seen[members.rows]])
    found: list[Float] = []
    for code in cells.codes:
        count, portfolios = int(code.max()) + 1, len(members.codes)
        place = members.of * count + code[members.rows]
        sums = csr_array((np.ones(size), (place, np.arange(size))), shape=(portfolios * count, size)) @ columns
        found.append(sums.reshape(portfolios, count, columns.shape[1]))
    return found


def _growth(totals: list[Float]) -> list[_Growth]:
    """By level what the controls of each portfolio's cells did; a cell without controls takes what all of them did."""
    found = []
    whole = totals[-1][:, :1]
    for sums in totals:
        some = sums[..., 0] > 0.5
        base = np.where(some, sums[..., 1], 1)
        rate = np.where(some[..., None], sums[..., 3:] / base[..., None], whole[..., 3:] / whole[..., 1:2])
        found.append(_Growth(rate, np.where(some, sums[..., 2] / base**2, whole[..., 2] / whole[..., 1] ** 2)))
    return found


def _expected(cells: _Cells, members: _Members, growth: list[_Growth]) -> Float:
    """Sales of each member a month, had it kept step with its cell's controls; (members, months)."""
    due = np.empty((len(members.rows), cells.seen.shape[1]))
    for depth, grown in enumerate(growth):
        here = cells.level[members.rows] == depth
        some = members.rows[here]
        due[here] = cells.base[some, None] * grown.rate[members.of[here], cells.codes[depth][some]]
    return due


def _portfolios(cells: _Cells, members: _Members, due: Float, growth: list[_Growth], window: StudyWindow) -> Portfolios:
    """What became of each portfolio; `due` is `_expected`."""
    before, size = cells.before, len(members.codes)
    begin = np.searchsorted(members.of, np.arange(size))
    had, expected = (np.add.reduceat(each, begin) if size else each[:0] for each in (cells.seen[members.rows], due))
    months = np.full((size, window.before + window.after), np.nan)
    months[:, window.before - before : window.before - before + had.shape[1]] = _log_ratio(had, expected)
    thirds = np.array_split(np.arange(before), THIRDS)
    leads = [_log_ratio(had[:, third].sum(axis=1), expected[:, third].sum(axis=1)) for third in thirds]
    base = cells.base[members.rows]
    whole = np.bincount(members.of, base, size)
    spread = np.bincount(members.of, base**2, size) / whole**2
    for depth, grown in enumerate(growth):
        here, cell = cells.level[members.rows] == depth, cells.codes[depth][members.rows]
        count = grown.thin.shape[1]
        share = np.bincount(members.of[here] * count + cell[here], base[here], size * count).reshape(size, count)
        spread += ((share / whole[:, None]) ** 2 * grown.thin).sum(axis=1)
    weight = np.maximum(expected[:, :before], 0)
    middle = (weight * np.arange(before)).sum(axis=1) / weight.sum(axis=1)
    away = np.arange(before) - middle[:, None]
    ratio = np.divide(had[:, :before], weight, out=np.ones_like(weight), where=weight > 0)
    return Portfolios(
        group=members.codes,
        months=months,
        leads=np.stack(leads, axis=1),
        post=_log_ratio(had[:, before:].sum(axis=1), expected[:, before:].sum(axis=1)),
        slope=(weight * away * ratio).sum(axis=1) / (weight * away**2).sum(axis=1),
        spread=spread,
    )


def _log_ratio(had: Float, expected: Float) -> Float:
    ratio = np.divide(had, expected, out=np.ones_like(np.asarray(had, float)), where=np.asarray(expected) > 0)
    logs: Float = np.log(np.clip(ratio, FLOOR, 1 / FLOOR))
    return logs
