"""The churn model's answer for every customer of a chunk, and what its own rhythm alone would make likely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.signals.churn.early import in_rhythm
from liuke.signals.rhythm import rhythm_tail

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Panel
    from liuke.signals.churn.early import EarlyModel
    from liuke.signals.churn.model import ChurnModel
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows
    from liuke.signals.rhythm import Rhythm

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Chances:
    """Arrays are NaN where the question is not asked; (customers,)."""

    risk: Float32
    low: Float32
    high: Float32
    habit: Float32  # chance that the own rhythm alone is silent for a horizon after a purchase

    @classmethod
    def unknown(cls, customers: int) -> Chances:
        """Nothing said."""
        risk, low, high = np.full((3, customers), np.nan, np.float32)
        return cls(risk, low, high, np.zeros(customers, np.float32))


@dataclass(frozen=True)
class Early:
    """Chance of being lost soon of those still in rhythm, with its range; NaN for all others. (customers,)."""

    chance: Float32
    low: Float32
    high: Float32
    happened: Float32  # log-odds that what changed or was met adds to those of the own habits

    @classmethod
    def unknown(cls, customers: int) -> Early:
        """Nothing said."""
        return cls(*np.full((4, customers), np.nan, np.float32))


def early_chances(panel: Panel, now: ModelRows, model: EarlyModel, rhythm: Rhythm) -> Early:
    """The early chances of a panel with one row a customer; `now` are its rows at the last period."""
    found = Early.unknown(len(panel.customer))
    now = now.pick(in_rhythm(now, rhythm.parameters))
    place = np.searchsorted(panel.customer, now.customer)
    chance = model.chance(now)
    found.chance[place], found.low[place], found.high[place] = chance.risk, chance.low, chance.high
    found.happened[place] = model.happened(now)
    return found


def chances(panel: Panel, now: ModelRows, model: ChurnModel, rhythm: Rhythm) -> Chances:
    """The chances of a panel with one row a customer; `now` are its rows at the last period."""
    found = Chances.unknown(len(panel.customer))
    place = np.searchsorted(panel.customer, now.customer)
    found.habit[place] = habit(now, rhythm.parameters(panel.shape[1] - 1), model.asked)
    asked = model.asked.asked_of(now)
    chance = model.chance(now.pick(asked))
    place = place[asked]
    found.risk[place], found.low[place], found.high[place] = chance.risk, chance.low, chance.high
    return found


def habit(now: ModelRows, parameters: tuple[float, float, float], asked: Asked) -> Float:
    """How probably a customer of this rhythm who stays is silent for a horizon after a purchase; (rows,).

    0 where leaving is a fall in money, and while nobody has bought twice.
    """
    if asked.fall is not None or not np.isfinite(parameters).all():
        return np.zeros(len(now))
    return rhythm_tail(*parameters, now.occasions - 1, now.tenure - now.silent, asked.horizon)


def silence_chance(panel: Panel, rhythm: Rhythm) -> Float:
    """How probably a customer of its rhythm who stays is silent for as long as each is now; NaN where nobody knows.

    The figure behind the condition `overdue`; the panel has one row a customer. (customers,)
    """
    parameters, bought = rhythm.parameters(panel.shape[1] - 1), panel.has_bought[:, -1]
    if not np.isfinite(parameters).all():
        return np.full(len(bought), np.nan)
    span = np.where(bought, panel.last_on[:, -1] - panel.first_on[:, -1], 0)
    chance = rhythm_tail(*parameters, panel.gaps[:, -1], span, np.where(bought, panel.silent_days[:, -1], 0))
    return np.where(bought, chance, np.nan)
