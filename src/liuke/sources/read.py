"""From a location to clean rows: open, guess or take a mapping, ask what is open, clean batch by batch, account."""

from __future__ import annotations

import datetime
import difflib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from liuke.kernel.errors import BadInput, NeedsAnswer
from liuke.kernel.i18n import N_
from liuke.sources import cell_text
from liuke.sources.columns import NAMED
from liuke.sources.files import open_source
from liuke.sources.guess import Guess, answered, guess, missing_columns
from liuke.sources.guess_options import standing
from liuke.sources.headers import plain
from liuke.sources.later_columns import with_later_columns
from liuke.sources.mapping import ALLOWED, Mapping, Match, Rate, is_rate
from liuke.sources.reconcile import Reconciliation
from liuke.sources.table import ROW, Note, Question, RawTable
from liuke.sources.tidy import Tidier
from liuke.sources.values import TEXT_INPUTS, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as Dict

    from liuke.kernel.contract import Column, Contract

MONEY_SIGN = r"(HK\$|NT\$|US\$|[¥￥$€£元]|CNY|RMB|USD|EUR|GBP|HKD|JPY)"


@dataclass(frozen=True)
class Options:
    """Answers given beforehand; None leaves it to the values. `today` is the last day a document may bear."""

    customer_id: str | None = None
    date: str | None = None
    amount: str | None = None
    date_order: str | None = None
    kind: str | None = None
    tax: str | None = None
    discount: str | None = None
    currency: str | None = None
    rates: tuple[Rate, ...] = ()
    today: datetime.date | None = None


class CleanBatch(NamedTuple):
    """Canonical rows, quarantined raw rows, and where they come from."""

    good: pl.DataFrame
    bad: pl.DataFrame
    origin: str
    sheet: str | None


@dataclass
class Prepared:
    """A source ready to be loaded; `clean()` fills `reconciliation`, and refuses at its end what does not tie.

    `notes` say what was assumed and left out, `answers` what was asked and answered.
    """

    location: str
    contract: Contract
    mapping: Mapping
    tables: list[RawTable]
    notes: list[Note]
    answers: dict[str, str] = field(default_factory=dict)
    today: datetime.date | None = None
    reconciliation: Reconciliation = field(default_factory=Reconciliation)
    by_table: dict[str, Reconciliation] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """All headers of all tables, for the quarantine file."""
        return list(dict.fromkeys(name for table in self.tables for name in table.columns))

    def clean(self) -> Iterator[CleanBatch]:
        """The rows, a batch at a time; after the last one the account is checked."""
        self.reconciliation, self.by_table = Reconciliation(), {}
        money = _OneCurrency()
        for table in self.tables:
            mapping = self.mapping.within(table.columns)
            tidier = Tidier(table, mapping)
            account = Reconciliation()
            for raw in table.batches():
                batch = tidier(raw)
                if batch.is_empty():
                    continue
                money.check(batch, table, mapping)
                cleaned = canonical(batch, mapping, self.contract, today=self.today)
                account += cleaned.sums
                yield CleanBatch(self._level(cleaned.good), cleaned.bad, table.origin, table.sheet)
            account = replace(account, skipped=len(tidier.totals), filled=tidier.filled)
            if (total := tidier.file_total) is not None:
                account = replace(account, file_total=total, totalled=account.sum_read)
            self.by_table[table.place] = account
            self.reconciliation += account
        self.reconciliation.check(self.location)

    def _level(self, good: pl.DataFrame) -> pl.DataFrame:
        """The same columns from every table, null where one of them lacks a mapped column."""
        extra = [name for name in TEXT_INPUTS if name in self.mapping.columns and name not in self.contract.columns]
        lacking = [pl.lit(None, pl.String).alias(name) for name in extra if name not in good.columns]
        return good.with_columns(lacking).select(ROW, *self.contract.columns, *extra)


