"""The fact store seen through the rows of a few customers, so that one of a million is read without the others."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import polars as pl

from liuke.store.fact_store import FactStore, conform

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

    def _told(self, contract: Contract) -> list[tuple[Load, pl.DataFrame]]:
        if "customer_id" not in contract.columns:
            return super()._told(contract)
        loads = sorted(self.loads(), key=lambda load: (load.table == contract.table, load.load_id))
        name = f"{contract.table}.parquet"
        held = [(load, manifest) for load in loads for manifest in [self._manifest(load)] if name in manifest.files]
        paths = [(load, self._sound(load, manifest, name)) for load, manifest in held]
        grain = list(contract.grain)
        if "customer_id" in grain:
            return [(load, conform(self._mine(path).collect(), contract)) for load, path in paths]
        keys = pl.concat(
            [pl.DataFrame(schema=dict.fromkeys(grain, pl.String)),
             *(self._mine(path).select(grain).collect() for _, path in paths)], how="vertical_relaxed",
        ).unique()  # fmt: skip
        return [(load, conform(pl.scan_parquet(path, glob=False).join(keys.lazy(), on=grain, how="semi").collect(),
                               contract)) for load, path in paths]  # fmt: skip

    def _mine(self, path: Path) -> pl.LazyFrame:
        return pl.scan_parquet(path, glob=False).filter(pl.col("customer_id").is_in(sorted(self.customers)))


def of_customers(store: FactStore, customers: Iterable[str]) -> OfCustomers:
    """The store narrowed to these customers, with its clock as it is."""
    held = {each.name: getattr(store, each.name) for each in fields(FactStore)}
    return OfCustomers(**held, customers=frozenset(customers))
