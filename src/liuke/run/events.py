"""What customers met beside their documents, read from the small tables for the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.panel.exposure import BANNED, ENDLESS, Events, exposures
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore


def exposed(store: FactStore, scope: Scope, customers: pl.DataFrame) -> dict[str, Events]:
    """The events of every kind that a loaded table tells of, as the tables were known when the run's knowledge ends.

    No kind is shown the columns that are BANNED.
    """
    owners = owners_of(customers).with_columns(customers["customer_id"]).select("customer_id", customer="owner_code")
    names = {kind.TABLE for kind in exposures().values()}
    tables = {name: store.current(contracts()[name], scope.known).drop(BANNED, strict=False) for name in names}
    return {
        name: _events(kind.events(tables[kind.TABLE]), owners)
        for name, kind in exposures().items()
        if not tables[kind.TABLE].is_empty()
    }


def unconnected(store: FactStore) -> list[str]:
    """Tables that would tell of exposures and of which nothing has been loaded."""
    held = {load.table for load in store.loads()}
    return sorted({kind.TABLE for kind in exposures().values()} - held)


def _events(told: pl.DataFrame, owners: pl.DataFrame) -> Events:
    days = told.join(owners, on="customer_id").select(
        "customer",
        pl.col("day").cast(pl.Int32),
        known_on=pl.max_horizontal("day", "known_on").cast(pl.Int32),
        until=pl.col("until").cast(pl.Int32).fill_null(int(ENDLESS)),
    )
    by_code = days.sort("customer", "day")
    return Events(*(by_code[name].to_numpy().astype(np.int32) for name in ("customer", "day", "known_on", "until")))
