"""Guess what each column of a file means, from its header and its values, and say why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said
from liuke.sources.columns import (
    NAMED,
    by_names,
    codes_for_names,
    has_amount,
    tells_customers_apart,
    which_column,
    without_rates,
)
from liuke.sources.document_number import weakly_named
from liuke.sources.guess_options import DISCOUNT_READ, NO_KIND, decide, worked_out
from liuke.sources.known_layouts import DECIDING, Recognised, recognise
from liuke.sources.looks import Looks
from liuke.sources.mapping import ALLOWED, ANSWERED, Mapping, Match, is_rate
from liuke.sources.not_days import months_instead
from liuke.sources.profile import Profile, agree, examples, product
from liuke.sources.running_sums import amount_of_running_sum, running_sums
from liuke.sources.sides import two_sides
from liuke.sources.table import Question, RawTable
from liuke.sources.unreadable import unreadable

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract

SHORT = {"customer_id": N_("customer"), "date": N_("date"), "amount": N_("amount")}


@dataclass(frozen=True)
class Explained:
    """One line of the mapping as shown: header, sample values, what it is taken for (None: not used), why.

    `title` is the target as a person reads it, its name in a mapping file included.
    """

    header: str
    sample: str
    target: str | None
    title: str
    meaning: str
    why: str


@dataclass(frozen=True)
class Guess:
    """A mapping, what could not be decided, what was assumed, and required columns nothing was found for."""

    mapping: Mapping
    questions: list[Question]
    notes: list[Said]
    missing: list[str]
    looks: Looks


def guess(
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    table: RawTable,
    given: collections.abc.Mapping[str, str] | None = None,
) -> Guess:
    """What the columns of a table mean under a contract; `given` are headers already known by canonical column.

    Reads the first rows, and the whole file where the order of day and month or the sign of returns asks for it.
    """
    sample = table.sample()
    looks = Looks(sample, table.columns)
    known = recognise(contract, inputs, looks)
    notes: list[Said] = []
    of_lines = contract.table == "document_line" and (known is None or not known.columns)
    running = running_sums(looks, (given or {}).values(), notes) if of_lines else {}
    columns = _columns(contract, inputs, looks, given or {}, known)
    if of_lines:
        columns = two_sides(columns, looks)
    amount_of_running_sum(columns, running, (given or {}).values())
    questions: list[Question] = []
    months_instead(columns, contract, looks, table, questions)
    for name in contract.required:
        if name not in columns and not (name == "amount" and has_amount(columns)):
            _by_values(name, contract, columns, looks, questions)
    if "document_id" in contract.columns and (known is None or not known.columns):
        weakly_named(columns, looks, sample)
    asked = {question.key for question in questions}
    missing = [
        name
        for name in contract.required
        if name not in columns and name not in asked and not (name == "amount" and has_amount(columns))
    ]
    words = known.words if known else {}
    mapping = decide(Mapping(contract.table, columns, words=words), contract, inputs, table, looks, questions, notes)
    if known is not None:
        mapping = _as_laid_out(mapping, known, questions, notes)
    return Guess(mapping, questions, notes, missing, looks)


def _columns(
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    looks: dict[str, Profile],
    given: collections.abc.Mapping[str, str],
    known: Recognised | None,
) -> dict[str, Match]:
    """What is given, what a known layout says, and the rest by names; of a layout's file names decide nothing more."""
    if known is None or not known.columns:
        columns = by_names(contract, inputs, looks, given)
        codes_for_names(columns, looks, inputs)
        without_rates(columns, looks)
        return columns
    if known.layout.refuses is not None and known.layout.unless not in given:
        raise Invalid(N_("{looks} {refused}"), looks=known.layout.title, refused=known.layout.refuses)
    made = {"amount", "amount_with_tax", "tax"} if "amount" in given else set()
    taken = {name: h for name, h in known.columns.items() if h not in given.values() and name not in made}
    columns = by_names(contract, inputs, looks, {**taken, **given})
    return {
        name: Match(match.header, known.why) if name in taken and name not in given else match
        for name, match in columns.items()
        if name in taken or name in given or name not in DECIDING
    }


def _as_laid_out(mapping: Mapping, known: Recognised, questions: list[Question], notes: list[Said]) -> Mapping:
    """The mapping with a layout's options in force, nothing asked that they answer, and the layout named."""
    said = {NO_KIND: "kind", DISCOUNT_READ: "discount"}
    notes[:] = [*known.notes, *(note for note in notes if said.get(note.message) not in known.layout.options)]
    if not known.columns:
        return mapping
    options: dict[str, Any] = dict(known.layout.options)
    questions[:] = [question for question in questions if question.key not in options]
    laid_out = replace(mapping, **options)
    before = worked_out(mapping).message
    notes[:] = [worked_out(laid_out) if note.message == before else note for note in notes]
    return laid_out


