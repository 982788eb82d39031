"""The tables exposures read of document lines, as lines were known when a run's knowledge ends; DuckDB over Parquet."""

from __future__ import annotations

import re
import tempfile
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from liuke.facts import contracts
from liuke.kernel.kinds import CODE, LINES
from liuke.kernel.period import day_number
from liuke.panel.beside_lines import RELATIONS
from liuke.panel.line_tables import STOOD_ON, line_tables
from liuke.panel.tiers import tier_place
from liuke.run.clock import loaded_day
from liuke.store.documents import owners_of
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore, Load

MEMORY = "1GB"
AT_HAND = 2_000_000  # so many lines are read once and held; more are read anew by each query, with the columns it needs
MONTH = re.compile(r"month=(\d{4}-\d\d)")
YEARS = 6  # of lines that are read: what happened earlier has faded
COLUMNS = (
    *("document_code", "kind", "date", "amount", "quantity", "list_price", "product_id", "channel"),
    *("site", "due_on", "recorded_on"),
)
MASTER = ("customer", "product", "salesperson")  # tables of what is, not of what happened
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

    wanted = [name for name in names if any(_tells(load, line_tables()[name]) for load in scope.loads)]
    product, told_on = discontinued(store, scope) if OF_PRODUCTS in wanted else (None, date.min)
    if product is None or product.is_empty():
        wanted = [name for name in wanted if name != OF_PRODUCTS]
    wanted = [name for name in wanted if not _beside(name) or _asked(store, scope, name)]
    beside = {name: told_beside(store, scope, name) for name in {_beside(name) for name in wanted} - {""}}
    if not wanted:
        return {}
    found, begins = {}, {}
    days: dict[str, date | None] = {}  # by what is asked: many tables ask the same of all lines
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(config={"temp_directory": spill}) as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute("SET preserve_insertion_order = false")
        merged = owners_of(customers).filter(pl.col("customer_code") != pl.col("owner_code"))
        con.register("merged", merged.to_arrow())
        place = tier_place(pl.coalesce("tier", "channel"))
        con.register(
            "customer", customers.select("customer_code", "tier", "region", "industry", place=place).to_arrow()
        )
        if product is not None:
            con.register("product", product.to_arrow())
        for name, rows in beside.items():
            con.register(name, _coded(rows, customers).to_arrow())
        few = sum(month.lines for load in scope.loads for month in load.months.values()) <= AT_HAND
        con.execute(f"CREATE TEMP {'TABLE' if few else 'VIEW'} line AS {_lines(store, scope, not merged.is_empty())}")
        for relation in sorted({getattr(line_tables()[name], "STANDS_ON", "") for name in wanted} - {""}):
            con.execute(f"CREATE TEMP TABLE {relation} AS {STOOD_ON[relation](CODE[scope.basis])}")
        for name in wanted:
            asked = _first(line_tables()[name])
            if asked not in days:
                days[asked] = con.execute(asked).fetchall()[0][0]
            first = days[asked]
            if first is not None:
                rows = con.execute(line_tables()[name].query(CODE[scope.basis])).pl()
                found[name] = rows.filter(pl.col("known_on") <= scope.known)  # of what is yet to come nobody knows
                begins[name] = day_number(max(first, told_on) if name == OF_PRODUCTS else first)
                begins[name] += getattr(line_tables()[name], "TELLS_AFTER_DAYS", 0)
    return {name: (rows, begins[name]) for name, rows in _named(found, store, customers).items()}


def told_beside(store: FactStore, scope: Scope, name: str) -> pl.DataFrame:
    """A relation of `panel.beside_lines` as its tables were known when the run's knowledge ends."""
    asks, made = RELATIONS[name]
    return made({table: known_table(store, scope, table) for table in asks})


def known_table(store: FactStore, scope: Scope, name: str) -> pl.DataFrame:
    """A small table as it was known when the run's knowledge ends; master data by their own clock (decision 0006)."""
    read = store.master if name in MASTER else store.current
    return read(contracts()[name], scope.known)


def _beside(name: str) -> str:
    return str(getattr(line_tables()[name], "BESIDE", ""))


