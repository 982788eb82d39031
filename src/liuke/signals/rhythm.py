"""The rhythm of a customer base: how regular purchases are (k) and how much customers differ (r, alpha), by period.

Gaps of one customer ~ Gamma(k, rate); rates over the base ~ Gamma(r, alpha), days. From sums that add over chunks:

* k by Wheat and Morrison (1990, Journal of Marketing Research 27): of two successive gaps, M = g1/(g1+g2) has
  variance V = 1/(4(2k+1)) whatever the rate, so k = (1-4V)/(8V). Each customer gives the first two gaps of its life
  once both are over; M does not depend on g1+g2, so waiting for them selects nothing. V is shrunk towards 1/12 (k = 1,
  purchases at random) as by 20 pairs.
* r and alpha by log moments: log S - psi(k n) has mean log(alpha) - psi(r) and variance psi'(r) beside psi'(k n).
  The variance is shrunk towards that of r = 2 as by 10 customers. Only completed gaps speak: silent leavers don't.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from liuke.panel.panel import NEVER

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Int32, Panel

K_BOUNDS = (0.3, 30.0)
R_BOUNDS = (0.3, 100.0)
PAIRS_OF_PRIOR = 20.0
CUSTOMERS_OF_PRIOR = 10.0
R_OF_PRIOR = 2.0
_EDGES = np.unique(np.r_[np.arange(1, 17), np.round(16 * 2 ** np.arange(0.25, 7.01, 0.25))]).astype(np.int64)


@dataclass(frozen=True)
class Rhythm:
    """Sums over customers by period; adds with `+`."""

    pairs: Float  # customers whose first two gaps are over; (periods,)
    pair_squares: Float  # sum of (M - 1/2)^2 over them; (periods,)
    counts: Float  # customers by number of gaps so far; (classes, periods)
    gaps: Float  # their gaps; (classes, periods)
    logs: Float  # sum of log(mean gap in days); (classes, periods)
    log_squares: Float  # sum of its squares; (classes, periods)

    def __add__(self, other: Rhythm) -> Rhythm:
        """The rhythm of both groups of customers together."""
        return Rhythm(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @classmethod
    def of(cls, panel: Panel) -> Rhythm:
        """Sums over the panel's customers; each period reads the vintage known at its end."""
        holds = _holds(panel)
        pairs, squares = _first_pairs(panel)
        return cls(*_over_time(pairs, squares, panel), *_log_sums(panel, holds))

    def parameters(self, position: int) -> tuple[float, float, float]:
        """(k, r, alpha in days) as known at a period's end; all infinite while nobody has bought twice."""
        if position not in self._known:
            self._known[position] = self._parameters(position)
        return self._known[position]

    @cached_property
    def _known(self) -> dict[int, tuple[float, float, float]]:
        """Parameters worked out so far: every sentence about a customer asks for all of them."""
        return {}

    def _parameters(self, position: int) -> tuple[float, float, float]:
        from scipy.special import polygamma, psi

        counts = self.counts[:, position]
        total = float(counts.sum())
        if total == 0:
            return (np.inf, np.inf, np.inf)
        k = self.regularity(position)
        seen = counts > 0
        mean_gaps = self.gaps[seen, position] / counts[seen]
        offset = psi(k * mean_gaps) - np.log(mean_gaps)
        logs, squares = self.logs[seen, position], self.log_squares[seen, position]
        mean = float((logs - counts[seen] * offset).sum()) / total
        spread = float((squares - 2 * logs * offset + counts[seen] * offset**2).sum()) / total - mean**2
        own = float((counts[seen] * polygamma(1, k * mean_gaps)).sum()) / total
        least = float(polygamma(1, R_BOUNDS[1]))
        prior = float(polygamma(1, R_OF_PRIOR))
        variance = (total * max(spread - own, least) + CUSTOMERS_OF_PRIOR * prior) / (total + CUSTOMERS_OF_PRIOR)
        r = _inverse_trigamma(variance)
        return (k, r, float(np.exp(mean + psi(r))))

    def regularity(self, position: int) -> float:
        """k as known at a period's end: 1 is random, 2 and more regular."""
        squares = float(self.pair_squares[position]) + PAIRS_OF_PRIOR / 12
        variance = squares / (float(self.pairs[position]) + PAIRS_OF_PRIOR)
        return float(np.clip((1 - 4 * variance) / (8 * variance), *K_BOUNDS))


