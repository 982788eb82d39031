"""Compiled row loops on all processors: fixed chunks summed in order, so results don't depend on the threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHUNK = 100_000  # rows; threads cost more than they save below


def summed(kernel: Callable[..., Floats], rows: tuple[NDArray[np.generic], ...], *rest: object) -> Floats:
    """`kernel(*rows, *rest)`, an array of sums over the rows, added up over chunks of the rows."""
    total, *more = _each_chunk(kernel, rows, rest)
    for part in more:
        total += part
    return total


def by_row(kernel: Callable[..., Floats], rows: tuple[NDArray[np.generic], ...], *rest: object) -> Floats:
    """`kernel(*rows, *rest)`, an array with an entry (or line) a row, put together from chunks of the rows."""
    parts = _each_chunk(kernel, rows, rest)
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _each_chunk(
    kernel: Callable[..., Floats], rows: tuple[NDArray[np.generic], ...], rest: tuple[object, ...]
) -> list[Floats]:
    """Kernels release the interpreter's lock, so plain threads do."""
    many = len(rows[0])
    if many <= CHUNK:
        return [kernel(*rows, *rest)]
    starts = range(0, many, CHUNK)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda at: kernel(*(row[at : at + CHUNK] for row in rows), *rest), starts))
