"""Who is slowing down: the chance that the coming quarter brings under half of a customer's usual purchase days.

The posterior of a drop (`signals.declining`: the last quarter against the year before it, drop sizes learnt from the
base) is put right by the firm's own history: what followed such posteriors a quarter ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.signals import declining

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Float, Panel
    from liuke.signals.declining import Decline, Recalibration
    from liuke.signals.models.season import Season

HALF = 0.5
_TOO_SHORT = N_(
    "comparing a quarter with the year before and with what followed needs {need} periods; there are {have}"
)


@dataclass(frozen=True)
class Window:
    """A quarter and the year before it; counts and exposures, each (customers,)."""

    base: Float
    base_exposure: Float  # 0 for customers too young to have a usual
    recent: Float
    exposure: float

    @classmethod
    def at(cls, panel: Panel, end: int, weights: Float) -> Window:
        """The windows that end with a period; a customer's first period says nothing of its rhythm and is left out."""
        year, quarter = panel.periods.per_year, panel.periods.per_year // 4
        start = end - quarter - year + 1
        inside = np.arange(start, start + year)
        lived = inside[None, :] > panel.alive_from[:, None]
        counts = panel.occasions[:, start : start + year]
        exposure = (lived * weights[inside]).sum(axis=1)
        return cls(
            (counts * lived).sum(axis=1).astype(np.float64),
            np.where(lived.sum(axis=1) >= quarter, exposure, 0.0),
            panel.occasions[:, end - quarter + 1 : end + 1].sum(axis=1).astype(np.float64),
            float(weights[end - quarter + 1 : end + 1].sum()),
        )

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Customers who have a usual; (customers,)."""
        return (self.base_exposure > 0) & (self.base > 0)


@dataclass(frozen=True)
class Slowing:
    """What was learnt."""

    decline: Decline
    truth: Recalibration
    weights: Float  # exposure of each period: its season

    def chance(self, panel: Panel) -> Float:
        """The chance at a panel's last period, NaN without a usual; one row a customer, (customers,)."""
        now = Window.at(panel, panel.shape[1] - 1, self.weights)
        found = np.full(panel.shape[0], np.nan)
        found[now.known] = self.truth(_posterior(self.decline, now))
        return found


def fit(panel: Panel, clock: Season | None) -> Slowing | NotEstimable:
    """Learn from a panel with one row a customer, or the reason why that can't be."""
    year = panel.periods.per_year
    quarter, last = year // 4, panel.shape[1] - 1
    need = year + 2 * quarter
    if panel.shape[1] < need:
        return NotEstimable.because(_TOO_SHORT, need=need, have=panel.shape[1])
    month = (panel.periods.first + np.arange(panel.shape[1])) % 12
    weights = np.ones(panel.shape[1]) if clock is None else np.asarray(clock.index)[month]
    before, now = Window.at(panel, last - quarter, weights), Window.at(panel, last, weights)
    try:
        decline = _decline(panel, before, weights)  # one fit for both quarters: its posteriors then mean the same now
    except Refused as refused:
        return NotEstimable(refused.said)
    usual = before.base / np.maximum(before.base_exposure, 1e-9) * now.exposure
    truth = declining.recalibration(_posterior(decline, before), (now.recent < HALF * usual)[before.known])
    return truth if isinstance(truth, NotEstimable) else Slowing(decline, truth, weights)


def _decline(panel: Panel, window: Window, weights: Float) -> Decline:
    """The two groups of the last quarter but one, overdispersion from the year up to its end."""
    year, quarter = panel.periods.per_year, panel.periods.per_year // 4
    span = slice(panel.shape[1] - quarter - year, panel.shape[1] - quarter)
    phi = declining.overdispersion(panel.occasions[:, span], weights[span])
    one = phi.value if isinstance(phi, Estimate) else 0.0
    rows = window.known
    return declining.fit_decline(
        window.base[rows],
        window.base_exposure[rows],
        window.recent[rows],
        np.full(int(rows.sum()), window.exposure),
        declining.of_window(one, weights[span]),
        declining.of_window(one, weights[span][-quarter:]),
    )


def _posterior(decline: Decline, window: Window) -> Float:
    rows = window.known
    exposure = np.full(int(rows.sum()), window.exposure)
    found: Float = decline.posterior(window.base[rows], window.base_exposure[rows], window.recent[rows], exposure)[0]
    return found
