"""The fact store seen through the rows of a few customers, so that one of a million is read without the others."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import polars as pl

from liuke.store.contract_frames import conform, empty
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from liuke.kernel.contract import Contract
    from liuke.store.fact_store import Load


@dataclass(frozen=True)
class OfCustomers(FactStore):
    """A store whose small tables hold the rows that ever were of one of `customers`; other tables are whole.

    A row that another load gave to somebody else comes too: whoever asks keeps those that are of the customers now.
    """

    customers: frozenset[str] = frozenset()

    def _told(self, contract: Contract) -> list[tuple[Load, pl.LazyFrame]]:
        if "customer_id" not in contract.columns:
            return super()._told(contract)
        grain, paths = list(contract.grain), self._telling(contract)
        if "customer_id" in grain or len(paths) == 1:  # what only one load tells no other gave to somebody else
            return [(load, conform(self._mine(path), contract)) for load, path in paths]
        mine = [conform(self._mine(path), contract).select(grain) for _, path in paths]
        keys = pl.concat([*mine, empty(contract).lazy().select(grain)]).unique().collect().lazy()
        return [(load, conform(pl.scan_parquet(path, glob=False), contract).join(keys, on=grain, how="semi"))
                for load, path in paths]  # fmt: skip

    def _mine(self, path: Path) -> pl.LazyFrame:
        return pl.scan_parquet(path, glob=False).filter(pl.col("customer_id").is_in(sorted(self.customers)))


def of_customers(store: FactStore, customers: Iterable[str]) -> OfCustomers:
    """The store narrowed to these customers, with its clock as it is."""
    held = {each.name: getattr(store, each.name) for each in fields(FactStore)}
    return OfCustomers(**held, customers=frozenset(customers))
