"""What a sheet hides or has not worked out: hidden rows, errors, formulas without a result. It is said by cell."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BLOCK = 1 << 22
HIDDEN = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*[^/]>')
ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"|'
                   rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)(\d+)"[^>]*\bt="e"')  # fmt: skip
NO_RESULT = re.compile(rb'<c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+)(\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*'
                       rb'(?:<v\s*/>|<v>\s*</v>)?\s*</c>')  # fmt: skip


@dataclass
class Marks:
    """Counts of a sheet; errors and formulas by column, with the first row each has one in."""

    hidden: int = 0
    errors: dict[str, list[int]] = field(default_factory=dict)
    open: dict[str, list[int]] = field(default_factory=dict)

    def notes(self, place: str) -> tuple[Said, ...]:
        """What is said of them."""
        notes = []
        if self.hidden:
            said = N_("{place}: {count} rows are hidden, by a filter or by hand; they are read like the others.")
            notes.append(Said(said, {"place": place, "count": self.hidden}))
        for column, rows in self.errors.items():
            said = N_("{place}: {count} cells of column {column} hold an error such as #REF!, the first in row {row}; "
                      "they are read as blank.")  # fmt: skip
            notes.append(Said(said, {"place": place, "count": len(rows), "column": column, "row": rows[0]}))
        for column, rows in self.open.items():
            said = N_("{place}: {count} cells of column {column} hold a formula without its result, the first in row "
                      "{row}; they are read as blank. Open the file in Excel and save it to have them.")  # fmt: skip
            notes.append(Said(said, {"place": place, "count": len(rows), "column": column, "row": rows[0]}))
        return tuple(notes)

    def refuse_unworked(self, place: str, rows: int) -> None:
        """Refuse a sheet with a column of formulas none of which has its result, but its heading."""
        for column, found in self.open.items():
            if len(found) >= max(2, rows - 1):
                raise Invalid(
                    N_("{file}: column {column} holds formulas without their results: nothing has worked them out."),
                    fix=N_("Open the file in Excel or LibreOffice, save it, and load it again."),
                    file=place,
                    column=column,
                )


def parts_of_sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """The part of a packed workbook that holds each sheet, by the sheet's name."""
    parts = set(book.namelist())
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        return {}
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  (no entities)
    }
    found = {}
    for entry in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():  # noqa: S314
        if entry.tag.endswith("}sheet"):
            target = targets.get(entry.get(RELATION), "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if part in parts and part.endswith(".xml"):
                found[entry.get("name", "")] = part
    return found


def marks_of(path: Path) -> dict[str, Marks]:
    """The marks of each sheet, by its name; none for old-style workbooks."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as book:
        return {name: _marks(book, part) for name, part in parts_of_sheets(book).items()}


def _marks(book: zipfile.ZipFile, part: str) -> Marks:
    found = Marks()
    for text in _rows(book, part):
        if b"hidden=" in text:
            found.hidden += len(HIDDEN.findall(text))
        if b't="e"' in text:
            for one, row, other, row_ in ERROR.findall(text):
                found.errors.setdefault((one or other).decode(), []).append(int(row or row_))
        if b"<f" in text:
            for column, row in NO_RESULT.findall(text):
                found.open.setdefault(column.decode(), []).append(int(row))
    return found


def _rows(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a sheet in parts that end with a row."""
    tail = b""
    with book.open(part) as file:
        while block := file.read(BLOCK):
            text = tail + block
            cut = text.rfind(b"</row>") + 6
            if cut < 6:
                tail = text
                continue
            yield text[:cut]
            tail = text[cut:]
    yield tail