class _OneCurrency:
    """Refuses a second currency unless rates are given."""

    def __init__(self) -> None:
        self.seen: str | None = None

    def check(self, batch: pl.DataFrame, table: RawTable, mapping: Mapping) -> None:
        if mapping.rates:
            return
        header = mapping.header("currency")
        amount = mapping.header("amount") or mapping.header("amount_with_tax") or mapping.header("unit_price")
        if header is not None:
            codes = cell_text.currency_codes(batch[header])
        elif amount is not None and batch[amount].dtype == pl.String:
            signs = batch[amount].str.to_uppercase().str.extract(MONEY_SIGN, 1)
            codes = cell_text.currency_codes(signs)
        else:
            return
        for code in codes.drop_nulls().unique(maintain_order=True).to_list():
            if self.seen is not None and code != self.seen:
                row = batch.filter((codes == code).fill_null(value=False))[ROW][0]
                raise BadInput(
                    N_("{file}, row {row}, column {column}: {found} beside {seen}. Currencies can't be added up."),
                    fix=N_("Give rates by day ([[rates]] in the mapping file), or load one currency at a time."),
                    file=table.place,
                    row=row,
                    column=header or amount,
                    found=code,
                    seen=self.seen,
                )
            self.seen = code


def prepare(
    location: str,
    contract: Contract,
    inputs: Dict[str, Column],
    *,
    mapping: Mapping | None = None,
    options: Options | None = None,
    ask: Callable[[Question], str] | None = None,
    sheet: str | None = None,
    query: str | None = None,
) -> Prepared:
    """A location opened, mapped and ready to clean; nothing is stored.

    A given `mapping` is used as it is, and what it assumes is said again. Else it is guessed; what the guess leaves
    open is taken from `options`, asked, or set to its safe default, which `notes` say. A question without safe default
    and nobody to ask: NeedsAnswer.
    """
    options = options or Options()
    tables = open_source(location, sheet=sheet, query=query)
    _refuse_without_rows(tables)
    _refuse_unknown_headers(tables, options)
    if mapping is not None:
        named = _with_options(mapping, options, contract)
        fitting, notes = _fitting(tables, named, contract)
        named, later = with_later_columns(named, fitting, contract, inputs)
        said = [*_said_by(fitting), *standing(named), *notes, *later]
        return Prepared(location, contract, named, fitting, said, {}, options.today)
    found, table = _best_guess(tables, contract, inputs, options)
    if found.missing:
        raise missing_columns(found, contract, table)
    settled, answers, asked = _settle(found, options, ask, table)
    settled = _with_options(settled, options, contract)
    fitting, notes = _fitting(tables, settled, contract)
    settled, later = with_later_columns(replace(settled, headers=tuple(table.columns)), fitting, contract, inputs)
    said = [*_said_by(fitting), *found.notes, *asked, *notes, *later]
    return Prepared(location, contract, settled, fitting, said, answers, options.today)


def _said_by(tables: list[RawTable]) -> list[Note]:
    """What the reading of the tables assumed, each kind once: a folder of like files says it of the first."""
    return list({note.message: note for table in reversed(tables) for note in table.notes}.values())


def _refuse_without_rows(tables: list[RawTable]) -> None:
    if all(table.sample(1).is_empty() for table in tables):
        raise BadInput(
            N_("{file} has column names but no rows."),
            fix=N_("Export again with the period you need, and check that the export holds rows."),
            file=tables[0].place,
        )


def _refuse_unknown_headers(tables: list[RawTable], options: Options) -> None:
    """Refuse a header an option names that no table has: without it another column would be taken in silence."""
    have = list(dict.fromkeys(header for table in tables for header in table.columns))
    for name, option in NAMED.items():
        header = getattr(options, name)
        if header is None or header in have:
            continue
        near = difflib.get_close_matches(header, have, 1, 0.5)
        raise BadInput(
            N_("{file} has no column {column}, which {option} names. Its columns: {have}."),
            fix=N_("Did you mean {near}?") if near else N_("Name one of these columns."),
            file=tables[0].place,
            column=header,
            option=option,
            have=", ".join(have),
            near=near[0] if near else "",
        )


def _best_guess(
    tables: list[RawTable], contract: Contract, inputs: Dict[str, Column], options: Options
) -> tuple[Guess, RawTable]:
    """The guess of the first table whose columns suffice; the first table's own where none does."""
    first: tuple[Guess, RawTable] | None = None
    seen: set[tuple[str, ...]] = set()
    for table in tables:
        key = tuple(map(plain, table.columns))
        if key in seen or table.sample(1).is_empty():
            continue
        seen.add(key)
        given = {name: header for name in NAMED if (header := getattr(options, name)) in table.columns}
        found = guess(contract, inputs, table, given)
        first = first or (found, table)
        if not found.missing:
            return found, table
    assert first is not None
    return first


