"""Open whatever a location names, a file, a folder, a pattern or a database, by its content and not by its ending."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.address import URL, hidden
from liuke.sources.day_parts import with_day
from liuke.sources.frames import left_out, narrowed, plain_column
from liuke.sources.heading import names_of
from liuke.sources.layout import nothing_in
from liuke.sources.opened import FileSeen, Opened
from liuke.sources.paths import paths_of, readable, shown
from liuke.sources.row_shapes import shaped
from liuke.sources.table import BATCH_ROWS, ROW, RawTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")


def open_source(
    location: str, *, sheet: str | None = None, query: str | None = None, heading_row: int | None = None
) -> Opened:
    """A file, folder, glob or database URL with its raw tables; refused when there is nothing to read.

    `sheet` names a sheet of a workbook or a table of a database, `query` is SQL for a database, `heading_row` the row
    of a file that names its columns, from 1.
    """
    from liuke.sources.databases import SQLITE, open_database, sqlite_address

    if URL.match(location):
        return Opened(hidden(location), open_database(location, table=sheet, query=query))
    if query is not None:
        raise Invalid(
            N_("{file} is a file: a query needs a database address such as postgresql://user@host/name."),
            file=hidden(shown(location)),
        )
    tables: list[RawTable] = []
    files: list[FileSeen] = []
    for path in paths_of(location):
        name = shown(path)
        try:
            seen = FileSeen.at(path, name)
            with path.open("rb") as file:
                head = file.read(4096)
            if head.startswith(SQLITE):
                opened = open_database(sqlite_address(readable(path)), table=sheet)
            else:
                opened = _open_file(readable(path), head, sheet, heading_row)
                files.append(seen)  # a database may be written to meanwhile: it shows one state to each query
        except OSError as error:
            raise _unreadable(name, error) from error
        tables += [shaped(with_day(replace(table, origin=name, batches=_reading(table, name)))) for table in opened]
    if heading_row is not None and all(table.first_row != heading_row + 1 for table in tables):
        raise Invalid(
            N_("{file}, row {row}: there are no column names."),
            fix=N_("--heading-row takes the number of the row that names the columns, as a spreadsheet counts rows."),
            file=shown(location),
            row=heading_row,
        )
    return Opened(shown(location), tables, tuple(files))


def _reading(table: RawTable, name: str) -> Callable[[], Iterator[pl.DataFrame]]:
    """The batches of a table; a file that can't be read on is refused as such, and not as one that can't be stored."""

    def batches() -> Iterator[pl.DataFrame]:
        try:
            yield from table.batches()
        except (OSError, UnicodeError) as error:
            raise _unreadable(name, error) from error

    return batches


def _unreadable(name: str, error: OSError | UnicodeError) -> Invalid:
    return Invalid(
        N_("{file} can't be read: {said}"),
        fix=N_("Check the right to read it, and that the disk with {folder} has room; nothing was loaded."),
        file=name,
        said=getattr(error, "strerror", None) or str(error),
        folder=tempfile.gettempdir(),
    )


def _open_file(path: Path, head: bytes, sheet: str | None, heading_row: int | None) -> list[RawTable]:
    """The tables of one file by its first bytes."""
    from liuke.sources.markup import open_html, open_sheet_xml
    from liuke.sources.text import open_text
    from liuke.sources.workbook import OLE, open_workbook

    if head and not head.strip(b"\0"):
        raise Invalid(
            N_("{file} holds nothing but zeros, as after a download or copy that broke off."),
            fix=N_("Copy or export it again."),
            file=str(path),
        )
    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise nothing_in(str(path))
    if head.startswith(b"PAR1"):
        return [open_parquet(path)]
    if head.startswith(b"PK"):
        if path.suffix.lower() == ".zip" or (zipfile.is_zipfile(path) and not _is_workbook(path)):
            raise _packed(path)
        return open_workbook(path, sheet, heading_row)
    if head.startswith(OLE) or head[:4] in (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00"):
        return open_workbook(path, sheet, heading_row)
    if head.startswith(ARCHIVES):
        raise _packed(path)
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<?xml", b"<workbook")) and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return open_sheet_xml(path, sheet, heading_row)
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<?xml", b"<div")):
        return open_html(path, sheet, heading_row)
    return [open_text(path, heading_row)]


def _is_workbook(path: Path) -> bool:
    from liuke.sources.workbook import ZIP_FAULTS

    try:
        with zipfile.ZipFile(path) as book:
            names = book.namelist()
    except ZIP_FAULTS:  # damaged: its reader says how
        return True
    return any(name.startswith("xl/") or name == "content.xml" for name in names)


def refuse_packed(path: Path) -> None:
    """Refuse an archive, and a workbook whose parts unpack to far more than one holds: their list alone is read."""
    from liuke.sources.workbook_size import refuse_bombs

    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(ARCHIVES) or (head.startswith(b"PK") and zipfile.is_zipfile(path) and not _is_workbook(path)):
        raise _packed(path)
    refuse_bombs(path)


def _packed(path: Path) -> Invalid:
    return Invalid(N_("{file} is an archive."), fix=N_("Unpack it and load the file inside."), file=str(path))


def open_parquet(path: Path) -> RawTable:
    """The table of a Parquet file, streamed a row group's part at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        stored = [name for name in schema.names if not name.startswith("__index_level_")]
        looks = {name: _first_look(path, name) for name in stored if _is_odd(schema.field(name).type)}
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise _broken(path) from error
    notes = tuple(left_out(path.name, name, schema.field(name).type) for name in stored if looks.get(name) is False)
    stored = [name for name in stored if looks.get(name) is not False]
    columns = names_of(stored, len(stored))

    def batches() -> Iterator[pl.DataFrame]:
        import polars as pl

        first = 1
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                for part in file.iter_batches(batch_size=BATCH_ROWS, columns=stored):
                    frame = _plain_frame(pl.DataFrame(narrowed(part)), columns)
                    numbers = pl.int_range(first, first + frame.height, dtype=pl.UInt64, eager=True)
                    first += frame.height
                    yield frame.with_columns(numbers.alias(ROW))
        except (pa.ArrowException, OSError, UnicodeError) as error:
            raise _broken(path) from error

    return RawTable(str(path), None, columns, 1, batches, notes=notes)


def _is_odd(kind: pa.DataType) -> bool:
    """Whether values of an Arrow type may be none that a cell can hold."""
    import pyarrow as pa

    types = pa.types
    plain = (types.is_string, types.is_large_string, types.is_integer, types.is_floating, types.is_decimal,
             types.is_date, types.is_timestamp, types.is_boolean)  # fmt: skip
    return not any(is_plain(kind) for is_plain in plain)


def _first_look(path: Path, name: str) -> bool:
    """Whether the first values of a Parquet column can be cells."""
    import polars as pl
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for part in file.iter_batches(batch_size=1000, columns=[name]):
                return plain_column(pl.DataFrame(part).to_series()) is not None
    except pl.exceptions.PolarsError:
        return False
    return False


def _plain_frame(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The columns under these names as cells can be; bytes that are no text are blank."""
    import polars as pl

    for place, name in enumerate(names):
        column = frame.to_series(place)
        plain = plain_column(column)
        made = plain if plain is not None else pl.Series(name, [None] * column.len(), dtype=pl.String)
        if made is not column or column.name != name:
            frame = frame.replace_column(place, made.alias(name))
    return frame


def _broken(path: Path) -> Invalid:
    return Invalid(N_("{file} is not a whole Parquet file."), fix=N_("Copy or export it again."), file=str(path))