def _by_values(
    name: str,
    contract: Contract,
    columns: dict[str, Match],
    looks: dict[str, Profile],
    questions: list[Question],
) -> None:
    """A required column no header names: taken when only one column's values can be it, asked when several can."""
    used = {match.header for match in columns.values()}
    free = [look for header, look in looks.items() if header not in used and look.filled]
    kind = contract.columns[name].type
    if kind == "date":
        able = [look for look in free if look.dates + look.compact >= 0.9]
        why = N_("the only column whose values are dates")
        if not able:
            able = _optional_day(contract, columns, looks)
    elif name == "amount":
        _product_of_two(columns, free)
        if has_amount(columns):
            return
        able = [look for look in free if look.numbers >= 0.95 and look.fractions > 0 and look.dates == 0]
        why = N_("the only column of numbers that are not whole")
    else:
        able = [look for look in free if tells_customers_apart(look)]
        why = N_("the only column whose values come back as codes do")
    if len(able) == 1:
        columns[name] = Match(able[0].header, Said(why))
    elif able:
        questions.append(which_column(name, able, ()))


def _optional_day(contract: Contract, columns: dict[str, Match], looks: dict[str, Profile]) -> list[Profile]:
    """The one column of days that a document has, where it was taken for another day than the document's."""
    days = [name for name in columns if name in contract.columns and contract.columns[name].type == "date"]
    return [looks[columns.pop(days[0]).header]] if len(days) == 1 else []


def _product_of_two(columns: dict[str, Match], free: list[Profile]) -> None:
    """Three columns of numbers of which one is the product of the others are quantity, price and amount."""
    numeric = [look for look in free if look.numbers >= 0.95 and look.dates == 0]
    for amount in numeric:
        for first in numeric:
            for second in numeric:
                if len({amount.header, first.header, second.header}) < 3 or first.fractions > second.fractions:
                    continue
                whole = agree(product(first.values, second.values), amount.values)
                if whole >= 0.9 and first.distinct > 1 and second.distinct > 1:
                    why = Said(N_("{a} x {b} gives it"), {"a": first.header, "b": second.header})
                    columns["amount"] = Match(amount.header, why)
                    columns.setdefault("quantity", Match(first.header, Said(N_("times the price it gives the amount"))))
                    columns.setdefault(
                        "unit_price", Match(second.header, Said(N_("times the quantity it gives the amount")))
                    )
                    return


def missing_columns(found: Guess, contract: Contract, table: RawTable) -> Invalid:
    """The refusal of a table without a column that is needed; one whose cells can't be read is named, with some."""
    name = found.missing[0]
    if (unread := unreadable(name, contract, table)) is not None:
        return unread
    by_option = N_("If one of them is meant, name it: {option} HEADER.")
    by_file = N_('If one of them is meant, write {name} = "header" under [columns] in a mapping file.')
    by_table = N_("Name what is meant, {options}; a file of another table is loaded with --table NAME.")
    of_sales = N_(
        "{file} is taken for sales, but no column was recognised as the {what}. Its columns: {have}. "
        "Nothing was loaded."
    )
    of_others = N_("{file} has no column for the {what}. Its columns: {have}.")
    sales = "document_id" in contract.columns
    return Invalid(
        of_sales if sales else of_others,
        fix=by_table if sales else by_option if name in NAMED else by_file,
        options=", ".join(f"{NAMED[each]} HEADER" for each in NAMED if each in (*found.missing, "date", "amount")),
        file=table.place,
        what=translate(SHORT.get(name, contract.columns[name].meaning)),
        have=", ".join(table.columns),
        name=name,
        option=NAMED.get(name, ""),
    )


def explain(
    mapping: Mapping, contract: Contract, inputs: collections.abc.Mapping[str, Column], table: RawTable
) -> list[Explained]:
    """One line a header of the file, in its order and in the language in force."""
    sample = table.sample(200)
    known = {**contract.columns, **inputs}
    by_header = {match.header: (name, match) for name, match in mapping.columns.items()}
    rows = []
    for header in table.columns:
        values = ", ".join(examples(sample[header]))
        if header in by_header:
            name, match = by_header[header]
            title = _title(name, known[name])
            rows.append(Explained(header, values, name, title, translate(known[name].meaning), match.why.text()))
        else:
            why = N_("its words say what a row is") if header in mapping.words else N_("not used")
            rows.append(Explained(header, values, None, "", "", translate(why)))
    return rows


def _title(name: str, column: Column) -> str:
    """A canonical column in the language in force; beside Chinese stands the name a mapping file has for it."""
    if language() == "en" or not column.names:
        return name
    return f"{translate(SHORT[name]) if name in SHORT else column.names[0]} ({name})"


def answered(mapping: Mapping, question: Question, answer: str) -> Mapping:
    """The mapping after a question was answered; an answer that is no choice is refused."""
    if question.key == "tax" and is_rate(answer):
        return replace(mapping, tax=answer)
    if answer not in {choice.value for choice in question.choices}:
        raise Invalid(
            N_("{answer} is not an answer to: {question}"),
            fix=N_("Possible answers: {have}."),
            answer=answer,
            question=question.ask,
            have=", ".join(choice.value for choice in question.choices),
        )
    if question.word is not None:
        header, word = question.word
        return mapping.with_words(header, {word: answer})
    if question.key in ALLOWED and question.key != "tax":
        changed: dict[str, Any] = {question.key: answer}
        return replace(mapping, **changed)
    why = Said(ANSWERED)
    if question.key == "tax":
        if answer == "inclusive":
            header = mapping.header("amount_with_tax") or mapping.columns["amount"].header
            return replace(mapping.with_column("amount", header, why), tax="inclusive")
        return replace(mapping, tax=answer)
    return mapping.with_column(question.key, answer, why)
