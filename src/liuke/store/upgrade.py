"""Workspaces of programs before the first format: their loads get what later ones are written with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.store import register
from liuke.store.disk import write_text
from liuke.store.fact_store import FactStore, Load
from liuke.store.manifest import FILE, FORMAT, Manifest, sealed
from liuke.store.runs import Runs
from liuke.store.workspace import MARK, MERGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from liuke.store.workspace import Workspace


def needed(workspace: Workspace) -> bool:
    """Whether a program before the first format made this workspace."""
    return workspace.has_content and not any(path.exists() for path in (workspace.root / MARK, _register(workspace)))


def upgrade_store(workspace: Workspace, merges: Callable[[], list[dict[str, Any]]]) -> int:
    """Upgrade loads, register and merges, the workspace's mark last; how many loads. May be stopped and begun again."""
    folders = sorted(workspace.facts.glob("loads/[0-9]*"))
    customers = max((_load(folder) for folder in folders if not (folder / FILE).exists()), default=0)
    if folders and not _register(workspace).exists():
        FactStore(workspace.facts).rebuilt(customers).write(workspace.facts)
    entries = merges()
    if entries:
        write_text(workspace.root / MERGES, sealed({"format": FORMAT, "entries": entries}))
    pointer = workspace.runs / "current"
    named = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    if named.isdigit():
        Runs(workspace.runs).make_current(named)
    (workspace.root / ".lock").unlink(missing_ok=True)
    workspace.mark_anew([MERGES] if entries else [])
    return len(folders)


def _register(workspace: Workspace) -> Path:
    return workspace.facts / register.FILE


def _load(folder: Path) -> int:
    """Write the format and the manifest of a load; the next customer code it leaves."""
    path = folder / "load.json"
    try:
        said = json.loads(path.read_bytes())
        write_text(path, json.dumps({**said, "format": FORMAT}, ensure_ascii=False, indent=1))
        load = Load.read(path)
        held = _rows(folder, "document_line")
        expected = sum(month.lines for month in load.months.values())
        codes = [pl.read_parquet(part, glob=False)["customer_code"].max() for part in _files(folder, "customer_code")]
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise _unreadable(folder, str(error)) from error
    if held != expected:
        raise _unreadable(folder, f"{held} != {expected}")
    Manifest.write(folder)
    return max((int(str(code)) + 1 for code in codes), default=0)


def _files(folder: Path, part: str) -> list[Path]:
    return sorted((folder / part).rglob("*.parquet"))


def _rows(folder: Path, part: str) -> int:
    return sum(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item() for path in _files(folder, part))


def _unreadable(folder: Path, detail: str) -> Refused:
    return Refused(
        N_("The load in {path} can't be read: {detail}."),
        path=folder,
        detail=detail,
        fix=N_("Put the folder back from a copy; or delete it, upgrade, and load its files again."),
    )
