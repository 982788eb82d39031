"""A panel model of what customers buy, and how much of a customer's fall its peers share.

log mu_it = a_i + whole_t + segment_t + region_t + salesperson_t + x_it b: quasi-Poisson with each customer's own
level (Santos Silva & Tenreyro 2006; the level makes it the conditional one of Hausman, Hall, Griliches 1984), by
proportional fitting: each effect in turn is what was bought over what the others expect. Effects of groups are drawn to
none by a gamma prior (Clayton & Kaldor 1987), as strong as their own scatter over groups and months tells. The season
is in whole_t; who is compared with the same months a year before never meets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.causes.market import LEAST_OTHERS, MOST_SHARE, growth_of_others, growth_variance, spread_between
from liuke.causes.ranges import NINETY
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from liuke.kernel.estimate import Answer
    from liuke.panel.panel import Bool, Float, Int, Int32

MOST_ROUNDS, SETTLED = 40, 1e-3  # until no effect moves by more than this, in logs
PRIOR_ROUNDS = 4  # in which the strength of the priors is learnt
MOST_DRAWN = 0.7  # standard errors a group is drawn by at most: else one that fell alone is taken for the others
LEAST_SPREAD = 1e-4  # variance of true effects in logs, below which nothing would be told apart from none
SAME = 0.9  # of the money of either is both's: a salesperson and a region are one
OWED, NO_FALL, NOTHING_BEFORE, FEW, ONE_AND_THE_SAME = range(5)  # why there is no share, or that there is one


@dataclass(frozen=True)
class MetAt:
    """What customers met of one kind of exposure, where they met any; all (met,)."""

    customer: Int  # position
    period: Int  # position
    weight: Float


@dataclass(frozen=True)
class MarketModel:
    """The fitted panel model; log effects are (groups, periods)."""

    bought: Float  # money of each customer, giants held down; (customers, periods), 0 where it does not count
    expected: Float  # the same by the model
    codes: Mapping[str, Int32]  # segment, region: (customers,); salesperson: (customers, periods); -1 unknown
    effects: Mapping[str, Float]  # by the same names
    prior: Mapping[str, float]  # money that a group's effect is drawn to none with
    whole: Float  # log effect of the month; (periods,)
    met: Float  # log effect of a unit of each exposure; (kinds,)
    met_error: Float  # standard error of it, customers drawn as wholes; (kinds,)


def fit_market(amount: Float | Int, since: Int32, codes: Mapping[str, Int32], met: Sequence[MetAt] = ()) -> MarketModel:
    """The panel model of `amount` (customers, periods), by customers' codes of segment, region and salesperson.

    A customer counts from the period after that of its first purchase, `since` (the first is no usual one); returns
    beyond sales are no purchase. Names of `codes` are free; one that is (customers, periods) changes over time.
    """
    counts = np.arange(amount.shape[1])[None, :] > since[:, None]
    bought = np.maximum(amount, 0).astype(np.float64) * counts
    bought *= held_down(bought.sum(axis=1), codes)[:, None]
    shape = counts.astype(np.float64)  # what is expected of each, its level aside
    groups = {name: _Groups.of(code, amount.shape[1]) for name, code in codes.items()}
    told = {name: each.sums(bought) for name, each in groups.items()}
    factor = {name: np.ones_like(sums) for name, sums in told.items()}
    prior = dict.fromkeys(groups, 0.0)
    whole, slope = np.ones(amount.shape[1]), np.zeros(len(met))
    level = _over(bought.sum(axis=1), shape.sum(axis=1))
    error = np.full(len(met), np.nan)
    for nth in range(MOST_ROUNDS):
        step = _over(bought.sum(axis=0), level @ shape, 1.0)
        shape *= step
        whole *= step
        moved = 0.0
        for name, each in groups.items():
            expected = level[:, None] * shape
            without = _over(each.sums(expected), factor[name])
            if nth < PRIOR_ROUNDS:
                prior[name] = _prior(told[name], without, each.sums((bought - expected) ** 2))
            new = np.where(each.known[:, None], _over(told[name] + prior[name], without + prior[name], 1.0), 1.0)
            change = _over(new, factor[name], 1.0)
            shape *= each.spread(change)
            factor[name] = new
            heavy = (without > 1e-3 * without.sum(axis=0).clip(1e-12)) & (change > 0)
            moved = max(moved, float(np.abs(np.log(change[heavy])).max(initial=0)))
        for k, one in enumerate(met):
            add, error[k] = _slope(one, bought, level, shape)
            slope[k] += add
            shape[one.customer, one.period] *= np.exp(add * one.weight)
            moved = max(moved, abs(add))
        level = _over(bought.sum(axis=1), shape.sum(axis=1))
        if nth >= PRIOR_ROUNDS and moved < SETTLED:
            break
    logs = {name: np.log(np.maximum(each[:-1], 1e-9)) for name, each in factor.items()}
    return MarketModel(
        bought, level[:, None] * shape, dict(codes), logs, prior, np.log(np.maximum(whole, 1e-9)), slope, error
    )


def _over(above: npt.NDArray[Any], below: npt.NDArray[Any], none: float = 0.0) -> Float:
    """A quotient, `none` where there is nothing below."""
    filled = np.full(np.broadcast_shapes(above.shape, below.shape), none)
    return np.asarray(np.divide(above, below, out=filled, where=below > 0))


@dataclass(frozen=True)
class _Groups:
    """How customers' periods fall into groups; the last group is of those not known."""

    sums: Callable[[Float], Float]  # of (customers, periods) as (groups, periods)
    spread: Callable[[Float], Float]  # of (groups, periods) over (customers, periods)
    known: Bool  # (groups,)

    @staticmethod
    def of(code: Int32, periods: int) -> _Groups:
        """The groups of codes (customers,), or (customers, periods)."""
        from scipy.sparse import csr_matrix

        many = int(code.max(initial=-1)) + 1
        held = np.where(code < 0, many, code).astype(np.int64)
        known = np.arange(many + 1) < many
        if code.ndim == 1:
            member = csr_matrix((np.ones(len(held)), (held, np.arange(len(held)))), (many + 1, len(held)))
            return _Groups(lambda x: np.asarray(member @ x), lambda x: x[held], known)
        cell = (held * periods + np.arange(periods)).ravel()
        return _Groups(
            lambda x: np.bincount(cell, x.ravel(), (many + 1) * periods).astype(np.float64).reshape(many + 1, periods),
            lambda x: x.ravel()[cell].reshape(held.shape),
            known,
        )


