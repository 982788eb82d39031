import os
import tempfile
from pathlib import Path

import polars as pl
import pytest
from small_loads import load, text_file, workbook

from liuke.kernel.errors import Invalid
from liuke.sources.files import open_source

LINES = "客户,日期,金额\n甲,2026-03-05,1\n"


def test_a_path_that_does_not_exist_is_refused_by_name():
    with pytest.raises(Invalid, match=r"nowhere\.xlsx does not exist"):
        open_source("nowhere.xlsx")


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(Invalid, match="is empty"):
        load(text_file(tmp_path, content))


def test_a_workbook_of_blank_sheets_is_refused(tmp_path):
    with pytest.raises(Invalid, match="is empty"):
        load(workbook(tmp_path, {"s": []}))


def test_a_header_without_rows_is_refused(tmp_path):
    with pytest.raises(Invalid, match="column names but no rows"):
        load(text_file(tmp_path, "客户,日期,金额\n"))
    with pytest.raises(Invalid, match="column names but no rows"):
        load(workbook(tmp_path, {"s": [["客户", "日期", "金额"]]}))


@pytest.mark.parametrize("content", [b"PAR1broken", b"\x1f\x8bzip", b"PK\x03\x04broken", b"\x00\x01\x02\x03" * 300])
def test_a_file_that_can_not_be_read_is_refused_by_name(tmp_path, content):
    path = tmp_path / "strange.dat"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=r"strange\.dat"):
        open_source(str(path))


def test_a_folder_and_a_glob_are_read_file_by_file(tmp_path):
    for month in ("01", "02"):
        pl.DataFrame({"cust_no": ["a"], "date": ["2026-03-05"], "amount": [1.0]}).write_parquet(
            tmp_path / f"{month}.parquet"
        )
    (tmp_path / "_SUCCESS").write_text("")
    (tmp_path / "~$open.xlsx").write_text("lock")
    assert load(tmp_path).good.height == 2
    assert load(f"{tmp_path}/*.parquet").good.height == 2
    assert load(tmp_path).reading.by_table.keys() == {str(tmp_path / "01.parquet"), str(tmp_path / "02.parquet")}
    text_file(tmp_path, "客户,电话\n甲,1\n", "other.csv")
    assert "other.csv was left out" in load(tmp_path).notes


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(Invalid, match="holds no file"):
        open_source(str(tmp_path))


def test_parquet_is_streamed_in_batches_with_row_numbers(tmp_path):
    path = tmp_path / "big.parquet"
    pl.DataFrame(
        {"cust_no": ["a"] * 600_000, "date": ["2026-03-05"] * 600_000, "amount": [1.5] * 600_000}
    ).write_parquet(path)
    (table,) = open_source(str(path)).tables
    batches = list(table.batches())
    assert len(batches) > 1
    assert (batches[0]["__row"][0], batches[-1]["__row"][-1]) == (1, 600_000)


def test_a_query_needs_a_database(tmp_path):
    with pytest.raises(Invalid, match="needs a database address"):
        open_source(str(text_file(tmp_path, LINES)), query="SELECT 1")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_while_a_text_is_rewritten_is_a_refusal(tmp_path, monkeypatch):
    path = text_file(tmp_path, LINES + "乙,2026-03-05,1\n" * 5000, encoding="gb18030")
    monkeypatch.setattr(tempfile, "mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(tmp_path / "copy")))
    with pytest.raises(Invalid, match="No space left on device"):
        open_source(str(path))


def test_a_file_of_a_folder_without_an_optional_column_is_read_and_it_is_said(tmp_path):
    text_file(tmp_path, "客户编码,客户名称,日期,金额,业务员\n1,甲,2025-03-05,1,张三\n", "2025.csv")
    text_file(tmp_path, "客户编码,日期,金额\n2,2026-03-05,2\n", "2026.csv")
    loaded = load(tmp_path)
    assert loaded.column("salesperson_id") == ["张三", None]
    assert loaded.column("customer_name") == ["甲", None]
    assert "2026.csv has no column" in loaded.notes
