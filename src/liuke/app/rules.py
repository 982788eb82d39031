"""What one rule would find, without a run being kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.run import preview as previewing
from liuke.run.rule_files import chosen

if TYPE_CHECKING:
    import polars as pl

    from liuke.kernel.progress import Progress
    from liuke.store.workspace import Workspace


def preview(workspace: Workspace, wanted: str, top: int | None, progress: Progress | None = None) -> pl.DataFrame:
    """Whom a rule flags at the current as_of, largest first; nothing is kept."""
    found = previewing.preview(workspace, chosen(workspace, wanted), progress)
    return found if top is None else found.head(top)
