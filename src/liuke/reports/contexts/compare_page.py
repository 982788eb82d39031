"""Two runs side by side: sums, states, who came onto the list and who left it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures, words
from liuke.reports.contexts import strip, totals
from liuke.reports.contexts.base import Context
from liuke.reports.query import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.base import Source

MOST = 30  # names of either kind on a page, unless all are asked for; all of them are counted


@dataclass(frozen=True)
class Sides(Context):
    """One figure in both runs."""

    title: Annotated[Said, "what it is"]
    before: Annotated[int | Decimal | None, "in the first run; None where it is not known"]
    after: Annotated[int | Decimal | None, "in the second; None where it is not known"]
    money: Annotated[bool, "whether it is an amount, in currency units"]
    currency: Annotated[str, "of an amount; empty where none is set"] = ""

    @property
    def change(self) -> int | Decimal | None:
        """The second less the first; None where either is not known."""
        return None if self.before is None or self.after is None else self.after - self.before

    def shown(self, value: int | Decimal | None) -> object:
        """One of the two as it is read."""
        if value is None:
            return ""
        return figures.Money(Decimal(value), self.currency) if self.money else figures.count(int(value))

    @property
    def sign(self) -> str:
        """What stands before a change that is read as an amount: + where it grew, the amount has its own minus."""
        return "+" if self.money and self.change is not None and self.change > 0 else ""

    @property
    def difference(self) -> object:
        """The change as it is read."""
        if self.change is None or self.money:
            return self.shown(self.change)
        return figures.signed(self.change)


@dataclass(frozen=True)
class Moved(Context):
    """A customer on one of the two lists only."""

    customer_id: Annotated[str, "number"]
    name: Annotated[str, "name, or the number where there is none"]
    was: Annotated[str | None, "state in the first run; None for who is not in it"]
    now: Annotated[str | None, "state in the second run; None for who is not in it"]
    usual_year: Annotated[Decimal | None, "bought in a usual year, currency units"]


@dataclass(frozen=True)
class Movement(Context):
    """Who moved one way."""

    customers: Annotated[int, "how many"]
    rows: Annotated[Sequence[Moved], "the largest of them"]


@dataclass(frozen=True)
class ComparePage(Context):
    """Two runs side by side, of the customers a viewer sees."""

    before: Annotated[strip.Strip, "of the first run"]
    after: Annotated[strip.Strip, "of the second run"]
    totals: Annotated[Sequence[Sides], "sums of both runs, side by side"]
    states: Annotated[Sequence[tuple[str, Sides]], "customers by state"]
    entered: Annotated[Movement, "on the second list, not on the first"]
    left: Annotated[Movement, "on the first list, not on the second"]
    scale: Annotated[figures.Scale, "how amounts of customers are written"]


def compare_page(one: Source, other: Source, most: int | None = None) -> ComparePage:
    """What differs between two runs, that of the earlier day first, with at most `most` names of either kind."""
    before, after = sorted((one, other), key=lambda each: (each.info["as_of"], each.info["run_id"]))
    heads, sums = [strip.strip(each) for each in (before, after)], [totals.totals(each) for each in (before, after)]
    was, now = (_customers(each) for each in (before, after))
    both = was.join(now, on="customer_id", how="full", coalesce=True, suffix="_now")
    entered = both.filter(pl.col("listed_now").fill_null(value=False), ~pl.col("listed").fill_null(value=False))
    left = both.filter(pl.col("listed").fill_null(value=False), ~pl.col("listed_now").fill_null(value=False))
    movements = [_movement(each, most) for each in (entered, left)]
    years = [row.usual_year for each in movements for row in each.rows if row.usual_year is not None]
    counts = [dict(each["state"].value_counts().iter_rows()) for each in (was, now)]
    return ComparePage(
        before=heads[0],
        after=heads[1],
        totals=_totals(sums[0], sums[1], heads[1].currency),
        states=[
            (state, _sides(Said(words.STATES[state]), *(each.get(state, 0) for each in counts)))
            for state in words.STATES
            if any(state in each for each in counts)
        ],
        entered=movements[0],
        left=movements[1],
        scale=figures.scale_for(years, heads[1].currency),
    )


def _customers(source: Source) -> pl.DataFrame:
    return source.scan(CUSTOMERS).select("customer_id", "name", "state", "listed", "usual_year").collect()


def _movement(rows: pl.DataFrame, most: int | None) -> Movement:
    year, name = pl.coalesce("usual_year_now", "usual_year"), pl.coalesce("name_now", "name")
    largest = rows.with_columns(year=year, shown=name).sort("year", "customer_id", descending=[True, False],
                                                            nulls_last=True)  # fmt: skip
    return Movement(
        len(rows), [_moved(row) for row in largest.head(len(rows) if most is None else most).iter_rows(named=True)]
    )


def _moved(row: Mapping[str, Any]) -> Moved:
    name = figures.printable(row["shown"] or row["customer_id"])
    return Moved(row["customer_id"], name, row["state"], row["state_now"], row["year"])


def _totals(before: totals.Totals, after: totals.Totals, currency: str) -> list[Sides]:
    both = (before, after)
    counted = [
        _sides(Said(title), *(round(getattr(each, name)) for each in both))
        for title, name in (
            (N_("Customers"), "customers"),
            (N_("On the list"), "listed"),
            (N_("Core customers on the list"), "core_listed"),
            (N_("Expected to leave"), "leave"),
        )
    ]
    amounts = ((N_("Money at stake"), "at_stake"), (N_("Usual year of the listed"), "usual_year"))
    return [
        *counted,
        *(Sides(Said(title), getattr(before, name), getattr(after, name), True, currency) for title, name in amounts),
    ]


def _sides(title: Said, before: int, after: int) -> Sides:
    return Sides(title, before, after, False)