def rhythm_tail(k: float, r: float, alpha: float, gaps: object, span: object, silent: object) -> Float:
    """P(gap > silent) after `gaps` gaps summing to `span` days; broadcasts over the last three."""
    from scipy.special import betaincc

    n, s, e = (np.asarray(each, dtype=np.float64) for each in (gaps, span, silent))
    chance: Float = betaincc(k, r + n * k, e / (alpha + s + e))
    return chance


def _inverse_trigamma(value: float) -> float:
    """r with psi'(r) = value, within bounds: trigamma falls all the way, so halving finds it."""
    from scipy.special import polygamma

    low, high = R_BOUNDS
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if polygamma(1, middle) > value else (low, middle)
    return float((low * high) ** 0.5)


def _holds(panel: Panel) -> Bool | None:
    """Where a row is the vintage to be read; None when every row always is; (rows, periods)."""
    if panel.known_from is None:
        return None
    first, end = _life(panel)
    columns = np.arange(panel.shape[1])
    return (columns >= first[:, None]) & (columns < end[:, None])


def _life(panel: Panel) -> tuple[Int32, Int32]:
    """First period in which a row is read and the first in which it no longer is; (rows,) each."""
    rows, periods = panel.shape
    if panel.known_from is None:
        return np.zeros(rows, np.int32), np.full(rows, periods, np.int32)
    end = np.full(rows, periods, np.int32)
    same = panel.customer[1:] == panel.customer[:-1]
    end[:-1] = np.where(same, np.minimum(panel.known_from[1:], periods), end[:-1])
    return panel.known_from.astype(np.int32), end


def _first_pairs(panel: Panel) -> tuple[Int32, Float]:
    """Period in which the third purchase day fell and (M - 1/2)^2 of the gaps before it; (rows,) each.

    The period is that after the last where there is no third day or the days inside a period are not all known (three
    or more purchase days in one period show only the first and the last of them).
    """
    rows, periods = panel.shape
    measures = panel.kinds[panel.basis]
    so_far = np.cumsum(measures.occasions, axis=1, dtype=np.int32)
    at = [np.argmax(so_far >= nth, axis=1) for nth in (1, 2, 3)] if periods else [np.zeros(rows, np.intp)] * 3
    row = np.arange(rows)
    usable = so_far[:, -1] >= 3 if periods else np.zeros(rows, bool)
    usable &= (measures.occasions[row, at[0]] <= 2) & ((at[2] != at[1]) | (measures.occasions[row, at[1]] == 2))
    one = measures.first_on[row, at[0]].astype(np.float64)
    two = np.where(at[1] == at[0], measures.last_on[row, at[1]], measures.first_on[row, at[1]])
    three = np.where(at[2] == at[1], measures.last_on[row, at[2]], measures.first_on[row, at[2]])
    usable &= (one > NEVER) & (three > one)
    share = np.divide(two - one, three - one, out=np.full(rows, 0.5), where=usable)
    return np.where(usable, at[2], periods).astype(np.int32), (share - 0.5) ** 2


def _over_time(when: Int32, squares: Float, panel: Panel) -> tuple[Float, Float]:
    """Number of pairs known at each period and the sum of their squares; (periods,) each."""
    periods = panel.shape[1]
    first, end = _life(panel)
    start = np.minimum(np.maximum(when, first), end)
    counts = np.bincount(start, minlength=periods + 1) - np.bincount(end, minlength=periods + 1)
    sums = np.bincount(start, squares, periods + 1) - np.bincount(end, squares, periods + 1)
    return np.cumsum(counts)[:periods].astype(np.float64), np.cumsum(sums)[:periods]


def _log_sums(panel: Panel, holds: Bool | None) -> tuple[Float, Float, Float, Float]:
    """Customers, gaps, log mean gaps and their squares by class of number of gaps; (classes, periods) each."""
    periods = panel.shape[1]
    out = np.zeros((4, len(_EDGES), periods))
    for position in range(periods):
        gaps, span = panel.gaps[:, position], panel.last_on[:, position] - panel.first_on[:, position]
        use = (gaps > 0) & (span > 0)
        if holds is not None:
            use &= holds[:, position]
        n = gaps[use].astype(np.float64)
        mean = np.log(span[use] / n)
        group = np.searchsorted(_EDGES, gaps[use], side="right") - 1
        for index, weight in enumerate((None, n, mean, mean * mean)):
            out[index, :, position] = np.bincount(group, weight, len(_EDGES))
    return out[0], out[1], out[2], out[3]
