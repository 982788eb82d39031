"""Records of a delimited text whose quotation marks may be stray or never close: no line is swallowed by a mark."""

from __future__ import annotations

import csv
import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_LINES = 500  # of one field in quotation marks
MARK = '"'


class Record(NamedTuple):
    """The fields of one record, how many physical lines it takes, and whether a quotation mark in it stood alone."""

    fields: list[str]
    lines: int
    stray: bool
    raw: str


class Records:
    """Cuts lines into records of about `width` fields, as one goes through them."""

    def __init__(self, lines: Iterable[str], delimiter: str, width: int, *, quoted: bool) -> None:
        self._source = iter(lines)
        self._ahead: deque[str] = deque()
        self.delimiter, self.width = delimiter, width
        self.quoted = quoted and len(delimiter) == 1
        d = re.escape(delimiter)
        self._field = re.compile(rf'\s*"((?:[^"]|"(?!\s*(?:{d}|$)))*)"\s*(?:{d}|$)|([^{d}]*)(?:{d}|$)')
        csv.field_size_limit(2**31 - 1)

    def __iter__(self) -> Iterator[Record]:
        while (line := self._next()) is not None:
            yield self._record(line)

    def _next(self) -> str | None:
        return self._ahead.popleft() if self._ahead else next(self._source, None)

    def _peek(self, place: int) -> str | None:
        while len(self._ahead) <= place:
            line = next(self._source, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[place]

    def _record(self, line: str) -> Record:
        if not self.quoted or MARK not in line:
            return Record(line.split(self.delimiter), 1, False, line)
        fields, open_ = self._strict(line)
        if fields is not None:
            return Record(fields, 1, False, line)
        if open_ and (several := self._continued(line)) is not None:
            return several
        return Record(self._lenient(line), 1, True, line)

    def _strict(self, text: str) -> tuple[list[str] | None, bool]:
        """The fields where every mark opens and closes as it should; else whether the last one is still open."""
        try:
            return next(csv.reader(text.splitlines(keepends=True), delimiter=self.delimiter, strict=True)), False
        except csv.Error as error:
            return None, "end of data" in str(error)

    def _continued(self, line: str) -> Record | None:
        """The record whose field goes on in the lines below; None where the mark stands alone.

        It stands alone where no line closes it at the end of a field, or where the lines it would swallow are rows.
        """
        text, whole = line, line.count(self.delimiter) == self.width - 1
        swallowed = 0
        first = not line.rpartition(self.delimiter)[0] or self._opens_first(line)
        for place in range(MOST_LINES):
            below = self._peek(place)
            if below is None:
                return None
            text += "\n" + below
            even = below.count(self.delimiter) == self.width - 1 and self.width > 1
            if MARK not in below:
                swallowed += even
                continue
            fields, open_ = self._strict(text)
            if open_:
                swallowed += even
                continue
            if fields is None or len(fields) > self.width:
                return None
            if swallowed or (even and (whole or not first)):
                return None
            for _ in range(place + 1):
                self._ahead.popleft()
            return Record(fields, place + 2, False, text)
        return None

    def _opens_first(self, line: str) -> bool:
        return line.startswith(MARK) and line.count(MARK) == 1

    def _lenient(self, line: str) -> list[str]:
        """The fields of one line whose marks do not pair: of several ways the one that gives as many as the heading."""
        ways = [self._closing(line), next(csv.reader([line], delimiter=self.delimiter)), self._plain(line)]
        for fields in ways:
            if len(fields) == self.width:
                return fields
        return next((fields for fields in ways if len(fields) < self.width), ways[-1])

    def _closing(self, line: str) -> list[str]:
        """Fields where a mark closes only before a delimiter or at the end; one that never closes is left away."""
        fields = []
        for found in self._field.finditer(line):
            inner = found.group(1)
            fields.append(inner.replace('""', MARK) if inner is not None else _unopened(found.group(2)))
            if found.end() == len(line) and not line.endswith(self.delimiter):
                break
        return fields

    def _plain(self, line: str) -> list[str]:
        return [_unopened(field) for field in line.split(self.delimiter)]


def _unopened(field: str) -> str:
    """A field without the mark that opens it and never closes; whole pairs around it go too."""
    text = field.strip()
    if len(text) > 1 and text.startswith(MARK) and text.endswith(MARK):
        return text[1:-1].replace('""', MARK)
    return text[1:] if text.startswith(MARK) and text.count(MARK) == 1 else field
