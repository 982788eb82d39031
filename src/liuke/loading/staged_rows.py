"""The rows of a plan read once and laid down beside the store: usable ones staged, the others listed with reasons."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import polars as pl

from liuke.facts import LINES, contracts
from liuke.facts.document_line import ATTRIBUTES
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.loading.named_customers import NamedCustomers
from liuke.loading.withdrawn import withdrawn_in
from liuke.sources.audits import Auditor
from liuke.sources.quarantine import QuarantineWriter
from liuke.store.disk import write_parquet
from liuke.store.staging import stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liuke.kernel.progress import Progress
    from liuke.sources.plan import LoadPlan
    from liuke.sources.reconcile import Reconciliation
    from liuke.store.fact_store import FactStore
    from liuke.store.staging import Staged

READING = Said(N_("reading rows"))


class StagedRows:
    """Document lines as `documents`, rows of a small table that say anything new as `fresh`; both lie in `folder`."""

    folder: Path

    def __init__(self, store: FactStore, quarantine: Path, plan: LoadPlan, progress: Progress) -> None:
        beside = quarantine / f"{store.next_id()}-{plan.source}"
        self.store = store
        self.contract = plan.contract
        self.reading = plan.reading()
        self.unusable = QuarantineWriter(beside.with_name(f"{beside.name}.csv"), plan.opened.headers)
        doubtful = QuarantineWriter(beside.with_name(f"{beside.name}.doubtful.csv"), plan.contract.columns)
        self.auditor = Auditor(plan.contract, doubtful)
        self.documents: Staged | None = None
        self.fresh = pl.DataFrame()
        self.named: NamedCustomers | None = None
        self.withdrawn: set[str] = set()  # numbers of documents the file calls cancelled
        self._progress = progress
        self._held = ExitStack()

    @property
    def account(self) -> Reconciliation:
        """Where every row and cent read has gone."""
        return self.reading.reconciliation

    def read(self) -> None:
        """Read all rows; the files of unusable ones are closed at the end, where a full disk shows."""
        self.folder = self._held.enter_context(self.store.staging())
        beside: dict[str, list[pl.DataFrame]] = {}
        if self.contract.table == LINES:
            self.documents = stage(self._usable(beside), self.contract, self.folder)
            self._held.callback(self.documents.con.close)
        else:
            frames = [self._coded(rows) for rows in self._usable({})]
            self.fresh = self.store.fresh(self.contract, pl.concat(frames)) if frames else pl.DataFrame()
        self.unusable.close()
        self.auditor.writer.close()
        for table, told in beside.items():
            self._lay_down(table, self.store.fresh(contracts()[table], pl.concat(told, how="diagonal")))
        if self.documents is None:
            self._lay_down(self.contract.table, self.fresh)

    def close(self) -> None:
        """Remove what was staged, and the files of unusable rows unless they were kept."""
        self._held.close()
        self.unusable.discard()
        self.auditor.writer.discard()

    def _coded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows about customers under their codes; the list of customers itself says which code is whose."""
        if self.contract.table == "customer":
            return rows
        self.named = self.named or NamedCustomers(self.store)
        return self.named.coded(rows)

    def _lay_down(self, table: str, fresh: pl.DataFrame) -> None:
        if not fresh.is_empty():
            write_parquet(fresh, self.folder / f"{table}.parquet")

    def _usable(self, beside: dict[str, list[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
        """The usable rows, a batch at a time, audited; unusable ones are listed, what rows say beside is noted."""
        rows = 0
        for batch in self.reading.clean():
            self.unusable.write(batch.bad, batch.origin, batch.sheet)
            self.auditor.look(batch.good, batch.origin, batch.sheet)
            if self.contract.table == LINES:
                _note_beside(batch.good, beside)
                self.withdrawn |= withdrawn_in(batch.bad, self.reading.mapping)
            rows += len(batch.good) + len(batch.bad)
            self._progress.step(READING, rows, 0)
            yield batch.good


def _note_beside(good: pl.DataFrame, beside: dict[str, list[pl.DataFrame]]) -> None:
    """Add what document lines say of customers, products and salespeople, by table."""
    said: dict[tuple[str, str], dict[str, pl.Expr]] = {}
    for given, (table, key, column) in ATTRIBUTES.items():
        if given in good.columns:
            said.setdefault((table, key), {key: pl.col(key)})[column] = pl.col(given)
    for (table, key), columns in said.items():
        told = good.filter(pl.col(key).is_not_null()).select(**columns)
        beside.setdefault(table, []).append(told.group_by(key, maintain_order=True).last())
