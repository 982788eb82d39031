"""After a power cut the old or the new is there whole: what is put in place was flushed before, its folder after."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import liuke
from firms import docs, load, monthly
from liuke.kernel.errors import Refused
from liuke.run import customers, mending, merges, pipeline
from liuke.store import disk
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from liuke.app.firm import Firm

LASTING = {"liuke.toml", "workspace.json", "merges.json", "register.json", "manifest.json", "current"}


@dataclass
class Recorder:
    """What was flushed and moved, in order, and what was wrong with it."""

    flushed: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # inode -> size and time then
    moved: list[Path] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    owed: set[Path] = field(default_factory=set)  # folders that hold a new name the disk may not know of

    def flush(self, path: Path) -> None:
        status = path.stat()
        self.flushed[status.st_dev, status.st_ino] = (status.st_size, status.st_mtime_ns)
        self.owed.discard(path)

    def move(self, scratch: Path, target: Path) -> None:
        if self.owed:
            self.wrong.append(f"{target} moved while {self.owed} is not flushed")
        for path in (scratch, *scratch.rglob("*")):
            status = path.stat()
            if self.flushed.get((status.st_dev, status.st_ino)) != (status.st_size, status.st_mtime_ns):
                self.wrong.append(f"{path} moved to {target} without a flush")
        self.moved.append(target)
        self.owed.add(target.parent)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    found = Recorder()
    flush, move, replace, rename = disk.flush, disk.move, os.replace, os.rename

    def flushing(path: Path) -> None:
        flush(path)
        found.flush(path)

    def moving(scratch: Path, target: Path) -> None:
        found.move(scratch, target)
        move(scratch, target)

    def renaming(way: Any, scratch: Any, target: Any, **given: Any) -> None:
        """Every other rename is of the cache, of reports, or puts something out of sight that is then deleted."""
        name = Path(os.fsdecode(target))
        away = name.name.startswith(("staging-", "draft-")) or "cache" in name.parts or name.suffix == ".csv"
        if name not in found.moved and not away:
            found.wrong.append(f"{target} was put in place past the disk's own door")
        way(scratch, target, **given)

    monkeypatch.setattr(disk, "flush", flushing)
    monkeypatch.setattr(disk, "move", moving)
    monkeypatch.setattr(os, "replace", lambda a, b, **given: renaming(replace, a, b, **given))
    monkeypatch.setattr(os, "rename", lambda a, b, **given: renaming(rename, a, b, **given))
    return found


def test_what_is_put_in_place_was_flushed_before_and_its_folder_after(tmp_path: Path, recorder: Recorder) -> None:
    firm = liuke.open(tmp_path / "firm")
    load(firm, [*monthly("c1", [10, 9, 8, 7, 6]), *monthly("c2", [20] * 5)])
    firm.run()
    load(firm, docs("c1-2403 c1 2024-03-10 75 | Z c4 2024-05-12 8"))
    firm.unload("0002")
    merges.confirm(firm.workspace, customers.known(firm.workspace), "c1", "c2")
    pipeline.run(firm.workspace, again=True)
    (firm.workspace.facts / "register.json").unlink()
    mending.mend(firm.workspace.root)
    assert recorder.wrong == []
    assert recorder.owed == set()
    names = {path.name for path in recorder.moved}
    assert names >= LASTING | {"0001", "0002", "00001", "00002", "invoices.document_line.toml"}


def test_the_recorder_sees_what_is_not_flushed(tmp_path: Path, recorder: Recorder) -> None:
    """Otherwise the test above proves nothing."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "one").write_text("1")
    disk.flush_all(folder)
    (folder / "one").write_text("12")
    disk.move(folder, tmp_path / "target")
    (tmp_path / "a").write_text("1")
    (tmp_path / "a").replace(tmp_path / "b")
    assert len(recorder.wrong) == 2
    assert recorder.owed == {tmp_path}


@pytest.mark.parametrize("at", range(1, 8))
def test_an_init_on_a_failing_disk_leaves_no_half_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    calls = 0

    def failing(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "flush", failing)
    root = tmp_path / "firm"
    with suppress(Refused):
        Workspace.create(root)
    monkeypatch.undo()
    if not (root / "liuke.toml").exists():
        assert not root.exists()
        Workspace.create(root)
    firm: Firm = liuke.open(root)
    assert load(firm, docs("D1 c1 2025-01-10 1")).load is not None
