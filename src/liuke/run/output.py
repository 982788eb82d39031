"""The tables of a run being written: checked against their contracts, a few at once, readable by later stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.run.contracts import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from liuke.kernel.contract import Contract
    from liuke.store.runs import Draft


def taken(paths: Iterable[Path]) -> Iterator[pl.DataFrame]:
    """The parts laid aside, in order; each is gone from the disk once it is taken."""
    for path in paths:
        frame = pl.read_parquet(path, glob=False)
        path.unlink()
        yield frame


class Output:
    """Writes the tables of one run into its draft."""

    def __init__(self, draft: Draft, contracts: Mapping[str, Contract], threads: Executor) -> None:
        self.draft = draft
        self.contracts = contracts
        self.threads = threads
        self.tasks: dict[str, Future[None]] = {}

    def put(self, name: str, table: pl.DataFrame | Iterable[pl.DataFrame]) -> None:
        """Begin to write a table; in parts where it is given so."""
        self.tasks[name] = self.threads.submit(self._write, name, table)

    def scan(self, name: str) -> pl.LazyFrame:
        """A table, once it is written."""
        if name in self.tasks:
            self.tasks[name].result()
        return pl.scan_parquet(self.draft.root / f"{name}.parquet", glob=False)

    def keep(self, name: str, frame: pl.DataFrame) -> Path:
        """Lay a part aside on disk until `taken`."""
        self.draft.write(name, frame)
        return self.draft.root / f"{name}.parquet"

    def wait(self) -> None:
        """Until every table is written."""
        for task in self.tasks.values():
            task.result()

    def _write(self, name: str, table: pl.DataFrame | Iterable[pl.DataFrame]) -> None:
        contract = self.contracts[name]
        if isinstance(table, pl.DataFrame):
            check(contract, table)
            self.draft.write(name, table)
        else:
            self.draft.write_parts(name, (check(contract, part, whole=False) for part in table))
