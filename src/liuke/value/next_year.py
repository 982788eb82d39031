"""Next year's money of each customer, expected from what customers like it did before: regression to the mean.

The firm's own history gives pairs: what a customer looked like at an earlier period's end, and what it brought in the
year after. A regression with log link (Tweedie quasi-likelihood, variance proportional to the 1.5th power of the mean;
Jørgensen, The Theory of Dispersion Models, 1997) is fitted to them, shrunk towards "as much again as the own level". So
it is an empirical Bayes estimate in the sense of Robbins (1956): the prior is the firm's own base. The interval is
the range nine in ten past pairs kept to (conformal), for each size of the expectation apart and wider for the unsteady
(locally weighted as in Lei et al. 2018, JASA 113). Years differ, which pairs of the same years can't show: so the range
is held against the year just over, predicted from before it, and widened until it would have held nine in ten of it.

Every pair's year is closed before the end predicted from; nothing later is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Int

LEAST_PAIRS = 60  # customer-years a fit needs; ten features shrunk towards "as before" then do no harm
MOST_ORIGINS, STEP = 4, 3  # ends that pairs are taken from, and the periods between them
COVERED = 0.9  # share of past pairs the interval held
BIN = 250  # pairs a bin of the calibration holds at least; 20 bins at most
POWER = 1.5  # of the mean in the variance: between counting money (1) and counting customers (2)
RIDGE = 20.0  # pairs' worth of belief in "as much again as the own level"
LIMIT = 8.0  # a linear predictor beyond e^8 of the mean level is cut off
ROWS = 32_768  # customers worked on at once
TOO_SHORT = N_("Next year needs a year and a half of sales in whole periods; there are {have} periods.")
TOO_FEW = N_("Next year is learnt from {need} customer-years of the firm's own past; there are {have}.")


@dataclass(frozen=True)
class Design:
    """What a fit looks at: `look` periods before an end, `span` periods after it, scaled to a year."""

    look: int
    span: int
    year: int
    origins: tuple[int, ...]  # positions of the ends pairs are taken from, latest first


@dataclass(frozen=True)
class NextYear:
    """A fitted expectation of next year's money."""

    design: Design
    weights: Float  # of the features; (features,)
    unit: float  # mean own level of the pairs, cents: what money is measured in
    edges: Float  # expectations that separate the bins, cents; (bins - 1,)
    ratio: Float  # what came, by what was expected: mean, least, and both ends in units of `unsteady`; (bins, 4)
    unsteady: Float  # of the features in the log of how far off an expectation is; (features + 1,)
    gone: Float  # mean, low and high of those without any level left, cents; (3,)
    pairs: int


@dataclass(frozen=True)
class Expected:
    """Next year's money of some customers, cents as floats; all (customers,). Nobody unseen has any."""

    mean: npt.NDArray[np.float32]
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    error: npt.NDArray[np.float32]  # standard error of the mean itself, from the spread of the own periods


