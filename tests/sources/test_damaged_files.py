"""Files cut short or with bytes changed: right rows, or a refusal in our words; no traceback, no rows lost unsaid."""

from __future__ import annotations

import random
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq
import pytest
from small_loads import Loaded, load, old_workbook, text_file, workbook

from liuke.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRIES = 150
HEAD = ["客户", "日期", "金额", "备注"]
ROWS = [[f"K{i % 7}", f"2026-03-{i % 27 + 1:02d}", i + 0.25, "x" * (i % 5)] for i in range(40)]


def sheet(folder: Path) -> Path:
    return workbook(folder, {"s": [HEAD, *ROWS]}, merges={"s": [(1, 3, 3, 3)]})


def old_sheet(folder: Path) -> Path:
    return old_workbook(folder, [HEAD, *ROWS])


def parquet(folder: Path, checksums: bool = False) -> Path:
    path = folder / "a.parquet"
    frame = pl.DataFrame({name: [row[at] for row in ROWS] for at, name in enumerate(HEAD)})
    pq.write_table(frame.to_arrow(), path, write_page_checksum=checksums)
    return path


def archive(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", "a,b\n1,2\n" * 50)
    return path


def page(folder: Path) -> Path:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEAD, *ROWS])
    return text_file(folder, f"<html><meta charset=utf-8><table>{body}</table></html>", "page.xls")


def sheet_xml(folder: Path) -> Path:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    cells = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    body = "".join("<Row>" + "".join(cells.format(cell) for cell in row) + "</Row>" for row in [HEAD, *ROWS])
    sheets = f'<Worksheet ss:Name="s"><Table>{body}</Table></Worksheet>'
    return text_file(
        folder, f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{sheets}</Workbook>', "x.xls"
    )


def database(folder: Path) -> Path:
    path = folder / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE line ({', '.join(HEAD)})")
        connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?)", ROWS * 20)
        connection.commit()
    return path


MAKERS = (sheet, old_sheet, parquet, archive, page, sheet_xml, database)


def rows_of(loaded: Loaded) -> pl.DataFrame:
    return loaded.good.drop("__row")


def outcome(path: Path) -> Loaded | Refused:
    try:
        return load(path)
    except Refused as error:
        return error


@pytest.mark.parametrize("make", MAKERS)
def test_a_file_cut_short_is_refused_or_said_to_be_cut(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    content, whole = path.read_bytes(), outcome(path)
    refused = 0
    for at in {random.Random(seed).randrange(len(content)) for seed in range(TRIES // 2)}:
        path.write_bytes(content[:at])
        found = outcome(path)
        if isinstance(found, Refused):
            refused += 1
            assert path.name in found.text()
        else:
            assert isinstance(whole, Loaded)
            assert rows_of(found).equals(rows_of(whole)) or "rows may be missing" in found.notes
    assert refused


@pytest.mark.slow
@pytest.mark.parametrize("make", MAKERS)
def test_bytes_changed_anywhere_give_rows_or_a_refusal(
    make: Callable[[Path], Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path)
    content, whole = path.read_bytes(), outcome(path)
    refused = 0
    for seed in range(TRIES):
        path.write_bytes(changed(content, seed))
        found = outcome(path)
        if isinstance(found, Refused):
            refused += 1
            assert found.text()
        elif make is sheet:  # its checksums tell
            assert isinstance(whole, Loaded)
            assert rows_of(found).equals(rows_of(whole))
    assert refused
    assert capfd.readouterr().err == "", "no report of a library's own"


def test_checksums_of_parquet_pages_are_looked_at(tmp_path: Path) -> None:
    path = parquet(tmp_path, checksums=True)
    content, whole = path.read_bytes(), load(path)
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    for seed in range(TRIES // 3):
        path.write_bytes(changed(content[:footer], seed) + content[footer:])
        found = outcome(path)
        assert path.name in found.text() if isinstance(found, Refused) else rows_of(found).equals(rows_of(whole))


def changed(content: bytes, seed: int) -> bytes:
    """The same bytes but for one to twenty bits, chosen by the seed."""
    chosen = random.Random(seed)
    made = bytearray(content)
    for _ in range(chosen.choice([1, 1, 3, 20])):
        made[chosen.randrange(len(made))] ^= 1 << chosen.randrange(8)
    return bytes(made)
