"""Tables of web pages and Excel's old XML, which many systems export under the name `.xls`."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.encoding import detect
from liuke.sources.layout import nothing_in, table_from_cells
from liuke.sources.workbook import BREAKS_OFF, PART_DAMAGED, not_whole
from liuke.sources.workbook_size import MOST_COLUMNS, MOST_ROWS

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from liuke.sources.table import RawTable

SHEET_XML = "{urn:schemas-microsoft-com:office:spreadsheet}"
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
LARGEST_XML = 100 << 20
CUT_OFF = N_("{place} ends in the middle of its table: rows may be missing.")
Grid = "list[list[str | None]]"


class _Tables(HTMLParser):
    """Cells of every outermost table, spread over the columns and rows they span."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Grid] = []
        self.depth = 0
        self.cell: list[str] | None = None
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(_Grid())
        elif self.depth == 1 and tag == "tr":
            self._close_cell()
            self.tables[-1].start_row()
        elif self.depth == 1 and tag in ("td", "th"):
            self._close_cell()
            given = dict(attrs)
            self.cell, self.span = [], (_whole(given.get("rowspan")), _whole(given.get("colspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self.depth == 1:
                self._close_cell()
            self.depth = max(0, self.depth - 1)
        elif self.depth == 1 and tag in ("td", "th", "tr"):
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _close_cell(self) -> None:
        if self.cell is not None:
            self.tables[-1].add(" ".join("".join(self.cell).split()) or None, *self.span)
            self.cell = None


class _Grid:
    """A table being filled: rows of cells, and the places taken from above."""

    def __init__(self) -> None:
        self.rows: list[list[str | None]] = []
        self.taken: dict[tuple[int, int], None] = {}
        self.merges: list[tuple[int, int, int]] = []

    def start_row(self) -> None:
        self.rows.append([])

    def add(self, value: str | None, down: int = 1, across: int = 1) -> None:
        if not self.rows:
            self.start_row()
        number, row = len(self.rows) - 1, self.rows[-1]
        while (number, len(row)) in self.taken:
            row.append(None)
        if down > 1:
            self.merges.append((len(row), number + 1, number + down))
        for step in range(across):
            for below in range(1, down):
                self.taken[number + below, len(row)] = None
            row.append(value if step == 0 else None)

    def frame(self) -> pl.DataFrame:
        import polars as pl

        width = max((len(row) for row in self.rows), default=0)
        padded = [row + [None] * (width - len(row)) for row in self.rows]
        schema = {f"c{k}": pl.String for k in range(width)}
        return pl.DataFrame(padded, schema=schema, orient="row")


ENDS_EARLY = (3, 5, 20)  # of expat: no element, an unclosed token, an unclosed CDATA section


def _whole(text: str | None, otherwise: int = 1) -> int:
    return int(text) if text and text.strip().isdecimal() and 0 < int(text) < 10_000 else otherwise


def open_html(path: Path, name: str | None = None, heading_row: int | None = None) -> list[RawTable]:
    """The tables of a web page that hold at least two rows, the page read as a whole."""
    parser = _Tables()
    parser.feed(_page(path))
    parser.close()
    cut = (Said(CUT_OFF, {"place": str(path)}),) if parser.depth else ()
    many = len(parser.tables) > 1
    found = []
    for number, grid in enumerate(parser.tables, 1):
        if len(grid.rows) < 2:
            continue
        title = str(number) if many else name
        table = table_from_cells(grid.frame(), str(path), title, grid.merges, heading_row=heading_row)
        if table is not None:
            found.append(replace(table, notes=(*table.notes, *cut)))
    if not found:
        raise Invalid(
            N_("{file} is a web page and holds no table with rows."),
            fix=N_(
                "Open it: a page to sign in, or a message instead of the data, means the export has to be repeated."
            ),
            file=str(path),
        )
    return found


def _page(path: Path) -> str:
    with path.open("rb") as file:
        declared = CHARSET.search(file.read(4096))
    if declared:
        name = declared.group(1).decode("ascii").lower()
        encoding = "gb18030" if name in ("gb2312", "gbk", "x-gbk") else name
        try:
            return path.read_text(encoding)
        except (LookupError, UnicodeError):
            pass  # the page states another encoding than it is in: its bytes decide
    return path.read_text(detect(path).encoding)


def open_sheet_xml(path: Path, sheet: str | None, heading_row: int | None = None) -> list[RawTable]:
    """The sheets of a workbook in Excel 2003's XML."""
    found = []
    _refuse_entities(path)
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314  (entities were refused)
    except ElementTree.ParseError as error:
        raise not_whole(path, BREAKS_OFF if error.code in ENDS_EARLY else PART_DAMAGED) from error
    for worksheet in root.iter(f"{SHEET_XML}Worksheet"):
        name = worksheet.get(f"{SHEET_XML}Name")
        if sheet is None or sheet == name:
            grid = _sheet_grid(worksheet)
            table = table_from_cells(grid.frame(), str(path), name, grid.merges, heading_row=heading_row)
            if table is not None:
                found.append(table)
    if not found:
        raise nothing_in(str(path))
    return found


def _refuse_entities(path: Path) -> None:
    """Refuse an XML that defines words of its own, of whatever length, and one too large to be held."""
    tail, size = b"", path.stat().st_size
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            text = (tail + block).replace(b"\0", b"")
            if b"<!ENTITY" in text or b"<!DOCTYPE" in text:
                raise Invalid(
                    N_("{file} is an XML workbook that defines entities of its own: it is not opened."),
                    fix=N_("Save it in Excel as a new xlsx, and load that."),
                    file=str(path),
                )
            tail = block[-32:]
    if size > LARGEST_XML:
        raise Invalid(
            N_("{file} is an XML workbook of {size} megabytes, too large to be held."),
            fix=N_("Save it in Excel as a new xlsx, and load that."),
            file=str(path),
            size=size >> 20,
        )


def _sheet_grid(worksheet: ElementTree.Element) -> _Grid:
    grid = _Grid()
    for row in worksheet.iter(f"{SHEET_XML}Row"):
        for _ in range(_place(row, MOST_ROWS) - len(grid.rows) - 1):
            grid.start_row()
        grid.start_row()
        for cell in row.iter(f"{SHEET_XML}Cell"):
            while len(grid.rows[-1]) < _place(cell, MOST_COLUMNS) - 1:
                grid.add(None)
            data = cell.find(f"{SHEET_XML}Data")
            text = "".join(data.itertext()).strip() if data is not None else ""
            down = _whole(cell.get(f"{SHEET_XML}MergeDown"), 0) + 1
            grid.add(text or None, down, _whole(cell.get(f"{SHEET_XML}MergeAcross"), 0) + 1)
    return grid


def _place(element: ElementTree.Element, most: int) -> int:
    """The place an element says it stands at, 0 where it says none; no further than a workbook reaches."""
    given = element.get(f"{SHEET_XML}Index", "0")
    return min(int(given), most) if given.isdecimal() else 0
