"""What every word of a deciding column does to its rows: by the vocabulary, by the money behind it, or asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.kinds import KINDS
from liuke.kernel.said import Said
from liuke.sources.census import TAKEN, Census, WordTotal
from liuke.sources.mapping import ANY, Mapping
from liuke.sources.table import ANSWER, Choice, Question
from liuke.sources.word_columns import strong_meaning

if TYPE_CHECKING:
    from liuke.sources.word_columns import WordColumn

ASKED_FROM = Decimal("0.005")  # a word nothing is known of: of the rows, or of the money
MOST_ASKED = 6  # words asked one by one; more are asked together
EVEN = Decimal("0.4")  # where debit and credit are closer than this, neither is plainly the sale
MEANS = {
    "count": N_("an ordinary row: it counts"),
    "aside": N_("no sale: set aside"),
    "return": N_("a return or credit note"),
    "minus": N_("it counts with a minus"),
    "plus": N_("it counts as it stands"),
    "order": N_("an order"),
    "delivery": N_("a delivery"),
    "invoice": N_("an invoice"),
}
IN_FILE = N_("{word}: {rows} rows, {money}")


@dataclass
class Decided:
    """What the words of one column do, the questions they leave, and what is said of them."""

    words: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)


def decide_words(column: WordColumn, census: Census, mapping: Mapping, evident: str | None) -> Decided:
    """The meanings of all words of one column; `evident` is the kind of document the file itself speaks of."""
    decided = Decided()
    totals = [total for total in census.words.get(column.header, ()) if total.word is not None]
    if column.doubtful:
        return _doubtful(column, totals, census, mapping)
    said = {total.word: column.meaning(total.word or "") for total in totals}
    present = {meaning for meaning in said.values() if meaning is not None}
    known = mapping.words.get(column.header, {})
    sides = _sides(column, totals, said, decided)
    unknown: list[WordTotal] = []
    for total in totals:
        word = total.word or ""
        if word in known:
            continue
        meaning = sides.get(word) or _settled(said[word], total, present, mapping, evident)
        if meaning is not None:
            decided.words[word] = meaning
        elif word not in {q.word[1] for q in decided.questions if q.word}:
            unknown.append(total)
    _ask(column, unknown, census, decided, alone=len(totals) == 1)
    return decided


def _doubtful(column: WordColumn, totals: list[WordTotal], census: Census, mapping: Mapping) -> Decided:
    """Words that say return or cancelled under a heading that says nothing: asked where their rows have money."""
    decided = Decided()
    known = mapping.words.get(column.header, {})
    for total in totals:
        word = total.word or ""
        meaning = strong_meaning(word)
        signed = meaning == "return" and not total.above  # it has its minus already
        if word in known or meaning is None or signed or not total.money or _share(total, census) <= ASKED_FROM:
            continue
        choices = ("count", "aside", "return", "minus")
        decided.questions.append(_question(column, word, (_behind(total),), choices))
    return decided


def _settled(
    meaning: str | None, total: WordTotal, present: set[str], mapping: Mapping, evident: str | None
) -> str | None:
    """What a word of the vocabulary does here; None where that is to be asked."""
    if meaning == "refunded":
        apart = mapping.refunds == "apart"  # each refund is booked from its own column
        return "return" if total.below > total.above else "count" if apart else "aside"
    if meaning == "unpaid":
        return {"invoice": "count", "order": "aside", "delivery": "count"}.get(evident or "")
    if meaning == "payment":
        return "aside" if present & {"invoice", "order", "delivery"} else "count"
    if meaning in ("debit", "credit"):
        return None
    if meaning in KINDS and meaning != "return" and mapping.kind == meaning:
        return "count"
    return meaning


def _sides(
    column: WordColumn, totals: list[WordTotal], said: dict[str | None, str | None], decided: Decided
) -> dict[str, str]:
    """Debit and credit: the side with most of the money is the sale, the other has a minus; even sides are asked."""
    if column.scheme is None or not column.scheme.side:
        return {}
    size = {
        side: sum((abs(t.money) for t in totals if said[t.word] == side), Decimal(0)) for side in ("debit", "credit")
    }
    whole = sum(size.values())
    if not whole or min(size.values()) == 0:
        return {str(t.word): "count" for t in totals if said[t.word] in size}
    less = min(size, key=lambda side: size[side])
    signed = sum(t.below for t in totals if said[t.word] == less) > sum(t.above for t in totals if said[t.word] == less)
    if signed:
        decided.notes.append(Said(N_("{header} tells debit from credit; the amounts bear the sign already."),
                                  {"header": column.header}))  # fmt: skip
        return {str(t.word): "count" for t in totals if said[t.word] in size}
    if size[less] > EVEN * whole:
        evidence = tuple(_behind(t) for t in totals)
        for total in totals:
            if said[total.word] in size:
                decided.questions.append(_question(column, str(total.word), evidence, ("plus", "minus", "aside")))
        return {}
    words = {str(t.word): "minus" if said[t.word] == less else "count" for t in totals if said[t.word] in size}
    told = {
        "header": column.header,
        "more": ", ".join(word for word, means in words.items() if means == "count"),
        "less": ", ".join(word for word, means in words.items() if means == "minus"),
    }
    said_of = N_("{header} tells debit from credit: most of the money stands under {more}; {less} counts with a minus.")
    decided.notes.append(Said(said_of, told))
    return words


def _ask(column: WordColumn, unknown: list[WordTotal], census: Census, decided: Decided, *, alone: bool) -> None:
    """Ask for each word nothing is known of that carries enough; the rest counts, and that is said."""
    if alone:
        return
    weighty = [total for total in unknown if _share(total, census) > ASKED_FROM]
    choices = ("count", "aside", "return", "minus") if column.lexicon == "statuses" else (*MEANS,)
    if len(weighty) > MOST_ASKED:
        evidence = tuple(_behind(total) for total in weighty)
        decided.questions.append(_question(column, ANY, evidence, choices))
    else:
        decided.questions += [_question(column, str(total.word), (_behind(total),), choices) for total in weighty]
    light = [total for total in unknown if total not in weighty]
    if light:
        said = N_("{header}: nothing is known of {words}; with so little behind them they count.")
        told = {"header": column.header, "words": ", ".join(str(total.word) for total in light)}
        decided.notes.append(Said(said, told))


def _share(total: WordTotal, census: Census) -> Decimal:
    """How much of the rows or of the money stands behind a word, whichever is more."""
    rows = Decimal(total.rows) / max(census.rows, 1)
    return max(rows, abs(total.money) / census.size) if census.size else rows


def _behind(total: WordTotal) -> str:
    told = {"word": total.word, "rows": total.rows, "money": total.sums.get(TAKEN, "-")}
    return Said(IN_FILE, told).text()


def _question(column: WordColumn, word: str, evidence: tuple[str, ...], meanings: tuple[str, ...]) -> Question:
    ask = Said(N_("What is a row where {header} is {word}?"), {"header": column.header, "word": word})
    if word == ANY:
        ask = Said(N_("Nothing is known of these words of {header}. What are rows that bear one of them?"),
                   {"header": column.header})  # fmt: skip
    choices = tuple(Choice(meaning, Said(MEANS[meaning])) for meaning in meanings)
    return Question(f"{column.header}:{word}", ask, choices, ANSWER, None, evidence, (column.header, word))
