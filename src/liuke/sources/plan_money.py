"""What a plan does with money, as rows to be shown: every amount beside the one taken, every word and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.census import TAKEN, Census, WordTotal
from liuke.sources.mapping import ANY

if TYPE_CHECKING:
    from liuke.sources.mapping import Mapping

TAKEN_FOR = {
    "count": N_("counts"),
    "aside": N_("set aside"),
    "return": N_("return"),
    "minus": N_("counts with a minus"),
    "plus": N_("counts"),
    "order": N_("order"),
    "delivery": N_("delivery"),
    "invoice": N_("invoice"),
}
NOT_KNOWN = N_("not known: counts")
OPEN = N_("asked")
BLANK_CELL = N_("(blank)")


@dataclass(frozen=True)
class AmountRow:
    """A column that could be the amount, what it comes to, and whether it is the one taken."""

    header: str
    total: Decimal
    taken: bool


@dataclass(frozen=True)
class WordRow:
    """A word of a column that decides, the rows and money behind it, and what it is taken for."""

    header: str
    word: str
    rows: int
    money: Decimal | None
    means: Said


def amounts_of(mapping: Mapping, census: Census) -> list[AmountRow]:
    """The amount taken and all that could have been; none where there was no choice."""
    rows = [AmountRow(header, total, False) for header, total in census.sums.items() if header != TAKEN]
    header = mapping.header("amount") or mapping.header("amount_with_tax")
    rows = [row for row in rows if row.header != header]
    if not rows or TAKEN not in census.sums:
        return []
    made = " x ".join(filter(None, (mapping.header("quantity"), mapping.header("unit_price"))))
    return [AmountRow(header or made, census.sums[TAKEN], True), *rows]


def words_of_plan(mapping: Mapping, census: Census, asked: set[tuple[str, str]]) -> list[WordRow]:
    """Every word of every column that decides; `asked` are the (header, word) still open."""
    return [
        WordRow(
            header,
            total.word if total.word is not None else Said(BLANK_CELL).text(),
            total.rows,
            total.sums.get(TAKEN),
            _means(mapping, header, total, asked),
        )
        for header, totals in census.words.items()
        for total in totals
    ]


def _means(mapping: Mapping, header: str, total: WordTotal, asked: set[tuple[str, str]]) -> Said:
    words = mapping.words.get(header, {})
    if total.word is None:
        return Said(TAKEN_FOR["count"])
    meaning = words.get(total.word, words.get(ANY))
    if meaning == "aside" and mapping.guests and header == mapping.header("customer_id"):
        return Said(N_("many: told apart by {guests}"), {"guests": mapping.guests})
    if meaning is not None:
        return Said(TAKEN_FOR[meaning])
    return Said(OPEN if {(header, total.word), (header, ANY)} & asked else NOT_KNOWN)