def held_down(total: Float, codes: Mapping[str, Int32]) -> Float:
    """What each customer's money is taken times, so that none carries a segment or region; (customers,)."""
    weight = np.ones(len(total))
    for code in (each for each in codes.values() if each.ndim == 1):
        known = code >= 0
        size = np.bincount(code[known & (total > 0)], minlength=int(code.max(initial=-1)) + 1)
        share = np.maximum(MOST_SHARE, 2 / np.maximum(size, 1))
        for _ in range(20):  # what is taken of one makes the others' shares greater
            sums = np.bincount(code[known], (weight * total)[known], len(size))
            cap = (share * sums)[np.where(known, code, 0)] if len(size) else np.full(len(total), np.inf)
            weight = np.where(known, np.minimum(weight, _over(cap, total, 1.0)), weight)
    return weight


def _prior(told: Float, expected: Float, square: Float) -> float:
    """The money of no effect a group's own is mixed with: its scatter by chance over that of true effects."""
    used = expected > 0
    ratio = told[used] / expected[used] - 1
    variance = square[used] / expected[used] ** 2
    between = max(spread_between(ratio, np.where(variance > 0, variance, np.inf)), LEAST_SPREAD)
    return float(square[used].sum() / max(expected[used].sum(), 1e-12) / between)


def _slope(one: MetAt, bought: Float, level: Float, shape: Float) -> tuple[float, float]:
    """One Newton step of an exposure's slope, and its standard error with customers drawn as wholes."""
    expected = level[one.customer] * shape[one.customer, one.period]
    score = one.weight * (bought[one.customer, one.period] - expected)
    curve = float((one.weight**2 * expected).sum())
    if curve <= 0:
        return 0.0, np.inf
    each = np.bincount(one.customer, score)
    return float(np.clip(score.sum() / curve, -1, 1)), float(np.sqrt((each**2).sum()) / curve)


