"""What the families of programs share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from export_truth import Ledger, Line
    from export_writing import Rows

ISO = "%Y-%m-%d"


def stamp(form: str) -> Callable[[dt.date], str]:
    return lambda value: value.strftime(form)


def rows_of(heads: str, lines: list[Line], made: Callable[[Line], dict[str, object]]) -> Rows:
    """A row a line under headings given with commas; what a line does not name is blank."""
    names = heads.split(",")
    rows: Rows = [list(names)]
    for line in lines:
        cells = made(line)
        assert set(cells) <= set(names), set(cells) - set(names)
        rows.append([cells.get(name) for name in names])
    return rows


def unsigned(led: Ledger) -> list[Line]:
    return [replace(line, amount=abs(line.amount), quantity=abs(line.quantity)) for line in led.lines]
