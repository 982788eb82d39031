"""Decide from a table's documents which amount is the line's, what a price is of, whose a row without customer is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_text
from liuke.sources.days import read_dates
from liuke.sources.headers import plain
from liuke.sources.mapping import BY_HAND, Mapping
from liuke.sources.numbers import read_numbers
from liuke.sources.table import SAMPLE_ROWS, Choice, Question, RawTable
from liuke.sources.tidy import Tidier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.sources.looks import Looks

NEAR = 0.011
AMOUNTS = ("amount", "amount_with_tax", "tax")


def lines_and_labels(
    mapping: Mapping, table: RawTable, looks: Looks, questions: list[Question], notes: list[Said]
) -> Mapping:
    """The mapping of document lines with the line's amount, the meaning of the price, and of blank customers."""
    frame = Tidier(table, mapping)(table.first(SAMPLE_ROWS))
    if frame.height < 2:
        return mapping
    mapping = _labels(mapping, table, frame, questions, notes)
    if mapping.header("document_id") is None:
        mapping = _with_document(mapping, frame, looks)
    mapping = _line_amount(mapping, frame, looks, questions, notes)
    return _price(mapping, frame, looks, questions, notes)


class _Documents:
    """The numeric columns of documents with several lines: the same on all lines, or each line's own."""

    def __init__(self, mapping: Mapping, frame: pl.DataFrame, looks: Looks, document: str) -> None:
        others = ("quantity", "unit_price", "line_no", "document_id", "customer_id", "date")
        not_money = {mapping.header(n) for n in others}
        numeric = [h for h, look in looks.of_numbers() if look.numbers >= 0.95 and h in frame.columns]
        self.names = [h for h in numeric if h not in not_money]
        values = {h: read_numbers(frame[h], mapping.decimal).value.cast(pl.Float64) for h in numeric}
        key = clean_text(frame[document]).alias("__key")
        every = pl.DataFrame([key, *(v.alias(h) for h, v in values.items())]).filter(pl.col("__key").is_not_null())
        if frame.height >= SAMPLE_ROWS and every.height:
            every = every.filter(pl.col("__key") != every["__key"][-1])
        self.several = every.filter(pl.len().over("__key") > 1)
        self.count = self.several["__key"].n_unique()

    def even(self) -> list[str]:
        """Columns that are the same on all lines of each document, and not the same in all documents."""
        if self.count < 2 or not self.names:
            return []
        spread = self.several.group_by("__key").agg(
            *(((pl.col(n).max() - pl.col(n).min()) <= NEAR).alias(n) for n in self.names)
        )
        full = [n for n in self.names if self.several[n].null_count() == 0]
        same = [n for n in full if float(spread[n].mean() or 0) >= 0.98]  # type: ignore[arg-type]
        return [n for n in same if self.several[n].n_unique() > 1]

    def prove(self, mapping: Mapping, name: str) -> bool:
        """Whether lines come to a total on each line, or to the amount that stands on the first line alone."""
        even = [n for n in self.even() if n != name]
        own = [n for n in self.names if n not in even and n != name]
        if any(self.ties(self.several[line], whole) >= 0.95 for whole in even for line in own):
            return True
        if mapping.header("amount") in self.firsts():
            return True
        made = [mapping.header(n) for n in ("quantity", "unit_price")]
        if any(header not in self.several.columns for header in made):
            return False
        line = self.several[str(made[0])] * self.several[str(made[1])]
        return any(self.ties(line, whole) >= 0.8 for whole in [*even, *self.firsts()])

    def firsts(self) -> list[str]:
        """Columns filled on the first line of each document alone."""
        if self.count < 2 or not self.names:
            return []
        first = self.several.group_by("__key", maintain_order=True)
        found = first.agg(*((pl.col(n).first().is_not_null() & (pl.col(n).count() == 1)).alias(n) for n in self.names))
        return [n for n in self.names if bool(found[n].all())]

    def ties(self, line: pl.Series, whole: str) -> float:
        """Share of the documents whose lines come to what stands on each of them."""
        sums = (
            self.several.with_columns(line.alias("__line"))
            .group_by("__key")
            .agg(pl.col("__line").sum(), pl.col(whole).first())
        )
        sums = sums.filter(pl.col(whole) != 0)
        near = (pl.col("__line") - pl.col(whole)).abs() <= NEAR
        return float(sums.select(near.mean()).item() or 0) if sums.height >= 2 else 0.0


