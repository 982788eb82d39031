"""Overdue: the silence is longer than the customer's own rhythm makes likely.

Gaps are Gamma(k, rate_i) and rates Gamma(r, alpha) over the base (methods.md section 1). After n gaps summing to S
days and e silent days, P(gap > e) = 1 - I_{e/(alpha+S+e)}(k, r + n k). The base's k, r and alpha are learnt period by
period from what was known by then, so they never see later data.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.i18n import N_
from liuke.signals.parameters import Parameter
from liuke.signals.rhythm import Rhythm, rhythm_tail

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Panel

TITLE = N_("Overdue by its own rhythm")
SAYS = N_(
    "No purchase for {silent_days} days; buying about every {own_gap_days} days, so long a silence comes in at most "
    "{percent}% of cases."
)
IDEA = "silence"
TELLS = 3
PARAMETERS = {
    "chance": Parameter("share", N_("Below which probability of so long a silence."), N_("probability"), 0.0001, 0.5),
    "least_gaps": Parameter(
        "whole", N_("How many own gaps must be known; 0 trusts the base's rhythm alone."), N_("gaps"), 0
    ),
}


def find(panel: Panel, *, chance: float = 0.05, least_gaps: int = 2, learnt: Rhythm | None = None) -> Bool:
    """True where P(gap > silence) is below `chance`; (rows, periods).

    False before anything is known of the base's rhythm and with fewer than `least_gaps` own gaps. `learnt` is the
    rhythm of the whole base where the panel is a part of it; without it the panel's own is taken.
    """
    limits = _limits(learnt or Rhythm.of(panel), panel, chance)
    ratio = np.take_along_axis(limits.ratio, panel.gaps, axis=0)
    known = (panel.last_on - panel.first_on).astype(np.float64) + limits.alpha[None, :]
    found: Bool = panel.has_bought & (panel.gaps >= least_gaps)
    return found & (panel.silent_days > known * ratio)


def facts(panel: Panel, row: int, position: int, *, learnt: Rhythm | None = None, **_: object) -> dict[str, object]:
    """Days of silence, own usual gap in days (one decimal), and the probability in per cent, rounded up to a tenth."""
    k, r, alpha = (learnt or Rhythm.of(panel)).parameters(position)
    gaps = int(panel.gaps[row, position])
    span = int(panel.last_on[row, position]) - int(panel.first_on[row, position])
    silent = int(panel.silent_days[row, position])
    usual = (alpha + span) / (r + gaps * k) * k  # the expected gap where own and base evidence are put together
    own = float(panel.own_gap_days[row, position])
    return {
        "silent_days": silent,
        "own_gap_days": round(usual if np.isnan(own) else own, 1),
        "percent": max(ceil(1000 * float(rhythm_tail(k, r, alpha, gaps, span, silent)) - 1e-9), 1) / 10,
    }


def learn(panel: Panel) -> Rhythm:
    """The rhythm of the panel's customers; those of chunks add up with `+`."""
    return Rhythm.of(panel)


def history(_per_year: int, **_: object) -> int:
    """Days decide, not periods."""
    return 2


@dataclass(frozen=True)
class _Limits:
    """The silence at which the probability falls to the limit is `ratio` x (alpha + S)."""

    ratio: Float  # (gaps, periods); infinite where nothing is known
    alpha: Float  # (periods,)


def _limits(rhythm: Rhythm, panel: Panel, chance: float) -> _Limits:
    """One inverse per number of gaps and period in place of a probability per customer and period."""
    from scipy.special import betaincinv

    periods = panel.shape[1]
    used = np.zeros((int(panel.gaps.max(initial=0)) + 1, periods), bool)
    columns = np.broadcast_to(np.arange(periods), panel.shape)
    used[panel.gaps, columns] = True
    ratio = np.full(used.shape, np.inf)
    fitted = [rhythm.parameters(position) for position in range(periods)]
    k, r, alpha = (np.array(each) for each in zip(*fitted, strict=True)) if fitted else (np.zeros(0),) * 3
    gaps, at = np.nonzero(used & np.isfinite(alpha)[None, :])
    share = betaincinv(k[at], r[at] + gaps * k[at], 1 - chance)
    with np.errstate(divide="ignore"):
        ratio[gaps, at] = share / (1 - share)
    return _Limits(ratio, np.where(np.isfinite(alpha), alpha, 1.0))
