"""Which encoding a text file is in, decided on every byte of it, and what its quotation marks mean."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 1 << 22
LOOKED_AT = 2000  # lines that are not ASCII
HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
MOST_CONTROLS = 0.02  # of the first characters: texts have stray ones, or one between fields
PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
LETTERS = "äöüßÄÖÜéèêëàâáãåçîïíôóõñòùûúøæœÉÈÀÁÂÃÅÇÎÍÔÓÕÑØÆÚÛ€£°§²ºª«»–—‘’“”…µ·¿¡"
BLANK_INSIDE = re.compile(r"(?<=\d)\u00a0(?=\d)")
LETTER_INSIDE = re.compile(r"(?<=\d)[^\W\d_a-zA-Z](?=\d)|(?<=\d)[†‡](?=\d)")
ALL_LETTERS = 0.95  # of what stands beyond ASCII in a western text
COMMON = 0.9  # of the ideographs of a text are common ones


@dataclass(frozen=True)
class TextFormat:
    """The codec's name; whether quotation marks occur; whether a line holds an odd number of them."""

    encoding: str
    quotes: bool
    odd_quotes: bool


def detect(path: Path) -> TextFormat:
    """How a text file is encoded; refused where no encoding fits the whole file, naming the first line that fails."""
    with path.open("rb") as file:
        head = file.read(4096)
    encoding = _by_mark(head)
    if encoding is None and b"\0" in head:
        encoding = _utf16_without_mark(head)
    if not _is_text(head.decode(encoding or "latin-1", "replace")):
        raise Invalid(
            N_("{file}: this is not a text, workbook or Parquet file."),
            fix=N_("Export the data as xlsx, CSV or Parquet and load that file."),
            file=str(path),
        )
    if encoding is not None:
        return _checked(path, encoding)
    if _decodes(path, "utf-8"):
        return _with_quotes(path, "utf-8")
    return _with_quotes(path, _legacy(path))


def _is_text(head: str) -> bool:
    """Whether control characters are few, or one of them stands between fields in nearly every line."""
    found = CONTROL.findall(head)
    if len(found) <= MOST_CONTROLS * len(head):
        return True
    lines = [line for line in head.split("\n")[:-1] if line.strip()]
    counts = {line.count(found[0]) for line in lines}
    return len(lines) > 1 and len(set(found)) == 1 and found[0] in "\x01\x02\x1c\x1d\x1e\x1f" and len(counts) <= 2


def _by_mark(head: bytes) -> str | None:
    marks = (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    return next((name for mark, name in marks if head.startswith(mark)), None)


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > max(len(head) // 8, 4 * even):
        return "utf-16-le"
    if even > max(len(head) // 8, 4 * odd):
        return "utf-16-be"
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _checked(path: Path, encoding: str) -> TextFormat:
    """The marked encoding, if the whole file is in it."""
    if not _decodes(path, encoding):
        for number, line in enumerate(_lines(path, encoding), 1):
            if line is None:
                raise _mixed(path, number, encoding)
        raise _mixed(path, 1, encoding)
    if encoding.startswith(("utf-16", "utf-32")):
        return TextFormat(encoding, quotes=True, odd_quotes=True)
    return _with_quotes(path, encoding)


def _lines(path: Path, encoding: str) -> Iterator[str | None]:
    """Lines as text, None where a line can't be decoded; UTF-16 is read as a whole up to its first bad character."""
    if not encoding.startswith(("utf-16", "utf-32")):
        with path.open("rb") as file:
            for raw in file:
                yield _try(raw, encoding)
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in _blocks(path):
        for line in decoder.decode(block).splitlines():
            yield None if "\ufffd" in line else line


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _legacy(path: Path) -> str:
    """GB18030, Big5 or a western code page for a file that is not UTF-8; a file that mixes encodings is refused.

    UTF-8 Chinese usually decodes as GB18030 too, as nonsense, so lines are judged one by one: a line that is valid
    UTF-8 and holds nothing but ASCII and two or more ideographs was not written in GB18030.
    """
    first_other: int | None = None
    first_utf8: int | None = None
    undecodable: int | None = None
    runs = single = 0
    others: list[bytes] = []
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if raw.isascii():
                continue
            if len(others) < LOOKED_AT:
                others.append(raw)
            as_utf8 = _try(raw, "utf-8")
            if as_utf8 is not None and _ideographs(as_utf8):
                first_utf8 = first_utf8 or number
                continue
            if as_utf8 is None:
                first_other = first_other or number
            found = HIGH_BYTES.findall(raw)
            runs += len(found)
            single += sum(len(run) == 1 for run in found)
            if undecodable is None and _try(raw, "gb18030") is None:
                undecodable = number
    if first_utf8 is not None and first_other is not None:
        raise _mixed(path, max(first_utf8, first_other), "UTF-8" if first_utf8 < first_other else "GB18030")
    if (big5 := _big5(path, b"\n".join(others))) is not None:
        return big5
    alone = runs and single >= 0.8 * runs  # accents of western languages stand alone, Chinese bytes come in pairs
    if alone or undecodable is not None:
        western = [name for name in ("cp1252", "cp850", "mac_roman") if _decodes(path, name)]
        shares = {name: _letters(b"".join(others).decode(name)) for name in western}
        name = max(shares, key=lambda one: shares[one], default="")  # of equals the most usual, which stands first
        share = shares.get(name, 0.0)
        if name and (alone or share >= ALL_LETTERS):
            return name
    if undecodable is not None:
        raise _mixed(path, undecodable, "GB18030")
    return "gb18030"


def _letters(text: str) -> float:
    """The share of characters beyond ASCII that western texts use; within a number that is a blank and no letter."""
    blanks, letters = len(BLANK_INSIDE.findall(text)), len(LETTER_INSIDE.findall(text))
    beyond = [c for c in text if not c.isascii()]
    return (sum(c in LETTERS for c in beyond) + blanks - letters) / max(len(beyond), 1)


def _big5(path: Path, sample: bytes) -> str | None:
    """Big5 where its common characters are most of the text, and those of GB18030 are not."""
    found = PAIR.findall(sample)
    traditional = [p for p in found if p[0] >= 0xA4]
    simplified = [p for p in found if p[0] >= 0xB0 or p[1] < 0xA1]
    common = sum(0xA4 <= p[0] <= 0xC6 and not 0x7F <= p[1] <= 0xA0 for p in traditional)
    usual = sum(0xB0 <= p[0] <= 0xD7 and p[1] >= 0xA1 for p in simplified)
    share, other = common / max(len(traditional), 1), usual / max(len(simplified), 1)
    if len(traditional) < 2 or share < COMMON or share <= other:
        return None
    return next((name for name in ("cp950", "big5hkscs") if _decodes(path, name)), None)


def _ideographs(text: str) -> bool:
    others = [c for c in text if not c.isascii()]
    return len(others) >= 2 and all("\u2e80" <= c <= "\uffef" for c in others)


def _mixed(path: Path, line: int, encoding: str) -> Invalid:
    return Invalid(
        N_("{file}, line {row}: the text is not in {encoding} like the lines before it."),
        fix=N_("Save the whole file in one encoding, best UTF-8, and load it again."),
        file=str(path),
        row=line,
        encoding=encoding.upper().removesuffix("-SIG"),
    )


def _with_quotes(path: Path, encoding: str) -> TextFormat:
    if not any(b'"' in block for block in _blocks(path)):
        return TextFormat(encoding, quotes=False, odd_quotes=False)
    with path.open("rb") as file:
        return TextFormat(encoding, quotes=True, odd_quotes=any(line.count(b'"') % 2 for line in file))
