"""A real run with some of its tables or of what it says of itself changed, and how often each table was read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from liuke.reports.contexts.base import Source


class Changed:
    """A source of reports over a run."""

    def __init__(self, run: Source, info: dict[str, Any] | None = None, **tables: pl.DataFrame) -> None:
        self.run, self.tables = run, tables
        self.info = {**run.info, **(info or {})}
        self.reads: Counter[str] = Counter()

    def table(self, name: str) -> pl.DataFrame:
        self.reads[name] += 1
        return self.tables[name] if name in self.tables else self.run.table(name)

    def scan(self, name: str) -> pl.LazyFrame:
        self.reads[name] += 1
        return self.tables[name].lazy() if name in self.tables else self.run.scan(name)
