"""The worker's side of a job's process: started, heard, stopped."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.work.jobs.queue import Job

GRACE = 10.0  # seconds a job that was told to stop has left
DIED = Said(N_("The process that worked on it ended before it was done ({code}). Perhaps memory ran out."))


class JobProcess:
    """A job going on in a process of its own, which ends when this one does."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.job = job
        self.share: float | None = None
        self.message: Said | None = None
        self.ending: dict[str, Any] | None = None  # its last word
        self._told_to_stop: float | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "liuke.app.jobs.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        asked = {"folder": str(folder), "kind": job.kind, "args": job.args}
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended already; its exit code is what is said of it
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Whether the process has ended and all it said was heard."""
        return self._process.poll() is not None and not self._listener.is_alive()

    def stop(self) -> None:
        """Ask the process to end, and end it where it does not within some seconds."""
        if self._told_to_stop is None:
            self._told_to_stop = time.monotonic()
            self._process.terminate()
        elif time.monotonic() - self._told_to_stop > GRACE:
            self._process.kill()

    def kill(self) -> None:
        """End the process now; returns when it is gone."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        """Wait for the end of the process and give back what it held."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # nobody reads it any more
            self._process.stdin.close()
        self._process.wait()
        self._listener.join()
        self._process.stdout.close()

    def how_it_ended(self) -> dict[str, Any]:
        """Its last word; where there is none, that it died, or that it was ended as asked."""
        if self.ending is not None:
            return self.ending
        if self._told_to_stop is not None:
            return {"stopped": True}
        return {"error": DIED.replace(code=self._process.returncode).plain(), "again": True}

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # cut short by the end of the process
            if "message" in told:
                self.share, self.message = told["share"], Said.unpack(told["message"])
            else:
                self.ending = told
