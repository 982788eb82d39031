"""Open whatever a location names, a file, a folder, a pattern or a database, by its content and not by its ending."""

from __future__ import annotations

import glob
import re
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import BadInput
from liuke.kernel.i18n import N_
from liuke.sources.layout import nothing_in
from liuke.sources.table import BATCH_ROWS, ROW, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

URL = re.compile(r"^[a-zA-Z][a-zA-Z0-9+]+://")
ENDINGS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".csv", ".tsv", ".txt", ".parquet", ".pq")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_source(location: str, *, sheet: str | None = None, query: str | None = None) -> list[RawTable]:
    """The raw tables of a file, folder, glob or database URL; refused when there is nothing to read.

    `sheet` names a sheet of a workbook or a table of a database, `query` is SQL for a database.
    """
    from liuke.sources.databases import open_database, sqlite_address

    if URL.match(location):
        return open_database(location, table=sheet, query=query)
    if query is not None:
        raise BadInput(
            N_("{file} is a file: a query needs a database address such as postgresql://user@host/name."),
            file=location,
        )
    tables = []
    for path in paths_of(location):
        try:
            with path.open("rb") as file:
                head = file.read(4096)
            if head.startswith(b"SQLite format 3\0"):
                tables += open_database(sqlite_address(path), table=sheet)
            else:
                tables += _open_file(path, head, sheet)
        except OSError as error:
            raise BadInput(
                N_("{file} can't be read: {said}"),
                fix=N_("Check the right to read it, and that the disk with {folder} has room; nothing was loaded."),
                file=str(path),
                said=error.strerror or str(error),
                folder=tempfile.gettempdir(),
            ) from error
    return tables


def paths_of(location: str) -> list[Path]:
    """The files a location names, in the order of their names."""
    path = Path(location).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and not _is_hidden(p, path))
    else:
        found = sorted(p for p in map(Path, glob.glob(str(path), recursive=True)) if p.is_file())
    if found:
        return found
    if path.is_dir():
        raise BadInput(
            N_("The folder {file} holds no file that can be loaded."),
            fix=N_("Put xlsx, xls, CSV, text or Parquet files there, or name another folder."),
            file=location,
        )
    raise BadInput(
        N_("{file} does not exist."),
        fix=N_("Check the path; a database is named by an address such as postgresql://user@host/name."),
        file=location,
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    """Working files of other programs: `.part`, `_SUCCESS`, Excel's lock `~$book.xlsx`."""
    return any(part.startswith((".", "_", "~$")) for part in path.relative_to(folder).parts)


def _open_file(path: Path, head: bytes, sheet: str | None) -> list[RawTable]:
    """The tables of one file by its first bytes."""
    from liuke.sources.markup import open_html, open_sheet_xml
    from liuke.sources.text import open_text
    from liuke.sources.workbook import open_workbook

    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise nothing_in(str(path))
    if head.startswith(b"PAR1"):
        return [open_parquet(path)]
    if head.startswith(b"PK"):
        if zipfile.is_zipfile(path) and not _is_workbook(path):
            raise _packed(path)
        return open_workbook(path, sheet)
    if head.startswith(OLE) or head[:4] in (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00"):
        return open_workbook(path, sheet)
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")):
        raise _packed(path)
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<?xml", b"<workbook")) and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return open_sheet_xml(path, sheet)
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<?xml", b"<div")):
        return open_html(path, sheet)
    return [open_text(path)]


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
    return any(name.startswith("xl/") or name == "content.xml" for name in names)


def _packed(path: Path) -> BadInput:
    return BadInput(N_("{file} is an archive."), fix=N_("Unpack it and load the file inside."), file=str(path))


def open_parquet(path: Path) -> RawTable:
    """The table of a Parquet file, streamed a row group's part at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        columns = [name for name in pq.read_schema(path).names if not name.startswith("__index_level_")]
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from error

    def batches() -> Iterator[pl.DataFrame]:
        import polars as pl

        first = 1
        try:
            with pq.ParquetFile(path) as file:
                for part in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                    frame = pl.DataFrame(part)
                    numbers = pl.int_range(first, first + frame.height, dtype=pl.UInt64, eager=True)
                    first += frame.height
                    yield frame.with_columns(numbers.alias(ROW))
        except (pa.ArrowException, OSError) as error:
            raise _broken(path, error) from error

    return RawTable(str(path), None, columns, 1, batches)


def _broken(path: Path, error: Exception) -> BadInput:
    return BadInput(
        N_("{file} is not a whole Parquet file: {said}."),
        fix=N_("Copy or export it again."),
        file=str(path),
        said=str(error).splitlines()[0].rstrip("."),
    )
