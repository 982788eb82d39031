"""Rows that say money of a document again: its total above its lines, on every line, or a line once for each tax."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_text
from liuke.sources.numbers import read_numbers, written
from liuke.sources.reconcile import ReasonTotal
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from liuke.sources.mapping import Mapping
    from liuke.sources.table import Question

KEY = ("document_id", "customer_id", "date")


CLOCK = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[ T]\d.*$"


def document_key(batch: pl.DataFrame, headers: tuple[str, ...]) -> pl.Series:
    """One text a document: its number and what else tells it from others, days without their time."""
    parts = [clean_text(batch[header]).fill_null("").alias(str(k)) for k, header in enumerate(headers)]
    parts = [*parts[:1], *(part.str.replace(CLOCK, "$1") for part in parts[1:])]
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="\x1f").alias("key")).to_series()


@dataclass(frozen=True)
class Heads:
    """Which rows are totals of documents: those whose column is blank, filled, or holds a word."""

    column: str
    blank: bool | None = None
    word: str | None = None

    @property
    def expr(self) -> pl.Expr:
        cell = pl.col(self.column)
        if self.word is not None:
            return (cell.cast(pl.String).str.strip_chars() == self.word).fill_null(value=False)
        return cell.is_null() if self.blank else cell.is_not_null()

    def said(self) -> Said:
        """The rows in words."""
        told: dict[str, object] = {"column": self.column, "word": self.word or ""}
        if self.word is not None:
            return Said(N_("rows with {word} in {column}"), told)
        return Said(N_("rows without {column}") if self.blank else N_("rows with {column}"), told)


@dataclass(frozen=True)
class Survey:
    """What was found; nothing of it where a table is plain.

    `key` are the headers that tell documents apart, its number first. `inherit` stand on a document's first line alone.
    `heads` are totals of documents, but where `headless` documents have nothing else; `once` says that the amount is
    the document's on each of its lines, `worked_out` that lines come to it by quantity and price. `again` are columns
    in which alone repeated lines differ, `taxes` a column and its words that mark rows of tax, `twice` documents
    another table has.
    """

    key: tuple[str, ...] = ()
    inherit: tuple[str, ...] = ()
    heads: Heads | None = None
    headless: pl.Series = field(default_factory=lambda: pl.Series("key", [], dtype=pl.String))
    once: bool = False
    worked_out: bool = False
    again: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    taxes: tuple[str, tuple[str, ...]] | None = None
    twice: pl.Series | None = None
    twice_key: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()
    questions: tuple[Question, ...] = ()


class DocumentRows:
    """Applies to batch after batch what the survey found of a table's documents."""

    def __init__(self, mapping: Mapping, survey: Survey) -> None:
        self.survey = survey
        self.amount = mapping.header("amount") or mapping.header("amount_with_tax")
        self.decimal, self.unit = mapping.decimal, mapping.unit
        self.by_class: dict[str, ReasonTotal] = {}
        self._last: dict[str, object] = {}
        self._seen: list[pl.Series] = []

    def __call__(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The rows that are lines, each once."""
        found = self.survey
        if found.inherit:
            batch = self._inherited(batch)
        if found.twice is not None:
            batch = self._apart(batch, "twice", document_key(batch, found.twice_key).is_in(found.twice.implode()))
        if found.taxes is not None:
            header, words = found.taxes
            batch = self._apart(batch, "tax", clean_text(batch[header]).is_in(words).fill_null(value=False))
        if found.heads is not None:
            lone = document_key(batch, found.key).is_in(found.headless.implode())
            batch = self._apart(batch, "head", batch.select(found.heads.expr).to_series() & ~lone)
        if found.again:
            batch = self._apart(batch, "again", self._again(batch))
        if found.once:
            batch = self._apart(batch, "once", self._known(batch))
        return batch

    def _apart(self, batch: pl.DataFrame, kind: str, out: pl.Series) -> pl.DataFrame:
        if not bool(out.any()):
            return batch
        rows = batch.filter(out)
        total = ReasonTotal(rows.height, unknown=rows.height)
        if self.amount is not None:
            values = read_numbers(rows[self.amount], self.decimal).value
            money = written(Decimal(values.sum() or 0) * self.unit)
            total = ReasonTotal(rows.height, money, values.null_count())
        self.by_class[kind] = self.by_class.get(kind, ReasonTotal()) + total
        return batch.filter(~out)

    def _inherited(self, batch: pl.DataFrame) -> pl.DataFrame:
        """What stands on a document's first line alone, put on its other lines."""
        document = self.survey.key[0]
        number = clean_text(batch[document])
        before = pl.Series(document, [self._last.get(document)], dtype=pl.String)
        every = pl.concat([before, number])
        begins = every.ne_missing(every.shift(1)).slice(1) | number.is_null()
        group = pl.concat([pl.Series([True], dtype=pl.Boolean), begins]).cum_sum()
        for header in self.survey.inherit:
            column = batch[header]
            above = pl.Series(header, [self._last.get(header)], dtype=column.dtype)
            frame = pl.DataFrame({"v": pl.concat([above, column]), "g": group})
            filled = frame.select(pl.col("v").forward_fill().over("g")).to_series().slice(1)
            batch = batch.with_columns(filled.alias(header))
        self._last = {document: number[-1], **{header: batch[header][-1] for header in self.survey.inherit}}
        return batch

    def _known(self, batch: pl.DataFrame) -> pl.Series:
        """Rows of documents one row of which has been counted."""
        key = document_key(batch, self.survey.key)
        numbered = clean_text(batch[self.survey.key[0]]).is_not_null()
        hashed = key.hash()
        known = ~hashed.is_first_distinct()
        for seen in self._seen:
            known |= hashed.is_in(seen.implode())
        self._seen.append(hashed.filter(numbered).unique())
        return known & numbered

    def _again(self, batch: pl.DataFrame) -> pl.Series:
        """Rows that differ from one above in the columns of taxes or payments alone: those of the first tax count."""
        apart = (ROW, *self.survey.again, *self.survey.counters)
        others = tuple(name for name in batch.columns if name not in apart)
        frame = pl.DataFrame({"key": document_key(batch, others), "tax": document_key(batch, self.survey.again)})
        numbered = clean_text(batch[self.survey.key[0]]).is_not_null()
        last = self._last.get("again")
        if isinstance(last, pl.DataFrame):
            frame = pl.concat([last, frame])
        first = frame.select(pl.col("tax").first().over("key")).to_series()
        out = (frame["tax"] != first).tail(batch.height)
        document = document_key(batch, self.survey.key)
        tail = frame.tail(batch.height).filter(document == document[-1])
        self._last["again"] = tail
        return out & numbered
