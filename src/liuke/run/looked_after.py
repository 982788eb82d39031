"""Who looked after which customer in which period, by the table of assignments as it was known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.kernel.period import period_number, period_start
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.panel.panel import Float, Int32
    from liuke.run.known import Known

NOBODY = -1
YEAR = 365.25


@dataclass(frozen=True)
class Seller:
    """Salespeople by number, and whose each customer was."""

    ids: tuple[str, ...]  # by number, ascending
    at: Int32 | None  # who looked after it when the period began, NOBODY -1; (customers, periods); None: no table tells
    now: Int32  # who does at as_of: by assignments, else by the latest document; who has left by then is nobody; (c,)
    years: Float  # since that one took over, NaN unknown; (customers,)
    people: Mapping[str, Mapping[str, object]]  # name, team, left_on by id, of those the table of salespeople has


def looked_after(known: Known, first: int) -> Seller:
    """Who looked after whom from period `first` to the run's last.

    An assignment ends the day its salesperson left. Where several hold at once the one begun last counts.
    """
    people = known.facts.master(contracts()["salesperson"], known.scope.known)
    named = {row["salesperson_id"]: row for row in people.iter_rows(named=True)}
    held = placed_assignments(known)
    current = known.panels.described(known.customers)["salesperson_id"]
    ids = tuple(sorted({*held["salesperson_id"].unique(), *current.drop_nulls().unique()}))
    number = {each: nth for nth, each in enumerate(ids)}
    gone = {each for each, row in named.items() if row["left_on"] and row["left_on"] <= known.scope.as_of}
    now = np.array([NOBODY if each is None or each in gone else number[each] for each in current], np.int32)
    found = Seller(ids, None, now, np.full(len(now), np.nan), named)
    if held.is_empty():
        return found
    held = held.with_columns(number=pl.col("salesperson_id").replace_strict(number, return_dtype=pl.Int32))
    return replace(found, at=_by_period(known, held, first), years=_years(known, held, now))


def placed_assignments(known: Known) -> pl.DataFrame:
    """at (position), customer_id, salesperson_id, from_on, to_on of assignments begun by as_of; oldest first.

    `to_on` is at most the day the salesperson left. What ended before it began is left out.
    """
    left = known.facts.master(contracts()["salesperson"], known.scope.known).select("salesperson_id", "left_on")
    rows = known.facts.current(contracts()["assignment"], known.scope.known)
    begun = rows.filter(pl.col("from_on") <= known.scope.as_of).join(
        left.unique("salesperson_id"), on="salesperson_id", how="left"
    )
    ended = begun.with_columns(to_on=pl.min_horizontal("to_on", "left_on")).filter(
        pl.col("to_on").is_null() | (pl.col("to_on") >= pl.col("from_on"))
    )
    return ended.join(positions(known), on="customer_id").sort("from_on", "customer_id", "salesperson_id").select(
        "at", "customer_id", "salesperson_id", "from_on", "to_on"
    )  # fmt: skip


def known_contacts(known: Known) -> pl.DataFrame:
    """The table contact: those by as_of that stood in the books when the run's knowledge ends."""
    scope = known.scope
    rows = known.facts.current(contracts()["contact"], scope.known)
    return rows.filter(pl.col("at") <= scope.as_of, pl.coalesce("recorded_on", "at") <= scope.known)


def positions(known: Known) -> pl.DataFrame:
    """customer_id and `at`, the position of the customer it is counted under."""
    codes = known.panels.customers
    place = pl.DataFrame({"owner_code": codes, "at": np.arange(len(codes), dtype=np.int64)})
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    return owners.join(place, on="owner_code").select("customer_id", "at")


def _by_period(known: Known, held: pl.DataFrame, first: int) -> Int32:
    unit, last = known.scope.periods.unit, known.scope.periods.last
    whose = np.full((len(known.panels.customers), last - first + 1), NOBODY, np.int32)
    at, number = held["at"].to_numpy(), held["number"].to_numpy()
    days = held["from_on"].to_list()
    begun = np.array([period_number(day, unit) for day in days])
    whole = [period_start(number, unit) == day for number, day in zip(begun.tolist(), days, strict=True)]
    begins = np.where(whole, begun, begun + 1)
    end = np.array([last if day is None else min(period_number(day, unit), last) for day in held["to_on"]]) - first
    oldest = np.unique(at, return_index=True)[1]
    begins[oldest] = begun[oldest]  # before the first one nobody is known to have looked after it
    start = np.maximum(begins - first, 0)
    for row in np.flatnonzero(start <= end):
        whose[at[row], start[row] : end[row] + 1] = number[row]
    return whose


def _years(known: Known, held: pl.DataFrame, now: Int32) -> Float:
    in_force = held.filter(pl.col("to_on").is_null() | (pl.col("to_on") >= known.scope.as_of))
    years = np.full(len(now), np.nan)
    at, number = in_force["at"].to_numpy(), in_force["number"].to_numpy()
    same = now[at] == number
    days = in_force.select((pl.lit(known.scope.as_of) - pl.col("from_on")).dt.total_days()).to_series().to_numpy()
    years[at[same]] = days[same] / YEAR
    return years
