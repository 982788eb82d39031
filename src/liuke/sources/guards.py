"""What is written round a cell so that a spreadsheet leaves it alone, `="00012"`: taken off everywhere in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

GUARDED = re.compile(r'^\s*=\s*(?:[Tt]\()?"(.*)"\)?\s*$', re.DOTALL)
INSIDE = r'(?s)^\s*=\s*(?:[Tt]\()?"(.*)"\)?\s*$'


def unguarded_text(cell: str | None) -> str | None:
    """A cell's text without the guard round it."""
    found = GUARDED.match(cell) if cell and "=" in cell else None
    return found.group(1).replace('""', '"') if found else cell


def unguarded(batch: pl.DataFrame) -> pl.DataFrame:
    """The rows without guards round their text cells; a cell that is empty within its guard is blank."""
    import polars as pl

    texts = [name for name, dtype in batch.schema.items() if dtype == pl.String]
    marked = batch.select(pl.col(texts).str.starts_with("=").any()).row(0) if texts and batch.height else ()
    guarded = [name for name, found in zip(texts, marked, strict=False) if found]
    if not guarded:
        return batch
    return batch.with_columns(_unguarded(pl.col(name)).alias(name) for name in guarded)


def _unguarded(cell: pl.Expr) -> pl.Expr:
    import polars as pl

    inside = cell.str.extract(INSIDE, 1).str.replace_all('""', '"', literal=True)
    bare = pl.coalesce(inside, cell)
    return pl.when(bare != "").then(bare)
