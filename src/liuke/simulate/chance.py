"""Random numbers by name and month: a stream is the same whatever else was drawn, removed or asked for before.

Each (seed, stream, month) is a counter-based Philox generator of its own. A rerun with a cause switched off therefore
meets the same luck, and a longer history begins with the shorter one.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, name: str, month: int = 0) -> np.random.Generator:
    """The generator of one stream in one month."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    key = int.from_bytes(digest[:16], "big")
    return np.random.Generator(np.random.Philox(key=key, counter=(month & 0xFFFFFFFF) << 192))


def uniform(seed: int, name: str, month: int, size: int) -> F32:
    """`size` numbers in [0, 1); the first of them do not depend on `size`."""
    return stream(seed, name, month).random(size, dtype=np.float32)


def normal(seed: int, name: str, month: int, size: int) -> F32:
    """`size` standard normal numbers."""
    return stream(seed, name, month).standard_normal(size, dtype=np.float32)
