"""A load or run that is stopped anywhere leaves what was there before; a second writer is told so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firms import docs, firm_of, frame, held, load, monthly, random_docs
from liuke.kernel.errors import Refused
from liuke.run import pipeline
from liuke.store import document_load
from liuke.store.fact_store import FactStore
from liuke.store.runs import Draft, Runs
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.app.firm import Firm

FIRST = "D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-02-05 70"
MORE = "D1 c1 2025-01-10 100,40 | D4 c3 2025-02-20 11"


class Stopped(RuntimeError):  # noqa: N818
    """The power went."""


def nothing_left(firm: Firm) -> bool:
    root = firm.workspace.root
    left = [*root.rglob("staging-*"), *root.rglob("draft-*"), *root.rglob("*.writing"), *root.rglob("current-*")]
    return not left


STEPS = ("_customers", "_incoming_documents", "_known_documents", "_classify", "_number_documents", "_write", "_months")


@pytest.mark.parametrize("step", STEPS)
def test_a_load_stopped_at_any_step_leaves_the_store_as_it_was(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    load(firm, docs(FIRST))
    before = held(firm, superseded=True)
    original = getattr(document_load, step)

    def stop(*given: object, **named: object) -> object:
        original(*given, **named)
        raise Stopped

    monkeypatch.setattr(document_load, step, stop)
    with pytest.raises(Stopped):
        load(firm, docs(MORE))
    assert held(firm, superseded=True) == before
    assert nothing_left(firm)
    assert len(list(firm.workspace.quarantine.glob("*"))) == 0
    monkeypatch.undo()
    done = load(firm, docs(MORE))
    assert done.load is not None
    assert done.load.documents == {"corrected": 1, "new": 1}


def test_a_load_stopped_in_the_rename_is_not_there(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr(FactStore, "keep", stop)
    with pytest.raises(Stopped):
        load(firm, docs(FIRST))
    assert FactStore(firm.workspace.facts).loads() == []
    assert nothing_left(firm)


@pytest.mark.parametrize("table", ["now", "reason", "flag_document", "rule_score", "waterfall", "run.json"])
def test_a_run_stopped_at_any_table_leaves_the_last_run_current(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    load(firm, random_docs(1, 4, 6))
    good = firm.run()
    before = sorted(path.name for path in firm.workspace.runs.iterdir())

    write = Draft.write

    def stop(self: Draft, name: object, *given: object) -> None:
        if not isinstance(name, str) or name.startswith(table):
            raise Stopped
        write(self, name, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Draft, "write", stop)
    monkeypatch.setattr(Draft, "finish", stop)
    with pytest.raises(Stopped):
        pipeline.run(firm.workspace, again=True)
    assert sorted(path.name for path in firm.workspace.runs.iterdir()) == before
    assert firm.current().info["run_id"] == good.info["run_id"]
    assert firm.current().table("customer_now").equals(good.table("customer_now"))


def test_a_run_stopped_before_it_became_current_does_not_hide_the_good_one(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(firm, random_docs(1, 4, 6))
    good = firm.run()

    def stop(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr(Runs, "make_current", stop)
    with pytest.raises(Stopped):
        pipeline.run(firm.workspace, again=True)
    assert firm.current().info["run_id"] == good.info["run_id"]
    monkeypatch.undo()
    made, new = pipeline.run(firm.workspace)
    assert not new, "the whole run that was not yet current is found and used"
    assert made.info["run_id"] == "00002"
    assert firm.current().info["run_id"] == "00002"


KILLED = """
import sys, os, signal
from datetime import date
from pathlib import Path
import liuke
from liuke.store import document_load
from liuke.store.fact_store import FactStore
from liuke.store.runs import Draft, Runs

where, root, file = sys.argv[1:]
target, name = {"write": (document_load, "_write"), "months": (document_load, "_months"), "keep": (FactStore, "keep"),
                "table": (Draft, "write"), "finish": (Draft, "finish"), "current": (Runs, "make_current")}[where]
original = getattr(target, name)

