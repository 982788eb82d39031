"""Progress on the terminal for whatever takes longer than two seconds, and the way to stop it."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.cli import stopping
from liuke.kernel.progress import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from liuke.kernel.said import Said

QUIET_SECONDS = 2.0


class TerminalProgress:
    """One line on stderr, from the third second on; a step ends the work where somebody asked for that."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.status: Status | None = None

    def step(self, stage: Said, done: int, total: int) -> None:
        """Say what is being done; a total of 0 is unknown. Stopped where a signal has asked for it."""
        if stopping.stop_asked():
            raise Stopped
        seconds = time.monotonic() - self.started
        if seconds < QUIET_SECONDS or sys.stderr is None or not sys.stderr.isatty():
            return
        if self.status is None:
            from rich.console import Console

            self.status = Console(stderr=True).status("")
            self.status.start()
        share = f"{done:,}" + (f" / {total:,}" if total else "")
        self.status.update(f"{stage.text()}  {share}  {seconds:.0f} s")

    def rest(self) -> None:
        """Leave the terminal to somebody else until the next step."""
        if self.status is not None:
            self.status.stop()
        self.status = None


@contextmanager
def progress() -> Iterator[TerminalProgress]:
    """Progress that is gone from the terminal at the end."""
    shown = TerminalProgress()
    try:
        yield shown
    finally:
        shown.rest()
