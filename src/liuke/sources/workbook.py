"""Excel workbooks, old and new: every visible sheet as text cells, with its merged cells."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from liuke.kernel.errors import BadInput
from liuke.kernel.i18n import N_
from liuke.sources.layout import nothing_in, table_from_cells

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.sources.table import RawTable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def open_workbook(path: Path, sheet: str | None) -> list[RawTable]:
    """The tables of a workbook, one a visible sheet that holds anything; with `sheet` that one alone."""
    import fastexcel

    if _is_encrypted(path):
        raise _locked(path)
    try:
        reader = fastexcel.read_excel(path)
        names = list(reader.sheet_names)
    except fastexcel.FastExcelError as error:
        raise _unreadable(path, error) from error
    if sheet is not None and sheet not in names:
        raise BadInput(
            N_("{file} has no sheet {sheet}; it has {have}."),
            fix=N_("Name one of these sheets."),
            file=str(path),
            sheet=sheet,
            have=", ".join(names),
        )
    merges = _merges(path)
    tables = []
    for name in [sheet] if sheet is not None else names:
        try:
            loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
            if sheet is None and loaded.visible != "visible":
                continue
            cells = loaded.to_polars()
        except fastexcel.FastExcelError as error:
            raise _unreadable(path, error) from error
        table = table_from_cells(cells, str(path), name, merges.get(name, []))
        if table is not None:
            tables.append(table)
    if not tables:
        raise nothing_in(str(path))
    return tables


def _is_encrypted(path: Path) -> bool:
    """Whether a new-style workbook is wrapped in an encrypted container, as Excel does with a password."""
    with path.open("rb") as file:
        if file.read(8) != OLE:
            return False
        file.seek(0)
        return any("EncryptedPackage".encode("utf-16-le") in block for block in iter(lambda: file.read(1 << 22), b""))


def _locked(path: Path) -> BadInput:
    return BadInput(
        N_("{file} is protected by a password and can't be read."),
        fix=N_("Open it in Excel, remove the password, save it and load it again."),
        file=str(path),
    )


def _unreadable(path: Path, error: Exception) -> BadInput:
    said = str(error).splitlines()[0].removeprefix("calamine error: ")
    if "assword" in said or "ncrypt" in said:
        return _locked(path)
    return BadInput(
        N_("{file} is not a whole workbook: {said}."),
        fix=N_("Export or copy it again; if Excel still opens it, save it there as a new xlsx."),
        file=str(path),
        said=said.rstrip("."),
    )


def _merges(path: Path) -> dict[str, list[tuple[int, int, int]]]:
    """By sheet, (column from 0, first row, last row) of cells merged downwards; none for old-style workbooks."""
    if not zipfile.is_zipfile(path):
        return {}
    found: dict[str, list[tuple[int, int, int]]] = {}
    with zipfile.ZipFile(path) as book:
        parts = set(book.namelist())
        if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
            return {}
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  (no entities)
        }
        for entry in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():  # noqa: S314
            if not entry.tag.endswith("}sheet"):
                continue
            target = targets.get(entry.get(RELATION), "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if part in parts and part.endswith(".xml"):
                found[entry.get("name", "")] = _merges_in(book, part)
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
