"""A real run with some of its tables or of what it says of itself changed, and how often each table was read."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from liuke.run.stages.overview import overview

if TYPE_CHECKING:
    import polars as pl

    from liuke.reports.contexts.base import Source


class Changed:
    """A source of reports over a run; the tables of sums follow the customers given."""

    def __init__(self, run: Source, info: dict[str, Any] | None = None, **tables: pl.DataFrame) -> None:
        self.run, self.tables = run, tables
        self.info = {**run.info, **(info or {})}
        if {"customer_now", "customer_value"} & set(tables):
            self.tables = {**self._sums(), **tables}
        self.reads: Counter[str] = Counter()

    def table(self, name: str) -> pl.DataFrame:
        self.reads[name] += 1
        return self.tables[name] if name in self.tables else self.run.table(name)

    def scan(self, name: str) -> pl.LazyFrame:
        self.reads[name] += 1
        return self.tables[name].lazy() if name in self.tables else self.run.scan(name)

    def _sums(self) -> dict[str, pl.DataFrame]:
        now, value = (self.tables.get(name, self.run.table(name)) for name in ("customer_now", "customer_value"))
        ahead = value.select("customer_code", ahead="core_next_year")
        return overview(
            now.join(ahead, on="customer_code", how="left", maintain_order="left"),
            date.fromisoformat(str(self.info["as_of"])),
            self.info["unit"],
        )
