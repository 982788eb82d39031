"""The reader of the run everybody reads, opened anew when another run becomes the current one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from liuke.app.reader import Reader
from liuke.store.runs import Runs

if TYPE_CHECKING:
    from liuke.store.workspace import Workspace


@dataclass
class Latest:
    """The reader of the run everybody reads; another one as soon as another run is current."""

    workspace: Workspace
    held: bool = False
    _reader: Reader | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def reader(self) -> Reader:
        """The reader; NotFound, with the way to make one, where nothing was run yet."""
        run = Runs(self.workspace.runs).current()
        with self._lock:
            if self._reader is None or self._reader.run.root != run.root:
                self._reader = Reader(run, self.held)
            return self._reader
