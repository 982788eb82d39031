"""A firm as one file, and back: facts, definitions, runs and the work store, of one moment, while everybody works on.

What never changes once it is written (loads, runs) is linked aside, the rest is copied; then the file is packed from
there. What can be made anew (sums by period), files uploaded and not loaded, and sessions are not in it.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Conflict, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.version import __version__
from liuke.store.archive import foreign_archive, read_archive, write_archive
from liuke.store.disk import SCRATCH, move
from liuke.store.fact_store import FactStore
from liuke.store.manifest import FORMAT, Damaged, refuse_newer
from liuke.store.register import FILE as REGISTER
from liuke.store.register import Register
from liuke.store.runs import Runs
from liuke.store.workspace import FILE, Workspace
from liuke.work.dump import Dumped, dump_store, load_store
from liuke.work.store import STORE, WorkStore, store_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRM, WORK = "workspace", "work"  # the two folders of a backup
LEFT = ("cache", "uploads", "facts", "runs")  # made anew; not loaded yet; taken by what they name as theirs
TRIES = 5  # how often it is begun again where a load or a run ended meanwhile
ASIDE = ".backup-"  # folders of a backup or restore in the making


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds: its file and bytes, loads, runs, rows of the work store, and what is damaged in it."""

    path: Path
    bytes: int
    loads: int
    runs: int
    work_rows: int
    damaged: tuple[Damaged, ...]


@dataclass(frozen=True)
class Restored:
    """What was brought back: where to, of when, how many files, and rows of the work store."""

    folder: Path
    made_at: datetime
    files: int
    work_rows: int


def back_up(folder: Path, out: Path, store: str = "") -> BackedUp:
    """Write the firm in a folder to a new file, whole or not at all.

    Refused inside the workspace itself; Conflict where the file is there, or where something changed again and again.
    """
    workspace = Workspace.at(folder)
    root = workspace.root.resolve()
    if out.resolve().is_relative_to(root):
        raise Refused(
            N_("{path} lies in the workspace it would hold."), path=out,
            fix=N_("Name a file elsewhere, best on another disk."),
        )  # fmt: skip
    if not out.parent.is_dir():
        raise Refused(N_("There is no folder {path}."), path=out.parent, fix=N_("Make it first."))
    with _aside(root) as stage:
        dumped = _staged(workspace, stage, store_place(root, store))
        damaged = tuple(_damage(stage / FIRM))
        about = {
            "version": __version__,
            "workspace_format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "work": None if dumped is None else asdict(dumped),
            "damaged": [str(each) for each in damaged],
        }
        size = write_archive(stage, out, about)
        loads = len(Register.read(stage / FIRM / "facts").loads)
        runs = len(Runs(stage / FIRM / "runs").lying())
    return BackedUp(out, size, loads, runs, 0 if dumped is None else sum(dumped.rows.values()), damaged)


def restore(file: Path, folder: Path, store: str = "") -> Restored:
    """Bring a backup back into a folder that is empty or not there, and a work store that holds nothing.

    Everything is looked at before anything counts: where it is refused, nothing is there that was not there before.
    """
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise Conflict(
            N_("{path} is not empty."), path=folder, fix=N_("Name an empty folder, or one that is not there.")
        )
    target = folder.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _aside(target.parent) as stage:
            about = read_archive(
                file, stage, _is_ours, lambda told: refuse_newer({"format": told["workspace_format"]}, file)
            )
            made_at, dumped = _understood(about, file)
            if not (stage / FIRM / FILE).is_file():
                raise foreign_archive(file)
            _put_in_place(stage, target, dumped, store)
    except OSError as error:
        raise Refused(
            N_("{path} can't be written: {detail}."), path=error.filename or target,
            detail=error.strerror or str(error), fix=N_("Check the folder, its permissions and the room on the disk."),
        ) from error  # fmt: skip
    rows = 0 if dumped is None else sum(dumped.rows.values())
    return Restored(folder, made_at, about["files"], rows)


def _understood(about: dict[str, Any], file: Path) -> tuple[datetime, Dumped | None]:
    """When it was made, and what it holds of a work store."""
    try:
        return datetime.fromisoformat(about["made_at"]), None if about["work"] is None else Dumped(**about["work"])
    except (KeyError, TypeError, ValueError) as error:
        raise foreign_archive(file) from error


