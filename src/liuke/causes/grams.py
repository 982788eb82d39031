"""Texts as counts of hashed character grams, negations minded.

Chinese, and other scripts whose signs are words or syllables: 1 to 3 signs. Letters: words, pairs of words, and parts
of words of 3 to 5 letters. What stands after a negation counts apart from the same without one. Which words negate is
read from the list that every reader of texts here shares (`panel/heard.toml`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.panel.heard import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

GAP, END, SIGN, LETTER, SYMBOL = range(5)  # as in _text_kernels
BITS = 18  # of a bucket's number
CHUNK = 1_000_000  # characters looked at together: some 100 MB
REACH = 8  # signs after a negation that it counts for; a word is two
MOST_SIGNS = 3
ENDS = frozenset(",.;!?、。，；！？…\n\r")  # of a clause


@dataclass(frozen=True)
class Grams:
    """The grams of some texts: rows as in a CSR matrix, buckets ascending within a row, values 1 + log(count)."""

    rows: NDArray[np.int64]
    buckets: NDArray[np.int32]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Placed:
    """Every gram of some texts where it stands: `ends` a text, and a gram its bucket, hash, text place and size."""

    ends: NDArray[np.int64]
    buckets: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    at: NDArray[np.int64]  # characters from the first of its text
    size: NDArray[np.int64]  # characters
    negated: NDArray[np.bool_]


def grams(texts: Sequence[str | None]) -> Grams:
    """The grams of texts; an empty text or None has none."""
    from liuke.causes._text_kernels import counted

    parts = [counted(ends, _buckets(hashes)) for _, ends, hashes, _, _ in _walked(texts)]
    before = np.cumsum([0, *(part[0][-1] for part in parts)])
    rows = [part[0][1:] + add for part, add in zip(parts, before, strict=False)]
    return Grams(
        np.concatenate([np.zeros(1, np.int64), *rows]),
        np.concatenate([np.empty(0, np.int32), *(part[1] for part in parts)]),
        np.concatenate([np.empty(0, np.float32), *(part[2] for part in parts)]),
    )


def placed(texts: Sequence[str | None]) -> Placed:
    """The grams of a few texts, each where it stands; for explaining, not for many texts."""
    ends, places, hashes, sizes = [np.zeros(1, np.int64)], [], [], []
    for starts, here, found, at, size in _walked(texts):
        ends.append(here[1:] + ends[-1][-1])
        hashes.append(found)
        places.append(at - np.repeat(starts[:-1], np.diff(here)))
        sizes.append(size)
    whole = np.concatenate([np.empty(0, np.uint64), *hashes])
    size = np.concatenate([np.empty(0, np.uint8), *sizes])
    return Placed(
        np.concatenate(ends),
        _buckets(whole),
        whole,
        np.concatenate([np.empty(0, np.int64), *places]),
        (size & 127).astype(np.int64),
        size > 127,
    )


def cuts_word(text: str, at: int) -> bool:
    """Whether a text cut before this character would be cut within a word."""
    if not 0 < at < len(text):
        return False
    folds, kinds = _tables()
    around = [ord(sign) for sign in text[at - 1 : at + 1]]
    return all(code < len(folds) and kinds[folds[code]] == LETTER for code in around)


def _buckets(hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
    """The bucket of each hash: its first bits."""
    return (hashes >> np.uint64(64 - BITS)).astype(np.int32)


def _walked(texts: Sequence[str | None]) -> Iterator[tuple[NDArray[Any], ...]]:
    """Of some texts at a time: where they start, where their grams end, and hash, place and size of each gram."""
    from liuke.causes._text_kernels import find_grams

    folds, kinds = _tables()
    for part in _parts(texts):
        joined = "".join(part).encode("utf-32-le", "surrogatepass")
        codes = np.frombuffer(joined, np.uint32).copy()
        inside = codes < len(folds)
        codes[inside] = folds[codes[inside]]
        starts = np.cumsum([0, *map(len, part)], dtype=np.int64)
        ends, hashes, at, size = find_grams(codes, starts, kinds, *_phrases(), REACH, MOST_SIGNS)
        yield starts, ends, hashes, at, size


def _parts(texts: Sequence[str | None]) -> Iterator[list[str]]:
    """The texts in order, so many at a time as have CHUNK characters."""
    part: list[str] = []
    length = 0
    for text in texts:
        part.append(text or "")
        length += len(part[-1])
        if length >= CHUNK:
            yield part
            part, length = [], 0
    if part:
        yield part


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """For each character of the first plane, what it counts as, and the kind of that.

    Full-width and small forms, capitals and digits are folded one to one, so that places stay as they are in the text.
    """
    folds, kinds = np.arange(65536, dtype=np.uint32), np.zeros(65536, np.uint8)
    for code in range(65536):
        sign = chr(code)
        plain = unicodedata.normalize("NFKC", sign).lower()
        sign = plain if len(plain) == 1 else sign
        sign = "'" if sign in "’‘`´" else "0" if sign.isdigit() else sign
        folds[code] = ord(sign)
        kinds[code] = _kind(sign)
    return folds, kinds


def _kind(sign: str) -> int:
    """What a character is: a gap, the end of a clause, a sign, a letter of a word or a symbol."""
    if sign in ENDS:
        return END
    category = unicodedata.category(sign)
    if category[0] in "ZC" or sign in "-_:/" or category == "Mn":
        return GAP
    if category == "Lo":
        return SIGN
    return LETTER if category[0] in "LNM" or sign == "'" else SYMBOL


@cache
def _phrases() -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint8]]:
    """What begins a phrase, all phrases end to end, where each begins and what it does; the longest first."""
    lists = lexicon()["negation"]
    does = {phrase: 0 for name in ("chinese", "english") for phrase in lists[name]}
    does |= dict.fromkeys(lists["turns"], 2) | dict.fromkeys(lists["harmless"], 1)
    order = sorted(does, key=lambda phrase: (-len(phrase), phrase))
    begins = np.zeros(65536, np.uint8)
    begins[[ord(phrase[0]) for phrase in order]] = 1
    codes = np.array([ord(sign) for phrase in order for sign in phrase], np.uint32)
    edges = np.cumsum([0, *map(len, order)], dtype=np.int64)
    return begins, codes, edges, np.array([does[phrase] for phrase in order], np.uint8)
