"""Ctrl-C and SIGTERM: the work ends where it stands, or at its next step where a library keeps the signal to itself.

Nothing half done stays: loads, runs and reports are moved into place whole.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_asked: list[int] = []  # the signals that came


def asked() -> int:
    """The number of the first signal that asked to stop, 0 for none."""
    return _asked[0] if _asked else 0


@contextmanager
def listening() -> Iterator[None]:
    """Hear both signals for the length of a block; elsewhere than in the main thread nobody can."""
    _asked.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    raise KeyboardInterrupt
