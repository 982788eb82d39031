"""What a customer's market did, told by our sales to the others of its segment and region: a shift-share without it.

Shift-share (Dunn 1960; Esteban-Marquillas 1972): what a customer buys more or less is the growth of the whole, what
its group grew beyond the whole, and the rest, its own: Y·g + Y·(g_s - g) + Y·(g_i - g_s). Growth is told by the other
customers alone. Groups of few, or carried by one, are drawn to the whole by how surely their growth is known.

The whole is judged by those who bought in both spans: who came or went between tells of our winning and losing. Of a
group, leavers count, against those of the whole: the usual leaving cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Int, Int32

SPAN = 3  # periods of a span: one month of a customer is mostly chance
LEAST_OWN = 3  # periods after its first that a customer who came late is compared with
SEASONS = 2  # years of which a season can be told from a trend
MOST_SHARE = 0.1  # of a group's money is the most that one customer counts for
LEAST_OTHERS = 10  # fewer are no group: there nobody is held to that share, for nobody can be
UNKNOWN = -1  # group of a customer of which it is not said


@dataclass(frozen=True)
class Spans:
    """What each customer bought in the last span, and in the one it is compared with; all (customers,)."""

    before: Float  # as much time, in the same unit; NaN where there is nothing to compare with
    now: Float
    peer: Bool  # compared with the same periods of the year before: others may be told by it
    seasonal: Bool  # compared with its own periods just before, the season taken out; neither: season unknown


@dataclass(frozen=True)
class MarketIndex:
    """Growth between two spans without the customer itself, 0.1 is a tenth more; all (customers,)."""

    whole: Float  # of all others that bought in both; NaN where there are none
    segment: Float  # beyond the whole; 0 where not known
    region: Float  # beyond the whole
    error: Float  # standard error of the three together
    others: Int  # customers of its segment that told of it

    @property
    def growth(self) -> Float:
        """Of the customer's market in all, at least -1; (customers,)."""
        return np.maximum(self.whole + self.segment + self.region, -1.0)

    def parts(self, before: Float, now: Float) -> dict[str, Float]:
        """The change of each customer's money as whole, segment, region and own: they add up to it; (customers,)."""
        shared = {name: before * getattr(self, name) for name in ("whole", "segment", "region")}
        return {**shared, "own": now - before - sum(shared.values())}


def spans(amount: Float | Int, since: Int32, at: int, first_month: int, per_year: int = 12, span: int = SPAN) -> Spans:
    """The last `span` periods up to position `at`, and what they are compared with; nothing after `at` is read.

    `amount` is (customers, periods), `since` the position of each customer's first purchase, `first_month` the place
    of the first period in its year. The same periods a year before where the customer had come by then; else its own
    periods after the first one, at least LEAST_OWN, brought to the season of the span.
    """
    money = np.maximum(amount[:, : at + 1].astype(np.float64), 0)
    start = at - span + 1
    now = money[:, max(start, 0) :].sum(axis=1)
    before = np.full(len(money), np.nan)
    year = start - per_year
    peer = (since < year) if year >= 0 else np.zeros(len(money), bool)
    if year == 0:
        peer = since <= 0  # the first periods of the data: who bought in the very first had come
    before[peer] = money[peer, max(year, 0) : max(year, 0) + span].sum(axis=1)
    factor = seasonal_factors(money.sum(axis=0), first_month, per_year)
    held = np.ones(per_year) if factor is None else factor
    season = held[(first_month + np.arange(at + 1)) % per_year]
    own = (np.arange(at + 1)[None, :] > since[:, None]) & (np.arange(at + 1) < start)[None, :]
    periods = own.sum(axis=1)
    late = ~peer & (periods >= LEAST_OWN)
    usual = (money * own)[late].sum(axis=1) / (own[late] * season).sum(axis=1)
    before[late] = usual * season[max(start, 0) :].sum()
    return Spans(before, now, peer & (before > 0), late & (factor is not None))


def seasonal_factors(total: Float, first_month: int, per_year: int = 12) -> Float | None:
    """How much of the usual is bought in each period of the year, mean 1; None with fewer than SEASONS years.

    Least squares of the log on a trend and the place in the year.
    """
    periods = len(total)
    if periods < SEASONS * per_year or (total <= 0).any():
        return None
    place = (first_month + np.arange(periods)) % per_year
    design = np.column_stack([np.arange(periods) / per_year, place[:, None] == np.arange(per_year)]).astype(np.float64)
    found = np.exp(np.linalg.lstsq(design, np.log(total), rcond=None)[0][1:])
    return np.asarray(found / found.mean())


def market_index(before: Float, now: Float, peer: Bool, segment: Int32, region: Int32) -> MarketIndex:
    """The index of each customer's segment and region without itself.

    Groups are codes from 0, UNKNOWN where it is not said. What segment and region share (all of one in the other) is
    counted once: each is told given the other, in both orders, and the mean is taken.
    """
    base = np.where(peer, before, 0.0)
    both = peer & (base > 0) & (now > 0)
    one = np.zeros(len(before), np.int32)
    whole, _ = growth_of_others(base, now, one, both)
    usual, _ = growth_of_others(base, now, one, base > 0)
    first = {name: _beyond(base, now, code, usual) for name, code in (("segment", segment), ("region", region))}
    effects: dict[str, Float] = {}
    variance = np.zeros(len(before))
    for name, other, code in (("segment", "region", segment), ("region", "segment", region)):
        told = np.maximum(1 + first[other][0] / np.maximum(1 + usual, 0.1), 0.1)
        given, error = _beyond(base * told, now, code, None)
        effects[name] = (first[name][0] + given * told) / 2
        variance += error**2
    _, others = growth_of_others(base, now, segment, base > 0)
    return MarketIndex(
        whole, effects["segment"], effects["region"], np.sqrt(variance + growth_variance(whole[both])), others
    )


