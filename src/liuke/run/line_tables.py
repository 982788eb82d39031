"""The tables exposures read of document lines, as lines were known when a run's knowledge ends; DuckDB over Parquet."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.facts import contracts
from liuke.kernel.kinds import CODE, LINES
from liuke.kernel.period import day_number
from liuke.panel.line_tables import line_tables
from liuke.run.clock import loaded_day
from liuke.store.documents import owners_of
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore, Load

MEMORY = "1GB"
YEARS = 6  # of lines that are read: what happened earlier has faded
COLUMNS = (
    *("document_code", "kind", "line_no", "date", "amount", "quantity", "list_price", "product_id", "channel"),
    *("due_on", "recorded_on"),
)
OF_PRODUCTS = "discontinued_share"  # a table that only a list of products can tell of
FILLED_LATER = ("delivered_on", "paid_on")  # such a day is known from itself on


def empty_line_table(name: str) -> pl.DataFrame:
    """No rows of a table told by document lines."""
    return pl.DataFrame(schema=line_tables()[name].SCHEMA)


def told_by_lines(
    store: FactStore, scope: Scope, customers: pl.DataFrame, names: Iterable[str]
) -> Mapping[str, tuple[pl.DataFrame, int]]:
    """By name each table that any line tells anything of, with the day number of the first day its lines were known."""
    import duckdb

    found = {}
    wanted = {name: loads for name in names if (loads := _telling(scope, line_tables()[name]))}
    if not wanted:
        return {}
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(config={"temp_directory": spill}) as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute("SET preserve_insertion_order = false")
        merged = owners_of(customers).filter(pl.col("customer_code") != pl.col("owner_code"))
        con.register("merged", merged.to_arrow())
        con.register("customer", customers.select("customer_code", "tier").to_arrow())
        product, told_on = discontinued(store, scope)
        con.register("product", product.to_arrow())
        for name, loads in wanted.items():
            con.execute(f"CREATE OR REPLACE TEMP VIEW line AS {_lines(store, scope, loads, not merged.is_empty())}")
            first = con.execute(_first(line_tables()[name])).fetchone()
            if first is not None and first[0] is not None and (name != OF_PRODUCTS or not product.is_empty()):
                since = max(first[0], told_on) if name == OF_PRODUCTS else first[0]
                rows = con.execute(line_tables()[name].query(CODE[scope.basis])).pl()
                rows = rows.filter(pl.col("known_on") <= scope.known)  # of what is yet to come nobody knows
                found[name] = (_named(rows, store, customers, line_tables()[name].SCHEMA), day_number(since))
    return found


def lacking(store: FactStore, name: str) -> bool:
    """Whether no load holds what a table told by document lines needs."""
    table = line_tables()[name]
    if name == OF_PRODUCTS and store.current(contracts()["product"])["discontinued_on"].is_null().all():
        return True
    return not any(_tells(load, table) for load in store.loads(LINES))


def _tells(load: Load, table: ModuleType) -> bool:
    return set(table.NEEDS) <= set(load.columns) and (not table.KINDS or bool(set(table.KINDS) & set(load.kinds)))


def _telling(scope: Scope, table: ModuleType) -> list[Load]:
    """The loads a table is read from: those that fill what it needs; none where no load holds its kinds."""
    if not any(_tells(load, table) for load in scope.loads):
        return []
    return [load for load in scope.loads if set(table.NEEDS) <= set(load.columns)]


def _first(table: ModuleType) -> str:
    """The first day on which a line was known that says what the table needs."""
    kinds = ", ".join(str(CODE[kind]) for kind in table.KINDS)
    said = [f"{name} IS NOT NULL" for name in table.NEEDS] + ([f"kind IN ({kinds})"] if kinds else [])
    return f"SELECT min(recorded_on) FROM line WHERE {' AND '.join(said) or 'true'}"


def _lines(store: FactStore, scope: Scope, loads: list[Load], merged: bool) -> str:
    """The relation `line` that `panel.line_tables` speaks of."""
    known, as_of = (f"DATE '{day}'" for day in (scope.known, scope.as_of))
    since = f"{scope.as_of - timedelta(days=365 * YEARS):%Y-%m}"
    parts = []
    for load in loads:
        months = [month for month in load.months if since <= month <= f"{scope.as_of:%Y-%m}"]
        paths = store.month_paths(LINES, months, [load])
        if paths:
            until = f"least({known}, DATE '{load.last_on}') AS told_until"
            columns = ", ".join(("customer_code", *COLUMNS, *FILLED_LATER))
            parts.append(f"SELECT {columns}, {until} FROM {parquet(paths)}")
    if not parts:  # months without lines of their own: one file gives the columns
        columns = ", ".join(("customer_code", *COLUMNS, *FILLED_LATER))
        parts = [f"SELECT {columns}, {known} AS told_until FROM {parquet(store.paths(LINES, loads)[:1])} WHERE false"]
    gone = store.paths("superseded")
    replaced = f"LEFT JOIN (FROM {parquet(gone)} WHERE superseded_on <= {known}) AS gone USING (document_code)"
    later = ", ".join(f"CASE WHEN {name} <= {known} THEN {name} END AS {name}" for name in FILLED_LATER)
    owner = "coalesce(merged.owner_code, held.customer_code)" if merged else "held.customer_code"
    return f"""SELECT {owner} AS customer_code, {", ".join(f"held.{name}" for name in COLUMNS)}, {later}, told_until,
                      {"superseded_on" if gone else "NULL::DATE"} AS superseded_on
               FROM ({" UNION ALL ".join(parts)}) AS held {replaced if gone else ""}
                 {"LEFT JOIN merged ON merged.customer_code = held.customer_code" if merged else ""}
               WHERE date <= {as_of} AND recorded_on <= {known}"""


def _named(rows: pl.DataFrame, store: FactStore, customers: pl.DataFrame, schema: Mapping[str, Any]) -> pl.DataFrame:
    """Customers and documents by what the firm calls them."""
    told = rows.join(customers.select("customer_code", "customer_id"), on="customer_code")
    if "document" in schema:
        told = told.join(_documents(store, told["document_code"]), on="document_code", how="left")
    return told.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _documents(store: FactStore, codes: pl.Series) -> pl.DataFrame:
    """document_code and document: its kind and its number, of some documents."""
    import duckdb

    names = "CASE kind " + " ".join(f"WHEN {code} THEN '{name}'" for name, code in CODE.items()) + " END"
    with duckdb.connect() as con:
        con.register("asked", codes.unique().to_frame("document_code").to_arrow())
        return con.execute(
            f"""SELECT document_code, any_value(concat_ws(' ', {names}, document_id)) AS document
                FROM {parquet(store.paths("document"))} SEMI JOIN asked USING (document_code) GROUP BY 1"""
        ).pl()


def discontinued(store: FactStore, scope: Scope) -> tuple[pl.DataFrame, date]:
    """Products known to be discontinued by as_of (product_id, discontinued_on, replaced_by, known_on); since when.

    `known_on` is the first day on which that day was what the product's row said; the day itself where from ever.
    """
    contract, named = contracts()["product"], ["product_id", "discontinued_on"]
    now = store.master(contract, scope.known).filter(pl.col("discontinued_on") <= scope.as_of)
    loads = store.loads(contract.table)
    days = {day for load in loads for day in (store.counts_from.get(load.load_id, date.min), loaded_day(load))}
    found = now.select(*named, "replaced_by", known_on="discontinued_on")
    late = now.select(named).clear().with_columns(told_on=pl.lit(None, pl.Date))
    for day in sorted(day for day in days if day <= scope.known) if not now.is_empty() else []:
        said = store.master(contract, day).select(named).join(now.select(named), on=named)
        late = pl.concat([late, said.join(late, on=named, how="anti").with_columns(told_on=pl.lit(day))])
    known = found.join(late, on=named, how="left").with_columns(
        pl.max_horizontal("known_on", "told_on").alias("known_on")
    )
    return known.drop("told_on"), min(days, default=date.min)
