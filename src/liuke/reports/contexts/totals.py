"""Sums over the customers of a run that overviews need, as the run's own small tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.reports.contexts.base import Context
from liuke.reports.figures import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.contexts.base import Source


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
    sums = source.table("list_total")
    listed = sums.filter("listed")
    scored, core = listed.filter(pl.col("scored") > 0), listed.filter("core")
    return Totals(
        customers=int(sums["customers"].sum()),
        listed=int(listed["customers"].sum()),
        scored=int(listed["scored"].sum()),
        leave=float(listed["leaving"].sum()),
        at_stake=_sum(scored["at_stake"]) if len(scored) else None,
        usual_year=_sum(listed["usual_year"]),
        core_listed=int(core["customers"].sum()),
        core_at_stake=_sum(core["at_stake"]),
        core=int(sums.filter("core")["customers"].sum()),
        core_ahead=int(sums["core_next_year"].sum()) if has_next_year(source) else None,
        by_state=dict(listed.group_by("state").agg(pl.col("customers").sum()).iter_rows()),
    )


def _sum(amounts: pl.Series) -> Decimal:
    return sum(amounts.drop_nulls(), Decimal(0))


def has_next_year(source: Source) -> bool:
    """Whether next year's money could be expected of anybody."""
    return not source.info["value"]["next_year_reason"]


def totals_changed(source: Source) -> list[Change]:
    """Who entered which state in the last period, states of leaving first."""
    return [
        Change(
            state=row["state"],
            customers=row["customers"],
            core=row["core"],
            usual_year=row["usual_year"],
            example=printable(row["example_name"] or row["example_id"]),
        )
        for row in source.table("change").iter_rows(named=True)
    ]


def lead_counts(source: Source) -> dict[str, int]:
    """For how many listed customers each rule is the strongest reason."""
    found = source.table("lead").drop_nulls("lead_rule")
    return dict(found.select("lead_rule", "customers").iter_rows())