def _beyond(base: Float, now: Float, group: Int32, usual: Float | None) -> tuple[Float, Float]:
    """How much more than the whole the others of each customer's group grew, drawn to it; and its standard error."""
    counted = base > 0
    if usual is None:
        usual, _ = growth_of_others(base, now, np.zeros(len(base), np.int32), counted)
    raw, others = growth_of_others(base, now, group, counted)
    known = (group >= 0) & np.isfinite(raw) & np.isfinite(usual)
    beyond = np.where(known, raw - np.where(known, usual, 0), 0.0)
    groups = int(group.max(initial=UNKNOWN)) + 1
    told = known & counted
    variance, mean = _jackknife(beyond[told], group[told].astype(np.int64), groups)
    between = spread_between(mean, variance)
    if not groups:
        return beyond, np.zeros(len(base))
    drawn = between / (between + np.maximum(variance, 1e-12))
    error = np.sqrt(np.where(np.isfinite(variance), drawn * np.where(np.isfinite(variance), variance, 0), between))
    code = np.where(known, group, 0)
    return (
        np.where(known & (others > 1), drawn[code] * beyond, 0.0),
        np.where(known, error[code], np.sqrt(between)),
    )


def _jackknife(without: Float, group: Int, groups: int) -> tuple[Float, Float]:
    """Variance and mean of a group's figure from its figures without each member in turn (Tukey 1958); by group.

    The variance is infinite with fewer than two members, or one in each of which nothing varies.
    """
    size = np.bincount(group, minlength=groups).astype(np.float64)
    mean = np.bincount(group, without, groups) / np.maximum(size, 1)
    square = np.bincount(group, (without - mean[group]) ** 2, groups)
    variance = np.where(size > 2, square * (size - 1) / np.maximum(size, 1), np.inf)
    return variance, mean


def growth_variance(without: Float) -> float:
    """Variance of one group's growth from its growths without each member in turn; infinite with fewer than three."""
    variance, _ = _jackknife(without, np.zeros(len(without), np.int64), 1)
    return float(variance[0])


def spread_between(mean: Float, variance: Float) -> float:
    """Variance of groups' true figures about 0, by moments (DerSimonian & Laird 1986 with a known mean)."""
    used = np.isfinite(variance)
    if not used.any():
        return 0.0
    weight = 1 / np.maximum(variance[used], 1e-12)
    return max(0.0, float((weight * (mean[used] ** 2 - variance[used])).sum() / weight.sum()))


def growth_of_others(before: Float, now: Float, group: Int32, counted: Bool) -> tuple[Float, Int]:
    """Growth of the counted customers of each one's group without itself, NaN without any; and how many they are.

    Of LEAST_OTHERS or more nobody counts for more than MOST_SHARE of the money (the greater of both spans'), in both
    spans alike. Nothing of a customer's own is in its figure: those held down are found anew without it. All are
    (customers,); money not negative, finite where counted; group codes from 0, UNKNOWN makes a group, too.
    """
    kept_before, kept_now = np.where(counted, before, 0.0), np.where(counted, now, 0.0)
    size = np.maximum(kept_before, kept_now)
    order = np.lexsort((-size, group))
    code = group[order]
    start = np.searchsorted(code, code)
    end = np.searchsorted(code, code, side="right")
    rank = np.arange(len(code)) - start
    y, b, n = size[order], kept_before[order], kept_now[order]
    scale = np.divide(1.0, y, out=np.zeros_like(y), where=y > 0)
    sums = {name: np.r_[0.0, np.cumsum(each)] for name, each in (("y", y), ("b", b), ("n", n))}
    sums |= {name: np.r_[0.0, np.cumsum(each * scale)] for name, each in (("bs", b), ("ns", n))}
    own = {"y": y, "b": b, "n": n, "bs": b * scale, "ns": n * scale}

    def top(name: str, most: Int | int) -> Float:
        """Sum over the greatest so many of the group without the customer."""
        taken = np.minimum(start + most + (rank < most), end)
        return np.asarray(sums[name][taken] - sums[name][start] - np.where(rank < most, own[name], 0.0))

    whole = {name: held[end] - held[start] - own[name] for name, held in sums.items()}
    member = np.r_[0, np.cumsum(counted[order])]
    others = member[end] - member[start] - counted[order]
    held_down, cap = np.full(len(y), -1), np.zeros(len(y))
    for most in range(round(1 / MOST_SHARE)):
        after = np.where(
            start + most + (rank <= most) < end, y[np.minimum(start + most + (rank <= most), len(y) - 1)], 0
        )
        each = np.maximum(whole["y"] - top("y", most), 0) / (1 / MOST_SHARE - most)
        fits = (held_down < 0) & ((each >= after * (1 - 1e-6)) | (most == round(1 / MOST_SHARE) - 1))
        held_down[fits], cap[fits] = most, each[fits]
    held_down = np.where(others >= LEAST_OTHERS, np.maximum(held_down, 0), 0)
    base = whole["b"] - top("b", held_down) + cap * top("bs", held_down)
    came = whole["n"] - top("n", held_down) + cap * top("ns", held_down)
    least = 1e-9 * np.maximum(sums["b"][end] - sums["b"][start], 1e-9)
    growth = np.divide(came, base, out=np.full(len(y), np.nan), where=(base > least) & (others > 0)) - 1
    found, count = np.empty_like(growth), np.empty(len(y), np.int64)
    found[order], count[order] = growth, others
    return found, count
