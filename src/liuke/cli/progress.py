"""Progress on the terminal for whatever takes longer than two seconds; nothing where nobody watches."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUIET_SECONDS = 2.0
STAGES = {
    "read": N_("reading rows"),
    "store": N_("storing documents"),
    "panel": N_("summing up periods"),
    "learn": N_("learning rhythms"),
    "model": N_("fitting the model"),
    "signals": N_("evaluating rules"),
    "value": N_("valuing customers"),
    "write": N_("writing the run"),
    "truth": N_("working out the truth"),
    "documents": N_("writing documents"),
    "tables": N_("writing tables"),
}


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A function (stage, done, total) that keeps one line up to date; a total of 0 is unknown."""
    started = time.monotonic()
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:

        def step(stage: str, done: int, total: int) -> None:
            seconds = time.monotonic() - started
            if seconds >= QUIET_SECONDS:
                share = f"{done:,}" + (f" / {total:,}" if total else "")
                status.update(f"{translate(STAGES[stage])}  {share}  {seconds:.0f} s")

        yield step