def year_design(periods: int, year: int, end: int | None = None) -> Design | NotEstimable:
    """Which pairs a history of so many periods gives, for a fit as of position `end` (the last by default)."""
    have = periods if end is None else end + 1
    span = min(year, have // 3 * 2 if have < 2 * year else year)
    look = min(2 * year, max(have - span - 2 * STEP, min(have - span, year)))
    if span < year // 2 or look < year // 4 or have < year + year // 2:
        return NotEstimable.because(TOO_SHORT, have=have)
    last = have - 1 - span
    return Design(look, span, year, tuple(range(last, look - 2, -STEP))[:MOST_ORIGINS])


def fit(values: Int, bought: Bool, year: int = 12, end: int | None = None) -> NextYear | NotEstimable:
    """Learn from the firm's own pairs up to position `end`.

    `values` are whole cents of one measure, `bought` whether there was a purchase; both (customers, periods), some
    ten thousand customers are enough. NotEstimable below a year and a half or `LEAST_PAIRS` pairs. Where a fit as of a
    year before has pairs enough, ranges are as wide as the last year asked for; never narrower than the pairs'.
    """
    end = values.shape[1] - 1 if end is None else end
    now, before = _fit(values, bought, year, end), _fit(values, bought, year, end - year)
    if isinstance(now, NotEstimable) or isinstance(before, NotEstimable):
        return now
    ratio = now.ratio.copy()
    ratio[:, 2:] *= max(1.0, _asked_for(before, values, bought, end - year))
    return replace(now, ratio=ratio)


def _asked_for(model: NextYear, values: Int, bought: Bool, end: int) -> float:
    """How many times as wide the ranges given at `end` had to be to hold nine in ten of the year after it."""
    said = predict(model, values, bought, end)
    came = values[:, end + 1 : end + 1 + model.design.year].sum(axis=1)
    off = came - said.mean
    reach = np.where(off < 0, said.mean - said.low, said.high - said.mean)
    asked = (said.mean > 0) & (reach > 0)
    return float(np.quantile(np.abs(off[asked]) / reach[asked], COVERED)) if asked.any() else 1.0


def _fit(values: Int, bought: Bool, year: int, end: int) -> NextYear | NotEstimable:
    """What the pairs up to `end` teach."""
    found = year_design(values.shape[1], year, end)
    if isinstance(found, NotEstimable):
        return found
    blocks = []
    for origin in found.origins:
        features, level, error = describe_years(values, bought, origin, found)
        after = values[:, origin + 1 : origin + 1 + found.span].sum(axis=1) * (year / found.span)
        seen = bought[:, : origin + 1].any(axis=1)
        blocks.append((features[seen], level[seen], error[seen], after[seen].astype(np.float64)))
    features, level, error, after = (np.concatenate(part) for part in zip(*blocks, strict=True))
    live = level > 0
    if int(live.sum()) < LEAST_PAIRS:
        return NotEstimable.because(TOO_FEW, need=LEAST_PAIRS, have=int(live.sum()))
    unit = float(level[live].mean())
    weights = _tweedie(features[live], level[live] / unit, np.maximum(after[live], 0) / unit)
    expected = _expected(features[live], level[live], weights, unit)
    signs = _signs(features[live], level[live], error[live])
    edges, ratio, unsteady = _calibrate(expected, after[live], signs)
    none = after[~live]
    gone = np.array([none.mean(), 0.0, np.quantile(none, COVERED)]) if len(none) else np.zeros(3)
    return NextYear(found, weights, unit, edges, ratio, unsteady, gone, int(live.sum()))


def predict(model: NextYear, values: Int, bought: Bool, end: int | None = None) -> Expected:
    """Next year's money after position `end` (the last by default), whoever the customers are."""
    at = values.shape[1] - 1 if end is None else end
    count = len(values)
    made = np.zeros((4, count), np.float32)
    for first in range(0, count, ROWS):
        rows = slice(first, min(first + ROWS, count))
        features, level, error = describe_years(values[rows], bought[rows], at, model.design)
        live = level > 0
        raw = _expected(features, level, model.weights, model.unit)
        ratio = model.ratio[_bin(model.edges, raw)]
        mean = np.where(live, raw * ratio[:, 0], model.gone[0])
        off = _spread(_signs(features, level, error), model.unsteady)
        low = raw * np.maximum(ratio[:, 0] + ratio[:, 2] * off, ratio[:, 1])
        high = raw * (ratio[:, 0] + ratio[:, 3] * off)
        ends = [np.where(live, end, model.gone[n]) for n, end in ((1, low), (2, high))]
        relative = np.divide(error, level, out=np.zeros_like(error), where=live)
        block = np.stack([mean, np.minimum(ends[0], mean), np.maximum(ends[1], mean), relative * mean])
        made[:, rows] = np.where(bought[rows, : at + 1].any(axis=1), block, 0)
    return Expected(*made)


def describe_years(values: Int, bought: Bool, end: int, design: Design) -> tuple[Float, Float, Float]:
    """What is known of each customer at position `end`: features, own yearly level, its standard error in cents.

    Features are (customers, 8), without unit beside the level. The level weighs a period half as much as the one a
    year later, over the periods since the first purchase; level and error are (customers,).
    """
    first = max(end - design.look + 1, 0)
    money = values[:, first : end + 1].astype(np.float64)
    active = bought[:, first : end + 1]
    width = money.shape[1]
    before = bought[:, :first].any(axis=1)
    start = np.where(before | ~active.any(axis=1), 0, active.argmax(axis=1))
    lived = np.maximum(width - start, 1).astype(np.float64)
    fade = 0.5 ** (np.arange(width - 1, -1, -1) / design.year)
    tail = np.cumsum(fade[::-1])
    squares = np.cumsum((fade**2)[::-1])
    weight = tail[lived.astype(np.int64) - 1]
    a_period = money @ fade / weight
    square = (money**2) @ (fade**2) - 2 * a_period * (money @ fade**2) + a_period**2 * squares[lived.astype(int) - 1]
    grown = np.sqrt(lived / np.maximum(lived - 1, 1))
    level = a_period * design.year
    error = np.sqrt(np.maximum(square, 0)) / weight * grown * design.year
    safe = np.maximum(level, 1.0)
    quarter = max(design.year // 4, 1)
    count = active.sum(axis=1)
    rate = count / np.minimum(lived, width)
    silent = np.where(active.any(axis=1), active[:, ::-1].argmax(axis=1), width).astype(np.float64)
    recent = money[:, -quarter:].sum(axis=1) * (design.year / np.minimum(lived, quarter))
    half = money[:, -2 * quarter :].sum(axis=1) * (design.year / np.minimum(lived, 2 * quarter))
    features = np.column_stack(
        [
            np.ones(len(level)),
            np.clip(np.maximum(recent, 0) / safe, 0, 4) - 1,
            np.clip(np.maximum(half, 0) / safe, 0, 4) - 1,
            rate - 0.5,
            np.minimum(silent / design.year, 2.0),
            np.minimum(silent * rate, 6.0) / 3,
            1 / (1 + lived / quarter),
            np.log(np.maximum(money.max(axis=1, initial=0), 1) / safe * design.year / 12),
        ]
    )
    return features, level, error


def _expected(features: Float, level: Float, weights: Float, unit: float) -> Float:
    """exp(features · weights + a share of the log level), in cents; (customers,)."""
    size = np.log(np.maximum(level, 1.0) / unit)
    made: Float = unit * np.exp(np.clip(features @ weights[:-1] + size * weights[-1], -30, LIMIT + np.maximum(size, 0)))
    return made


def _tweedie(features: Float, level: Float, after: Float) -> Float:
    """Weights of the features and of the log level: penalised quasi-likelihood by scoring; (features + 1,)."""
    columns = np.column_stack([features, np.log(level)])
    weights = np.zeros(columns.shape[1])
    weights[-1] = 1.0
    prior = weights.copy()
    belief = np.full(len(weights), RIDGE)
    belief[0] = 1.0  # the base as a whole may rise or fall freely
    for _ in range(25):
        mean = np.exp(np.clip(columns @ weights, -30, LIMIT + np.maximum(columns[:, -1], 0)))
        strength = mean ** (2 - POWER)
        strength /= strength.mean()
        slope = columns.T @ (strength * (after / np.maximum(mean, 1e-12) - 1)) - belief * (weights - prior)
        curve = (columns * strength[:, None]).T @ columns + np.diag(belief)
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _signs(features: Float, level: Float, error: Float) -> Float:
    """What tells how far off an expectation may be: the features, the own unsteadiness; (customers, features + 1)."""
    return np.column_stack([features, np.minimum(error / np.maximum(level, 1.0), 3.0)])


def _spread(signs: Float, unsteady: Float) -> Float:
    """How far off an expectation usually is, as a share of it; (customers,)."""
    off: Float = np.exp(np.clip(signs @ unsteady, -3, 2))
    return off


def _bin(edges: Float, expected: Float) -> Int:
    """The bin of each expectation: an edge is the least of the bin it opens; (customers,)."""
    return np.searchsorted(edges, expected, side="right")


def _calibrate(expected: Float, after: Float, signs: Float) -> tuple[Float, Float, Float]:
    """Edges of the bins of the expectation, what came by what was expected in each, weights of the spread."""
    bins = int(np.clip(len(expected) // BIN, 1, 20))
    order = np.argsort(expected, kind="stable")
    parts = np.array_split(order, bins)
    edges = np.array([expected[part[0]] for part in parts[1:]])
    means = np.array([max(after[part].sum() / expected[part].sum(), 0.0) for part in parts])
    off = after / expected - means[_bin(edges, expected)]
    penalty = np.diag(np.full(signs.shape[1], 1.0))
    unsteady = np.linalg.solve(signs.T @ signs + penalty, signs.T @ np.log(np.abs(off) + 0.05))
    scaled = off / _spread(signs, unsteady)
    tail = (1 - COVERED) / 2
    ratio = np.empty((bins, 4))
    for number, part in enumerate(parts):
        ordered, count = np.sort(scaled[part]), len(part)
        lowest = max(int(np.floor((count + 1) * tail)) - 1, 0)  # one rank more than seen: conformal
        highest = min(int(np.ceil((count + 1) * (1 - tail))) - 1, count - 1)
        least = float((after[part] / expected[part]).min())
        ratio[number] = means[number], least, ordered[lowest], ordered[highest]
    return edges, ratio, unsteady
