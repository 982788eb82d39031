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
LIKELY = 2.25  # times the average's odds of being lost soon puts a customer in rhythm on the list
GONE = 3.5  # times the average's odds of leaving does so for one beyond its rhythm
ALARMING = 2.0  # times the average expected loss does too
HARMLESS = 0.5  # times the average risk: below that nobody beyond its rhythm is called, however large
UNUSUAL = 2.0  # times the odds of the own rhythm: below that a customer is only as slow as ever
HAPPENED = 1.5  # times the odds had nothing happened: below that nobody in rhythm is going
SIGN = 1.15  # the same of a customer in rhythm who is called for its money

BY_RULES = N_("Customers for whom at least one rule fires at the date shown, the lost and the never-buyers left out.")
BY_MODEL = N_(
    "Of those still buying. Going: in rhythm, but the odds of being lost soon are {likely} times the average's and "
    "{happened} times what they would be had nothing happened. Silent: beyond the own rhythm, with {gone} times the "
    "average's odds of leaving and {unusual} times those of a long silence in that rhythm; or shrinking, with much at "
    "stake. Money: the expected loss is {alarming} times the average, and something speaks for it. The lost and the "
    "never-buyers are on none."
)


def watch_says(by_model: bool) -> Said:
    """Who stands on the list, as it is printed under it."""
    if not by_model:
        return Said(BY_RULES)
    bars = {"likely": LIKELY, "happened": HAPPENED, "gone": GONE, "unusual": UNUSUAL, "alarming": ALARMING}
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
    happened lately adds to it, NaN for whom it is not asked. With a model of many leavers:

    Going are those in rhythm whose early odds are LIKELY times the average's, and HAPPENED times what they would be had
    nothing happened. Silent are those beyond their rhythm whose odds of leaving are GONE times the average's and
    UNUSUAL times those of their own habit, for whom a long silence is nothing new; and who shrinks, with much at stake.
    Much is at stake where the expected loss, by the early chance of those in rhythm, is ALARMING times the average;
    that alone calls nobody: those beyond their rhythm must be UNUSUAL and not HARMLESS, those in rhythm show a SIGN or
    shrink. So with a model the view of money holds everybody on the list with much at stake.

    Else all whom a rule flags are silent, those with ALARMING times their average loss in the view of money too. Where
    risk is unknown, money stands for money at stake.
    """
    known = np.zeros(len(worth)) if isinstance(risk, NotEstimable) else np.nan_to_num(risk.risk)
    soon = buying & ~np.isnan(early.chance)
    money = worth.astype(np.float64)
    stake = money if isinstance(risk, NotEstimable) else money * np.where(soon, np.nan_to_num(early.chance), known)
    if isinstance(risk, NotEstimable) or not risk.lists:
        silent = flagged
        large = silent & (stake >= ALARMING * _mean(stake[silent]))
    else:
        asked = buying & ~np.isnan(risk.risk)
        usual = _mean(known[asked])
        unusual = asked & ~soon & _odds_above(known, UNUSUAL, habit)
        much = (asked | soon) & (stake >= ALARMING * _mean(stake[asked | soon]))
        gone = unusual & _odds_above(known, GONE, usual)
        shrunk = much & shrinking & (unusual | soon)
        silent = gone | shrunk
        sign = (unusual & (known >= HARMLESS * usual)) | (soon & (early.happened >= np.log(SIGN)))
        large = (much & sign) | shrunk
    likely = _odds_above(np.nan_to_num(early.chance), LIKELY, _mean(early.chance[soon]))
    going = soon & likely & (early.happened >= np.log(HAPPENED))
    return Views(
        _best(going, early.chance, stake, money), _best(silent, known, stake, money), _best(large, stake, money),
        _best(going | silent | large, stake, money),
    )  # fmt: skip


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _odds_above(chance: Floats, times: float, other: Floats | float) -> Bool:
    """Where the odds of a chance are so many times those of another: half can't be twice as likely."""
    return np.asarray(chance * (1 - other) >= times * other * (1 - chance))


def _best(chosen: Bool, *values: Floats) -> Places:
    """Positions of the chosen by falling values, the first deciding; customers alike in the order of their codes."""
    positions = np.flatnonzero(chosen)
    return positions[np.lexsort((positions, *(-value[positions] for value in reversed(values))))]
