"""One job in a process of its own: `python -m liuke.app.jobs.child`.

The first line on stdin says what to do; stdin stays open as long as whoever started it lives, and the process ends at
once when it closes. Each line on stdout is a JSON object: how far the work is (`share`, `message`), and as the last one
how it ended (`result`, or `error`, or `stopped`). Said sentences are plain, in no language.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from liuke.app.firm import Firm
from liuke.app.jobs.kinds import job_kind
from liuke.kernel.errors import Away, Conflict, LiukeError
from liuke.kernel.i18n import N_
from liuke.kernel.progress import Stopped
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.app.jobs.kinds import JobKind

TOLD_EVERY = 1.0  # seconds between two words about progress
NICE = 10  # a job gives way to pages: who waits for one is waiting now
LOOKED_EVERY = 1.0  # seconds between two tries to get at a workspace somebody else is at work in
ORPHANED = 3  # exit code of a process whose starter is gone
WAITING = Said(N_("waiting: somebody else is at work in this workspace"))
UNFORESEEN = N_("It failed in a way that was not foreseen ({kind}). The log of the server says where.")


def tell_line(out: IO[str], **told: Any) -> None:
    """One line for whoever started this."""
    out.write(json.dumps(told, ensure_ascii=False) + "\n")
    out.flush()


@dataclass
class ChildProgress:
    """Progress over all stages, told at most once a second; the share never falls."""

    out: IO[str]
    parts: Sequence[tuple[Said, float]]
    stop: threading.Event = field(default_factory=threading.Event)
    share: float = 0.0
    _stage: Said | None = None
    _told: float = 0.0

    def step(self, stage: Said, done: int, total: int) -> None:
        """Say where the work is; Stopped where that was asked for."""
        if self.stop.is_set():
            raise Stopped
        at = self._share_of(stage, done / total if total else 0.0)
        self.share = max(self.share, at or 0.0)
        now = time.monotonic()
        if stage != self._stage or now - self._told >= TOLD_EVERY:
            self._stage, self._told = stage, now
            message = Said(N_("{stage}, {done} of {total}"), {"stage": stage, "done": done, "total": total})
            shown = message if total > 1 and done else stage
            tell_line(self.out, share=None if at is None else round(self.share, 4), message=shown.plain())

    def _share_of(self, stage: Said, through: float) -> float | None:
        """How far the whole work is; None in a stage nobody gave a share."""
        before = 0.0
        for known, weight in self.parts:
            if known.message == stage.message:
                return (before + weight * min(through, 1.0)) / sum(share for _, share in self.parts)
            before += weight
        return None


def carry_out(kind: JobKind, firm: Firm, args: Mapping[str, Any], progress: ChildProgress) -> dict[str, Any]:
    """What came of a job; while somebody else holds the workspace it waits, which is said."""
    while True:
        try:
            return kind.run(firm, args, progress)
        except Conflict as error:
            if error.code != "busy":
                raise
        progress.step(WAITING, 0, 0)
        progress.stop.wait(LOOKED_EVERY)


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(ORPHANED)


def whole_error(error: LiukeError) -> Said:
    """An error with its way out, as one sentence."""
    return Said(N_("{said} {fix}"), {"said": error.said, "fix": error.fix}) if error.fix else error.said


def main() -> int:
    """Do one job; how it ended is said on stdout, not by the exit code."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not be taken for our words
    asked = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_starter, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    kind = job_kind(asked["kind"])
    progress = ChildProgress(out, kind.parts)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its jobs in order
    signal.signal(signal.SIGTERM, lambda *_: progress.stop.set())
    try:
        result = carry_out(kind, Firm.at(Path(asked["folder"])), asked["args"], progress)
    except Stopped:
        tell_line(out, stopped=True)
    except LiukeError as error:
        tell_line(out, error=whole_error(error).plain(), again=isinstance(error, Away))
    except Exception as error:
        traceback.print_exc()
        tell_line(out, error=Said(UNFORESEEN, {"kind": type(error).__name__}).plain(), again=False)
    else:
        tell_line(out, result=result)
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the thread at stdin would keep the interpreter from ending cleanly
