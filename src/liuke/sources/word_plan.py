"""Money and words of a plan: one passage says what every amount comes to and what every word does to its rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources import cell_text, lexicon
from liuke.sources.census import TAKEN, Census, census_of
from liuke.sources.guess_options import NO_KIND
from liuke.sources.headers import name_score, tokens
from liuke.sources.mapping import ABOVE, ANY, BLANK, Mapping
from liuke.sources.nobody import nobody_in, said_of_nobody
from liuke.sources.table import Choice, Question
from liuke.sources.word_columns import REGION, WordColumn, cancelled_on, named, scheme_of, word_columns
from liuke.sources.word_meanings import decide_words

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column
    from liuke.sources.looks import Looks
    from liuke.sources.table import RawTable

MIXED = 0.05  # of the returns: from here on positive ones beside negative ones are asked about
NOT_MONEY = ("customer_id", "date", "document_id", "line_no", "product_id", "quantity", "unit_price", "discount",
             "other_side", "refund")  # fmt: skip
NO_AMOUNT = {"qty", "quantity", "price", "rate", "percent", "pct", "weight", "zip", "postal", "phone", "year", "month"}
NO_AMOUNT_PARTS = ("数量", "单价", "率", "重量", "体积", "件数", "行号", "序号", "邮编", "电话", "手机", "积分")
AMOUNT = {"amount", "total", "value", "sum"}


@dataclass(frozen=True)
class WordPlan:
    """The mapping with its words, what the passage found, and the questions and notes that came of it."""

    mapping: Mapping
    census: Census = field(default_factory=Census)
    questions: tuple[Question, ...] = ()
    notes: tuple[Said, ...] = ()


def of_guess(
    mapping: Mapping,
    inputs: collections.abc.Mapping[str, Column],
    names: tuple[str, ...],
    looks: Looks,
    table: RawTable,
    tables: list[RawTable],
    notes: list[Said],
) -> WordPlan:
    """The words and money of a guessed mapping; `names` are those of the amount, `notes` what the guess said so far."""
    sample = table.sample()
    columns = word_columns(mapping, looks, sample)
    if "other_side" in mapping.columns:  # which of the two a row stands on is told by its column
        columns = [column for column in columns if column.scheme is None or not column.scheme.side]
    if mapping.header(REGION) in [column.header for column in columns]:
        mapping = replace(mapping, columns={name: m for name, m in mapping.columns.items() if name != REGION})
    by_day = cancelled_on(looks)
    mapping = _first_lines(mapping, sample, [column.header for column in columns] + by_day)
    for header in by_day:
        mapping = mapping.with_words(header, {ANY: "aside"})
    mapping = nobody_in(mapping, looks, sample)
    amounts = other_amounts(mapping, inputs, names, looks)
    evident = None if any(note.message == NO_KIND for note in notes) else mapping.kind
    made = _with(mapping, columns, amounts, tables, evident)
    return replace(made, notes=(*made.notes, *said_of_nobody(mapping)))


def of_mapping(mapping: Mapping, tables: list[RawTable]) -> WordPlan:
    """The words of a mapping that was saved or given: words of its columns it does not know are decided or asked."""
    columns = []
    for header in mapping.words:
        table = next((table for table in tables if header in table.columns), None)
        if table is None or ANY in mapping.words[header] or header == mapping.header("customer_id"):
            continue
        words = cell_text.clean_text(table.sample()[header]).drop_nulls().unique().to_list()
        lookup = "statuses" if named(header, "status") and not named(header, "kind") else "kinds"
        columns.append(WordColumn(header, lookup, scheme_of(header, words)))  # type: ignore[arg-type]
    return _with(mapping, columns, [], tables, mapping.kind)


def _with(
    mapping: Mapping, columns: list[WordColumn], amounts: list[str], tables: list[RawTable], evident: str | None
) -> WordPlan:
    customer = mapping.header("customer_id") or ""
    only = {customer: {word for word in mapping.words.get(customer, {}) if word}}
    if not columns and not amounts and not only[customer]:
        return WordPlan(mapping)
    needed = mapping.needed(("customer_id", "date", "amount"))
    fitting = [table for table in tables if needed <= set(table.columns)]
    census = census_of(fitting, mapping, amounts, [column.header for column in columns], only)
    questions: list[Question] = []
    notes: list[Said] = []
    for column in columns:
        decided = decide_words(column, census, mapping, evident)
        words = mapping.words.get(column.header, {})
        fresh = {word: meaning for word, meaning in decided.words.items() if word not in words}
        if fresh or decided.questions or column.header == mapping.header("kind"):
            mapping = mapping.with_words(column.header, fresh)
        questions += decided.questions
        notes += decided.notes
    mapping = _returns(mapping, census, questions, notes)
    notes += _refunds(census, mapping)
    return WordPlan(mapping, census, tuple(questions), tuple(notes))


def _refunds(census: Census, mapping: Mapping) -> list[Said]:
    """Refunds in a column of their own, which no amount takes off."""
    said = N_("{header} holds refunds of {sum}: they are not taken off, load them as returns or choose an amount after "
              "refunds.")  # fmt: skip
    return [
        Said(said, {"header": header, "sum": f"{total:,.2f}"})
        for header, total in census.sums.items()
        if header not in (TAKEN, mapping.header("refund"))
        and total
        and name_score(header, lexicon.header_names("refund")) > 0.95
    ]


def _returns(mapping: Mapping, census: Census, questions: list[Question], notes: list[Said]) -> Mapping:
    """Whether returns are written without a minus: by the signs of all rows whose word says return."""
    returned = [
        total
        for header, words in mapping.words.items()
        for total in census.words.get(header, ())
        if words.get(total.word or "") == "return"
    ]
    above, below = sum(total.above for total in returned), sum(total.below for total in returned)
    if mapping.returns == "positive" or not above:
        return mapping
    header = mapping.header("amount") or mapping.header("amount_with_tax") or mapping.header("unit_price") or ""
    if not below:
        said = N_("Returns are written without a minus in {header}: they are booked as negative.")
        notes.append(Said(said, {"header": header}))
        return replace(mapping, returns="positive")
    if above > MIXED * (above + below):
        ask = N_("{above} returns in {header} have no minus, {below} have one. Are those without one returns too?")
        choices = (
            Choice("positive", Said(N_("yes: all of them are booked as negative"))),
            Choice("negative", Said(N_("no: each is booked as it stands"))),
        )
        told = {"above": above, "below": below, "header": header}
        questions.append(Question("returns", Said(ask, told), choices, "--answer"))
    return mapping


def _first_lines(mapping: Mapping, sample: pl.DataFrame, headers: list[str]) -> Mapping:
    """Words that stand on the first line of each document alone are those of all its lines."""
    document = mapping.header("document_id")
    if document is None or document not in sample.columns:
        return mapping
    number = cell_text.clean_text(sample[document])
    first = pl.select((pl.lit(number) != pl.lit(number).shift(1)).fill_null(value=True)).to_series()
    if bool(first.all()) or number.null_count():
        return mapping
    filled = {name: cell_text.clean_text(sample[name]).is_not_null() for name in sample.columns}
    if not any(bool((each == first).all()) for each in filled.values()):
        return mapping
    for header in headers:
        if not bool((filled[header] & ~first).any()):
            mapping = mapping.with_words(header, {BLANK: ABOVE})
    return mapping


def other_amounts(
    mapping: Mapping,
    inputs: collections.abc.Mapping[str, Column],
    names: tuple[str, ...],
    looks: Looks,
) -> list[str]:
    """Columns of numbers that could be an amount and are not the one taken."""
    targets = {match.header: name for name, match in mapping.columns.items()}
    named_so = (*names, *(inputs["amount_with_tax"].names if "amount_with_tax" in inputs else ()))
    found = []
    for header, look in looks.of_numbers():
        if targets.get(header) in (*NOT_MONEY, "amount") or look.dates > 0 or look.distinct < 2:
            continue
        words = set(tokens(header))
        if (words & NO_AMOUNT and not words & AMOUNT) or any(part in header for part in NO_AMOUNT_PARTS):
            continue
        if look.fractions > 0.05 or name_score(header, named_so) >= 0.6:
            found.append(header)
    return found
