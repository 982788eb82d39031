"""Who is called first: the watch list in three views, their thresholds, and the sentences that say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Bool, Int
    from liuke.signals.churn.chances import Early
    from liuke.signals.combine import Risk

    Floats = npt.NDArray[np.floating]
    Places = npt.NDArray[np.intp]

View = Literal["going", "silent", "money"]
VIEWS: tuple[View, ...] = get_args(View)
EARLY = "early:"  # before an idea: the reason speaks of the chance to be lost soon
LIKELY = 2.5  # times the odds of the average puts a customer on the list
ALARMING = 2.0  # times the average expected loss does too
HARMLESS = 0.5  # times the average risk: below that nobody is called, however large
UNUSUAL = 2.0  # times the odds of the own rhythm: below that a customer is only as slow as ever

BY_RULES = N_("Customers for whom at least one rule fires at the date shown, the lost and the never-buyers left out.")
BY_MODEL = N_(
    "Of those still buying. Going: the odds of being lost soon though in rhythm are {likely} times the average's and "
    "{unusual} times what they would be had nothing happened. "
    "Silent: the odds of leaving are {likely} times the average's, or the customer shrinks and much is at stake. "
    "Money: the expected loss is {alarming} times the average and the chance at least {harmless} times. On the last"
    " two nobody whose odds are not {unusual} times those of a long silence in the customer's own rhythm. The lost "
    "and the never-buyers are on none."
)


def watch_says(by_model: bool) -> Said:
    """Who stands on the list, as it is printed under it."""
    if not by_model:
        return Said(BY_RULES)
    bars = {"likely": LIKELY, "alarming": ALARMING, "harmless": HARMLESS, "unusual": UNUSUAL}
    return Said(BY_MODEL, {name: f"{bar:g}" for name, bar in bars.items()})


@dataclass(frozen=True)
class Views:
    """Positions of the customers on each view of the list, best first; one may stand on several."""

    going: Places  # in rhythm, and likely lost soon: the likeliest first
    silent: Places  # beyond their own rhythm, or shrinking: the likeliest gone first
    money: Places  # much at stake: the most first
    list: Places  # on any of them: the most at stake first

    def of(self, view: View) -> Places:
        """Those of one view."""
        found: Places = getattr(self, view)
        return found


def views(
    worth: Int, flagged: Bool, shrinking: Bool, buying: Bool, habit: Floats, risk: Risk | NotEstimable, early: Early
) -> Views:
    """The list and its views; every array (customers,).

    `worth` is cents of a usual year, `flagged` whether any rule fires, `shrinking` whether it buys less than a share of
    its own mean, `habit` the chance of a long silence in the own rhythm, `early` the chance of being lost soon and what
    happened lately adds to it, NaN for whom it is not asked. With a model of many leavers, those still buying are
    listed whose odds of leaving are LIKELY times the average's, or whose expected loss is ALARMING times the average
    unless they are HARMLESS; but nobody whose odds are not UNUSUAL times those of his own rhythm, for whom a long
    silence is nothing new. Else all whom a rule flags, those with ALARMING times their average loss in the view of
    money too. Going are those whose early odds are LIKELY times the average's, and UNUSUAL times what they would be had
    nothing happened. Where risk is unknown, money stands for money at stake.
    """
    stake = worth.astype(np.float64)
    chance = np.zeros(len(worth)) if isinstance(risk, NotEstimable) else np.nan_to_num(risk.risk)
    if not isinstance(risk, NotEstimable):
        stake = stake * chance
    if isinstance(risk, NotEstimable) or not risk.lists:
        silent = np.flatnonzero(flagged)
        money = silent[stake[silent] >= ALARMING * _mean(stake[silent])]
    else:
        asked = np.flatnonzero(buying & ~np.isnan(risk.risk))
        unusual = _odds_above(chance[asked], UNUSUAL, habit[asked])
        likely = _odds_above(chance[asked], LIKELY, _mean(chance[asked]))
        large = stake[asked] >= ALARMING * _mean(stake[asked])
        large &= chance[asked] >= HARMLESS * _mean(chance[asked])
        silent = asked[unusual & (likely | (large & shrinking[asked]))]
        money = asked[unusual & large]
    soon = np.flatnonzero(buying & ~np.isnan(early.chance))
    moved = early.happened[soon] >= np.log(UNUSUAL)
    going = soon[moved & _odds_above(early.chance[soon], LIKELY, _mean(early.chance[soon]))]
    every = np.unique(np.concatenate([going, silent, money]))
    return Views(
        _best(going, early.chance, stake), _best(silent, chance, stake), _best(money, stake), _best(every, stake)
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _odds_above(chance: Floats, times: float, other: Floats | float) -> Bool:
    """Where the odds of a chance are so many times those of another: half can't be twice as likely."""
    return np.asarray(chance * (1 - other) >= times * other * (1 - chance))


def _best(positions: Places, *values: Floats) -> Places:
    """Positions by falling values, the first deciding; customers alike in the order of their codes."""
    return positions[np.lexsort((positions, *(-value[positions] for value in reversed(values))))]