def _asked(store: FactStore, scope: Scope, name: str) -> bool:
    """Whether the tables that stand beside the lines are there, or documents that tell as much instead of them."""
    instead = set(getattr(line_tables()[name], "OR_KINDS", ()))
    there = all(not known_table(store, scope, each).is_empty() for each in RELATIONS[_beside(name)][0])
    return there or any(instead & set(load.kinds) for load in scope.loads)


def _coded(rows: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The rows of customers by the code each is counted under; of what names no customer all rows."""
    if "customer_id" not in rows.columns:
        return rows
    owners = owners_of(customers).with_columns(customers["customer_id"])
    return rows.join(owners.select("customer_id", customer_code="owner_code"), on="customer_id")


def lacking(store: FactStore, name: str) -> bool:
    """Whether no load holds what a table told by document lines needs."""
    table = line_tables()[name]
    if name == OF_PRODUCTS and store.current(contracts()["product"])["discontinued_on"].is_null().all():
        return True
    return not any(_tells(load, table) for load in store.loads(LINES))


def _tells(load: Load, table: ModuleType) -> bool:
    return set(table.NEEDS) <= set(load.columns) and (not table.KINDS or bool(set(table.KINDS) & set(load.kinds)))


def _first(table: ModuleType) -> str:
    """The first day on which a line was known that says what the table needs."""
    kinds = ", ".join(str(CODE[kind]) for kind in table.KINDS)
    said = [f"{name} IS NOT NULL" for name in table.NEEDS] + ([f"kind IN ({kinds})"] if kinds else [])
    return f"SELECT min(recorded_on) FROM line WHERE {' AND '.join(said) or 'true'}"


def _lines(store: FactStore, scope: Scope, merged: bool) -> str:
    """The relation `line` that `panel.line_tables` speaks of."""
    known, as_of = (f"DATE '{day}'" for day in (scope.known, scope.as_of))
    since = f"{scope.as_of - timedelta(days=365 * YEARS):%Y-%m}"
    columns = ", ".join(("customer_code", *COLUMNS, *FILLED_LATER))
    parts = []
    for load in scope.loads:
        months = {month for month in load.months if since <= month <= f"{scope.as_of:%Y-%m}"}
        paths = [path for path in store.paths(LINES, [load]) if MONTH.findall(path)[-1] in months]
        if paths:
            says = "".join(f", {name in load.columns} AS says_{name}" for name in FILLED_LATER)
            parts.append(
                f"SELECT {columns}, least({known}, DATE '{load.last_on}') AS told_until{says} FROM {parquet(paths)}"
            )
    gone = store.paths("superseded")
    replaced = f"LEFT JOIN (FROM {parquet(gone)} WHERE superseded_on <= {known}) AS gone USING (document_code)"
    later = ", ".join(f"CASE WHEN {name} <= {known} THEN {name} END AS {name}, says_{name}" for name in FILLED_LATER)
    owner = "coalesce(merged.owner_code, held.customer_code)" if merged else "held.customer_code"
    return f"""SELECT {owner} AS customer_code, {", ".join(f"held.{name}" for name in COLUMNS)}, {later}, told_until,
                      {"superseded_on" if gone else "NULL::DATE"} AS superseded_on
               FROM ({" UNION ALL ".join(parts)}) AS held {replaced if gone else ""}
                 {"LEFT JOIN merged ON merged.customer_code = held.customer_code" if merged else ""}
               WHERE date <= {as_of} AND recorded_on <= {known}"""


def _named(found: Mapping[str, pl.DataFrame], store: FactStore, customers: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Customers and documents by what the firm calls them."""
    told = {
        name: rows.join(customers.select("customer_code", "customer_id"), on="customer_code")
        for name, rows in found.items()
    }
    codes = [rows["document_code"] for rows in told.values() if "document_code" in rows.columns]
    if codes:
        document = _documents(store, pl.concat(codes))
        told = {
            name: rows.join(document, on="document_code", how="left") if "document_code" in rows.columns else rows
            for name, rows in told.items()
        }
    schemas = {name: line_tables()[name].SCHEMA for name in told}
    return {
        name: rows.select(pl.col(column).cast(dtype) for column, dtype in schemas[name].items())
        for name, rows in told.items()
    }


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
