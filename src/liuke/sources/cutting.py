"""How the lines of a text file are cut into fields, and what its first lines say of the table's width and heading."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from liuke.sources.delimiters import declared, guess_delimiter
from liuke.sources.heading import header_at
from liuke.sources.joining import Shape
from liuke.sources.lists import columns_at, crosses, cut_at, is_framed, is_ruler
from liuke.sources.quotes import MARK, Records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CONTROLS = {**dict.fromkeys([*range(9), *range(14, 32), 127]), 11: " ", 12: " ", 0xFEFF: None}
MOST = 0.9


@dataclass(frozen=True)
class Cut:
    """The delimiter, or a blank and the places where columns begin; whether lines are framed, or quoted as a whole."""

    delimiter: str
    quoted: bool
    framed: bool = False
    wrapped: bool = False
    begins: tuple[int, ...] = ()
    drawn: bool = False  # rulers stand between the lines

    @property
    def plain(self) -> bool:
        """Whether the engine can cut these lines."""
        return self.delimiter != " " and not (self.framed or self.wrapped or self.drawn)

    def lines(self, lines: Iterable[str]) -> Iterator[str]:
        """Lines without their ends, control characters and the marks around them."""
        table = {code: to for code, to in CONTROLS.items() if chr(code) != self.delimiter}
        for line in lines:
            text = line.rstrip("\r\n").translate(table)
            yield unwrapped(text) if self.wrapped else text

    def fields(self, line: str) -> list[str]:
        """The fields of a line without quotation marks."""
        if self.delimiter != " ":
            return line.split(self.delimiter)
        return cut_at(line, self.begins) if self.begins else line.split()

    def is_ruler(self, line: str) -> bool:
        """Whether a line only draws."""
        return is_ruler(line, "" if self.delimiter == " " else self.delimiter)

    def is_outside(self, line: str) -> bool:
        """Whether a line stands outside the frame or the columns, as page heads do."""
        if self.framed:
            return not line.strip().startswith(self.delimiter)
        return bool(self.begins) and crosses(line, self.begins)


@dataclass(frozen=True)
class Head:
    """The first records: cells as the heading sees them, the physical lines of each, and the table's width."""

    rows: list[list[str]]
    lines: list[int]
    width: int
    shape: Shape
    in_doubt: bool = False  # rows are wider than the heading, and it can't be told whether commas cut their numbers


def cut_of(lines: Sequence[str], *, quoted: bool) -> Cut:
    """How lines are cut, by the first of them."""
    cut = Cut(declared(lines) or "", quoted)
    lines = [line.rstrip("\r\n") for line in lines]
    filled = [line for line in lines if line.strip()]
    if quoted and sum(_is_wrapped(line) for line in filled) >= MOST * len(filled):
        lines = [unwrapped(line) for line in lines]
        cut = replace(cut, wrapped=True)
    if not cut.delimiter:
        cut = replace(cut, delimiter=guess_delimiter(lines))
    if cut.delimiter == " ":
        return replace(cut, begins=tuple(columns_at(lines)), drawn=any(cut.is_ruler(line) for line in filled))
    framed = is_framed(lines, cut.delimiter)
    return replace(cut, framed=framed, drawn=any(cut.is_ruler(line) for line in filled))


def head_of(lines: Sequence[str], cut: Cut, heading_row: int | None = None) -> Head:
    """The first records of a text, titles that are sentences as one cell each; `heading_row` is a line, from 1."""
    usual = _usual([len(cut.fields(line)) for line in lines if line.strip() and not _aside(line, cut)])
    rows: list[list[str]] = []
    taken: list[int] = []
    for record in Records(lines, cut.delimiter, usual, quoted=cut.quoted):
        fields = record.fields if cut.delimiter != " " else cut.fields(record.raw)
        if cut.is_ruler(record.raw):
            fields = []
        elif cut.is_outside(record.raw) or _is_sentence(fields):
            fields = [record.raw.strip()]
        rows.append(fields)
        taken.append(record.lines)
    named = None if heading_row is None else sum(1 for last in accumulate(taken) if last < heading_row)
    if named is not None and named >= len(rows):
        named = None  # there is no such row: what opens the file says so
    return _measured(rows, taken, cut, header_at(rows) if named is None else named)


def _measured(rows: list[list[str]], taken: list[int], cut: Cut, position: int | None) -> Head:
    below = [row for row in rows[0 if position is None else position + 1 :] if any(map(str.strip, row))]
    usual = _usual([len(row) for row in below if len(row) > 1] or [len(row) for row in below] or [1])
    if position is None:
        return Head([row[:usual] for row in rows], taken, usual, Shape(below, usual, cut.delimiter))
    named = max((k + 1 for k, cell in enumerate(rows[position]) if cell.strip()), default=1)
    width = max(named, usual)
    shape = Shape(below, named, cut.delimiter)
    in_doubt = False
    if usual > named:
        like = [row for row in below if len(row) > named]
        if named == usual - 1 and _are_running([row[0] for row in below if len(row) == usual]):
            rows[position] = ["", *rows[position]]  # the names of the rows stand in front, without a heading
        elif len(rows[position]) < usual and sum(shape.joined(row) is not None for row in like) >= MOST * len(like):
            width = named
        else:
            in_doubt = len(rows[position]) < usual and shape.may_be_cut(like)
    if width != named:
        shape = Shape(below, width, cut.delimiter)
    rows = [row[:width] for row in rows]
    rows[position] += [""] * (width - len(rows[position]))
    return Head(rows, taken, width, shape, in_doubt)


def _usual(widths: Sequence[int]) -> int:
    """The most frequent width; of several the largest."""
    counts = Counter(widths)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 1


def _aside(line: str, cut: Cut) -> bool:
    return cut.is_ruler(line) or cut.is_outside(line)


def _is_sentence(fields: Sequence[str]) -> bool:
    """Whether a delimiter stands in it as a comma does in a sentence: a blank behind most of them."""
    behind = [field for field in fields[1:] if field.strip()]
    spaced = sum(field.startswith(" ") and not field.startswith("  ") for field in behind)
    return len(behind) > 1 and spaced > 0.5 * len(behind) and not fields[0].startswith(" ") and _has_words(fields)


def _has_words(fields: Sequence[str]) -> bool:
    return any(field.strip().count(" ") > 0 for field in fields)


def _are_running(cells: Sequence[str]) -> bool:
    numbers = [int(cell) if cell.strip().isdigit() else -1 for cell in cells]
    return len(numbers) > 1 and all(b == a + 1 for a, b in pairwise(numbers))


def _is_wrapped(line: str) -> bool:
    text = line.strip()
    if len(text) < 3 or not text.startswith(MARK) or not text.endswith(MARK):
        return False
    try:
        fields = next(csv.reader([text], strict=True), [])
    except csv.Error:
        return False
    return len(fields) == 1 and any(sign in fields[0] for sign in ",;\t|")


def unwrapped(line: str) -> str:
    """The line inside the quotation marks that stand around all of it."""
    return next(csv.reader([line.strip()]))[0] if _is_wrapped(line) else line
