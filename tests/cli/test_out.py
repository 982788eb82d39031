"""`--out`: whole files, or a refusal in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from terminal import liuke

if TYPE_CHECKING:
    from pathlib import Path

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
