"""Guess what each column of a file means, from its header and its values, and say why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said
from liuke.sources.columns import NAMED, by_names, codes_for_names, has_amount, which_column
from liuke.sources.guess_options import decide
from liuke.sources.headers import name_score
from liuke.sources.looks import Looks
from liuke.sources.mapping import ANSWERED, Explained, Mapping, Match, is_rate
from liuke.sources.profile import Profile, agree, examples, product
from liuke.sources.table import Question, RawTable

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract

SHORT = {"customer_id": N_("customer"), "date": N_("date"), "amount": N_("amount")}


@dataclass(frozen=True)
class Guess:
    """A mapping, what could not be decided, what was assumed, and required columns nothing was found for."""

    mapping: Mapping
    questions: list[Question] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


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
    columns = by_names(contract, inputs, looks, given or {})
    codes_for_names(columns, looks, inputs)
    questions: list[Question] = []
    for name in contract.required:
        if name not in columns and not (name == "amount" and has_amount(columns)):
            _by_values(name, contract, columns, looks, questions)
    asked = {question.key for question in questions}
    missing = [
        name
        for name in contract.required
        if name not in columns and name not in asked and not (name == "amount" and has_amount(columns))
    ]
    notes: list[Said] = []
    mapping = decide(Mapping(contract.table, columns), contract, inputs, table, looks, questions, notes)
    return Guess(mapping, questions, notes, missing)


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
    elif name == "amount":
        _product_of_two(columns, free)
        if has_amount(columns):
            return
        able = [look for look in free if look.numbers >= 0.95 and look.fractions > 0 and look.dates == 0]
        why = N_("the only column of numbers that are not whole")
    else:
        able = [look for look in free if look.repeats and look.dates < 0.1 and look.fractions == 0]
        why = N_("the only column whose values come back as codes do")
    if len(able) == 1:
        columns[name] = Match(able[0].header, Said(why))
    elif able:
        questions.append(which_column(name, able, ()))


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
    """The refusal of a table without a column that is needed."""
    name = found.missing[0]
    by_option = N_("If one of them is meant, name it: {option} HEADER.")
    by_file = N_('If one of them is meant, write {name} = "header" under [columns] in a mapping file.')
    return Invalid(
        N_("{file} has no column for the {what}. Its columns: {have}."),
        fix=by_option if name in NAMED else by_file,
        file=table.place,
        what=translate(SHORT.get(name, contract.columns[name].meaning)),
        have=", ".join(table.columns),
        name=name,
        option=NAMED.get(name, ""),
    )


def which_table(
    contracts: collections.abc.Mapping[str, Contract],
    table: RawTable,
    inputs: collections.abc.Mapping[str, Column] | None = None,
) -> str | None:
    """The canonical table a file is: the one whose required columns it has and most of whose names it bears.

    A file with amounts, or with quantities and prices, and dates is `document_line`. None when no contract fits.
    """
    sample = table.sample(500)
    looks = Looks(sample, table.columns)
    best, best_score = None, 0.0
    for name, contract in contracts.items():
        extra = (inputs or {}) if "document_id" in contract.columns else {}
        columns = by_names(contract, extra, looks, {})
        codes_for_names(columns, looks, extra)
        lacking = [r for r in contract.required if r not in columns and not (r == "amount" and has_amount(columns))]
        if lacking:
            continue
        exact = sum(name_score(m.header, {**contract.columns, **extra}[t].names) > 0.95 for t, m in columns.items())
        score = exact + (10.0 if "amount" in contract.columns else 0.0) + 0.1 * len(contract.required)
        if score > best_score:
            best, best_score = name, score
    return best


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
            rows.append(Explained(header, values, None, "", "", translate(N_("not used"))))
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
    if question.key in ("date_order", "kind", "discount", "returns"):
        changed: dict[str, Any] = {question.key: answer}
        return replace(mapping, **changed)
    why = Said(ANSWERED)
    if question.key == "tax":
        if answer == "inclusive":
            header = mapping.header("amount_with_tax") or mapping.columns["amount"].header
            return replace(mapping.with_column("amount", header, why), tax="inclusive")
        return replace(mapping, tax=answer)
    return mapping.with_column(question.key, answer, why)
