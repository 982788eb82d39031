"""A run as the source of contexts for who sees some of its customers: rows of those, and sums over them alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.reports.query import CUSTOMERS, VALUES
from liuke.run.stages.overview import overview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.app.reader import Reader

SUMS = ("list_total", "change", "lead")  # made anew over the customers seen
NAMES = {  # columns that tell nothing of the firm: names of rules, what a cause is
    "rule_score": ("rule", "title_zh", "title_en"),
    "cause_card": ("cause", "title_zh", "title_en", "is_not_zh", "is_not_en", "group", "act", "kind", "degree",
                   "direction", "keaveney", "judged", "missing", "treatments"),
}  # fmt: skip


class SeenSource:
    """Tables of a run limited to the customers of a reader; what is about the whole firm has no rows."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.codes = reader.codes()

    @property
    def info(self) -> Mapping[str, Any]:
        """As the run has it, with the counts of the customers seen."""
        return self.reader.info

    def table(self, name: str) -> pl.DataFrame:
        """A table, whole."""
        return self.scan(name).collect()

    def scan(self, name: str) -> pl.LazyFrame:
        """A table: rows of the customers seen, sums over them, or no row at all."""
        if name in SUMS:
            return self._sums()[name].lazy()
        table = self.reader.run.scan(name)
        columns = table.collect_schema().names()
        if "customer_code" in columns:
            return table.filter(pl.col("customer_code").is_in(self.codes.implode()))
        if name in NAMES:
            blank = {column: kind for column, kind in table.collect_schema().items() if column not in NAMES[name]}
            return table.with_columns(pl.lit(None, kind).alias(column) for column, kind in blank.items())
        return table.clear()

    def _sums(self) -> dict[str, pl.DataFrame]:
        now = self.scan(CUSTOMERS).collect()
        ahead = pl.lit(None, pl.Boolean)
        if VALUES in self.reader.tables:
            known = self.scan(VALUES).select("customer_code", ahead="core_next_year").collect()
            now = now.join(known, on="customer_code", how="left", maintain_order="left")
        else:
            now = now.with_columns(ahead=ahead)
        return overview(now, date.fromisoformat(self.info["as_of"]), self.info["unit"])
