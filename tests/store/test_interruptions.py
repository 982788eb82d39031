"""A load or run that is stopped anywhere leaves what was there before; a second writer is told so."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from stopping import Stopped, killer, stopped_at

from firms import docs, firm_of, frame, held, load, monthly, random_docs
from liuke.kernel.errors import Refused
from liuke.run import customers, mending, merges, pipeline
from liuke.store.fact_store import FactStore
from liuke.store.runs import Draft, Runs
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.app.firm import Firm

FIRST = "D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-02-05 70"
MORE = "D1 c1 2025-01-10 100,40 | D4 c3 2025-02-20 11"

KILLS = int(os.environ.get("LIUKE_KILLS", "20"))  # at random moments; 200 take ten minutes
STEP = 1 if "LIUKE_KILLS" in os.environ else 9  # every so many changes of the disk a run is killed


def nothing_left(firm: Firm) -> bool:
    root = firm.workspace.root
    left = [*root.rglob("staging-*"), *root.rglob("draft-*"), *root.rglob("*.writing")]
    return not left


def settled(firm: Firm, before: list[Any], after: list[Any]) -> None:
    """A load of MORE that was stopped: all of it is there or nothing; loaded again, all of it is, and no leftover."""
    assert held(firm, superseded=True) in (before, after)
    load(firm, docs(MORE))
    assert held(firm, superseded=True) == after
    assert nothing_left(firm)
    assert mending.damage(firm.workspace) == []


@pytest.fixture
def two(firm: Firm) -> tuple[list[Any], list[Any]]:
    """What the store holds with FIRST loaded, as it is now, and with MORE besides."""
    load(firm, docs(FIRST))
    before = held(firm, superseded=True)
    load(firm, docs(MORE))
    after = held(firm, superseded=True)
    firm.unload("0002")
    return before, after


def test_a_load_stopped_at_any_change_of_the_disk_is_there_whole_or_not_at_all(
    firm: Firm, two: tuple[list[Any], list[Any]]
) -> None:
    for at in range(1, 100):
        with stopped_at(firm.workspace.root, at) as watch, suppress(Stopped):
            load(firm, docs(MORE))
        settled(firm, *two)
        firm.unload(FactStore(firm.workspace.facts).loads()[-1].load_id)
        if len(watch.seen) < at:
            break
    assert at > 15, "the load changes the disk more often than that"


@pytest.mark.parametrize("table", ["summary", "reason", "state_count", "rule_score", "waterfall", "run.json"])
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


def test_a_load_killed_at_any_change_of_the_disk_leaves_nothing_lost_and_no_lock(
    firm: Firm, two: tuple[list[Any], list[Any]], tmp_path: Path
) -> None:
    frame(docs(MORE)).write_parquet(tmp_path / "more.parquet")
    with killer() as killed:
        for at in range(1, 100):
            ended = killed("load", firm.workspace.root, tmp_path / "more.parquet", at=at)
            settled(firm, *two)
            newest = FactStore(firm.workspace.facts).loads()[-1].load_id
            undone = killed("unload", firm.workspace.root, newest, at=at)
            assert held(firm, superseded=True) in two
            if newest in {each.load_id for each in FactStore(firm.workspace.facts).loads()}:
                firm.unload(newest)
            assert held(firm, superseded=True) == two[0]
            assert {ended, undone} <= {0, -signal.SIGKILL}
            if ended == 0:
                break
    assert at > 15


@pytest.mark.parametrize("renames_only", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_run_killed_at_any_change_of_the_disk_leaves_the_last_good_run_current(
    firm: Firm, tmp_path: Path, renames_only: bool
) -> None:
    load(firm, random_docs(1, 4, 6))
    good = firm.run().table("customer_now")
    with killer() as killed:
        for at in range(1, 300, 1 if renames_only else STEP):
            ended = killed("run", firm.workspace.root, tmp_path, at=at, renames_only=renames_only)
            assert ended in (0, -signal.SIGKILL)
            assert firm.current().table("customer_now").equals(good)
            assert firm.run().table("customer_now").equals(good)
            assert nothing_left(firm)
            assert mending.damage(firm.workspace) == []
            shutil.rmtree(firm.workspace.partials, ignore_errors=True)
            if ended == 0:
                break
    assert at > (3 if renames_only else 20)


@pytest.mark.slow
def test_kills_at_random_moments_lose_nothing(firm: Firm, two: tuple[list[Any], list[Any]], tmp_path: Path) -> None:
    """The same by the clock instead of by the step."""
    random = np.random.default_rng(7)
    frame(docs(MORE)).write_parquet(tmp_path / "more.parquet")
    load(firm, random_docs(3, 4, 8), source="other")
    firm.run()
    before, after = ([*each, *(row for row in held(firm, superseded=True) if row not in two[0])] for each in two)
    ends = []
    with killer() as killed:
        for number in range(KILLS):
            verb, longest = (("load", 0.9), ("run", 2.5))[number % 2]
            ends.append(killed(verb, firm.workspace.root, tmp_path / "more.parquet", after=random.uniform(0, longest)))
            assert sorted(held(firm, superseded=True), key=str) in (sorted(before, key=str), sorted(after, key=str))
            firm.current().table("customer_now")
            if verb == "load":
                load(firm, docs(MORE))
                firm.unload(FactStore(firm.workspace.facts).loads()[-1].load_id)
            else:
                firm.run()
            assert nothing_left(firm)
            assert mending.damage(firm.workspace) == []
    assert ends.count(-signal.SIGKILL) > KILLS / 2, "most were killed at work"


HOLDER = """
import sys
from pathlib import Path
from liuke.store.workspace import Workspace
with Workspace.at(Path(sys.argv[1])).locked(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(firm: Firm, what: str) -> Iterator[None]:
    """Another process that holds one of the locks, and is killed in the end."""
    words = [sys.executable, "-c", HOLDER, str(firm.workspace.root), what]
    holder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.kill()
        holder.communicate()


def test_a_second_load_is_refused_while_one_is_at_work_and_everything_else_goes_on(firm: Firm) -> None:
    load(firm, random_docs(1, 4, 6))
    with holding(firm, "facts"):
        for attempt in (lambda: load(firm, docs(MORE)), lambda: firm.unload("0001")):
            with pytest.raises(Refused, match="at work"):
                attempt()
        assert firm.run().info["run_id"] == "00001"
        firm.preview("overdue")
        merges.confirm(firm.workspace, customers.known(firm.workspace), "c1", "c2")
    assert load(firm, docs(MORE)).load is not None


def test_a_second_run_is_refused_while_one_is_at_work_and_everything_else_goes_on(firm: Firm) -> None:
    load(firm, random_docs(1, 4, 6))
    good = firm.run()
    with holding(firm, "run"):
        with pytest.raises(Refused, match="Another run is at work"):
            firm.run()
        assert firm.current().info["run_id"] == good.info["run_id"], "readers need no lock"
        assert load(firm, docs(MORE)).load is not None
        firm.unload("0002")
        assert (firm.workspace.facts / "loads" / "0002").is_dir(), "the run may be reading it"
        assert len(held(firm)) == len(held(firm, superseded=True))
        firm.preview("overdue")
        merges.confirm(firm.workspace, customers.known(firm.workspace), "c1", "c2")
    load(firm, docs(MORE))
    assert not (firm.workspace.facts / "loads" / "0002").exists(), "nobody reads it any more"
    assert firm.run().info["run_id"] == "00002"


@pytest.mark.slow
def test_a_load_stopped_at_any_change_of_the_disk_is_loaded_again_while_a_run_is_at_work(
    firm: Firm, two: tuple[list[Any], list[Any]]
) -> None:
    with holding(firm, "run"):  # so that nothing is swept before the second attempt
        for at in range(1, 100):
            with stopped_at(firm.workspace.root, at) as watch, suppress(Stopped):
                load(firm, docs(MORE))
            load(firm, docs(MORE))
            assert held(firm, superseded=True) == two[1]
            firm.unload(FactStore(firm.workspace.facts).loads()[-1].load_id)
            assert held(firm, superseded=True) == two[0]
            if len(watch.seen) < at:
                break
    assert at > 15
    load(firm, docs(MORE))
    assert nothing_left(firm)
    assert mending.damage(firm.workspace) == []


def test_a_run_stands_on_what_was_there_when_it_began(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    load(firm, [*monthly("c1", [10] * 8), *monthly("c2", [20] * 8)])
    load(firm, docs("Z1 c3 2024-03-20 11 @2024-03-20"))
    whole = firm.run()
    write = pipeline.write_run

    def meanwhile(*given: Any) -> object:
        firm.unload("0002")
        load(firm, docs("Z2 c4 2024-03-21 12 @2024-03-21 | Z3 c1 2024-08-20 1"))
        merges.confirm(firm.workspace, customers.known(firm.workspace), "c1", "c2")
        return write(*given)

    monkeypatch.setattr(pipeline, "write_run", meanwhile)
    made, new = pipeline.run(firm.workspace, again=True)
    assert new
    assert made.table("customer_now").equals(whole.table("customer_now"))
    monkeypatch.undo()
    assert sorted(firm.run().table("customer_now")["customer_id"]) == ["c2", "c4"]


@pytest.mark.parametrize("what", ["facts", "run", "definitions"])
def test_a_workspace_that_is_gone_or_read_only_is_said_in_words(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, what: Any
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("filelock.FileLock.acquire", read_only)
    with pytest.raises(Refused, match="can't be written: Read-only"), firm.workspace.locked(what):
        pass
    monkeypatch.undo()
    with pytest.raises(Refused, match="no workspace"), firm.workspace.locked(what):
        shutil.rmtree(firm.workspace.root)
    with pytest.raises(Refused, match="no workspace"), firm.workspace.locked(what):
        pass
    assert not firm.workspace.root.exists()


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
