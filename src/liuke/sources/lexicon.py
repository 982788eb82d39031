"""The words exports use for states and kinds of documents, for signs and for customers nobody knows: `vocabulary/`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from liuke.sources.scripts import simplified

FOLDER = Path(__file__).with_name("vocabulary")
PARTS = re.compile(r"\s*[,，;；、/|+>:：()（）→]\s*|\s+[-–—]\s+")
Lexicon = Literal["statuses", "kinds"]


@dataclass(frozen=True)
class Scheme:
    """Codes that mean something beside each other: by code what it means; `headers` are names it stands under."""

    name: str
    words: dict[str, str]
    headers: tuple[str, ...] = ()
    named: bool = False
    side: bool = False


@cache
def squeezed(word: str) -> str:
    """A word without case, width, and what stands between its parts: `partially_refunded` and `Partially Refunded`."""
    text = simplified(unicodedata.normalize("NFKC", word)).casefold().strip(" \t\r\n'\"。.!")
    text = re.sub(r"^wc-", "", text)
    return re.sub(r"[\s_\-]+", "", text)


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, in its order."""
    return tuple(word.strip() for word in re.split(r"[,\n]", text) if word.strip())


@cache
def header_names(kind: str) -> tuple[str, ...]:
    """The headers of a kind of column, as `columns.toml` lists them."""
    return listed(_file("columns")[kind])


@cache
def _whole(lexicon: Lexicon) -> dict[str, str]:
    """What each whole word means; the first list a word stands in counts."""
    found: dict[str, str] = {}
    for meaning, words in _file(lexicon).items():
        if not meaning.startswith(("inside", "posting")) and meaning != "negated":
            for word in listed(words):
                found.setdefault(squeezed(word), meaning)
    return found


@cache
def _inside(lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    data = _file(lexicon)
    order = [f"inside_{m}" for m in ("refunded", "aside", "return", "delivery", "order", "invoice")]
    return tuple((squeezed(w), key.removeprefix("inside_")) for key in order if key in data for w in listed(data[key]))


@cache
def posting_stems() -> tuple[tuple[str, str], ...]:
    """What texts beside postings say by a stem inside them: (stem, aside, return or invoice), returns first."""
    data = _file("kinds")
    order = ("return", "aside", "invoice")
    return tuple((squeezed(word), meaning) for meaning in order for word in listed(data[f"posting_{meaning}"]))


@cache
def listed_meaning(lexicon: Lexicon, word: str) -> str | None:
    """What a word means that is listed as it stands."""
    return _whole(lexicon).get(squeezed(word))


@cache
def meaning_of(lexicon: Lexicon, word: str) -> str | None:
    """What a word means: as it stands, by its parts, or by a stem inside it; None where nothing is known of it."""
    whole = listed_meaning(lexicon, word)
    if whole is not None:
        return whole
    parts = [found for part in PARTS.split(word) if part and (found := listed_meaning(lexicon, part))]
    if parts:
        order = ("aside", "refunded", "return", "unpaid", "payment")
        return next((meaning for meaning in order if meaning in parts), parts[0])
    text = squeezed(word)
    if lexicon == "statuses" and any(squeezed(each) in text for each in listed(_file(lexicon)["negated"])):
        return None
    return next((meaning for stem, meaning in _inside(lexicon) if stem in text), None)


@cache
def schemes() -> tuple[Scheme, ...]:
    """All schemes of codes, in the order of their file."""
    return tuple(
        Scheme(
            each["name"],
            {squeezed_code(word): meaning for word, meaning in each["words"].items()},
            listed(each.get("headers", "")),
            each.get("named", False),
            each.get("side", False),
        )
        for each in _file("schemes")["scheme"]
    )


@cache
def squeezed_code(word: str) -> str:
    """A code without case and width; signs stay."""
    return unicodedata.normalize("NFKC", word).casefold().strip()


@cache
def nobody() -> frozenset[str]:
    """Words that stand for customers nobody knows."""
    return frozenset(squeezed_code(word) for word in listed(_file("customers")["words"]))


@cache
def told_apart_by() -> tuple[str, ...]:
    """Headers of columns that tell such customers apart."""
    return listed(_file("customers")["told_apart_by"])
