"""How causes combine: a noisy-OR on what customers met, with an explicit leak, times what people said.

A customer who is here leaves in a month by cause k with the hazard `rate_k * weight_k`: what weighs of the events that
speak for it. Beside them is a leak: `unseen_k` is the hazard of a cause of which nothing is on record, and that of
"unknown" what no cause explains. Hazards add up, which is the noisy-OR -ln(1-P) = sum of -ln(1-w_k) X_k. So who left
did so by cause k with the share of k in the sum. Label channels (notes of salespeople, interviews, texts) multiply the
shares by `confusion[k, stated]`. Rates, leak and confusions are learnt together by EM; audited cases are fixed.

Without audited cases the leak can't be taken apart: all of it is "unknown". Sources: noisy-OR, Pearl (1988), 4.3;
learnt confusions, Dawid & Skene (1979).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.panel.panel import Bool, Float, Int

ROUNDS, SETTLED = 400, 1e-6
LEAST_LEAVERS = 50  # who teach: with fewer nothing is learnt, and all but what settles the matter is unknown
RIGHT = 0.6  # of what is said, before any case is seen
BELIEVED = 20.0  # cases that what all causes have in common weighs in the confusion of one
LEAST_AUDITED = 30  # cases: with fewer the leak is not taken apart and posteriors stay as they are
POWERS = np.linspace(0.3, 1.5, 25)  # tried of a posterior, see `_power`
TINY = 1e-12


@dataclass(frozen=True)
class Met:
    """What leavers had met when they left, and the base for how long; sums of parts of the base add up."""

    months: float  # customer-months in which somebody was there to leave
    exposure: Float  # weight of each kind of event over those months; (kinds,)
    code: Int  # of each leaver, ascending; (leavers,)
    weight: Float  # of each kind when it left; (leavers, kinds)
    teaches: Bool  # whether it bought so often that the time it left is known; (leavers,)

    def __add__(self, other: Met) -> Met:
        return Met(
            self.months + other.months,
            self.exposure + other.exposure,
            np.concatenate([self.code, other.code]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.teaches, other.teaches]),
        )


@dataclass(frozen=True)
class Labels:
    """What was said of each leaver; causes by number, `len(causes)` is unknown, -1 nothing was said."""

    stated: Mapping[str, Int] = field(default_factory=dict)  # by channel; (leavers,)
    audited: Int = field(default_factory=lambda: np.empty(0, np.int64))  # (leavers,)
    excluded: Bool = field(default_factory=lambda: np.empty((0, 0), np.bool_))  # found not to be it; (leavers, all)


@dataclass(frozen=True)
class CauseModel:
    """What was learnt; causes in the order of `causes`, unknown after them."""

    causes: tuple[str, ...]
    kinds: tuple[str, ...]  # of exposure
    of: Int  # the cause each kind speaks for; (kinds,)
    rate: Float  # hazard a month and weight; (kinds,)
    unseen: Float  # hazard a month with nothing on record; (causes + 1,)
    confusion: Mapping[str, Float]  # by channel: chance that a cause is stated as another; rows are the true ones
    power: float  # posteriors are raised to it, so that they hold on audited cases
    leavers: int  # that taught
    months: float
    audited: int

    def by_cause(self, weight: Float) -> Float:
        """The hazard of each cause, unknown last, from weights (customers, kinds); (customers, causes + 1)."""
        seen = np.zeros((len(weight), len(self.causes) + 1))
        for kind, cause in enumerate(self.of.tolist()):
            seen[:, cause] += weight[:, kind] * self.rate[kind]
        return np.asarray(seen + self.unseen)

    def posterior(
        self, weight: Float, stated: Mapping[str, Int], audited: Int | None = None, excluded: Bool | None = None
    ) -> Float:
        """The probability of each cause given that the customer leaves; (customers, causes + 1), rows sum to 1."""
        found = _shares(self.by_cause(weight), stated, self.confusion) ** self.power
        found /= found.sum(axis=1, keepdims=True)
        found = found if excluded is None else _without(found, excluded)
        return found if audited is None else _fixed(found, audited)


def fit(
    met: Met, causes: Sequence[str], kinds: Sequence[str], of: Int, labels: Labels, outright: Bool | None = None
) -> CauseModel:
    """Learn rates, leak and confusions from all leavers; those whose time of leaving is not known teach confusions.

    With fewer than LEAST_LEAVERS who teach only kinds that settle the matter (`outright`; (kinds,)) speak for a cause.
    """
    model = _begin(met, tuple(causes), tuple(kinds), of, labels)
    if model.leavers < LEAST_LEAVERS:
        settles = np.zeros(len(kinds)) if outright is None else outright.astype(float)
        unseen = np.where(np.arange(len(causes) + 1) == len(causes), model.unseen.sum(), 0.0)
        return replace(model, rate=settles, unseen=unseen)
    for _ in range(ROUNDS):
        after = _round(model, met, labels)
        settled = np.abs(after.rate - model.rate).sum() + np.abs(after.unseen - model.unseen).sum()
        model = after
        if settled <= SETTLED * (model.rate.sum() + model.unseen.sum()):
            break
    return _calibrated(model, met, labels)


def _begin(met: Met, causes: tuple[str, ...], kinds: tuple[str, ...], of: Int, labels: Labels) -> CauseModel:
    size, teachers = len(causes) + 1, int(met.teaches.sum())
    base = max(teachers, 1) / max(met.months, 1.0)
    rate = np.where(met.exposure > 0, 0.5 * met.weight[met.teaches].sum(axis=0) / np.maximum(met.exposure, TINY), 0.0)
    unseen = np.zeros(size)
    unseen[-1] = base
    if _are_enough(labels):
        unseen[:-1] = base / (2 * size)
        unseen[-1] = base / 2
    confusion = {channel: _believed(size) for channel in labels.stated}
    return CauseModel(causes, kinds, of, rate, unseen, confusion, 1.0, teachers, met.months,
                      int((labels.audited >= 0).sum()))  # fmt: skip


def _are_enough(labels: Labels) -> bool:
    return int((labels.audited >= 0).sum()) >= LEAST_AUDITED


def _believed(size: int) -> Float:
    """A confusion before any case: right more often than not."""
    found = np.full((size, size), (1 - RIGHT) / (size - 1))
    np.fill_diagonal(found, RIGHT)
    return found


def _round(model: CauseModel, met: Met, labels: Labels) -> CauseModel:
    """One round of EM."""
    hazard = model.by_cause(met.weight)
    shares = _without(_shares(hazard, labels.stated, model.confusion), labels.excluded)
    shares = _fixed(shares, labels.audited)
    teaching = shares * met.teaches[:, None]
    each = teaching / np.maximum(hazard, TINY)  # cases a unit of hazard of each cause
    blamed = np.einsum("nk,nk->k", met.weight, each[:, model.of]) * model.rate
    unseen = each.sum(axis=0) * model.unseen / max(met.months, 1.0)  # a cause that begins at 0 stays there
    confusion = {channel: _confusion(shares, stated) for channel, stated in labels.stated.items()}
    believed = met.months / max(model.leavers, 1)  # prior: a fresh event doubles the hazard; exponential, its mode
    rate = np.where(met.exposure > 0, blamed / (met.exposure + believed), 0.0)
    return replace(model, rate=rate, unseen=unseen, confusion=confusion)


def _shares(hazard: Float, stated: Mapping[str, Int], confusion: Mapping[str, Float]) -> Float:
    """Each cause's share of the hazard times the chance of what was said of it; rows sum to 1."""
    found = hazard.copy()
    for channel, said in stated.items():
        spoke = said >= 0
        found[spoke] *= confusion[channel][:, said[spoke]].T
    total = found.sum(axis=1, keepdims=True)
    unknown = np.zeros(found.shape[1])
    unknown[-1] = 1.0
    return np.where(total > 0, found / np.maximum(total, TINY), unknown)


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
    total = found.sum(axis=1, keepdims=True)
    unknown = np.zeros(shares.shape[1])
    unknown[-1] = 1.0
    return np.where(total > 0, found / np.maximum(total, TINY), unknown)


