"""How causes combine: a noisy-OR on what customers met, with an explicit leak, times what people said.

A customer who is here leaves in a month by cause k with the hazard `rate_k * weight_k`: what weighs of the events that
speak for it. Beside them is a leak: `unseen_k` is the hazard of a cause of which nothing is on record, and that of
"unknown" what no cause explains; it rises and falls with the months, so that what struck many at once and is on no list
is not laid on the events that happened to be near. Hazards add up, which is the noisy-OR -ln(1-P) = sum of
-ln(1-w_k) X_k. So who left did so by cause k with the share of k in the sum. Shares are raised to a power under which
what people said is likeliest, for events that come together are not as many proofs, and each cause is raised or lowered
by an offset under which the audited cases are: what people who look call the cause need not be what drives the hazard
most. Label channels (notes of salespeople, interviews, texts) multiply them by `confusion[k, stated]`. Rates, leak and
confusions are learnt together by EM; audited cases are fixed.

Without audited cases the leak can't be taken apart: all of it is "unknown". Sources: noisy-OR, Pearl (1988), 4.3;
learnt confusions, Dawid & Skene (1979); power and offsets, vector scaling of Guo et al. (2017), 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy.sparse import csr_array

    from liuke.panel.panel import Bool, Float, Int

ROUNDS, SETTLED = 200, 1e-4
LEAST_LEAVERS = 50  # who teach: with fewer nothing is learnt, and all but what settles the matter is unknown
RIGHT = 0.6  # of what is said, before any case is seen
BELIEVED = 20.0  # cases that what all causes have in common weighs in the confusion of one
LOYAL = 10.0  # leavers that a kind's usual fading weighs in the rate of one age of it
STEADY = 10.0  # leavers that the mean of all months weighs in the leak of one
LEAST_AUDITED = 30  # cases: with fewer the leak is not taken apart and posteriors stay as they are
POWERS = np.linspace(0.3, 1.5, 25)  # tried of the shares of hazards, see `_calibrated`
OFFSET = 1.0  # in logs: how far audited cases are believed to move a cause, as a standard deviation around not at all
TINY = 1e-12


@dataclass(frozen=True)
class Met:
    """What leavers had met when they left, and the base for how long; sums of parts of the base add up."""

    there: Float  # customers who were there to leave, by period; (periods,)
    exposure: Float  # weight of each kind of event over all their months; (kinds,)
    code: Int  # of each leaver, ascending; (leavers,)
    at: Int  # position of the period in which it left; (leavers,)
    weight: Float  # of each kind when it left; (leavers, kinds)
    teaches: Bool  # whether it bought so often that the time it left is known; (leavers,)

    @cached_property
    def sparse(self) -> csr_array:
        """`weight` without its zeros: most leavers met nothing of most kinds."""
        from scipy.sparse import csr_array

        return csr_array(self.weight)

    @property
    def months(self) -> float:
        """Customer-months in which somebody was there to leave."""
        return float(self.there.sum())

    def __add__(self, other: Met) -> Met:
        return Met(
            self.there + other.there,
            self.exposure + other.exposure,
            np.concatenate([self.code, other.code]),
            np.concatenate([self.at, other.at]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.teaches, other.teaches]),
        )


@dataclass(frozen=True)
class Labels:
    """What was said of each leaver; causes by number, `len(causes)` is unknown, -1 nothing was said."""

    stated: Mapping[str, Int] = field(default_factory=dict)  # by channel; (leavers,)
    audited: Int = field(default_factory=lambda: np.empty(0, np.int64))  # (leavers,)
    excluded: Bool = field(default_factory=lambda: np.empty((0, 0), np.bool_))  # found not to be it; (leavers, all)
    unclear: Bool = field(default_factory=lambda: np.empty(0, np.bool_))  # checked, and nobody could say; (leavers,)


@dataclass(frozen=True)
class CauseModel:
    """What was learnt; causes in the order of `causes`, unknown after them."""

    causes: tuple[str, ...]
    kinds: tuple[str, ...]  # of exposure
    of: Int  # the cause each kind speaks for, ascending; (kinds,)
    part_of: Int  # which kinds are ages of one thing, by number; (kinds,)
    fading: Float  # what is expected to be left of each at its age; (kinds,)
    rate: Float  # hazard a month and weight; (kinds,)
    unseen: Float  # hazard a month with nothing on record; (causes + 1,)
    tide: Float  # the hazard of unknown in each period over its mean; (periods,)
    confusion: Mapping[str, Float]  # by channel: chance that a cause is stated as another; rows are the true ones
    power: float  # shares of hazards are raised to it, so that they hold on what was said and audited
    offset: Float  # in logs, added to each cause so that they hold on audited cases; (causes + 1,)
    leavers: int  # that taught
    months: float
    audited: int
    alone: Int  # audited cases of each cause that had met nothing that speaks for it; (causes + 1,)

    def by_cause(self, weight: Float | csr_array, at: Int | None = None) -> Float:
        """The hazard of each cause, unknown last, from weights (customers, kinds); (customers, causes + 1).

        `at` is the position of each one's period; without it the mean of all periods counts.
        """
        rate = np.zeros((len(self.of), len(self.unseen)))
        rate[np.arange(len(self.of)), self.of] = self.rate
        found = np.asarray(weight @ rate)
        found[:, :-1] += self.unseen[:-1]
        found[:, -1] += self.unseen[-1] if at is None else self.unseen[-1] * self.tide[at]
        return found

    def confused(self, channel: str) -> Float:
        """Its confusion; what is believed before any case of one in which no leaver who taught was spoken of."""
        return self.confusion.get(channel, _believed(len(self.unseen)))

    def posterior(
        self, hazard: Float, stated: Mapping[str, Int], audited: Int | None = None, excluded: Bool | None = None
    ) -> Float:
        """The probability of each cause given that the customer leaves; (customers, causes + 1), rows sum to 1.

        `hazard` is what `by_cause` says. Before enough cases are audited nothing tells which causes leave no record: a
        saying is then believed, as far as people are RIGHT, of what no record explains.
        """
        found = _shares(_shares(hazard) ** self.power * np.exp(self.offset))
        if self.audited >= LEAST_AUDITED:
            found = _possible(found, stated, 1 / (self.audited + 1))
        found = _spoken(found, stated, {channel: self.confused(channel) for channel in stated})
        if self.audited < LEAST_AUDITED:
            for said in stated.values():
                found = _believing(found, said)
        found = found if excluded is None else _without(found, excluded)
        return found if audited is None else _fixed(found, audited)


def fit(
    met: Met,
    causes: Sequence[str],
    kinds: Sequence[str],
    of: Int,
    labels: Labels,
    outright: Bool | None = None,
    fading: Float | None = None,
) -> CauseModel:
    """Learn rates, leak and confusions from all leavers; those whose time of leaving is not known teach confusions.

    With fewer than LEAST_LEAVERS who teach only kinds that settle the matter (`outright`; (kinds,)) speak for a cause.
    """
    model = _begin(met, tuple(causes), tuple(kinds), of, labels, np.ones(len(kinds)) if fading is None else fading)
    if model.leavers < LEAST_LEAVERS:
        settles = np.zeros(len(kinds)) if outright is None else outright.astype(float)
        unseen = np.where(np.arange(len(causes) + 1) == len(causes), model.unseen.sum(), 0.0)
        return replace(model, rate=settles, unseen=unseen)
    return _calibrated(_settled(model, met, labels), met, labels)


def _settled(model: CauseModel, met: Met, labels: Labels) -> CauseModel:
    """The model after as many rounds as change anything."""
    for _ in range(ROUNDS):
        after = _round(model, met, labels)
        moved = np.abs(after.rate - model.rate).sum() + np.abs(after.unseen - model.unseen).sum()
        model = after
        if moved <= SETTLED * (model.rate.sum() + model.unseen.sum()):
            break
    return model


def _begin(
    met: Met, causes: tuple[str, ...], kinds: tuple[str, ...], of: Int, labels: Labels, fading: Float
) -> CauseModel:
    size, teachers = len(causes) + 1, int(met.teaches.sum())
    base = max(teachers, 1) / max(met.months, 1.0)
    rate = np.where(met.exposure > 0, 0.5 * met.weight[met.teaches].sum(axis=0) / np.maximum(met.exposure, TINY), 0.0)
    alone = _without_record(met, of, labels, size)
    unseen = np.where((alone > 0) & _are_enough(labels), base / (2 * size), 0.0)
    unseen[-1] = base - unseen[:-1].sum()
    confusion = {channel: _believed(size) for channel in labels.stated}
    things = {pair: nth for nth, pair in enumerate(dict.fromkeys(zip(kinds, of.tolist(), strict=True)))}
    part_of = np.array([things[pair] for pair in zip(kinds, of.tolist(), strict=True)], np.int64)
    audited = int((labels.audited >= 0).sum())
    return CauseModel(causes, kinds, of, part_of, fading, rate, unseen, np.ones(len(met.there)), confusion, 1.0,
                      np.zeros(size), teachers, met.months, audited, alone)  # fmt: skip


def _without_record(met: Met, of: Int, labels: Labels, size: int) -> Int:
    """How many audited cases of each cause had met nothing that speaks for it: only these show that it happens."""
    known = np.flatnonzero(labels.audited >= 0)
    found = labels.audited[known]
    met_it = ((met.weight[known] > 0) & (of == found[:, None])).any(axis=1)
    return np.bincount(found[~met_it], minlength=size)


def _are_enough(labels: Labels) -> bool:
    return int((labels.audited >= 0).sum()) >= LEAST_AUDITED


def _believed(size: int) -> Float:
    """A confusion before any case: right more often than not."""
    found = np.full((size, size), (1 - RIGHT) / max(size - 1, 1))
    np.fill_diagonal(found, RIGHT)
    return found


def _round(model: CauseModel, met: Met, labels: Labels) -> CauseModel:
    """One round of EM."""
    hazard = model.by_cause(met.sparse, met.at)
    shares = _without(_spoken(_shares(hazard), labels.stated, model.confusion), labels.excluded)
    shares = _fixed(shares, labels.audited)
    teaching = shares * met.teaches[:, None]
    each = teaching / np.maximum(hazard, TINY)  # cases a unit of hazard of each cause
    blamed = np.asarray(met.sparse.T @ each)[np.arange(len(model.of)), model.of] * model.rate
    months = max(met.months, 1.0)
    unseen = each.sum(axis=0) * model.unseen / months  # a cause that begins at 0 stays there
    unseen[-1] = teaching[:, -1].sum() / months
    rate = _rates(model, met, blamed)
    confusion = {channel: _confusion(shares, stated, labels.audited) for channel, stated in labels.stated.items()}
    return replace(model, rate=rate, unseen=unseen, tide=_tide(teaching[:, -1], met), confusion=confusion)


def _rates(model: CauseModel, met: Met, blamed: Float) -> Float:
    """The hazard of each part of a kind: its own losses over its exposure, held to the kind's usual fading.

    The whole kind is believed to double the hazard when fresh, as if one leaver had said so (gamma prior): with none,
    whatever is hard to tell from other events would be said to do nothing at all. A part of it, an age, is believed to
    be what the kind's fading leaves of that, as if LOYAL leavers had said so.
    """
    believed = met.months / max(model.leavers, 1)
    size = int(model.part_of.max()) + 1 if len(model.part_of) else 0
    lost = np.bincount(model.part_of, blamed, size)
    level = (lost + 1) / (np.bincount(model.part_of, met.exposure * model.fading, size) + believed)
    usual = level[model.part_of] * model.fading
    whole = np.bincount(model.part_of, minlength=size)[model.part_of] == 1
    own = (blamed + LOYAL) / (met.exposure + LOYAL / np.maximum(usual, TINY))
    return np.where((met.exposure > 0) & (usual > TINY), np.where(whole, usual, own), 0.0)


def _tide(unexplained: Float, met: Met) -> Float:
    """The hazard of unknown in each period over its mean, where that of all periods counts as STEADY leavers."""
    mean = unexplained.sum() / max(met.months, 1.0)
    if mean <= 0:
        return np.ones(len(met.there))
    of_period = np.bincount(met.at, unexplained, len(met.there))
    return np.asarray((of_period + STEADY) / (mean * met.there + STEADY))


def _shares(hazard: Float) -> Float:
    """Each cause's share of the hazard; rows sum to 1, all of it unknown where there is no hazard."""
    total = hazard.sum(axis=1, keepdims=True)
    found = np.asarray(hazard / np.maximum(total, TINY))
    none = ~(total[:, 0] > 0)
    if none.any():
        found[none] = np.arange(hazard.shape[1]) == hazard.shape[1] - 1
    return found


