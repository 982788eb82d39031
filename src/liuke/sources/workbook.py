"""Excel workbooks, old and new: every visible sheet as text cells, with its merged cells."""

from __future__ import annotations

import os
import re
import struct
import sys
import tempfile
import zipfile
import zlib
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.layout import nothing_in, table_from_cells
from liuke.sources.workbook_marks import Marks, marks_of, parts_of_sheets
from liuke.sources.workbook_size import day_zero, refuse_bombs, refuse_far_cells, refuse_repeated_cells

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liuke.sources.table import RawTable

# what the standard library says of a damaged archive
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
BREAKS_OFF = N_("its end is missing, as after a download or copy that broke off")
PART_DAMAGED = N_("what it holds is damaged")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def open_workbook(path: Path, sheet: str | None, heading_row: int | None = None) -> list[RawTable]:
    """The tables of a workbook, one a visible sheet that holds anything; with `sheet` that one alone.

    `heading_row` is the row that names the columns, where somebody said so.
    """
    import fastexcel

    if _is_encrypted(path):
        raise _locked(path)
    refuse_bombs(path)
    _refuse_damaged(path)
    refuse_far_cells(path)
    refuse_repeated_cells(path)
    with _decoding(path):
        reader = fastexcel.read_excel(path)
        names = list(reader.sheet_names)
    if sheet is not None and sheet not in names:
        raise Invalid(
            N_("{file} has no sheet {sheet}; it has {have}."),
            fix=N_("Name one of these sheets."),
            file=str(path),
            sheet=sheet,
            have=", ".join(names),
        )
    try:
        merges, marks = _merges(path), marks_of(path)
    except ElementTree.ParseError as error:
        raise _unreadable(path, error) from error
    tables, hidden, zero = [], [], day_zero(path)
    for name in [sheet] if sheet is not None else names:
        with _decoding(path):
            loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
            cells = loaded.to_polars() if sheet is not None or loaded.visible == "visible" else None
        if cells is None:
            hidden += [name] if loaded.total_height else []
            continue
        mark = marks.get(name, Marks())
        mark.refuse_unworked(f"{path} [{name}]", cells.height)
        table = table_from_cells(cells, str(path), name, merges.get(name, []), heading_row=heading_row)
        if table is not None:
            tables.append(replace(table, day_zero=zero, notes=(*table.notes, *mark.notes(table.place))))
    if not tables:
        raise nothing_in(str(path))
    if hidden:
        said = N_("{file}: hidden sheets are not used: {sheets}. Name one with --sheet to read it.")
        note = Said(said, {"file": str(path), "sheets": ", ".join(hidden)})
        tables[0] = replace(tables[0], notes=(*tables[0].notes, note))
    return tables


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Refuse as damaged what the decoder can't make out, or dies of: it panics at some damaged old workbooks.

    A panic is an exception and a report for programmers on stderr; of the two the user is told the first. Packed
    workbooks have been found whole by their checksums before.
    """
    import fastexcel

    try:
        with nullcontext() if zipfile.is_zipfile(path) else _quiet():
            yield
    except fastexcel.FastExcelError as error:
        raise _unreadable(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path, error) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what native code writes to stderr away from it."""
    if sys.stderr is not None:
        sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as away:
            os.dup2(away.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _refuse_damaged(path: Path) -> None:
    """Refuse a packed workbook one of whose parts is not what its checksum says: the decoder may read on regardless."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as book:
            broken = book.testzip()
    except ZIP_FAULTS as error:
        raise _unreadable(path, error) from error
    if broken is not None:
        raise _unreadable(path, zipfile.BadZipFile(broken))


def _is_encrypted(path: Path) -> bool:
    """Whether a new-style workbook is wrapped in an encrypted container, as Excel does with a password."""
    with path.open("rb") as file:
        if file.read(8) != OLE:
            return False
        file.seek(0)
        return any("EncryptedPackage".encode("utf-16-le") in block for block in iter(lambda: file.read(1 << 22), b""))


def _locked(path: Path) -> Invalid:
    return Invalid(
        N_("{file} is protected by a password and can't be read."),
        fix=N_("Open it in Excel, remove the password, save it and load it again."),
        file=str(path),
    )


def _unreadable(path: Path, error: BaseException) -> Invalid:
    said = next(iter(str(error).splitlines()), type(error).__name__).removeprefix("calamine error: ")
    if "assword" in said or "ncrypt" in said:
        return _locked(path)
    if "limit exceeded" in said:
        return Invalid(
            N_("{file}: cells lie far from each other; between them all is blank."),
            fix=N_("Delete what stands there, or copy the rows into a new workbook, and load that."),
            file=str(path),
        )
    return not_whole(path, BREAKS_OFF if _lacks_its_end(path) else PART_DAMAGED)


def not_whole(path: Path, how: str) -> Invalid:
    """The refusal of a workbook that is not as it was written: BREAKS_OFF or PART_DAMAGED. No library's words."""
    return Invalid(
        N_("{file} is not a whole workbook: {how}."),
        fix=N_("Export or copy it again; if Excel still opens it, save it there as a new xlsx."),
        file=str(path),
        how=Said(how),
    )


def _lacks_its_end(path: Path) -> bool:
    """Whether a packed workbook breaks off: the list of its parts stands at its end."""
    with path.open("rb") as file:
        return file.read(2) == b"PK" and not zipfile.is_zipfile(path)


def _merges(path: Path) -> dict[str, list[tuple[int, int, int]]]:
    """By sheet, (column from 0, first row, last row) of cells merged downwards; none for old-style workbooks."""
    if not zipfile.is_zipfile(path):
        return {}
    found: dict[str, list[tuple[int, int, int]]] = {}
    with zipfile.ZipFile(path) as book:
        for name, part in parts_of_sheets(book).items():
            found[name] = _merges_in(book, part)
    return found


def _merges_in(book: zipfile.ZipFile, part: str) -> list[tuple[int, int, int]]:
    spans = []
    tail = b""
    with book.open(part) as file:
        while block := file.read(1 << 20):
            text = tail + block
            cut = max(text.rfind(b">") + 1, 0)
            for left, top, _, bottom in MERGE.findall(text[:cut]):
                if int(bottom) > int(top):
                    spans.append((_column_number(left.decode()), int(top), int(bottom)))
            tail = text[cut:]
    return spans


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
