"""`cause_audits.json`: what people found of causes, as the work store has it, for runs to read.

A run reads files of its workspace, so what was recorded in the work store is written here before each run. Each row
bears the day it was recorded: none counts in a run that knows less.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from liuke.causes.audited import Verdict
from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.store.disk import write_text
from liuke.store.manifest import FORMAT, Damaged, sealed, unseal
from liuke.store.workspace import AUDITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liuke.store.workspace import Workspace


def audit_rows(workspace: Workspace) -> tuple[Verdict, ...]:
    """Every row, oldest first; Refused where the file is not what was written."""
    text = workspace.text(AUDITS)
    if not text:
        return ()
    path = workspace.root / AUDITS
    try:
        entries = unseal(text, path)["entries"]
        return tuple(Verdict(**{**entry, "on": date.fromisoformat(entry["on"])}) for entry in entries)
    except (Damaged, KeyError, TypeError, ValueError) as error:
        raise Refused(
            N_("{path} is damaged: which causes people confirmed is not known."),
            path=path,
            fix=N_("Take the file away: it is written anew from the work store before the next run."),
        ) from error


def audits_at(workspace: Workspace, known: date) -> tuple[Verdict, ...]:
    """The rows recorded by a day."""
    return tuple(row for row in audit_rows(workspace) if row.on <= known)


def write_audits(workspace: Workspace, rows: Iterable[Verdict]) -> None:
    """Write all rows; whoever calls holds the definitions."""
    entries = [{**asdict(row), "on": row.on.isoformat()} for row in sorted(rows, key=lambda row: row.id)]
    text = sealed({"format": FORMAT, "entries": entries})
    path = workspace.root / AUDITS
    if path.exists():
        if path.read_bytes() != text.encode():
            write_text(path, text)
    elif entries:
        write_text(path, text)
