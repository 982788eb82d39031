"""Data of the literature, and customers drawn from known models."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
DATA = Path(__file__).parents[2] / "data"
Rows = dict[str, np.ndarray]


def read(name: str) -> Rows:
    """Columns of a small table."""
    table = np.genfromtxt(DATA / name, delimiter=",", names=True)
    return {column: table[column] for column in table.dtype.names}


@pytest.fixture(scope="session")
def cdnow() -> Rows:
    return read("cdnow_sample.csv")


@pytest.fixture(scope="session")
def donations() -> Rows:
    return read("donations.csv")
