"""Rows that break what their table promises: counted and listed by the contracts' audits, never dropped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.kinds import KINDS, LINES
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from liuke.kernel.contract import Audit, Contract
    from liuke.sources.quarantine import QuarantineWriter
    from liuke.store.fact_store import FactStore

FEW = 3  # rows named as examples
KEY = "key of the row"


@dataclass(frozen=True)
class FailedAudit:
    """The rows of one table that fail one audit: how many, and the first few by name."""

    audit: str
    says: str
    rows: int
    first: tuple[str, ...]

    def examples(self) -> str:
        """The first few, and a sign that there are more."""
        return ", ".join(self.first) + (" …" if self.rows > len(self.first) else "")


class Auditor:
    """Looks at the clean rows of a load batch by batch: rows failing an audit are counted and written to a file.

    Use as a context manager: left by an error, the file is removed.
    """

    def __init__(self, contract: Contract, writer: QuarantineWriter) -> None:
        self.contract = contract
        self.writer = writer
        self._rows: Counter[str] = Counter()
        self._first: dict[str, list[str]] = {}

    def __enter__(self) -> Auditor:
        self.writer.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.__exit__(kind, error, trace)

    def look(self, good: pl.DataFrame, origin: str, sheet: str | None) -> None:
        """Audit the rows of one batch of one table."""
        asked = _askable(self.contract, good.columns)
        if not asked:
            return
        place = Path(origin).name + (f" [{sheet}]" if sheet else "")
        for name, (count, numbers) in _counts(good.lazy(), asked, ROW).items():
            self._rows[name] += count
            named = self._first.setdefault(name, [])
            named += [say(N_("{file} row {row}"), file=place, row=row) for row in numbers[: FEW - len(named)]]
            why, code = pl.lit(translate(asked[name].says)), pl.lit(name)
            failing = good.filter(pl.sql_expr(asked[name].fails))
            self.writer.write(failing.with_columns(reason=why, reason_code=code), origin, sheet)

    @property
    def found(self) -> list[FailedAudit]:
        """Audits that rows failed, in the contract's order."""
        return [
            FailedAudit(name, audit.says, self._rows[name], tuple(self._first[name]))
            for name, audit in self.contract.audits.items()
            if self._rows[name]
        ]


def audited(store: FactStore, contracts: Mapping[str, Contract]) -> list[tuple[str, FailedAudit]]:
    """(table, audit failed) over everything the store holds, superseded documents left out."""
    found = []
    for table, contract in contracts.items():
        lines = table == LINES
        if not contract.audits or (lines and not store.paths(LINES)):
            continue
        rows = _lines(store) if lines else store.current(contract).lazy().with_columns(_key(contract))
        key = "document_code" if lines else KEY
        asked = _askable(contract, rows.collect_schema().names())
        for name, (count, keys) in _counts(rows, asked, key).items():
            first = _numbers(store, keys) if lines else keys
            found.append((table, FailedAudit(name, contract.audits[name].says, count, tuple(map(str, first)))))
    return found


def _askable(contract: Contract, given: Sequence[str]) -> dict[str, Audit]:
    """The audits all of whose columns are given."""
    return {
        name: audit
        for name, audit in contract.audits.items()
        if set(pl.sql_expr(audit.fails).meta.root_names()) <= set(given)
    }


def _counts(rows: pl.LazyFrame, asked: Mapping[str, Audit], key: str) -> dict[str, tuple[int, list[object]]]:
    """Each audit failed, how often, and the lowest few keys of the failing rows; one pass over a table."""
    fails = {name: pl.sql_expr(audit.fails) for name, audit in asked.items()}
    counted = [condition.sum().alias(name) for name, condition in fails.items()]
    lowest = [pl.col(key).filter(fails[name]).bottom_k(FEW).sort().implode().alias(f"{name} {key}") for name in fails]
    row = rows.select(*counted, *lowest).collect(engine="streaming").row(0, named=True)
    return {name: (row[name], list(row[f"{name} {key}"])) for name in fails if row[name]}


def _key(contract: Contract) -> pl.Expr:
    """The grain of a row as text."""
    return pl.concat_str(pl.col(list(contract.grain)).cast(pl.String), separator=" ", ignore_nulls=True).alias(KEY)


def _lines(store: FactStore) -> pl.LazyFrame:
    """The stored lines with their kind by name, those of superseded documents left out."""
    lines = _scan(store.paths(LINES)).with_columns(pl.col("kind").replace_strict(dict(enumerate(KINDS))))
    gone = store.paths("superseded")
    return lines.join(_scan(gone), on="document_code", how="anti") if gone else lines


def _numbers(store: FactStore, codes: Sequence[object]) -> list[str]:
    """The documents with these codes as people know them: by number, else by their day."""
    chosen = _scan(store.paths("document")).filter(pl.col("document_code").is_in(codes))
    number = pl.coalesce("document_id", pl.col("date").cast(pl.String)).first()
    return (
        chosen.group_by("document_code").agg(number.alias("number")).sort("document_code").collect()["number"].to_list()
    )


def _scan(paths: Sequence[str]) -> pl.LazyFrame:
    return pl.scan_parquet(list(paths), glob=False, hive_partitioning=False)
