"""A table that keeps within its terminal: of too many columns text is folded first, and nothing is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.measure import Measurement
from rich.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

ROOM = 10_000  # characters: more than any table is wide


class Fitting(Table):
    """A table that gives figures room for their longest words, and text what is left: `least` characters or its own."""

    least: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the table."""
        self.fit(console, options)
        yield from super().__rich_console__(console, options)

    def fit(self, console: Console, options: ConsoleOptions) -> None:
        """Give columns their widths where the table is wider than there is room for."""
        free = options.update(width=ROOM)
        for column in self.columns:
            column.width, column.min_width = None, None
        size = {id(column): _size(column, console, free) for column in self.columns}
        texts = [column for column in self.columns if column.justify == "left"]
        for column in texts:
            column.min_width = min(self.least, size[id(column)].maximum)
        found = Measurement.get(console, free, self)
        if found.maximum <= options.max_width:
            return
        spare = options.max_width - found.minimum
        if spare < 0:  # not even room for every word: text keeps its least, figures are folded
            for column in texts:
                column.width = column.min_width or size[id(column)].minimum
            return
        for some in (texts, [column for column in self.columns if column not in texts]):
            spare = _share(some, [size[id(column)] for column in some], spare)


def _share(columns: Sequence[Column], sizes: Sequence[Measurement], spare: int) -> int:
    """Give columns their words, and of the spare room what they can use, each as much; what is left of it."""
    for left, (column, size) in enumerate(sorted(zip(columns, sizes, strict=True), key=lambda each: each[1].maximum)):
        held = max(column.min_width or 0, size.minimum)
        column.width = min(size.maximum, held + spare // (len(columns) - left))
        spare -= column.width - held
    return spare


def _size(column: Column, console: Console, options: ConsoleOptions) -> Measurement:
    """Characters of the longest word of a column, and of its longest cell."""
    cells = [Measurement.get(console, options, each) for each in (column.header, *column.cells)]
    return Measurement(max(cell.minimum for cell in cells), max(cell.maximum for cell in cells))
