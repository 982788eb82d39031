"""Ctrl-C and SIGTERM: the work ends where it stands, or at its next step where a library keeps the signal to itself.

Where neither comes within some seconds (a long query inside a library), the process ends itself. Nothing half done
stays: loads, runs and reports are moved into place whole, and what was begun is swept at the next start.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 5.0  # seconds a library may keep a signal to itself
SIGNALLED = 128  # what a shell adds to the number of the signal that ended a process
_asked: list[int] = []  # the signals that came


def stop_asked() -> int:
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
    heard, told = socket.socketpair()
    told.setblocking(False)
    ended = threading.Event()
    former = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    here = copy_context()  # the language in force, for what is said last
    watch = threading.Thread(target=here.run, args=(_end_in_time, heard, ended), daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(former)
        for number, handler in before.items():
            signal.signal(number, handler)
        told.close()
        watch.join()
        heard.close()


def _end_in_time(heard: socket.socket, ended: threading.Event) -> None:
    """End the process where a signal has come and the work goes on as if it had not."""
    while number := heard.recv(1):
        if number[0] in SIGNALS and not ended.wait(PATIENCE):
            from liuke.cli.output import warn
            from liuke.kernel.progress import Stopped

            warn(Stopped().text())
            os._exit(SIGNALLED + number[0])


def _stop(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    raise KeyboardInterrupt
