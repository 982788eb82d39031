"""What customers met beside their documents, read from the small tables for the panel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.period import day_number
from liuke.panel.exposure import ENDLESS, EVENT, Events, exposures, in_model, visible_to
from liuke.panel.line_tables import line_tables
from liuke.panel.panel import NEVER
from liuke.run.line_tables import empty_line_table, known_table, lacking, told_by_lines
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore


def exposed(store: FactStore, scope: Scope, customers: pl.DataFrame) -> dict[str, Events]:
    """The events of every kind that a loaded table tells of, as the tables were known when the run's knowledge ends.

    No kind of the model is shown the columns that are BANNED, nor any other one that does not name them.
    """
    owners = owners_of(customers).with_columns(customers["customer_id"]).select("customer_id", customer="owner_code")
    read = {name for kind in exposures().values() for name in kind.READS}
    small = sorted(read - line_tables().keys())
    tables = {name: known_table(store, scope, name) for name in small}
    begins = {name: told_from([table]) for name, table in tables.items()}
    for name, (table, first) in told_by_lines(store, scope, customers, sorted(read - tables.keys())).items():
        tables[name], begins[name] = table, first
    told = {name for name, table in tables.items() if not table.is_empty() or name in line_tables()}
    found = {}
    for name, kind in exposures().items():
        tells = {each for each in telling(kind) if each in told and _filled(kind, each, tables[each])}
        if tells and _has_besides(kind, tables) and _has_kept(kind, store, tables):
            reads = {each: tables[each] if each in tables else empty_line_table(each) for each in kind.READS}
            reads = {each: visible_to(kind, table) for each, table in reads.items()}
            told_now = kind.events(reads).cast(EVENT).filter(pl.max_horizontal("day", "known_on") <= scope.known)
            events = _by_code(told_now, owners, float(kind.FADE_DAYS))
            first = min((begins[each] for each in tells if begins.get(each, NEVER) != NEVER), default=int(NEVER))
            found[name] = replace(events, told_from=first)
    return found


def _filled(kind: ModuleType, name: str, table: pl.DataFrame) -> bool:
    """Whether any row of a table fills the column without which, a kind says, the table tells it nothing."""
    column = getattr(kind, "FILLED", {}).get(name)
    return column is None or table[column].is_not_null().any()


def _has_besides(kind: ModuleType, tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether tables that don't tell of a kind's events, but without which it knows none, fill what it needs."""
    besides = getattr(kind, "FILLED", {}).keys() - set(telling(kind))
    return all(_filled(kind, each, tables[each]) for each in besides)


def _has_kept(kind: ModuleType, store: FactStore, tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether the tables it reads beside have the columns without which, a kind says, it can know of no event."""
    return all(keeps(store, name, column, tables[name]) for name, column in getattr(kind, "KEPT", {}).items())


def keeps(store: FactStore, table: str, column: str, rows: pl.DataFrame) -> bool:
    """Whether a column of a table is kept: a load read it, or a row fills it; nobody may have left yet."""
    return any(column in load.columns for load in store.loads(table)) or bool(rows[column].is_not_null().any())


def telling(kind: ModuleType) -> tuple[str, ...]:
    """The tables without whose rows a kind knows of no event: TOLD_BY where it says so, else all it reads."""
    found: tuple[str, ...] = getattr(kind, "TOLD_BY", kind.READS)
    return found


def told_from(tables: Iterable[pl.DataFrame]) -> int:
    """The day number from which any of these tables tells, of whomever: of its rows the earliest that was recorded.

    A row that says not when it was recorded counts from the earliest of its days; NEVER where no row bears any day.
    """
    told = []
    for table in tables:
        days = [name for name, dtype in table.schema.items() if dtype == pl.Date]
        if days and not table.is_empty():
            earliest = pl.min_horizontal(days)
            day = pl.coalesce("recorded_on", earliest) if "recorded_on" in days else earliest
            told.append(table.select(day.min()).item())
    return min((day_number(day) for day in told if day is not None), default=int(NEVER))


def unconnected(store: FactStore) -> list[str]:
    """Tables that would tell the model of exposures and of which nothing has been loaded, or not what they need."""
    held = {load.table for load in store.loads()} | {name for name in line_tables() if not lacking(store, name)}
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