def _spoken(shares: Float, stated: Mapping[str, Int], confusion: Mapping[str, Float]) -> Float:
    """Shares (rows sum to 1) times the chance of what was said of each row, in shares again."""
    spoke = np.flatnonzero(np.any([said >= 0 for said in stated.values()], axis=0)) if stated else np.empty(0, np.int64)
    found = shares.copy()
    some = {channel: said[spoke] for channel, said in stated.items()}
    found[spoke] = _shares(shares[spoke] * _chances(some, confusion, (len(spoke), shares.shape[1])))
    return found


def _possible(shares: Float, stated: Mapping[str, Int], least: float) -> Float:
    """Shares in which a stated cause has `least` where nothing makes it possible: the next case may be the first."""
    found = shares.copy()
    for said in stated.values():
        rows = np.flatnonzero(said >= 0)
        rows = rows[shares[rows, said[rows]] <= 0]
        found[rows, said[rows]] = least
    return _shares(found)


def _believing(shares: Float, said: Int) -> Float:
    """Shares in which what was said has RIGHT at least, as far as unknown can give it."""
    rows = np.flatnonzero((said >= 0) & (said < shares.shape[1] - 1))
    cause, found = said[rows], shares.copy()
    more = np.clip(RIGHT - found[rows, cause], 0.0, found[rows, -1])
    found[rows, cause] += more
    found[rows, -1] -= more
    return found


