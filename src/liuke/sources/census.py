"""One passage over the columns that carry money or say what a row is: sums of every amount and of every word."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from liuke.sources.amounts import line_amounts
from liuke.sources.number_text import EXACT
from liuke.sources.numbers import read_numbers, written
from liuke.sources.table import SAMPLE_ROWS
from liuke.sources.tidy import Tidier, tidied
from liuke.sources.word_cells import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.sources.mapping import Mapping
    from liuke.sources.table import RawTable

ZERO = Decimal(0)
TAKEN = "__taken"  # the sum of the amounts as the mapping reads them


@dataclass(frozen=True)
class WordTotal:
    """The rows that hold a word (None: blank) in a column; the sum of each amount, how many are above and below 0."""

    word: str | None
    rows: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    above: int = 0
    below: int = 0

    def __add__(self, other: WordTotal) -> WordTotal:
        sums = {name: self.sums.get(name, ZERO) + other.sums.get(name, ZERO) for name in {**self.sums, **other.sums}}
        return WordTotal(self.word, self.rows + other.rows, sums, self.above + other.above, self.below + other.below)

    @property
    def money(self) -> Decimal:
        """The sum of the amounts taken."""
        return self.sums.get(TAKEN, ZERO)


@dataclass(frozen=True)
class Census:
    """Rows read, the sum of every column that could be an amount, and by column its words, the most frequent first."""

    rows: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    size: Decimal = ZERO  # of all amounts taken, without their signs
    words: dict[str, tuple[WordTotal, ...]] = field(default_factory=dict)


def census_of(
    tables: list[RawTable], mapping: Mapping, amounts: list[str], words: list[str], only: dict[str, set[str]]
) -> Census:
    """The census of these tables; of the columns of `only` these words alone are counted."""
    rows, size = 0, ZERO
    sums: dict[str, Decimal] = dict.fromkeys([TAKEN, *amounts] if mapping.reads("amount") else amounts, ZERO)
    counted = [*words, *(header for header, some in only.items() if some)]
    totals: dict[str, dict[str | None, WordTotal]] = {header: {} for header in counted}
    for table in tables:
        mine = mapping.within(table.columns)
        for batch in _lines(table, mine):
            rows += batch.height
            read = _amounts(batch, mine, amounts)
            for name in read.columns:
                sums[name] += _exact(read[name].sum())
            if TAKEN in read.columns:
                size += _exact(read[TAKEN].abs().sum())
            for header in counted:
                if header in batch.columns:
                    text = words_of(batch, header, mine)
                    _count(totals[header], text, read, only.get(header))
    return Census(
        rows,
        {name: written(value) for name, value in sums.items()},
        written(size),
        {
            header: tuple(sorted(found.values(), key=lambda each: (-each.rows, each.word or "")))
            for header, found in totals.items()
        },
    )


def _lines(table: RawTable, mapping: Mapping) -> Iterator[pl.DataFrame]:
    """The rows of a table that are lines: all columns tell which they are."""
    whole = table.first(SAMPLE_ROWS).height >= SAMPLE_ROWS
    for batch in tidied(table, Tidier(table, mapping), whole=whole):
        if not batch.is_empty():
            yield batch


def _amounts(batch: pl.DataFrame, mapping: Mapping, amounts: list[str]) -> pl.DataFrame:
    """Exact numbers of every amount; the one taken under the name TAKEN."""
    columns = [
        read_numbers(batch[header], mapping.decimal).value.cast(EXACT).alias(header)
        for header in amounts
        if header in batch.columns
    ]
    if mapping.reads("amount"):
        columns.append(line_amounts(batch, mapping)[0].value.cast(EXACT).alias(TAKEN))
    return pl.DataFrame(columns)


def _count(totals: dict[str | None, WordTotal], text: pl.Series, read: pl.DataFrame, only: set[str] | None) -> None:
    """Add the rows of a batch to the totals of one column's words."""
    names = read.columns
    if only:
        chosen = text.is_in(list(only)).fill_null(value=False)
        text, read = text.filter(chosen), read.filter(chosen)
    sign = pl.col(TAKEN) if TAKEN in names else (pl.col(names[0]) if names else pl.lit(0))
    grouped = (
        read.with_columns(text.alias("__word"))
        .group_by("__word")
        .agg(
            pl.len().alias("__rows"),
            *(pl.col(name).sum() for name in names),
            (sign > 0).sum().alias("__above"),
            (sign < 0).sum().alias("__below"),
        )
    )
    for row in grouped.iter_rows(named=True):
        word = row["__word"]
        sums = {name: written(_exact(row[name])) for name in names}
        total = WordTotal(word, row["__rows"], sums, row["__above"], row["__below"])
        totals[word] = totals.get(word, WordTotal(word)) + total


def _exact(value: object) -> Decimal:
    return Decimal(value) if isinstance(value, (int, Decimal)) else ZERO
