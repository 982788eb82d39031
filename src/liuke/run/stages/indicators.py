"""Indicators: every rate with its one definition, over all customers, calendar years and groups of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.ledger import indicators
from liuke.run.contracts import day, real, sentence, table, text, yes
from liuke.run.customers import split_by
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Horizon, Stated

if TYPE_CHECKING:
    from liuke.run.known import Known

INDICATOR = table(
    "indicator",
    "Each indicator over the last window, every calendar year and every group of customers",
    ("indicator", "scope", "scope_value"),
    indicator=text("Its name", required=True),
    scope=text("all, year, or a customer column", required=True),
    scope_value=text("The year or the column's value, a salesperson by number; null for all and for an unknown value"),
    label=text("How that value is called where it is a number: a salesperson's name", personal=True),
    window_from=day("First day of the window"),
    window_to=day("Last day"),
    value=real("The indicator, in its unit; null with a reason"),
    numerator=real("Numerator; money in currency units"),
    denominator=real("Denominator"),
    target=real("Target, where one is set"),
    last_year=real("The same a year earlier; null with a reason"),
    reason=sentence("Why there is no value"),
    last_year_reason=sentence("Why there is none a year earlier"),
    alarm=yes("The base fell three periods in a row"),
)
BY_NUMBER = {"salesperson": "salesperson_id"}  # a split shown by name and made by number


class IndicatorsStage(Stage):
    """The indicator sheet."""

    name = "indicators"
    needs = ("states",)
    settings = ("churn_target",)
    plugins = ("liuke.ledger",)
    tables = (INDICATOR,)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """Sums of a chunk."""
        by = [BY_NUMBER.get(column, column) for column in split_by(known)]
        state, horizon = chunk.of(Stated).codes, known.of(Horizon).days
        return Judged(sums=indicators.rate_tally(chunk.latest, state, horizon, by=by))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`indicator`."""
        target = known.settings.number("churn_target")
        made = indicators.rate_table(passed.sums, {"absolute_churn": target} if target else None)
        names = {number: shown for shown, number in BY_NUMBER.items()}
        people = known.customers.select(scope_value="salesperson_id", label="salesperson").drop_nulls().unique()
        named = people.unique("scope_value", keep="any").with_columns(scope=pl.lit("salesperson"))
        made = made.with_columns(pl.col("scope").replace(names))
        made = made.join(named, on=["scope", "scope_value"], how="left", maintain_order="left")
        return Finished({"indicator": made.select(list(INDICATOR.columns))})
