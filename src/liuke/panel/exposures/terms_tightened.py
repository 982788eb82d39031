"""We tightened the terms: minimum order, payment, service radius, bundles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.notices import tightens
from liuke.panel.scope_words import those_meant, told_of_change
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("company_change", "customer")
TOLD_BY = ("company_change",)
TITLE = N_("terms tightened")
SAYS = N_("On {day} we tightened terms that hold for the customer.")
FADE_DAYS = 300.0  # who stays for a year has made its peace with it
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """From the first day a change holds, for the customers its scope names; one event a change and customer.

    A change is meant whose kind or text speaks of terms and not of easing them; for whom, says `panel.scope_words`. The
    model has all terms as one; causes look at payment, minimum orders, radius and bundles by themselves.
    """
    return tightened(tables, "terms", "minimum_order", "radius", "bundle")


def tightened(tables: Mapping[str, DataFrame], *ideas: str) -> DataFrame:
    """Events of changes that speak of any of some ideas of terms and not of easing, for whom their scope names."""
    change = tables["company_change"]
    return events_of(
        those_meant(change.filter(tightens(told_of_change(), *ideas)), tables["customer"]), "company_change", day="on"
    )
