"""A cell of nothing but blanks, or of quotation marks alone, is as blank as one that is empty."""

from decimal import Decimal
from pathlib import Path

import pytest
from small_loads import load, text_file, workbook

import liuke

BLANKS = {
    "nothing": "",
    "quoted": '""',
    "a space": " ",
    "quoted spaces": '"  "',
    "no-break": "\u00a0",
    "wide": "\u3000",
}
LINES = [
    ("A1", "2026-03-01", "Firm 1", "Oil", "1", "10.50"),
    (None, None, None, "Valve", "2", "20.25"),
    (None, None, None, "Tank", "1", "5.25"),
    ("A2", "2026-03-02", "Firm 2", "Oil", "3", "30.00"),
    (None, None, None, "Filter", "1", "4.00"),
    ("A3", "2026-03-03", "Firm 1", "Oil", "1", "10.00"),
]
HEAD = ("Invoice No", "Date", "Customer", "Item", "Qty", "Amount")


@pytest.mark.parametrize("blank", BLANKS.values(), ids=list(BLANKS))
@pytest.mark.parametrize("sign", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_the_head_of_a_document_is_put_on_its_lines(tmp_path, blank, sign):
    rows = [sign.join(HEAD), *(sign.join(blank if cell is None else cell for cell in line) for line in LINES)]
    found = load(text_file(tmp_path, "\n".join(rows) + "\n"))
    assert sum(found.amounts()) == Decimal("80.00")
    assert found.column("document_id") == ["A1", "A1", "A1", "A2", "A2", "A3"]
    assert found.column("customer_id") == ["Firm 1"] * 3 + ["Firm 2"] * 2 + ["Firm 1"]


@pytest.mark.parametrize("blank", [None, " ", "\u00a0", "\u3000"], ids=["nothing", "space", "no-break", "wide"])
def test_so_it_is_in_a_workbook(tmp_path, blank):
    rows = [list(HEAD), *([blank if cell is None else cell for cell in line] for line in LINES)]
    found = load(workbook(tmp_path, {"Sales": rows}))
    assert sum(found.amounts()) == Decimal("80.00")
    assert found.column("document_id") == ["A1", "A1", "A1", "A2", "A2", "A3"]


def test_guards_against_spreadsheets_come_off_every_cell(tmp_path: Path) -> None:
    rows = [(f"R{n:04}", f"2025-01-{n:02}", f"{n % 5:05}", f"{n}.50") for n in range(1, 25)]
    lines = ["Invoice No,Date,Customer Code,Amount", *(",".join(f'="{cell}"' for cell in row) for row in rows)]
    file = tmp_path / "guarded.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    done = liuke.open(tmp_path / "firm").load(file)
    assert (done.account.rows_loaded, done.account.sum_loaded) == (24, Decimal("312.00"))
