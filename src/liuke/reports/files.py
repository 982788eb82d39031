"""Report files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_WRITTEN = N_("The file {path} could not be written: {detail}.")
FIX = N_("Close the file where it is open, free some space or choose another folder, then write it again.")

SCRATCH = ".liuke-"  # how the name of what is being written begins
ABANDONED = 3600  # seconds without a change: longer than any file takes, so whoever wrote it was killed


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path to write to; it takes the target's name when the block ends well and is gone otherwise."""
    _sweep(target.parent)
    try:
        handle, name = tempfile.mkstemp(prefix=SCRATCH, suffix=target.suffix, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise _refusal(target, error) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(target)
    except OSError as error:
        raise _refusal(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Take away what killed programs were writing here; what can't be taken away harms nobody."""
    for path in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):
            if path.is_file() and time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink()


def _refusal(target: Path, error: OSError) -> Refused:
    return Refused(NOT_WRITTEN, path=str(target), detail=error.strerror or str(error), fix=FIX)
