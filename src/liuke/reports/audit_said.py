"""Confirming causes in words: verdicts, progress, how often the likeliest cause was the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.causes.audited import IS, IS_NOT, OTHER, UNCLEAR
from liuke.causes.draw import CHOSEN, ITSELF, RANDOM
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.period import period_end, period_number
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from liuke.causes.confirmed import Accuracy
    from liuke.kernel.period import Unit
    from liuke.reports.shown import Row

VERDICTS = {IS: N_("it was this"), IS_NOT: N_("it was not this"), OTHER: N_("it was another"),
            UNCLEAR: N_("nobody can say")}  # fmt: skip
PARTS = {RANDOM: N_("by lot"), CHOSEN: N_("uncertain and valuable"), ITSELF: N_("by itself")}
PROGRESS = N_("{done} of {drawn} drawn cases are confirmed.")
IN_ALL = N_("{done} of {drawn} drawn cases are confirmed; with others {every} are.")
NONE_DRAWN = N_("Nobody was lost in the last 12 months: there is nothing to confirm.")
RIGHT = N_(
    "Of {audited} customers drawn by lot and checked, the likeliest cause was right of {right}: {share} (90 % range "
    "{low} to {high})."
)
TOO_FEW_TO_TELL = N_("How often the likeliest cause is right: {why}.")
UNTOLD = N_("Of {unclear} more nobody could say; with them the share lies between {low} and {high}.")
NOT_THIS = N_("not {cause}")
COUNTS_FROM = N_(
    "What is confirmed on {day} counts from the run as of {end} on; runs of earlier days stay as they were."
)
NOT_COUNTED_YET = N_("Not in this run yet: it counts from the run as of {end} on.")


def accuracy_said(found: Accuracy) -> tuple[Said, ...]:
    """How often the likeliest cause was right, with its range, or how many cases are missing."""
    if isinstance(found.share, NotEstimable):
        return (Said(TOO_FEW_TO_TELL, {"why": found.share.reason}),)
    low, high = found.share.ends
    told = Said(RIGHT, {"audited": found.audited, "right": found.right, "share": figures.percent(found.share.value),
                        "low": figures.percent(low), "high": figures.percent(high)})  # fmt: skip
    if not found.unclear or found.low_all is None or found.high_all is None:
        return (told,)
    ends = {"low": figures.percent(found.low_all), "high": figures.percent(found.high_all)}
    return (told, Said(UNTOLD, {"unclear": found.unclear, **ends}))


def progress_said(done: int, drawn: int, every: int) -> Said:
    """How many of the cases drawn somebody said something of, and of how many customers at all, where that is more."""
    if not drawn:
        return Said(NONE_DRAWN)
    return Said(IN_ALL if every > done else PROGRESS, {"done": done, "drawn": drawn, "every": every})


def counts_from(day: date, unit: Unit) -> Said:
    """From which run on what is recorded on a day counts."""
    return Said(COUNTS_FROM, {"day": day, "end": first_counting(day, unit)})


def first_counting(day: date, unit: Unit) -> date:
    """The day of the first run that counts what is recorded on a day: the end of its period."""
    return period_end(period_number(day, unit), unit)


def not_counted_yet(recorded_on: date, info: Mapping[str, Any]) -> Said | None:
    """Said where a run knows less than the day on which something was recorded; None where it knows it."""
    if recorded_on.isoformat() <= info["known"]:
        return None
    return Said(NOT_COUNTED_YET, {"end": first_counting(recorded_on, info["unit"])})


def found_title(row: Row) -> Wordings | None:
    """What the cause that was found, or excluded, is called."""
    return Wordings(row["found_zh"], row["found_en"]) if row["found"] else None


def found_said(row: Row) -> Said | None:
    """The cause that was found, or which one it was not; None where nobody named one."""
    if (title := found_title(row)) is None:
        return None
    return Said(NOT_THIS if row["verdict"] == IS_NOT else "{text}", {"cause": title, "text": title})
