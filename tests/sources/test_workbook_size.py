"""Workbooks that would fill memory are refused in words; where days begin is known."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from small_loads import load, text_file, workbook

from liuke.kernel.errors import Invalid
from liuke.sources.files import open_source

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [["客户编码", "开票日期", "金额"], ["K1", dt.date(2025, 3, 5), 10], ["K2", dt.date(2025, 3, 6), 20]]


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one of its parts exchanged."""
    made = path.with_name("made.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return made


def test_a_far_cell_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["customer", "date", "amount"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(Invalid, match="XFD1048576 lies far"):
        open_source(str(path))


def test_a_bomb_of_strings_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"s": ROWS})
    made = with_part(path, "xl/sharedStrings.xml", b"<sst>" + b"<si><t>a</t></si>" * 6_000_000 + b"</sst>")
    with pytest.raises(Invalid, match="it is not opened"):
        open_source(str(made))


def test_entities_of_an_xml_workbook_are_not_expanded(tmp_path: Path) -> None:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]>'
    page = f'<?xml version="1.0"?>{bomb}<Workbook xmlns="{name}"><Worksheet><Table/></Worksheet></Workbook>'
    with pytest.raises(Invalid, match="defines entities"):
        open_source(str(text_file(tmp_path, page, "x.xls")))


@pytest.mark.parametrize("since_1904", [True, False])
def test_where_days_begin_is_known(since_1904: bool, tmp_path: Path) -> None:
    path = tmp_path / "days.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as book:
        book.add_worksheet().write_row(0, 0, ["客户", "日期", "金额"])
        book.worksheets()[0].write_row(1, 0, ["K1", 44000, 1])
    (table,) = open_source(str(path)).tables
    assert table.day_zero == (dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30))


def test_a_plain_workbook_is_opened_as_ever(tmp_path: Path) -> None:
    assert load(workbook(tmp_path, {"s": ROWS})).column("customer_id") == ["K1", "K2"]
