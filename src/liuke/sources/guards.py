"""What is written round a cell so that a spreadsheet leaves it alone, `="00012"`: taken off everywhere in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

GUARDED = re.compile(r'^\s*=\s*(?:[Tt]\()?"(.*)"\)?\s*$', re.DOTALL)
WIDE_BLANKS = ("\u00a0", "\u3000")
INSIDE = r'(?s)^\s*=\s*(?:[Tt]\()?"(.*)"\)?\s*$'


def unguarded_text(cell: str | None) -> str | None:
    """A cell's text without the guard round it."""
    found = GUARDED.match(cell) if cell and "=" in cell else None
    return found.group(1).replace('""', '"') if found else cell


def unguarded(batch: pl.DataFrame) -> pl.DataFrame:
    """The rows without guards round their text cells; a cell that is empty within its guard is blank."""
    import polars as pl

    if not batch.height:
        return batch
    texts = [column for column in batch.get_columns() if column.dtype == pl.String]
    guarded = [column for column in texts if column.str.starts_with("=").any()]
    return batch.with_columns(_without(column) for column in guarded) if guarded else batch


def without_blank_cells(batch: pl.DataFrame) -> pl.DataFrame:
    """The rows with nothing where a text cell holds nothing but blanks."""
    import polars as pl

    texts = [column for column in batch.get_columns() if column.dtype == pl.String]
    able = [c for c in texts if (c < "!").any() or any(c.str.starts_with(blank).any() for blank in WIDE_BLANKS)]
    return batch.with_columns(pl.when(pl.col(c.name).str.strip_chars() != "").then(pl.col(c.name)) for c in able)


def _without(cells: pl.Series) -> pl.Series:
    import polars as pl

    frame = pl.DataFrame({"c": cells, "i": cells.str.extract(INSIDE, 1).str.replace_all('""', '"', literal=True)})
    bare = frame.select(pl.coalesce("i", "c").alias("c"))
    return bare.select(pl.when(pl.col("c") != "").then(pl.col("c"))).to_series().alias(cells.name)
