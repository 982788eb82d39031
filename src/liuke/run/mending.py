"""Damage to the stored files of a workspace: what there is, what can be mended safely, what must be loaded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import LiukeError, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.run.merges import merge_history
from liuke.store import partials, upgrade
from liuke.store.fact_store import FactStore
from liuke.store.manifest import Damaged, unsealed
from liuke.store.register import Register
from liuke.store.runs import Runs
from liuke.store.workspace import MARK, MERGES, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def damage(workspace: Workspace) -> list[Said]:
    """What is amiss with what was stored, a sentence each, every checksum looked at; the cache is left out."""
    return [said for check in (_of_workspace, _of_facts, _of_merges, _of_runs) for said in check(workspace)]


def _of_workspace(workspace: Workspace) -> Iterator[Said]:
    yield from _told(lambda: Workspace.at(workspace.root))


def _of_facts(workspace: Workspace) -> Iterator[Said]:
    store = FactStore(workspace.facts)
    unread = list(_told(lambda: Register.read(store.root)))
    yield from unread
    for load_id in () if unread else sorted(Register.read(store.root).loads):
        yield from _told(lambda load_id=load_id: store.check(load_id))  # type: ignore[misc]  # bound at once


def _of_merges(workspace: Workspace) -> Iterator[Said]:
    yield from _told(lambda: merge_history(workspace))


def _of_runs(workspace: Workspace) -> Iterator[Said]:
    runs = Runs(workspace.runs)
    yield from (_whole(error) for run, error in runs.damaged().items() if not run.is_older)
    if runs.lying():
        yield from _told(lambda: runs.current().root, but=Damaged)


def _told(check: Callable[[], object], but: type[LiukeError] | None = None) -> Iterator[Said]:
    """The sentence a check is refused with, if it is; none for what was said already."""
    try:
        check()
    except LiukeError as error:
        if but is None or not isinstance(error, but):
            yield _whole(error)


def _whole(error: LiukeError) -> Said:
    """What an error says, the way out on a line of its own."""
    if not error.fix:
        return error.said
    return Said(N_("{said}\n{fix}"), {"said": error.said, "fix": error.fix})


def spoilt_cache(workspace: Workspace) -> list[Path]:
    """Cached sums that are not as they were written."""
    return [path for path in sorted(workspace.partials.glob("*.arrow")) if not partials.sound(path)]


def mend(folder: Path) -> list[Said]:
    """Mend what can be mended without a loss; a sentence for each thing done."""
    workspace = Workspace.unchecked(folder)
    with workspace.held("facts"), workspace.held("run"), workspace.held("definitions"):
        steps = (_mend_mark, _mend_merges, _mend_register, _mend_runs, _mend_cache)
        done = [said for step in steps for said in step(workspace)]
        store = FactStore(workspace.facts)
        store.adopt()
        store.sweep()
        Runs(workspace.runs).sweep()
    return done


def _mend_mark(workspace: Workspace) -> Iterator[Said]:
    path = workspace.root / MARK
    if upgrade.needed(workspace):
        raise Refused(
            N_("The workspace {path} was made by an older Liuke."),
            path=workspace.root,
            fix=N_("Bring it up to date: liuke upgrade -w {path}"),
        )
    try:
        unsealed(path)
    except Damaged:
        workspace.mark_anew([MERGES] if (workspace.root / MERGES).exists() else [])
        yield Said(N_("{path} was written anew."), {"path": path})


def _mend_merges(workspace: Workspace) -> Iterator[Said]:
    try:
        merge_history(workspace)
    except Refused:
        path = workspace.root / MERGES
        aside = path.with_name(f"{MERGES}.damaged")
        if path.exists():
            path.replace(aside)
        workspace.mark_anew([])
        yield Said(
            N_("No customers count as one any more: confirm merges again. What was left lies in {path}."),
            {"path": aside},
        )


def _mend_register(workspace: Workspace) -> Iterator[Said]:
    store = FactStore(workspace.facts)
    try:
        Register.read(store.root)
    except Refused:
        seen = [run.table("customer_now")["customer_code"].max() for run in Runs(workspace.runs).all()]
        found = store.rebuilt(1 + max((code for code in seen if isinstance(code, int)), default=-1))
        found.write(store.root)
        yield Said(N_("Loads in force are now: {loads}."), {"loads": ", ".join(sorted(found.loads)) or "-"})


def _mend_runs(workspace: Workspace) -> Iterator[Said]:
    runs = Runs(workspace.runs)
    for run in runs.damaged():
        if not run.is_older:
            runs.remove(run)
            yield Said(N_("Run {run} was taken away: liuke run makes it anew."), {"run": run.root.name})
    if runs.lying() and not runs.has_current:
        newest = max(runs.all(), key=lambda run: (run.info["as_of"], run.root.name), default=None)
        if newest is None:
            (runs.root / "current").unlink(missing_ok=True)
            yield Said(N_("No run is left: liuke run makes one."))
        else:
            runs.make_current(newest.root.name)
            back = {"run": newest.root.name, "as_of": newest.info["as_of"]}
            yield Said(N_("Run {run} of {as_of} is the current one again."), back)


def _mend_cache(workspace: Workspace) -> Iterator[Said]:
    spoilt = spoilt_cache(workspace)
    for path in spoilt:
        path.unlink()
    if spoilt:
        said = N_("{count} damaged cached sums were deleted: the next run makes them anew.")
        yield Said(said, {"count": len(spoilt)})


def upgraded(folder: Path) -> list[Said]:
    """Bring a workspace of an older program up to date; a sentence for each thing done."""
    workspace = Workspace.unchecked(folder)
    with workspace.held("facts"), workspace.held("run"), workspace.held("definitions"):
        if (workspace.root / MARK).exists():
            Workspace.at(folder)
            return [Said(N_("{path} is up to date."), {"path": folder})]
        loads = upgrade.upgrade_store(workspace, lambda: merge_history(workspace))
    older = ", ".join(run.root.name for run in Runs(workspace.runs).lying())
    done = [Said(N_("{count} loads were brought up to date."), {"count": loads})]
    if older:
        said = N_("Runs {runs} are of the older program and are not read any more: liuke run.")
        done.append(Said(said, {"runs": older}))
    return done
