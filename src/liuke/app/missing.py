"""What is said where what was asked for is not there: the near customers, the values there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.query import VALUES

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

    from liuke.reports.query import Condition

COLUMNS = {
    "core": N_("Core"), "grade": N_("Grade"), "industry": N_("Industry"), "region": N_("Region"),
    "channel": N_("Channel"), "tier": N_("Tier"), "salesperson": N_("Salesperson"),
    "salesperson_id": N_("Salesperson code"), "owner": N_("Owner"),
    "stage": N_("Stage"), "loyalty": N_("Loyalty"), "first_cause": N_("Likeliest cause"),
}  # fmt: skip

CAUSES, EVIDENCE, CARD, TOTALS = "customer_cause", "cause_evidence", "cause_card", "cause_total"
BOUNDS, CAUSES_BEFORE, DRAW = "cause_bound", "customer_cause_before", "cause_draw"
SINCE = {  # tables runs of before do not have: one that came with them, and what is said
    VALUES: (VALUES, N_("This run was made before customers were valued.")),
    **dict.fromkeys((CAUSES, EVIDENCE, CARD, TOTALS, "cause_channel", "direction"),
                    (CAUSES, N_("This run was made before causes were argued."))),
    **dict.fromkeys((CAUSES_BEFORE, BOUNDS), (BOUNDS, N_("This run was made before causes were argued."))),
    "customer_fall": ("customer_fall", N_("This run was made before falls were compared with those of others.")),
    DRAW: (DRAW, N_("This run was made before cases were drawn.")),
    **dict.fromkeys(("event_effect", "studied_event", "event_path", "event_customer", "market_split",
                     "diverted_question", "salesperson_exposure", "salesperson_customer"),
                    ("event_effect", N_("This run was made before events were studied."))),
}  # fmt: skip


def no_table(name: str, have: Collection[str]) -> NotFound:
    """A run has no such table: it was made before there were any, or none is called so."""
    came_with, said = SINCE.get(name, (name, ""))
    if said and came_with not in have:
        return NotFound(said, fix=N_("Run again: liuke run --again."))
    return NotFound(N_("A run has no table {table}."), table=name, have=", ".join(have), fix=N_("Tables are: {have}."))


def not_one(wanted: str, near: pl.DataFrame, count: int) -> NotFound:
    """Nobody, or more than one, is meant; the near ones are named."""
    names = ", ".join(f"{row['customer_id']} {row['name'] or ''}".strip() for row in near.iter_rows(named=True))
    return NotFound(
        N_("{count} customers match {wanted}: {near}.") if count else N_("No customer is called {wanted}."),
        wanted=wanted,
        count=count,
        near=names,
        fix=N_("Use the customer code as the documents have it."),
    )


def no_such(condition: Condition, have: list[str]) -> NotFound:
    """No row has this value; those there are are named."""
    named = ", ".join(have) or "-"
    match condition.column:
        case "state":
            return NotFound(
                N_("There is no state {state}."), state=condition.value, have=named, fix=N_("States are: {have}.")
            )
        case "rules":
            return NotFound(
                N_("There is no rule {rule}."), rule=condition.value, have=named, fix=N_("Rules are: {have}.")
            )
    return NotFound(
        N_("No customer has {column} {asked}."),
        column=Said(COLUMNS[condition.column]) if condition.column in COLUMNS else condition.column,
        asked=condition.value,
        have=named,
        fix=N_("There are: {have}."),
    )
