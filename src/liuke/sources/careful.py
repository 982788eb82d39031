"""Text the engine would read wrongly, read line by line into a temporary Parquet file, with an account of each line."""

from __future__ import annotations

import os
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.physical import Apart, PhysicalAccount, not_rows_said
from liuke.sources.quotes import Records
from liuke.sources.table import BATCH_ROWS, ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from liuke.sources.cutting import Cut
    from liuke.sources.joining import Shape
    from liuke.sources.quotes import Record

MOST_MISFITS = 0.1
JOINED = N_(
    "{place}: in {count} rows numbers were cut by their own commas and are put together again, the first is row {row}: "
    "{found}."
)
STRAY = N_("{place}: in {count} rows a quotation mark stands alone and is taken as it stands, the first is row {row}.")


class Temporary:
    """A file that goes when the last table that reads it goes."""

    def __init__(self, suffix: str) -> None:
        self.handle, name = tempfile.mkstemp(prefix="liuke-", suffix=suffix)
        self.path = Path(name)
        weakref.finalize(self, _remove, name)


def _remove(path: str) -> None:
    if os.path.exists(path):  # may run while the interpreter shuts down
        os.unlink(path)


@dataclass
class Careful:
    """The rows of a text in a temporary file, and what else was in it."""

    names: list[str]
    filled: list[bool]
    rows: Temporary = field(default_factory=lambda: Temporary(".parquet"))
    apart: list[Apart] = field(default_factory=list)
    joined: list[tuple[int, str]] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    account: PhysicalAccount | None = None

    def batches(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        """These columns of the rows, with their numbers."""
        import polars as pl
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.rows.path) as file:
            for part in file.iter_batches(batch_size=BATCH_ROWS, columns=[ROW, *columns]):
                yield pl.DataFrame(part)

    def data_apart(self, columns: list[str]) -> tuple[Apart, ...]:
        """The lines apart that hold data, with fields for these columns first."""
        left = {place for place, name in enumerate(self.names) if name not in columns}
        return tuple(
            replace(line, fields=tuple(f for place, f in enumerate(line.fields) if place not in left))
            for line in self.apart
            if line.data
        )

    def notes(self, place: str) -> tuple[Said, ...]:
        """What is said of lines that are not as they should be."""
        notes = list(not_rows_said(self.apart, place))
        if self.joined:
            row, found = self.joined[0]
            notes.append(Said(JOINED, {"place": place, "count": len(self.joined), "row": row, "found": found}))
        if self.strays:
            notes.append(Said(STRAY, {"place": place, "count": len(self.strays), "row": self.strays[0]}))
        return tuple(notes)


def read_carefully(path: Path, cut: Cut, names: list[str], shape: Shape, skip: tuple[int, int], origin: str) -> Careful:
    """The rows below `skip` = (records, physical lines) of titles and heading."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = Careful(names, [False] * len(names))
    schema = pa.schema([(ROW, pa.uint64()), *((name, pa.string()) for name in names)])
    with (
        path.open(encoding="utf-8-sig", newline="") as file,
        open(found.rows.handle, "wb") as target,
        pq.ParquetWriter(target, schema) as writer,
    ):
        reader = _Lines(found, cut, shape, origin)
        lines = reader.counted(cut.lines(file))
        for _ in range(skip[1]):
            next(lines, None)
        rows: list[list[object]] = []
        for number, record in enumerate(Records(lines, cut.delimiter, shape.width, quoted=cut.quoted), skip[0] + 1):
            cells = reader.row(number, record)
            if cells is not None:
                rows.append([number, *cells])
            if len(rows) == BATCH_ROWS:
                writer.write_table(_table(rows, schema))
                rows = []
        if rows:
            writer.write_table(_table(rows, schema))
    found.account = reader.account(skip[1])
    found.account.check(origin)
    reader.refuse_misfits()
    return found


class _Lines:
    """Sorts records into rows, blanks, rulers and lines apart, and counts them."""

    def __init__(self, found: Careful, cut: Cut, shape: Shape, origin: str) -> None:
        self.found, self.cut, self.shape, self.origin = found, cut, shape, origin
        self.seen = self.rows = self.blank = self.rulers = self.continued = 0

    def counted(self, lines: Iterator[str]) -> Iterator[str]:
        """The lines, counted as they come from the file."""
        for line in lines:
            self.seen += 1
            yield line

    def row(self, number: int, record: Record) -> list[str | None] | None:
        """The cells of a record that is a row of the table."""
        self.continued += record.lines - 1
        fields = record.fields if self.cut.delimiter != " " else self.cut.fields(record.raw)
        if not any(map(str.strip, fields)):
            self.blank += 1
            return None
        if self.cut.is_ruler(record.raw):
            self.rulers += 1
            return None
        if self.cut.is_outside(record.raw):
            data = not self.cut.framed and self.shape.holds_data(fields)
            self._apart(number, fields if data else [record.raw.strip()], data=data)
            return None
        width = self.shape.width
        if len(fields) > width and any(map(str.strip, fields[width:])):
            joined = self.shape.joined(fields)
            if joined is None:
                self._apart(number, fields, data=self.shape.holds_data(fields))
                return None
            self.found.joined.append((number, record.raw if len(record.raw) <= 120 else record.raw[:119] + "…"))
            fields = joined
        if record.stray:
            self.found.strays.append(number)
        self.rows += 1
        return self._padded(fields)

    def _padded(self, fields: Sequence[str]) -> list[str | None]:
        width = self.shape.width
        cells: list[str | None] = [cell if cell.strip() else None for cell in fields[:width]]
        for place, cell in enumerate(cells):
            if cell is not None:
                self.found.filled[place] = True
        return cells + [None] * (width - len(cells))

    def _apart(self, number: int, fields: Sequence[str], *, data: bool) -> None:
        self.found.apart.append(Apart(number, tuple(fields), data))

    def account(self, above: int) -> PhysicalAccount:
        return PhysicalAccount(
            lines=self.seen,
            above=min(above, self.seen),
            rows=self.rows,
            blank=self.blank,
            rulers=self.rulers,
            continued=self.continued,
            apart=len(self.found.apart),
        )

    def refuse_misfits(self) -> None:
        """Refuse a text of which many rows have more fields than names: which is which nobody can tell."""
        misfits = [line for line in self.found.apart if line.data]
        if len(misfits) > max(1, MOST_MISFITS * (self.rows + len(misfits))):
            raise Invalid(
                N_("{file}, row {row}: {found} fields where the header has {width}; so it is in {count} rows."),
                fix=N_("A field with the delimiter {delimiter} inside must stand in quotation marks."),
                file=self.origin,
                row=misfits[0].row,
                found=len(misfits[0].fields),
                width=self.shape.width,
                count=len(misfits),
                delimiter=repr(self.cut.delimiter),
            )


def _table(rows: list[list[object]], schema: object) -> object:
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, schema.types, strict=True)]  # type: ignore[attr-defined]
    return pa.Table.from_arrays(arrays, schema=schema)
