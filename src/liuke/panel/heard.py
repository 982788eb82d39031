"""What the words of a table mean: ideas heard in short texts, Chinese and English, negations minded.

The words are data (`heard.toml`), lists by idea, read by whoever asks. A text says an idea if one of its words stands
there without a negation, or one of those that speak only when negated ("不太满意") stands there with one.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

EDGE = r"(?-u:\b)"  # of a word in Latin letters; a Chinese character beside it is no letter
MOST_BETWEEN = 4  # words between a negation and what it negates


@cache
def lexicon() -> dict[str, dict[str, list[str]]]:
    """The lists of `heard.toml` by idea."""
    found: dict[str, Any] = tomllib.loads(resources.files("liuke.panel").joinpath("heard.toml").read_text("utf-8"))
    return found


def idea_words(idea: str) -> list[str]:
    """The words of an idea as they are written."""
    return lexicon()[idea]["words"]


def is_word_of(cell: pl.Expr, idea: str) -> pl.Expr:
    """Whether a whole cell is one of an idea's words; a blank is none."""
    return cell.fill_null("").str.strip_chars().str.to_lowercase().is_in(idea_words(idea))


def heard(text: pl.Expr, *ideas: str) -> pl.Expr:
    """Whether a text says any of these ideas; a blank says none."""
    return hears(text, *(lexicon()[idea] for idea in ideas))


def hears(text: pl.Expr, *lists: dict[str, list[str]]) -> pl.Expr:
    """The same of lists of words, negated and harmless as those of an idea, from wherever they were read."""
    plain = text.fill_null("").str.to_lowercase().str.replace_all("’", "'", literal=True)
    plain = plain.str.replace_all(r"n't\b", " not")
    return pl.any_horizontal(_says(plain, held) for held in lists)


def called_off_struck(text: pl.Expr, held: dict[str, list[str]]) -> pl.Expr:
    """A text in small letters without what it says is called off or put off of the words of some lists.

    "涨价取消", "postponed price increase": the two stand together, with nothing but days, numbers and filling words
    between; the other of two clauses stays. What is not called off ("涨价不取消") stays as well.
    """
    lists = lexicon()["called_off"]
    words, off = _any(held["words"]), _any(lists["words"])
    between = rf"(?:{_any(lists['between'])}|[\s\d.%％/年月日号()（）《》“”\"'-])*"
    plain = text.fill_null("").str.to_lowercase().str.replace_all(_any(lists["harmless"]), ";")
    plain = plain.str.replace_all(_negation(off), " ")
    plain = plain.str.replace_all(rf"(?:{off}){between}(?:{words})", ";")
    plain = plain.str.replace_all(rf"(?:{words}){between}(?:{off})", ";")
    return plain.str.replace_all(rf"(?:{words}){between}[,，:：]\s*(?:{off})\s*(?:[,，.。;；!！\n]|$)", ";")


def mentions(text: pl.Expr, *ideas: str) -> pl.Expr:
    """Whether any word of some ideas stands in a text, negated or not: what has to be looked at more closely."""
    words = [word for idea in ideas for word in (*lexicon()[idea]["words"], *lexicon()[idea]["negated"])]
    return text.fill_null("").str.to_lowercase().str.contains(_any(words))


def name_heard(text: pl.Expr, name: str) -> pl.Expr:
    """Whether a name stands in a text without a negation before it; capitals and spaces don't matter."""
    found = _pattern(name.rstrip("*").lower())
    strike = _any(lexicon()["negation"]["harmless"])
    plain = text.fill_null("").str.to_lowercase().str.replace_all(strike, ";")
    return plain.str.replace_all(_negation(found), ";").str.contains(found)


def _says(text: pl.Expr, held: dict[str, list[str]]) -> pl.Expr:
    """Whether a text in small letters says what one idea's lists hold."""
    words, negated = _any(held["words"]), _any(held["negated"])
    negation = lexicon()["negation"]
    unanswered = rf"(?:{words})[^\s:：,，。;；]{{0,4}}\s*[:：]\s*(?:{'|'.join(map(re.escape, negation['after']))})"
    left = _struck(text, [*negation["harmless"], *held["harmless"]], [*held["words"], *held["negated"]])
    left = left.str.replace_all(unanswered, ";")
    says = left.str.replace_all(_negation(words), ";").str.replace_all(_behind(words), ";").str.contains(words)
    if not held["negated"]:
        return says
    twice = _negation(_negation(negated))
    left = left.str.replace_all(twice, ";")
    return says | left.str.contains(_negation(negated)) | left.str.contains(_behind(negated))


def _struck(text: pl.Expr, harmless: list[str], words: list[str]) -> pl.Expr:
    """The text without harmless phrases, but for those that are part of a word there ("没人" of "没人联系")."""
    whole = [word for word in words if any(phrase in word for phrase in harmless)]
    return text.str.replace_all(rf"({_any(whole)})|{_any(harmless)}", "${1};")


def _any(words: list[str]) -> str:
    """A pattern that finds any of some words, the longest first."""
    return "|".join(_pattern(word) for word in sorted(words, key=len, reverse=True)) or r"[^\s\S]"


def _pattern(word: str) -> str:
    """A pattern that finds one entry of a list."""
    stem = word.endswith("*")
    found = re.escape(word.rstrip("*")).replace(r"\ ", r"\s+")
    before = EDGE if word[0].isascii() else ""
    after = "[a-z]*" if stem else EDGE if word[-1].isascii() else ""
    return f"{before}{found}{after}"


@cache
def _behind(words: str) -> str:
    """A pattern that finds what a pattern finds, with a negation after it that ends the clause ("投诉都没有。")."""
    filling, negation = (_any(lexicon()["negation"][name]) for name in ("behind_between", "behind"))
    return rf"(?:{words})(?:{filling})*(?:{negation})\s*(?:[,，.。;；!！?？\n]|$)"


@cache
def _negation(words: str) -> str:
    """A pattern that finds what a pattern finds, with a negation before it and only filling words between."""
    lists = lexicon()["negation"]
    chinese, between = (_any(lists[name]) for name in ("chinese", "chinese_between"))
    english, filling = (_any(lists[name]) for name in ("english", "english_between"))
    most = f"{{0,{MOST_BETWEEN}}}"
    return rf"(?:(?:{chinese})(?:{between}){most}|(?:{english})\s+(?:(?:{filling})\s+){most})(?:{words})"
