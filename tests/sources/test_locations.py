"""Which files a location names: any characters the disk allows, nothing by oversight, nothing a workspace keeps."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from small_loads import load, old_workbook, text_file, workbook

import liuke
from liuke.kernel.errors import Invalid
from liuke.sources.files import open_source
from liuke.sources.paths import paths_of

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = "客户,日期,金额\nK1,2026-03-01,1\nK2,2026-03-02,2\n"
ROWS = [["客户", "日期", "金额"], ["K1", "2026-03-01", 1.5], ["K2", "2026-03-02", 2.5]]
ODD = (b"a[b]c", b"[2026]", b"who?", b"all*", b"\xb7\xa2\xc6\xb1", b"\xff\xfe", b"tab\there", b"{x,y}")


def text(folder: Path) -> Path:
    return text_file(folder, LINES, "file.csv")


def legacy_text(folder: Path) -> Path:
    return text_file(folder, LINES, "file.txt", "gb18030")


def sheet(folder: Path) -> Path:
    return workbook(folder, {"s": ROWS}, "file.xlsx")


def old_sheet(folder: Path) -> Path:
    return old_workbook(folder, ROWS)


def parquet(folder: Path) -> Path:
    path = folder / "file.parquet"
    load(text(folder)).good.select("customer_id", "date", "amount").write_parquet(path)
    return path


def page(folder: Path) -> Path:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return text_file(folder, f"<table>{rows}</table>", "page.xls")


def database(folder: Path) -> Path:
    with closing(sqlite3.connect(folder / "erp.db")) as connection:
        connection.execute("CREATE TABLE line (customer_id, date, amount)")
        connection.executemany("INSERT INTO line VALUES (?, ?, ?)", ROWS[1:])
        connection.commit()
    return folder / "erp.db"


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("make", [text, legacy_text, sheet, old_sheet, parquet, page, database])
def test_a_file_in_a_folder_and_by_a_name_of_any_bytes_is_read(
    make: Callable[[Path], Path], odd: bytes, tmp_path: Path
) -> None:
    plain = make(tmp_path)
    folder = tmp_path / os.fsdecode(odd)
    folder.mkdir()
    path = folder / (os.fsdecode(odd) + plain.suffix)
    plain.rename(path)
    names = [path, folder / f"*{plain.suffix}"] + ([folder] if plain.suffix != ".db" else [])
    for location in names:
        loaded = load(location)
        assert loaded.good["customer_id"].to_list() == ["K1", "K2"]
        assert loaded.plan.opened.location.encode()  # text that can be written
        assert {table.origin for table in loaded.plan.tables} == {os.fsencode(path).decode("utf-8", "replace")}


@pytest.mark.parametrize("odd", ODD)
def test_a_whole_load_writes_the_name_of_any_file(odd: bytes, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(odd + b".csv")
    path.write_text(LINES + "K3,someday,1\n", "utf-8")
    firm = liuke.open(tmp_path / "firm")
    done = firm.load(path)
    assert done.load is not None
    assert done.load.files == [(odd + b".csv").decode("utf-8", "replace")]
    assert done.quarantine is not None
    assert done.quarantine.is_file()
    assert firm.load(path).load is None, "it is the same source again"


def test_brackets_in_a_pattern_still_choose(tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv", "3.csv"):
        text_file(tmp_path, LINES, name)
    assert [path.name for path in paths_of(str(tmp_path / "[12].csv"))] == ["1.csv", "2.csv"]
    text_file(tmp_path, LINES, "[12].csv")
    assert [path.name for path in paths_of(str(tmp_path / "[12].csv"))] == ["[12].csv"]


@pytest.mark.parametrize("location", ["", " ", "\t", "a\0b.csv", "\0"])
def test_a_location_that_names_nothing_is_refused(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty variable in a script must not load all that lies where the script stands."""
    text_file(tmp_path, LINES)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Invalid, match=r"No file is named|can't be the name"):
        open_source(location)
    assert load(".").good.height == 2


def test_what_is_neither_file_nor_folder_is_said_to_be_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Invalid, match="neither a file nor a folder"):
        open_source(str(tmp_path / "pipe"))
    with pytest.raises(Invalid, match="does not exist"):
        open_source("~nobody-of-that-name/x.csv")


def test_what_a_workspace_keeps_is_not_loaded_with_the_folder_it_lies_in(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "exports" / "firm")
    first = text_file(tmp_path / "exports", LINES + "K3,someday,1\n", "invoices.csv")
    firm.load(first, source="s")
    text_file(tmp_path / "exports" / "firm", LINES, "within.csv")
    assert [path.name for path in paths_of(str(tmp_path / "exports"))] == ["within.csv", "invoices.csv"]
    assert [path.name for path in paths_of(str(firm.workspace.root))] == ["within.csv"]
