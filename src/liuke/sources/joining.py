"""Rows of more fields than the heading: a number cut by its own commas is put together where only one way fits."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIGN = r"[-+(−]?\s*(?:[A-Za-z]{0,3}[¥￥$€£])?\s*[-−]?"
NUMBER = re.compile(rf"{SIGN}\d[\d.]*\s*[)%元-]?")
GROUPED = re.compile(rf"{SIGN}\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}(?:\.\d+)?\s*[)元-]?")
COMMA = re.compile(rf"{SIGN}(?:\d+|\d{{1,3}}(?:\.\d{{3}})+),\d{{1,2}}\s*[)€-]?")
DAY = re.compile(
    r"\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}日?([ T].*)?"
    r"|\d{4}[-/年]\d{1,2}月?|\d{1,2}[ -]?[A-Za-z]{3,9}[ -]?\d{2,4}|(19|20)\d{6}"
)
MOST_EXCESS = 8
NEAR = 0.011
SURE = 0.9
MOST_WAYS = 5000


class Shape:
    """What the rows of a table look like, column by column: numbers, days, or anything; and how excess is joined."""

    def __init__(self, rows: Sequence[Sequence[str]], width: int, delimiter: str) -> None:
        self.width, self.delimiter = width, delimiter
        self._rows = rows
        self.steady: dict[int, tuple[int, ...]] = {}  # excess -> fields a column takes, in every row

    @cached_property
    def _whole(self) -> list[list[str]]:
        """Rows as wide as the heading, or made so."""
        whole = [list(row) for row in self._rows if len(row) == self.width]
        return whole if len(whole) > 1 else self._by_pattern(self._rows)

    @cached_property
    def kinds(self) -> list[str | None]:
        """What each column holds: `number`, `day` or `text`; None where nothing is known."""
        return [_kind([row[k] for row in self._whole]) for k in range(self.width)]

    @cached_property
    def _product(self) -> tuple[int, int, int] | None:
        return _product(self._whole, self.kinds)

    def joined(self, fields: Sequence[str]) -> list[str] | None:
        """The fields of a row put together so that each column has its kind; None unless only one way does."""
        excess = len(fields) - self.width
        if self.delimiter != "," or not 0 < excess <= MOST_EXCESS:
            return None
        if not any(self.kinds):
            return None
        if excess in self.steady and (found := self._as(fields, self.steady[excess])) is not None:
            return found
        found_ways = list(self._ways(list(fields), 0, excess))
        if len(found_ways) > 1 and self._product:
            found_ways = [way for way in found_ways if _multiplies(way, self._product)]
        return found_ways[0] if len(found_ways) == 1 else None

    def may_be_cut(self, rows: Sequence[Sequence[str]]) -> bool:
        """Whether in half the rows two fields side by side could be one number with a comma inside."""
        if self.delimiter != ",":
            return False
        pairs = ([f"{a},{b}".strip() for a, b in pairwise(row)] for row in rows)
        cut = sum(any(GROUPED.fullmatch(pair) or COMMA.fullmatch(pair) for pair in row) for row in pairs)
        return 2 * cut >= len(rows)

    def holds_data(self, fields: Sequence[str]) -> bool:
        """Whether a line of another width seems to be a row: days or numbers stand where the columns have them."""
        if not any(self.kinds):
            filled = [field for field in fields if field.strip()]
            return sum(_kind([field]) is not None for field in filled) >= 2
        days = numbers = 0
        for cells in (fields, [*fields][-self.width :]):
            pairs = list(zip(cells, self.kinds, strict=False))
            days = max(days, sum(kind == "day" and _fits(cell, kind) and bool(cell.strip()) for cell, kind in pairs))
            found = sum(kind == "number" and bool(NUMBER.fullmatch(cell.strip())) for cell, kind in pairs)
            numbers = max(numbers, found)
        return days > 0 or numbers > 1

    def _ways(self, fields: list[str], column: int, excess: int) -> Iterator[list[str]]:
        if column == self.width:
            if not excess:
                yield []
            return
        for take in range(1, excess + 2):
            cell = self._cell(fields[:take], self.kinds[column])
            if cell is not None:
                for rest in self._ways(fields[take:], column + 1, excess - take + 1):
                    yield [cell, *rest]

    def _cell(self, parts: list[str], kind: str | None) -> str | None:
        """The parts as one cell of a kind; None where they are none."""
        whole = self.delimiter.join(parts)
        if len(parts) == 1:
            return whole if _fits(whole, kind) else None
        if kind not in {"day", "text"} and (GROUPED.fullmatch(whole.strip()) or COMMA.fullmatch(whole.strip())):
            return whole
        if kind == "text" and all(part.startswith(" ") for part in parts[1:]):
            return whole
        return None

    def _as(self, fields: Sequence[str], takes: tuple[int, ...]) -> list[str] | None:
        cells, at = [], 0
        for take in takes:
            parts = list(fields[at : at + take])
            cell = self._cell(parts, None if take == 1 else "number")
            if cell is None:
                return None
            cells.append(cell)
            at += take
        return cells

    def _by_pattern(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        """Where no row is as wide as the heading: the one way to join that fits all rows of a width, or multiplies."""
        made: list[list[str]] = []
        widths = Counter(len(row) for row in rows if len(row) > self.width)
        for length, count in widths.most_common(3):
            excess = length - self.width
            if self.delimiter != "," or excess > MOST_EXCESS or count < 2:
                continue
            like = [row for row in rows if len(row) == length][:200]
            fitting = []
            for number, ends in enumerate(combinations(range(1, length), self.width - 1)):
                if number > MOST_WAYS:
                    return []
                takes = tuple(b - a for a, b in zip((0, *ends), (*ends, length), strict=True))
                cells = [self._as(row, takes) for row in like]
                if all(cell is not None for cell in cells):
                    fitting.append((takes, [cell for cell in cells if cell is not None]))
            if len(fitting) > 1:
                fitting = [f for f in fitting if _proven(f[1])]
            if len(fitting) == 1 and (_proven(fitting[0][1]) or _all_cents(*fitting[0])):
                self.steady[excess] = fitting[0][0]
                made += fitting[0][1]
        return made


def _proven(rows: list[list[str]]) -> bool:
    return _product(rows, [_kind(list(cells)) for cells in zip(*rows, strict=True)]) is not None


def _all_cents(takes: Sequence[int], rows: list[list[str]]) -> bool:
    """Whether all that is joined is whole money and two digits of cents, in every row."""
    joined = [k for k, take in enumerate(takes) if take > 1]
    return all(re.search(r",\d\d\D*$", row[k]) for row in rows for k in joined)


def _kind(cells: Sequence[str]) -> str | None:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return None
    if sum(DAY.fullmatch(cell) is not None for cell in filled) >= SURE * len(filled):
        return "day"
    numbers = sum(_number(cell) is not None for cell in filled)
    return "number" if numbers >= SURE * len(filled) else "text"


def _fits(cell: str, kind: str | None) -> bool:
    text = cell.strip()
    if not text or kind is None or kind == "text":
        return True
    return DAY.fullmatch(text) is not None if kind == "day" else _number(text) is not None


def _number(text: str) -> float | None:
    text = text.strip()
    if not (NUMBER.fullmatch(text) or GROUPED.fullmatch(text) or COMMA.fullmatch(text)):
        return None
    comma = COMMA.fullmatch(text) is not None
    digits = re.sub(r"[^\d,.]", "", text)
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    return -value if re.match(r"\s*[-(−]", text) or text.endswith("-") else value


def _product(rows: Sequence[Sequence[str]], kinds: Sequence[str | None]) -> tuple[int, int, int] | None:
    """Three columns of which the third is the product of the others in nearly all rows; None where there are none."""
    numbers = [k for k, kind in enumerate(kinds) if kind == "number"][:12]
    table = np.array([[_number(row[k]) for k in numbers] for row in rows], dtype=float)
    for a, b in combinations(range(len(numbers)), 2):
        made = np.abs(table[:, a] * table[:, b])
        for c in range(len(numbers)):
            if c in (a, b) or len(rows) < 2:
                continue
            size = np.abs(table[:, c])
            hits = np.abs(made - size) <= NEAR + 1e-6 * size
            if hits.mean() >= SURE and all(len(np.unique(table[:, k])) > 1 for k in (a, b)):
                return numbers[a], numbers[b], numbers[c]
    return None


def _multiplies(row: Sequence[str], columns: tuple[int, int, int]) -> bool:
    values = [_number(row[k]) for k in columns]
    if any(value is None for value in values):
        return False
    a, b, c = (value or 0.0 for value in values)
    return abs(abs(a * b) - abs(c)) <= NEAR + 1e-6 * abs(c)
