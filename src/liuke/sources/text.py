"""Delimited text in any usual encoding, streamed; text that is not UTF-8 is rewritten to a temporary file."""

from __future__ import annotations

import csv
import os
import re
import tempfile
import weakref
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.encoding import TextFormat, detect
from liuke.sources.heading import heading
from liuke.sources.layout import nothing_in, texts, without_blank_rows
from liuke.sources.table import BATCH_ROWS, ROW, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_LINES = 400
BLANKS = re.compile(r"\s+")


@dataclass
class _Readable:
    """A UTF-8 file the engine can read: the user's own, or a temporary one that goes when the table goes."""

    path: Path
    delimiter: str
    quote: str | None
    slow: bool  # quotation marks do not pair up line by line: only a character-wise reader is right

    def discard_with_table(self) -> None:
        weakref.finalize(self, _remove, str(self.path))


def _remove(path: str) -> None:
    if os.path.exists(path):  # may run while the interpreter shuts down
        os.unlink(path)


def open_text(path: Path, heading_row: int | None = None) -> RawTable:
    """The table of a delimited text file; `heading_row` names its columns where somebody said so."""
    form = detect(path)
    with path.open(encoding=form.encoding, newline="") as file:
        lines = [line.rstrip("\r\n") for line in islice(_universal(file), max(SAMPLE_LINES, heading_row or 0))]
    if not any(line.strip() for line in lines):
        raise nothing_in(str(path))
    delimiter = _declared(lines) or guess_delimiter(lines)
    rows = split_lines(lines, delimiter, quoted=form.quotes)
    names, first_named, start, notes = heading(rows, str(path), None if heading_row is None else heading_row - 1)
    readable = _readable(path, form, delimiter, headless=start == 0)
    used = [n for k, n in enumerate(names) if not _is_blank_column(n, k, rows[start:])]

    def batches() -> Iterator[pl.DataFrame]:
        reader = _slow_batches if readable.slow else _fast_batches
        for batch in reader(readable, names, start, str(path)):
            yield without_blank_rows(batch.select(ROW, *used))

    titles = texts(rows[:first_named])
    return RawTable(str(path), None, used, start + 1, batches, layout="text", titles=titles, notes=notes)


def _is_blank_column(name: str, position: int, rows: list[list[str]]) -> bool:
    return name == f"column_{position + 1}" and not any(len(r) > position and r[position].strip() for r in rows)


def _universal(file: Iterator[str]) -> Iterator[str]:
    """Physical lines, also of files whose only line end is a carriage return."""
    for line in file:
        if "\r" in line.rstrip("\r\n"):
            yield from line.split("\r")
        else:
            yield line


def _declared(lines: list[str]) -> str | None:
    """The delimiter of Excel's own first line `sep=;`."""
    first = lines[0].removeprefix("\ufeff").strip().strip('"').lower()
    return first[4] if first.startswith("sep=") and len(first) == 5 else None


def guess_delimiter(lines: list[str]) -> str:
    """The character that cuts most lines into equally many fields; a blank where none does but runs of blanks do."""
    filled = [line for line in lines if line.strip()]
    best, best_score = "", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(filled, delimiter=delimiter)]
        several = [w for w in widths if w > 1]
        if not several:
            continue
        usual = max(set(several), key=several.count)
        score = (round(several.count(usual) / len(widths), 1), usual)
        if score > best_score:
            best, best_score = delimiter, score
    if best_score[0] >= 0.5:
        return best
    widths = [len(line.split()) for line in filled]
    usual = max(set(widths), key=widths.count)
    if usual > 1 and widths.count(usual) >= 0.8 * len(widths):
        return " "
    return best or ","


def split_lines(lines: list[str], delimiter: str, *, quoted: bool) -> list[list[str]]:
    """Fields of each physical line."""
    lines = [line.removeprefix("\ufeff") for line in lines]
    if delimiter == " ":
        return [line.split() for line in lines]
    if not quoted:
        return [line.split(delimiter) for line in lines]
    return [next(csv.reader([line], delimiter=delimiter), []) for line in lines]


