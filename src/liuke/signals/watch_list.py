"""Who is called first: the watch list, its thresholds, and the sentence that says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Bool, Int
    from liuke.signals.combine import Risk

    Floats = npt.NDArray[np.floating]

LIKELY = 2.5  # times the odds of the average puts a customer on the list
ALARMING = 2.0  # times the average expected loss does too
HARMLESS = 0.5  # times the average risk: below that nobody is called, however large
UNUSUAL = 2.0  # times the odds of the own rhythm: below that a customer is only as slow as ever

BY_RULES = N_("Customers for whom at least one rule fires at the date shown, the lost and the never-buyers left out.")
BY_MODEL = N_(
    "Of those still buying, customers whose odds of leaving are {likely} times the average's, or whose expected loss "
    "is {alarming} times the average and whose chance is at least {harmless} times the average; nobody whose odds are "
    "not {unusual} times those of a long silence in the customer's own rhythm, nor the lost and the never-buyers."
)


def watch_says(by_model: bool) -> Said:
    """Who stands on the list, as it is printed under it."""
    if not by_model:
        return Said(BY_RULES)
    bars = {"likely": LIKELY, "alarming": ALARMING, "harmless": HARMLESS, "unusual": UNUSUAL}
    return Said(BY_MODEL, {name: f"{bar:g}" for name, bar in bars.items()})


def rank(worth: Int, flagged: Bool, buying: Bool, habit: Floats, risk: Risk | NotEstimable) -> npt.NDArray[np.intp]:
    """Positions of the customers on the watch list, best first: by money at stake, or by money where risk is unknown.

    `worth` is cents of a usual year, `flagged` whether any rule fires, `habit` the chance of a long silence in the own
    rhythm; (customers,) each. With a model of many leavers, those still buying are on it whose odds of leaving are
    LIKELY times the average's, or whose expected loss is ALARMING times the average unless they are HARMLESS; but
    nobody whose odds are not UNUSUAL times those of his own rhythm, for whom a long silence is nothing new. Else all
    whom a rule flags.
    """
    money = worth.astype(np.float64)
    listed = np.flatnonzero(flagged)
    if isinstance(risk, NotEstimable):
        return listed[np.lexsort((listed, -money[listed]))]
    stake = np.nan_to_num(money * risk.risk)
    if risk.lists:
        asked = np.flatnonzero(buying & ~np.isnan(risk.risk))
        chance, loss, own = risk.risk[asked], stake[asked], habit[asked]
        usual, average = (values.mean() if len(asked) else 0.0 for values in (chance, loss))
        large = (loss >= ALARMING * average) & (chance >= HARMLESS * usual)
        likely = chance * (1 - usual) >= LIKELY * usual * (1 - chance)  # by odds: half can't be twice as likely
        unusual = chance * (1 - own) >= UNUSUAL * own * (1 - chance)
        listed = asked[(likely | large) & unusual]
    return listed[np.lexsort((listed, -stake[listed]))]
