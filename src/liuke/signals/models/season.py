"""Operational time: days weighed by how much is usually bought in their month, so that a quiet season is not a silence.

A purchase process with rate lambda * s(day) is the process with rate lambda on the clock that runs s(day) a day. Give
the models T and t_x on that clock and they need not know of seasons (Schweidel and Knox 2013 treat seasons so too).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAST_MONTHS = 24
LEAST_INDEX = 0.1  # a month without purchases must not stop the clock


@dataclass(frozen=True)
class Season:
    """An index by calendar month, January first, mean 1, (12,); `warning` says why it is flat, or None."""

    index: Floats
    warning: NotEstimable | None = None

    @cached_property
    def _clock(self) -> Floats:
        """Operational days gone at the start of each day from 1970 to 2100."""
        days = np.arange(np.datetime64("1970-01-01"), np.datetime64("2100-01-01"))
        month = days.astype("datetime64[M]").astype(np.int64) % 12
        clock: Floats = np.r_[0.0, np.cumsum(self.index[month])]
        return clock

    def days(self, start: ArrayLike, end: ArrayLike) -> Floats:
        """Operational days from the end of day `start` to the end of day `end` (day numbers, 1970 to 2100).

        In the shape of the inputs. With a flat index this is end - start.
        """
        clock = self._clock
        gone: Floats = clock[np.asarray(end, np.int64) + 1] - clock[np.asarray(start, np.int64) + 1]
        return gone


def season(purchases: ArrayLike, first_month: int) -> Season:
    """The seasonal index of a base from its purchase occasions by month.

    purchases: occasions of all customers in successive whole months, (months,); first_month: months since year 0, so
    that its remainder by 12 is 0 in January. Each month is compared with the centred twelve-month mean around it
    (ratio to moving average, so growth does not count as season), the ratios of a calendar month are averaged, and the
    index is shrunk towards 1 by the share of its spread that chance explains: month-to-month scatter of the same
    calendar month where there are two or more of each, counting noise otherwise. Flat with a warning for less than 24
    months or without purchases.
    """
    counts = np.asarray(purchases, np.float64)
    if len(counts) < LEAST_MONTHS:
        said = N_("seasons need {least} months of history; there are {have}")
        return Season(np.ones(12), NotEstimable.because(said, least=LEAST_MONTHS, have=len(counts)))
    means = np.convolve(counts, np.r_[0.5, np.ones(11), 0.5] / 12.0, mode="valid")
    if means.min() <= 0:
        return Season(np.ones(12), NotEstimable.because(N_("a year without any purchase has no seasons")))
    ratios = counts[6:-6] / means
    month = (first_month + 6 + np.arange(len(ratios))) % 12
    many = np.bincount(month, minlength=12)
    raw = np.bincount(month, ratios, 12) / many
    raw /= raw.mean()
    noise = _noise(ratios, raw[month], month, means)
    spread = float(np.mean((raw - 1.0) ** 2))
    kept = max(0.0, 1.0 - float(np.mean(noise / many)) / spread) if spread > 0 else 0.0
    index = np.maximum(1.0 + kept * (raw - 1.0), LEAST_INDEX)
    return Season(index / index.mean())


def _noise(ratios: Floats, fitted: Floats, month: NDArray[np.int64], means: Floats) -> float:
    """Variance of one month's ratio by chance: the scatter seen, never below that of Poisson counts."""
    counting = float(np.mean(fitted / means))
    degrees = len(ratios) - len(np.unique(month))
    seen = float(np.sum((ratios - fitted) ** 2)) / degrees if degrees >= 6 else 0.0
    return max(seen, counting)
