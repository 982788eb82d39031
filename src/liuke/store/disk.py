"""What a full or failing disk looks like to the libraries that write to it, as one refusal."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl


@contextmanager
def refusing(message: str, fix: str) -> Iterator[None]:
    """Refuse with `message` (its field `detail` is what the disk said) when the block can't write; others pass."""
    import duckdb

    try:
        yield
    except OSError as error:
        raise Refused(message, detail=error.strerror or str(error), fix=fix) from error
    except duckdb.Error as error:
        if not isinstance(error, duckdb.IOException) and "no space left" not in str(error).lower():
            raise
        raise Refused(message, detail=str(error), fix=fix) from error


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame; a disk that can't take it raises OSError, as every other writer of ours does."""
    import polars as pl

    try:
        frame.write_parquet(path)
    except pl.exceptions.ComputeError as error:
        raise OSError(errno.EIO, str(error)) from error
