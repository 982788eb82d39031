"""Whose customers are whose now, in the tables a reader holds: what was assigned by hand, over what documents say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from liuke.app.relation import HIDDEN, OWNER, WROTE, WROTE_NAME, now_of
from liuke.reports.query import CUSTOMERS
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from liuke.app.relation import Relation
    from liuke.store.runs import Run


@dataclass(frozen=True)
class Owned:
    """Whose customers are whose now: `by_hand` (customer_id: owner key) over the documents of the `newest` run."""

    by_hand: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # owner key: how it is read
    newest: Run | None = None  # None: the run itself


NOBODY = Owned()


def keep_owners(con: duckdb.DuckDBPyConnection, run: Run, owned: Owned) -> None:
    """Write down who owns whom: by the newest run where `run` is an older one, and by hand over both."""
    con.execute(
        f"""CREATE OR REPLACE TABLE {HIDDEN}.assigned
            (customer_id VARCHAR PRIMARY KEY, to_owner VARCHAR, to_name VARCHAR)"""
    )
    if owned.newest is not None and owned.newest.root != run.root:
        con.execute(
            f"""INSERT INTO {HIDDEN}.assigned SELECT customer_id, salesperson_id, salesperson
                FROM {parquet([owned.newest.path(CUSTOMERS)])} WHERE customer_id IS NOT NULL"""
        )
    if owned.by_hand:
        names = [owned.names.get(each, each) for each in owned.by_hand.values()]
        columns = {"customer_id": [*owned.by_hand], "to_owner": [*owned.by_hand.values()], "to_name": names}
        con.register("given", pl.DataFrame(columns).to_arrow())
        con.execute(f"INSERT OR REPLACE INTO {HIDDEN}.assigned SELECT * FROM given")
        con.unregister("given")


def reassigned(con: duckdb.DuckDBPyConnection, table: Relation) -> None:
    """Bring the owners of a held table to what `assigned` says now, those given back to the documents too."""
    held = f'{HIDDEN}."{table.name}"'
    sets = {OWNER: "to_owner"} | {each: column for each, column in
                                  (("salesperson_id", "to_owner"), ("salesperson", "to_name"))
                                  if each in table.columns}  # fmt: skip
    con.execute(
        f"""UPDATE {held} AS t SET {", ".join(f"{each} = n.{column}" for each, column in sets.items())}
            FROM (SELECT at_row, {now_of("to_owner", WROTE)} AS to_owner, {now_of("to_name", WROTE_NAME)} AS to_name
                  FROM {held} AS h LEFT JOIN {HIDDEN}.assigned AS assigned ON assigned.customer_id = h.customer_id) AS n
            WHERE n.at_row = t.at_row
            AND ({" OR ".join(f"t.{each} IS DISTINCT FROM n.{column}" for each, column in sets.items())})"""
    )
    for order in [each for each in table.orders if "salesperson" in each]:
        del table.orders[order]
