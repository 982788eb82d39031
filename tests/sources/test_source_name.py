"""Under which name a source is known, whatever its file or address looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

import liuke
from liuke.kernel.errors import Usage
from liuke.sources.source_name import checked_name, source_name


@pytest.mark.parametrize(
    "file",
    [
        *("gb.csv", "gb (1).csv", "gb（2）.xlsx", "gb-副本.csv", "gb - Copy.csv", "gb_最终版.csv", "gb最终版(2).csv"),
        *("Copy of gb.csv", "复件 gb.xls", "gb 2026-10.csv", "gb_20261031 (1).csv", "/a/b/gb_final.csv"),
        *("0003-gb.csv", "gb.not-loaded.csv"),  # what the quarantine calls its files
    ],
)
def test_the_marks_of_a_copy_are_no_part_of_the_name(file: str) -> None:
    assert source_name(file) == "gb"


def test_a_name_of_nothing_but_marks_stays() -> None:
    assert source_name("副本.csv") == "副本"
    assert source_name("2026-10.csv") == "2026-10"
    assert source_name("finalists.csv") == "finalists"


def test_a_table_is_named_by_its_place_and_a_query_by_its_text() -> None:
    address = "postgresql://user:secret@erp:5432/sales"
    assert source_name(address, table="invoice") == "erp-5432-sales-invoice"
    assert source_name(address.replace("secret", "new"), "invoice") == "erp-5432-sales-invoice"
    one = source_name(address, "select *\n from invoice")
    assert one == source_name(address, "select * from invoice")
    assert one != source_name(address, "select * from invoice where true")
    assert one != source_name(address.replace("sales", "stock"), "select * from invoice")
    assert source_name("sqlite:////data/erp.db") == "erp"


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "../../x", "..", ".", ".hidden", "a/b", "/etc/x", "a\\b", "nul\0x", "line\nbreak", "esc\x1b[31m"),
        *("con", "NUL", "com1", "lpt9.txt", "x" * 161, "客" * 54, "\udcff", "a\u2028b"),
    ],
)
def test_a_name_no_file_should_bear_is_refused(name: str, tmp_path: Path) -> None:
    """The mapping of a source is kept under its name: it must stay in its folder."""
    (tmp_path / "in.csv").write_text("客户,日期,金额\nK1,2026-03-01,1\n", "utf-8")
    firm = liuke.open(tmp_path / "a" / "b" / "firm")
    with pytest.raises(Usage, match="can't be the name of a source"):
        firm.load(tmp_path / "in.csv", source=name)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "in.csv", "liuke.toml", "workspace.json"]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["发票", "erp-5432-sales", "sales 2", "a.b", "x" * 160, "客" * 53, "console", "a'b\"c"]
)
def test_a_name_files_can_bear_is_taken_as_it_is(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "location",
    [
        *(".hidden.csv", "con.csv", "x" * 250, "客" * 80, "a\x1bb.csv", "..", "/", "a\\b.csv"),
        *("postgresql://h/" + "x" * 300, "postgresql://../../x", "mysql://h/..%2f..%2fx", "sqlite:///../../.x.db"),
    ],
)
def test_a_name_taken_from_a_location_is_one_files_can_bear(location: str) -> None:
    for query in (None, "select 1", "t" * 300):
        name = source_name(location, query)
        assert checked_name(name) == name
    assert source_name("客" * 80) != source_name("客" * 79)
