"""Our own turbulence that we declared: a feud, want of cash, an accident, a scandal, a recall, a move, a strike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposures.terms_tightened import TRAITS, _meets
from liuke.panel.heard import heard
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("company_change", "customer")
TOLD_BY = ("company_change",)
TITLE = N_("our own turbulence")
SAYS = N_("On {day} something befell our own firm that the customer could hear of.")
FADE_DAYS = 200.0  # what goes on is told again
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day of a change that speaks of turbulence, for the customers of its scope; a blank one means all."""
    return of_changes(tables["company_change"], tables["customer"], "turbulence")


def of_changes(change: DataFrame, customer: DataFrame, idea: str) -> DataFrame:
    """One event a customer and change whose kind or text says an idea and whose scope means the customer."""
    told = pl.concat_str(pl.col("kind").fill_null(""), pl.col("text").fill_null(""), separator=" ")
    meant = change.drop_nulls("on").filter(heard(told, idea)).sort("on", "change_id")
    values = {trait: customer[trait].drop_nulls().unique().to_list() for trait in TRAITS}
    met = [
        customer.filter(_meets(customer, scope or "", values)).select(
            "customer_id", change_id=pl.lit(change_id), on=pl.lit(on, pl.Date)
        )
        for change_id, on, scope in meant.select("change_id", "on", "scope").rows()
    ]
    nobody = customer.select("customer_id", change_id="customer_id", on=pl.lit(None, pl.Date)).clear()
    return events_of(pl.concat([nobody, *met]).sort("customer_id", "on", "change_id"), "company_change", day="on")
