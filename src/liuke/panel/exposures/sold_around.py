"""We opened a channel of our own where the customer sells: a shop, a web shop, direct sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.panel.heard import heard
from liuke.panel.notices import announces
from liuke.panel.scope_words import those_meant, told_of_change
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("company_change", "customer")
TOLD_BY = ("company_change",)
TITLE = N_("own channels opened nearby")
SAYS = N_("On {day} we opened a channel of our own where the customer sells.")
FADE_DAYS = 300.0
IN_MODEL = False


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the first day of the channel, for those its scope names who sell on; one event a change and customer.

    A change is meant whose kind or text speaks of own or direct sales and not of their end. Who is said to be an end
    user, by tier or channel, loses no trade by it, and is left out; where neither is said, nobody is.
    """
    change = tables["company_change"]
    opened = change.filter(announces(told_of_change(), "own_channel") & ~heard(told_of_change(), "channel_ended"))
    sells = ~heard(pl.coalesce("tier", "channel"), "end_user")
    met = those_meant(opened, tables["customer"]).join(
        tables["customer"].filter(sells), on="customer_id", how="semi", maintain_order="left"
    )
    return events_of(met, "company_change", day="on")
