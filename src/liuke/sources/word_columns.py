"""Which columns of a file say by their words what a row is: states, kinds, signs. Names help, values decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from liuke.sources import lexicon
from liuke.sources.cell_text import clean_text
from liuke.sources.headers import name_score, plain
from liuke.sources.lexicon import Lexicon, Scheme

if TYPE_CHECKING:
    import collections.abc

    from liuke.sources.mapping import Mapping
    from liuke.sources.profile import Profile

GLANCE = 500  # rows that mostly show that a column has more
MOST_WORDS = 30  # a column with more different words is no column of states
WITH_WORDS = ("kind", "cancelled", "channel")  # canonical columns whose words may say what a row is as well
REGION = "customer_region"  # `state` names a region and the state of an order: the words tell which
WEAK = {"count", "invoice", "order", "delivery", "unpaid", "payment"}  # these prove nothing under another name
DOUBTFUL = {"credit", "debit", "charge", "check", "bill", "standard", "normal", "order", "payment", "deposit"}
DOUBTFUL |= {"零售", "批发", "收入", "现金"}

NUMBERS = 0.5  # of the cells: a column of more numbers is none of words
STRONG = {"aside", "refunded", "return"}
STRONG_IN: dict[Lexicon, set[str]] = {"statuses": {"aside", "refunded"}, "kinds": {"return"}}

Named = Literal["exact", "part", ""]


@dataclass(frozen=True)
class WordColumn:
    """A column whose words decide, where its words are looked up, and the scheme they are codes of."""

    header: str
    lexicon: Lexicon
    scheme: Scheme | None = None
    doubtful: bool = False  # nothing names it so: what its strong words do is asked, all others count

    def meaning(self, word: str) -> str | None:
        """What the vocabulary says of a word in this column; None where it says nothing."""
        if self.scheme is not None:
            found = self.scheme.words.get(lexicon.squeezed_code(word))
            if found is not None:
                return found
        other: Lexicon = "kinds" if self.lexicon == "statuses" else "statuses"
        return lexicon.meaning_of(self.lexicon, word) or lexicon.listed_meaning(other, word)


def word_columns(
    mapping: Mapping, looks: collections.abc.Mapping[str, Profile], sample: pl.DataFrame
) -> list[WordColumn]:
    """The columns of a sample that say what a row is."""
    targets = {match.header: name for name, match in mapping.columns.items()}
    found: list[WordColumn] = []
    doubtful: list[WordColumn] = []
    strong = False  # a column that is named so says it already
    few = sample.head(GLANCE).select(pl.all().n_unique() <= MOST_WORDS + 1)  # one of them may be no word
    for header in looks:
        target = targets.get(header)
        if not few[header][0] or (target is not None and target not in (*WITH_WORDS, REGION)):
            continue
        look = looks[header]
        if not look.filled or look.dates > 0.5 or look.fractions > 0 or look.distinct > MOST_WORDS:
            continue
        words = clean_text(sample[header]).drop_nulls().unique(maintain_order=True).to_list()
        column = _unnamed(header, words, look) if target == REGION else _column(header, words, look)
        if column is not None:
            found.append(column)
        elif target is None and look.numbers < NUMBERS and strong_words(words):
            doubtful.append(WordColumn(header, "statuses", doubtful=True))
        strong = strong or (column is not None and any(column.meaning(word) in STRONG for word in words))
    return found if strong else found + doubtful


def strong_words(words: list[str]) -> list[str]:
    """The words that say by themselves that a row is no sale or a return, wherever they stand."""
    return [word for word in words if strong_meaning(word) is not None]


def strong_meaning(word: str) -> str | None:
    """Aside, refunded or return, where a word or a part of it is listed so and means little else."""
    for part in (word, *lexicon.PARTS.split(word)):
        if lexicon.squeezed(part) in DOUBTFUL:
            continue
        for each, meanings in STRONG_IN.items():
            if part and (found := lexicon.listed_meaning(each, part)) in meanings:
                return found
    return None


def _column(header: str, words: list[str], look: Profile) -> WordColumn | None:
    status, kind = named(header, "status"), named(header, "kind")
    scheme = scheme_of(header, words)
    if scheme is not None:
        return WordColumn(header, "kinds", scheme)
    if not status and not kind:
        return _unnamed(header, words, look)
    primary: Lexicon = "statuses" if status and (status == "exact" or not kind) else "kinds"
    column = WordColumn(header, primary)
    known = [meaning for word in words if (meaning := column.meaning(word)) is not None]
    if status == "exact":
        return column if len(words) > 1 or known else None
    if kind == "exact":
        codes = len(words) > 1 and all(_is_code(word) for word in words) and look.distinct < look.filled
        return column if known or codes else None
    return column if 2 * len(known) >= len(words) and any(meaning not in WEAK for meaning in known) else None


def _unnamed(header: str, words: list[str], look: Profile) -> WordColumn | None:
    """A column under another name is taken only where every word is known as it stands, and one of them decides."""
    if len(words) < 2 or 2 * len(words) > look.filled or any(lexicon.squeezed(word) in DOUBTFUL for word in words):
        return None
    choices: tuple[Lexicon, Lexicon] = ("statuses", "kinds")
    for each in choices:
        meanings = [lexicon.listed_meaning(each, word) for word in words]
        if None not in meanings and any(meaning not in WEAK for meaning in meanings):
            return WordColumn(header, each)
    return None


def named(header: str, kind: str) -> Named:
    """How well a header names such a column: as a whole, as a part, or not at all."""
    score = name_score(header, lexicon.header_names(kind))
    if score > 0.95:
        return "exact"
    text = header.casefold()
    if score >= 0.6 and not any(word in text for word in lexicon.header_names("of_something_else")):
        return "part"
    return ""


def scheme_of(header: str, words: list[str]) -> Scheme | None:
    """The scheme all words are codes of: one whose header it is before one that needs none."""
    codes = {lexicon.squeezed_code(word) for word in words}
    fitting = [scheme for scheme in lexicon.schemes() if codes <= scheme.words.keys()]
    for scheme in fitting:
        if scheme.named and any(plain(header) == plain(name) for name in scheme.headers):
            return scheme
    if len(codes) < 2:
        return None
    for scheme in fitting:
        if not scheme.named and (named(header, "kind") or not scheme.side or _pairs(scheme, codes)):
            return scheme
    return None


def _pairs(scheme: Scheme, codes: set[str]) -> bool:
    """Whether both sides stand in the column, in words of more than a letter: S and H alone are sizes too."""
    return {scheme.words[code] for code in codes} >= {"debit", "credit"} and all(
        len(code) > 1 or ord(code[0]) > 0x2E80 for code in codes
    )


def _is_code(word: str) -> bool:
    return len(word) <= 4 and word.isascii() and word.isalnum() and (word.isupper() or word.isdigit())


def cancelled_on(headers: collections.abc.Mapping[str, Profile]) -> list[str]:
    """Columns whose day, where there is one, is that of a cancellation."""
    return [
        header
        for header, look in headers.items()
        if name_score(header, lexicon.header_names("cancelled_on")) > 0.95 and (not look.filled or look.date_like > 0.5)
    ]