@dataclass(frozen=True)
class Owed:
    """What customers bought less between two spans, and how much of it their peers share; all (customers,)."""

    fall: Float  # money
    whole: Float  # growth in logs of all others that bought in both spans
    segment: Float  # beyond the whole, told without the customer
    region: Float
    salesperson: Float  # beyond all three, told without the customer
    error: Float  # standard error of whole, segment and region together
    apart: Mapping[str, Float]  # of segment and region alone
    base: Float  # money of the span before
    state: Int  # OWED, or why there is no share
    outside: Float  # growth in logs of an index from outside, NaN where there is none

    @property
    def shared(self) -> Float:
        """Growth in logs that is the whole's, the segment's and the region's."""
        return self.whole + self.segment + self.region

    def share_of_peers(self, at: int) -> Answer:
        """The share of a customer's fall that it has in common with its peers, 0 to 1; or why it can't be told.

        Peers may have fallen with the market or because we lost ground with all of them: see `share_of_market`.
        """
        if self.state[at] != OWED:
            return NotEstimable.because(WHY[int(self.state[at])], least=LEAST_OTHERS)
        middle, low, high = (float(each[0]) for each in self.shares(np.array([at])))
        return Estimate(middle, low, high, "panel")

    def shares(self, at: Int) -> tuple[Float, Float, Float]:
        """The share of peers and the ends of its 90 % range, of several customers whose state is OWED; (asked,)."""
        middle, error = self.shared[at], NINETY * self.error[at]
        return self._share(at, middle), self._share(at, middle + error), self._share(at, middle - error)

    def parts(self, at: Int) -> dict[str, Float]:
        """The change in money that whole, segment, region and salesperson bring, of several customers; (asked,).

        Growth multiplies: what the first three bring together is laid out by their logs (Ang 2004).
        """
        shared, base = self.shared[at], self.base[at]
        brought = np.where(np.abs(shared) < 1e-9, 1.0, np.expm1(shared) / np.where(shared == 0, 1.0, shared))
        parts = {name: base * brought * getattr(self, name)[at] for name in ("whole", "segment", "region")}
        return parts | {"salesperson": base * np.exp(shared) * np.expm1(self.salesperson[at])}

    def share_of_market(self, at: int) -> Answer:
        """The share of a customer's fall that is the market's by an index from outside, 0 to 1, or why not."""
        if self.state[at] in {NO_FALL, NOTHING_BEFORE}:
            return NotEstimable.because(WHY[int(self.state[at])])
        if not np.isfinite(self.outside[at]):
            return NotEstimable.because(ONLY_OURS)
        return Estimate(float(self._share(np.array([at]), self.outside[[at]])[0]), method="outside_index")

    def _share(self, at: Int, growth: Float) -> Float:
        """The share of falls that growth of the base would have brought, between none and all of it."""
        return np.asarray(np.clip(self.base[at] * -np.expm1(growth) / self.fall[at], 0, 1))


ONLY_OURS = N_(
    "Only our own sales are known: whether the market fell or we lost ground can't be told "
    "without an index from outside."
)
WHY = {
    NO_FALL: N_("It did not buy less."),
    NOTHING_BEFORE: N_("There is no earlier time to compare with."),
    FEW: N_("Fewer than {least} others of its segment or region can be compared."),
    ONE_AND_THE_SAME: N_(
        "One salesperson sells nearly all of its region or segment and hardly anything else: "
        "the two can't be told apart."
    ),
}


def fall_owed(
    model: MarketModel,
    before: slice,
    now: slice,
    outside: Float | None = None,
    money: tuple[Float, Float] | None = None,
) -> Owed:
    """How much of each customer's fall from one span of periods to another its segment, its region and all share.

    Spans are of equal length, best of the same months of two years. `outside` is the growth in logs of each customer's
    segment by an index that is not ours, NaN where there is none; (customers,). `money` is what was bought in both
    spans where the model's is held down or without returns; customers' own falls are told of it.
    """
    base, came = (model.bought[:, span].sum(axis=1) for span in (before, now))
    counted = base > 0
    both = counted & (came > 0)
    everybody = np.zeros(len(base), np.int32)
    growth, _ = growth_of_others(base, came, everybody, both)
    whole = np.log1p(growth.clip(-0.999, 999.0))
    variance = np.full(len(base), growth_variance(growth[both])) / np.maximum(1 + growth, 1e-3) ** 2
    few, effects, apart = np.zeros(len(base), bool), {}, {}
    for name in ("segment", "region"):
        if name not in model.codes:
            effects[name] = apart[name] = np.zeros(len(base))
            continue
        effects[name], more, others = _contrast(model, name, before, now)
        variance += more
        apart[name] = np.sqrt(more)
        few |= (model.codes[name] >= 0) & (others < LEAST_OTHERS)
    nowhere = np.ones(len(base), bool)
    for name in {"segment", "region"} & model.codes.keys():
        nowhere &= model.codes[name] < 0
    state = np.full(len(base), OWED)
    state[_one_and_the_same(model, base + came, now)] = ONE_AND_THE_SAME
    state[few | nowhere | ~np.isfinite(variance)] = FEW
    base, came = (base, came) if money is None else money
    state[came >= base] = NO_FALL
    state[~counted] = NOTHING_BEFORE
    return Owed(
        fall=base - came,
        whole=whole,
        **effects,
        salesperson=_moved(model, "salesperson", before, now),
        error=np.sqrt(variance),
        apart=apart,
        base=base,
        state=state,
        outside=np.full(len(base), np.nan) if outside is None else outside,
    )