def _put_in_place(stage: Path, target: Path, dumped: Dumped | None, store: str) -> None:
    """The last step: the folder gets its name in one rename, in the transaction that fills the work store."""

    def moved() -> None:
        with suppress(FileNotFoundError):
            target.rmdir()
        move(stage / FIRM, target)

    if dumped is None:
        moved()
    elif not store:
        load_store(stage / FIRM / STORE, stage / WORK, dumped, lambda: None)
        moved()
    else:
        try:
            load_store(store, stage / WORK, dumped, moved)
        except BaseException:
            if target.is_dir() and not (stage / FIRM).exists():  # named, and then the store did not take it
                move(target, stage / FIRM)
            raise


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    """A folder of our own beside what it holds, gone afterwards; so are those of killed ones older than a day."""
    stage = root / f"{ASIDE}{uuid.uuid4().hex[:8]}{SCRATCH}"
    for left in root.glob(f"{ASIDE}*{SCRATCH}"):
        with suppress(OSError):
            if datetime.now(UTC).timestamp() - left.stat().st_mtime > 86_400:
                shutil.rmtree(left)
    try:
        stage.mkdir(mode=0o700)
    except OSError as error:
        raise Refused(
            N_("{path} can't be written: {detail}."), path=root, detail=error.strerror or str(error),
            fix=N_("Check the folder, its permissions and the room on the disk."),
        ) from error  # fmt: skip
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _is_ours(name: str) -> bool:
    first, _, rest = name.partition("/")
    return bool(rest) and first in (FIRM, WORK) and not rest.startswith(".")


def _staged(workspace: Workspace, stage: Path, place: str | Path) -> Dumped | None:
    """Put everything aside as it is at one moment; what was dumped of the work store, None where there is none."""
    for _ in range(TRIES):
        with workspace.held("definitions"):
            before = _moment(workspace)
            try:
                dumped = _gathered(workspace, stage, place)
            except FileNotFoundError:  # swept or thinned while it was linked
                dumped, before = None, ()
            if before == _moment(workspace):
                return dumped
        for each in (FIRM, WORK):
            shutil.rmtree(stage / each, ignore_errors=True)
    raise Conflict(
        N_("Something was loaded or run in {path} each time it was copied."), path=workspace.root, code="busy",
        fix=N_("Wait until it has finished, then try again."),
    )  # fmt: skip


def _moment(workspace: Workspace) -> tuple[object, ...]:
    """What tells one state of facts and runs from another."""
    named = (workspace.facts / REGISTER, workspace.runs / "current")
    runs = tuple(run.root.name for run in Runs(workspace.runs).lying())
    return (*(path.read_bytes() if path.exists() else b"" for path in named), runs)


def _gathered(workspace: Workspace, stage: Path, place: str | Path) -> Dumped | None:
    firm, work = stage / FIRM, stage / WORK
    firm.mkdir()
    work.mkdir()
    for path in sorted(workspace.root.iterdir()):
        if not path.name.startswith(".") and path.name not in LEFT and not path.name.startswith(STORE):
            _copied(path, firm / path.name)
    if (workspace.facts / REGISTER).exists():
        _copied(workspace.facts / REGISTER, firm / "facts" / REGISTER)
        for load_id in Register.read(workspace.facts).loads:
            if (load := FactStore(workspace.facts).folder(load_id)).is_dir():
                _copied(load, firm / "facts" / "loads" / load_id, link=True)
    for run in Runs(workspace.runs).lying():
        _copied(run.root, firm / "runs" / run.root.name, link=True)
    if (workspace.runs / "current").exists():
        _copied(workspace.runs / "current", firm / "runs" / "current")
    if isinstance(place, os.PathLike) and not place.exists():
        return None
    store = WorkStore.open(place)
    try:
        return dump_store(store, work)
    finally:
        store.close()


def _copied(path: Path, target: Path, *, link: bool = False) -> None:
    """A file or folder, linked where it may be: what is not in its place yet is left out."""
    if path.name.endswith(SCRATCH):
        return
    if path.is_dir():
        for each in path.iterdir():
            _copied(each, target / each.name, link=link)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if link:
        with suppress(OSError):  # a disk without links
            os.link(path.resolve(), target)
            return
    shutil.copyfile(path, target)


def _damage(firm: Path) -> Iterator[Damaged]:
    """What of the copy is not what was once written: it is kept as it is, and said."""
    facts = FactStore(firm / "facts")
    for load_id in Register.read(facts.root).loads:
        try:
            facts.check(load_id)
        except Damaged as error:
            yield error
    yield from Runs(firm / "runs").damaged().values()
