"""The three views of the watch list in words: what each is called, what it is for, how many stand on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.signals.churn.early import EARLY_DAYS
from liuke.signals.watch_list import VIEWS, View

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES: dict[View, str] = {
    "going": N_("Going, still buying"),
    "silent": N_("Silent beyond own rhythm"),
    "money": N_("Most money at risk"),
}
FOR: dict[View, str] = {
    "going": N_(
        "Buying in their own rhythm, yet likely to be lost within {days} days: visit them while they still buy. "
        "The likeliest first."
    ),
    "silent": N_(
        "Silent for longer than their own rhythm, or shrinking: find out what happened. "
        "By the chance of being gone, not by days of silence."
    ),
    "money": N_(
        "Those with most to lose, where something speaks for it: the chance of leaving times a usual year. They are "
        "worth the most time."
    ),
}
UNSCORED: dict[View, str] = {  # while no risk is known
    "silent": N_("A rule flags them: find out what happened. The largest first, until the rules can be scored."),
    "money": N_("The largest of them, by what they buy in a usual year, until the rules can be scored."),
}
SOON = N_("Still in its own rhythm; lost within {days} days: {chance}.")
COUNTS = N_("{going_view} {going} · {silent_view} {silent} · {money_view} {money}")
NOBODY: dict[View, str] = {
    "going": N_("Nobody in rhythm is likely to be lost soon."),
    "silent": N_("Nobody is silent beyond the own rhythm, nor shrinking."),
    "money": N_("Nobody stands out by money at risk."),
}
NOBODY_LISTED = N_("Nobody is on the watch list.")


def nobody_on(view: View | None) -> str:
    """What is said where nobody is on a view, or on the whole list."""
    return NOBODY_LISTED if view is None else NOBODY[view]


def what_for(view: View, *, scored: bool) -> Said:
    """What a view is for, in one sentence; `scored` is whether any risk is known."""
    if not scored and view in UNSCORED:
        return Said(UNSCORED[view])
    return Said(FOR[view], {"days": EARLY_DAYS} if view == "going" else {})


def view_heading(view: View, info: Mapping[str, Any]) -> Said:
    """What a view is called and what it is for."""
    scored = bool(info["model"]["rung"]) or not info["base_rate_reason"]
    return Said(N_("{title}: {text}"), {"title": Said(TITLES[view]), "text": what_for(view, scored=scored)})


def why_empty(view: View, info: Mapping[str, Any]) -> Said:
    """What is said where nobody is on a view."""
    return unknown(view, info) or Said(NOBODY[view])


def unknown(view: View, info: Mapping[str, Any]) -> Said:
    """Why nobody can be on a view; nothing to say where somebody can."""
    why = info["early"]["reason"] if view == "going" else None
    return Said(N_("The early chance is not known: {why}."), {"why": Said.unpack(why)}) if why else Said("")


def counted(view: View, info: Mapping[str, Any]) -> Said:
    """How many stand on a view, or that it is not known."""
    if unknown(view, info):
        return Said(N_("not known yet"))
    many = info["listed_by_view"][view]
    return Said(N_("1 customer")) if many == 1 else Said(N_("{n} customers"), {"n": figures.count(many)})


def view_counts(info: Mapping[str, Any]) -> Said:
    """How many stand on each view, in one line; one customer may stand on several."""
    names = {f"{view}_view": Said(TITLES[view]) for view in VIEWS}
    return Said(COUNTS, {**names, **{view: counted(view, info) for view in VIEWS}})
