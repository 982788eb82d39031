import csv
import os
import re
from decimal import Decimal

import polars as pl
import pytest
from small_loads import load, text_file, workbook

import liuke
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language
from liuke.sources.quarantine import QuarantineWriter


def bad(*values):
    return pl.DataFrame({"客户": list(values), "__row": range(2, 2 + len(values)), "reason": ["why"] * len(values),
                         "reason_code": ["missing"] * len(values)}, schema_overrides={"__row": pl.UInt64})  # fmt: skip


def read(path):
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_formulas_are_escaped_and_numbers_are_not(tmp_path):
    path = tmp_path / "q.csv"
    values = ["=1+1", "+cmd", "@SUM(A1)", "-2+3", "-12.5", "+7", "1,234.50", "-1,234.50", "甲", None]
    with QuarantineWriter(path, ["客户"]) as writer:
        writer.write(bad(*values), "a.csv", None)
    escaped = ["'=1+1", "'+cmd", "'@SUM(A1)", "'-2+3", "-12.5", "+7", "1,234.50", "-1,234.50", "甲", ""]
    assert [row[0] for row in read(path)[1:]] == escaped


def test_columns_stay_and_reason_file_sheet_and_row_are_added_in_the_language_in_force(tmp_path):
    path = tmp_path / "q.csv"
    with in_language("zh"), QuarantineWriter(path, ["客户"]) as writer:
        writer.write(bad("甲"), "a.xlsx", "明细")
        writer.write(bad("乙"), "a.xlsx", "明细")
    rows = read(path)
    assert rows[0] == ["客户", "原因", "原因代码", "文件", "工作表", "行号"]
    assert rows[1:] == [
        ["甲", "why", "missing", "a.xlsx", "明细", "2"],
        ["乙", "why", "missing", "a.xlsx", "明细", "2"],
    ]


def test_without_rows_there_is_no_file(tmp_path):
    with QuarantineWriter(tmp_path / "q.csv", ["客户"]) as writer:
        writer.write(bad(), "a.csv", None)
    assert (writer.rows, list(tmp_path.iterdir())) == (0, [])


def test_an_error_takes_the_half_written_file_away(tmp_path):
    def fails():
        with QuarantineWriter(tmp_path / "q.csv", ["客户"]) as writer:
            writer.write(bad("甲"), "a.csv", None)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fails()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_is_a_refusal(tmp_path):
    path = tmp_path / "q.csv"
    writer = QuarantineWriter(path, ["客户"])
    writer._file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115  (the writer closes it)
    with pytest.raises(Invalid, match="can't be written: No space left on device"):
        writer.write(bad("甲"), "a.csv", None)


def test_reasons_are_in_the_users_language_with_column_and_value(tmp_path):
    path = text_file(tmp_path, "客户,日期,金额\n甲,2026-03-05,abc\n,2026-03-05,5\n")
    with in_language("zh"):
        reasons = load(path).bad["reason"].to_list()
    assert reasons == ["「金额」是 abc，不是数字。", "没有客户：「客户」为空。"]


def test_a_corrected_quarantine_file_loads_again(tmp_path):
    loaded = load(text_file(tmp_path, "客户,日期,金额\n甲,2026-03-05,1\n乙,2026-03-05,abc\n"))
    path = tmp_path / "q.csv"
    with QuarantineWriter(path, loaded.plan.opened.headers) as writer:
        writer.write(loaded.bad.with_columns(pl.col("__row").cast(pl.UInt64)), "export.csv", None)
    path.write_text(path.read_text("utf-8").replace("abc,", "7.50,"), "utf-8")
    assert load(path).amounts() == [Decimal("7.50")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_heading_cell_file_or_sheet_is_a_formula_in_what_is_written(tmp_path, start):
    odd = f"{start}HYPERLINK(1)"
    rows = [["客户", "日期", "金额", odd], ["甲", "2026-03-05", 1, odd], ["乙", "2026-03-05", "abc", odd]]
    book = workbook(tmp_path, {odd: rows}, f"{odd}.xlsx")
    firm = liuke.open(tmp_path / "firm")
    done = firm.load(book)
    assert done.quarantine is not None
    written = list(csv.reader(done.quarantine.read_text("utf-8-sig").splitlines()))
    assert len(written) == 2
    assert [cell for row in written for cell in row if re.match(r"[=+\-@\t\r]", cell)] == []
    assert written[1].count(f"'{odd}") == 2, "the cell and the sheet"
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(done.quarantine.read_text("utf-8-sig").replace("abc", "5"), "utf-8")
    assert odd in load(corrected).plan.opened.headers, "it comes back as it was"


def test_headings_that_differ_by_the_guard_alone_stay_apart(tmp_path):
    with QuarantineWriter(tmp_path / "q.csv", ["=x", "'=x"]) as writer:
        writer.write(bad("甲"), "a.csv", None)
    assert (tmp_path / "q.csv").read_text("utf-8-sig").startswith("''=x,'=x,reason")