def _with_document(mapping: Mapping, frame: pl.DataFrame, looks: Looks) -> Mapping:
    """A document's number no name tells: the column in whose groups lines come to a total on each, or the first."""
    used = {match.header for match in mapping.columns.values()}
    for name, look in looks.items():
        if name in used or name not in frame.columns or not 1 < look.distinct < frame.height or look.dates > 0.1:
            continue
        text = clean_text(frame[name])
        runs = int(text.ne_missing(text.shift(1)).sum())
        if text.null_count() or runs > look.distinct + 1:
            continue
        documents = _Documents(mapping, frame, looks, name)
        if documents.count < 3 or not documents.prove(mapping, name):
            continue
        return mapping.with_column("document_id", name, Said(N_("its rows add up to the total of a document")))
    return mapping


def _line_amount(
    mapping: Mapping, frame: pl.DataFrame, looks: Looks, questions: list[Question], notes: list[Said]
) -> Mapping:
    """Where the amount is the document's on each line and another column's lines add up to it, that other column."""
    document = mapping.header("document_id")
    if document is None or document not in frame.columns:
        return mapping
    documents = _Documents(mapping, frame, looks, document)
    even, firsts = documents.even(), documents.firsts()
    wholes = [*even, *firsts]
    own = [n for n in documents.names if n not in wholes]
    for name in AMOUNTS:
        header = mapping.header(name)
        if header not in wholes or mapping.columns[name].why.message == BY_HAND:
            continue
        used = {match.header for key, match in mapping.columns.items() if key != name}
        lines = [n for n in own if n not in used and documents.ties(documents.several[n], header) >= 0.95]
        if len(lines) == 1:
            why = Said(N_("its lines add up to {whole}, which is the document's"),
                       {"whole": header})  # fmt: skip
            mapping = mapping.with_column(name, lines[0], why)
            said = N_("{line} is the line's amount; {whole} is the document's, and not added up.")
            notes.append(Said(said, {"line": lines[0], "whole": header}))
        elif name != "amount" and header in even and mapping.header("amount") not in even:
            mapping = replace(mapping, columns={k: m for k, m in mapping.columns.items() if k != name})
        elif name == "amount" and header in even and not lines and _made_by(mapping, documents, header):
            mapping = replace(mapping, columns={k: m for k, m in mapping.columns.items() if k not in AMOUNTS})
            said = N_("{whole} is the document's, on each of its lines: the lines are worked out, and come to it.")
            notes.append(Said(said, {"whole": header}))
    _without_choices(questions, wholes, mapping)
    return mapping


def _made_by(mapping: Mapping, documents: _Documents, whole: str) -> bool:
    """Whether quantity times price, line by line, comes to a document's total."""
    quantity, price = mapping.header("quantity"), mapping.header("unit_price")
    if quantity not in documents.several.columns or price not in documents.several.columns:
        return False
    return documents.ties(documents.several[quantity] * documents.several[price], whole) >= 0.95


def _without_choices(questions: list[Question], wholes: Sequence[str], mapping: Mapping) -> None:
    """Amounts of documents are no answer to which column is the line's amount, where it is another."""
    amount = mapping.header("amount")
    if amount is None or amount in wholes:
        return
    for question in [q for q in questions if q.key == "amount"]:
        left = tuple(choice for choice in question.choices if choice.value not in wholes)
        questions.remove(question)
        if len(left) > 1:
            questions.append(replace(question, choices=left))


def _price(
    mapping: Mapping, frame: pl.DataFrame, looks: Looks, questions: list[Question], notes: list[Said]
) -> Mapping:
    """Whether a price is of one unit or of the line, where the amount is worked out from it.

    A document's total tells; so do products sold in several quantities: their unit price changes little.
    """
    quantity, price = mapping.header("quantity"), mapping.header("unit_price")
    if quantity is None or price is None or "amount" in mapping.columns or "amount_with_tax" in mapping.columns:
        return mapping
    pieces, each = (read_numbers(frame[h], mapping.decimal).value.cast(pl.Float64) for h in (quantity, price))
    if not bool((pieces.abs() > 1).any()):
        return mapping
    told: dict[str, object] = {"price": price, "quantity": quantity}
    line = Said(N_("{price} is the price of the line, not of one unit: it is not multiplied by {quantity}."), told)
    document = mapping.header("document_id")
    if document is not None and document in frame.columns:
        documents = _Documents(mapping, frame, looks, document)
        if price in documents.several.columns and quantity in documents.several.columns:
            for whole in documents.even():
                alone = documents.ties(documents.several[price], whole)
                if alone >= 0.95 and not _made_by(mapping, documents, whole):
                    notes.append(line)
                    return replace(mapping, price="line")
    product = mapping.header("product_id") or mapping.header("product_name")
    unit = "单价" in price or "unit" in price.lower() or "each" in plain(price) or "einzel" in plain(price)
    spread = None if product is None else _spreads(frame[product], pieces, each)
    if spread is None or unit:
        return mapping
    of_unit, of_line = spread
    if of_line < 0.02 and of_unit > 10 * max(of_line, 0.005):
        notes.append(line)
        return replace(mapping, price="line")
    if of_unit > 0.15 and of_line > 0.15 and of_line < of_unit:
        choices = (Choice("unit", Said(N_("the price of one unit"))), Choice("line", Said(N_("the price of the line"))))
        ask = Said(N_("Is {price} the price of one unit, or of the whole line?"), told)
        questions.append(Question("price", ask, choices, "--answer", None, looks[price].sample))
    return mapping


