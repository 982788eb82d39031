"""What is looked at before a workbook is opened: how large it becomes, how far its cells lie, where its days begin."""

from __future__ import annotations

import datetime
import re
import zipfile
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.table import DAY_ZERO

if TYPE_CHECKING:
    from pathlib import Path

DAY_ZERO_1904 = datetime.date(1904, 1, 1)
LARGEST = 4 << 30  # bytes of all parts together
LARGE, DENSE = 64 << 20, 150  # of one part: bytes unpacked, and how many of them one packed byte may give
MOST_CELLS, THINNEST = (
    20_000_000,
    50,
)  # from corner to corner; blank ones a filled one may have
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
CORNER = re.compile(rb'\br="([A-Z]{2,3})(\d+)"')
ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
OPEN_TAG = re.compile(rb"<table:(?:table-)?(?:covered-table-)?(row|cell)\b([^>]*?)(/?)>")
SINCE_1904 = re.compile(rb'date1904\s*=\s*"(1|true|on)"')
MODE_1904 = b"\x22\x00\x02\x00\x01\x00"  # the record of old workbooks
OLD = b"\xd0\xcf\x11\xe0"
BLOCK = 1 << 20


def refuse_bombs(path: Path) -> None:
    """Refuse a packed workbook whose parts unpack to far more than a workbook holds."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # damaged: its reader says how
    dense = any(p.file_size > LARGE and p.file_size > DENSE * max(p.compress_size, 1) for p in parts)
    if dense or sum(part.file_size for part in parts) > LARGEST:
        raise Invalid(
            N_("{file} unpacks to {size} megabytes, far more than a workbook of its size holds: it is not opened."),
            fix=N_("Open it, copy the rows into a new workbook or save them as CSV, and load that."),
            file=str(path),
            size=sum(part.file_size for part in parts) >> 20,
        )


def refuse_far_cells(path: Path) -> None:
    """Refuse a sheet whose cells lie so far apart that nearly all between them is blank: opening it fills memory."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        for part in book.namelist():
            if SHEET.match(part):
                rows, columns, filled, corner = _extent(book, part)
                if rows > MOST_ROWS or (rows * columns > MOST_CELLS and rows * columns > THINNEST * filled):
                    raise Invalid(
                        N_("{file}: cell {cell} lies far from the others; between them all is blank."),
                        fix=N_("Delete what stands there, or copy the rows into a new workbook, and load that."),
                        file=str(path),
                        cell=corner,
                    )


def refuse_repeated_cells(path: Path) -> None:
    """Refuse an OpenDocument sheet that says of filled cells to repeat them so often that opening it fills memory."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        if "content.xml" not in book.namelist():
            return
        cells, times, tail = 0, 1, b""
        with book.open("content.xml") as file:
            while block := file.read(BLOCK):
                text = tail + block
                cut = text.rfind(b">") + 1
                tail = text[cut:]
                for kind, told, end in OPEN_TAG.findall(text[:cut]):
                    if kind == b"row":
                        times = _times(told, b"rows")
                    elif not end or b"value" in told:
                        cells += times * _times(told, b"columns")
                if cells > MOST_CELLS:
                    raise Invalid(
                        N_("{file}: filled cells are repeated {count} times and more, as no table does."),
                        fix=N_("Copy the rows into a new workbook, and load that."),
                        file=str(path),
                        count=cells,
                    )


def _times(told: bytes, of: bytes) -> int:
    found = re.search(rb"number-" + of + rb'-repeated="(\d{1,9})"', told)
    return int(found.group(1)) if found else 1


def _extent(book: zipfile.ZipFile, part: str) -> tuple[int, int, int, str]:
    """Last row, last column, how many cells there are, and the farthest cell by its column."""
    rows, columns, filled, corner, tail = 0, 26, 0, "", b""
    with book.open(part) as file:
        while block := file.read(BLOCK):
            text = tail + block
            cut = max(text.rfind(b">") + 1, 0)
            whole, tail = text[:cut], text[cut:]
            filled += whole.count(b"<c ") + whole.count(b":c ")
            at = max(whole.rfind(b"<row "), whole.rfind(b":row "), 0)
            found = ROW_NUMBER.search(whole, at) or ROW_NUMBER.search(whole)
            if found and int(found.group(1)) >= rows:
                rows = int(found.group(1))
                corner = corner or f"A{rows}"
            for letters, number in CORNER.findall(whole):
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                if column > columns:
                    columns, corner = column, f"{letters.decode()}{number.decode()}"
    return rows, columns, filled, corner


def day_zero(path: Path) -> datetime.date:
    """The day from which the numbers of a workbook count days: 1904-01-01 in those first made on a Macintosh."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            if "xl/workbook.xml" not in book.namelist():
                return DAY_ZERO
            return DAY_ZERO_1904 if SINCE_1904.search(book.read("xl/workbook.xml")) else DAY_ZERO
    with path.open("rb") as file:
        head = file.read(1 << 16)
    return DAY_ZERO_1904 if head.startswith(OLD) and MODE_1904 in head else DAY_ZERO
