"""Every run that lies in a workspace, also those that can't be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.said import Said
from liuke.reports.contexts.base import Context
from liuke.store.manifest import Damaged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from liuke.store.runs import Run, Runs


@dataclass(frozen=True)
class KeptRun(Context):
    """One run that is kept. What can't be read of it is None."""

    run_id: Annotated[str, "which run it is"]
    as_of: Annotated[str | None, "the last day that counts"]
    made: Annotated[datetime | None, "when it was made"]
    seconds: Annotated[float | None, "how long it took"]
    customers: Annotated[int | None, "customers in the documents"]
    listed: Annotated[int | None, "customers on the list"]
    version: Annotated[str | None, "version of the program that made it"]
    current: Annotated[bool, "whether everybody reads it"]
    by_day: Annotated[
        bool, "whether its last day leads to it: nothing later was known, and no run of that day is newer"
    ]
    problem: Annotated[Said, "why it can't be read; nothing where it can"]


def kept_runs(runs: Runs) -> list[KeptRun]:
    """Every run that lies there, newest first, those that can't be read with the reason."""
    current = runs.current().root.name if runs.has_current else ""
    found: list[KeptRun] = []
    days: set[str | None] = set()
    for run in reversed(runs.lying()):
        kept = _kept(run, current, days)
        days |= {kept.as_of} if kept.by_day else set()
        found.append(kept)
    return found


def _kept(run: Run, current: str, days: Collection[str | None]) -> KeptRun:
    name, problem = run.root.name, Said("")
    info: Mapping[str, Any]
    try:
        info = run.info
    except Damaged as error:
        problem, info = error.said, _as_it_lies(run)
    made = info.get("measured_at")
    return KeptRun(
        run_id=name,
        as_of=info.get("as_of"),
        made=datetime.fromisoformat(made) if made else None,
        seconds=info.get("seconds"),
        customers=info.get("customers"),
        listed=info.get("listed"),
        version=(info.get("versions") or {}).get("liuke"),
        current=name == current,
        by_day=not problem and info.get("as_of") == info.get("known") and info.get("as_of") not in days,
        problem=problem,
    )


def _as_it_lies(run: Run) -> dict[str, Any]:
    """What a run that can't be read says of itself as far as that is text; nothing where it is not."""
    try:
        found = json.loads((run.root / "run.json").read_bytes())
        datetime.fromisoformat(found["measured_at"])
        date.fromisoformat(found["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: found.get(name) for name in ("as_of", "measured_at", "seconds", "customers", "listed", "versions")}
