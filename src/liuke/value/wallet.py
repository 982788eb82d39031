"""The wallet: what a customer spends a year with everybody, of which we see our part only.

Three sources, best first, and each says which it is: the customer's own word, a salesperson's estimate, or comparison.
Compared, the log wallet is regressed over the wallets told on the customer's own best year of two and on the high
quantile of what loyal customers of its kind spend with us (Perlich, Rosset, Lawrence, Zadrozny, KDD 2007),

    log W = a + b Q.9(log spend | industry, region, channel, tier, grade) + c log(best year),

the quantile by the MM algorithm of Hunter and Lange (2000) for Koenker and Bassett's regression (1978). Its range is
what nine in ten told wallets kept to when each was left out of the fit. A told wallet is today's, a best year may be
long past: so the wallet may lie below it. Without enough told wallets, or where they are ranked no better than by own
sales, there is no comparison: the quantile alone is that of sizes of customers, and nothing says how far it is off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Bool, Float, Int, Int32, Panel

SOURCES = ("none", "survey", "estimate", "quantile")
TITLES = {
    "survey": N_("told by the customer"),
    "estimate": N_("salesperson's estimate"),
    "quantile": N_("like loyal customers of its kind"),
}
QUANTILE = 0.9
LEAST_LOYAL = 60  # customers to take a ninth decile from: six lie above it
LEAST_LEARNT = 30  # told wallets: with 30 a nominal 90 % range holds .80-.99, with 20 .73-1.00 (docs/methods/value.md)
SURVEY_RANGE, ESTIMATE_RANGE = 0.15, 0.30  # how far a told wallet may lie off either way; stated, not measured
LEAST_LEVEL = 20  # customers a value of a column needs to count by itself
TOO_FEW = N_("A wallet by comparison needs {need} loyal customers with a year of sales; there are {have}.")
TOO_FEW_TOLD = N_(
    "A wallet by comparison needs {need} customers whose wallet somebody has learned; there are {have}."
    " Load more of them: table wallet."
)
NO_BETTER = N_(
    "Of the {have} wallets learned, comparison ranks those left out no better ({ours}) than the customer's own sales do"
    " ({own}): it would add nothing."
)


@dataclass(frozen=True)
class Wallet:
    """Yearly spend with all suppliers in cents, and its range; all (customers,), NaN where the source is "none"."""

    value: Float
    low: Float
    high: Float
    source: npt.NDArray[np.int8]  # code into SOURCES

    def share(self, spend: Int) -> Float:
        """Our share of each wallet, 0 to 1, NaN without one; `spend` is what the customer bought of us in a year."""
        positive = self.value > 0
        part = np.divide(np.maximum(spend, 0), self.value, out=np.full(len(spend), np.nan), where=positive)
        return np.asarray(np.minimum(part, 1.0))


@dataclass(frozen=True)
class Quantile:
    """A fitted high quantile of yearly spend by kind of customer, and what it and own sales say of the wallet."""

    columns: tuple[Int32, ...]  # by column: code -> its dummy, -1 for none
    weights: Float  # of the constant and the dummies, log cents
    blend: Float  # of a constant, the log quantile and the log own best year in the log wallet; (3,)
    down: float  # the factors that turn the wallet into the ends of its range
    up: float
    told: int


def best_year(amount: Int, year: int) -> Int:
    """The most bought in any `year` neighbouring periods, cents; (customers,). A shorter history counts as it is."""
    total = np.cumsum(np.maximum(amount, 0), axis=1)
    before = np.concatenate([np.zeros((len(total), 1), total.dtype), total[:, :-year]], axis=1)
    best: Int = (total[:, min(year, total.shape[1]) - 1 :] - before[:, : max(total.shape[1] - year + 1, 1)]).max(axis=1)
    return best


def believed_loyal(panel: Panel, year: int) -> Bool:
    """Steady for a year at least: older than a year, bought in 8 of 12 own due periods, and not below the year before.

    A customer that buys every other month is due every other month. (customers,)
    """
    last = panel.shape[1] - 1
    bought = (panel.occasions[:, -year:] > 0).sum(axis=1)
    periods_a_gap = np.maximum(np.nan_to_num(panel.own_gap_days[:, -1], nan=1e9) * panel.periods.per_year / 365.25, 1)
    due = np.minimum(year, year / periods_a_gap)
    now = panel.amount[:, -year:].sum(axis=1)
    before = panel.amount[:, -2 * year : -year].sum(axis=1) if last + 1 >= 2 * year else now
    old = panel.alive_from <= last + 1 - year
    found: Bool = old & (now > 0) & (bought >= due * 2 / 3) & (now >= 0.8 * before)
    return found


def fit(kinds: Sequence[Int32], spend: Int, best: Int, loyal: Bool, learnt: Float) -> Quantile | NotEstimable:
    """How wallets follow from comparison. `kinds` are columns that tell customers apart as codes, -1 for unknown.

    `spend` is the last year's cents, `best` the best year's, `learnt` are wallets in cents somebody told, NaN
    elsewhere; all (customers,). NotEstimable with too few told or loyal ones, or when own sales alone rank as well.
    """
    rows, told = np.flatnonzero(loyal & (spend > 0)), np.flatnonzero((learnt > 0) & (best > 0))
    if len(told) < LEAST_LEARNT:
        return NotEstimable.because(TOO_FEW_TOLD, need=LEAST_LEARNT, have=len(told))
    if len(rows) < LEAST_LOYAL:
        return NotEstimable.because(TOO_FEW, need=LEAST_LOYAL, have=len(rows))
    columns = tuple(_levels(column[rows]) for column in kinds)
    weights = quantile_regression(_dummies(columns, kinds, rows), np.log(spend[rows].astype(np.float64)), QUANTILE)
    known, wallet = _blended(_dummies(columns, kinds, told) @ weights, best[told]), np.log(learnt[told])
    blend, rest = _least_squares(known, wallet)
    ours, own = (_rank_correlation(guess, wallet) for guess in (wallet - rest, best[told].astype(np.float64)))
    if ours <= own:
        return NotEstimable.because(NO_BETTER, have=len(told), ours=f"{ours:.2f}", own=f"{own:.2f}")
    down, up = (float(np.exp(_conformal(rest, level))) for level in (0.05, 0.95))
    return Quantile(columns, weights, blend, min(down, 1.0), max(up, 1.0), len(told))


def wallets(
    kinds: Sequence[Int32], best: Int, told: Float, by_survey: Bool, model: Quantile | NotEstimable, like_told: Bool
) -> Wallet:
    """The wallet of each customer by the best source it has; the range of a told one reaches up to its own best year.

    `best` are cents of the best year, 0 for who never bought; `told` cents learnt, NaN where none; `by_survey` whether
    the customer said so itself; `like_told` who may be compared: customers of the sort wallets are told of, neither
    lost nor in their first year. All (customers,).
    """
    count = len(best)
    value, low, high = (np.full(count, np.nan) for _ in range(3))
    source = np.zeros(count, np.int8)
    if isinstance(model, Quantile):
        rows = np.flatnonzero((best > 0) & like_told)
        known = _blended(_dummies(model.columns, kinds, rows) @ model.weights, best[rows])
        raw = np.exp(known @ model.blend)
        value[rows], low[rows], high[rows] = raw, raw * model.down, raw * model.up
        source[rows] = SOURCES.index("quantile")
    for name, wide, mask in (
        ("estimate", ESTIMATE_RANGE, (told > 0) & ~by_survey),
        ("survey", SURVEY_RANGE, (told > 0) & by_survey),
    ):
        value[mask], source[mask] = told[mask], SOURCES.index(name)
        low[mask], high[mask] = told[mask] * (1 - wide), np.maximum(told[mask] * (1 + wide), best[mask])
    return Wallet(value, low, high, source)


def quantile_regression(columns: Float, values: Float, quantile: float) -> Float:
    """Weights that make the pinball loss least, by weighted least squares (Hunter and Lange 2000); (columns,)."""
    small = 1e-4 * max(float(values.std()), 1e-12)
    weights: Float = np.zeros(columns.shape[1])
    weights[0] = np.quantile(values, quantile)
    for _ in range(200):
        pull = 1 / (small + np.abs(values - columns @ weights))
        left = (columns * pull[:, None]).T @ columns + 1e-9 * np.eye(columns.shape[1])
        right = columns.T @ (pull * values + 2 * quantile - 1)
        fresh = np.asarray(np.linalg.solve(left, right), dtype=np.float64)
        moved = np.abs(fresh - weights).max()
        weights = fresh
        if moved < 1e-7:
            break
    return weights


def _blended(quantile: Float, best: Int) -> Float:
    """A constant, the log quantile and the log own best year; (rows, 3)."""
    return np.column_stack([np.ones(len(best)), quantile, np.log(best.astype(np.float64))])


def _least_squares(columns: Float, values: Float) -> tuple[Float, Float]:
    """Weights, hardly shrunk, and what each value is off when it is left out of the fit (Allen 1974)."""
    inverse = np.linalg.inv(columns.T @ columns + 0.1 * np.diag([0.0, 1.0, 1.0]))
    weights: Float = inverse @ columns.T @ values
    leverage = np.einsum("ij,jk,ik->i", columns, inverse, columns)
    rest: Float = (values - columns @ weights) / (1 - leverage)
    return weights, rest


def _rank_correlation(one: Float, other: Float) -> float:
    """Spearman's, of values that are hardly ever equal."""
    first, second = (np.argsort(np.argsort(values)) for values in (one, other))
    return float(np.corrcoef(first, second)[0, 1])


