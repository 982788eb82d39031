"""What one rule would find, without a run being kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.run.rule_files import chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from liuke.store.workspace import Workspace


def preview(
    workspace: Workspace,
    wanted: str,
    top: int | None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> pl.DataFrame:
    """Whom a rule flags at the current as_of, best first; nothing is kept."""
    from liuke.app.queries import Filter, watch_list
    from liuke.run.pipeline import write_run
    from liuke.run.scope import resolve
    from liuke.store.fact_store import FactStore
    from liuke.store.runs import Draft, Run

    rule = chosen(workspace, wanted)
    with workspace.locked(), tempfile.TemporaryDirectory(prefix="liuke-preview-") as folder:
        store = FactStore(workspace.facts)
        scope = resolve(workspace, store, None, None)
        write_run(workspace, store, scope, [rule], Draft(Path(folder)), {"key": "", "run_id": "preview"}, progress)
        return watch_list(Run(Path(folder)), Filter(top=top))
