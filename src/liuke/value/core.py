"""Core customers: the smallest set that makes a share of the value, told apart from those who are in it by luck.

The last 24 periods are redrawn in blocks of neighbouring ones, the same for every customer; the share of redraws in
which a customer belongs to the set is its probability. It enters the core at .8 and leaves it below .5, so that the
list does not change with every month. The plain set of the last year stands beside it.

`core_customers` looks back at what was bought; `forward_core` ranks by next year's expected money (`value.next_year`),
which regression to the mean has already cooled down, with the same way in and out.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.value.normal import below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Bool, Int, Int32

Float32 = npt.NDArray[np.float32]

PERIODS = 24
LEAST_PERIODS = 6
ENTER, LEAVE = 0.8, 0.5
SMOOTH = (0.4, 0.3, 0.2, 0.1)  # weights of a quarter end and those before it: one quiet quarter is not a departure
_CELLS = 16_000_000  # totals held at once: 64 MB a thread …
_DRAWS = (8, 64)  # … within so many redraws at once, for the multiplication's sake
_BLOCK = 4096  # sorted totals summed at once
_TOO_SHORT = N_("needs {need} periods of sales; there are {have}")


@dataclass(frozen=True)
class Core:
    """Core customers at the last of several period ends; all (customers,)."""

    core: Bool  # with hysteresis over the period ends
    probability: Float32 | NotEstimable  # of belonging to the set at the last end
    raw: Bool  # the plain set of the last year
    at: tuple[int, ...]  # positions of the period ends used


def core_customers(
    values: Int,
    *,
    ends: Sequence[int] | None = None,
    year: int = 12,
    share: float = 0.8,
    draws: int = 200,
    block: int = 3,
    seed: int = 0,
    was_core: Bool | None = None,
) -> Core:
    """The core at the last of `ends` (positions; by default the last four quarter ends, oldest first).

    `values` are whole numbers of one measure (amount or margin in cents, quantity), (customers, periods); a period
    without sales is 0. Every end reads the `PERIODS` columns up to it and nothing later. `was_core` is the core before
    the first end, its plain set when there is none. Below `LEAST_PERIODS` columns the plain set is all there is.
    """
    last = values.shape[1] - 1
    if ends is None:
        ends = [end for end in range(last - 9, last + 1, 3) if end >= LEAST_PERIODS - 1]
    raw = smallest_set(values[:, max(last - year + 1, 0) :].sum(axis=1), share)
    ends = [end for end in ends if end >= LEAST_PERIODS - 1]
    if not ends:
        return Core(raw, NotEstimable.because(_TOO_SHORT, need=LEAST_PERIODS, have=last + 1), raw, ())
    inside = was_core
    if inside is None:
        inside = smallest_set(values[:, max(ends[0] - year + 1, 0) : ends[0] + 1].sum(axis=1), share)
    for end in ends:
        window = values[:, max(end - PERIODS + 1, 0) : end + 1]
        probability = core_probability(window, share=share, draws=draws, block=block, seed=seed)
        inside = hold(probability, inside)
    return Core(inside, probability, raw, tuple(ends))


def forward_core(
    means: Sequence[Float32], errors: Sequence[Float32], *, share: float = 0.8, was_core: Bool | None = None
) -> Core:
    """The core by next year's expected money at the last of several period ends, oldest first; (customers,) each.

    `means` are expectations in cents as they stood at each end, `errors` their standard errors; each end is smoothed
    with up to three before it, by SMOOTH. The bar is the smallest expectation of the set that makes `share` of the
    whole; the probability that a customer's true mean lies above it takes the place of the redraws. `raw` is the plain
    set of the last smoothed expectations.
    """
    inside = was_core
    for end in range(len(means)):
        mean, error = (_smoothed(each, end) for each in (means, errors))
        among = smallest_set(mean, share)
        bar = mean[among].min() if among.any() else np.float32(np.inf)
        probability = _above(mean, error, bar)
        inside = hold(probability, among if inside is None else inside)
    assert inside is not None
    return Core(inside, probability, among, tuple(range(len(means))))


def _smoothed(series: Sequence[Float32], end: int) -> Float32:
    """The weighted mean of one end and those before it; (customers,)."""
    back = range(min(end + 1, len(SMOOTH)))
    total = sum(SMOOTH[ago] for ago in back)
    return np.asarray(sum(SMOOTH[ago] / total * series[end - ago] for ago in back), dtype=np.float32)


def _above(mean: Float32, error: Float32, bar: np.float32) -> Float32:
    """Probability that a true mean reaches the bar; (customers,)."""
    distance = (mean - bar) / np.maximum(error, np.float32(1e-6) * np.maximum(np.abs(mean), 1))
    return np.where(mean > 0, below(distance), np.float32(0)).astype(np.float32)


def hold(probability: Float32, inside: Bool) -> Bool:
    """Who is core after one more period end: in at `ENTER`, out below `LEAVE`, in between as before."""
    stays: Bool = (probability >= ENTER) | (inside & (probability >= LEAVE))
    return stays


def smallest_set(totals: Int | Float32, share: float = 0.8) -> Bool:
    """Whether each customer belongs to the fewest that make `share` of the value; (customers,).

    The value is the sum of what is above 0; customers at 0 or below never belong. Of customers equal to the last one
    needed all belong, since nothing tells them apart.
    """
    positive = np.sort(totals[totals > 0])[::-1]
    if not len(positive):
        return np.zeros(len(totals), bool)
    so_far = np.cumsum(positive, dtype=np.float64)
    edge = positive[np.searchsorted(so_far, share * so_far[-1] * (1 - 1e-12))]
    inside: Bool = (totals > 0) & (totals >= edge)
    return inside


def core_probability(values: Int, *, share: float = 0.8, draws: int = 200, block: int = 3, seed: int = 0) -> Float32:
    """Probability of belonging to the smallest set, over redraws of the columns of `values`; (customers,).

    Redraws take blocks of `block` neighbouring columns (round the end), the same columns for every customer. Sums are
    float32, good to seven digits: enough to rank, never shown.
    """
    customers, periods = values.shape
    weights = block_weights(periods, draws, block, seed)
    probability = np.zeros(customers, np.float32)
    rows = np.flatnonzero((values > 0).any(axis=1))
    if not len(rows) or not periods:
        return probability
    by_period = np.empty((periods, len(rows)), np.float32)
    for position in range(periods):
        by_period[position] = values[rows, position]
    at_once = int(np.clip(_CELLS // len(rows), *_DRAWS))
    batches = [weights[first : first + at_once] for first in range(0, draws, at_once)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        times = sum(threads.map(lambda drawn: _times_inside(drawn @ by_period, share), batches))
    probability[rows] = times / np.float32(draws)
    return probability


def block_weights(periods: int, draws: int, block: int, seed: int) -> Float32:
    """How often each of `periods` columns is drawn, in blocks of neighbours round the end; (draws, periods)."""
    length = max(min(block, periods), 1)
    count = -(-periods // length)
    random = np.random.default_rng(seed)
    starts = random.integers(0, max(periods, 1), (draws, count))
    columns = ((starts[:, :, None] + np.arange(length)) % max(periods, 1)).reshape(draws, -1)[:, :periods]
    weights = np.zeros((draws, periods), np.float32)
    np.add.at(weights, (np.arange(draws)[:, None], columns), 1)
    return weights


def _times_inside(redraws: Float32, share: float) -> Int32:
    """In how many redraws, (redraws, customers), each customer is in the smallest set; (customers,)."""
    times = np.zeros(redraws.shape[1], np.int32)
    for totals in redraws:
        times += totals >= _least_inside(totals, share)
    return times


def _least_inside(totals: Float32, share: float) -> np.float32:
    """The least total in the smallest set, infinite where nothing is above 0: `smallest_set` with one sort."""
    ordered = np.sort(totals)
    ordered = ordered[np.searchsorted(ordered, 0, side="right") :]
    if not len(ordered):
        return np.float32(np.inf)
    sums = np.add.reduceat(ordered, np.arange(0, len(ordered), _BLOCK), dtype=np.float64)
    so_far = np.cumsum(sums)
    outside = (1 - share * (1 - 1e-12)) * so_far[-1]
    at = int(np.searchsorted(so_far, outside, side="right"))  # the block in which the set begins
    block = ordered[at * _BLOCK : (at + 1) * _BLOCK]
    within = so_far[at] - sums[at] + np.cumsum(block, dtype=np.float64)
    return np.float32(block[np.searchsorted(within, outside, side="right")])
