"""`--out`: whole files, or a refusal in words."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import fastexcel
import pytest
from terminal import export, liuke

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = re.compile("[\u4e00-\u9fff]")
RAW = re.compile(r'\{\w+[}!]|"said":')  # a field nobody filled, or a sentence as the run keeps it
WITH_OUT = ("loads", "list", "indicators", "backtest", "families", "rules list", "rules backtest", "value list",
            "value economics", "value service", "value standard")  # fmt: skip


@pytest.mark.parametrize("command", WITH_OUT)
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_file_that_can_t_be_written_is_refused_in_words(command: str, form: str, ready: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for out in (tmp_path / "nowhere" / "x", tmp_path / "file" / "x", tmp_path / "folder"):
        said = liuke(*command.split(), "-w", ready, "--format", form, "--out", out)
        assert (said.code, said.out) == (1, "")
        assert str(out) in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_worksheet_that_can_t_be_written_is_refused_too(tmp_path: Path) -> None:
    assert liuke("value", "worksheet", "--format", "csv", "--out", tmp_path / "nowhere" / "x.csv").code == 1


def test_json_goes_to_a_file_and_a_table_does_not(ready: Path, tmp_path: Path) -> None:
    said = liuke("list", "-w", ready, "--format", "json", "--out", tmp_path / "list.json")
    assert (said.code, said.out) == (0, "")
    printed = liuke("list", "-w", ready, "--format", "json").out
    assert json.loads((tmp_path / "list.json").read_text("utf-8")) == json.loads(printed)
    table = liuke("list", "-w", ready, "--out", tmp_path / "list.txt")
    assert table.code == 2
    assert "--format" in table.err
    assert not (tmp_path / "list.txt").exists()


def test_a_folder_that_can_t_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = liuke("init", tmp_path / "file" / "w")
    assert said.code == 1
    assert "can't be written" in said.err


@pytest.fixture(scope="module")
def young(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm of half a year: nearly every number is missing, with its reason."""
    folder = tmp_path_factory.mktemp("young")
    half_a_year = [line for line in export().splitlines() if line[:2] != "FP" or int(line[2:4]) < 6]
    (folder / "a.csv").write_text("\n".join(half_a_year) + "\n", "utf-8")
    firm = folder / "firm"
    for words in (("init", firm), ("load", folder / "a.csv", "-w", firm), ("run", "-w", firm)):
        assert liuke(*words).code == 0
    return firm


def cells_of(path: Path) -> list[list[str]]:
    """Every row of a CSV or of a workbook's sheets, as text."""
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    book = fastexcel.read_excel(path)
    sheets = [book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names]
    return [[cell or "" for cell in row] for sheet in sheets for row in sheet.rows()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("command", "column"), [
    ("indicators", ("Why there is no number", "为什么还算不出")),
    ("rules backtest", ("Why there is no score", "为什么没有成绩")),
    ("backtest", None), ("value economics", None), ("value list", None), ("list", None), ("families", None),
])  # fmt: skip
def test_sentences_in_files_are_filled_and_in_the_reader_s_language(
    command: str, column: tuple[str, str] | None, form: str, ready: Path, young: Path, tmp_path: Path
) -> None:
    for firm in (ready, young):
        for nth, language in enumerate(("en", "zh")):
            path = tmp_path / f"{firm.parent.name}-{language}.{form}"
            done = liuke(*command.split(), "-w", firm, "--format", form, "--out", path, language=language)
            assert done.code == 0, done.err
            rows = cells_of(path)
            assert not [cell for row in rows for cell in row if RAW.search(cell)]
            if column is not None:
                head = next(row for row in rows if column[nth] in row)
                below = [row[head.index(column[nth])] for row in rows[rows.index(head) + 1 :]]
                said = [cell for cell in below if cell]
                assert said or firm is ready
                assert {bool(CHINESE.search(cell)) for cell in said} <= {language == "zh"}
