"""Write small files as exports are, and read them all the way: what the tests of sources share."""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

from liuke.facts import contracts, inputs
from liuke.sources.answers import Answers
from liuke.sources.files import open_source
from liuke.sources.plan import LoadPlan, plan_load
from liuke.sources.read import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINE = contracts()["document_line"]
INPUTS = inputs("document_line")
TODAY = dt.date(2026, 11, 1)


@dataclass
class Loaded:
    """Everything that came out of one source."""

    plan: LoadPlan
    reading: Reading
    good: pl.DataFrame
    bad: pl.DataFrame

    def column(self, name: str) -> list[object]:
        return self.good[name].to_list()

    def amounts(self) -> list[Decimal]:
        return self.good["amount"].to_list()

    @property
    def notes(self) -> str:
        return "\n".join(note.text() for note in self.plan.notes)


def load(location: object, *, table: str = "document_line", **given: object) -> Loaded:
    """Prepare and clean a location without anybody to ask."""
    opened = open_source(str(location), **{name: given.pop(name) for name in ("sheet", "query") if name in given})
    mapping = given.pop("mapping", None)
    answers = Answers(**{"today": TODAY, **given})  # type: ignore[arg-type]
    plan = plan_load(opened, contracts()[table], inputs(table), mapping=mapping, answers=answers).settled()  # type: ignore[arg-type]
    reading = plan.reading()
    batches = list(reading.clean())
    bad = [b.bad.cast(pl.String) for b in batches]
    return Loaded(
        plan,
        reading,
        pl.concat([b.good for b in batches]) if batches else pl.DataFrame(),
        pl.concat(bad, how="diagonal") if bad else pl.DataFrame(),
    )


def planned(location: object, **given: object) -> LoadPlan:
    """The plan of document lines, its questions open."""
    answers = Answers(**{"today": TODAY, **given})  # type: ignore[arg-type]
    return plan_load(open_source(str(location)), LINE, INPUTS, answers=answers)


def amounts(plan: LoadPlan) -> list[Decimal]:
    """The amounts of a plan's rows."""
    return [amount for batch in plan.reading().clean() for amount in batch.good["amount"].to_list()]


def text_file(folder: Path, content: str, name: str = "export.csv", encoding: str = "utf-8") -> Path:
    """A text file with exactly these characters."""
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def workbook(
    folder: Path,
    sheets: dict[str, Sequence[Sequence[object]]],
    name: str = "export.xlsx",
    merges: dict[str, Sequence[tuple[int, int, int, int]]] | None = None,
    hidden: Sequence[str] = (),
) -> Path:
    """A workbook; dates are written as Excel dates, merges are (first row, first column, last row, last column)."""
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(r, c, dt.datetime.combine(value, dt.time()), day)
                    elif isinstance(value, str):
                        sheet.write_string(r, c, value)
                    elif value is not None:
                        sheet.write(r, c, value)
            for first_row, first, last_row, last in (merges or {}).get(title, ()):
                value = rows[first_row][first]
                sheet.merge_range(first_row, first, last_row, last, value)
            if title in hidden:
                sheet.hide()
    return path


def old_workbook(folder: Path, rows: Sequence[Sequence[object]], *, locked: bool = False) -> Path:
    """An Excel 97 workbook of text and numbers, written record by record; `locked` marks it as encrypted."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0))
    if locked:
        begin += record(0x002F, b"\x01\x00" * 3)
    begin += record(0x0042, struct.pack("<H", 1200))
    title = b"Sheet1"
    sheet_at = len(begin) + 4 + 8 + len(title) + 4
    begin += record(0x0085, struct.pack("<IHBB", sheet_at, 0, len(title), 0) + title) + record(0x000A, b"")
    cells = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0))
    width = max(len(row) for row in rows)
    cells += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + text)
            elif isinstance(value, (int, float)):
                cells += record(0x0203, struct.pack("<HHHd", r, c, 0, float(value)))
    return _container(folder / "old.xls", "Workbook", begin + cells + record(0x000A, b""))


def encrypted_workbook(folder: Path) -> Path:
    """What Excel writes when a workbook has a password: an OLE container with one encrypted package."""
    return _container(folder / "locked.xlsx", "EncryptedPackage", b"\x5a" * 5000)


def _container(path: Path, stream: str, content: bytes) -> Path:
    """A compound file with one stream."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    sectors = len(content) // 512
    fat = [table, end, *range(3, sectors + 2), end]
    fat += [free] * (128 - len(fat))
    assert len(fat) == 128, "the test's workbook is too large for one allocation sector"

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, free, free, child)
        return head + b"\0" * 36 + struct.pack("<IQ", start, size)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + b"\xff" * 432
    folders = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 2, len(content)) + b"\0" * 256
    path.write_bytes(header + struct.pack("<128I", *fat) + folders + content)
    return path
