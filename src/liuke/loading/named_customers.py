"""Customers a file calls by name, where the workspace knows them by code: visits and complaints seldom write codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.facts import contracts
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from liuke.store.fact_store import FactStore

CODED = N_("{count} customers that the file calls by name are known by code, such as {name} ({code}): they go by it.")


class NamedCustomers:
    """Names of the customers held, each that is one customer's alone; `coded` puts the codes in their place."""

    def __init__(self, store: FactStore) -> None:
        held = store.current(contracts()["customer"]).select("customer_id", name=_plain(pl.col("name")))
        known = held["customer_id"].implode()
        alone = held.drop_nulls("name").filter(pl.col("name").is_unique())
        self._codes = alone.filter(pl.col("name") != _plain(pl.col("customer_id")))
        self._known = known
        self._found: dict[str, str] = {}

    def coded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with codes for names; a code that is known stays, and so does a name nobody or several have."""
        if "customer_id" not in rows.columns or self._codes.is_empty():
            return rows
        named = rows.select("customer_id", name=_plain(pl.col("customer_id")))
        codes = named.join(self._codes.select("name", code="customer_id"), on="name", how="left", maintain_order="left")
        code = codes.select(pl.when(~pl.col("customer_id").is_in(self._known)).then(pl.col("code"))).to_series()
        found = pl.DataFrame({"name": rows["customer_id"], "code": code}).drop_nulls().unique(maintain_order=True)
        self._found |= dict(found.rows())
        return rows.with_columns(pl.coalesce(pl.lit(code), pl.col("customer_id")).alias("customer_id"))

    @property
    def said(self) -> list[Said]:
        """What is said of names that were put under codes."""
        if not self._found:
            return []
        name, code = next(iter(self._found.items()))
        return [Said(CODED, {"count": len(self._found), "name": name, "code": code})]


def _plain(name: pl.Expr) -> pl.Expr:
    """A name without blanks and case."""
    return name.str.replace_all(r"\s", "").str.to_lowercase()
