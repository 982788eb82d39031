"""The dated events whose effect a run asks about: who left, which prices rose, which products went, which terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.kernel.period import day_number, day_of, label, period_number, period_start
from liuke.panel.exposures.salesperson_left import left_behind
from liuke.panel.exposures.team_left import left_together
from liuke.panel.notices import raises_prices
from liuke.panel.scope_words import those_meant, told_of_change
from liuke.run.looked_after import positions
from liuke.run.to_connect import to_connect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from liuke.panel.panel import Int
    from liuke.run.known import Known

TOLD_BY = {  # kind of event -> kind of exposure that the same tables tell of
    "departure": "salesperson_left",
    "team_departure": "team_left",
    "price_rise": "terms_tightened",  # announced ones: who is seen paying more has bought, and can't be compared
    "product_exit": "product_discontinued",
    "terms": "terms_tightened",
}
FELT = 0.1  # of a customer's purchases, from which a product's exit is asked about; below, it spoils a comparison
MOST_NAMED = 5  # products in what an event is about


@dataclass(frozen=True)
class Befell:
    """One event. `rows` are positions of customers, ascending, each once."""

    kind: str
    id: str
    day: date
    month: int  # number of the first whole period after it
    rows: Int
    salesperson: str | None = None
    about: str | None = None
    began: int | None = None  # number of the period in which that salesperson began


def dated_events(known: Known) -> dict[str, list[Befell]]:
    """Events by kind, oldest first, of the kinds that a connected table tells of; nothing dated after as_of."""
    place, found = positions(known), dict[str, list[Befell]]()
    for kind, exposure in TOLD_BY.items():
        if exposure in known.panels.events:
            told = [each for each in _events(known, kind, place) if each.day <= known.scope.as_of]
            found[kind] = sorted(told, key=lambda each: (each.day, each.id))
    return found


def _events(known: Known, kind: str, place: pl.DataFrame) -> Iterable[Befell]:
    match kind:
        case "departure":
            return _departures(known, place)
        case "team_departure":
            return _teams(known, place)
        case "price_rise":
            return _changes(known, kind, _risen(known))
        case "terms":
            return _changes(known, kind, _met(known, TOLD_BY[kind]))
    return _by_period(known, strong=True)


def hardly_felt(known: Known, kind: str) -> list[Befell]:
    """What befell customers too weakly to be asked about: it spoils comparisons all the same."""
    if kind != "product_exit" or TOLD_BY[kind] not in known.panels.events:
        return []
    return [replace(each, id=f"weak {each.id}") for each in _by_period(known, strong=False)]


def not_connected(known: Known, kind: str) -> tuple[str, ...]:
    """What would have to be connected for events of a kind to be known of."""
    return to_connect(known, (TOLD_BY[kind],)).missing


def _departures(known: Known, place: pl.DataFrame) -> Iterable[Befell]:
    """One a salesperson who left customers behind; also one whose last day lies before the first, for it is said."""
    assignment, people = _served(known)
    gone = left_behind(assignment, people)
    left = people.filter(pl.col("left_on") <= known.scope.as_of)
    wrong = assignment.join(left, on="salesperson_id").filter(
        pl.col("from_on").min().over("salesperson_id") > pl.col("left_on")
    )
    begun = _begun(assignment, people)
    every = pl.concat([gone.select("customer_id", "salesperson_id", "left_on"),
                       wrong.select("customer_id", "salesperson_id", "left_on")])  # fmt: skip
    for (person, day), rows in every.join(place, on="customer_id").group_by("salesperson_id", "left_on"):
        month = period_number(day, known.scope.periods.unit) + 1
        began = period_number(begun[person], known.scope.periods.unit) if person in begun else None
        yield Befell("departure", f"{person} {day}", day, month, _unique(rows), str(person), None, began)


def _teams(known: Known, place: pl.DataFrame) -> Iterable[Befell]:
    """One a day on which a team had left, or several who shared customers."""
    assignment, people = _served(known)
    together = left_together(assignment, people).join(place, on="customer_id")
    team = people.select("salesperson_id", pl.col("team").fill_null("")).unique("salesperson_id")
    named = together.join(team, on="salesperson_id", how="left").with_columns(pl.col("team").fill_null(""))
    for (day, name), rows in named.group_by("day", "team"):
        month = period_number(day, known.scope.periods.unit) + 1
        who = ", ".join(sorted(rows["salesperson_id"].unique()))
        yield Befell("team_departure", f"{name or who} {day}", day, month, _unique(rows), None, name or who)


def _served(known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    assignment = known.facts.current(contracts()["assignment"], known.scope.known)
    people = known.facts.master(contracts()["salesperson"], known.scope.known)
    return assignment.filter(pl.col("from_on") <= known.scope.as_of), people.unique(
        "salesperson_id", keep="first", maintain_order=True
    )


def _begun(assignment: pl.DataFrame, people: pl.DataFrame) -> dict[str, date]:
    """The day from which each salesperson is known of: the later of joining and the first customer."""
    first = assignment.group_by("salesperson_id").agg(first=pl.col("from_on").min())
    both = first.join(people.select("salesperson_id", "joined_on"), on="salesperson_id", how="left")
    return dict(both.select("salesperson_id", pl.max_horizontal("first", "joined_on")).iter_rows())


def _changes(known: Known, kind: str, met: pl.DataFrame) -> Iterable[Befell]:
    """One a change the firm announced, for the customers its scope names."""
    told = known.facts.current(contracts()["company_change"], known.scope.known)
    texts = dict(told.select("change_id", "text").unique("change_id").iter_rows())
    for (number, held), rows in met.group_by("row_id", "day"):
        day = day_of(int(str(held)))
        yield Befell(kind, f"{number} {day}", day, _first_after(known, day), _unique(rows), None, texts.get(number))


def _risen(known: Known) -> pl.DataFrame:
    """at, day (number), row_id of announced price rises."""
    change = known.facts.current(contracts()["company_change"], known.scope.known)
    customer = known.facts.master(contracts()["customer"], known.scope.known)
    meant = those_meant(change.filter(raises_prices(told_of_change())), customer)
    day = pl.col("on").cast(pl.Int32)
    return meant.join(positions(known), on="customer_id").select("at", day=day, row_id="change_id")


def _by_period(known: Known, *, strong: bool) -> list[Befell]:
    """Products that went, one event a period: those who lost a good part of what they buy, or only a little."""
    met, unit = _met(known, TOLD_BY["product_exit"]), known.scope.periods.unit
    clear = pl.col("strength") >= FELT
    found = []
    numbers = [period_number(day_of(day), unit) for day in met["day"].to_list()]
    for (number,), rows in (
        met.with_columns(number=pl.Series(numbers, dtype=pl.Int64))
        .filter(clear if strong else ~clear)
        .group_by("number")
    ):
        first = day_of(rows["day"].to_numpy().min())
        names = rows.group_by("row_id").len().sort("len", "row_id", descending=[True, False])["row_id"]
        found.append(
            Befell("product_exit", label(int(str(number)), unit), first, _first_after(known, first), _unique(rows),
                   None, ", ".join(names.head(MOST_NAMED)))
        )  # fmt: skip
    return found


def _met(known: Known, exposure: str) -> pl.DataFrame:
    """at, day (number), strength, row_id of an exposure's events by as_of."""
    events = known.panels.events[exposure]
    codes = known.panels.customers
    frame = events.rows.select("row_id").with_columns(
        customer=pl.Series(events.customer), day=pl.Series(events.day), strength=pl.Series(events.strength)
    )
    place = pl.DataFrame({"customer": codes.astype(np.int32), "at": np.arange(len(codes), dtype=np.int64)})
    return frame.filter(pl.col("day") <= day_number(known.scope.as_of)).join(place, on="customer")


def _first_after(known: Known, day: date) -> int:
    """The first period that begins on that day or later."""
    unit = known.scope.periods.unit
    number = period_number(day, unit)
    return number if period_start(number, unit) == day else number + 1


def _unique(rows: pl.DataFrame) -> Int:
    return np.unique(rows["at"].to_numpy()).astype(np.int64)
