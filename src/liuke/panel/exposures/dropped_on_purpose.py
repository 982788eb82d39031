"""We ended it ourselves: a customer given up, no longer supplied, struck off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.exposures.own_turbulence import of_changes
from liuke.panel.heard import heard
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("company_change", "customer")
FILLED = {"customer": "closed_reason"}
TITLE = N_("given up by us")
SAYS = N_("On {day} it was told that we no longer supply the customer by our own choice.")
FADE_DAYS = float("inf")  # holds
IN_MODEL = False
SAYS_OUTRIGHT = True  # whenever it was
AFTER_LEAVING = ("closed_on", "closed_reason")


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day the account was closed for this reason, or of a change that says so.

    A change is for the customers its scope names; one whose scope is blank names nobody: nobody gives up all.
    """
    customer = tables["customer"]
    scoped = tables["company_change"].filter(pl.col("scope").fill_null("").str.strip_chars() != "")
    return pl.concat(
        [
            events_of(customer.filter(heard(pl.col("closed_reason"), "dropped")), "customer", day="closed_on"),
            of_changes(scoped, customer, "dropped"),
        ]
    )