def _fitting(tables: list[RawTable], mapping: Mapping, contract: Contract) -> tuple[list[RawTable], list[Note]]:
    """The tables that can be read with a mapping, with notes on what they lack and on tables left out."""
    needed = mapping.needed(contract.required)
    fitting, notes = [], []
    for table in tables:
        lacking = [m.header for m in mapping.columns.values() if m.header not in table.columns]
        told: dict[str, object] = {"place": table.place, "column": ", ".join(lacking)}
        if needed & set(lacking):
            told["column"] = ", ".join(header for header in lacking if header in needed)
            notes.append(Note(N_("{place} was left out: it has no column {column}."), told))
            continue
        fitting.append(table)
        if lacking:
            notes.append(Note(N_("{place} has no column {column}: left empty."), told))
    if not fitting:
        lacking = sorted(needed - set(tables[0].columns))
        near = difflib.get_close_matches(lacking[0], tables[0].columns, 1, 0.5)
        raise BadInput(
            N_("{file} has no column {column}, which the mapping names. Its columns: {have}."),
            fix=N_("Did you mean {near}? Correct the mapping file, or leave it away to have it guessed.")
            if near
            else N_("Correct the mapping file, or leave it away to have it guessed."),
            file=tables[0].place,
            column=lacking[0],
            have=", ".join(tables[0].columns),
            near=near[0] if near else "",
        )
    return fitting, notes


def _settle(
    found: Guess, options: Options, ask: Callable[[Question], str] | None, table: RawTable
) -> tuple[Mapping, dict[str, str], list[Note]]:
    """The mapping with every question answered: by option, by a person, by the safe default; in this order."""
    mapping, answers, notes = found.mapping, {}, []
    for question in found.questions:
        given = getattr(options, question.key, None)
        if given is None and ask is not None:
            given = ask(question)
        elif given is None and question.default is not None:
            given = question.default
            chosen = next(choice for choice in question.choices if choice.value == given)
            told: dict[str, object] = {
                "question": question.ask.text(),
                "answer": chosen.meaning.text(),
                "option": question.option,
            }
            notes.append(Note(N_("{question} Taken: {answer}. Change it with {option}."), told))
        if given is None:
            raise NeedsAnswer(
                N_("{file}: {question}"),
                fix=N_("Answer with {option} VALUE, where VALUE is one of:\n{listed}"),
                file=table.place,
                question=question.ask.text(),
                option=question.option,
                have=", ".join(choice.value for choice in question.choices),
                listed="\n".join(_choice(choice.value, choice.meaning.text()) for choice in question.choices),
            )
        if question.key == "tax" and is_rate(given):
            mapping = replace(mapping, tax=given)
        else:
            mapping = answered(mapping, question, given)
        answers[question.key] = given
    return mapping, answers, notes


def _choice(value: str, means: str) -> str:
    return f"  {means}" if means.startswith(value) else f"  {value}  {means}"


def _with_options(mapping: Mapping, options: Options, contract: Contract) -> Mapping:
    """The mapping with what was given beforehand put in force."""
    for name in NAMED:
        header = getattr(options, name)
        if header is not None and mapping.header(name) != header and name in contract.columns:
            mapping = mapping.with_column(name, header, Match(header).why)
    changed: dict[str, Any] = {}
    for name in ("date_order", "kind", "discount", "tax"):
        value = getattr(options, name)
        if value is None:
            continue
        if value not in ALLOWED[name] and not (name == "tax" and is_rate(value)):
            raise BadInput(
                N_("{found} is not an answer to {option}."),
                fix=N_("Possible answers: {have}."),
                found=value,
                option="--" + name.replace("_", "-"),
                have=", ".join(ALLOWED[name]),
            )
        changed[name] = value
    if options.currency is not None:
        changed["currency"] = options.currency
    if options.rates:
        changed["rates"] = options.rates
    return replace(mapping, **changed) if changed else mapping
