"""Our own turbulence that we declared: a feud, want of cash, an accident, a scandal, a recall, a move, a strike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.notices import announces
from liuke.panel.scope_words import those_meant, told_of_change
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
    return events_of(
        those_meant(change.filter(announces(told_of_change(), idea)), customer), "company_change", day="on"
    )
