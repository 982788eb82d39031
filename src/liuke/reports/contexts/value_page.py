"""What customers are worth: customers by worth, loyalty, what a point of churn is worth, the leaking bucket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures, value_words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.sections import Section
from liuke.reports.query import Query
from liuke.value import loyalty

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from liuke.reports.query import Page
    from liuke.reports.shown import Listed

WHAT_IF = N_("{points} points more of the customers kept a year: about {customers} customers and {money} a year more.")
EQUITY = N_("Over all the years these customers stay that makes the base worth about {money} more for each point.")


class SeenWorth(Protocol):
    """What a run as seen by a viewer says of value."""

    @property
    def info(self) -> dict[str, Any]: ...
    def values(self, query: Query) -> Listed: ...
    def page(self, query: Query) -> Page: ...
    def facets(self, column: str, query: Query) -> pl.DataFrame: ...
    def sums(self, query: Query, *columns: str) -> dict[str, Any]: ...
    def table(self, name: str) -> pl.DataFrame: ...
    def economics(self) -> Listed: ...
    def leaking_bucket(self) -> Listed: ...


@dataclass(frozen=True)
class Cell(Context):
    """A group of customers, and how many it has."""

    value: Annotated[str, "in the address"]
    title: Annotated[Said, "as it is read"]
    meaning: Annotated[Said, "what it means; may be nothing"]
    rows: Annotated[int, "customers"]


@dataclass(frozen=True)
class ValuePage(Context):
    """What customers are worth."""

    answer: Annotated[Said, "the sentence the page is opened for"]
    listed: Annotated[Listed, "customers by worth"]
    page: Annotated[int, "which page this is, from 1"]
    pages: Annotated[int, "how many there are"]
    loyalty: Annotated[Sequence[Cell], "the loyalty matrix, a cell each, and who is not measured"]
    grades: Annotated[Sequence[Cell], "customers by grade"]
    stages: Annotated[Sequence[Cell], "customers by stage of life"]
    economics: Annotated[
        Sequence[Section], "what keeping is worth, and the leaking bucket; none without the firm's sums"
    ]
    what_if: Annotated[Sequence[Said], "what so many points of retention would bring"]
    points: Annotated[int, "the points asked for"]


def value_page(seen: SeenWorth, query: Query, points: int, *, whole: bool) -> ValuePage:
    """Customers of a query by worth; `whole` adds what is about the firm."""
    listed, info = seen.values(query), seen.info
    every = Query(query.table)
    total = seen.sums(every, "next_year")
    fields = {"money": figures.Money(total["next_year"] or Decimal(0), info["currency"]),
              "customers": figures.count(info["customers"]), "basis": value_words.money_basis(info)}  # fmt: skip
    known = Said(N_("{customers} customers are expected to bring {money} of {basis} in the coming year."), fields)
    reason = info["value"]["next_year_reason"]
    answer = Said.unpack(reason) if reason else known
    size = query.size or max(listed.total or 1, 1)
    return ValuePage(
        answer=answer,
        listed=listed,
        page=query.page,
        pages=max(1, -(-(listed.total or 0) // size)),
        loyalty=_cells(seen, every, "loyalty", loyalty.TITLES, loyalty.MEANING),
        grades=_cells(seen, every, "grade", {}, {}),
        stages=_cells(seen, every, "stage", value_words.STAGES, {}),
        economics=_sections(seen) if whole else (),
        what_if=what_if(seen, points) if whole else (),
        points=points,
    )


def _cells(seen: SeenWorth, every: Query, column: str, titles: Any, meaning: Any) -> list[Cell]:
    counted = dict(seen.facets(column, every).drop_nulls("value").iter_rows())
    order = [each for each in titles if each in counted] or sorted(counted)
    return [Cell(each, Said(titles[each]) if each in titles else Said("{text}", {"text": each}),
                 Said(meaning.get(each, "")), counted[each]) for each in order]  # fmt: skip


def _sections(seen: SeenWorth) -> list[Section]:
    kept, bucket = seen.economics(), seen.leaking_bucket()
    return [Section("economics", Said(kept.listing.title), Said(N_("from your own documents")), kept),
            Section("bucket", Said(bucket.listing.title), Said(""), bucket)]  # fmt: skip


def what_if(seen: SeenWorth, points: int) -> tuple[Said, ...]:
    """What so many points of retention more would bring in a year, from the firm's own figures; why not, if not."""
    rows = {row["figure"]: row for row in seen.table("economics").iter_rows(named=True)}
    point, equity, worth = (rows.get(name) for name in ("point_of_churn", "retention_equity", "yearly_worth"))
    if point is None or point["value"] is None:
        return (Said.unpack(point["reason"]),) if point and point["reason"] else ()
    currency = seen.info["currency"]
    money = Decimal(str(round(point["value"] * points, 2)))
    customers = round(point["value"] * points / worth["value"]) if worth and worth["value"] else 0
    said = [Said(WHAT_IF, {"points": points, "customers": figures.count(customers),
                           "money": figures.Money(money, currency)})]  # fmt: skip
    if equity and equity["value"] is not None:
        said.append(Said(EQUITY, {"money": figures.Money(Decimal(str(round(equity["value"], 2))), currency)}))
    return tuple(said)
