"""What every kind of source becomes: raw tables that can be read again and again, a batch at a time."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from liuke.sources.physical import Apart, PhysicalAccount

ROW = "__row"  # the row number a person sees in the file, from 1
BATCH_ROWS = 250_000
SAMPLE_ROWS = 5000
ANSWER = "--answer"  # KEY=VALUE: the option that answers any question
DAY_ZERO = datetime.date(1899, 12, 30)
Layout = Literal["sheet", "text", "typed"]


@dataclass
class LeftOut:
    """How many rows of which class the last passage over a table left out."""

    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class RawTable:
    """One sheet, file or query result as it is: nothing converted, nothing dropped but blank rows.

    `batches()` starts anew at each call; a batch has the columns of `columns` and `__row` (UInt64).
    `merged` gives, by column, the row spans (first, last) that are one merged cell. `day_zero` is the day from which
    plain numbers count days. Of a text, `physical` says what became of every line, and `apart` are lines that hold data
    but have more fields than the heading: no row of a batch, they are counted as unusable.
    """

    origin: str
    sheet: str | None
    columns: list[str]
    first_row: int
    batches: Callable[[], Iterator[pl.DataFrame]]
    layout: Layout = "typed"
    titles: tuple[str, ...] = ()
    merged: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    notes: tuple[Said, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    day_zero: datetime.date = DAY_ZERO
    physical: PhysicalAccount | None = None
    apart: tuple[Apart, ...] = ()

    @property
    def place(self) -> str:
        """File and sheet as a message names them."""
        return f"{self.origin} [{self.sheet}]" if self.sheet else self.origin

    def sample(self, rows: int = 5000) -> pl.DataFrame:
        """The first rows, at most 5000, for guessing; `__row` left out. Read from the source once."""
        return self._first.head(rows).drop(ROW)

    def first(self, rows: int) -> pl.DataFrame:
        """The first rows with their numbers."""
        return self._first.head(rows)

    @cached_property
    def _first(self) -> pl.DataFrame:
        import polars as pl

        taken: list[pl.DataFrame] = []
        have = 0
        for batch in self.batches():
            taken.append(batch.head(SAMPLE_ROWS - have))
            have += taken[-1].height
            if have >= SAMPLE_ROWS:
                break
        if not taken:
            return pl.DataFrame(schema={ROW: pl.UInt64, **dict.fromkeys(self.columns, pl.String)})
        return pl.concat(taken, how="vertical_relaxed")


@dataclass(frozen=True)
class Choice:
    """One answer to a question: the value to give and what it means."""

    value: str
    meaning: Said


@dataclass(frozen=True)
class Question:
    """What the file alone can't tell. Without a `default` somebody must answer: by `option`, or in the mapping file.

    `--answer KEY=VALUE` answers any question. One of a word in a column has the `word` (header, word), and the key
    `HEADER:WORD`; its answer is one of the meanings a mapping may give a word.
    """

    key: str
    ask: Said
    choices: tuple[Choice, ...]
    option: str
    default: str | None = None
    evidence: tuple[str, ...] = ()
    word: tuple[str, str] | None = None

    @property
    def on_command_line(self) -> str:
        """The option that answers it, up to where the value begins."""
        if self.option != ANSWER:
            return f"{self.option} "
        return f'{ANSWER} "{self.key}=' if any(c in self.key for c in " *$") else f"{ANSWER} {self.key}="
