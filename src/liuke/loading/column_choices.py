"""A plan with some of its columns said by a person: what a header is, or that it is not used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.mapping import Match
from liuke.sources.plan import plan_load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.sources.opened import Opened
    from liuke.sources.plan import LoadPlan


def with_columns(plan: LoadPlan, opened: Opened, chosen: Mapping[str, str]) -> LoadPlan:
    """The plan with headers read as `chosen` says: canonical column by header, "" for one that is not used.

    Questions these choices answer are not asked; Invalid where a column that is needed has none left.
    """
    chosen = {header: name for header, name in chosen.items() if header in opened.headers}
    known = {**plan.contract.columns, **plan.inputs}
    unknown = next((name for name in chosen.values() if name and name not in known), None)
    if unknown is not None:
        raise Invalid(N_("{table} has no column {column}."), table=plan.table, column=unknown)
    taken = set(chosen.values())
    columns = {
        name: match for name, match in plan.start.columns.items() if match.header not in chosen and name not in taken
    }
    columns |= {name: Match(header) for header, name in chosen.items() if name}
    mapping = replace(plan.start, columns=columns)
    asked = {question.key for question in plan.asked} - taken
    lacking = [name for name in plan.contract.required if not mapping.reads(name) and name not in asked]
    if lacking:
        raise Invalid(
            N_("No column is left for the {what}, which every row needs."),
            what=Said(known[lacking[0]].meaning),
            fix=N_("Say which column it is."),
            code="column_needed",
        )
    made = plan_load(opened, plan.contract, plan.inputs, source=plan.source, mapping=mapping, answers=plan.beforehand)
    own = {question.key for question in made.asked}
    kept = tuple(question for question in plan.asked if question.key not in own | taken)
    return replace(made, asked=(*kept, *made.asked))
