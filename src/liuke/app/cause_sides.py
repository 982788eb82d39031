"""Two groups side by side: of one run, of two runs of a firm, or of two firms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.reports.contexts.cause_sides import IS_LIKE, SideAsked, as_of_day, called, side_by_side, side_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.app.firm import Firm
    from liuke.app.run_view import RunView
    from liuke.app.service import Service
    from liuke.reports.contexts.cause_sides import CauseSide
    from liuke.reports.shown import Listed
    from liuke.work.people.viewer import Viewer

TWO = 2


def sides_listed(firm: Firm, wanted: Sequence[str], view: RunView | None = None) -> Listed:
    """Two sides by their texts (`SideAsked.parse`); `view` is the run of a side that names no day.

    Usage for another number of sides than two; NotFound for a run, firm or group there is not.
    """
    if len(wanted) != TWO:
        raise Usage(N_("Side by side stand two; {count} were given."), count=len(wanted),
                    fix=N_("Give --side twice, for example --side region=华东 --side region=华南."))  # fmt: skip
    asked = [SideAsked.parse(each) for each in wanted]
    one_firm = not any(each.firm for each in asked)
    return _apart(*(_side(firm, each, view, own=one_firm) for each in asked))


def seen_sides(service: Service, me: Viewer, one: tuple[str, str], other: tuple[str, str]) -> Listed:
    """Two sides of the customers a viewer sees: of each the group, as `region=华东`, and the day of its run.

    Usage for a side that names another firm's folder: who asks from elsewhere sees this firm alone.
    """
    found = []
    for group, day in (one, other):
        asked = SideAsked.parse(group)
        if asked.firm or asked.as_of:
            raise Usage(N_("{side} is no side."), side=group, example="region=华东",
                        have="region, grade, salesperson, core", fix=IS_LIKE)  # fmt: skip
        seen = service.seen(me, day or None)
        seen.reader.columns("customer_cause")
        found.append(side_of(seen, asked, called(seen, replace(asked, as_of=day)), own=True))
    return _apart(*found)


def _apart(one: CauseSide, other: CauseSide) -> Listed:
    """The two side by side, each under a name of its own."""
    if one.name == other.name:
        one, other = (replace(side, name=f"{side.name} ({nth})") for nth, side in enumerate((one, other), 1))
    return side_by_side(one, other)


def _side(firm: Firm, asked: SideAsked, view: RunView | None, *, own: bool) -> CauseSide:
    of = type(firm).at(Path(asked.firm)) if asked.firm else firm
    day = as_of_day(asked)
    seen = view if view is not None and day is None and not asked.firm else of.read(day)
    seen.reader.columns("customer_cause")  # a run without causes says what to do
    name = "" if own else seen.info["firm"] or of.workspace.root.resolve().name
    return side_of(seen, asked, called(seen, asked, name), own=own)