def _conformal(rest: Float, level: float) -> float:
    """The level's quantile of what was kept apart, one rank on the safe side (Romano, Patterson, Candès 2019)."""
    count = len(rest)
    safe = np.ceil((count + 1) * level) if level >= 0.5 else np.floor((count + 1) * level)
    return float(np.sort(rest)[int(np.clip(safe - 1, 0, count - 1))])


def _levels(column: Int32) -> Int32:
    """Place of each code's dummy, -1 for the most frequent code and those with too few customers; (codes,)."""
    counts = np.bincount(column[column >= 0], minlength=1)
    enough = counts >= LEAST_LEVEL
    enough[counts.argmax()] = False
    return np.where(enough, np.cumsum(enough) - 1, -1).astype(np.int32)


def _dummies(columns: Sequence[Int32], kinds: Sequence[Int32], rows: npt.NDArray[np.intp]) -> Float:
    """A constant and one column a code that counts; (rows, 1 + codes)."""
    widths = [int(places.max(initial=-1)) + 1 for places in columns]
    made = np.zeros((len(rows), 1 + sum(widths)))
    made[:, 0] = 1
    start = 1
    for places, width, kind in zip(columns, widths, kinds, strict=True):
        code = kind[rows]
        place = np.where((code >= 0) & (code < len(places)), places[np.clip(code, 0, len(places) - 1)], -1)
        hit = np.flatnonzero(place >= 0)
        made[hit, start + place[hit]] = 1
        start += width
    return made
