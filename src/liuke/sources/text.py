"""Delimited text in any usual encoding, streamed; text that is not UTF-8 is rewritten to a temporary file.

A file whose every line has its fields, its quotation marks in pairs, goes to the engine as it is; any other is read
line by line, so that no line is lost to a mark, a short row or a page head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, islice, takewhile
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.careful import Temporary, read_carefully
from liuke.sources.cutting import Cut, cut_of, head_of
from liuke.sources.encoding import TextFormat, detect
from liuke.sources.heading import heading
from liuke.sources.layout import nothing_in, texts, without_blank_rows
from liuke.sources.line_survey import LONGEST_LINE, survey_lines
from liuke.sources.physical import PhysicalAccount
from liuke.sources.table import BATCH_ROWS, ROW, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    import polars as pl

SAMPLE_LINES = 400
NAMELESS = re.compile(r"column_\d+")


@dataclass(frozen=True)
class _Readable:
    """A UTF-8 file the engine can read: the user's own, or a temporary one."""

    path: Path
    copy: Temporary | None  # held so long as it is read


def open_text(path: Path, heading_row: int | None = None) -> RawTable:
    """The table of a delimited text file; `heading_row` names its columns where somebody said so."""
    form = detect(path)
    readable = _readable(path, form)
    with readable.path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(islice(_lines(file, path), max(SAMPLE_LINES, heading_row or 0)))
    if not any(line.strip() for line in lines):
        raise nothing_in(str(path))
    cut = cut_of(lines, quoted=form.quotes)
    head = head_of(list(cut.lines(lines)), cut, heading_row)
    if head.in_doubt:
        raise _in_doubt(path, head.width)
    named = None if heading_row is None else sum(1 for last in accumulate(head.lines) if last < heading_row)
    names, first_named, start, notes = heading(head.rows, str(path), named)
    above = sum(head.lines[:start])
    seen = survey_lines(readable.path, cut.delimiter, head.width, above, quoted=form.quotes)
    titles = texts(head.rows[:first_named])
    marked = form.encoding == "utf-8-sig" and not start and readable.copy is None
    if cut.plain and seen.even and above == start and seen.lines >= len(lines) and not marked:
        used = [n for k, n in enumerate(names) if not _is_blank_column(n, k, head.rows[start:])]
        skip = start + sum(1 for _ in takewhile(lambda line: not line.strip(), lines[start:]))
        plain = _Plain(readable, cut, names, used, skip, seen.lines, str(path))
        account = PhysicalAccount(seen.lines, start, seen.lines - skip, skip - start, 0, 0, 0)
        return RawTable(str(path), None, used, start + 1, plain.batches, layout="text", titles=titles, notes=notes,
                        physical=account)  # fmt: skip
    found = read_carefully(readable.path, cut, names, head.shape, (start, above), str(path))
    used = [n for n, filled in zip(names, found.filled, strict=True) if filled or not NAMELESS.fullmatch(n)]
    notes = (*notes, *found.notes(str(path)))
    return RawTable(str(path), None, used, start + 1, lambda: map(without_blank_rows, found.batches(used)),
                    layout="text", titles=titles, notes=notes, physical=found.account,
                    apart=found.data_apart(used))  # fmt: skip


def _is_blank_column(name: str, position: int, rows: list[list[str]]) -> bool:
    return name == f"column_{position + 1}" and not any(len(r) > position and r[position].strip() for r in rows)


def _in_doubt(path: Path, width: int) -> Invalid:
    return Invalid(
        N_("{file}: most rows have {found} fields, and the heading has fewer names: commas may cut numbers in two."),
        fix=N_("Export again with another delimiter, with quotation marks around the cells, or as xlsx."),
        file=str(path),
        found=width,
    )


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    """Physical lines; a line no text has the length of is refused."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Invalid(
                N_("{file}: one line is longer than {size} characters; this is no table."),
                fix=N_("Export the data as xlsx, CSV or Parquet and load that file."),
                file=str(path),
                size=LONGEST_LINE,
            )
        yield line


def _readable(path: Path, form: TextFormat) -> _Readable:
    """The file itself when it is in UTF-8, else a UTF-8 copy of it."""
    if form.encoding in ("utf-8", "utf-8-sig"):
        return _Readable(path, None)
    copy = Temporary(".txt")
    with (
        path.open(encoding=form.encoding, newline="") as source,
        open(copy.handle, "w", encoding="utf-8", newline="") as target,
    ):
        for line in _lines(source, path):
            target.write(line.rstrip("\r\n") + "\n")
    return _Readable(copy.path, copy)


@dataclass(frozen=True)
class _Plain:
    """A text whose every line the engine reads as it is."""

    readable: _Readable
    cut: Cut
    names: list[str]
    used: list[str]
    start: int
    lines: int
    origin: str

    def batches(self) -> Iterator[pl.DataFrame]:
        """The rows that hold anything, after the last of which the lines are counted."""
        import polars as pl

        scan = pl.scan_csv(
            self.readable.path,
            has_header=False,
            schema=dict.fromkeys(self.names, pl.String),
            separator=self.cut.delimiter,
            quote_char='"' if self.cut.quoted else None,
            skip_lines=self.start,
            row_index_name=ROW,
            row_index_offset=self.start + 1,
            infer_schema=False,
            null_values="",
            glob=False,
            raise_if_empty=False,
        )
        rows = 0
        try:
            for batch in scan.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
                rows += batch.height
                yield without_blank_rows(batch.select(pl.col(ROW).cast(pl.UInt64), *self.used))
        except pl.exceptions.PolarsError as error:
            raise self._unreadable() from error
        PhysicalAccount(self.lines, self.start, rows, 0, 0, 0, 0).check(self.origin)

    def _unreadable(self) -> Invalid:
        return Invalid(
            N_("{file} can't be read as a table of {count} columns."),
            fix=N_("Open the file, save it as CSV in UTF-8 and load it again."),
            file=self.origin,
            count=len(self.names),
        )
