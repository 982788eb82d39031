"""One look at all bytes of a UTF-8 text file: how many lines it has, and whether each is as the engine reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

BLOCK = 1 << 22
LONGEST_LINE = 1 << 26
LF, CR, TAB, QUOTE, BLANK = 10, 13, 9, 34, 32


class LineSurvey(NamedTuple):
    """How many physical lines there are; whether each below the heading has its fields, and quotation marks pair."""

    lines: int
    even: bool


def survey_lines(path: Path, delimiter: str, width: int, start: int, *, quoted: bool) -> LineSurvey:
    """Look at a file whose rows begin after `start` lines; a line no text has the length of is refused."""
    single = len(delimiter) == 1 and delimiter.isascii()
    sign = ord(delimiter) if single else 0
    lines, even = 0, single
    for block in whole_lines(path):
        ends = np.flatnonzero(block == LF)
        skip = max(start - lines, 0)
        lines += len(ends)
        if even and len(ends) > skip:
            at = 0 if skip == 0 else int(ends[skip - 1]) + 1
            even = _even(block[at:], ends[skip:] - at, sign, width, quoted=quoted)
    return LineSurvey(lines, even)


def whole_lines(path: Path) -> Iterator[Bytes]:
    """The bytes of a file in blocks that end with a line; the last line is given its end."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            cut = block.rfind(b"\n") + 1
            if not cut:
                rest += block
                if len(rest) > LONGEST_LINE:
                    raise Invalid(
                        N_("{file}: one line is longer than {size} characters; this is no table."),
                        fix=N_("Export the data as xlsx, CSV or Parquet and load that file."),
                        file=str(path),
                        size=LONGEST_LINE,
                    )
                continue
            yield np.frombuffer(rest + block[:cut], np.uint8)
            rest = block[cut:]
    if rest:
        yield np.frombuffer(rest + b"\n", np.uint8)


def _even(block: Bytes, ends: npt.NDArray[np.intp], sign: int, width: int, *, quoted: bool) -> bool:
    returns = np.flatnonzero(block == CR)
    controls = np.count_nonzero(block < BLANK) - np.count_nonzero(block == TAB) - len(ends) - len(returns)
    if controls and not (sign < BLANK and sign != TAB and controls == np.count_nonzero(block == sign)):
        return False
    if len(returns) and not bool((block[returns + 1] == LF).all()):
        return False
    signs = np.flatnonzero(block == sign)
    if quoted:
        marks = np.flatnonzero(block == QUOTE)
        if len(marks):
            if not _paired(block, marks, ends, sign):
                return False
            signs = signs[np.searchsorted(marks, signs) % 2 == 0]
    counts = np.diff(np.searchsorted(signs, ends), prepend=0)
    odd = np.flatnonzero(counts != width - 1)
    if not len(odd):
        return True
    begins = np.where(odd > 0, ends[odd - 1] + 1, 0)
    lengths = ends[odd] - begins - (block[np.maximum(ends[odd] - 1, 0)] == CR)
    return not bool((lengths > 0).any())


def _paired(block: Bytes, marks: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], sign: int) -> bool:
    """Whether quotation marks open at the begin of a field and close at its end, in every line."""
    if bool((np.searchsorted(marks, ends) % 2).any()):
        return False
    opening, closing = marks[0::2], marks[1::2]
    before = np.where(opening > 0, block[opening - 1], LF)
    after = block[closing + 1]
    opens = (before == sign) | (before == LF) | (before == QUOTE)
    closes = (after == sign) | (after == LF) | (after == CR) | (after == QUOTE)
    return bool(opens.all()) and bool(closes.all())
