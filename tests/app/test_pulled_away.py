"""What is pulled away or changed under a load: it is refused, nothing is stored, and that is said."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
import xlsxwriter

import liuke
from liuke.app.load import LoadOptions, load
from liuke.kernel.errors import Refused
from liuke.sources import text as opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liuke.app.firm import Firm
    from liuke.kernel.said import Said
    from liuke.sources.table import RawTable

ROWS = [("K1", "2026-03-01", 1.0), ("K2", "2026-03-02", 2.0), ("K3", "someday", 3.0)]
HEAD = ("客户", "日期", "金额")


def text(folder: Path) -> Path:
    path = folder / "in.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in (HEAD, *ROWS)) + "\n", "utf-8")
    return path


def parquet(folder: Path) -> Path:
    pl.DataFrame(ROWS, schema=list(HEAD), orient="row").write_parquet(folder / "in.parquet")
    return folder / "in.parquet"


def sheet(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "in.xlsx") as book:
        page = book.add_worksheet()
        for number, row in enumerate((HEAD, *ROWS)):
            page.write_row(number, 0, row)
    return folder / "in.xlsx"


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def longer(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"K4,2026-03-04,4\n")


def rewritten(path: Path) -> None:
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


def replaced(path: Path) -> None:
    kept = path.stat()
    shutil.copy(path, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))


def deleted(path: Path) -> None:
    path.unlink()


@dataclass(frozen=True)
class Told:
    """Progress told to a function."""

    step: Callable[[Said, int, int], None]


def kept(firm: Firm) -> list[str]:
    names = (path.name for path in firm.workspace.root.rglob("*"))
    return sorted(name for name in names if not name.endswith(".lock") and name != "workspace.json")


@pytest.mark.parametrize("happens", [truncated, longer, rewritten, replaced, deleted])
@pytest.mark.parametrize("make", [text, parquet, sheet])
def test_a_file_that_is_not_what_was_opened_is_not_loaded(
    firm: Firm, make: Callable[[Path], Path], happens: Callable[[Path], None], tmp_path: Path
) -> None:
    path = make(tmp_path)
    seen: list[str] = []

    def step(stage: Said, *_: int) -> None:
        if not seen:
            happens(path)
        seen.append(stage.message)

    with pytest.raises(Refused, match=rf"{path.name} was changed or taken away"):
        load(firm.workspace, str(path), LoadOptions(progress=Told(step)))
    assert seen == ["reading rows"]
    assert kept(firm) == ["liuke.toml"]


def gone(root: Path) -> None:
    shutil.rmtree(root)


def moved(root: Path) -> None:
    root.rename(root.with_name("elsewhere"))


def another(root: Path) -> None:
    moved(root)
    liuke.open(root)


@pytest.mark.parametrize("happens", [gone, moved, another])
@pytest.mark.parametrize("at", ["reading rows", "storing documents"])
def test_a_workspace_taken_away_is_said_and_nothing_is_put_in_its_place(
    firm: Firm, happens: Callable[[Path], None], at: str, tmp_path: Path
) -> None:
    root = firm.workspace.root

    def step(stage: Said, *_: int) -> None:
        if stage.message == at and not (tmp_path / "done").exists():
            (tmp_path / "done").touch()
            happens(root)

    with pytest.raises(Refused) as refused:
        load(firm.workspace, str(text(tmp_path)), LoadOptions(progress=Told(step)))
    assert "Nothing was loaded" in refused.value.text()
    assert "free some space" not in refused.value.text().lower()
    assert not list(tmp_path.rglob("load.json"))
    assert not list(root.rglob("staging-*"))  # one that was moved is swept by its next load
    assert not list(root.rglob("*.writing"))
    assert root.exists() == (happens is another)


@pytest.mark.parametrize(
    "error", [OSError(errno.EIO, "Input/output error"), UnicodeDecodeError("utf-8", b"x", 0, 1, "y")]
)
def test_a_disk_that_fails_under_the_file_is_an_error_of_reading(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def failing(path: Path, heading_row: int | None) -> RawTable:
        table = open_text(path, heading_row)

        def batches() -> Iterator[pl.DataFrame]:
            yield from table.batches()
            raise error

        return replace(table, batches=batches)

    open_text = opening.open_text
    monkeypatch.setattr(opening, "open_text", failing)
    with pytest.raises(Refused, match=r"in\.csv can't be read") as refused:
        load(firm.workspace, str(text(tmp_path)), LoadOptions())
    assert "could not be written" not in refused.value.text()
    assert kept(firm) == ["liuke.toml"]


def test_a_workspace_in_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="can't hold a workspace"):
        liuke.open(tmp_path / os.fsdecode(b"firm\xff"))
    assert list(tmp_path.iterdir()) == []
