"""Which rows name the columns: one, or two of which the upper holds groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_loads import load, text_file, workbook

from liuke.sources.heading import heading

if TYPE_CHECKING:
    from pathlib import Path

DATA = [["F1", "2026-01-05", "K1", "恒远", "2", "20.00"], ["F2", "2026-01-06", "K2", "三江", "3", "30.00"]]
UPPER = ["单据", "", "客户", "", "本币", ""]
LOWER = ["发票号码", "日期", "编码", "名称", "数量", "金额"]
JOINED = ["发票号码", "日期", "客户编码", "客户名称", "数量", "金额"]


@pytest.mark.parametrize("titles", [[], [["销售明细表", "", "", "", "", ""]]])
def test_groups_above_names_are_joined_with_them(titles: list[list[str]]) -> None:
    found = heading([*titles, UPPER, LOWER, *DATA], "f")
    assert found.names == JOINED
    assert (found.first, found.start) == (len(titles), len(titles) + 2)
    assert len(found.notes) == 1


def test_a_few_groups_over_many_names_are_not_taken_for_a_title() -> None:
    wide = ["单据", *[""] * 4, "客户", *[""] * 3]
    names = ["发票号码", "日期", "数量", "单价", "金额", "编码", "名称", "地区", "等级"]
    rows = [[f"F{n}", "2026-01-05", "1", "2.5", "2.5", "K1", "恒远", "华东", "甲"] for n in range(4)]
    assert heading([wide, names, *rows], "f").names == [*names[:5], "客户编码", "客户名称", *names[7:]]


def test_a_name_merged_downwards_stays_and_repeated_names_take_their_group() -> None:
    upper = ["客户", "日期", "本币", "", "原币", ""]
    lower = ["", "", "金额", "税额", "金额", "税额"]
    rows = [["K1", "2026-01-05", "1.00", "0.13", "2.00", "0.26"]] * 3
    assert heading([upper, lower, *rows], "f").names == ["客户", "日期", "本币金额", "本币税额", "原币金额", "原币税额"]


@pytest.mark.parametrize(
    "rows",
    [
        [LOWER, *DATA],
        [["客户", "", "日期", "金额"], ["K1", "恒远", "2026-01-05", "1.00"], ["K2", "三江", "2026-01-06", "2.00"]],
        [["name", "", "city", "note"], ["a", "b", "c", "d"], ["e", "f", "g", "h"]],
    ],
)
def test_one_row_of_names_stays_one(rows: list[list[str]]) -> None:
    assert heading(rows, "f").notes == ()


def test_a_title_in_two_cells_leaves_the_names_as_they_are() -> None:
    rows = [["公司甲", "", "2026年1月", ""], ["客户", "品名", "日期", "金额"], ["K1", "油", "2026-01-05", "1.00"]]
    assert heading(rows, "f").names == rows[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_with_two_rows_of_names_loads_and_says_so(tmp_path: Path, kind: str) -> None:
    rows = [UPPER, LOWER, *DATA]
    if kind == "csv":
        file = text_file(tmp_path, "\n".join(",".join(row) for row in rows) + "\n")
    else:
        blank = [[cell or None for cell in row] for row in rows]
        file = workbook(tmp_path, {"明细": blank}, merges={"明细": [(0, 0, 0, 1), (0, 2, 0, 3), (0, 4, 0, 5)]})
    loaded = load(file)
    assert loaded.column("customer_id") == ["K1", "K2"]
    assert loaded.column("document_id") == ["F1", "F2"]
    assert "rows 1 and 2 together name the columns" in loaded.notes
