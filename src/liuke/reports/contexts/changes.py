"""What changed in the last period, and what put customers on the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures
from liuke.reports.contexts import totals
from liuke.reports.contexts.base import Context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip

MOST_LEADS = 6  # rules named one by one as what put customers on the list
CHANGED = {
    "month": N_("What changed this month"),
    "week": N_("What changed this week"),
    "quarter": N_("What changed this quarter"),
}
ALONE = N_("{example}, {money} in a usual year.")
CORE = N_("{n} customers, {core} of them core, {money} in a usual year; the largest: {example}.")
SEVERAL = N_("{n} customers, {money} in a usual year; the largest: {example}.")


@dataclass(frozen=True)
class Told(Context):
    """One change in words."""

    state: Annotated[str, "the state entered"]
    text: Annotated[Said, "how many, what they buy, who is the largest"]


@dataclass(frozen=True)
class Changes(Context):
    """What changed in the last period."""

    title: Annotated[Said, "the section's title, by length of a period"]
    changes: Annotated[Sequence[Told], "states entered, those of leaving first"]


@dataclass(frozen=True)
class Lead(Context):
    """One reason and how many it put on the list."""

    title: Annotated[Wordings | Said, "the rule's name, or what the rest rests on"]
    customers: Annotated[int, "listed customers it is the strongest reason for"]
    share: Annotated[float, "of the most that any reason leads, 0 to 1"]


@dataclass(frozen=True)
class Leads(Context):
    """What put customers on the list; the counts add up to those listed."""

    leads: Annotated[Sequence[Lead], "the strongest rules, the other rules, the model alone"]


def changes(source: Source, strip: Strip) -> Changes:
    """What changed in the last period of a run."""
    found = totals.totals_changed(source)
    return Changes(Said(CHANGED[strip.unit]), [Told(each.state, _told(each, strip.currency)) for each in found])


def _told(change: totals.Change, currency: str) -> Said:
    fields = {
        "n": change.customers, "core": change.core, "example": change.example,
        "money": figures.Money(change.usual_year, currency),
    }  # fmt: skip
    return Said(ALONE if change.customers == 1 else CORE if change.core else SEVERAL, fields)


def leads(by_rule: Mapping[str, int], listed: int, titles: Mapping[str, Wordings]) -> Leads:
    """What leads on the list, of the counts by rule and of all listed; equals in the order of `titles`."""
    ordered = sorted((rule for rule in titles if rule in by_rule), key=lambda rule: -by_rule[rule])
    shown: list[tuple[Wordings | Said, int]] = [(titles[rule], by_rule[rule]) for rule in ordered[:MOST_LEADS]]
    rest = sum(by_rule[rule] for rule in ordered[MOST_LEADS:])
    others = (
        (Said(N_("Other rules")), rest),
        (Said(N_("The model's risk, no rule")), listed - sum(by_rule.values())),
    )
    rows = [*shown, *((title, count) for title, count in others if count)]
    most = max((count for _, count in rows), default=1)
    return Leads([Lead(title, count, count / most) for title, count in rows])
