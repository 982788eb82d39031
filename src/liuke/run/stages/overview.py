"""Overview: the sums a first page shows, so that it reads some hundred rows and not every customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.period import period_number, period_start
from liuke.panel.states import STATES
from liuke.run.contracts import money, real, table, text, whole, yes
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.value import Compared

if TYPE_CHECKING:
    from datetime import date

    from liuke.kernel.period import Unit
    from liuke.run.known import Known

CHANGED = ("falling", "token", "dormant", "lost", "won_back", "new")  # the states of leaving first

LIST_TOTAL = table(
    "list_total",
    "Sums of the customers on the watch list and off it, by state and core",
    ("listed", "state", "core"),
    listed=yes("On the watch list"),
    state=text("The state", *STATES, required=True),
    core=yes("In the core"),
    customers=whole("Customers", "customers", required=True),
    scored=whole("Those of them whose risk and money at stake are known", "customers"),
    leaving=real("Sum of their chances, as at stake: how many are expected to leave", "customers"),
    at_stake=money("Sum at stake"),
    usual_year=money("Sum of usual years"),
    core_next_year=whole("Those expected in the core of next year", "customers"),
)
CHANGE = table(
    "change",
    "Customers that entered a state in the last period",
    ("state",),
    state=text("The state", *CHANGED, required=True),
    customers=whole("Customers", "customers", required=True),
    core=whole("Those of them in the core", "customers"),
    usual_year=money("Sum of their usual years"),
    example_code=whole("The largest of them"),
    example_id=text("Its number in the firm's books"),
    example_name=text("Its name", personal=True),
)
LEAD = table(
    "lead",
    "What put customers on the watch list: the strongest rule of each",
    ("lead_rule",),
    lead_rule=text("The rule's id; null where no rule fires"),
    customers=whole("Customers on the list whose strongest rule it is", "customers", required=True),
    at_stake=money("What is at stake with them"),
)


class OverviewStage(Stage):
    """Sums over `customer_now`, once it is written."""

    name = "overview"
    needs = ("customer_now", "value")
    tables = (LIST_TOTAL, CHANGE, LEAD)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`list_total`, `change` and `lead`."""
        wanted = ("customer_code", "customer_id", "name", "state", "state_since", "core", "listed", "lead_rule", "risk",
                  "early", "at_stake", "usual_year")  # fmt: skip
        now = known.output.scan("customer_now").select(wanted).collect()
        ahead = pl.Series("ahead", known.of(Compared).core.core)  # in the order of the run's customers, as the table is
        return Finished(overview(now.with_columns(ahead), known.scope.as_of, known.scope.periods.unit))


def overview(now: pl.DataFrame, as_of: date, unit: Unit) -> dict[str, pl.DataFrame]:
    """The three tables by name, of `customer_now` with a column `ahead`: whether in the core of next year."""
    return {"list_total": _totals(now), "change": _changes(now, as_of, unit), "lead": _leads(now)}


def _totals(now: pl.DataFrame) -> pl.DataFrame:
    scored = pl.col("risk").is_not_null() & pl.col("at_stake").is_not_null()
    return (
        now.group_by("listed", "state", "core")
        .agg(
            customers=pl.len().cast(pl.Int64),
            scored=scored.sum().cast(pl.Int64),
            leaving=pl.coalesce("early", "risk").filter(scored).sum(),  # the chances money at stake rests on
            at_stake=pl.col("at_stake").sum().cast(pl.Decimal(18, 2)),
            usual_year=pl.col("usual_year").sum().cast(pl.Decimal(18, 2)),
            core_next_year=pl.col("ahead").sum().cast(pl.Int64),
        )
        .sort("listed", "state", "core")
    )


def _changes(now: pl.DataFrame, as_of: date, unit: Unit) -> pl.DataFrame:
    start = period_start(period_number(as_of, unit), unit)
    lately = now.filter(
        pl.col("state_since").is_between(start, as_of + timedelta(days=1)), pl.col("state").is_in(CHANGED)
    ).sort("usual_year", "customer_code", descending=[True, False], nulls_last=True)
    return (
        lately.group_by("state", maintain_order=True)
        .agg(
            customers=pl.len().cast(pl.Int64),
            core=pl.col("core").sum().cast(pl.Int64),
            usual_year=pl.col("usual_year").sum().cast(pl.Decimal(18, 2)),
            example_code=pl.col("customer_code").first(),
            example_id=pl.col("customer_id").first(),
            example_name=pl.col("name").first(),
        )
        .sort(pl.col("state").replace_strict(CHANGED, range(len(CHANGED)), return_dtype=pl.Int32))
    )


def _leads(now: pl.DataFrame) -> pl.DataFrame:
    return (
        now.filter("listed")
        .group_by("lead_rule")
        .agg(customers=pl.len().cast(pl.Int64), at_stake=pl.col("at_stake").sum().cast(pl.Decimal(18, 2)))
        .sort(["customers", "lead_rule"], descending=[True, False], nulls_last=True)
    )
