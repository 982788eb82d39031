"""Loyalty as attitude and behaviour (Dick and Basu 1994), with the probability of each cell; the index of eight parts.

Behaviour is share of wallet, regularity and repeat purchase; attitude is what a customer says of us against its main
rival, else what referrals, early buying of new lines and staying after a price rise tell, else not measured. Cells
are words for talking about treatment, not predictors of leaving (East et al.; methods.md section 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.i18n import N_
from liuke.value.normal import below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.panel.panel import Bool, Float, Int32

CELLS = ("true", "spurious", "latent", "none")
TITLES = {
    "true": N_("True loyalty"),
    "spurious": N_("Spurious loyalty"),
    "latent": N_("Latent loyalty"),
    "none": N_("No loyalty"),
    "not_measured": N_("Not measured"),
}
MEANING = {
    "true": N_("buys mainly from us and thinks well of us"),
    "spurious": N_("buys mainly from us without thinking better of us than of others: bound, used to it, or no choice"),
    "latent": N_("thinks well of us but buys mainly elsewhere: something stands in the way"),
    "none": N_("buys mainly elsewhere and does not prefer us"),
}
HALF = 0.5  # of the wallet: the main supplier
SCORE_NOISE = 0.15  # standard error of one answer on a scale from 0 to 1; a mean of n has it by the root of n
BEFORE, SPREAD = 0.6, 0.2  # what answers of a base are like before anyone answered: mean and spread on 0 to 1
NEUTRAL = 0.6  # above it an attitude is favourable: 6 on a scale from 0 to 10
PARTS = {  # the eight parts of the index and the sign with which each counts
    "repeat": 1,
    "concern_for_brand": 1,
    "needs_met": 1,
    "price_sensitivity": -1,
    "view_of_rivals": -1,
    "recommendation": 1,
    "choosing_time": -1,
    "tolerance_of_faults": 1,
}


@dataclass(frozen=True)
class Attitude:
    """How well a customer thinks of us, 0 to 1 with its standard error; NaN where not measured; (customers,)."""

    value: Float
    error: Float


@dataclass(frozen=True)
class Matrix:
    """Probability of each cell, (customers, 4) in the order of CELLS, NaN where attitude or behaviour is unknown."""

    probability: Float
    cell: npt.NDArray[np.int8]  # code of the likeliest cell, -1 for not measured
    behaviour: Float  # probability of high behaviour, NaN where nothing was bought


def regularity(gaps: Int32, own_gap_days: Float, silent_days: Int32) -> Float:
    """How dependably a customer repeats, 0 to 1: purchases seen against those due, both shrunk by two; (customers,).

    With k gaps of g days and s days of silence: (k + 1) / (k + 2 + max(s / g - 1, 0)). One purchase alone is 1/2.
    """
    missed = np.divide(silent_days, own_gap_days, out=np.ones(len(gaps)), where=own_gap_days > 0) - 1
    dependable: Float = (gaps + 1) / (gaps + 2 + np.maximum(missed, 0))
    return dependable


def behaviour(share: Float, low: Float, high: Float, dependable: Float, active: Bool) -> Float:
    """Probability that a customer buys mainly from us and keeps doing so; (customers,), 0 for who is gone.

    `share` of wallet and its 90 % range are 0 to 1, NaN without a wallet: then regularity alone speaks, at half
    weight, for it can't tell one supplier from two.
    """
    spread = np.maximum((high - low) / 3.29, 0.02)
    main = below((share - HALF) / spread)
    alone = 0.5 * dependable + 0.25
    chance: Float = np.where(np.isnan(share), alone, main * dependable)
    return np.where(active, chance, 0.0)


def attitude_from_answers(ours: Float, rivals: Float, answers: Int32) -> Attitude:
    """Attitude from mean scores on a scale from 0 to 1; (customers,), NaN where `answers` is 0.

    Where the main rival was scored too the attitude is relative: half the difference, on top of neutral. The mean is
    shrunk towards that of customers in general.
    """
    relative = np.where(np.isnan(rivals), ours, NEUTRAL + (ours - rivals) / 2)
    noise = SCORE_NOISE**2 / np.maximum(answers, 1)
    trust = SPREAD**2 / (SPREAD**2 + noise)
    value = trust * relative + (1 - trust) * BEFORE
    error = np.sqrt(trust * noise)
    none = answers <= 0
    return Attitude(np.where(none, np.nan, value), np.where(none, np.nan, error))


def attitude_from_proxies(signs: Mapping[str, Float]) -> Attitude:
    """Attitude from what customers do: each sign is 1 (for us), 0 (against us) or NaN (not seen); (customers,).

    Known signs are referrals, early buying of new lines and staying after a price rise; a sign counts like half an
    answer, so its error is wide.
    """
    stacked = np.stack(list(signs.values()))
    seen = (~np.isnan(stacked)).sum(axis=0)
    mean = np.divide(np.nansum(stacked, axis=0), seen, out=np.full(stacked.shape[1], np.nan), where=seen > 0)
    noise = 2 * SPREAD**2 / np.maximum(seen, 1)
    trust = SPREAD**2 / (SPREAD**2 + noise)
    value = np.where(seen > 0, trust * mean + (1 - trust) * BEFORE, np.nan)
    return Attitude(value, np.where(seen > 0, np.sqrt(trust * noise), np.nan))


def best_of(answers: Attitude, proxies: Attitude) -> Attitude:
    """The answers where there are any, else the proxies."""
    told = ~np.isnan(answers.value)
    return Attitude(np.where(told, answers.value, proxies.value), np.where(told, answers.error, proxies.error))


def matrix(behaves: Float, attitude: Attitude) -> Matrix:
    """P(cell) from the probability of high behaviour and from the attitude; the two are taken as independent."""
    favourable = below((attitude.value - NEUTRAL) / np.maximum(attitude.error, 1e-6))
    probability = np.stack(
        [
            behaves * favourable,
            behaves * (1 - favourable),
            (1 - behaves) * favourable,
            (1 - behaves) * (1 - favourable),
        ],
        axis=1,
    )
    unknown = np.isnan(probability).any(axis=1)
    cell = np.where(unknown, -1, np.nan_to_num(probability).argmax(axis=1)).astype(np.int8)
    return Matrix(probability, cell, behaves)


@dataclass(frozen=True)
class Index:
    """The loyalty index and how much of it was measured, 0 to 1 each; NaN index under half coverage; (customers,)."""

    value: Float
    coverage: Float


def index(parts: Mapping[str, Float], weights: Mapping[str, float] | None = None) -> Index:
    """Weighted mean of the measured parts, each 0 to 1 and NaN where not measured; names are those of PARTS.

    A part that speaks against loyalty counts as one minus itself. Coverage is the measured part of the weights of all
    eight; without half of it there is no index (methods.md section 11). An unknown part is a KeyError.
    """
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise KeyError(f"no part of the loyalty index: {', '.join(unknown)}")
    given = weights or dict.fromkeys(PARTS, 1.0)
    whole = sum(given[name] for name in PARTS)
    names = list(parts)
    signed = np.stack([parts[name] if PARTS[name] > 0 else 1 - parts[name] for name in names])
    weight = np.array([given[name] for name in names])[:, None] * ~np.isnan(signed)
    measured = weight.sum(axis=0)
    total = (weight * np.nan_to_num(signed)).sum(axis=0)
    coverage = measured / whole
    value = np.divide(total, measured, out=np.full(len(measured), np.nan), where=measured > 0)
    return Index(np.where(coverage >= 0.5, value, np.nan), coverage)
