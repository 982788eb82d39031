"""What is put on disk, and how: written beside its place, flushed, moved there in one rename, the folder flushed.

A power cut at any point leaves the old or the new, whole. Everything that has to last goes through `put`. What a full
or failing disk looks like to the libraries that write to it becomes one refusal.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.toml_file import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

PAGE = 4096  # bytes summed into one number
BLOCK = 2048 * PAGE  # bytes read at a time
SCRATCH = ".writing"  # how the name of what is not in its place yet ends
FULL = (errno.ENOSPC, errno.EDQUOT)
AT_ONCE = 8  # files flushed at a time: a disk answers many as fast as a few


@contextmanager
def refusing(message: str, fix: str) -> Iterator[None]:
    """Refuse with `message` (its field `detail` is what the disk said) when the block can't write; others pass."""
    import duckdb

    try:
        yield
    except OSError as error:
        raise Refused(message, detail=error.strerror or str(error), fix=fix) from error
    except duckdb.Error as error:
        if not isinstance(error, duckdb.IOException) and not is_full(error):
            raise
        raise Refused(message, detail=str(error), fix=fix) from error


@contextmanager
def reading(message: str, fix: str) -> Iterator[None]:
    """Refuse with `message` (its field `detail` is the file and what the disk said) when the block can't read.

    A full disk passes: that is about something written.
    """
    import duckdb

    try:
        yield
    except (OSError, duckdb.IOException) as error:
        if is_full(error):
            raise
        said = (error.filename, error.strerror) if isinstance(error, OSError) and error.strerror else ("", str(error))
        raise Refused(message, detail=": ".join(str(each) for each in said if each), fix=fix) from error


def is_full(error: Exception) -> bool:
    """Whether the disk had no room, be it for what a library lays aside while it reads."""
    return getattr(error, "errno", None) in FULL or "no space left" in str(error).lower()


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame; a disk that can't take it raises OSError, as every other writer of ours does."""
    import polars as pl

    try:
        frame.write_parquet(path)
    except pl.exceptions.ComputeError as error:
        raise OSError(errno.EIO, str(error)) from error


def flush(path: Path) -> None:
    """Return when the disk holds this file or folder entry itself."""
    if path.is_dir() and os.name == "nt":  # there a folder has no flush of its own
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_all(path: Path) -> None:
    """Return when the disk holds this file, or this folder with everything in it."""
    from concurrent.futures import ThreadPoolExecutor

    if not path.is_dir():
        flush(path)
        return
    inside = list(path.rglob("*"))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(flush, [each for each in inside if each.is_file()]))
        list(threads.map(flush, [each for each in inside if each.is_dir()]))
    flush(path)


def move(scratch: Path, target: Path) -> None:
    """Give a flushed file or folder its name, in one rename."""
    os.replace(scratch, target)


def put(scratch: Path, target: Path) -> None:
    """Move a written file or folder to its place; afterwards the disk holds it there."""
    flush_all(scratch)
    move(scratch, target)
    flush(target.parent)


@contextmanager
def writing_text(path: Path, text: str) -> Iterator[None]:
    """Put a text file in place when the block ends well, so that neither the file nor the block's work stands alone."""
    scratch = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{SCRATCH}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        scratch.write_text(text, "utf-8", newline="\n")
        yield
        put(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole."""
    with writing_text(path, text):
        pass


def own_text(path: Path) -> str:
    """The text of a file people write; one that is empty or no text is refused: nobody writes such a file."""
    text = text_of(path)
    if not text:
        raise Invalid(
            N_("{path} is damaged: it is empty."),
            path=path,
            fix=N_("Put it back from a copy, or delete it: what it said is then gone."),
        )
    return text


def remove(path: Path) -> None:
    """Delete a file or a folder with all it holds."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def checksum(path: Path, size: int = -1) -> int:
    """A number that changes with any byte of a file: the CRC of the sums of its pages, as fast as it can be read.

    Of the first `size` bytes alone where given.
    """
    import numpy as np

    crc, left = 0, path.stat().st_size if size < 0 else size
    with path.open("rb") as file:
        while block := file.read(min(BLOCK, left)):
            left -= len(block)
            rest = -len(block) % PAGE
            words = np.frombuffer(block + b"\0" * rest if rest else block, np.uint64)
            crc = zlib.crc32(words.reshape(-1, PAGE // 8).sum(axis=1, dtype=np.uint64).tobytes(), crc)
    return crc
