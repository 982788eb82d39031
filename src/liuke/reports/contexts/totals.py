"""Sums over the customers of a run that overviews need: of the list, of what changed, of what leads.

The one place that adds them up: everything else takes what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.kernel.period import period_number, period_start
from liuke.reports.contexts.base import Context
from liuke.reports.figures import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from liuke.kernel.period import Unit
    from liuke.reports.contexts.base import Source

CHANGED = ("falling", "token", "dormant", "lost", "won_back", "new")  # states worth telling of, those of leaving first


@dataclass(frozen=True)
class Totals(Context):
    """The watch list in sums."""

    customers: Annotated[int, "customers in the documents"]
    listed: Annotated[int, "customers on the list"]
    scored: Annotated[int, "of them those whose risk is known"]
    leave: Annotated[float, "sum of their risks: how many will leave"]
    at_stake: Annotated[Decimal | None, "sum of risk times usual year, currency units; None where no risk is known"]
    usual_year: Annotated[Decimal, "what the listed buy in a usual year, currency units"]
    core_listed: Annotated[int, "core customers on the list"]
    core_at_stake: Annotated[Decimal, "at stake with them, currency units"]
    core: Annotated[int, "all core customers"]
    core_ahead: Annotated[int | None, "core by next year's expected money; None: it can't be expected"]
    by_state: Annotated[Mapping[str, int], "customers on the list by state"]


@dataclass(frozen=True)
class Change(Context):
    """Customers that entered a state in the last period."""

    state: Annotated[str, "the state entered"]
    customers: Annotated[int, "how many entered it"]
    core: Annotated[int, "core customers among them"]
    usual_year: Annotated[Decimal, "what they bought in a usual year, currency units"]
    example: Annotated[str, "name of the largest of them"]


def totals(source: Source) -> Totals:
    """The sums of the list."""
    now = source.scan("customer_now")
    listed = now.filter("listed")
    core, scored = pl.col("core"), pl.col("risk").is_not_null() & pl.col("at_stake").is_not_null()
    row = listed.select(
        listed=pl.len(),
        scored=scored.sum(),
        leave=pl.col("risk").filter(scored).sum(),
        at_stake=pl.col("at_stake").filter(scored).sum(),
        usual_year=pl.col("usual_year").sum(),
        core_listed=core.sum(),
        core_at_stake=pl.col("at_stake").filter(core & scored).sum(),
    )
    by_state = listed.group_by("state").len()
    everybody = now.select(customers=pl.len(), core=core.sum())
    sums, states, whole = pl.collect_all([row, by_state, everybody])
    (found,), (all_,) = sums.to_dicts(), whole.to_dicts()
    return Totals(
        **{name: value for name, value in found.items() if name != "at_stake"},
        at_stake=found["at_stake"] if found["scored"] else None,
        customers=all_["customers"],
        core=all_["core"],
        core_ahead=_core_ahead(source),
        by_state=dict(states.iter_rows()),
    )


def _core_ahead(source: Source) -> int | None:
    if not has_next_year(source):
        return None
    return int(source.scan("customer_value").select(pl.col("core_next_year").sum()).collect().item())


def has_next_year(source: Source) -> bool:
    """Whether next year's money could be expected of anybody."""
    return not source.info["value"]["next_year_reason"]


def changes(source: Source, as_of: date, unit: Unit) -> list[Change]:
    """Who entered which state in the last period."""
    start = period_start(period_number(as_of, unit), unit)
    lately = source.scan("customer_now").filter(
        pl.col("state_since").is_between(start, as_of + timedelta(days=1)), pl.col("state").is_in(CHANGED)
    )
    counted = (
        lately.sort("usual_year", descending=True, nulls_last=True)
        .group_by("state", maintain_order=True)
        .agg(
            customers=pl.len(),
            core=pl.col("core").sum(),
            usual_year=pl.col("usual_year").sum(),
            example=pl.coalesce("name", "customer_id").first(),
        )
        .collect()
    )
    rows = {row["state"]: row for row in counted.iter_rows(named=True)}
    return [
        Change(**{**rows[state], "example": printable(str(rows[state]["example"]))})
        for state in CHANGED
        if state in rows
    ]


def leads(source: Source) -> dict[str, int]:
    """For how many listed customers each rule is the strongest reason."""
    found = (
        source.scan("customer_now")
        .filter(pl.col("listed") & pl.col("lead_rule").is_not_null())
        .group_by("lead_rule")
        .len()
        .collect()
    )
    return dict(found.iter_rows())
