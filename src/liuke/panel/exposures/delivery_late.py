"""A delivery that came later than promised, or has not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.panel.exposure import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

READS = ("late_delivery",)
TITLE = N_("late deliveries")
SAYS = N_("A delivery promised before {day} was late.")
FADE_DAYS = 120.0
IN_MODEL = True


def events(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One a document and day it was due, as strong as the share of its lines that were late."""
    return tables["late_delivery"].select("customer_id", "day", "known_on", "until", strength="share", **of_document())