def _confusion(shares: Float, stated: Int) -> Float:
    """The chance that each cause is stated as each; what is common to all causes stands in where cases are few.

    Common are how often what is said is right, and what is said instead: people have a favourite excuse.
    """
    size, spoke = shares.shape[1], stated >= 0
    counts = np.zeros((size, size))
    np.add.at(counts.T, stated[spoke], shares[spoke])
    own, cases = np.diag(counts), counts.sum()
    right = (own.sum() + BELIEVED * RIGHT) / (cases + BELIEVED)
    instead = counts.sum(axis=0) - own + BELIEVED * (1 - RIGHT) / size
    common = np.tile(instead, (size, 1))
    np.fill_diagonal(common, 0.0)
    common *= (1 - right) / common.sum(axis=1, keepdims=True)
    np.fill_diagonal(common, right)
    counts += BELIEVED * common
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _calibrated(model: CauseModel, met: Met, labels: Labels) -> CauseModel:
    """The model with the power under which audited cases, as if nobody had audited them, are likeliest."""
    known = labels.audited >= 0
    if not _are_enough(labels):
        return model
    stated = {channel: said[known] for channel, said in labels.stated.items()}
    shares = np.maximum(_shares(model.by_cause(met.weight[known]), stated, model.confusion), 1e-6)
    rows, truth = np.arange(int(known.sum())), labels.audited[known]

    def likely(power: float) -> float:
        raised = shares**power
        return float(np.log(raised[rows, truth] / raised.sum(axis=1)).sum())

    best = max(POWERS.tolist(), key=likely)
    return replace(model, power=float(best))
