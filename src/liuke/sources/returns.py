"""Returns told by a quantity below zero beside an amount that is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.numbers import read_numbers
from liuke.sources.table import ANSWER, SAMPLE_ROWS, Choice, Question
from liuke.sources.tidy import Tidier

if TYPE_CHECKING:
    import collections.abc

    from liuke.sources.mapping import Mapping
    from liuke.sources.profile import Profile
    from liuke.sources.table import RawTable

SURE = 0.9  # of those rows, for quantity and price to give the amount but for its sign


def returns_by_quantity(
    mapping: Mapping,
    table: RawTable,
    looks: collections.abc.Mapping[str, Profile],
    questions: list[Question],
    notes: list[Said],
) -> Mapping:
    """Whether rows with a quantity below zero are returns without a minus; asked where it is not plain."""
    amount = mapping.header("amount") or mapping.header("amount_with_tax")
    quantity = mapping.header("quantity")
    if amount is None or quantity is None or "other_side" in mapping.columns:
        return mapping
    if not bool((looks[quantity].values.cast(pl.Float64) < 0).any()):
        return mapping
    lines = Tidier(table, mapping)(table.first(SAMPLE_ROWS))
    read = {
        name: read_numbers(lines[header], mapping.decimal, credit=mapping.credit).value.cast(pl.Float64)
        for name, header in (("amount", amount), ("quantity", quantity), ("price", mapping.header("unit_price")))
        if header is not None
    }
    rows = pl.DataFrame(read).filter(pl.col("quantity") < 0)
    against, along = rows.filter(pl.col("amount") > 0), rows.filter(pl.col("amount") < 0)
    if against.is_empty():
        return mapping
    told: dict[str, object] = {"amount": amount, "quantity": quantity, "rows": against.height}
    if along.is_empty() and "price" in read:
        made = (pl.col("quantity") * pl.col("price") + pl.col("amount")).abs() <= 0.011 + 1e-6 * pl.col("amount").abs()
        if float(against.select(made.mean()).item() or 0) >= SURE:
            said = N_("{rows} rows with a {quantity} below zero have no minus in {amount}: they are returns.")
            notes.append(Said(said, told))
            return replace(mapping, returns="positive")
    ask = N_("{rows} rows have a {quantity} below zero and an {amount} above it. Are they returns?")
    choices = (
        Choice("positive", Said(N_("yes: all of them are booked as negative"))),
        Choice("negative", Said(N_("no: each is booked as it stands"))),
    )
    questions.append(Question("returns", Said(ask, told), choices, ANSWER))
    return mapping
