"""Where a table begins in a file made for people: the header row under titles, its names, its merged cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liuke.kernel.errors import BadInput
from liuke.kernel.i18n import N_
from liuke.sources.table import BATCH_ROWS, ROW, Layout, Note, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

LOOK_AHEAD = 60
NUMBER = re.compile(r"^[¥￥$€£(\-+−]?\s*[\d０-９][\d０-９,.，．'\s]*[%)元\-]?$")
DAY = re.compile(r"^\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}")
CAPTION = re.compile(r"[:：]\s*\S")
CJK = re.compile(r"[\u2e80-\uffef]")


def header_at(rows: Sequence[Sequence[str | None]]) -> int | None:
    """Position of the header row among the first rows, or None when data begin without one.

    The header is the first row about as wide as the table whose cells are words: titles above it are narrower, and
    captions such as `单位：元` say something after a colon.
    """
    widths = [sum(1 for cell in row if cell and cell.strip()) for row in rows[:LOOK_AHEAD]]
    wide = sorted(w for w in widths if w > 1) or sorted(w for w in widths if w)
    if not wide:
        return None
    typical = wide[len(wide) // 2]
    for position, row in enumerate(rows[:LOOK_AHEAD]):
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        if len(cells) < max(min(2, typical), 0.5 * typical):
            continue
        words = [c for c in cells if not NUMBER.match(c) and not DAY.match(c)]
        if len(words) < 0.8 * len(cells):
            return None
        if any(CAPTION.search(c) for c in cells) and len(cells) < typical:
            continue
        return position
    return None


def names_of(cells: Sequence[str | None], width: int) -> list[str]:
    """Column names: line breaks closed up, repeated names numbered, `column_3` where a header is blank."""
    names: list[str] = []
    for position in range(width):
        cell = cells[position] if position < len(cells) else None
        parts = (cell or "").replace("\ufeff", "").split()
        name = ("" if CJK.search(cell or "") else " ").join(parts) or f"column_{position + 1}"
        number, unique = 2, name
        while unique in names or unique == ROW:
            unique, number = f"{name} ({number})", number + 1
        names.append(unique)
    return names


def texts(rows: Sequence[Sequence[str | None]]) -> tuple[str, ...]:
    """What the title rows say."""
    return tuple(cell.strip() for row in rows for cell in row if cell and cell.strip())


def in_batches(frame: pl.DataFrame, size: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
    """A frame held in memory, a batch at a time."""
    for start in range(0, frame.height, size):
        yield frame.slice(start, size)


def without_blank_rows(batch: pl.DataFrame) -> pl.DataFrame:
    """The rows that hold anything at all."""
    import polars as pl

    names = [name for name in batch.columns if name != ROW]
    if not names:
        return batch.clear()
    return batch.filter(pl.any_horizontal(pl.col(names).is_not_null()))


def table_from_cells(
    cells: pl.DataFrame,
    origin: str,
    sheet: str | None,
    merges: Sequence[tuple[int, int, int]] = (),
    layout: Layout = "sheet",
) -> RawTable | None:
    """A raw table from a grid of text cells whose first row is row 1 of the file; None for a blank grid.

    `merges` are (column from 0, first row, last row) of cells that span several rows.
    """
    import polars as pl

    grid = cells.select(pl.all().cast(pl.String))
    width = grid.width
    if not width or without_blank_rows(grid).is_empty():
        return None
    head = [list(row) for row in grid.head(LOOK_AHEAD).rows()]
    position = header_at(head)
    notes: tuple[Note, ...] = ()
    if position is None:
        names, start = names_of([], width), 0
        notes = (Note(N_("{place}: no row of column names was found; columns go by number."), {"place": origin}),)
    else:
        names, start = names_of(head[position], width), position + 1
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
        titles=texts(head[: start - 1] if position is not None else []),
        merged=spans,
        notes=notes,
    )


def nothing_in(location: str) -> BadInput:
    """The refusal of a source without a single row."""
    return BadInput(
        N_("{file} is empty: there is no row to load."),
        fix=N_("Export again with the period you need, and check that the export holds rows."),
        file=location,
    )
