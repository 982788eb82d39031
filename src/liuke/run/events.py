"""What customers met beside their documents, read from the small tables for the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.panel.exposure import BANNED, ENDLESS, EVENT, Events, exposures, in_model
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore


def exposed(store: FactStore, scope: Scope, customers: pl.DataFrame) -> dict[str, Events]:
    """The events of every kind that a loaded table tells of, as the tables were known when the run's knowledge ends.

    No kind is shown the columns that are BANNED.
    """
    owners = owners_of(customers).with_columns(customers["customer_id"]).select("customer_id", customer="owner_code")
    names = sorted({name for kind in exposures().values() for name in kind.READS})
    tables = {name: store.current(contracts()[name], scope.known).drop(BANNED, strict=False) for name in names}
    found = {}
    for name, kind in exposures().items():
        reads = {each: tables[each] for each in kind.READS}
        if not all(table.is_empty() for table in reads.values()):
            found[name] = _by_code(kind.events(reads).cast(EVENT), owners, float(kind.FADE_DAYS))
    return found


def unconnected(store: FactStore) -> list[str]:
    """Tables that would tell the model of exposures and of which nothing has been loaded."""
    held = {load.table for load in store.loads()}
    return sorted({name for kind in in_model().values() for name in kind.READS} - held)


def _by_code(told: pl.DataFrame, owners: pl.DataFrame, fade_days: float) -> Events:
    """The events of customers of the run; an event without a day happened at no time and is left out."""
    days = (
        told.join(owners, on="customer_id")
        .drop_nulls("day")
        .select(
            "customer",
            pl.col("day").cast(pl.Int32),
            "strength",
            "table",
            "row_id",
            known_on=pl.max_horizontal("day", "known_on").cast(pl.Int32),
            until=pl.col("until").cast(pl.Int32).fill_null(int(ENDLESS)),
        )
    )
    by_code = days.sort("customer", "day", "table", "row_id")
    return Events(
        customer=by_code["customer"].to_numpy().astype(np.int32),
        day=by_code["day"].to_numpy().astype(np.int32),
        known_on=by_code["known_on"].to_numpy().astype(np.int32),
        until=by_code["until"].to_numpy().astype(np.int32),
        strength=by_code["strength"].to_numpy().astype(np.float32),
        rows=by_code.select("table", "row_id"),
        fade_days=fade_days,
    )
