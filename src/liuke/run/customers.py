"""The customers of a scope: their codes, what is known of them, and which of them are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.facts import contracts
from liuke.facts.customer import DESCRIBED, OWNED
from liuke.run.merges import merges, merges_at
from liuke.store.fact_store import FactStore
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from liuke.run.known import Known
    from liuke.run.scope import Scope
    from liuke.store.workspace import Workspace

MOST_VALUES = 60  # a column with more values is no way to split an indicator


def split_by(known: Known) -> list[str]:
    """The customer columns by which figures are split: those with some values and not too many."""
    held = known.panels.attributes
    return [name for name in OWNED if name in held and known.customers[name].n_unique() <= MOST_VALUES]


def codes(store: FactStore) -> pl.DataFrame:
    """customer_id and its integer code, one row a customer id ever loaded."""
    paths = store.paths("customer_code")
    if not paths:
        return pl.DataFrame(schema={"customer_id": pl.String, "customer_code": pl.Int32})
    given = [pl.read_parquet(path, columns=["customer_id", "customer_code"], glob=False) for path in paths]
    return given[0] if len(given) == 1 else pl.concat(given).unique("customer_code", keep="any").sort("customer_code")


def known(workspace: Workspace) -> set[str]:
    """Every customer id ever loaded."""
    return set(codes(FactStore(workspace.facts))["customer_id"])


def customer_frame(workspace: Workspace, store: FactStore, scope: Scope) -> pl.DataFrame:
    """One row a customer code: customer_id, merged_into (code or null), DESCRIBED, since, salesperson and team.

    What describes a customer is what was known when the scope's knowledge ends; merges are those in force then.
    """
    frame = codes(store)
    known = store.master(contracts()["customer"], scope.known)
    frame = frame.join(known.select("customer_id", *DESCRIBED, "since"), on="customer_id", how="left")
    frame = frame.join(_salesperson(store, scope, frame), on="customer_code", how="left")
    into = pl.DataFrame(
        [{"customer_id": a, "into": b} for a, b in merges_at(workspace, scope.clock, scope.known).items()],
        schema={"customer_id": pl.String, "into": pl.String},
    )
    target = frame.select(into="customer_id", merged_into="customer_code")
    return frame.join(into.join(target, on="into"), on="customer_id", how="left").drop("into").sort("customer_code")


def owners(workspace: Workspace, store: FactStore, customer_id: str) -> pl.DataFrame:
    """Stored codes counted under one customer: customer_code, owner_code."""
    ids = {customer_id, *(one for one, into in merges(workspace).items() if into == customer_id)}
    held = codes(store)
    own = held.filter(pl.col("customer_id") == customer_id)["customer_code"].item()
    chosen = held.filter(pl.col("customer_id").is_in(list(ids)))
    return chosen.select("customer_code", owner_code=pl.lit(own, pl.Int32))


def _salesperson(store: FactStore, scope: Scope, coded: pl.DataFrame) -> pl.DataFrame:
    """Each customer's salesperson at as_of: the assignment in force, else whoever stands on the latest document."""
    import duckdb

    found = []
    assignment = store.current(contracts()["assignment"], scope.known)
    if not assignment.is_empty():
        in_force = assignment.filter(
            pl.col("from_on") <= scope.as_of, pl.col("to_on").is_null() | (pl.col("to_on") >= scope.as_of)
        )
        found.append(
            in_force.sort("from_on")
            .group_by("customer_id")
            .agg(pl.col("salesperson_id").last())
            .join(coded, on="customer_id")
            .select("customer_code", "salesperson_id")
        )
    if any("salesperson_id" in load.columns for load in scope.loads):
        paths = store.paths("document_line", scope.loads)
        gone = store.paths("superseded")
        replaced = f"(SELECT document_code FROM {parquet(gone)} WHERE superseded_on <= DATE '{scope.known}')"
        without = f"ANTI JOIN {replaced} AS gone USING (document_code)" if gone else ""
        found.append(
            duckdb.execute(
                f"""SELECT customer_code, arg_max(salesperson_id, (date, line_no, document_code)) AS salesperson_id
                    FROM {parquet(paths)} AS held {without}
                    WHERE date <= ? AND recorded_on <= ? AND salesperson_id IS NOT NULL GROUP BY 1""",
                [scope.as_of, scope.known],
            ).pl()
        )
    schema = {"customer_code": pl.Int32, "salesperson_id": pl.String}
    if not found:
        return pl.DataFrame(schema={**schema, "salesperson": pl.String, "team": pl.String})
    people = store.master(contracts()["salesperson"], scope.known).select("salesperson_id", "team", person="name")
    return (
        pl.concat([frame.cast(schema) for frame in found])  # type: ignore[arg-type]  # polars' stubs want one dtype
        .unique("customer_code", keep="first", maintain_order=True)
        .join(people, on="salesperson_id", how="left")
        .select("customer_code", "salesperson_id", "team", salesperson=pl.coalesce("person", "salesperson_id"))
    )
