"""The signs and words money is marked with, and the currency they mean: `vocabulary/currencies.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "vocabulary" / "currencies.toml"


@cache
def money_words() -> dict[str, str]:
    """Every sign and word, in lower case, and the three-letter code it means; kr, which means several, has none."""
    table: dict[str, list[str]] = tomllib.loads(FILE.read_text("utf-8"))
    return {word: code for code, ways in table.items() for word in ways}


@cache
def pattern() -> str:
    """A regular expression of any of them in lower-case text, the longest first, with no group of its own."""
    return "|".join(re.escape(word) for word in sorted(money_words(), key=lambda word: (-len(word), word)))
