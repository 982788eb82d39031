"""From a grid of cells to a raw table: titles, heading, rows, merged cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.guards import unguarded, without_blank_cells
from liuke.sources.heading import LOOK_AHEAD, heading
from liuke.sources.table import BATCH_ROWS, ROW, Layout, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl


def texts(rows: Sequence[Sequence[str | None]]) -> tuple[str, ...]:
    """What the title rows say."""
    return tuple(cell.strip() for row in rows for cell in row if cell and cell.strip())


def in_batches(frame: pl.DataFrame, size: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
    """A frame held in memory, a batch at a time."""
    for start in range(0, frame.height, size):
        yield frame.slice(start, size)


def without_blank_rows(batch: pl.DataFrame) -> pl.DataFrame:
    """The rows that hold anything at all, their cells without a guard against spreadsheets."""
    import polars as pl

    names = [name for name in batch.columns if name != ROW]
    if not names:
        return batch.clear()
    batch = without_blank_cells(unguarded(batch))
    return batch.filter(pl.any_horizontal(pl.col(names).is_not_null()))


def table_from_cells(
    cells: pl.DataFrame,
    origin: str,
    sheet: str | None,
    merges: Sequence[tuple[int, int, int]] = (),
    layout: Layout = "sheet",
    heading_row: int | None = None,
) -> RawTable | None:
    """A raw table from a grid of text cells whose first row is row 1 of the file; None for a blank grid.

    `merges` are (column from 0, first row, last row) of cells that span several rows, `heading_row` is the row that
    names the columns, from 1, where somebody said so.
    """
    import polars as pl

    grid = without_blank_cells(unguarded(cells.select(pl.all().cast(pl.String))))
    width = grid.width
    if not width or without_blank_rows(grid).is_empty():
        return None
    head = [list(row) for row in grid.head(max(LOOK_AHEAD, heading_row or 0)).rows()]
    names, first_named, start, notes = heading(head, origin, None if heading_row is None else heading_row - 1)
    body = grid.slice(start)
    body.columns = names
    numbers = pl.int_range(start + 1, start + 1 + body.height, dtype=pl.UInt64, eager=True).alias(ROW)
    body = without_blank_rows(body.with_columns(numbers))
    unused = [n for n in names if re.fullmatch(r"column_\d+", n) and body[n].null_count() == body.height]
    body = body.drop(unused)
    spans: dict[str, list[tuple[int, int]]] = {}
    for column, first, last in merges:
        if column < width and first > start and last > first and names[column] not in unused:
            spans.setdefault(names[column], []).append((first, last))
    return RawTable(
        origin=origin,
        sheet=sheet,
        columns=[name for name in names if name not in unused],
        first_row=start + 1,
        batches=lambda: in_batches(body),
        layout=layout,
        titles=texts(head[:first_named]),
        merged=spans,
        notes=notes,
    )


def nothing_in(location: str) -> Invalid:
    """The refusal of a source without a single row."""
    return Invalid(
        N_("{file} is empty: there is no row to load."),
        fix=N_("Export again with the period you need, and check that the export holds rows."),
        file=location,
    )
