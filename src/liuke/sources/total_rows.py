"""Rows that add up others: by their word, or, without one, by arithmetic and shape; balances of ledgers too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.sources.cell_text import clean_text
from liuke.sources.mapping import is_rate
from liuke.sources.numbers import read_numbers, written
from liuke.sources.row_words import named_total_pattern, row_words, squeezed_cell, total_pattern
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from liuke.sources.mapping import Mapping
    from liuke.sources.table import RawTable

NEAR = 0.011  # sums of a sheet hold what its cells hide
IDENTITY = ("customer_id", "date", "document_id")
NAMED = ("customer_id", "customer_name")  # where any word may be a name


class TotalRow(NamedTuple):
    """A row of the file that adds up others: its number, label, amount, class, and whether it is of the whole table."""

    row: int
    label: str
    amount: Decimal | None
    rank: int  # 2 of the whole, 1 perhaps of the whole, 0 of a part
    kind: str  # its class


@dataclass
class _Sums:
    """What the rows come to so far: of all, and since the last total."""

    all: float = 0.0
    rows: int = 0
    since: float = 0.0
    rows_since: int = 0

    def add(self, amount: float, rows: int) -> None:
        self.all, self.rows = self.all + amount, self.rows + rows
        self.since, self.rows_since = self.since + amount, self.rows_since + rows

    def close(self) -> None:
        self.since, self.rows_since = 0.0, 0


def _without_digits(cell: pl.Expr) -> pl.Expr:
    return ~cell.str.contains(r"\d")


def _plain(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace_all(r"\s", "").str.to_lowercase().str.strip_chars_end(":：")


@dataclass
class TotalRows:
    """Takes the totals out of a table's batches, once through."""

    table: RawTable
    mapping: Mapping
    found: list[TotalRow] = field(default_factory=list)
    sums: _Sums = field(default_factory=_Sums)

    def __call__(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The batch without totals and balances."""
        day = self.mapping.header("date")
        if day is None or batch.is_empty():
            return batch
        text = clean_text(batch[day])
        if text.dtype != pl.String:
            return batch
        label = pl.Series("label", [None], dtype=pl.String).new_from_index(0, batch.height)
        undated = (text.is_null() | ~text.str.contains(r"\d") | self._is_total(text)).fill_null(value=True)
        if bool(undated.any()):
            label = self._labels(batch, undated, total_pattern())
        dated = self._ledger_words(batch)
        label = pl.select(pl.coalesce(pl.lit(label), pl.lit(dated))).to_series()
        candidates = undated & label.is_null() & self._shape(batch)
        if bool(candidates.any()):
            label = self._by_arithmetic(batch, label, candidates)
        out = label.is_not_null()
        if not bool(out.any()):
            return batch
        self._note(batch.filter(out), label.filter(out))
        return batch.filter(~out)

    def read(self, amount: Decimal, rows: int) -> None:
        """Count rows that are no totals into the sums."""
        self.sums.add(float(amount), rows)

    @property
    def file_total(self) -> Decimal | None:
        """The one total the file states of all its rows; None when it states none, or several that could be it."""
        if "other_side" in self.mapping.columns:
            return None
        for rank in (2, 1):
            stated = [total.amount for total in self.found if total.rank == rank and total.amount is not None]
            if stated:
                return stated[0] if len(stated) == 1 else None
        return None

    @cached_property
    def amount_header(self) -> str | None:
        """The column totals stand in; None where none is given."""
        return self.mapping.header("amount") or self.mapping.header("amount_with_tax")

    @cached_property
    def _texts(self) -> list[str]:
        """Columns of words, of the first rows."""
        schema = self.table.first(500).schema
        return self._where([n for n in self.table.columns if schema.get(n) == pl.String], 500, _without_digits)

    def _where(self, names: list[str], rows: int, holds: Callable[[pl.Expr], pl.Expr]) -> list[str]:
        """The columns of which any of the first rows holds something; all are looked at in one go."""
        if not names:
            return []
        (found,) = self.table.first(rows).select(holds(pl.col(names)).any()).rows()
        return [name for name, held in zip(names, found, strict=True) if held]

    @cached_property
    def _has_ledger_words(self) -> list[str]:
        """Columns in which words of ledgers stand among the first rows."""
        known = list(row_words("balance") | row_words("period"))
        named = {self.mapping.header(name) for name in NAMED}
        return self._where([n for n in self._texts if n not in named], 5000, lambda cell: _plain(cell).is_in(known))

    @cached_property
    def _says_what(self) -> list[str]:
        """Columns that nearly every line fills and no total does: words or a price."""
        sample = self.table.first(5000)
        day = self.mapping.header("date")
        lines = sample if day is None else sample.filter(sample[day].is_not_null())
        head = {self.mapping.header(name) for name in (*IDENTITY, "customer_name", "customer_region", "currency")}
        price = self.mapping.header("unit_price")
        able = [name for name in self._texts if name not in head] + ([price] if price else [])
        return [name for name in dict.fromkeys(able) if lines.height and lines[name].null_count() <= 0.1 * lines.height]

    def is_no_line(self, batch: pl.DataFrame) -> pl.Series:
        """Rows without a word or a price, in a table whose lines have one: nothing of a line but numbers."""
        price = self.mapping.header("unit_price")
        texts = [*self._texts, *([price] if price else [])]
        if not self._says_what or not texts:
            return pl.Series([False], dtype=pl.Boolean).new_from_index(0, batch.height)
        return batch.select(pl.all_horizontal(pl.col(name).is_null() for name in texts)).to_series()

    def _is_total(self, text: pl.Series) -> pl.Series:
        return text.str.replace_all(r"\s", "").str.contains(total_pattern())

    def _labels(self, batch: pl.DataFrame, undated: pl.Series, pattern: str) -> pl.Series:
        """The first cell of each undated row that says total."""
        texts = [name for name in batch.columns if batch.schema[name] == pl.String]
        rows = batch.with_row_index("__at").filter(undated)
        cells = rows.select("__at", pl.col(texts).str.replace_all(r"\s", ""))
        labels = pl.concat_list(pl.when(pl.col(name).str.contains(pattern)).then(pl.col(name)) for name in texts)
        found = cells.select("__at", labels.list.drop_nulls().list.first().alias("label"))
        return self._spread(found, batch.height)

    @staticmethod
    def _spread(found: pl.DataFrame, height: int) -> pl.Series:
        """Labels of some rows as a column of all."""
        places = pl.DataFrame({"__at": pl.int_range(height, dtype=pl.UInt32, eager=True)})
        joined = places.join(found.with_columns(pl.col("__at").cast(pl.UInt32)), on="__at", how="left")
        return joined.sort("__at")["label"].cast(pl.String)

    def _ledger_words(self, batch: pl.DataFrame) -> pl.Series:
        """Cells that are a word of ledgers alone, of dated rows too."""
        known = list(row_words("balance") | row_words("period"))
        cells: list[pl.Expr] = [pl.lit(None, pl.String)]
        cells += [pl.when(_plain(pl.col(n)).is_in(known)).then(pl.col(n)) for n in self._has_ledger_words]
        found = batch.select(pl.coalesce(cells).alias("label")).to_series()
        return found if found.len() == batch.height else found.new_from_index(0, batch.height)

    def _shape(self, batch: pl.DataFrame) -> pl.Series:
        """Rows that could be totals without a word of theirs: no document, an amount, nothing that says what a line is.

        Beside the customer there may be one word.
        """
        if self.amount_header is None or self.mapping.table != "document_line":
            return pl.Series([False], dtype=pl.Boolean).new_from_index(0, batch.height)
        document, customer = self.mapping.header("document_id"), self.mapping.header("customer_id")
        price = self.mapping.header("unit_price")
        texts = [name for name in self._texts if name not in (document, customer, self.amount_header)]
        said = pl.sum_horizontal([pl.lit(0), *(pl.col(name).is_not_null().cast(pl.Int32) for name in texts)])
        conditions = [pl.col(self.amount_header).is_not_null(), said <= 1]
        none = [
            document,
            price,
            self.mapping.header("product_id"),
            self.mapping.header("product_name"),
            *self._says_what,
        ]
        conditions += [pl.col(name).is_null() for name in dict.fromkeys(none) if name and name != self.amount_header]
        return batch.select(pl.all_horizontal(conditions)).to_series()

    def _by_arithmetic(self, batch: pl.DataFrame, label: pl.Series, candidates: pl.Series) -> pl.Series:
        """Labels, with one for every candidate that is the sum of the rows since the last total, of its customer's, or
        of all."""
        assert self.amount_header is not None
        amounts = read_numbers(batch[self.amount_header], self.mapping.decimal).value.cast(pl.Float64)
        values = amounts.fill_null(0).to_numpy()
        starts = self._starts(batch)
        named = self._named(batch, candidates)
        taken = label.is_not_null().to_numpy().copy()
        labels: list[str | None] = label.to_list()
        sums = _Sums(self.sums.all, self.sums.rows, self.sums.since, self.sums.rows_since)
        done = 0
        for at in (candidates | label.is_not_null()).arg_true().to_list():
            _count(sums, values, taken, done, at)
            done = at + 1
            if labels[at] is None and (named.get(at) or self._ties(sums, values, taken, int(starts[at]), at)):
                labels[at], taken[at] = named.get(at, ""), True
            if labels[at] is not None:
                sums.close()
            else:
                sums.add(float(values[at]), 1)
        return pl.Series("label", labels, dtype=pl.String)

    def _ties(self, sums: _Sums, values: np.ndarray, taken: np.ndarray, start: int, at: int) -> bool:
        """Whether a row's amount is what other rows come to."""
        value = float(values[at])
        if value == 0:
            return False
        least = 1 if self._says_what else 2  # a row like the lines but for its blanks needs more to show
        if sums.rows >= max(2, least) and abs(value - sums.all) <= NEAR:
            return True
        if sums.rows_since >= least and abs(value - sums.since) <= NEAR:
            return bool(self._says_what) or sums.rows_since >= 2
        own = [float(values[k]) for k in range(start, at) if not taken[k]]
        return len(own) >= least and abs(value - sum(own)) <= NEAR

    def _starts(self, batch: pl.DataFrame) -> np.ndarray:
        """Where the run of rows with the same customer begins, row by row."""
        customer = self.mapping.header("customer_id")
        places = pl.int_range(pl.len())
        if customer is None:
            return batch.select(places).to_series().to_numpy()
        changed = pl.col(customer).ne_missing(pl.col(customer).shift(1))
        return batch.select(pl.when(changed).then(places).forward_fill().fill_null(0)).to_series().to_numpy()

    def _named(self, batch: pl.DataFrame, candidates: pl.Series) -> dict[int, str]:
        """Candidates that say total of a name standing in the row before, as `Total for Alder Ltd`."""
        texts = [name for name in batch.columns if batch.schema[name] == pl.String]
        cells = batch.select(texts)
        found: dict[int, str] = {}
        for at in candidates.arg_true().to_list():
            for cell in filter(None, cells.row(at)):
                said = re.match(named_total_pattern(), squeezed_cell(str(cell)))
                if said and at and said.group("name") in {squeezed_cell(str(c)) for c in cells.row(at - 1) if c}:
                    found[at] = str(cell)
        return found

    def _note(self, rows: pl.DataFrame, labels: pl.Series) -> None:
        header = self.amount_header
        plain = header is not None and not is_rate(self.mapping.tax) and not self.mapping.rates
        amounts = read_numbers(rows[header], self.mapping.decimal).value if header and plain else None
        for k, (row, label) in enumerate(zip(rows[ROW].to_list(), labels.to_list(), strict=True)):
            amount = None if amounts is None or amounts[k] is None else written(Decimal(amounts[k]) * self.mapping.unit)
            word = squeezed_cell(label)
            rank = 2 if word in row_words("grand") else int(word in row_words("whole"))
            kind = "balance" if word in row_words("balance") else "total" if rank else "subtotal"
            if not word and amount is not None and self.sums.rows and abs(float(amount) - self.sums.all) <= NEAR:
                kind = "total"
            self.found.append(TotalRow(row, label, amount, rank, kind))


def _count(sums: _Sums, values: np.ndarray, taken: np.ndarray, start: int, end: int) -> None:
    """Add the rows from start to end that are no totals."""
    lines = [float(values[k]) for k in range(start, end) if not taken[k]]
    sums.add(sum(lines), len(lines))
