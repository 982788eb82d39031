"""The customer itself closed, moved away or left its trade: nobody's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard, mentions
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("contact", "customer")
FILLED = {"customer": "closed_reason"}
TITLE = N_("closed, moved away or left the trade")
SAYS = N_("On {day} it was told that the customer closes, moves or leaves its trade.")
FADE_DAYS = float("inf")  # holds
IN_MODEL = False
SAYS_OUTRIGHT = True  # whenever it was
AFTER_LEAVING = ("closed_on", "closed_reason")


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the day the account was closed for such a reason, or of a contact that tells of it.

    What an exit interview says is a saying like any other of it, and no register: it enters once, as what was said.
    """
    closed = tables["customer"].filter(heard(pl.col("closed_reason"), "ceased"))
    contact = _telling(tables["contact"], "outcome", "text")
    return pl.concat(
        [
            events_of(closed, "customer", day="closed_on"),
            events_of(contact, "contact", day="at", known_on="recorded_on"),
        ]
    )


def _telling(rows: DataFrame, *columns: str) -> DataFrame:
    """The rows of which one of some columns says it."""
    worth = rows.filter(pl.any_horizontal(mentions(pl.col(name), "ceased") for name in columns))
    return worth.filter(pl.any_horizontal(heard(pl.col(name), "ceased") for name in columns))
