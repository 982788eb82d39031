"""What customers buy less than a year before, and how much of it others share: of one customer, and as a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.amounts import Money
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.listings.falls import FALLS
from liuke.reports.query import CUSTOMERS
from liuke.reports.sheet import MOST_ROWS
from liuke.reports.shown import Listed
from liuke.reports.stored import stored_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from liuke.reports.contexts.base import Source

FALL = "customer_fall"
MOST_SHOWN = 20  # customers of the page; all are in the workbook
LESS = {
    "month": N_("In the {periods} months to {until} it bought {fall} less than in the same months a year before."),
    "week": N_("In the {periods} weeks to {until} it bought {fall} less than in the same weeks a year before."),
    "quarter": N_(
        "In the {periods} quarters to {until} it bought {fall} less than in the same quarters a year before."
    ),
}
TOGETHER = N_("{first} {second}"), N_("{first} {second} {third}")  # sentences one after another
OF_WHOM = N_(
    "{customers} customers lost, shrinking or on the watch list buy less than a year before; of {told} it can be told "
    "what others share of it."
)
FIRST_OF = N_("The {shown} of {customers} that fell most; all of them are in the workbook.")


def fall_of(rows: pl.DataFrame, info: Mapping[str, Any]) -> Said:
    """What a customer bought less, what others share of it, and what that can't tell; nothing without a row of it."""
    if rows.is_empty():
        return Said("")
    row, currency = rows.row(0, named=True), info["currency"]
    said = stored_sentence(row["said"], currency)
    if row["share"] is None:
        return said
    first = Said(LESS[info["unit"]], {"periods": info["markets"]["periods"], "until": info["as_of"],
                                      "fall": Money(-row["change"], currency)})  # fmt: skip
    if row["share"] == 0:
        return Said(TOGETHER[0], {"first": first, "second": said})
    return Said(TOGETHER[1], {"first": first, "second": said, "third": stored_sentence(row["market"])})


def listed_falls(rows: pl.DataFrame, info: Mapping[str, Any]) -> Listed:
    """Customers that buy less, the greatest fall first, or why nobody can be compared; rows name the customer."""
    reason, currency = info["falls"]["reason"], info["currency"]
    if reason:
        return Listed(FALLS, rows, None, (Said.unpack(reason),), currency)
    told = len(rows) - rows["share"].null_count()
    about = (Said(OF_WHOM, {"customers": figures.count(len(rows)), "told": figures.count(told)}),) if len(rows) else ()
    return Listed(FALLS, rows, None, about, currency)


def falls_of(source: Source) -> pl.DataFrame:
    """The rows of `customer_fall`, each with the customer's number, name and state."""
    who = source.scan(CUSTOMERS).select("customer_code", "customer_id", "name", "state").collect()
    return source.table(FALL).join(who, on="customer_code", how="left", maintain_order="left")


def largest(listed: Listed, most: int = MOST_SHOWN) -> Listed:
    """The greatest falls of a listing, and how many there are."""
    rows = listed.rows
    if len(rows) <= most:
        return listed
    first = Said(FIRST_OF, {"shown": most, "customers": figures.count(len(rows))})
    return Listed(FALLS, rows[:most], len(rows), (*listed.about, first), listed.currency)


def falls_sheet(source: Source) -> Listed:
    """All of them for the workbook."""
    listed = listed_falls(falls_of(source), source.info)
    return Listed(FALLS, listed.rows[:MOST_ROWS], len(listed), listed.about, listed.currency)
