"""Habits of exports made for people: total rows, cells merged or left blank under a document's first line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.sources.cell_text import clean_text
from liuke.sources.document_rows import DocumentRows
from liuke.sources.numbers import read_numbers
from liuke.sources.reconcile import ReasonTotal
from liuke.sources.table import ROW, SAMPLE_ROWS, RawTable
from liuke.sources.total_rows import IDENTITY, TotalRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.sources.document_rows import Survey
    from liuke.sources.mapping import Mapping

HEAD = (
    *IDENTITY, "kind", "salesperson_id", "site", "channel", "currency", "recorded_on", "due_on", "cancelled",
    "customer_name", "customer_region", "customer_grade", "customer_industry", "salesperson_name",
)  # fmt: skip


class Tidier:
    """Passes a table's batches on as plain rows, once through: blanks may begin in one batch and end in the next."""

    def __init__(self, table: RawTable, mapping: Mapping, survey: Survey | None = None) -> None:
        self.table = table
        self.mapping = mapping
        self.totals = TotalRows(table, mapping)
        self.documents = None if survey is None else DocumentRows(mapping, survey)
        self.filled = 0
        self._last: pl.DataFrame | None = None
        self._identity = [header for name in IDENTITY if (header := mapping.header(name)) is not None]
        self._head = [header for name in HEAD if (header := mapping.header(name)) is not None]
        self._above: dict[str, str | None] = {}
        self._labels = [header for name in ("customer_id", "customer_name") if (header := mapping.header(name))]

    def __call__(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The rows of a batch that are lines, with what stands above them filled in."""
        if batch.is_empty():
            return batch
        if self.table.layout != "typed":
            batch = self.totals(batch)
            batch = self._unmerged(batch)
            batch = self._continued(batch)
            if self.mapping.labels == "above" and not batch.is_empty():
                batch = self._labelled(batch)
        return batch if self.documents is None else self.documents(batch)

    def read(self, amount: Decimal, rows: int) -> None:
        """Say what the rows of the last batch came to: totals further down are held against it."""
        self.totals.read(amount, rows)

    @property
    def file_total(self) -> Decimal | None:
        """The one total the file states of all its rows; None when it states none, or several that could be it."""
        return self.totals.file_total

    @property
    def by_class(self) -> dict[str, ReasonTotal]:
        """Rows left out so far and their money, by class of row."""
        found: dict[str, ReasonTotal] = {}
        for kind, count in self.table.left_out.counts.items():
            found[kind] = ReasonTotal(count)
        for total in self.totals.found:
            one = ReasonTotal(1, total.amount or ReasonTotal().amount, int(total.amount is None))
            found[total.kind] = found.get(total.kind, ReasonTotal()) + one
        if self.documents is not None:
            for kind, one in self.documents.by_class.items():
                found[kind] = found.get(kind, ReasonTotal()) + one
        return found

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
        if bool(follows.any()):
            follows &= ~self.totals.is_no_line(batch)
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

    def _labelled(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Customers written on the first row of their group alone, put on the others; an answer or a proof says so."""
        for header in self._labels:
            column = clean_text(batch[header])
            above = self._above.get(header)
            filled = pl.concat([pl.Series(header, [above], dtype=column.dtype), column]).forward_fill().slice(1)
            if header == self._labels[0]:
                self.filled += int((column.is_null() & filled.is_not_null()).sum())
            self._above[header] = filled[-1]
            batch = batch.with_columns(filled.alias(header))
        return batch


def tidied(table: RawTable, tidier: Tidier, *, whole: bool) -> Iterator[pl.DataFrame]:
    """The lines of a table, or of its first rows, without reading them further."""
    for raw in table.batches() if whole else [table.first(SAMPLE_ROWS)]:
        batch = tidier(raw)
        if (header := tidier.totals.amount_header) is not None:
            values = read_numbers(batch[header], tidier.mapping.decimal).value
            tidier.read(Decimal(values.sum() or 0), batch.height)
        yield batch