def _log(above: Float, below: Float) -> Float:
    """Logs of quotients, of which none is farther from 1 than a thousand times; 0 where there is nothing below."""
    return np.asarray(np.log(_over(above, below, 1.0).clip(1e-3, 1e3)))


def _contrast(model: MarketModel, name: str, before: slice, now: slice) -> tuple[Float, Float, Int]:
    """Change in logs of a group's effect between spans, told without the customer; its variance; how many told it.

    What it is drawn by is limited (Efron & Morris 1972), and counts as error.
    """
    code, prior = model.codes[name], model.prior[name]
    many = int(code.max(initial=-1)) + 1
    held = np.where(code < 0, many, code)
    factor = np.exp(np.vstack([model.effects[name], np.zeros(model.bought.shape[1])]))[held]
    change, undrawn, scatter, drawn = np.zeros(len(code)), np.zeros(len(code)), np.zeros(len(code)), []
    for sign, span in ((1, now), (-1, before)):
        bought, expected = model.bought[:, span].sum(axis=1), model.expected[:, span].sum(axis=1)
        without = (model.expected[:, span] / factor[:, span]).sum(axis=1)
        told, of, all_expected = (np.bincount(held, each, many + 1)[held] for each in (bought, without, expected))
        change += sign * _log(told - bought + prior, of - without + prior)
        undrawn += sign * _log(told - bought, of - without)
        share = _over(expected, all_expected).clip(0, 0.9)  # a customer bends the fit towards itself
        scatter += sign * _over(bought - expected, all_expected) / (1 - share)
        drawn.append(_over(of, of + prior))
    chance = np.bincount(held, scatter**2, many + 1)[held]
    most = MOST_DRAWN * np.sqrt(chance)
    change = np.clip(change, undrawn - most, undrawn + most)
    variance = chance * np.minimum(*drawn) + (change - undrawn) ** 2
    others = np.bincount(held, model.bought[:, before].sum(axis=1) > 0, many + 1)[held].astype(np.int64) - 1
    known = code >= 0
    return np.where(known, change, 0.0), np.where(known, variance, 0.0), others


def _moved(model: MarketModel, name: str, before: slice, now: slice) -> Float:
    """Change in logs between spans of the effect of a group that may change over time, without the customer."""
    if name not in model.codes:
        return np.zeros(len(model.bought))
    code, prior = model.codes[name], model.prior[name]
    many = int(code.max(initial=-1)) + 1
    held = np.where(code < 0, many, code)
    held = held if held.ndim == 2 else np.broadcast_to(held[:, None], model.bought.shape)
    factor = np.exp(np.vstack([model.effects[name], np.zeros(model.bought.shape[1])]))
    change = np.zeros(len(code))
    for sign, span in ((1, now), (-1, before)):
        place, bought = held[:, span], model.bought[:, span]
        without = model.expected[:, span] / factor[place, np.arange(factor.shape[1])[span]]
        sums = [np.bincount(place.ravel(), each.ravel(), many + 1) for each in (bought, without)]
        for nth in range(place.shape[1]):
            mine = place == place[:, [nth]]
            told, of = (
                each[place[:, nth]] - (own * mine).sum(axis=1)
                for each, own in zip(sums, (bought, without), strict=True)
            )
            effect = _log(told.clip(0) + prior, of.clip(0) + prior)
            change += sign * np.where(place[:, nth] < many, effect, 0.0) / place.shape[1]
    return change


def _one_and_the_same(model: MarketModel, money: Float, now: slice) -> Bool:
    """Customers whose salesperson now sells SAME of what either it or their segment or region sells."""
    found = np.zeros(len(money), bool)
    if "salesperson" not in model.codes:
        return found
    code = model.codes["salesperson"]
    seller = code[:, now][:, -1] if code.ndim == 2 else code
    for name in {"segment", "region"} & model.codes.keys():
        found |= one_and_the_same(seller, model.codes[name], money)
    return found


def one_and_the_same(seller: Int32, place: Int32, money: Float) -> Bool:
    """Customers whose salesperson sells SAME of what either it or their group sells: the two can't be told apart.

    Codes from 0, -1 unknown; all are (customers,).
    """
    found = np.zeros(len(money), bool)
    known = (seller >= 0) & (place >= 0)
    pairs = np.column_stack([seller, place]).astype(np.int64)[known]
    _, pair = np.unique(pairs, axis=0, return_inverse=True)
    shared = np.bincount(pair.ravel(), money[known])[pair.ravel()]
    sold, there = (
        np.bincount(each[each >= 0].astype(np.int64), money[each >= 0])[each[known]] for each in (seller, place)
    )
    found[known] = shared >= SAME * (sold + there - shared)
    return found
