"""Habits of exports made for people: total rows, cells merged or left blank under a document's first line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.sources.cell_text import clean_text
from liuke.sources.mapping import is_rate
from liuke.sources.numbers import read_numbers, written
from liuke.sources.table import ROW, RawTable

if TYPE_CHECKING:
    from liuke.sources.mapping import Mapping

IDENTITY = ("customer_id", "date", "document_id")
HEAD = (
    *IDENTITY, "kind", "salesperson_id", "site", "channel", "currency", "recorded_on", "due_on", "cancelled",
    "customer_name", "customer_region", "customer_grade", "customer_industry", "salesperson_name",
)  # fmt: skip
TOTAL = (
    r"(?i)(小计|合计|总计|共计)[:：]?$|^(本页|本月|本年|本期)?(累计|合计|小计)[:：]"
    r"|^(grand)?(sub)?totals?([:：].*)?$|totals?[:：]?$|^sum[:：]?$"
)
WHOLE = r"(?i)^(合计|共计|totals?|sum)[:：]?$"
GRAND = r"(?i)^(总计|总合计|grandtotals?)[:：]?$"


@dataclass(frozen=True)
class TotalRow:
    """A row of the file that adds up others: its number, label, amount, and whether it is of the whole table."""

    row: int
    label: str
    amount: Decimal | None
    rank: int  # 2 of the whole, 1 perhaps of the whole, 0 of a part


class Tidier:
    """Passes a table's batches on as plain rows, once through: blanks may begin in one batch and end in the next."""

    def __init__(self, table: RawTable, mapping: Mapping) -> None:
        self.table = table
        self.mapping = mapping
        self.totals: list[TotalRow] = []
        self.filled = 0
        self._last: pl.DataFrame | None = None
        self._identity = [header for name in IDENTITY if (header := mapping.header(name)) is not None]
        self._head = [header for name in HEAD if (header := mapping.header(name)) is not None]
        amount = mapping.header("amount")
        self._amount = amount if amount and not is_rate(mapping.tax) and not mapping.rates else None

    def __call__(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The rows of a batch that are lines, with what stands above them filled in."""
        if self.table.layout == "typed" or batch.is_empty():
            return batch
        batch = self._without_totals(batch)
        batch = self._unmerged(batch)
        return self._continued(batch)

    def _without_totals(self, batch: pl.DataFrame) -> pl.DataFrame:
        day = self.mapping.header("date")
        if day is None:
            return batch
        undated = clean_text(batch[day]).is_null()
        if self.mapping.table == "document_line" and bool((~undated).all()):
            return batch
        texts = [name for name in batch.columns if batch.schema[name] == pl.String]
        squeezed = batch.filter(undated).select(ROW, pl.col(texts).str.replace_all(r"\s", ""))
        labels = pl.concat_list(pl.when(pl.col(name).str.contains(TOTAL)).then(pl.col(name)) for name in texts)
        found = squeezed.with_columns(labels.list.drop_nulls().list.first().alias("__label")).drop_nulls("__label")
        if found.is_empty():
            return batch
        rows = batch.filter(pl.col(ROW).is_in(found[ROW].implode()))
        amounts = read_numbers(rows[self._amount], self.mapping.decimal).value if self._amount else None
        for k, (row, label) in enumerate(found.select(ROW, "__label").rows()):
            amount = None if amounts is None or amounts[k] is None else written(Decimal(amounts[k]) * self.mapping.unit)
            word = pl.Series([label])
            rank = 2 if word.str.contains(GRAND)[0] else int(word.str.contains(WHOLE)[0])
            self.totals.append(TotalRow(row, label, amount, rank))
        return batch.filter(~pl.col(ROW).is_in(found[ROW].implode()))

    def _unmerged(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Head columns filled downwards within the cells the file itself says are merged."""
        rows = batch[ROW].to_numpy()
        changed = np.zeros(len(rows), dtype=bool)
        for header in self._head:
            spans = sorted(self.table.merged.get(header, ()))
            if not spans:
                continue
            firsts, lasts = (np.array(side, dtype=np.uint64) for side in zip(*spans, strict=True))
            at = np.searchsorted(firsts, rows, side="right") - 1
            inside = (at >= 0) & (rows <= lasts[at]) & (rows > firsts[at])
            above = None if self._last is None else self._last[header][0]
            column = batch[header]
            filled = pl.concat([pl.Series(header, [above], dtype=column.dtype), column]).forward_fill().slice(1)
            blank = inside & column.is_null().to_numpy()
            changed |= blank & filled.is_not_null().to_numpy()
            batch = batch.with_columns(filled.zip_with(pl.Series(blank), column))
        self.filled += int(changed.sum())
        return batch

    def _continued(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Lines whose customer, date and document are all blank belong to the document above."""
        if batch.is_empty() or self.mapping.header("date") is None or self.mapping.header("customer_id") is None:
            return batch
        blank = pl.select(
            pl.all_horizontal(pl.lit(clean_text(batch[header]).is_null()) for header in self._identity)
        ).to_series()
        others = [m.header for m in self.mapping.columns.values() if m.header not in self._head]
        if not others:
            return batch
        follows = blank & batch.select(pl.any_horizontal(pl.col(others).is_not_null())).to_series()
        carried = 0 if self._last is None else 1
        rows = batch if self._last is None else pl.concat([self._last, batch])
        if bool(follows.any()) and (carried or not follows[0]):
            marks = pl.concat([pl.Series([False] * carried, dtype=pl.Boolean), follows])
            place = pl.int_range(pl.len(), dtype=pl.UInt32)
            source = rows.select(pl.when(~pl.lit(marks)).then(place).forward_fill()).to_series()
            above = rows.select(self._head)[source]
            rows = rows.with_columns(pl.coalesce(pl.col(name), pl.lit(above[name])).alias(name) for name in self._head)
            self.filled += int(follows.sum())
        batch = rows.slice(carried)
        heads = batch.filter(~blank | follows)
        self._last = heads.tail(1) if heads.height else self._last
        return batch

    @property
    def file_total(self) -> Decimal | None:
        """The one total the file states of all its rows; None when it states none, or several that could be it."""
        for rank in (2, 1):
            stated = [total.amount for total in self.totals if total.rank == rank and total.amount is not None]
            if stated:
                return stated[0] if len(stated) == 1 else None
        return None
