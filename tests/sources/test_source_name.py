"""Under which name a source is known, whatever its file or address looks like."""

from __future__ import annotations

import pytest

from liuke.sources.source_name import source_name


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
