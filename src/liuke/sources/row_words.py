"""Words of rows that are no lines: totals, balances, page lines and group lines, as a data file lists them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

BLANKS = re.compile(r"\s+")


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    text = files("liuke.sources").joinpath("vocabulary/rows.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return found


def squeezed_cell(text: str) -> str:
    """A cell without blanks, case and the colon at its end."""
    return BLANKS.sub("", text).casefold().rstrip(":：")


@cache
def row_words(kind: str, part: str = "words") -> frozenset[str]:
    """The words of one kind of row, squeezed."""
    return frozenset(squeezed_cell(word) for word in _listed()[kind][part])


def _any(texts: frozenset[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


@cache
def total_pattern() -> str:
    """What a squeezed cell of a total looks like: a word alone, at the end of a name, or before a colon."""
    starts = _any(row_words("total", "begins"))
    alone, ends = _any(row_words("total") | row_words("period")), _any(row_words("total", "ends"))
    return rf"(?i)^({alone})[:：]?$|({ends})[:：]?$|^({starts})[:：].*$"


@cache
def named_total_pattern() -> str:
    """The same with a name behind it, as `Total for Alder Ltd`: a total only where such a name stands above."""
    return rf"(?i)^({_any(row_words('total', 'begins'))})[-–:：(（]?(?P<name>.+)$"


@cache
def page_pattern() -> re.Pattern[str]:
    """A line that a printer puts between the rows."""
    return re.compile("(?i)^(" + "|".join(_listed()["page"]["patterns"]) + ")$")