def _chances(stated: Mapping[str, Int], confusion: Mapping[str, Float], shape: tuple[int, ...]) -> Float:
    """The chance of all that was said of each row under each cause; (rows, causes + 1)."""
    found = np.ones(shape)
    for channel, said in stated.items():
        spoke = said >= 0
        found[spoke] *= confusion[channel][:, said[spoke]].T
    return found


def _fixed(shares: Float, audited: Int) -> Float:
    """The shares with audited cases as they were found to be."""
    if not len(audited):
        return shares
    known, found = audited >= 0, shares.copy()
    found[known] = 0.0
    found[known, audited[known]] = 1.0
    return found


def _without(shares: Float, excluded: Bool) -> Float:
    """The shares without causes that were found not to be it, of what is left again 1; where nothing is left, unknown.

    Unknown itself can't be excluded: that a cause is not known is no finding.
    """
    if not excluded.size or not excluded.any():
        return shares
    found = np.where(excluded, 0.0, shares)
    found[:, -1] = shares[:, -1]
    return _shares(found)


def _confusion(shares: Float, stated: Int, audited: Int) -> Float:
    """The chance that each cause is stated as each: of audited cases, and of what all causes have in common.

    Common are how often what is said is right, and what is said instead: people have a favourite excuse. The events
    tell these two well and the habits of a single cause badly, for a cause whose events are weak proofs would make
    true sayings look false. So a single cause's habits are learnt from audited cases alone.
    """
    size, spoke = shares.shape[1], stated >= 0
    checked = spoke & (audited >= 0) if len(audited) else np.zeros(len(stated), np.bool_)
    counts = _counted(shares[spoke], stated[spoke])
    seen = _counted(shares[checked], stated[checked])
    own = np.diag(counts)
    right = (own.sum() + BELIEVED * RIGHT) / (counts.sum() + BELIEVED)
    right = (np.trace(seen) + BELIEVED * right) / (seen.sum() + BELIEVED)
    instead = counts.sum(axis=0) - own + BELIEVED * (1 - RIGHT) / size
    common = np.tile(instead, (size, 1))
    np.fill_diagonal(common, 0.0)
    common *= (1 - right) / np.maximum(common.sum(axis=1, keepdims=True), TINY)
    np.fill_diagonal(common, right)
    seen += BELIEVED * common
    return np.asarray(seen / seen.sum(axis=1, keepdims=True))


