"""Which rows of a file made for people name its columns: under titles, and sometimes two, groups above names."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.headers import plain
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = Sequence[str | None]

LOOK_AHEAD = 60
NUMBER = re.compile(r"^[¥￥$€£(\-+−]?\s*[\d０-９][\d０-９,.，．'\s]*[%)元\-]?$")
DAY = re.compile(r"^\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}")
CAPTION = re.compile(r"[:：]\s*\S")
GUARDED = re.compile(r"^\s*'(?=[=+\-@])")  # what we put before a heading a spreadsheet would run
CJK = re.compile(r"[\u2e80-\uffef]")
BARE = {"编码", "代码", "编号", "名称", "code", "name", "no", "number", "id"}  # say nothing without their group


class Heading(NamedTuple):
    """Column names; positions of the first row that names them and of the first row below; what is said of it."""

    names: list[str]
    first: int
    start: int
    notes: tuple[Said, ...]


def heading(rows: Sequence[Row], place: str) -> Heading:
    """The heading of a table by its first rows; columns go by number where there is none."""
    position = header_at(rows)
    width = max(len(row) for row in rows[position or 0 :])
    if position is None:
        said = N_("{place}: no row of column names was found; columns go by number.")
        return Heading(names_of([], width), 0, 0, (Said(said, {"place": place}),))
    upper = _upper_row(rows, position)
    if upper is None:
        return Heading(names_of(rows[position], width), position, position + 1, ())
    names = names_of(_joined(*(_cells(rows[at], width) for at in (upper, upper + 1))), width)
    said = N_("{place}: rows {first} and {second} together name the columns: {names}.")
    told = {"place": place, "first": upper + 1, "second": upper + 2, "names": ", ".join(names)}
    return Heading(names, upper, upper + 2, (Said(said, told),))


def header_at(rows: Sequence[Row]) -> int | None:
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
        words = [c for c in cells if _is_word(c)]
        if len(words) < 0.8 * len(cells):
            return None
        if any(CAPTION.search(c) for c in cells) and len(cells) < typical:
            continue
        return position
    return None


def names_of(cells: Row, width: int) -> list[str]:
    """Column names: line breaks closed up, repeated names numbered, `column_3` where a header is blank."""
    names: list[str] = []
    for position in range(width):
        cell = cells[position] if position < len(cells) else None
        parts = re.sub(GUARDED, "", (cell or "").replace("\ufeff", "")).split()
        name = plain_name(("" if CJK.search(cell or "") else " ").join(parts)) or f"column_{position + 1}"
        number, unique = 2, name
        while unique in names or unique == ROW:
            unique, number = f"{name} ({number})", number + 1
        names.append(unique)
    return names


def plain_name(name: str) -> str:
    """The name, an asterisk or a pattern `^…$` written wide: the engine would take it for all columns that fit."""
    if name == "*" or (name.startswith("^") and name.endswith("$")):
        return ("＊" if name == "*" else "＾") + name[1:]
    return name


def _upper_row(rows: Sequence[Row], position: int) -> int | None:
    """The upper of two rows that name the columns together; None where one row does.

    Groups stand over several names, so their row has blanks where the row below has words; and that row has words, or
    nothing, where numbers and days stand further down.
    """
    width = max(len(row) for row in rows[max(0, position - 1) : position + 8])
    for upper in (position, position - 1):
        if upper < 0 or len(rows) < upper + 3:
            continue
        above, below = (_cells(rows[at], width) for at in (upper, upper + 1))
        data = [_cells(row, width) for row in rows[upper + 2 : upper + 8]]
        if not all(_are_names(cells) for cells in (above, below)) or not _spans(above, below):
            continue
        valued = [k for k in range(width) if _are_values([row[k] for row in data])]
        if len(valued) < 2 or not all(above[k] or below[k] for k in valued):
            continue
        bare = any(count > 1 or plain(name) in BARE for name, count in Counter(filter(None, below)).items())
        if upper == position or bare or any(a and not b for a, b in zip(above, below, strict=True)):
            return upper
    return None


def _joined(above: list[str], below: list[str]) -> list[str]:
    """One name a column: the lower one, behind its group where it says nothing alone or stands there twice."""
    names, group = [], ""
    often = Counter(below)
    for over, under in zip(above, below, strict=True):
        group = over or group
        if not under:
            names.append(over)
        elif (plain(under) in BARE or often[under] > 1) and group not in under:
            names.append(group + ("" if CJK.search(group + under) else " ") + under)
        else:
            names.append(under)
    return names


def _cells(row: Row, width: int) -> list[str]:
    return [(cell or "").strip() for cell in [*row, *[None] * (width - len(row))][:width]]


def _is_word(cell: str) -> bool:
    return not NUMBER.match(cell) and not DAY.match(cell)


def _are_names(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) >= 2 and all(_is_word(cell) and not CAPTION.search(cell) for cell in filled)


def _are_values(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and not any(_is_word(cell) for cell in filled)


def _spans(above: list[str], below: list[str]) -> bool:
    """Whether a cell of the upper row stands over several of the lower one."""
    return any(
        over and under and below[k + 1] and not above[k + 1]
        for k, (over, under) in enumerate(zip(above[:-1], below[:-1], strict=True))
    )