def die(*given, **named):
    if where not in ("keep", "current"):
        original(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(target, name, die)
firm = liuke.open(Path(root))
if where in ("write", "months", "keep"):
    firm.load(file, source="invoices", loaded_on=date(2026, 4, 1))
else:
    firm.run()
"""


def killed(where: str, firm: Firm, file: Path) -> None:
    """A process that is killed in the middle of a load or run."""
    done = subprocess.run([sys.executable, "-c", KILLED, where, str(firm.workspace.root), str(file)], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("where", ["write", "keep"])
def test_a_load_that_is_killed_leaves_the_last_state_and_no_lock(firm: Firm, tmp_path: Path, where: str) -> None:
    load(firm, docs(FIRST))
    before = held(firm, superseded=True)
    frame(docs(MORE)).write_parquet(tmp_path / "more.parquet")
    killed(where, firm, tmp_path / "more.parquet")
    assert held(firm, superseded=True) == before
    done = load(firm, docs(MORE))
    assert done.load is not None
    assert done.load.documents == {"corrected": 1, "new": 1}
    assert nothing_left(firm), "the next load clears what the killed one left"


@pytest.mark.parametrize("where", ["table", "current"])
def test_a_run_that_is_killed_leaves_the_last_good_run_current(firm: Firm, tmp_path: Path, where: str) -> None:
    load(firm, random_docs(1, 4, 6))
    good = firm.run()
    load(firm, docs("Z1 c1 2024-07-20 11"))
    killed(where, firm, tmp_path)
    assert firm.current().info["run_id"] == good.info["run_id"]
    assert firm.current().table("customer_now").equals(good.table("customer_now"))
    assert firm.run().info["run_id"] == "00002"
    assert nothing_left(firm)


@pytest.mark.slow
def test_a_load_killed_at_any_moment_leaves_the_last_state(firm: Firm, tmp_path: Path) -> None:
    """The same by the clock instead of by the step."""
    load(firm, docs(FIRST))
    before = held(firm, superseded=True)
    frame(random_docs(3, 40, 30)).write_parquet(tmp_path / "more.parquet")
    script = "import liuke, sys; liuke.open(sys.argv[1]).load(sys.argv[2], source='x')"
    words = [sys.executable, "-c", script, str(firm.workspace.root), str(tmp_path / "more.parquet")]
    for seconds in (0.2, 0.5, 0.8, 1.1, 1.4, 1.7):
        child = subprocess.Popen(words)
        time.sleep(seconds)
        child.kill()
        child.wait()
        if len(FactStore(firm.workspace.facts).loads()) == 1:
            assert held(firm, superseded=True) == before
        else:
            firm.unload("0002")


HOLDER = """
import sys
from pathlib import Path
from liuke.store.workspace import Workspace
with Workspace.at(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_load_or_run_is_refused_while_one_is_at_work(firm: Firm) -> None:
    load(firm, docs(FIRST))
    good = firm.run()
    root = firm.workspace.root
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        for attempt in (lambda: load(firm, docs(MORE)), firm.run, lambda: firm.unload("0001")):
            with pytest.raises(Refused, match="at work"):
                attempt()
        assert firm.current().info["run_id"] == good.info["run_id"], "readers need no lock"
    finally:
        holder.kill()
        holder.communicate()
    assert load(firm, docs(MORE)).load is not None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can be mounted by root only")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int) -> None:
    """Leave so many bytes free."""
    free = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(b"\0" * max(free - leave, 0))


@pytest.mark.parametrize("leave", [0, 60_000, 400_000])
def test_a_load_on_a_full_disk_is_refused_and_leaves_nothing(small_disk: Path, tmp_path: Path, leave: int) -> None:
    firm = firm_of(docs(FIRST), small_disk)
    before = held(firm, superseded=True)
    random = random_docs(3, 60, 36)
    frame(random).write_parquet(tmp_path / "more.parquet")
    fill(small_disk, leave)
    with pytest.raises(Refused) as caught:
        firm.load(tmp_path / "more.parquet", source="invoices")
    assert "Free some space" in caught.value.text()
    assert held(firm, superseded=True) == before
    assert nothing_left(firm)
    (small_disk / "ballast").unlink()
    assert load(firm, docs(MORE)).load is not None


@pytest.mark.parametrize("leave", [0, 30_000])
def test_a_run_on_a_full_disk_is_refused_and_the_last_run_stays(small_disk: Path, tmp_path: Path, leave: int) -> None:
    firm = firm_of(monthly("c1", [10] * 8) + monthly("c2", [20] * 8), small_disk)
    good = firm.run()
    load(firm, docs("Z1 c3 2024-08-20 11"))
    fill(small_disk, leave)
    with pytest.raises(Refused) as caught:
        firm.run()
    assert "Free some space" in caught.value.text()
    assert firm.current().info["run_id"] == good.info["run_id"]
    assert nothing_left(firm)
    (small_disk / "ballast").unlink()
    assert firm.run().info["run_id"] == "00002"


def test_the_workspace_is_the_folder_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "firm"
    made = Workspace.create(root)
    with pytest.raises(Refused, match="already"):
        Workspace.create(root)
    with pytest.raises(Refused, match="liuke init"):
        Workspace.at(tmp_path)
    for folder in (made.mappings, made.rules, made.facts, made.quarantine, made.partials, made.runs):
        assert folder.is_relative_to(root)
