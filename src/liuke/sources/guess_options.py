"""Decide, from the values, how a mapping's columns are to be read: order of day and month, tax, units, kinds, signs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources import cell_text
from liuke.sources.amount_choice import blank_amounts, choose_amount
from liuke.sources.day_form import day_form
from liuke.sources.guess_lines import lines_and_labels
from liuke.sources.headers import plain, unit_of
from liuke.sources.mapping import Mapping
from liuke.sources.number_form import number_form
from liuke.sources.number_text import says_size
from liuke.sources.refunds import decide_refunds, said_of_refunds
from liuke.sources.returns import returns_by_quantity
from liuke.sources.sides import decide_sides, said_of_sides
from liuke.sources.table import Choice, Question, RawTable
from liuke.sources.tax import decide_tax, tax_taken

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract
    from liuke.sources.looks import Looks

UNIT_SIZES = {
    "万元": Decimal(10000),
    "千元": Decimal(1000),
    "百元": Decimal(100),
    "单位万元": Decimal(10000),
    **dict.fromkeys(("cent", "cents", "pence", "centimes", "分"), Decimal("0.01")),
    **dict.fromkeys(("thousand", "thousands", "in thousands", "k", "t€", "k€", "k$", "千"), Decimal(1000)),
    **dict.fromkeys(("亿元",), Decimal(100_000_000)),
}
ALL_OF = {
    "order": N_("All rows are taken for orders."),
    "delivery": N_("All rows are taken for deliveries."),
    "invoice": N_("All rows are taken for invoices."),
    "return": N_("All rows are taken for returns."),
}
DISCOUNTS = {
    "share_off": N_("a share taken off: 0.05 is five per cent less"),
    "percent_off": N_("per cent taken off: 5 is five per cent less"),
    "share_paid": N_("the share paid: 0.95 is five per cent less"),
    "percent_paid": N_("per cent paid: 95 is five per cent less"),
    "amount_off": N_("money taken off the line"),
}
DISCOUNT_READ = N_("{header} is read as {meaning}.")
NO_KIND = N_("Nothing says what kind of documents these are: they are taken for invoices.")
OWN_CURRENCY = ("本币", "本位币", "local", "domestic")


def decide(
    mapping: Mapping,
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    table: RawTable,
    looks: Looks,
    questions: list[Question],
    notes: list[Said],
) -> Mapping:
    """The mapping with every option set from the values; what they leave open and what was assumed is added."""
    mapping = number_form(mapping, contract, table, looks, questions, notes)
    if "document_id" in contract.columns:  # document lines
        mapping = decide_sides(mapping, table, looks, questions, notes)
        mapping = choose_amount(mapping, contract, inputs, table, looks, questions, notes)
        mapping = decide_tax(mapping, looks, questions, notes)
        mapping = _unit(mapping, table, notes)
        mapping = _discount(mapping, looks, questions, notes)
        mapping = _kinds(mapping, table, notes)
        mapping = _currency(mapping, table)
        mapping = lines_and_labels(mapping, table, looks, questions, notes)
        mapping = blank_amounts(mapping, table, looks, notes)
        mapping = returns_by_quantity(mapping, table, looks, questions, notes)
        mapping = decide_refunds(mapping, table, looks, questions, notes)
        if (
            "amount" not in mapping.columns
            and "amount_with_tax" not in mapping.columns
            and "unit_price" in mapping.columns
        ):
            notes.append(worked_out(mapping))
    mapping = _cancelled(mapping, table)
    return day_form(mapping, contract, table, questions, notes)


def worked_out(mapping: Mapping) -> Said:
    """How an amount is made of quantity, price and discount."""
    parts = {name: mapping.header(name) for name in ("quantity", "unit_price", "discount")}
    if parts["discount"] and mapping.discount == "amount_off":
        return Said(N_("There is no amount column: the amount is {quantity} x {unit_price} - {discount}."), {**parts})
    if parts["discount"]:
        return Said(
            N_("There is no amount column: the amount is {quantity} x {unit_price} x (1 - {discount})."), {**parts}
        )
    return Said(N_("There is no amount column: the amount is {quantity} x {unit_price}."), {**parts})


def standing(mapping: Mapping) -> list[Said]:
    """What a mapping takes for granted, to be said at every load that uses it."""
    if mapping.table != "document_line":
        return []
    notes = []
    if not {"amount", "amount_with_tax"} & set(mapping.columns) and mapping.header("unit_price"):
        notes.append(worked_out(mapping))
        if (discount := mapping.header("discount")) is not None:
            notes.append(_discount_read(discount, mapping.discount))
    notes += said_of_sides(mapping)
    notes += said_of_refunds(mapping)
    notes += tax_taken(mapping)
    if mapping.unit != 1:
        notes.append(Said(N_("Amounts are multiplied by {size}."), {"size": mapping.unit}))
    if mapping.returns == "positive":
        header = mapping.header("amount") or ""
        said = N_("Returns are written without a minus in {header}: they are booked as negative.")
        notes.append(Said(said, {"header": header}))
    if "kind" not in mapping.columns and mapping.kind:
        notes.append(Said(ALL_OF[mapping.kind]))
    return notes


def _discount_read(header: str, way: str) -> Said:
    return Said(DISCOUNT_READ, {"header": header, "meaning": Said(DISCOUNTS[way]).text()})


def _unit(mapping: Mapping, table: RawTable, notes: list[Said]) -> Mapping:
    """Amounts counted in thousands or ten thousands, as the header or a title says."""
    header = mapping.header("amount") or mapping.header("amount_with_tax")
    if header is None:
        return mapping
    unit = unit_of(header)
    said = header
    if unit is None:
        for title in table.titles:
            if "单位" in title and (size := next((u for u in UNIT_SIZES if "元" in u and u in title), None)):
                unit, said = size, title
    size_ = UNIT_SIZES.get((unit or "").lower())
    if size_ is None or says_size(table.sample()[header]):
        return mapping
    notes.append(Said(N_("Amounts are multiplied by {size}: {said}."), {"size": size_, "said": said}))
    return replace(mapping, unit=size_)


def _discount(mapping: Mapping, looks: Looks, questions: list[Question], notes: list[Said]) -> Mapping:
    """How a discount is written; it matters only where the amount has to be worked out."""
    header = mapping.header("discount")
    if header is None or "amount" in mapping.columns or "amount_with_tax" in mapping.columns:
        return mapping
    values = looks[header].values.cast(pl.Float64).drop_nulls()
    if values.is_empty():
        return mapping
    usual, largest = values.mode().sort()[0], float(values.max() or 0)  # type: ignore[arg-type]
    if plain(header).endswith(("额", "amount")):
        way = "amount_off"
    elif largest <= 1:
        way = "share_paid" if usual == 1 else "share_off"
    else:
        way = "percent_paid" if usual == 100 else "percent_off"
    if usual in (0, 1, 100) or way == "amount_off":
        notes.append(_discount_read(header, way))
    else:
        choices = tuple(Choice(value, Said(text)) for value, text in DISCOUNTS.items())
        ask = Said(N_("How is the discount in {header} written?"), {"header": header})
        questions.append(Question("discount", ask, choices, "--discount", None, looks[header].sample))
    return replace(mapping, discount=way)


def _kinds(mapping: Mapping, table: RawTable, notes: list[Said]) -> Mapping:
    """The kinds of documents, and whether returns are written without a minus."""
    header = mapping.header("kind")
    if header is not None:
        values = cell_text.clean_text(table.sample()[header]).drop_nulls().unique().to_list()
        if sum(cell_text.kind_of(value) is not None for value in values) * 2 < len(values):
            columns = {name: match for name, match in mapping.columns.items() if name != "kind"}
            mapping, header = replace(mapping, columns=columns), None
    document, day = mapping.header("document_id"), mapping.header("date")
    name = table.origin.replace("\\", "/").rsplit("/", 1)[-1]
    kind = cell_text.kind_of(document) if document else None
    if kind in (None, "invoice"):
        hints = [document, day, *table.titles, table.sheet, name]
        kind = next((k for hint in hints if hint and (k := _hinted(hint))), None)
    if kind is None and header is None:
        notes.append(Said(NO_KIND))
    return replace(mapping, kind=kind or "invoice")


def _hinted(hint: str) -> str | None:
    """The kind a header or title speaks of; words for selling alone, or returns in passing, decide nothing."""
    kind = cell_text.kind_of(hint)
    if kind == "return":
        return None
    if kind == "invoice" and not any(w in hint.lower() for w in ("发票", "开票", "invoice", "billing", "rechnung")):
        return None
    return kind


def _currency(mapping: Mapping, table: RawTable) -> Mapping:
    """The firm's currency is the most frequent one; where the amount is in own currency already, the column is left."""
    header, amount = mapping.header("currency"), mapping.header("amount")
    if header is None:
        return mapping
    if amount and any(word in amount.lower() for word in OWN_CURRENCY):
        return replace(mapping, columns={name: match for name, match in mapping.columns.items() if name != "currency"})
    codes = cell_text.currency_codes(table.sample()[header]).drop_nulls()
    return replace(mapping, currency=None if codes.is_empty() else str(codes.mode().sort()[0]))


def _cancelled(mapping: Mapping, table: RawTable) -> Mapping:
    """Yes-and-no columns named for cancelling; in others only words that mean cancelled count."""
    header = mapping.header("cancelled")
    if header is None:
        return mapping
    values = {v.lower() for v in cell_text.clean_text(table.sample()[header]).drop_nulls().unique().to_list()}
    says_so = any(word in header.lower() for word in cell_text.CANCELLED_WORDS)
    return (
        replace(mapping, cancelled=cell_text.YES) if says_so and values <= {*cell_text.YES, *cell_text.NO} else mapping
    )