def _readable(path: Path, form: TextFormat, delimiter: str, *, headless: bool) -> _Readable:
    """The file itself when the engine reads it as it is, else a UTF-8 copy of it."""
    quote = '"' if form.quotes else None
    with path.open("rb") as file:
        head = file.read(1 << 16)
    old_line_ends = b"\r" in head and b"\n" not in head
    plain = form.encoding == "utf-8" or (form.encoding == "utf-8-sig" and not headless)
    if plain and delimiter != " " and not old_line_ends:
        return _Readable(path, delimiter, quote, slow=form.odd_quotes)
    handle, name = tempfile.mkstemp(prefix="liuke-", suffix=".txt")
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    readable = _Readable(Path(name), "\t" if delimiter == " " else delimiter, quote, slow=False)
    readable.discard_with_table()
    with path.open(encoding=encoding, newline="") as source, open(handle, "w", encoding="utf-8", newline="") as copy:
        for line in _universal(source):
            text = line.rstrip("\r\n")
            readable.slow = readable.slow or text.count('"') % 2 == 1
            copy.write((BLANKS.sub("\t", text.strip()) if delimiter == " " else text) + "\n")
    return readable


def _fast_batches(readable: _Readable, names: list[str], start: int, origin: str) -> Iterator[pl.DataFrame]:
    import polars as pl

    scan = pl.scan_csv(
        readable.path,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        separator=readable.delimiter,
        quote_char=readable.quote,
        skip_lines=start,
        row_index_name=ROW,
        row_index_offset=start + 1,
        infer_schema=False,
        glob=False,
        raise_if_empty=False,
    )
    try:
        for batch in scan.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            yield batch.with_columns(pl.col(ROW).cast(pl.UInt64))
    except pl.exceptions.PolarsError as error:
        raise _misfit(readable, len(names), start, origin) or Invalid(
            N_("{file} can't be read: {said}"),
            fix=N_("Open the file, save it as CSV in UTF-8 and load it again."),
            file=origin,
            said=str(error).splitlines()[0],
        ) from error


def _records(readable: _Readable, start: int) -> Iterator[tuple[int, list[str]]]:
    """Row number and fields, by a reader that takes stray quotation marks as they are."""
    with readable.path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(start):
            next(file, None)
        if readable.quote:
            yield from enumerate(csv.reader(file, delimiter=readable.delimiter), start + 1)
        else:
            plain = csv.reader(file, delimiter=readable.delimiter, quoting=csv.QUOTE_NONE)
            yield from enumerate(plain, start + 1)


def _misfit(readable: _Readable, width: int, start: int, origin: str) -> Invalid | None:
    for number, fields in _records(readable, start):
        if len(fields) > width and any(f.strip() for f in fields[width:]):
            return Invalid(
                N_("{file}, row {row}: {found} fields where the header has {width}."),
                fix=N_("A field with the delimiter {delimiter} inside must stand in quotation marks."),
                file=origin,
                row=number,
                found=len(fields),
                width=width,
                delimiter=repr(readable.delimiter),
            )
    return None


def _slow_batches(readable: _Readable, names: list[str], start: int, origin: str) -> Iterator[pl.DataFrame]:
    import polars as pl

    schema = {ROW: pl.UInt64, **dict.fromkeys(names, pl.String)}
    rows: list[list[object]] = []
    width = len(names)
    for number, fields in _records(readable, start):
        if len(fields) > width and any(f.strip() for f in fields[width:]):
            misfit = _misfit(readable, width, start, origin)
            assert misfit is not None
            raise misfit
        padded = [f or None for f in fields[:width]] + [None] * (width - len(fields))
        rows.append([number, *padded])
        if len(rows) == BATCH_ROWS:
            yield pl.DataFrame(rows, schema=schema, orient="row")
            rows = []
    if rows:
        yield pl.DataFrame(rows, schema=schema, orient="row")