def _spreads(product: pl.Series, pieces: pl.Series, each: pl.Series) -> tuple[float, float] | None:
    """How far prices of a product lie apart as they are, and by quantity; None where too few products tell."""
    frame = pl.DataFrame({"p": clean_text(product), "q": pieces, "v": each}).drop_nulls()
    frame = frame.filter((pl.col("q") > 0) & (pl.col("v") > 0)).with_columns((pl.col("v") / pl.col("q")).alias("u"))
    groups = frame.group_by("p").agg(
        pl.col("q").n_unique().alias("n"),
        (pl.col("v").std() / pl.col("v").mean()).alias("v"),
        (pl.col("u").std() / pl.col("u").mean()).alias("u"),
    ).filter(pl.col("n") > 1)  # fmt: skip
    if groups.height < 2:
        return None
    return float(groups["v"].median() or 0), float(groups["u"].median() or 0)  # type: ignore[arg-type]


def _labels(
    mapping: Mapping, table: RawTable, frame: pl.DataFrame, questions: list[Question], notes: list[Said]
) -> Mapping:
    """Customers written on the first row of their group alone: proved by the order of the rows, else asked."""
    customer, day = mapping.header("customer_id"), mapping.header("date")
    if table.layout == "typed" or customer is None or day is None:
        return mapping
    names = clean_text(frame[customer])
    dated = clean_text(frame[day]).is_not_null()
    blank = names.is_null() & dated
    filled = names.drop_nulls()
    if int(blank.sum()) < max(2, 0.2 * frame.height) or filled.is_empty() or names.is_null()[0]:
        return mapping
    document = mapping.header("document_id")
    if document is not None and _by_document(clean_text(frame[document]), names):
        return mapping  # the other lines of a document: they follow its first
    if filled.n_unique() < filled.len():
        return mapping  # a customer comes back: blanks are rows without one
    told: dict[str, object] = {
        "customer": customer,
        "count": int(blank.sum()),
        "groups": filled.len(),
        "first": filled[0],
    }
    days = read_dates(frame[day], mapping.date_order).value
    if _sorted(filled) or _restarts(days, names.is_not_null()):
        said = N_("{customer} stands on the first row of each of {groups} groups alone: the {count} rows without it "
                  "belong to the one above, as their order proves.")  # fmt: skip
        notes.append(Said(said, told))
        return replace(mapping, labels="above")
    ask = Said(N_("{customer} is blank in {count} rows, always below rows that have it, such as {first}. Is the "
                  "customer above meant?"), told)  # fmt: skip
    choices = (
        Choice("above", Said(N_("yes: the customer above"))),
        Choice("own", Said(N_("no: these rows have no customer and are not used"))),
    )
    questions.append(Question("labels", ask, choices, "--answer", None, tuple(filled.head(3).to_list())))
    return mapping


def _by_document(number: pl.Series, names: pl.Series) -> bool:
    """Whether rows without a customer are further lines of the document above."""
    follows = (number == number.shift(1)).fill_null(value=False)
    return bool(follows.filter(names.is_null()).all())


def _sorted(names: pl.Series) -> bool:
    """Whether three names or more stand in the order of the alphabet, up or down."""
    folded = [name.casefold() for name in names.to_list()]
    return len(folded) >= 3 and folded in (sorted(folded), sorted(folded, reverse=True))


def _restarts(days: pl.Series, begins: pl.Series) -> bool:
    """Whether days rise within groups and fall where most groups begin."""
    falls = (days < days.shift(1)).fill_null(value=False)
    inside = int((falls & ~begins).sum())
    starts = max(int(begins.sum()) - 1, 1)
    return inside == 0 and starts >= 2 and int((falls & begins).sum()) >= 0.5 * starts
