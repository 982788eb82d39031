"""What is said of a table other than sales: keys that were made, columns left unused, what a file could have told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.made_keys import said_of_made
from liuke.sources.profile import profile

if TYPE_CHECKING:
    from liuke.sources.plan import LoadPlan

ENOUGH = 0.8  # share of cells that are days, or numbers


def told_of(plan: LoadPlan) -> list[Said]:
    """Notes on a plan of such a table."""
    notes = said_of_made(plan.contract, plan.mapping)
    table = plan.tables[0]
    used = {match.header for match in plan.mapping.columns.values()}
    sample = table.sample(500)
    looks = [profile(header, sample[header]) for header in table.columns if header not in used]
    idle = tuple(
        look.header
        for look in looks
        if look.filled and (look.dates >= ENOUGH or (look.numbers >= ENOUGH and look.fractions > 0))
    )
    if idle:
        notes.append(Said(N_("Days or numbers that {table} has no place for: {headers}."),
                          {"table": plan.table, "headers": idle}))  # fmt: skip
    lacking = tuple(
        Said(column.meaning)
        for name, column in plan.contract.columns.items()
        if name not in plan.mapping.columns and name not in plan.contract.made and name != "recorded_on"
    )
    if lacking:
        notes.append(Said(N_("What {table} could tell and this file does not: {columns}."),
                          {"table": plan.table, "columns": lacking}))  # fmt: skip
    return notes
