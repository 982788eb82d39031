"""Paths and other text inside SQL, where a statement takes no bound parameter: every literal is written here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PATTERN = re.compile(r"[*?\[]")


def literal(text: str | Path) -> str:
    """Text as a SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def parquet(paths: Iterable[str | Path]) -> str:
    """DuckDB's table over exactly these files: no name is a pattern, no folder of the way to one is a column."""
    files = ", ".join(literal(PATTERN.sub(r"[\g<0>]", str(path))) for path in paths)
    return f"read_parquet([{files}], hive_partitioning = false)"
