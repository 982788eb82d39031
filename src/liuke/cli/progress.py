"""Progress on the terminal for whatever takes longer than two seconds; nothing where nobody watches."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from liuke.kernel.said import Said

QUIET_SECONDS = 2.0
STAGES = {
    "read": N_("reading rows"),
    "store": N_("storing documents"),
    "truth": N_("working out the truth"),
    "documents": N_("writing documents"),
    "tables": N_("writing tables"),
}


class Progress:
    """One line on stderr, from the third second on; `progress(stage, done, total)` keeps it up to date."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.status: Status | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say what is being done; a total of 0 is unknown."""
        self._say(translate(STAGES[stage]), done, total)

    def _say(self, stage: str, done: int, total: int) -> None:
        seconds = time.monotonic() - self.started
        if seconds < QUIET_SECONDS or not sys.stderr.isatty():
            return
        if self.status is None:
            from rich.console import Console

            self.status = Console(stderr=True).status("")
            self.status.start()
        share = f"{done:,}" + (f" / {total:,}" if total else "")
        self.status.update(f"{stage}  {share}  {seconds:.0f} s")

    def step(self, stage: Said, done: int, total: int) -> None:
        """The same for a stage that says itself."""
        self._say(stage.text(), done, total)

    def rest(self) -> None:
        """Leave the terminal to somebody else until the next step."""
        if self.status is not None:
            self.status.stop()
        self.status = None


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress that is gone from the terminal at the end."""
    shown = Progress()
    try:
        yield shown
    finally:
        shown.rest()