def _counted(shares: Float, stated: Int) -> Float:
    """Cases of each true cause by what was stated; (causes + 1, causes + 1)."""
    return np.stack([shares[stated == each].sum(axis=0) for each in range(shares.shape[1])], axis=1)


def _calibrated(model: CauseModel, met: Met, labels: Labels) -> CauseModel:
    """The model with the power under which what was said and audited is likeliest, and the offsets of audited cases."""
    if not _are_enough(labels):
        return model
    shares = np.maximum(_shares(model.by_cause(met.sparse, met.at)), 1e-6)
    said, may_be = _chances(labels.stated, model.confusion, shares.shape), _may_be(labels, shares.shape)
    chances = np.maximum(said * may_be, TINY)

    def likely(power: float) -> float:
        return float(np.log((_shares(shares**power) * chances).sum(axis=1)).sum())

    power = float(max(POWERS.tolist(), key=likely))
    told = ~may_be.all(axis=1)
    logs = power * np.log(shares[told]) + np.log(np.maximum(said[told], TINY))
    return replace(model, power=power, offset=likeliest_offsets(logs, may_be[told]))


def _may_be(labels: Labels, shape: tuple[int, ...]) -> Bool:
    """Which causes each leaver may have left by, as far as people checked; (leavers, causes + 1).

    Of whom nobody could say it is unknown: left out, unknown would seem to be what checks never find.
    """
    found = np.ones(shape, np.bool_) if not labels.excluded.size else ~labels.excluded
    if labels.unclear.any():
        found[labels.unclear] = np.arange(shape[1]) == shape[1] - 1
    known = np.flatnonzero(labels.audited >= 0)
    found[known] = np.arange(shape[1]) == labels.audited[known][:, None]
    return found


def likeliest_offsets(logs: Float, may_be: Bool) -> Float:
    """What is added to each column of unnormed log probabilities so that what was found is likeliest; (columns,).

    `may_be`: which columns each row may be, (rows, columns). The offsets are drawn to none by a normal prior of OFFSET
    (maximum a posteriori): few cases move little.
    """
    from scipy.optimize import minimize

    def loss(offset: Float) -> tuple[float, Float]:
        raised = logs + offset
        each = np.exp(raised - raised.max(axis=1, keepdims=True))
        chance = each / each.sum(axis=1, keepdims=True)
        among = np.maximum((chance * may_be).sum(axis=1, keepdims=True), TINY)
        value = -np.log(among).sum() + (offset**2).sum() / 2 / OFFSET**2
        return float(value), (chance - chance * may_be / among).sum(axis=0) + offset / OFFSET**2

    return np.asarray(minimize(loss, np.zeros(logs.shape[1]), jac=True, method="L-BFGS-B").x)
