"""Lists made for printers and screens: rulers, frames, and columns that stand at the same place in every line."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DRAWN = " \t|+-=_*:.·─━═│┃║┼╋╬├┤┣┫╠╣┬┴┳┻╦╩┌┐└┘┏┓┗┛╔╗╚╝╟╢╤╧╪╫╞╡"
DASHES = re.compile(r"[-=_─━═*]{3}")
WORD = re.compile(r"[^\W_]")
RUNS = re.compile(r"[-=_─━═]{2,}")
WIDE_NUMBER = re.compile(r"[-(]?\d[\d.,']*[-)%]?")
FRAMES = ("|", "│", "┃", "║", "¦", "!")
MOST = 0.9
FILLER = "\0"


def is_ruler(line: str, delimiter: str = "") -> bool:
    """Whether a line only draws: dashes, plus signs, bars."""
    if WORD.search(line):
        return False
    if delimiter and delimiter in line:
        cells = [cell.strip() for cell in line.split(delimiter)]
        return any(cells) and all(not cell or (len(cell) > 1 and not cell.strip("-=_+:")) for cell in cells)
    return not line.strip(DRAWN) and DASHES.search(line) is not None


def is_framed(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the lines of the table begin and end with the delimiter, as drawn tables do."""
    cut = [line.strip() for line in lines if delimiter in line and not is_ruler(line)]
    if delimiter not in FRAMES or len(cut) < 2:
        return False
    return sum(line.startswith(delimiter) and line.endswith(delimiter) for line in cut) >= MOST * len(cut)


def in_places(line: str) -> str:
    """The line with one character a place on a screen: wide characters take two."""
    if line.isascii():
        return line
    return "".join(c + FILLER if unicodedata.east_asian_width(c) in "WF" else c for c in line)


def columns_at(lines: Sequence[str]) -> list[int]:
    """Where the columns of lines with blanks between begin; none where the lines are cut evenly by their blanks.

    A ruler of dashes says it; else a place that is blank in nearly all lines of the table parts two columns.
    """
    lines = [line.expandtabs(8) for line in lines]
    for line in lines:
        runs = list(RUNS.finditer(line.rstrip()))
        if len(runs) > 1 and not line.strip("-=_─━═ \t"):
            return [0, *(run.start() for run in runs[1:])]
    table = [in_places(line) for line in lines if line.strip() and not is_ruler(line)]
    widths = [len(line.split()) for line in table]
    if not widths or len(set(widths)) == 1:
        return []
    table = [line for line in table if len(line.split()) > 2] or table
    length = max(map(len, table))
    blank = [sum(len(line) <= at or line[at] == " " for line in table) >= MOST * len(table) for at in range(length)]
    begins = [0]
    left = blank.index(False) if False in blank else 0
    begins += [at for at in range(left + 1, length) if not blank[at] and blank[at - 1]]
    return _named(begins, table)


def _named(begins: list[int], table: list[str]) -> list[int]:
    """The columns over which the heading has a word: others are parts of the column before them."""
    head = next((line for line in table if not any(c.isdigit() for c in line)), None)
    if head is None:
        return begins
    ends = [*begins[1:], max(len(head), begins[-1]) + 1]
    return [begin for k, (begin, end) in enumerate(zip(begins, ends, strict=True)) if k == 0 or head[begin:end].strip()]


def cut_at(line: str, begins: Sequence[int]) -> list[str]:
    """The fields of a line by place."""
    places = in_places(line.expandtabs(8))
    begins = [begins[0], *(_border(places, begin) for begin in begins[1:])]
    ends = [*begins[1:], max(len(places), begins[-1])]
    return [places[b:e].replace(FILLER, "").strip() for b, e in zip(begins, ends, strict=True)]


def _border(places: str, begin: int) -> int:
    """Where a column begins in this line: earlier where a number set to the right is wider than the others."""
    first, end = places.rfind(" ", 0, begin) + 1, places.find(" ", begin)
    if begin >= len(places) or places[begin] == " " or first == begin:
        return begin
    return first if WIDE_NUMBER.fullmatch(places[first : len(places) if end < 0 else end]) else begin


def crosses(line: str, begins: Sequence[int]) -> bool:
    """Whether a word of a line stands across the border of two columns, as in titles and page heads."""
    places = in_places(line.expandtabs(8))
    borders = [_border(places, begin) for begin in begins[1:]]
    return any(begin < len(places) and places[begin] not in " " and places[begin - 1] != " " for begin in borders)
