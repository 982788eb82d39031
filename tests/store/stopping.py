"""Stop or kill the program at its n-th change of a folder, whichever function makes it, or after a while.

Changes are what Python tells its audit hooks of: files opened for writing, folders made, renames, removals. As a
program this file forks a child for each line of its input, which works and is killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHANGES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir")
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Watch:
    """Counts the changes of a folder and does something before the n-th."""

    root: str = ""
    at: int = 0
    act: Callable[[], None] = lambda: None
    renames_only: bool = False
    seen: list[str] = field(default_factory=list)

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.root or not self._counts(event, given):
            return
        self.seen.append(f"{event} {given[0]}")
        if len(self.seen) == self.at:
            self.act()

    def _counts(self, event: str, given: tuple[Any, ...]) -> bool:
        if event == "open" and not self.renames_only:
            path, mode, flags = given
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & FOR_WRITING)
        else:
            path, writes = (given or ("",))[0], event in (CHANGES[:1] if self.renames_only else CHANGES)
        return writes and isinstance(path, str | os.PathLike) and self._is_of_us(os.fspath(path))

    def _is_of_us(self, path: str | bytes) -> bool:
        return isinstance(path, str) and path.startswith(self.root) and not (self.renames_only and "cache" in path)


watch = Watch()


class Stopped(RuntimeError):  # noqa: N818
    """The power went."""


def _stop() -> None:
    raise Stopped


_installed: list[bool] = []


@contextmanager
def stopped_at(root: Path, at: int) -> Iterator[Watch]:
    """Raise Stopped in this process before the n-th change under a folder."""
    if not _installed:
        sys.addaudithook(watch.hear)
        _installed.append(True)
    watch.root, watch.at, watch.act, watch.seen = str(root), at, _stop, []
    try:
        yield watch
    finally:
        watch.root = ""


@contextmanager
def killer() -> Iterator[Callable[..., int]]:
    """A function (verb, root, file, at=…, renames_only=…, after=…) -> how the child ended: -9 when it was killed."""
    server = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert server.stdin is not None
    assert server.stdout is not None
    stdin, stdout = server.stdin, server.stdout

    def killed(verb: str, root: Path, file: Path, **how: Any) -> int:
        stdin.write(json.dumps([verb, str(root), str(file), how]) + "\n")
        return int(stdout.readline())

    try:
        yield killed
    finally:
        stdin.close()
        server.wait()
        stdout.close()


def _work(verb: str, root: str, file: str) -> None:
    from datetime import date
    from pathlib import Path

    import liuke
    from liuke.run import pipeline

    firm = liuke.open(Path(root))
    if verb == "load":
        firm.load(file, source="invoices", loaded_on=date(2026, 3, 1), table="document_line")
    elif verb == "unload":
        firm.unload(file)
    else:
        pipeline.run(firm.workspace, again=True)


def _child(verb: str, root: str, file: str, how: dict[str, Any]) -> None:
    if "at" in how:
        watch.root, watch.at, watch.renames_only = root, how["at"], how.get("renames_only", False)
        watch.act = lambda: os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(watch.hear)
    _work(verb, root, file)


def _serve() -> None:
    """Import once, fork often: no thread has begun yet when a child is made."""
    import duckdb
    import ibis
    import polars  # noqa: F401

    import liuke.app.load
    import liuke.run.pipeline

    _ = ibis, duckdb, liuke
    for line in sys.stdin:
        verb, root, file, how = json.loads(line)
        child = os.fork()
        if not child:
            code = 3
            try:
                _child(verb, root, file, how)
                code = 0
            finally:
                os._exit(code)
        if "after" in how:
            time.sleep(how["after"])
            os.kill(child, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _serve()
