"""What one rule would find, without a run being kept."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.run.pipeline import write_run
from liuke.run.rule_files import chosen
from liuke.run.scope import resolve
from liuke.store.fact_store import FactStore
from liuke.store.runs import Draft, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liuke.store.workspace import Workspace


@contextmanager
def previewed(workspace: Workspace, wanted: str, progress: Callable[[str, int, int], None]) -> Iterator[Run]:
    """A run with one rule alone, there for the length of a block."""
    rule = chosen(workspace, wanted)
    with workspace.locked(), tempfile.TemporaryDirectory(prefix="liuke-preview-") as folder:
        store = FactStore(workspace.facts)
        scope = resolve(workspace, store, None, None)
        write_run(workspace, store, scope, [rule], Draft(Path(folder)), {"key": "", "run_id": "preview"}, progress)
        yield Run(Path(folder))
